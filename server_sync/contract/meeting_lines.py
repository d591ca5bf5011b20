"""How thick the line of a PC in a meeting is, and what is carried for thin ones: one picture, one sound of the stage.

A PC tells the centre its line with `HERE` and `LOOK`; the desk is told it for everybody who came. While one that is
there has a line that is not good, the centre's mix is in the room: a participant that is no person, sits on no stage
and stands in no list. It sends the stage as one picture in three qualities and as one sound; which track is which its
name says. A PC that speaks takes the others' voices one by one meanwhile, since its own is in the mix.
"""

from enum import IntEnum, StrEnum
from typing import Final

MIX_SITE: Final = "mix"
"""What stands for the site in the name of the centre's mix; no site is called so."""
FILLING_UP_BYTES: Final = 24 * 1024
"""So much a PC sends to measure its line."""
FILLING_DOWN_BYTES: Final = 64 * 1024
"""So much the centre sends for that: with the way up and all around it less than 150 kB."""


class Line(IntEnum):
    """How the line of a PC is, as it says itself; `UNKNOWN`: it has not said."""

    UNKNOWN = 0
    GOOD = 1
    THIN = 2
    SOUND = 3


class MixTrack(StrEnum):
    """What the tracks of the mix are called, with the kbit/s that each takes at most."""

    PICTURE = "mosaic-250"
    SMALL = "mosaic-130"
    STILLS = "stills-30"
    SOUND = "mix"


TAKES_THE_MIX: Final = frozenset({Line.THIN, Line.SOUND})
