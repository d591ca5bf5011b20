"""Puts what the media process tells of the devices, and what is known of the line, into words."""

from __future__ import annotations

from typing import Final

from liaison_desktop.domain.delivery import LineState
from liaison_desktop.meetings.faults import Fault
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.values import LineVerdict, NoPicture, Verdict
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr


def _good(say: Say) -> Verdict:
    return Verdict(say, "success", "check-circle")


def _quiet(say: Say, icon: str = "info") -> Verdict:
    return Verdict(say, "muted", icon)


def _warned(say: Say) -> Verdict:
    return Verdict(say, "warning", "warning")


CAMERA_OPENS: Final = _quiet(lambda: tr("The camera is being opened."), "hourglass")
CAMERA_WORKS: Final = _good(lambda: tr("The camera works."))
MICROPHONE_OPENS: Final = _quiet(lambda: tr("The microphone is being opened."), "hourglass")
SAY_SOMETHING: Final = _quiet(lambda: tr("Say a few words: the bars move when you are heard."), "microphone")
HEARD: Final = _good(lambda: tr("The microphone hears you."))
TOO_LOUD: Final = _warned(
    lambda: tr("The microphone hears you too loudly: move away from it, or turn it down in the system's settings.")
)
RECORDING: Final = Verdict(lambda: tr("Speak now: three seconds are recorded."), "primary", "record")
PLAYED_BACK: Final = Verdict(lambda: tr("This is how others hear you."), "primary", "speaker-high")
SPEAKER_OPENS: Final = _quiet(lambda: tr("The loudspeaker is being looked for."), "hourglass")
PLAY_FIRST: Final = _quiet(lambda: tr("Play the melody and listen."))
PLAYS: Final = Verdict(lambda: tr("The melody plays now."), "primary", "speaker-high")
PLAYED: Final = _quiet(
    lambda: tr("If you heard nothing, turn the volume up in the system's settings or choose another loudspeaker.")
)

FAULTS: Final[dict[Fault, Verdict]] = {
    Fault.CAMERA_NONE: _warned(lambda: tr("There is no camera. One that is plugged in is found by itself.")),
    Fault.CAMERA_BUSY: _warned(
        lambda: tr("Another program has the camera. Close that program: the picture comes by itself.")
    ),
    Fault.CAMERA_GONE: _warned(lambda: tr("The camera was unplugged. Plug it in again: the picture comes by itself.")),
    Fault.CAMERA_BLACK: _warned(lambda: tr("The picture is black. Open the cover of the lens, or turn on a light.")),
    Fault.CAMERA_FROZEN: _warned(
        lambda: tr("The picture stands still. Unplug the camera and plug it in again, or choose another.")
    ),
    Fault.MICROPHONE_NONE: _warned(lambda: tr("There is no microphone. Plug one in and press F5.")),
    Fault.MICROPHONE_BUSY: _warned(
        lambda: tr("The microphone cannot be opened. Close other programs that use it: it is tried again by itself.")
    ),
    Fault.MICROPHONE_GONE: _warned(lambda: tr("The microphone was unplugged. Plug it in again and press F5.")),
    Fault.MICROPHONE_SILENT: _warned(
        lambda: tr("The microphone hears nothing: is it muted? Look for a switch on it and in the system's settings.")
    ),
    Fault.SPEAKER_NONE: _warned(lambda: tr("There is no loudspeaker. Plug in one or headphones and press F5.")),
    Fault.SPEAKER_BUSY: _warned(
        lambda: tr("The loudspeaker cannot be opened. Close other programs that use it and play the melody again.")
    ),
    Fault.SPEAKER_GONE: _warned(lambda: tr("The loudspeaker was unplugged. Plug it in again and press F5.")),
}

OPENS: Final = NoPicture("hourglass", lambda: tr("The camera is being opened."), lambda: "")
COMES_BACK: Final = NoPicture(
    "hourglass",
    lambda: tr("The picture comes back in a moment"),
    lambda: tr("Camera and sound are being started again. Nothing else is touched."),
)
DOES_NOT_START: Final = NoPicture(
    "warning",
    lambda: tr("Camera and sound do not start"),
    lambda: tr("It is tried again and again. If that goes on, unplug the camera or start the computer again."),
)

_NO_PICTURE: Final[dict[Fault, NoPicture]] = {
    Fault.CAMERA_NONE: NoPicture(
        "video-camera-slash",
        lambda: tr("Your picture will stand here"),
        lambda: tr("Plug a camera into this computer. It is found by itself; nothing need be pressed."),
    ),
    Fault.CAMERA_BUSY: NoPicture(
        "video-camera-slash",
        lambda: tr("Another program has the camera"),
        lambda: tr("Close other programs that show a picture, also those in the browser."),
    ),
    Fault.CAMERA_GONE: NoPicture(
        "video-camera-slash",
        lambda: tr("The camera is not plugged in any more"),
        lambda: tr("Plug it in again: the picture comes by itself."),
    ),
}


def no_picture(fault: Fault) -> NoPicture | None:
    """What stands in the picture's place; None where there is a picture, be it black or still."""
    return _NO_PICTURE.get(fault)


def line(news: LineNews, *, is_measured: bool = False) -> LineVerdict:
    """What is known of the line from the exchanges with the centre; one that was measured before the first is there."""

    def contact() -> str:
        if news.delivered_at is None:
            return ""
        return tr("Last contact with the centre: {time}.", time=formats.lately(news.delivered_at))

    match news.state:
        case LineState.UNKNOWN if is_measured:
            return LineVerdict("cell-signal-full", lambda: tr("The line is there"), contact)
        case LineState.UNKNOWN:
            return LineVerdict("cell-signal-none", lambda: tr("The line has not been tried yet"), contact)
        case LineState.OFFLINE:
            return LineVerdict(
                "cell-signal-slash",
                lambda: tr("No line"),
                lambda: _together(tr("Camera and sound can be tried all the same."), contact()),
            )
        case LineState.WEAK:
            return LineVerdict(
                "cell-signal-low",
                lambda: tr("The line is weak"),
                lambda: _together(tr("Messages reach the centre with trouble; a picture would too."), contact()),
            )
        case LineState.ONLINE:
            return LineVerdict("cell-signal-full", lambda: tr("The line is there"), contact)
        case LineState.FOREIGN:
            return LineVerdict("warning", lambda: tr("Something else answers on the line"), contact)


def _together(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
