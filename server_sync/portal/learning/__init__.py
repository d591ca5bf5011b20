"""Written guides and lessons: what was shipped in words, and the videos that were made of it here."""
