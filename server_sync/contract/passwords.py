"""Says what no password may be, the same at the centre and at the counter: long, and yet typed with one finger."""

from typing import Final

from server_sync.contract.limits import is_blank

CENTRE_LEAST: Final = 10
"""Letters of a password at the centre; more than at a PC, for these are tried over the line."""

LEAST_DIFFERENT: Final = 4
"""How many different letters, digits or signs a password has, whatever its length; what shows nothing is not one."""


def is_hollow(password: str) -> bool:
    """Whether a password is long without holding anything: ten spaces, ten times the same letter, invisible marks."""
    return sum(not is_blank(letter) for letter in set(password)) < LEAST_DIFFERENT
