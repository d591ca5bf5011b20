"""What the two programs agree on: events, numbers, terms, proofs and messages.

Pure: no Django, no Qt, no files, no clock of its own. Both programs import it and nothing else of each other.
"""
