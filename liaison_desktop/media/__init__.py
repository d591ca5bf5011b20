"""A program of its own: it has the camera and the sound, so that no driver can hold up or end the office's program."""
