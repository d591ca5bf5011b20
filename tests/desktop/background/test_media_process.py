"""The real media process with stand-ins for devices: it comes back after every kill, and goes with its parent."""

import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liaison_desktop.background.media_process import MediaProcess
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import Devices, Level, Melody, Recording, RecordingStage, State, Told, Wish
from liaison_desktop.meetings.ring import PIXEL_BYTES, RING_BYTES, FrameRing
from liaison_desktop.meetings.supervising import Child, Supervisor

ROOT = Path(__file__).resolve().parents[3]
SOON_S = 60.0


class Booth:
    """The memory, the supervisor and what it heard."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._take_memory()
        self.processes: list[MediaProcess] = []
        self.heard: list[Told] = []
        self.supervisor = Supervisor(
            self._start, now_ms=lambda: time.monotonic_ns() // 1_000_000, hear=self.heard.append
        )
        self.stand_in("synthetic", "synthetic", "synthetic")

    def stand_in(self, camera: str, microphone: str = "none", speaker: str = "none") -> None:
        for name, words in (("CAMERA", camera), ("MICROPHONE", microphone), ("SPEAKER", speaker)):
            self._monkeypatch.setenv(f"LIAISON_{name}", words)

    def surround(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    def _start(self) -> Child:
        self._let_go_of_memory()
        self._take_memory()
        self.processes.append(MediaProcess(self.memory))
        return self.processes[-1]

    def until(self, seen: Callable[[], object]) -> float:
        begun = time.monotonic()
        while not seen():
            assert time.monotonic() - begun < SOON_S, self.heard[-5:]
            self.supervisor.tick()
            time.sleep(0.01)
        return time.monotonic() - begun

    def state(self, part: Part) -> Fault | str | None:
        told = [one for one in self.heard if isinstance(one, State) and one.part is part]
        return told[-1].fault if told else "unheard"

    def levels(self) -> list[Level]:
        return [one for one in self.heard if isinstance(one, Level)]

    def size(self) -> tuple[int, int]:
        with self.ring.held() as picture:
            return (picture.width, picture.height) if picture is not None else (0, 0)

    def pixels(self) -> bytes:
        with self.ring.held() as picture:
            return bytes(picture.pixels) if picture is not None else b""

    def close(self) -> None:
        self.supervisor.close()
        self._let_go_of_memory()

    def _take_memory(self) -> None:
        self.memory = SharedMemory.make(RING_BYTES)
        self.ring = FrameRing(self.memory)

    def _let_go_of_memory(self) -> None:
        self.ring.close()
        self.memory.close()


@pytest.fixture
def booth(monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    made = Booth(monkeypatch)
    yield made
    made.close()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_a_killed_process_is_replaced_and_the_picture_is_back(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.ring.newest)
    os.kill(booth.processes[0].pid, signal.SIGKILL)
    booth.until(lambda: len(booth.processes) == 2 and booth.ring.newest)
    assert is_running(booth.processes[1].pid)


def test_a_process_that_hangs_is_replaced(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.ring.newest)
    first = booth.processes[0].pid
    os.kill(first, signal.SIGSTOP)
    booth.until(lambda: len(booth.processes) == 2 and booth.ring.newest)
    assert not is_running(first)


def test_the_process_goes_when_it_is_no_longer_wanted(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.ring.newest)
    booth.supervisor.end()
    booth.until(lambda: booth.supervisor.is_idle)
    assert not is_running(booth.processes[0].pid)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_process_is_gone_when_its_parent_is_killed() -> None:
    program = (
        "import sys, time\n"
        "from liaison_desktop.background.media_process import MediaProcess\n"
        "from liaison_desktop.meetings.memory import SharedMemory\n"
        "from liaison_desktop.meetings.messages import Wish, write\n"
        "from liaison_desktop.meetings.ring import RING_BYTES, FrameRing\n"
        "memory = SharedMemory.make(RING_BYTES)\n"
        "ring = FrameRing(memory)\n"
        "child = MediaProcess(memory)\n"
        "child.send(write(Wish()))\n"
        "while not ring.newest: time.sleep(0.01)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "LIAISON_CAMERA": "synthetic", "LIAISON_MICROPHONE": "none", "LIAISON_SPEAKER": "none"}
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + SOON_S
    while is_running(child):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_picture_has_the_size_of_its_room_also_when_that_changes(booth: Booth) -> None:
    booth.supervisor.want(Wish(width=565, height=317))
    booth.until(lambda: booth.size() == (565, 317))
    booth.supervisor.want(Wish(width=400, height=600))
    booth.until(lambda: booth.size() == (400, 225))
    booth.supervisor.want(Wish(width=4000, height=3000))
    booth.until(lambda: booth.size() == (1920, 1080))


def test_the_picture_is_mirrored_when_that_is_wished(booth: Booth) -> None:
    def watch_is_left() -> bool:
        pixels = booth.pixels()
        at = (40 * 640 + 96) * PIXEL_BYTES  # the white of the watch, above its hand
        return pixels[at : at + 3] == b"\xfa\xfa\xfa"

    booth.supervisor.want(Wish())
    booth.until(lambda: booth.ring.newest and watch_is_left())
    booth.supervisor.want(Wish(mirrored=False))
    booth.until(lambda: not watch_is_left())


def test_twenty_pictures_a_second_come(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.ring.newest)
    first, begun = booth.ring.newest, time.monotonic()
    booth.until(lambda: booth.ring.newest >= first + 40)
    assert time.monotonic() - begun > 1.5


@pytest.mark.parametrize(
    ("camera", "fault"),
    [
        ("none", Fault.CAMERA_NONE),
        ("busy", Fault.CAMERA_BUSY),
        ("black", Fault.CAMERA_BLACK),
        ("frozen", Fault.CAMERA_FROZEN),
        ("unplugged", Fault.CAMERA_GONE),
        ("file:/nowhere.avi", Fault.CAMERA_NONE),
    ],
)
def test_each_fault_of_a_camera_has_its_name(booth: Booth, camera: str, fault: Fault) -> None:
    booth.stand_in(camera)
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.CAMERA) is fault)


@pytest.mark.parametrize(
    ("microphone", "fault"),
    [
        ("none", Fault.MICROPHONE_NONE),
        ("busy", Fault.MICROPHONE_BUSY),
        ("silent", Fault.MICROPHONE_SILENT),
        ("unplugged", Fault.MICROPHONE_GONE),
        ("file:/nowhere.wav", Fault.MICROPHONE_NONE),
    ],
)
def test_each_fault_of_a_microphone_has_its_name(booth: Booth, microphone: str, fault: Fault) -> None:
    booth.stand_in("none", microphone)
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.MICROPHONE) is fault)


def test_a_speaker_that_is_taken_says_so_when_something_is_to_be_heard(booth: Booth) -> None:
    booth.stand_in("none", "none", "busy")
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.SPEAKER) is None)
    booth.supervisor.play()
    booth.until(lambda: booth.state(Part.SPEAKER) is Fault.SPEAKER_BUSY)


def test_a_computer_without_devices_is_no_fault_of_the_process(booth: Booth) -> None:
    booth.stand_in("none")
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.SPEAKER) is Fault.SPEAKER_NONE)
    assert {one.part: one.devices for one in booth.heard if isinstance(one, Devices)} == dict.fromkeys(Part, ())
    assert len(booth.processes) == 1


def test_a_camera_is_changed_while_the_picture_runs(booth: Booth) -> None:
    booth.stand_in("synthetic,black")
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.CAMERA) is None)
    booth.supervisor.want(Wish(camera="black"))
    booth.until(lambda: booth.state(Part.CAMERA) is Fault.CAMERA_BLACK)
    booth.supervisor.want(Wish(camera="synthetic"))
    booth.until(lambda: booth.state(Part.CAMERA) is None)
    assert len(booth.processes) == 1


def test_a_device_chosen_that_is_not_there_gives_way_to_the_first(booth: Booth) -> None:
    booth.supervisor.want(Wish(camera="sold last year", microphone="so is this"))
    booth.until(lambda: booth.state(Part.CAMERA) is None and booth.state(Part.MICROPHONE) is None)
    assert {one.device for one in booth.heard if isinstance(one, State)} == {"synthetic"}


def test_a_film_is_shown_again_and_again(booth: Booth, tmp_path: Path) -> None:
    import cv2
    import numpy as np

    path = str(tmp_path / "film.avi")
    film = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 20, (64, 36))
    for grey in (60, 120, 180, 240):
        film.write(np.full((36, 64, 3), grey, np.uint8))
    film.release()
    booth.stand_in(f"file:{path}")
    booth.supervisor.want(Wish(width=64, height=36))
    booth.until(lambda: booth.ring.newest > 12)
    assert booth.size() == (64, 36)


def test_a_sound_from_a_file_is_as_loud_as_it_is(booth: Booth, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\x00\x40\x00\xc0" * 8_000)  # half of what there is: -6 dBFS
    booth.stand_in("none", f"file:{path}")
    booth.supervisor.want(Wish())
    booth.until(lambda: len(booth.levels()) > 20)
    assert max(level.peak for level in booth.levels()) in range(-62, -57)


def test_levels_come_about_twenty_times_a_second(booth: Booth) -> None:
    booth.stand_in("none", "synthetic")
    booth.supervisor.want(Wish())
    booth.until(booth.levels)
    before, begun = len(booth.levels()), time.monotonic()
    booth.until(lambda: len(booth.levels()) >= before + 30)
    assert time.monotonic() - begun > 1


def test_the_melody_is_played_to_its_end(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.SPEAKER) is None)
    booth.supervisor.play()
    booth.until(lambda: Melody(playing=False) in booth.heard)
    assert booth.heard.index(Melody(playing=True)) < booth.heard.index(Melody(playing=False))


def test_a_sample_is_recorded_and_then_heard(booth: Booth) -> None:
    booth.supervisor.want(Wish())
    booth.until(lambda: booth.state(Part.MICROPHONE) is None)
    booth.supervisor.record()
    booth.until(lambda: Recording(RecordingStage.ENDED) in booth.heard)
    stages = [one.stage for one in booth.heard if isinstance(one, Recording)]
    assert stages == [RecordingStage.RECORDING, RecordingStage.PLAYING, RecordingStage.ENDED]


def test_a_bug_in_the_camera_thread_is_told_and_ends_the_process(booth: Booth, tmp_path: Path) -> None:
    told: list[str] = []
    booth.supervisor = Supervisor(
        booth._start, now_ms=lambda: time.monotonic_ns() // 1_000_000, hear=booth.heard.append, lost=told.append
    )
    (tmp_path / "sitecustomize.py").write_text(
        "import cv2\n\ndef broken(*_, **__):\n    raise RuntimeError('no colours today')\n\ncv2.cvtColor = broken\n"
    )
    booth.surround(PYTHONPATH=str(tmp_path))
    booth.supervisor.want(Wish())
    booth.until(lambda: told)
    assert told[0] == "RuntimeError: no colours today"


@pytest.mark.skipif(not Path("/usr/share/alsa/alsa.conf").exists(), reason="this system has no ALSA")
def test_portaudio_lists_opens_and_plays_a_device_of_the_system_that_hears_nothing(
    booth: Booth, tmp_path: Path
) -> None:
    configuration = tmp_path / "asound.conf"
    configuration.write_text("</usr/share/alsa/alsa.conf>\npcm.nobody { type null }\n", encoding="ascii")
    booth.stand_in("none", "", "")
    booth.surround(ALSA_CONFIG_PATH=str(configuration))
    booth.supervisor.want(Wish(microphone="nobody", speaker="nobody"))
    booth.until(booth.levels)
    listed = {one.part: {device.code for device in one.devices} for one in booth.heard if isinstance(one, Devices)}
    assert "nobody" in listed[Part.MICROPHONE] & listed[Part.SPEAKER]
    booth.supervisor.play()
    booth.until(lambda: Melody(playing=False) in booth.heard)
    assert booth.state(Part.SPEAKER) is None
    assert len(booth.processes) == 1
