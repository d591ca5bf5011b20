"""A PIN on the screen: hidden when it is one, whole while it cannot be one, so that the mistake is seen."""

from __future__ import annotations

from server_sync.contract.person import PIN_DIGITS, mask_pin


def pin_on_screen(pin: str) -> str:
    """The PIN as it stands in a field that is not being typed in."""
    masked = mask_pin(pin)
    figures = [sign for sign in pin if sign.isdecimal()]
    is_one = len(figures) == PIN_DIGITS and masked.count("*") < PIN_DIGITS
    return masked if is_one else pin
