"""Shows the whole story with real programs: two offices without a line, the central register, answers, proofs."""
