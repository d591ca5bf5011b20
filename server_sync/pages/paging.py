"""Reads from an address which page of a list is asked for."""

from typing import Final

PAGE_DIGITS: Final = 7


def page_of(typed: str) -> int:
    """The page that an address asks for; the first for what is none."""
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < PAGE_DIGITS else 1
