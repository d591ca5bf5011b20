"""The main thread of the media process: does what the last wish says, twenty times a second."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, TypeVar

from liaison_desktop.media.attending import Attending
from liaison_desktop.media.canvas import OWN, Canvas
from liaison_desktop.media.filming import Filming
from liaison_desktop.media.hearing import Listening, Sounding
from liaison_desktop.media.screens import Sharing, displays, screen
from liaison_desktop.media.standing_in import Shelf, camera_shelf, microphone_shelf, speaker_shelf
from liaison_desktop.media.talking import Talking
from liaison_desktop.media.thinning import Thinning
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    Asked,
    Broken,
    Device,
    Devices,
    Displays,
    ListScreens,
    Ping,
    PlayMelody,
    Pong,
    Recording,
    RecordingStage,
    RecordSample,
    Shared,
    State,
    Told,
    Wish,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liaison_desktop.media.sound import Samples
    from liaison_desktop.media.sources import Pixels
    from liaison_desktop.meetings.ring import FrameRing

BEAT_S: Final = 0.05
LOOK_FOR_CAMERAS_S: Final = 2.0
PREPARE_S: Final = 1.0
"""After the start the devices come first; then it is made ready to be in a room."""
NO_ONE: Final = {
    Part.CAMERA: Fault.CAMERA_NONE,
    Part.MICROPHONE: Fault.MICROPHONE_NONE,
    Part.SPEAKER: Fault.SPEAKER_NONE,
}
GONE: Final = {
    Part.CAMERA: Fault.CAMERA_GONE,
    Part.MICROPHONE: Fault.MICROPHONE_GONE,
    Part.SPEAKER: Fault.SPEAKER_GONE,
}

T = TypeVar("T")


class Mouth(Protocol):
    """Hears the parent and speaks to it."""

    def say(self, message: Told) -> None:
        """Tell the parent."""

    def next(self, timeout_s: float) -> Asked | None:
        """The next message, or None when none comes in time."""


class CameraStuck(Exception):
    """A driver does not give the camera back: only a new process is free of it."""


class Program:
    """Has the camera, the microphone and the speaker that were wished for, and is in the room; tells how they are."""

    def __init__(self, pipe: Mouth, ring: FrameRing, settings: Mapping[str, str]) -> None:
        self._pipe = pipe
        self._canvas = Canvas(ring)
        self._talking = Talking(
            lambda: None if self._listening is None else self._listening[1],
            lambda: None if self._sounding is None else self._sounding[1],
            pipe.say,
        )
        self._attending = Attending(pipe.say, self._canvas, self._talking, Thinning(pipe.say))
        self._cameras = camera_shelf(settings.get("LIAISON_CAMERA", ""))
        self._microphones = microphone_shelf(settings.get("LIAISON_MICROPHONE", ""))
        self._speakers = speaker_shelf(settings.get("LIAISON_SPEAKER", ""))
        self._screen = settings.get("LIAISON_SCREEN", "")
        self._known: dict[Part, tuple[Device, ...]] = {}
        self._wish: Wish | None = None
        self._filming: tuple[str, Filming] | None = None
        self._listening: tuple[str, Listening] | None = None
        self._sounding: tuple[str, Sounding] | None = None
        self._sharing: tuple[str, Sharing] | None = None
        self._look_at = 0.0
        self._prepare_at: float | None = time.monotonic() + PREPARE_S
        self._next_beat = 0.0

    def run(self) -> NoReturn:
        """Work for ever; the pipe ends the process. A fault of our own is told before it does."""
        sys.excepthook = lambda _kind, error, _trace: self._break_off(error)
        threading.excepthook = lambda found: self._break_off(found.exc_value)
        while True:
            self._turn()

    def _break_off(self, error: BaseException | None) -> None:
        """The hook of this process: tell what broke and end, so that a sound one is started."""
        try:
            self._pipe.say(Broken(f"{type(error).__name__}: {error}"))
        finally:
            os._exit(1)  # a thread that hangs in a driver does not keep it

    def _turn(self) -> None:
        message = self._pipe.next(max(0.0, self._next_beat - time.monotonic()))
        if message is not None:
            self._do(message)
        now = time.monotonic()
        if now >= self._next_beat:
            self._next_beat = now + BEAT_S
            self._beat(now)

    def _do(self, message: Asked) -> None:
        match message:
            case Ping(number):
                self._pipe.say(Pong(number))
            case Wish():
                self._take_up(message)
            case PlayMelody():
                if self._sounding is not None:
                    self._sounding[1].play_melody()
            case RecordSample():
                self._begin_sample()
            case ListScreens():
                self._pipe.say(Displays(displays(self._screen)))

    def _beat(self, now: float) -> None:
        if self._prepare_at is not None and now >= self._prepare_at:
            self._prepare_at = None
            self._attending.prepare()
        if self._filming is not None:
            self._filming[1].look()
        if self._sounding is not None:
            self._sounding[1].beat()
        if self._listening is not None:
            listening = self._listening[1]
            listening.beat()
            if not listening.can_hear:
                self._end_sample(listening)
            sample = listening.sample()
            if sample is not None:
                self._play_sample(sample)
        if self._wish is not None and now >= self._look_at and sys.platform != "win32":  # there looking is opening
            self._look_at = now + LOOK_FOR_CAMERAS_S
            if self._cameras.devices() != self._known.get(Part.CAMERA):
                self._take_camera(self._wish)

    def _take_up(self, wish: Wish) -> None:
        self._wish = wish
        self._canvas.lay(wish.width, wish.height, wish.tiles, mirrored=wish.mirrored)
        self._take_camera(wish)
        self._take_sound(wish)
        self._take_screen(wish)
        self._attending.want(wish.room, wish.tiles, wish.line)

    def _take_camera(self, wish: Wish) -> None:
        chosen = self._chosen(Part.CAMERA, self._cameras, wish.camera)
        if wish.room is not None and not wish.room.camera:
            chosen = ""  # off: its light too
        if self._filming is not None and self._filming[0] != chosen:
            if not self._filming[1].end():
                raise CameraStuck(self._filming[0])
            self._filming = None
            self._canvas.hide(OWN)
        if self._filming is None and chosen:

            def tell(fault: Fault | None) -> None:
                if fault in (Fault.CAMERA_GONE, Fault.CAMERA_BUSY):
                    self._canvas.hide(OWN)
                self._pipe.say(State(Part.CAMERA, chosen, fault))

            self._filming = (chosen, Filming(self._cameras.make(chosen), self._show, tell))

    def _show(self, picture: Pixels) -> None:
        """Show the own picture here and in the room; in the camera's thread."""
        self._canvas.show(OWN, picture)
        self._attending.film(picture)

    def _take_screen(self, wish: Wish) -> None:
        wanted = wish.room.display if wish.room is not None and wish.room.screen else None
        if self._sharing is not None and self._sharing[0] != wanted:
            self._sharing[1].end()
            self._sharing = None
        if self._sharing is None and wanted is not None:

            def tell(is_possible: bool) -> None:
                if not is_possible:
                    self._pipe.say(Shared(shared=False, possible=False))

            self._sharing = (wanted, Sharing(screen(self._screen, wanted), self._attending.share, tell))

    def _take_sound(self, wish: Wish) -> None:
        speaker = self._chosen(Part.SPEAKER, self._speakers, wish.speaker)
        if self._sounding is not None and self._sounding[0] != speaker:
            self._sounding[1].close()
            self._sounding = None
        if self._sounding is None and speaker:
            self._sounding = (speaker, Sounding(speaker, self._speakers.make(speaker), self._pipe.say))
        microphone = self._chosen(Part.MICROPHONE, self._microphones, wish.microphone)
        if self._listening is not None and self._listening[0] != microphone:
            self._listening[1].close()
            self._end_sample(self._listening[1])
            self._listening = None
        if self._listening is None and microphone:
            listening = Listening(microphone, self._microphones.make(microphone), self._pipe.say)
            self._listening = (microphone, listening)

    def _chosen(self, part: Part, shelf: Shelf[T], wished: str) -> str:
        """The device that is wished for, or the first where it is not there; empty, and told, where there is none."""
        if part is Part.CAMERA or part not in self._known:
            devices = shelf.devices()
            before = self._known.get(part)
            if devices != before:
                self._known[part] = devices
                self._pipe.say(Devices(part, devices))
                if not devices:
                    self._pipe.say(State(part, "", GONE[part] if before else NO_ONE[part]))
        codes = [device.code for device in self._known[part]]
        return wished if wished in codes else codes[0] if codes else ""

    # the trial recording

    def _begin_sample(self) -> None:
        if self._listening is None or not self._listening[1].can_hear:
            self._pipe.say(Recording(RecordingStage.ENDED))
            return
        if self._sounding is not None:
            self._sounding[1].close()
        self._listening[1].begin_sample()
        self._pipe.say(Recording(RecordingStage.RECORDING))

    def _end_sample(self, listening: Listening) -> None:
        if listening.is_sampling:
            listening.forget_sample()
            self._pipe.say(Recording(RecordingStage.ENDED))

    def _play_sample(self, sample: Samples) -> None:
        if self._sounding is None:
            self._pipe.say(Recording(RecordingStage.ENDED))
        else:
            self._sounding[1].play_sample(sample)
