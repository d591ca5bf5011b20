"""Puts into words what a measured line carries of a meeting."""

from __future__ import annotations

from typing import Final

from liaison_desktop.meetings.profiles import Profile, of_kbps
from liaison_desktop.sync.line_test import Measured
from liaison_desktop.ui.meetings.values import Verdict
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr

MEASURES: Final = Verdict(lambda: tr("The line is being measured, three seconds at most."), "muted", "hourglass")
NOT_MEASURED: Final = Verdict(lambda: tr("The line could not be measured."), "warning", "warning")
UP_LEAST_KBPS: Final = 130
"""So much the own picture and sound take at least."""
TOLD_MOST_KBPS: Final = 20_000
"""A faster line is not told from others by so few bytes."""

_CARRIES: Final[dict[Profile, tuple[Say, str]]] = {
    Profile.ALL: (lambda: tr("Good for a meeting with all pictures"), "success"),
    Profile.SIX: (lambda: tr("Good for a meeting with seven pictures"), "success"),
    Profile.THREE: (lambda: tr("Enough for a meeting with four small pictures"), "success"),
    Profile.MOSAIC: (lambda: tr("Thin: the stage comes in one picture, the sound is whole"), "warning"),
    Profile.SMALL: (lambda: tr("Thin: the stage comes in one small picture, the sound is whole"), "warning"),
    Profile.STILLS: (lambda: tr("Very thin: sound and a still picture"), "warning"),
    Profile.SOUND: (lambda: tr("Very thin: sound only"), "warning"),
}


def measured(line: Measured) -> Verdict:
    """What the line carries, in words and in kbit/s."""
    carries, tone = _CARRIES[of_kbps(line.down_kbps)]

    def say() -> str:
        told = [tr("{verdict}: {kbps} kbit/s.", verdict=carries(), kbps=_told(line.down_kbps))]
        if line.up_kbps:
            told.append(tr("Out of here: {kbps} kbit/s.", kbps=_told(line.up_kbps)))
        if 0 < line.up_kbps < UP_LEAST_KBPS:
            told.append(tr("The own picture may not go out."))
        return " ".join(told)

    return Verdict(say, tone, "check-circle" if tone == "success" else "cell-signal-low")


def _told(kbps: int) -> str:
    """Two digits are as much as was measured."""
    if kbps > TOLD_MOST_KBPS:
        return f"> {TOLD_MOST_KBPS}"
    factor = 10 ** max(0, len(str(kbps)) - 2)
    return str(kbps // factor * factor)
