"""Whoever never meets starts as fast as before: the window's start loads nothing of cameras and sound."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {"cv2", "numpy", "sounddevice", "livekit", "mss", "asyncio", "multiprocessing"}
OURS = ("liaison_desktop.media", "liaison_desktop.meetings", "liaison_desktop.ui.meetings")


def test_the_start_of_the_window_loads_no_camera_and_no_sound() -> None:
    program = "import sys\nfrom liaison_desktop import app\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    loaded = set(told.split())
    assert "liaison_desktop.ui.counter" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert [name for name in loaded if name.startswith(OURS)] == []
