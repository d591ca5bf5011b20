"""Person, appearance, printer, second medium, facts of this workplace, and where the parts of the program come from."""
