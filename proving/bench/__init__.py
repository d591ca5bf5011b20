"""Measures what the product promises, each figure beside its limit in the same run. Prints JSON; tests nothing."""
