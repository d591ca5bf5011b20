"""Other programs read what is open and, with a key, write requests: the API, its description, its keys (ADR 0103)."""
