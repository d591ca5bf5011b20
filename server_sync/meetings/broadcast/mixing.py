"""Mixes the voices of the stage into one sound, at the pace of the broadcast's clock and not of theirs."""

import threading
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE: Final = 48_000
PIECE: Final = 1_024
"""Samples that are mixed and encoded at a time: what a frame of AAC holds."""
GATHERED_S: Final = 0.1
"""So much of a voice is gathered before it is heard: it comes in pieces of a twentieth of a second."""
LATE_S: Final = 0.5
"""More than this of a voice is not kept: it would be heard ever later than it is seen."""


class Voices:
    """Keeps of everybody what was not mixed yet. Pieces come from the room's thread, are mixed by another."""

    def __init__(self, late_s: float = LATE_S) -> None:
        self._late_s = late_s
        self._lock = threading.Lock()
        self._waiting: dict[str, _Voice] = {}

    def add(self, who: str, samples: Samples) -> None:
        """Somebody says this."""
        with self._lock:
            self._waiting.setdefault(who, _Voice(self._late_s)).add(samples)

    def forget(self, who: str) -> None:
        """Somebody is not heard any more."""
        with self._lock:
            self._waiting.pop(who, None)

    def mix(self, samples: int = PIECE) -> Samples:
        """The next piece of all of them together, so many samples; silence where nobody speaks."""
        mixed = np.zeros(samples, np.float32)
        with self._lock:
            for voice in self._waiting.values():
                voice.add_to(mixed)
        return np.clip(mixed, -1, 1)


class _Voice:
    def __init__(self, late_s: float) -> None:
        self._most = round(late_s * RATE)
        self._samples = np.zeros(0, np.float32)
        self._is_heard = False

    def add(self, samples: Samples) -> None:
        self._samples = np.concatenate([self._samples, samples])
        if len(self._samples) > self._most:
            self._samples = self._samples[-round(GATHERED_S * RATE) :]

    def add_to(self, mixed: Samples) -> None:
        wanted = len(mixed)
        self._is_heard = len(self._samples) >= (wanted if self._is_heard else GATHERED_S * RATE)
        if self._is_heard:
            mixed += self._samples[:wanted]
            self._samples = self._samples[wanted:]
