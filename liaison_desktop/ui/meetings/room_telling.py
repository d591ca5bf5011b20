"""Puts into words how this office stands in a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings.room_values import Notice, Sign
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

ENTERING: Final = Notice(
    "hourglass",
    lambda: tr("The meeting is being entered"),
    lambda: tr("Camera and microphone are off."),
)
LOST: Final = Notice(
    "wifi-slash",
    lambda: tr("The line is lost, the meeting is being joined again"),
    lambda: tr("Nothing need be pressed. The place on stage and the raised hand are kept."),
)
NOT_LET_IN: Final = Notice(
    "hourglass",
    lambda: tr("You are at the door of the meeting"),
    lambda: tr("The chair's desk lets you in. You may work on other screens meanwhile."),
)
PUT_OUT: Final = Notice(
    "sign-out",
    lambda: tr("The chair's desk has sent this office out of the meeting"),
    lambda: tr("When the desk lets you in again, you are back by yourself."),
)
ELSEWHERE: Final = Notice(
    "monitor",
    lambda: tr("The meeting was entered from another window of this workplace"),
    lambda: tr("Only one of the two can be in the meeting."),
    act="again",
)
OVER: Final = Notice(
    "check-circle",
    lambda: tr("The meeting has ended"),
    lambda: tr("Camera and microphone are off."),
    act="back",
)
CANCELLED: Final = Notice(
    "x-circle",
    lambda: tr("The meeting is cancelled"),
    lambda: tr("The reason stands in the list of meetings."),
    act="back",
)
NO_KEY: Final = Notice(
    "lock-key",
    lambda: tr("The key of this closed meeting has not come yet"),
    lambda: tr(
        "It comes from the computer of the chair's desk as soon as that is in the meeting, and you come in by "
        "yourself. If it takes long, call the office that leads."
    ),
)
NOBODY_YET: Final = Notice(
    "users",
    lambda: tr("Nobody is on stage yet"),
    lambda: tr("Whoever gets the floor appears here."),
)


def begins(at: Callable[[], datetime]) -> Notice:
    """What stands there before the beginning."""
    return Notice(
        "clock",
        lambda: tr("The meeting begins at {time}", time=formats.clock(at())),
        lambda: tr("You are in the waiting room and are let in by yourself. Camera and microphone are off."),
    )


def refused(error: ContractError) -> Notice:
    """Why this office is not let in, with the way back."""
    return Notice("warning", lambda: tr("The meeting cannot be entered"), lambda: say_error(error), act="back")


JOINING: Final = Sign("hourglass", "neutral", lambda: tr("The meeting is being entered"))
JOINED_AGAIN: Final = Sign("wifi-slash", "warning", lambda: tr("The line is lost, the meeting is being joined again"))
STARTED_AGAIN: Final = Sign("hourglass", "warning", lambda: tr("Picture and sound come back in a moment"))
SILENCED: Final = Sign(
    "microphone-slash", "warning", lambda: tr("The chair's desk has turned your microphone off. You are still seen.")
)
LOCKED: Final = Sign(
    "microphone-slash", "warning", lambda: tr("The window was locked: microphone and camera were turned off.")
)
CALLED: Final = Sign("hourglass", "success", lambda: tr("You are called to the stage, one moment"))
ON_STAGE: Final = Sign("broadcast", "success", lambda: tr("You are on stage: you are seen and heard"))
ON_STAGE_SILENT: Final = Sign(
    "broadcast", "success", lambda: tr("You are on stage: you are seen. To be heard turn the microphone on: M")
)
ON_STAGE_UNHEARD: Final = Sign(
    "broadcast", "warning", lambda: tr("You are on stage, not heard yet. To be heard turn the microphone on: M")
)
ON_STAGE_UNSEEN: Final = Sign("broadcast", "success", lambda: tr("You are on stage: you are heard and not seen"))
ON_STAGE_OFF: Final = Sign(
    "broadcast",
    "warning",
    lambda: tr("Your office has the floor. To be seen turn the camera on: V, to be heard the microphone: M"),
)
ON_STAGE_EARLY: Final = Sign("clock", "neutral", lambda: tr("You are on stage. The meeting has not begun yet"))
ON_STAGE_OFF_ELSEWHERE: Final = Sign(
    "broadcast", "success", lambda: tr("You are on stage, with microphone and camera off")
)
TRIED: Final = Sign(
    "wifi-slash", "warning", lambda: tr("The centre does not answer yet. What you pressed is tried, do not press again")
)
NOT_DONE: Final = Sign("wifi-slash", "warning", lambda: tr("The centre was not reached. What you pressed was not done"))
MAY_HAPPEN: Final = Sign(
    "wifi-slash", "warning", lambda: tr("The centre did not answer. What you pressed may still happen")
)
UNREACHED: Final = Sign(
    "wifi-slash", "warning", lambda: tr("The centre is not reached. Hands and places may be others by now")
)
KEY_DUE: Final = Sign(
    "lock-key", "warning", lambda: tr("This closed meeting has a new key. Picture and sound come with it in a moment")
)
SCREEN_HIDDEN: Final = Sign(
    "screencast",
    "warning",
    lambda: tr("Your screen is not shared: this computer shows it to no program, or its screens are others now"),
)
OUT: Final = Sign("sign-out", "warning", lambda: tr("The chair's desk has sent this office out of the meeting"))
AT_DOOR: Final = Sign("hourglass", "neutral", lambda: tr("You are at the door of the meeting"))
WATCHING: Final = Sign("monitor-play", "neutral", lambda: tr("You are watching. Raise your hand to speak: H"))
LISTENING: Final = Sign("monitor-play", "neutral", lambda: tr("You are watching"))
SEEN_ONLY: Final = Sign("broadcast", "success", lambda: tr("You are on stage: you are seen and not heard"))
WAITING: Final = Sign("clock", "neutral", lambda: tr("You are in the waiting room"))


def hand_raised(place: int) -> Sign:
    """Where the own hand stands."""
    return Sign("hand", "attention", lambda: tr("Your hand is raised. Your place: {place}", place=place))


def fault(words: Callable[[], str]) -> Sign:
    """What is wrong with a device while others should see or hear it."""
    return Sign("warning", "warning", words)


def elsewhere(sign: Sign) -> Sign:
    """The same on another screen, where the keys of one letter do not work."""
    if sign is ON_STAGE_SILENT:
        return SEEN_ONLY
    if sign in (ON_STAGE_OFF, ON_STAGE_UNHEARD):
        return ON_STAGE_OFF_ELSEWHERE
    return LISTENING if sign is WATCHING else sign
