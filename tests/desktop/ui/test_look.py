"""The program can be dressed anew at any moment, whatever Python has still to clear away."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

# In a program of its own: what is tried here ended it in Qt, without a word of Python
FORGOTTEN_WINDOWS: Final = """
import gc
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from liaison_desktop.ui.theme.look import look

class Hearing(QWidget):
    def changeEvent(self, event):
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            gc.set_threshold(1, 1, 1)
            heard.append([[] for _ in range(1000)])
        super().changeEvent(event)

class Forgotten(QWidget):
    def __init__(self):
        super().__init__()
        self.child = QLabel("x", self)
        self.itself = self

application = QApplication([])
look.wear("light")
heard = []
gc.collect()
gc.set_threshold(0)
here = [Hearing() for _ in range(5)]
for _ in range(200):
    Forgotten().ensurePolished()
for one in here:
    one.ensurePolished()
heard.clear()
gc.set_threshold(0)
look.wear("dark", 125)
assert heard
gc.collect()
assert gc.isenabled()
assert len(QApplication.topLevelWidgets()) == len(here)
print("dressed")
"""


def test_windows_that_nobody_refers_to_any_more_do_not_go_while_qt_dresses_all() -> None:
    root = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", FORGOTTEN_WINDOWS], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "dressed"), ran.stderr[-2000:]


def test_a_program_that_is_dressed_and_spoken_anew_again_and_again_lives(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.desktop.ui.dressing_child", str(tmp_path), "2"],
        cwd=root,
        # what was given back is overwritten at once, so that who still goes by it does not get away with it
        env={**os.environ, "PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "165"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "2 rounds"), ran.stderr[-4000:]
