"""How whoever interprets stands in the meeting, in one line."""

from __future__ import annotations

from typing import Final

from liaison_desktop.ui.meetings import room_telling
from liaison_desktop.ui.meetings.room_values import Sign
from liaison_desktop.workplace.words import tr

HEARD: Final = Sign(
    "broadcast", "success", lambda: tr("You interpret: whoever chose this language hears you. You are not seen")
)
UNHEARD: Final = Sign("translate", "warning", lambda: tr("You interpret, unheard as yet. Turn the microphone on: M"))
NAMED: Final = Sign("hourglass", "success", lambda: tr("The desk lets you interpret, one moment"))


def sign(*, is_microphone_on: bool, may: bool, is_locked: bool) -> Sign:
    """How they stand."""
    if not may:
        return NAMED
    if is_locked:
        return room_telling.LOCKED
    return HEARD if is_microphone_on else UNHEARD
