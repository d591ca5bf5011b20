"""What stands in for devices, by settings of the environment; without them the computer's own are used.

LIAISON_CAMERA        stand-ins for cameras, several by commas: `synthetic` (a drawn, moving picture with a clock; `synthetic:7` with a number and a wall of its colour, `synthetic:7:640x360` of another size), `file:PATH` (a film again and again), `none`; with troubles: `black`, `frozen`, `busy`, `unplugged` (after a second)
LIAISON_MICROPHONE    the same for microphones: `synthetic` (somebody speaks), `tone:440` (a pitch that comes and goes), `file:PATH` (WAV of 16 bits), `none`, `silent`, `busy`, `unplugged`
LIAISON_SPEAKER       the same for speakers: `synthetic` (plays to nobody and tells the pitch of what it was given), `none`, `busy`
LIAISON_SCREEN        what stands in for the screen that is shared in a meeting: `synthetic`, `synthetic:7` as of cameras, `none`
"""  # noqa: E501 (the page of settings takes each line as a row)

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from liaison_desktop.media.cameras import CameraSource, cameras
from liaison_desktop.media.sound import (
    Microphone,
    RealMicrophone,
    RealSpeaker,
    Speaker,
    sound_devices,
    stand_in_microphone,
    stand_in_speaker,
)
from liaison_desktop.media.sources import PictureSource, stand_in
from liaison_desktop.meetings.faults import Part
from liaison_desktop.meetings.messages import Device

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Shelf(Generic[T]):
    """The devices of one part: what there is, and how one of them is made."""

    def __init__(
        self,
        words: str,
        stand_in: Callable[[str], Callable[[], T] | None],
        listed: Callable[[], tuple[Device, ...]],
        real: Callable[[str], T],
    ) -> None:
        self._listed, self._real = listed, real
        self._stand_ins = {
            word: made
            for word in (one.strip() for one in words.split(","))
            if word and (made := stand_in(word)) is not None
        }
        self._stands_in = bool(words.strip())

    def devices(self) -> tuple[Device, ...]:
        """What there is now."""
        if self._stands_in:
            return tuple(Device(word, word) for word in self._stand_ins)
        return self._listed()

    def make(self, code: str) -> Callable[[], T]:
        """How the device of this code is made."""
        if self._stands_in:
            return self._stand_ins[code]
        return lambda: self._real(code)


def camera_shelf(words: str) -> Shelf[PictureSource]:
    """Cameras, or what stands in for them."""
    return Shelf(words, stand_in, cameras, CameraSource)


def microphone_shelf(words: str) -> Shelf[Microphone]:
    """Microphones, or what stands in for them."""
    return Shelf(words, stand_in_microphone, lambda: sound_devices(Part.MICROPHONE), RealMicrophone)


def speaker_shelf(words: str) -> Shelf[Speaker]:
    """Speakers, or what stands in for them."""
    return Shelf(words, stand_in_speaker, lambda: sound_devices(Part.SPEAKER), RealSpeaker)
