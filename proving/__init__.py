"""Drives the real programs from outside: a centre, its offices and the line between them, to show and to measure."""
