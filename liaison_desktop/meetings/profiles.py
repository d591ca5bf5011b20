"""Decides what of a meeting a line can carry: figures in, profile out. It knows no library, no clock and no window.

What is given up first stands last in each list: others' cameras, then the own camera, then moving pictures at all;
sound is given up last. Downwards it goes quickly, upwards slowly, and after an ascent that failed more slowly still.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final


class Profile(Enum):
    """What is taken of a meeting, from all to sound alone; the value is what settings and messages call it."""

    ALL = "all"
    SIX = "six"
    THREE = "three"
    MOSAIC = "mosaic"
    SMALL = "small"
    STILLS = "stills"
    SOUND = "sound"


ORDER: Final = tuple(Profile)
"""From the thickest line to the thinnest."""
MIX_SITE: Final = "mix"
"""What the centre's mix is called before the hyphen; the same word as in the contract, which the media process does not
know."""
AUTOMATIC: Final = ""
"""What settings say where nobody fixed a profile."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a profile takes and sends.

    `pictures`: so many of others at most, the large one counted. `large_most_px`: how wide a layer of it may be.
    `own_width`, `own_kbps`: the own camera as it is sent, 0 where it is not. `screen_a_second`: pictures of a shared
    screen; 0 where none is sent. `mix_track`: the track of the centre's mix that is taken instead of pictures, where
    the mix is in the room; `is_mixed`: its sound is taken instead of voices.
    """

    needs_kbps: int
    pictures: int
    large_most_px: int
    own_width: int
    own_kbps: int
    screen_a_second: float
    is_mixed: bool = False
    mix_track: str = ""


SHARES: Final = {
    Profile.ALL: Share(4_000, 64, 1_280, 1_280, 1_200, 4),
    Profile.SIX: Share(2_000, 7, 640, 640, 400, 4),
    Profile.THREE: Share(1_000, 4, 320, 480, 250, 2),
    Profile.MOSAIC: Share(512, 1, 320, 320, 110, 1, is_mixed=True, mix_track="mosaic-250"),
    Profile.SMALL: Share(256, 1, 320, 240, 70, 0.5, is_mixed=True, mix_track="mosaic-130"),
    Profile.STILLS: Share(100, 0, 0, 0, 0, 0, is_mixed=True, mix_track="stills-30"),
    Profile.SOUND: Share(0, 0, 0, 0, 0, 0, is_mixed=True),
}
MEASURED_PART: Final = 0.85
"""A line of 512 kbit/s is measured with so much of it at least: the rest are headers and other people."""

LOST_PART: Final = 0.08
"""A radio that loses one packet in twenty whatever is asked of it is no reason to ask for less."""
CLEAN_PART: Final = 0.03
BAD_TIMES: Final = 2
"""So many bad looks, one after another, and there is one profile less; a line that is lost altogether needs one."""
LAGS_S: Final = 8
CLEAN_S: Final = 20
"""So long a line is clean before one profile more is tried."""
FAILED_WITHIN_S: Final = 30
"""An ascent that was given up so soon has failed: the next one is waited for twice as long."""
PATIENCE_MOST_S: Final = 480


@dataclass(frozen=True, slots=True)
class Figures:
    """How the line was since the last look, `passed_s` ago.

    `lost`: the part of packets that did not come; `quality` as the media server calls it, 0 lost, 1 poor, 2 good, 3
    excellent; `is_stalled`: nothing came of what was asked for.
    """

    passed_s: float
    lost: float = 0.0
    quality: int = 3
    is_stalled: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing."""
        return self.lost <= CLEAN_PART and self.quality >= 2 and not self.is_stalled


@dataclass(frozen=True, slots=True)
class Following:
    """How a line is followed: the profile now, and what was seen since it is that one."""

    profile: Profile = Profile.ALL
    bad: int = 0
    clean_s: float = 0.0
    since_s: float = 0.0
    patience_s: float = CLEAN_S
    is_ascent: bool = False


def is_bad(before: Following, seen: Figures) -> bool:
    """Whether more is asked of the line than it carries.

    The media server's word for it lags behind: right after a step it is about what was before.
    """
    is_poor = seen.quality == 0 or (seen.quality == 1 and before.since_s >= LAGS_S)
    return seen.lost >= LOST_PART or seen.is_stalled or is_poor


def of_kbps(kbps: int) -> Profile:
    """The best profile for a line that was measured."""
    return next(one for one in ORDER if kbps >= SHARES[one].needs_kbps * MEASURED_PART)


def begin(profile: Profile) -> Following:
    """Follow a line from this profile on."""
    return Following(profile)


def follow(before: Following, seen: Figures) -> Following:
    """What is right after one more look."""
    now = replace(
        before,
        since_s=before.since_s + seen.passed_s,
        bad=before.bad + 1 if is_bad(before, seen) else 0,
        clean_s=before.clean_s + seen.passed_s if seen.is_clean else 0.0,
    )
    if now.is_ascent and now.since_s >= FAILED_WITHIN_S:
        now = replace(now, is_ascent=False, patience_s=CLEAN_S)
    if now.bad >= (1 if seen.quality == 0 else BAD_TIMES):
        return _down(now)
    if now.clean_s >= now.patience_s:
        return _up(now)
    return now


def _down(now: Following) -> Following:
    place = ORDER.index(now.profile)
    if place == len(ORDER) - 1:
        return replace(now, bad=0)
    patience_s = min(now.patience_s * 2, PATIENCE_MOST_S) if now.is_ascent else now.patience_s
    return Following(ORDER[place + 1], patience_s=patience_s)


def _up(now: Following) -> Following:
    place = ORDER.index(now.profile)
    if place == 0:
        return replace(now, clean_s=0.0)
    return Following(ORDER[place - 1], patience_s=now.patience_s, is_ascent=True)


def is_mix(identity: str) -> bool:
    """Whether somebody in a room is the centre's mix, and no person."""
    return identity.rpartition("-")[0] == MIX_SITE
