"""A program of its own that draws pages of papers: the office's program starts it and imports nothing of it."""
