"""Who holds which position from which day to which, when they receive people, and how their office is reached."""
