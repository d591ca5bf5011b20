"""Puts into words what stands on a hall's wall: for people who sit five metres away and have no keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from liaison_desktop.domain.delivery import LineState
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.meetings.faults import Fault
from liaison_desktop.services.walls import BEFORE
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings import room_telling, telling
from liaison_desktop.ui.meetings.room_values import Bar, Notice, Sign, Switch
from liaison_desktop.ui.meetings.tiles import Layout
from liaison_desktop.ui.wall.values import Act, ComingRow, Press
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.bodies import Words
from server_sync.contract.meetings import MeetingState

_SIGNS: Final[dict[Sign, Sign]] = {
    room_telling.WATCHING: Sign(
        "monitor-play", "neutral", lambda: tr("This hall is watching. To ask for the floor press Enter")
    ),
    room_telling.LISTENING: Sign("monitor-play", "neutral", lambda: tr("This hall is watching")),
    room_telling.WAITING: Sign("clock", "neutral", lambda: tr("This hall is in the waiting room")),
    room_telling.CALLED: Sign("hourglass", "success", lambda: tr("This hall gets the floor, one moment")),
    room_telling.ON_STAGE: Sign("broadcast", "success", lambda: tr("This hall is seen and heard by all")),
    room_telling.ON_STAGE_SILENT: Sign(
        "broadcast", "success", lambda: tr("This hall is seen. To be heard press Enter: microphone")
    ),
    room_telling.ON_STAGE_UNHEARD: Sign(
        "broadcast",
        "warning",
        lambda: tr("This hall has the floor and is not heard. To be heard press Enter: microphone"),
    ),
    room_telling.ON_STAGE_EARLY: Sign(
        "clock", "neutral", lambda: tr("This hall is on stage. The meeting has not begun yet")
    ),
    room_telling.ON_STAGE_UNSEEN: Sign("broadcast", "success", lambda: tr("This hall is heard and not seen")),
    room_telling.ON_STAGE_OFF: Sign(
        "broadcast", "warning", lambda: tr("This hall has the floor. To be seen and heard press Enter")
    ),
    room_telling.SILENCED: Sign(
        "microphone-slash",
        "warning",
        lambda: tr("The chair's desk has turned the microphone of this hall off. It is still seen."),
    ),
    room_telling.OUT: Sign("sign-out", "warning", lambda: tr("The chair's desk has sent this hall out of the meeting")),
}
_NOTICES: Final[dict[Notice, Notice]] = {
    room_telling.OVER: Notice(
        "check-circle", lambda: tr("The meeting has ended"), lambda: tr("The next one stands here in a minute.")
    ),
    room_telling.CANCELLED: Notice(
        "x-circle", lambda: tr("The meeting is cancelled"), lambda: tr("The next one stands here in a minute.")
    ),
    room_telling.ELSEWHERE: Notice(
        "monitor",
        lambda: tr("This meeting is open in another window of this computer"),
        lambda: tr("It is entered here again in a minute."),
    ),
    room_telling.PUT_OUT: Notice(
        "sign-out",
        lambda: tr("The chair's desk has sent this hall out of the meeting"),
        lambda: tr("When the desk lets it in again, it is back by itself."),
    ),
    room_telling.NO_KEY: Notice(
        "lock-key",
        lambda: tr("The key of this closed meeting has not come yet"),
        lambda: tr("It comes from the chair's desk, and this hall comes in by itself."),
    ),
}
_DEVICES: Final[dict[Fault, Say]] = {
    Fault.CAMERA_NONE: lambda: tr("This hall has no camera. Plug one in: it is found by itself."),
    Fault.CAMERA_GONE: lambda: tr("The camera of this hall is not plugged in any more. Plug it in again."),
    Fault.CAMERA_BUSY: lambda: tr("Another program has the camera of this hall."),
    Fault.MICROPHONE_NONE: lambda: tr("This hall has no microphone. Plug one in and press Enter: look for devices."),
    Fault.MICROPHONE_GONE: lambda: tr(
        "The microphone of this hall was unplugged. Plug it in again and press Enter: look for devices."
    ),
    Fault.SPEAKER_NONE: lambda: tr("This hall has no loudspeaker. Plug one in and press Enter: look for devices."),
    Fault.SPEAKER_GONE: lambda: tr(
        "The loudspeaker of this hall was unplugged. Plug it in again and press Enter: look for devices."
    ),
}
_FAULT_OF: Final = {verdict.say: fault for fault, verdict in telling.FAULTS.items()}


def sign(said: Sign) -> Sign:
    """How this hall stands in the meeting: what an office reads of itself, said of a hall."""
    fault = _FAULT_OF.get(said.say)
    if fault is not None and fault in _DEVICES:
        return room_telling.fault(_DEVICES[fault])
    return _SIGNS.get(said, said)


def notice(said: Notice | None) -> Notice | None:
    """What stands in the pictures' place; nothing on a wall can be pressed there."""
    return None if said is None else _NOTICES.get(said, said)


def device_words(fault: Fault) -> Say | None:
    """What is wrong with a device of the hall; None where it is nothing that people there can put right."""
    return _DEVICES.get(fault)


def presses(bar: Bar, *, is_faulty: bool) -> tuple[Press, ...]:
    """The buttons of the remote control, what is most wanted first."""
    found: list[Press] = []
    if bar.microphone is not Switch.HIDDEN:
        is_heard = bar.microphone is Switch.ON
        if bar.camera is Switch.OFF and not is_heard and bar.microphone is Switch.OFF:
            found.append(Press(Act.FLOOR, "broadcast", lambda: tr("Be seen and heard")))
        elif bar.microphone is not Switch.BUSY:
            icon = "microphone" if is_heard else "microphone-slash"
            found.append(Press(Act.FLOOR, icon, _say_unheard if is_heard else _say_heard))
    if bar.camera is not Switch.HIDDEN:
        is_seen = bar.camera is Switch.ON
        icon = "video-camera" if is_seen else "video-camera-slash"
        found.append(Press(Act.CAMERA, icon, _say_unseen if is_seen else _say_seen))
    if bar.hand is not Switch.HIDDEN and bar.hand is not Switch.BUSY:
        is_up = bar.hand is Switch.ON
        found.append(Press(Act.HAND, "hand", _say_down if is_up else _say_up))
    if bar.count > 1:
        to_grid = bar.layout is Layout.SPEAKER
        icon = "squares-four" if to_grid else "monitor"
        found.append(Press(Act.LAYOUT, icon, _say_grid if to_grid else _say_speaker))
    if is_faulty:
        found.append(Press(Act.DEVICES, "arrows-clockwise", lambda: tr("Look for devices")))
    found.append(Press(Act.LEAVE, "lock-key", lambda: tr("Leave room mode")))
    return tuple(found)


def coming_row(seen: MeetingSeen, now: datetime) -> ComingRow:
    """A meeting to come, as it stands on the wall."""
    is_today = formats.local(seen.starts_at).date() == formats.local(now).date()

    def when() -> str:
        at = formats.clock(seen.starts_at)
        return tr("Today, {time}", time=at) if is_today else formats.day_and_clock(seen.starts_at)

    is_cancelled = seen.state is MeetingState.CANCELLED
    return ComingRow(when, say_words(seen.plan.title), _note_of(seen), is_cancelled)


def _note_of(seen: MeetingSeen) -> Say:
    moved_from = seen.moved_from
    if seen.state is MeetingState.CANCELLED:
        return lambda: tr("Cancelled")
    if moved_from is not None:
        return lambda: tr("Moved, it was to begin: {time}", time=formats.day_and_clock(moved_from))
    minutes = int(BEFORE.total_seconds() // 60)
    return lambda: tr("This screen comes in by itself {minutes} min before", minutes=minutes)


def line(news: LineNews) -> tuple[Say, bool]:
    """What is known of the line, in few words, and whether it is lost; nothing while all is well."""
    if news.hindrance == "revoked":
        return lambda: tr("This computer was withdrawn at the centre. Ask the administrator."), True
    delivered = news.delivered_at
    if news.state is LineState.ONLINE:
        return (lambda: ""), False
    if delivered is None:
        return lambda: tr("No line yet. What is planned stands here as it was last heard."), True
    return lambda: tr(
        "No line since {time}. What is planned stands here as of then.", time=formats.lately(delivered)
    ), True


def say_words(words: Words) -> Say:
    """Words of the centre in the language now spoken, or the first that there are."""

    def said() -> str:
        by_language = {"ky": words.ky, "ru": words.ru, "en": words.en}
        return by_language[current()] or words.ky or words.ru or words.en

    return said


def clock(now: Callable[[], datetime]) -> Say:
    """The hour, as it is whenever it is asked."""
    return lambda: formats.clock(now())


def _say_heard() -> str:
    return tr("Turn the microphone on")


def _say_unheard() -> str:
    return tr("Turn the microphone off")


def _say_seen() -> str:
    return tr("Turn the camera on")


def _say_unseen() -> str:
    return tr("Turn the camera off")


def _say_up() -> str:
    return tr("Raise hand")


def _say_down() -> str:
    return tr("Lower hand")


def _say_grid() -> str:
    return tr("All of equal size")


def _say_speaker() -> str:
    return tr("The speaker large")
