"""The cameras of this computer by OpenCV. Linux names them; for Windows they are tried in turn and numbered."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2

from liaison_desktop.media.sources import HEIGHT, RATE, WIDTH, Faulty, _bytes
from liaison_desktop.meetings.faults import Fault
from liaison_desktop.meetings.messages import Device

if TYPE_CHECKING:
    from liaison_desktop.media.sources import Pixels

LISTED: Final = Path("/sys/class/video4linux")
TRIED_MOST: Final = 4
"""Under Windows: more cameras than these nobody has at a counter, and each that is not there costs time."""
MISSED_MOST: Final = 20
"""So many pictures in a row may fail before the camera counts as unplugged."""

WAYS: Final = (cv2.CAP_MSMF, cv2.CAP_DSHOW) if sys.platform == "win32" else (cv2.CAP_V4L2,)
"""Media Foundation first, DirectShow for cameras it does not open."""


def cameras() -> tuple[Device, ...]:
    """All that are plugged in."""
    if sys.platform == "win32":
        return tuple(Device(str(place), f"Camera {place + 1}") for place in range(TRIED_MOST) if _answers(place))
    found: list[Device] = []
    for folder in sorted(LISTED.glob("video*"), key=lambda one: int(one.name.removeprefix("video") or 0)):
        if _line(folder / "index") == "0":  # the others carry what describes the pictures
            name = _line(folder / "name") or folder.name
            same = sum(one.name == name or one.name.startswith(f"{name} (") for one in found)
            shown = f"{name} ({same + 1})" if same else name
            found.append(Device(shown, shown))
    return tuple(found)


def _place_of(code: str) -> int | str | None:
    """Where the system has the camera now; it may have got another number since it was chosen."""
    if sys.platform == "win32":
        return int(code) if code.isdecimal() else None
    names: list[str] = []
    for folder in sorted(LISTED.glob("video*"), key=lambda one: int(one.name.removeprefix("video") or 0)):
        if _line(folder / "index") == "0":
            name = _line(folder / "name") or folder.name
            same = sum(one == name for one in names)
            names.append(name)
            if code == (f"{name} ({same + 1})" if same else name):
                return f"/dev/{folder.name}"
    return None


class CameraSource:
    """One camera. What it gives faster than shown is passed over without being unpacked."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._camera: cv2.VideoCapture | None = None
        self._shown_at = 0.0
        self._missed = 0

    def open(self) -> None:
        place = _place_of(self._code)
        if place is None:
            raise Faulty(Fault.CAMERA_GONE)
        for way in WAYS:
            camera = cv2.VideoCapture(place, way)
            if camera.isOpened():
                camera.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))  # unpacked pictures fill the cable
                camera.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
                camera.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
                camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
                if camera.grab():
                    self._camera, self._missed = camera, 0
                    return
            camera.release()
        raise Faulty(Fault.CAMERA_BUSY)

    def next(self) -> Pixels:
        while self._camera is not None and self._missed < MISSED_MOST:
            if not self._camera.grab():
                self._missed += 1
                time.sleep(0.02)
                continue
            now = time.monotonic()
            if now - self._shown_at < 0.9 / RATE:
                continue
            there, picture = self._camera.retrieve()
            if there:
                self._missed, self._shown_at = 0, now
                return _bytes(picture)
            self._missed += 1
        raise Faulty(Fault.CAMERA_GONE)

    def close(self) -> None:
        if self._camera is not None:
            self._camera.release()
            self._camera = None


def _answers(place: int) -> bool:
    for way in WAYS:
        camera = cv2.VideoCapture(place, way)
        there = camera.isOpened()
        camera.release()
        if there:
            return True
    return False


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
