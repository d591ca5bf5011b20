"""Cuts power, lines and disks at drawn moments, again and again, and looks whether anything promised was lost."""
