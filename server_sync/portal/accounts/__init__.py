"""Accounts of citizens: always optional, and apart from those of people who work here."""
