"""The screen is shared as it stands; a system that shows none is told of."""

import base64
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import cv2
import mss
import numpy as np
import pytest

from liaison_desktop.media.screens import (
    SCREENS_A_SECOND,
    NoScreen,
    ScreenHidden,
    ScreenSource,
    Sharing,
    displays,
    screen,
)
from liaison_desktop.media.sources import DrawnSource

ROOT = Path(__file__).resolve().parents[3]


def test_without_a_word_it_is_this_computers_screen_and_with_one_what_it_names() -> None:
    assert screen("") is ScreenSource
    assert screen("none") is NoScreen
    made = screen("synthetic:5:320x180")()
    assert isinstance(made, DrawnSource)
    assert made.next().shape == (180, 320, 3)


def test_a_screen_that_cannot_be_seen_is_told_once_and_tried_again() -> None:
    told: list[bool] = []
    shown: list[object] = []
    sharing = Sharing(NoScreen, shown.append, told.append)
    end = time.monotonic() + 60
    while not told:
        assert time.monotonic() < end
        time.sleep(0.01)
    sharing.end()
    assert (told, shown) == ([False], [])


def test_a_screen_is_chosen_by_a_small_picture_and_where_none_is_shown_there_is_none() -> None:
    (drawn,) = displays("synthetic:5:1280x720")
    assert (drawn.code, drawn.width, drawn.height) == ("1", 1280, 720)
    small = cv2.imdecode(np.frombuffer(base64.b64decode(drawn.picture), np.uint8), cv2.IMREAD_COLOR)
    assert small is not None
    assert small.shape[:2] == (162, 288)
    assert displays("none") == ()


LEFT, RIGHT = (0, 0, 64, 36), (64, 0, 32, 36)


class Desk:
    """Screens that lie beside each other, each of one brightness, and somebody who plugs them in and out."""

    def __init__(self, *lie: tuple[int, int, int, int]) -> None:
        self.lie = lie

    def look(self) -> "Looking":
        return Looking(self)


class Looking:
    """Stands in for ``mss.MSS``: the list of screens is read once, what is looked at is what stands there now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        whole = (0, 0, sum(width for _, _, width, _ in desk.lie), 36)
        self.monitors = [dict(zip(("left", "top", "width", "height"), one, strict=True)) for one in (whole, *desk.lie)]
        self.primary_monitor = self.monitors[1]

    def grab(self, place: dict[str, int]) -> SimpleNamespace:
        width, height = place["width"], place["height"]
        there = next((one for one in self._desk.lie if one[0] == place["left"]), LEFT)
        return SimpleNamespace(bgra=bytes([there[2]]) * (width * height * 4), width=width, height=height)

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    one = Desk(LEFT, RIGHT)
    monkeypatch.setattr(mss, "MSS", one.look)
    return one


MOVED = {
    "the first was unplugged": ((0, 0, 32, 36),),
    "the second was unplugged": (LEFT,),
    "they changed places": (RIGHT, LEFT),
    "a third came": (LEFT, RIGHT, (96, 0, 16, 36)),
    "one has another size": (LEFT, (64, 0, 32, 18)),
}


@pytest.mark.parametrize("lie", MOVED.values(), ids=MOVED.keys())
def test_a_shared_screen_is_seen_no_more_as_soon_as_the_screens_lie_otherwise(
    desk: Desk, lie: tuple[tuple[int, int, int, int], ...]
) -> None:
    for chosen in displays(""):
        desk.lie = (LEFT, RIGHT)
        source = ScreenSource(chosen.code)
        source.open()
        assert source.next().shape == (chosen.height, chosen.width, 3)
        desk.lie = lie
        with pytest.raises(ScreenHidden):
            source.next()
        source.close()


@pytest.mark.parametrize("lie", MOVED.values(), ids=MOVED.keys())
def test_a_choice_among_screens_that_lay_otherwise_shows_none(
    desk: Desk, lie: tuple[tuple[int, int, int, int], ...]
) -> None:
    chosen = displays("")
    assert [(one.width, one.height) for one in chosen] == [(64, 36), (32, 36)]
    desk.lie = lie
    for one in chosen:
        with pytest.raises(ScreenHidden):
            ScreenSource(one.code).open()
    desk.lie = (LEFT, RIGHT)
    ScreenSource(chosen[1].code).open()


@pytest.mark.parametrize("code", ["1", "2", "-", "3-", "x-y"])
def test_a_number_alone_is_no_screen(desk: Desk, code: str) -> None:
    assert desk.lie
    with pytest.raises(ScreenHidden):
        ScreenSource(code).open()


@pytest.mark.skipif(sys.platform != "linux", reason="a virtual screen of X11")
def test_a_real_screen_is_seen_a_few_times_a_second_and_one_that_is_not_there_is_not() -> None:
    program = (
        "import time\n"
        "from liaison_desktop.media.screens import Sharing, ScreenSource\n"
        "shown, told = [], []\n"
        "sharing = Sharing(ScreenSource, lambda one: shown.append(one.shape), told.append)\n"
        "end = time.monotonic() + 60\n"
        "while len(shown) < 4 and False not in told and time.monotonic() < end: time.sleep(0.01)\n"
        "sharing.end()\n"
        "print(shown[:1], told)\n"
        "from liaison_desktop.media.screens import displays\n"
        "print([(one.code[:2], one.width, one.height, bool(one.picture)) for one in displays('')])\n"
        "gone = []\n"
        "sharing = Sharing(lambda: ScreenSource('7'), lambda one: shown.append(one), gone.append)\n"
        "end = time.monotonic() + 60\n"
        "while not gone and time.monotonic() < end: time.sleep(0.01)\n"
        "sharing.end()\n"
        "print(gone)\n"
    )
    command = [sys.executable, "-c", program]
    there = ["xvfb-run", "-a", "-s", "-noreset -screen 0 800x600x24", *command]
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told = [
        subprocess.run(one, cwd=ROOT, env=without, capture_output=True, text=True, check=True).stdout.strip()
        for one in (there, command)
    ]
    assert told == ["[(600, 800, 3)] [True]\n[('1-', 800, 600, True)]\n[False]", "[] [False]\n[]\n[False]"]
    assert SCREENS_A_SECOND <= 5
