"""The office's encrypted database: the only room that opens it."""
