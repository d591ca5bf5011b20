"""The board of the 63 sites: who is silent, what is unsent and how old, clock, disk, version."""
