"""Making this computer a workplace: a code from the centre, one call, a test receipt."""
