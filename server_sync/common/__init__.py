"""The few small things that several rooms of the server share."""
