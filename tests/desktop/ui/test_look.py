"""The program can be dressed anew at any moment, whatever Python has still to clear away."""

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
