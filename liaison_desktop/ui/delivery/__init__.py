"""What waits to be sent, why, and what the centre has confirmed, in plain words."""
