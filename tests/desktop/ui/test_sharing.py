"""A screen is shared by keys alone, chosen by its picture, and a bar says on every screen that it is seen."""

import base64

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from liaison_desktop.meetings.messages import Display, Follows, Shared
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.room_view import RoomView
from liaison_desktop.ui.meetings.sharing_view import ScreenCard, ScreenChoice
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.text import Text
from tests.desktop.ui.test_meeting_room import SIZES, InWindow, hall, room, settle

__all__ = ["hall", "room"]


def drawn(code: str, width: int, height: int) -> Display:
    picture = np.full((135, 240, 3), (90, 140, 60 * int(code)), np.uint8)
    return Display(code, width, height, base64.b64encode(cv2.imencode(".jpg", picture)[1].tobytes()).decode())


def choice(room: InWindow) -> ScreenChoice | None:
    found = [one for one in room.window.findChildren(ScreenChoice) if one.isVisible()]
    return found[0] if found else None


def cards(room: InWindow) -> list[ScreenCard]:
    asked = choice(room)
    return [] if asked is None else [one for one in asked.findChildren(ScreenCard) if one.isVisible()]


def shown_bars(room: InWindow) -> list[str]:
    bars = (room.view.shared, room.attending.sharing_part.over_others)
    return [bar.text() for bar in bars if bar.isVisible()]


def is_shared(room: InWindow) -> tuple[bool, str]:
    assert room.wish.room is not None
    return room.wish.room.screen, room.wish.room.display


@pytest.fixture
def on_stage(room: InWindow) -> InWindow:
    room.hall.displays = (drawn("1", 1920, 1080), drawn("2", 1366, 768))
    room.enter()
    room.be_called()
    return room


def share(room: InWindow) -> None:
    room.press(Qt.Key.Key_S)
    room.hands.until(lambda: len(cards(room)) == 2)
    room.hands.press(cards(room)[0].window(), Qt.Key.Key_2)
    room.hands.until(lambda: is_shared(room) == (True, "2"))
    room.hands.until(lambda: shown_bars(room) == ["Your screen is seen by everybody in the meeting"])


def test_enter_shares_the_first_screen_for_the_keyboard_is_at_its_picture(on_stage: InWindow) -> None:
    room = on_stage
    room.press(Qt.Key.Key_S)
    room.hands.until(lambda: len(cards(room)) == 2)
    assert QApplication.focusWidget() is cards(room)[0]
    room.hands.press(cards(room)[0].window(), Qt.Key.Key_Return)
    room.hands.until(lambda: is_shared(room) == (True, "1"))


def test_whoever_is_not_on_stage_has_no_button_and_no_key(room: InWindow) -> None:
    room.enter()
    assert not room.is_seen("room.share")
    room.press(Qt.Key.Key_S)
    assert choice(room) is None


def test_a_screen_is_chosen_by_its_number_and_stopped_by_the_same_key(on_stage: InWindow) -> None:
    share(on_stage)
    on_stage.press(Qt.Key.Key_S)
    on_stage.hands.until(lambda: is_shared(on_stage) == (False, "") and shown_bars(on_stage) == [])


def test_the_first_screen_has_the_keyboard_and_escape_shares_nothing(on_stage: InWindow) -> None:
    on_stage.press(Qt.Key.Key_S)
    on_stage.hands.until(lambda: len(cards(on_stage)) == 2)
    dialog = choice(on_stage)
    assert dialog is not None
    assert dialog.focusWidget() is cards(on_stage)[0]
    on_stage.hands.press(dialog, Qt.Key.Key_Escape)
    on_stage.hands.until(lambda: choice(on_stage) is None)
    assert is_shared(on_stage) == (False, "")
    on_stage.press(Qt.Key.Key_S)
    on_stage.hands.until(lambda: len(cards(on_stage)) == 2)


def test_a_computer_that_shows_no_screen_says_why_and_what_can_be_done(on_stage: InWindow) -> None:
    on_stage.hall.displays = ()
    on_stage.press(Qt.Key.Key_S)
    on_stage.hands.until(lambda: choice(on_stage) is not None and "Xorg" in words(on_stage))


def words(room: InWindow) -> str:
    dialog = choice(room)
    assert dialog is not None
    return next(one.text() for one in dialog.findChildren(Text) if one.objectName() == names.ROOM_SCREENS_WORDS)


def test_over_another_screen_the_bar_stands_too_and_its_key_stops(on_stage: InWindow) -> None:
    share(on_stage)
    assert on_stage.desktop.counter is not None
    on_stage.desktop.counter.shell.open("reception")
    on_stage.hands.until(lambda: on_stage.attending.sharing_part.over_others.isVisible())
    on_stage.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    on_stage.hands.until(lambda: is_shared(on_stage) == (False, "") and shown_bars(on_stage) == [])


def test_whoever_leaves_the_meeting_or_the_stage_shares_no_more(on_stage: InWindow) -> None:
    share(on_stage)
    on_stage.hall.thank(on_stage.hall.stage.seats[-1].who)
    on_stage.hands.until(lambda: is_shared(on_stage) == (False, "") and shown_bars(on_stage) == [])


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_bar_and_choice_have_names_and_room_for_their_words(
    on_stage: InWindow, language: str, size: tuple[int, int]
) -> None:
    share(on_stage)
    on_stage.desktop.set_language(language)
    on_stage.window.resize(*size)
    settle()
    view: RoomView = on_stage.view
    demand_whole(view)
    assert view.canvas.height() >= 120
    on_stage.attending.sharing.stop()
    on_stage.press(Qt.Key.Key_S)
    on_stage.hands.until(lambda: len(cards(on_stage)) == 2)
    settle()
    dialog = choice(on_stage)
    assert dialog is not None
    demand_whole(dialog)
    assert dialog.height() <= size[1]
    assert all(one.geometry().bottom() < dialog.height() for one in cards(on_stage))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_on_a_line_that_carries_no_pictures_the_bar_says_that_nobody_sees_the_screen(
    on_stage: InWindow, language: str, size: tuple[int, int]
) -> None:
    share(on_stage)
    on_stage.desktop.set_language(language)
    on_stage.window.resize(*size)
    on_stage.hall.carries_screen = False
    for told in (Follows("stills"), Shared(False)):
        on_stage.hall.children[-1].say(told)
    nobody = {"ky": "экраныңызды эч ким көрбөйт", "ru": "ваш экран не видит никто", "en": "nobody sees your screen"}
    on_stage.hands.until(lambda: any(nobody[language] in bar for bar in shown_bars(on_stage)))
    settle()
    demand_whole(on_stage.view)
    assert on_stage.view.canvas.height() >= 120


def demand_whole(view: RoomView | ScreenChoice) -> None:
    shown = [one for one in view.findChildren(QAbstractButton) if one.isVisible()]
    assert [one.objectName() for one in shown if not one.accessibleName()] == []
    short = [
        one.text()
        for one in view.findChildren(Painted)
        if one.isVisible() and one.minimumSizeHint().width() > one.width()
    ]
    assert short == []
    cut = [
        one.text()
        for one in view.findChildren(Text)
        if one.isVisible() and one.text() and one.wordWrap() and one.height() < one.heightForWidth(one.width())
    ]
    assert cut == []


def test_the_button_says_that_the_screen_is_seen_only_while_the_line_carries_it(on_stage: InWindow) -> None:
    share(on_stage)
    button = on_stage.view.buttons["share"]
    on_stage.hands.until(lambda: "Screen is seen" in button.text())
    on_stage.hall.carries_screen = False
    for told in (Follows("stills"), Shared(False)):
        on_stage.hall.children[-1].say(told)
    on_stage.hands.until(lambda: "Screen is shared" in button.text())
