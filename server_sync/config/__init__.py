"""Puts the rooms of the server together: settings, addresses, commands."""
