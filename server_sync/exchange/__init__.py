"""The sync API: what offices call."""
