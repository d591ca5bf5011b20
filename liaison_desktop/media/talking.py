"""The sound of a meeting: what the others say goes mixed to the speaker, what the microphone hears goes clean to them.

One thread for both, because the echo is taken out by comparing what is played with what is heard.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from liaison_desktop.media.interpreting import Under
from liaison_desktop.media.sound import RATE
from liaison_desktop.media.sources import Faulty
from liaison_desktop.meetings.messages import Heard, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from liaison_desktop.media.hearing import Listening, Sounding
    from liaison_desktop.media.sound import Samples, Speaker

STEP_S: Final = 0.01
STEP: Final = RATE // 100
"""Samples in a hundredth of a second: what the cleaning wants at a time."""
AHEAD_S: Final = 0.06
"""So much is given to the speaker in advance; a thread that is late by less is not heard."""
GATHERED_S: Final = 0.06
"""So much of a voice is gathered before it is heard: it comes in pieces of a twentieth of a second."""
LATE_S: Final = 0.4
"""More than this of a voice is not kept: it would be heard ever later."""
AGAIN_S: Final = 2.0


class Cleaning(Protocol):
    """Makes of what is heard what was said here."""

    def played(self, samples: Samples) -> None:
        """This is given to the speaker now."""

    def delayed(self, delay_s: float) -> None:
        """So much later than given it is heard."""

    def clean(self, samples: Samples) -> bytes:
        """What was heard, clean, as whole numbers of two bytes."""


class Voices:
    """Keeps of everybody what was not heard yet. Pieces come from one thread, are mixed by another.

    Those of `over` say what the others say in another language, and are heard over them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, _Voice] = {}
        self._under = Under()
        self.over: frozenset[str] = frozenset()

    def add(self, identity: str, samples: Samples) -> None:
        """Somebody says this."""
        with self._lock:
            self._waiting.setdefault(identity, _Voice()).add(samples)

    def forget(self, identity: str) -> None:
        """Somebody is not heard any more."""
        with self._lock:
            self._waiting.pop(identity, None)

    def mix(self) -> Samples:
        """The next hundredth of a second of all of them together."""
        floor, over = np.zeros(STEP, np.float32), np.zeros(STEP, np.float32)
        with self._lock:
            for identity, voice in self._waiting.items():
                voice.add_to(over if identity in self.over else floor)
        return np.clip(self._under.lay(floor, over), -1, 1)


class _Voice:
    def __init__(self) -> None:
        self._samples = np.zeros(0, np.float32)
        self._is_heard = False

    def add(self, samples: Samples) -> None:
        self._samples = np.concatenate([self._samples, samples])
        if len(self._samples) > LATE_S * RATE:
            self._samples = self._samples[-round(GATHERED_S * RATE) :]

    def add_to(self, mixed: Samples) -> None:
        self._is_heard = len(self._samples) >= (STEP if self._is_heard else GATHERED_S * RATE)
        if self._is_heard:
            mixed += self._samples[:STEP]
            self._samples = self._samples[STEP:]


class Talking:
    """Between ``begin`` and ``end`` it has a thread that plays the voices and cleans what is heard.

    `send`, when set, is given each clean hundredth of a second as whole numbers of two bytes, in that thread.
    """

    def __init__(
        self,
        listening: Callable[[], Listening | None],
        sounding: Callable[[], Sounding | None],
        say: Callable[[Told], None],
        cleaning: Callable[[], Cleaning] | None = None,
    ) -> None:
        self._listening, self._sounding, self._say = listening, sounding, say
        self._cleaning = cleaning or _echo_cleaning
        self.voices = Voices()
        self.send: Callable[[bytes], None] | None = None
        self.plays = False
        """Whether the others are to be heard."""
        self._heard: deque[Samples] = deque(maxlen=100)
        self._speaker: tuple[Sounding, Speaker] | None = None
        self._again_at = 0.0
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Speak and hear; the same again changes nothing."""
        if self._thread is None:
            self._ends.clear()
            self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Neither speak nor hear."""
        if self._thread is not None:
            self._ends.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        cleaning = self._cleaning()
        unclean = np.zeros(0, np.float32)
        tapped: Listening | None = None
        tell_at = time.monotonic() + 1
        while not self._ends.wait(STEP_S):
            listening = self._listening()
            if listening is not tapped:
                if tapped is not None:
                    tapped.tap = None
                tapped = listening
                if tapped is not None:
                    tapped.tap = self._heard.append
            if listening is not None:
                listening.hear()
            self._play(cleaning)
            unclean = np.concatenate([unclean, *(self._heard.popleft() for _ in range(len(self._heard)))])
            unclean = self._clean(unclean, cleaning)
            if time.monotonic() >= tell_at:
                tell_at += 1
                self._tell_pitch()
        if tapped is not None:
            tapped.tap = None
        self._close_speaker()

    def _play(self, cleaning: Cleaning) -> None:
        """Give the speaker what it will need till the next step."""
        speaker = self._open_speaker()
        if speaker is None:
            return
        sounding, device = speaker
        try:
            left_s = device.left_s()
            while left_s < AHEAD_S:
                mixed = self.voices.mix()
                cleaning.played(mixed)
                device.play(mixed)
                left_s += STEP_S
            cleaning.delayed(left_s)
        except Faulty as faulty:
            self._close_speaker()
            self._again_at = time.monotonic() + AGAIN_S
            sounding.tell(faulty.fault)

    def _open_speaker(self) -> tuple[Sounding, Speaker] | None:
        wanted = self._sounding() if self.plays else None
        if self._speaker is not None and self._speaker[0] is not wanted:
            self._close_speaker()
            self._again_at = 0.0
        if self._speaker is None and wanted is not None and time.monotonic() >= self._again_at:
            device = wanted.make()
            try:
                device.open()
            except Faulty as faulty:
                device.close()
                self._again_at = time.monotonic() + AGAIN_S
                wanted.tell(faulty.fault)
                return None
            wanted.tell(None)
            self._speaker = (wanted, device)
        return self._speaker

    def _close_speaker(self) -> None:
        if self._speaker is not None:
            self._speaker[1].close()
            self._speaker = None

    def _clean(self, unclean: Samples, cleaning: Cleaning) -> Samples:
        """Clean and send what is whole of it; gives the rest."""
        whole = len(unclean) // STEP * STEP
        for at in range(0, whole, STEP):
            clean = cleaning.clean(unclean[at : at + STEP])
            send = self.send
            if send is not None:
                send(clean)
        return unclean[whole:]

    def _tell_pitch(self) -> None:
        pitch = None if self._speaker is None else self._speaker[1].pitch_hz()
        if pitch is not None:
            self._say(Heard(pitch))


def _echo_cleaning() -> Cleaning:
    from liaison_desktop.media.cleaning import EchoCleaning  # not before there is a meeting

    return EchoCleaning()
