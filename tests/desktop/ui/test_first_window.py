"""The first window stands whole on the screen that is there, or says why there is none and how to go on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from liaison_desktop.domain.errors import AlreadyRunning, DiskFull, WorkplaceError
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.hook import NotStarted
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from tests.desktop.office import open_office
from tests.desktop.ui.hands import Hands

ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("screen_child.py").relative_to(ROOT).with_suffix("")


def started(folder: Path, *arguments: str, **surroundings: str) -> dict[str, Any]:
    """Start the program of an enrolled office and give what is to be seen of its first window."""
    open_office(folder / "home").desk.store.close()
    done = subprocess.run(
        [sys.executable, "-m", ".".join(CHILD.parts), str(folder / "home"), *arguments],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1366, 768, 1.0), (1366, 768, 1.25), (1366, 768, 1.5), (1024, 768, 1.0)]
)
def test_the_first_window_and_what_one_signs_in_by_are_on_the_screen(
    tmp_path: Path, width: int, height: int, scale: float
) -> None:
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    described = tmp_path / "screen.json"
    described.write_text(json.dumps({"screens": [screen]}), encoding="ascii")
    told = started(tmp_path, QT_QPA_PLATFORM=f"offscreen:configfile={described}", QT_SCALE_FACTOR=str(scale))
    assert told["scale"] == scale
    assert told["free"][2:] == [int(width / scale + 0.5) - 1, int(height / scale + 0.5) - 1]
    assert told["maximised"]
    assert is_within(
        told["window"], [*told["free"][:2], *(edge + 1 for edge in told["free"][2:])]
    )  # halves are rounded
    assert {"signin.password", "signin.enter"} <= told["controls"].keys()
    for name, corners in told["controls"].items():
        assert is_within(corners, told["window"]), name


def test_where_nothing_can_be_written_the_program_starts_and_asks_who_works_today(tmp_path: Path) -> None:
    assert {"signin.password", "signin.enter"} <= started(tmp_path, "full")["controls"].keys()


def is_within(inner: list[int], outer: list[int]) -> bool:
    return outer[0] <= inner[0] <= inner[2] <= outer[2] and outer[1] <= inner[1] <= inner[3] <= outer[3]


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize(
    "refused",
    [
        DiskFull("disk_full"),
        AlreadyRunning("already_running", permanent=False, folder="office"),
        WorkplaceError("file_held", permanent=False, file="workplace.json"),
    ],
)
def test_a_program_that_cannot_start_says_why_and_can_be_tried_again(
    qtbot: QtBot, hands: Hands, refused: ContractError, language: str
) -> None:
    words.set_language(language)
    for key, result in (
        (Qt.Key.Key_Return, NotStarted.DialogCode.Accepted),
        (Qt.Key.Key_Escape, NotStarted.DialogCode.Rejected),
    ):
        box = NotStarted(lambda: say_error(refused))
        qtbot.addWidget(box)
        box.show()
        said = [label for label in box.findChildren(QLabel) if label.isVisible()]
        assert say_error(refused) in [label.text() for label in said]
        for label in said:
            assert label.height() >= label.heightForWidth(label.width())
        for button in box.findChildren(QAbstractButton):
            assert button.width() >= button.minimumSizeHint().width()
            assert button.text()
        hands.press(box, key)
        assert box.result() == result
