"""Camera and sound tried before a meeting: the picture, the devices, and what can be said of each in words."""
