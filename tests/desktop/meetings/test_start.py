"""Whoever never meets starts as fast as before: neither window nor counter loads anything of cameras and sound."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {"cv2", "numpy", "sounddevice", "livekit", "mss", "asyncio", "multiprocessing"}
OURS = ("liaison_desktop.media", "liaison_desktop.meetings", "liaison_desktop.ui.meetings")


def test_neither_the_window_nor_the_counter_loads_camera_and_sound() -> None:
    program = "import sys\nfrom liaison_desktop import app\nfrom liaison_desktop.ui import counter\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    loaded = set(told.split())
    assert "liaison_desktop.ui.counter" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert [name for name in loaded if name.startswith(OURS)] == []
