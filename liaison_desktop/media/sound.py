"""Microphones and speakers: those of this computer by PortAudio, and stand-ins that behave as they do.

PortAudio is loaded when a real device is wanted. It reads the list of devices once: a fresh process finds new ones.
"""

from __future__ import annotations

import re
import time
import wave
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from liaison_desktop.media.sources import UNPLUGGED_AFTER_S, Faulty
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import Device

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE: Final = 48_000
"""Samples a second: what meetings speak, and what all devices know."""
KEPT_S: Final = 1.0
"""So much is kept for who comes late to fetch it."""
HEARD_ABOVE: Final = 0.003
"""What is quieter, a stand-in for a speaker calls silence."""
TONE: Final = re.compile(r"tone:([1-9][0-9]{1,4})")


class Microphone(Protocol):
    """Gives what was heard since it was last asked: one channel, from -1 to 1."""

    def open(self) -> None:
        """Begin to listen. Raises Faulty."""

    def take(self) -> Samples:
        """What was heard since. Raises Faulty when the device is gone."""

    def close(self) -> None:
        """Give the device back."""


class Speaker(Protocol):
    """Plays what it is given, after what it plays."""

    def open(self) -> None:
        """Begin. Raises Faulty."""

    def play(self, samples: Samples) -> None:
        """Play these."""

    def left_s(self) -> float:
        """How much is still to be heard. Raises Faulty when the device is gone."""

    def pitch_hz(self) -> int | None:
        """What a stand-in was given in the last second, as its loudest pitch, 0 for silence; None of a real one."""

    def close(self) -> None:
        """Give the device back; what was not heard is not."""


def _portaudio() -> ModuleType | None:
    try:
        import sounddevice
    except OSError:  # the system has no PortAudio
        return None
    module: ModuleType = sounddevice
    return module


def sound_devices(part: Part) -> tuple[Device, ...]:
    """All of this computer, the usual one first; of the system's own way to the sound only."""
    audio = _portaudio()
    if audio is None:
        return ()
    way = "input" if part is Part.MICROPHONE else "output"
    try:
        hosts, all_of_them = audio.query_hostapis(), audio.query_devices()
    except audio.PortAudioError:
        return ()
    found: list[Device] = []
    for host in hosts[:1]:
        usual = host[f"default_{way}_device"]
        for place in sorted(host["devices"], key=lambda one: one != usual):
            one = all_of_them[place]
            if one[f"max_{way}_channels"] > 0 and one["name"] not in {known.name for known in found}:
                found.append(Device(one["name"], one["name"]))
    return tuple(found)


def _place(audio: ModuleType, code: str, way: str) -> int | None:
    for place, one in enumerate(audio.query_devices()):
        if one["name"] == code and one[f"max_{way}_channels"] > 0:
            return place
    return None


class RealMicrophone:
    """One by PortAudio; its own thread hears, the main thread fetches."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._blocks: deque[Samples] = deque(maxlen=200)
        self._stream: Any = None

    def open(self) -> None:
        audio = _portaudio()
        place = _place(audio, self._code, "input") if audio is not None else None
        if audio is None or place is None:
            raise Faulty(Fault.MICROPHONE_GONE)
        try:
            self._stream = audio.InputStream(RATE, device=place, channels=1, dtype="float32", callback=self._heard)
            self._stream.start()
        except audio.PortAudioError as error:
            raise Faulty(Fault.MICROPHONE_BUSY) from error

    def take(self) -> Samples:
        if self._stream is None or not self._stream.active:
            raise Faulty(Fault.MICROPHONE_GONE)
        blocks = [self._blocks.popleft() for _ in range(len(self._blocks))]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _heard(self, block: Samples, _frames: int, _times: object, _status: object) -> None:
        self._blocks.append(block[:, 0].copy())


class RealSpeaker:
    """One by PortAudio; its own thread asks for what is to be played, and is never waited for."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._waiting: deque[Samples] = deque()
        self._begun = np.zeros(0, np.float32)
        self._given = self._played = 0
        self._stream: Any = None

    def open(self) -> None:
        audio = _portaudio()
        place = _place(audio, self._code, "output") if audio is not None else None
        if audio is None or place is None:
            raise Faulty(Fault.SPEAKER_GONE)
        try:
            self._stream = audio.OutputStream(RATE, device=place, channels=1, dtype="float32", callback=self._wanted)
            self._stream.start()
        except audio.PortAudioError as error:
            raise Faulty(Fault.SPEAKER_BUSY) from error

    def play(self, samples: Samples) -> None:
        self._given += len(samples)
        self._waiting.append(samples)

    def left_s(self) -> float:
        if self._stream is None or not self._stream.active:
            raise Faulty(Fault.SPEAKER_GONE)
        return (self._given - self._played) / RATE

    def pitch_hz(self) -> int | None:
        return None

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _wanted(self, block: Samples, frames: int, _times: object, _status: object) -> None:
        at = 0
        while at < frames:
            if not len(self._begun):
                if not self._waiting:
                    break
                self._begun = self._waiting.popleft()
            given = self._begun[: frames - at]
            self._begun = self._begun[len(given) :]
            block[at : at + len(given), 0] = given
            at += len(given)
        block[at:, 0] = 0
        self._played += at


class StandInMicrophone:
    """Hears somebody who speaks and pauses, a tone that comes and goes, a file, or nothing."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        tone = TONE.fullmatch(kind)
        self._sound = _speech() if tone is None else _tone(int(tone[1]))
        self._at = 0
        self._begun = 0.0

    def open(self) -> None:
        if self._kind == "busy":
            raise Faulty(Fault.MICROPHONE_BUSY)
        if self._kind == "unplugged" and self._begun:
            raise Faulty(Fault.MICROPHONE_GONE)
        if self._kind.startswith("file:"):
            self._sound = _of_file(self._kind.removeprefix("file:"))
        elif self._kind == "silent":
            self._sound = np.zeros(RATE, np.float32)
        self._begun = time.monotonic()
        self._at = 0

    def take(self) -> Samples:
        passed = time.monotonic() - self._begun
        if self._kind == "unplugged" and passed > UNPLUGGED_AFTER_S:
            raise Faulty(Fault.MICROPHONE_GONE)
        upto = round(passed * RATE)
        first = max(self._at, upto - round(KEPT_S * RATE))
        self._at = upto
        heard: Samples = self._sound[np.arange(first, upto) % len(self._sound)]
        return heard

    def close(self) -> None:
        """Nothing is held."""


class StandInSpeaker:
    """Plays to nobody, as fast as one that is heard."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._until = 0.0
        self._last: deque[Samples] = deque()
        self._kept = 0

    def open(self) -> None:
        if self._kind == "busy":
            raise Faulty(Fault.SPEAKER_BUSY)

    def play(self, samples: Samples) -> None:
        self._until = max(self._until, time.monotonic()) + len(samples) / RATE
        self._last.append(samples)
        self._kept += len(samples)
        while self._kept - len(self._last[0]) >= RATE:
            self._kept -= len(self._last.popleft())

    def left_s(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def pitch_hz(self) -> int | None:
        heard = np.concatenate([*self._last, np.zeros(1, np.float32)])
        if np.max(np.abs(heard)) < HEARD_ABOVE:
            return 0
        loudness = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
        return round(float(np.argmax(loudness)) * RATE / len(heard))

    def close(self) -> None:
        """Nothing is held."""


def stand_in_microphone(kind: str) -> Callable[[], Microphone] | None:
    """The one that a word of LIAISON_MICROPHONE names; None for a word that names none."""
    if kind in ("synthetic", "silent", "busy", "unplugged") or kind.startswith("file:") or TONE.fullmatch(kind):
        one = StandInMicrophone(kind)
        return lambda: one
    return None


def stand_in_speaker(kind: str) -> Callable[[], Speaker] | None:
    """The one that a word of LIAISON_SPEAKER names; None for a word that names none."""
    if kind in ("synthetic", "busy"):
        return lambda: StandInSpeaker(kind)
    return None


def melody() -> Samples:
    """Four quiet notes that rise and fall, each dying away as a bell does."""
    notes = [(523.25, 0.32), (659.26, 0.32), (783.99, 0.32), (659.26, 0.7)]
    parts = []
    for pitch, length in notes:
        at = np.arange(round(length * RATE)) / RATE
        swing = np.sin(2 * np.pi * pitch * at) + 0.25 * np.sin(4 * np.pi * pitch * at)
        parts.append(0.22 * swing * np.minimum(1, at / 0.012) * np.exp(-at * 4.5))
    whole: Samples = np.concatenate(parts).astype(np.float32)
    return whole


def _speech() -> Samples:
    """Three seconds of a voice's pitch in syllables over the noise of a room, and a pause."""
    at = np.arange(4 * RATE) / RATE
    voice = np.sum([np.sin(2 * np.pi * 130 * n * at) / n for n in range(1, 8)], axis=0)
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * at), 0, 1) * (at < 3)
    noise = np.random.default_rng(63).normal(0, 0.002, len(at))
    spoken: Samples = (0.12 * voice * syllables + noise).astype(np.float32)
    return spoken


def _tone(pitch_hz: int) -> Samples:
    """Three seconds of one pitch in syllables: what never pauses is taken for noise and cleaned away."""
    at = np.arange(3 * RATE) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3 * at) * 3, 0, 1)
    spoken: Samples = (0.2 * np.sin(2 * np.pi * pitch_hz * at) * syllables).astype(np.float32)
    return spoken


def _of_file(path: str) -> Samples:
    """A WAV file of 16 bits, its first channel."""
    try:
        with wave.open(path, "rb") as file:
            if file.getsampwidth() != 2 or not file.getnframes():
                raise Faulty(Fault.MICROPHONE_NONE)
            raw = np.frombuffer(file.readframes(file.getnframes()), np.int16)[:: file.getnchannels()]
            rate = file.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise Faulty(Fault.MICROPHONE_NONE) from error
    at = np.arange(0, len(raw), rate / RATE)
    resampled: Samples = np.interp(at, np.arange(len(raw)), raw / 32_768).astype(np.float32)
    return resampled
