"""Lays an interpreter over the floor, which is heard quietly while one speaks and as before soon after that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from liaison_desktop.media.sound import Samples

UNDER: Final = 0.18
"""How loud the floor is under an interpreter: enough to hear who speaks and how."""
SPEAKS_RMS: Final = 0.004
"""Louder than this (−48 dBFS) is a voice; a cleaned microphone is quieter while nobody speaks."""
HELD_STEPS: Final = 120
"""So many hundredths of a second the floor stays quiet after a word: between two sentences it does not come up."""
DOWN: Final = (1 - UNDER) / 15
UP: Final = (1 - UNDER) / 60
"""Of the loudness in a hundredth of a second: quiet in 0.15 s, back in 0.6 s."""


class Under:
    """How loud the floor is now; of the thread that mixes."""

    def __init__(self) -> None:
        self._gain = 1.0
        self._held = 0

    def lay(self, floor: Samples, over: Samples) -> Samples:
        """The next hundredth of a second of both together."""
        if float(np.sqrt(np.mean(over * over))) > SPEAKS_RMS:
            self._held = HELD_STEPS
        elif self._held:
            self._held -= 1
        before = self._gain
        self._gain = max(UNDER, before - DOWN) if self._held else min(1.0, before + UP)
        if before == self._gain == 1.0:
            return floor + over
        gains = np.linspace(before, self._gain, len(floor), dtype=np.float32)
        return floor * gains + over
