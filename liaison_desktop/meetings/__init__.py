"""What the office's program and its media process say to each other, and who keeps that process alive."""
