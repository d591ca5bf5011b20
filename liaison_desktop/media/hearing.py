"""Microphone and speaker at work: levels twenty times a second, the melody, the trial recording, their faults."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from liaison_desktop.media.metering import Meter, as_sound
from liaison_desktop.media.sound import RATE, melody
from liaison_desktop.media.sources import Faulty
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import Level, Melody, Recording, RecordingStage, State, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.sound import Microphone, Samples, Speaker

AGAIN_S: Final = 2.0
SAMPLE_S: Final = 3.0
"""How long the trial recording is."""


class Listening:
    """One microphone. `beat` is called twenty times a second by the main thread.

    In a meeting another thread fetches what is heard more often by `hear`, and `tap` is given all of it.
    """

    def __init__(self, code: str, make: Callable[[], Microphone], say: Callable[[Told], None]) -> None:
        self._code, self._make, self._say = code, make, say
        self._microphone: Microphone | None = None
        self._meter = Meter()
        self._again_at = 0.0
        self._said: Fault | bool | None = False
        self._kept: list[Samples] | None = None
        self._unmeasured: list[Samples] = []
        self._fetching = threading.Lock()
        self.tap: Callable[[Samples], None] | None = None

    def hear(self) -> None:
        """Fetch what was heard since the last time, unless another thread is about it."""
        if not self._fetching.acquire(blocking=False):
            return
        try:
            self._fetch()
        finally:
            self._fetching.release()

    def _fetch(self) -> None:
        if self._microphone is None:
            return
        try:
            heard = as_sound(self._microphone.take())
        except Faulty as faulty:
            self._give_up(faulty.fault)
            return
        self._unmeasured.append(heard)
        if self.tap is not None:
            self.tap(heard)

    def beat(self) -> None:
        """Fetch what was heard and say how loud it was; open the microphone, or try again."""
        with self._fetching:
            if self._microphone is None and time.monotonic() >= self._again_at:
                self._open()
            self._fetch()
            if self._microphone is None:
                return
            heard = np.concatenate([*self._unmeasured, np.zeros(0, np.float32)])
            self._unmeasured.clear()
        if self._kept is not None:
            self._kept.append(heard)
        level: Level | None = self._meter.measure(heard)
        if level is not None:
            self._say(level)
        if self._meter.is_silent:
            self._tell(Fault.MICROPHONE_SILENT)
        elif level is not None:
            self._tell(None)

    def _open(self) -> None:
        microphone = self._make()
        try:
            microphone.open()
        except Faulty as faulty:
            microphone.close()
            self._give_up(faulty.fault)
            return
        self._microphone, self._meter = microphone, Meter()
        self._unmeasured.clear()

    def _give_up(self, fault: Fault) -> None:
        self._close()
        self._again_at = time.monotonic() + AGAIN_S
        self._tell(fault)

    def begin_sample(self) -> None:
        """Keep what is heard from now on."""
        self._kept = []

    def sample(self) -> Samples | None:
        """What was kept, once it is three seconds; None before that."""
        if self._kept is None or sum(map(len, self._kept)) < SAMPLE_S * RATE:
            return None
        kept, self._kept = self._kept, None
        return np.concatenate(kept)

    def forget_sample(self) -> None:
        """Keep nothing."""
        self._kept = None

    @property
    def is_sampling(self) -> bool:
        """Whether what is heard is kept."""
        return self._kept is not None

    @property
    def can_hear(self) -> bool:
        """Whether a microphone is open."""
        return self._microphone is not None

    def close(self) -> None:
        """Give the microphone back."""
        with self._fetching:
            self._close()

    def _close(self) -> None:
        if self._microphone is not None:
            self._microphone.close()
            self._microphone = None

    def _tell(self, fault: Fault | None) -> None:
        if fault is not self._said:
            self._said = fault
            self._say(State(Part.MICROPHONE, self._code, fault))


class Sounding:
    """One speaker. It is opened for what is to be heard and given back afterwards, so that others can have it."""

    def __init__(self, code: str, make: Callable[[], Speaker], say: Callable[[Told], None]) -> None:
        self._code, self.make, self._say = code, make, say
        self._speaker: Speaker | None = None
        self._ended: Told | None = None
        self._said: Fault | bool | None = False
        self.tell(None)

    def play_melody(self) -> None:
        """Play the melody, once; while something plays nothing is added."""
        if self._speaker is None and self._play(melody(), Melody(playing=False)):
            self._say(Melody(playing=True))

    def play_sample(self, samples: Samples) -> None:
        """Let the person hear what the microphone heard."""
        if self._play(samples, Recording(RecordingStage.ENDED)):
            self._say(Recording(RecordingStage.PLAYING))
        else:
            self._say(Recording(RecordingStage.ENDED))

    def beat(self) -> None:
        """Give the speaker back when all was heard."""
        if self._speaker is None:
            return
        try:
            if self._speaker.left_s() > 0:
                return
            self.tell(None)
        except Faulty as faulty:
            self.tell(faulty.fault)
        self.close()

    @property
    def is_playing(self) -> bool:
        """Whether something is to be heard."""
        return self._speaker is not None

    def close(self) -> None:
        """Stop, and give the speaker back."""
        if self._speaker is not None:
            self._speaker.close()
            self._speaker = None
        ended, self._ended = self._ended, None
        if ended is not None:
            self._say(ended)

    def _play(self, samples: Samples, ended: Told) -> bool:
        self.close()
        speaker = self.make()
        try:
            speaker.open()
        except Faulty as faulty:
            self.tell(faulty.fault)
            return False
        speaker.play(samples)
        self._speaker, self._ended = speaker, ended
        return True

    def tell(self, fault: Fault | None) -> None:
        """Say how the speaker is, when that is new."""
        if fault is not self._said:
            self._said = fault
            self._say(State(Part.SPEAKER, self._code, fault))
