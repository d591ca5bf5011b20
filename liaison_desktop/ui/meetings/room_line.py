"""What a thin line means in the room: what is given up is said, and the stage comes in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from liaison_desktop.meetings.messages import Follows
from liaison_desktop.meetings.profiles import AUTOMATIC, SHARES, Profile
from liaison_desktop.ui.meetings.room_values import Face, Sign
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import mix_of

LINE_OF: Final = {
    Profile.ALL: Line.GOOD,
    Profile.SIX: Line.GOOD,
    Profile.THREE: Line.GOOD,
    Profile.MOSAIC: Line.THIN,
    Profile.SMALL: Line.THIN,
    Profile.STILLS: Line.SOUND,
    Profile.SOUND: Line.SOUND,
}
"""What the centre is told of a line, and with it the chair's desk."""

CHOICES: Final[dict[str, Say]] = {
    AUTOMATIC: lambda: tr("As the line allows"),
    Profile.ALL.value: lambda: tr("All pictures"),
    Profile.SIX.value: lambda: tr("Seven pictures at most"),
    Profile.THREE.value: lambda: tr("Four small pictures"),
    Profile.MOSAIC.value: lambda: tr("All in one picture"),
    Profile.SMALL.value: lambda: tr("All in one small picture"),
    Profile.STILLS.value: lambda: tr("Sound and a still picture"),
    Profile.SOUND.value: lambda: tr("Sound only"),
}
"""What a person may fix, by the code that settings know."""


def told_line(follows: Follows | None) -> Line:
    """What the centre is told; nothing before the line was looked at."""
    return Line.UNKNOWN if follows is None else LINE_OF[Profile(follows.profile)]


def is_mixed(follows: Follows | None) -> bool:
    """Whether the stage comes in one picture."""
    return follows is not None and follows.has_mix and bool(SHARES[Profile(follows.profile)].mix_track)


def shown(people: tuple[str, ...], own: str, meeting: bytes, follows: Follows | None) -> tuple[str, ...]:
    """Whose pictures lie on the canvas: on a thin line the mix in the place of all others, where there is one."""
    if not people or not is_mixed(follows):
        return people
    return (mix_of(meeting), *(who for who in people if who == own))


def face_of_mix(who: str) -> Face:
    """What stands at the picture of the whole stage; the offices' names stand in it."""
    return Face(who, lambda: tr("The stage"))


def carries_screen(follows: Follows | None) -> bool:
    """Whether the line carries pictures of a screen that is shared here."""
    return follows is None or SHARES[Profile(follows.profile)].screen_a_second > 0


def sends_camera(follows: Follows | None) -> bool:
    """Whether the line carries the own picture."""
    return follows is None or SHARES[Profile(follows.profile)].own_kbps > 0


def with_line(sign: Sign, follows: Follows | None, *, is_fixed: bool, is_seen: bool, is_shared: bool = False) -> Sign:
    """How the office stands, and what is given up for the line.

    `is_seen`: its own camera would be on; `is_shared`: its screen would be seen.
    """
    lost = given_up(follows, is_fixed=is_fixed, is_seen=is_seen, is_shared=is_shared)
    if not lost:
        return sign
    return replace(sign, say=lambda: " ".join([_ended(sign.say()), *(say() for say in lost)]))


def hides_camera(follows: Follows | None) -> bool:
    """Whether the line is too thin for the own camera."""
    return follows is not None and not SHARES[Profile(follows.profile)].own_kbps


def given_up(follows: Follows | None, *, is_fixed: bool, is_seen: bool, is_shared: bool = False) -> Sequence[Say]:
    """What is given up, in the order in which it is: others' cameras, the own one, moving pictures; sound never."""
    if follows is None:
        return ()
    profile = Profile(follows.profile)
    others = _OTHERS_IN_MIX if follows.has_mix and profile in _OTHERS_IN_MIX else _OTHERS
    if profile not in others:
        return ()
    why = _say_fixed if is_fixed else _say_thin
    said: list[Say] = [lambda: why(others[profile]())]
    if is_seen and hides_camera(follows):
        said.append(lambda: tr("Your camera is not sent."))
    elif is_seen:
        said.append(lambda: tr("Your camera is sent small."))
    if is_shared and not carries_screen(follows):
        said.append(lambda: tr("Your screen is not sent."))
    return said


_OTHERS: Final[dict[Profile, Say]] = {
    Profile.SIX: lambda: tr("seven pictures are shown at most."),
    Profile.THREE: lambda: tr("four small pictures are shown."),
    Profile.MOSAIC: lambda: tr("others' cameras are off but for the one that is large."),
    Profile.SMALL: lambda: tr("others' cameras are off but for the one that is large."),
    Profile.STILLS: lambda: tr("all cameras are off, the sound comes."),
    Profile.SOUND: lambda: tr("all cameras are off, the sound comes."),
}
_OTHERS_IN_MIX: Final[dict[Profile, Say]] = {
    Profile.MOSAIC: lambda: tr("others' cameras are off, the stage comes in one picture."),
    Profile.SMALL: lambda: tr("others' cameras are off, the stage comes in one small picture."),
    Profile.STILLS: lambda: tr("cameras are off, the stage comes as a still picture."),
}


def _say_thin(what: str) -> str:
    return tr("The line is thin: {what}", what=what)


def _say_fixed(what: str) -> str:
    return tr("As you chose: {what}", what=what)


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?")) or not words else f"{words}."
