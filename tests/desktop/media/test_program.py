"""The media process follows what is plugged in and out while it runs."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desktop.media.program import LOOK_FOR_CAMERAS_S, PREPARE_S, Program
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import Asked, Device, State, Told, Wish
from liaison_desktop.meetings.ring import RING_BYTES, FrameRing


class StandInPipe:
    """Keeps what is said; nobody asks."""

    def __init__(self) -> None:
        self.said: list[Told] = []

    def say(self, message: Told) -> None:
        self.said.append(message)

    def next(self, timeout_s: float) -> Asked | None:
        return None

    def camera(self) -> State:
        return [one for one in self.said if isinstance(one, State) and one.part is Part.CAMERA][-1]


class Desk:
    """The program with cameras that are plugged in and out by hand."""

    def __init__(self, ring: FrameRing, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pipe = StandInPipe()
        settings = {"LIAISON_CAMERA": "synthetic,black", "LIAISON_MICROPHONE": "none", "LIAISON_SPEAKER": "none"}
        self.program = Program(self.pipe, ring, settings)
        self.plugged: tuple[str, ...] = ()
        self._later = 0.0
        self.prepared = 0
        monkeypatch.setattr(self.program._cameras, "devices", self.devices)
        monkeypatch.setattr(self.program._attending, "prepare", self._prepare)

    def _prepare(self) -> None:
        self.prepared += 1

    def devices(self) -> tuple[Device, ...]:
        return tuple(Device(one, one) for one in self.plugged)

    def plug(self, *cameras: str) -> None:
        self.plugged = cameras
        self._later += LOOK_FOR_CAMERAS_S + 1
        self.program._beat(time.monotonic() + self._later)

    def until(self, device: str, fault: Fault | None) -> None:
        end = time.monotonic() + 60
        while self.pipe.camera() != State(Part.CAMERA, device, fault):
            assert time.monotonic() < end, self.pipe.said[-3:]
            time.sleep(0.02)
            self.program._beat(time.monotonic())


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    memory = SharedMemory.make(RING_BYTES)
    ring = FrameRing(memory)
    made = Desk(ring, monkeypatch)
    made.program._do(Wish(camera="synthetic"))
    yield made
    made.plug()
    ring.close()
    memory.close()


def test_a_camera_is_found_when_it_is_plugged_in_and_missed_when_it_is_gone(desk: Desk) -> None:
    assert desk.pipe.camera() == State(Part.CAMERA, "", Fault.CAMERA_NONE)
    desk.plug("synthetic")
    desk.until("synthetic", None)
    desk.plug()
    assert desk.pipe.camera() == State(Part.CAMERA, "", Fault.CAMERA_GONE)
    desk.plug("synthetic")
    desk.until("synthetic", None)


def test_while_the_chosen_camera_is_away_another_is_used_and_given_up_again(desk: Desk) -> None:
    desk.plug("black")
    desk.until("black", Fault.CAMERA_BLACK)
    desk.plug("black", "synthetic")
    desk.until("synthetic", None)


PREPARES = """
import sys, time
from liaison_desktop.media.attending import Attending

Attending(print, None, None, None).prepare()
end = time.monotonic() + 60
while not hasattr(sys.modules.get("liaison_desktop.media.staying"), "Stay") and time.monotonic() < end:
    time.sleep(0.01)
print("livekit.rtc" in sys.modules, "livekit.rtc.media_devices" in sys.modules)
"""


def test_the_media_library_is_at_hand_before_a_room_is_wished_once_the_devices_had_their_time(desk: Desk) -> None:
    begun = time.monotonic()
    seen = []
    for later_s in (0.0, PREPARE_S + 1, PREPARE_S + 2):
        desk.program._beat(begun + later_s)
        seen.append(desk.prepared)
    assert seen == [0, 1, 1]

    ran = subprocess.run(
        [sys.executable, "-c", PREPARES], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", "True"], ran.stderr
