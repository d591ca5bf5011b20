"""Finds what could point to a person in Kyrgyz and Russian texts; knows no framework and no database."""
