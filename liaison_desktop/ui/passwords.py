"""What is asked of a new password, in words; the same wherever one is set."""

from __future__ import annotations

from liaison_desktop.services.signing_in import PASSWORD_LEAST
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.passwords import LEAST_DIFFERENT, is_hollow


def trouble_with(new: str, again: str, least: int = PASSWORD_LEAST) -> tuple[str, Say] | None:
    """Name the field (``new`` or ``again``) that has to be typed anew, and why; None when both will do."""
    if len(new) < least:
        return "new", lambda: tr("The new password needs {count} letters or more.", count=least)
    if is_hollow(new):
        return "new", lambda: tr(
            "Take at least {count} different letters, digits or signs; spaces do not count.", count=LEAST_DIFFERENT
        )
    if new != again:
        return "again", lambda: tr("The two new passwords are not the same.")
    return None
