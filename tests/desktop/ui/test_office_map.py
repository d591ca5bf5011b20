"""The desk's map in the window: walked by arrows, opened by Enter, dragged to the stage; interpreting and times."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from liaison_desktop.ui.meetings.map_places import map_places
from liaison_desktop.ui.meetings.map_values import TileState
from liaison_desktop.ui.meetings.map_view import OFFICE, SEATED
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Painted
from server_sync.contract.interpreting import Bounds, Interpreter, Into
from server_sync.contract.meetings import MeetingAct, MeetingCall
from tests.desktop.ui.hall import OWN, OWN_SITE, Hall, invitation, other
from tests.desktop.ui.hands import type_text
from tests.desktop.ui.test_meeting_room import KOCHKOR, NARYN, SIZES, InWindow, hall, room, settle

__all__ = ["hall", "room"]
SITES = (OWN_SITE, *(place.site for place in map_places() if place.site != OWN_SITE))
LANGUAGES = ("ky", "ru", "en")


@pytest.fixture
def at_map(room: InWindow) -> Iterator[InWindow]:
    """The desk of a meeting of 63 offices, most of which are there, with the map."""
    room.hall.is_desk = True
    room.window.resize(1366, 768)
    room.attending.offer(invitation(sites=SITES))
    assert room.desktop.counter is not None
    room.desktop.counter.shell.open("meetings")
    room.attending.enter()
    room.hands.until(lambda: room.view.isVisible() and room.view._is_desk)
    room.hall.come(*(other(site) for site in SITES[1:60]))
    room.attending.presenter._look()
    room.view._press("people")
    room.view.desk.offices_as.button("map").click()
    settle()
    yield room
    look.wear("light", 100)


def tile(room: InWindow, site: str) -> QAbstractButton:
    return room.view.desk.map.map.tile(site)


def call_of(hall: Hall, act: MeetingAct) -> MeetingCall:
    return next(call for call in reversed(hall.calls) if call.act is act)


def drop(on: QWidget, kind: str, who: str) -> bool:
    """Let somebody go there; says whether the place took them."""
    mime = QMimeData()
    mime.setData(kind, who.encode())
    move, button, no_key = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), move, mime, button, no_key)
    enter.ignore()
    QApplication.sendEvent(on, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(on, QDropEvent(QPointF(5, 5), move, mime, button, no_key))
    settle()
    return True


def test_all_63_offices_are_seen_at_a_glance_and_say_in_words_how_they_stand(at_map: InWindow) -> None:
    shown = [tile(at_map, place.site) for place in map_places()]
    assert sum(one.isVisible() for one in shown) == 63
    assert tile(at_map, "KG-N").accessibleName() == "Naryn Region: is here"
    assert all(one.accessibleName() for one in shown)
    at_map.hall.raise_hands(NARYN)
    at_map.hands.until(lambda: tile(at_map, "KG-N").accessibleName() == "Naryn Region: asks, place 1")
    at_map.hall.seat(KOCHKOR)
    at_map.hall.silence(KOCHKOR)
    at_map.hands.until(lambda: tile(at_map, "KG-N-KOC").accessibleName().endswith("on stage, silenced"))


def test_arrows_walk_the_map_and_enter_opens_the_acts_of_the_office(at_map: InWindow) -> None:
    tile(at_map, "KG-J").setFocus()
    at_map.press(Qt.Key.Key_Right)
    assert at_map.view.desk.map.map.current == "KG-J-TGT"
    at_map.press(Qt.Key.Key_Left)
    assert at_map.view.desk.map.map.current == "KG-J"
    tile(at_map, "KG-N").setFocus()
    at_map.press(Qt.Key.Key_Return)
    settle()
    assert at_map.view.desk.acts["call"].hasFocus()
    at_map.press(Qt.Key.Key_Return)
    at_map.hands.until(lambda: call_of(at_map.hall, MeetingAct.CALL).who == NARYN)
    at_map.hands.until(lambda: tile(at_map, "KG-N").accessibleName().endswith("on stage"))


def test_escape_leads_back_from_the_acts_to_the_office(at_map: InWindow) -> None:
    tile(at_map, "KG-N").setFocus()
    at_map.press(Qt.Key.Key_Return)
    at_map.press(Qt.Key.Key_Escape)
    settle()
    assert tile(at_map, "KG-N").hasFocus()


def test_an_office_that_is_let_go_on_the_stage_is_called_and_one_taken_off_it_is_thanked(at_map: InWindow) -> None:
    page = at_map.view.desk.map
    assert drop(page.stage, OFFICE, NARYN)
    at_map.hands.until(lambda: call_of(at_map.hall, MeetingAct.CALL).who == NARYN)
    at_map.hands.until(lambda: "KG-N" in {seat.site for seat in page._shown.seats} if page._shown else False)
    assert drop(page.map, SEATED, NARYN)
    at_map.hands.until(lambda: call_of(at_map.hall, MeetingAct.THANK).who == NARYN)


def test_what_is_no_office_is_let_go_nowhere(at_map: InWindow) -> None:
    page, before = at_map.view.desk.map, at_map.hall.acts()
    assert not drop(page.stage, "text/plain", NARYN)
    assert not drop(page.stage, SEATED, NARYN)
    assert not drop(page.map, OFFICE, NARYN)
    assert at_map.hall.acts() == before


def test_a_state_is_picked_out_and_counted(at_map: InWindow) -> None:
    at_map.hall.raise_hands(NARYN, KOCHKOR)
    page = at_map.view.desk.map
    at_map.hands.until(lambda: page.chips[TileState.HAND].isVisible())
    assert page.chips[TileState.HAND].accessibleName() == "asks 2"
    page.chips[TileState.HAND].click()
    assert [page.only] == [TileState.HAND]
    page.chips[TileState.HAND].click()
    assert [page.only] == [None]
    page.chips[TileState.HAND].click()
    at_map.hall.change(hands=())
    at_map.hands.until(lambda: page.only is None)


def test_list_or_map_is_remembered_by_the_computer(at_map: InWindow) -> None:
    file = at_map.attending._place.file
    at_map.hands.until(lambda: file.read().settings.get("desk_offices") == "map")
    at_map.view.desk.offices_as.button("list").click()
    at_map.hands.until(lambda: file.read().settings.get("desk_offices") == "list")
    assert not at_map.view.desk.is_map


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_finds_its_room_in_every_window(
    at_map: InWindow, size: tuple[int, int], language: str, theme: str
) -> None:
    at_map.desktop.set_language(language)
    look.wear(theme, 100)
    at_map.window.resize(*size)
    settle()
    if at_map.view._is_narrow:
        at_map.view._press("people")
        if not at_map.view.drawer.isVisible():
            at_map.view._press("people")
    settle()
    page = at_map.view.desk.map
    assert page.isVisible()
    for place in map_places():
        one = tile(at_map, place.site)
        assert page.map.rect().contains(one.geometry()), (place.site, one.geometry(), page.map.rect())
        assert one.width() >= 18
    boxes = [tile(at_map, place.site).geometry() for place in map_places()]
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    buttons = [one for one in at_map.view.side.findChildren(Painted) if one.isVisible()]
    assert [one.text() for one in buttons if one.width() < one.minimumSizeHint().width()] == []
    right = at_map.view.width()
    assert at_map.view.side.mapTo(at_map.view, at_map.view.side.rect().topRight()).x() < right


def test_the_desk_lets_somebody_interpret_and_ends_it(at_map: InWindow) -> None:
    tile(at_map, "KG-N").setFocus()
    at_map.press(Qt.Key.Key_Return)
    at_map.view.desk.acts["interpret"].click()
    at_map.hands.until(lambda: at_map.hall.stage.interpreters == (Interpreter(NARYN, Into.RU),))
    at_map.hands.until(lambda: tile(at_map, "KG-N").accessibleName().endswith("interprets"))
    assert at_map.view.desk.acts["call"].isHidden()
    assert at_map.view.desk.acts["interpret"].text() == "End interpreting"
    at_map.view.desk.acts["interpret"].click()
    at_map.hands.until(lambda: at_map.hall.stage.interpreters == ())


def test_times_are_set_by_a_key_and_what_is_no_time_is_named(at_map: InWindow) -> None:
    at_map.press(Qt.Key.Key_F4)
    speaker = at_map.hands.find(at_map.window, "desk.times_form.speaker", QLineEdit)
    type_text(speaker, "five")
    form = at_map.view.times._dialog
    assert form is not None
    form.act_clicked.emit()
    settle()
    assert form.isVisible()
    speaker.clear()
    type_text(speaker, "5")
    form.act_clicked.emit()
    at_map.hands.until(lambda: at_map.hall.stage.bounds == Bounds(300, 0))
    at_map.hands.until(lambda: at_map.view.times._dialog is None)


def test_whoever_listens_chooses_by_keys_and_the_computer_remembers(room: InWindow) -> None:
    room.enter()
    room.hall.change(interpreters=(Interpreter(NARYN, Into.RU),))
    room.hands.until(room.view.interpreting.isVisible)
    for _ in range(2):
        room.press(Qt.Key.Key_I)
    room.hands.until(lambda: room.wish.room is not None and room.wish.room.over == (NARYN,))
    assert room.view.interpreting.choices.value() == "ru"
    file = room.attending._place.file
    room.hands.until(lambda: file.read().settings.get("interpretation") == "ru")
    room.hall.change(interpreters=())
    room.hands.until(lambda: not room.view.interpreting.isVisible())


def test_whoever_interprets_turns_round_by_a_key_and_coughs_unheard(room: InWindow) -> None:
    room.enter()
    room.hall.change(interpreters=(Interpreter(OWN, Into.RU),))
    room.hands.until(room.view.interpreting.isVisible)
    strip = room.view.interpreting
    assert not strip.cough.isVisible()
    room.press(Qt.Key.Key_M)
    room.hands.until(strip.cough.isVisible)
    room.hands.until(lambda: room.sign().startswith("You interpret: whoever chose"))
    QTest.mousePress(strip.cough, Qt.MouseButton.LeftButton)
    room.hands.until(lambda: room.wish.room is not None and not room.wish.room.microphone)
    QTest.mouseRelease(strip.cough, Qt.MouseButton.LeftButton)
    room.hands.until(lambda: room.wish.room is not None and room.wish.room.microphone)
    room.press(Qt.Key.Key_I)
    room.hands.until(lambda: room.hall.stage.interpreters == (Interpreter(OWN, Into.KY),))
    room.hands.until(lambda: strip.direction.value() == "ky")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strip_of_interpreting_cuts_no_words(room: InWindow, size: tuple[int, int], language: str) -> None:
    room.enter()
    room.desktop.set_language(language)
    room.window.resize(*size)
    for into in (Interpreter(NARYN, Into.RU), Interpreter(OWN, Into.RU)):
        room.hall.change(interpreters=(into,))
        settle()
        room.hands.until(room.view.interpreting.isVisible)
        settle()
        shown = [one for one in room.view.interpreting.findChildren(Painted) if one.isVisible()]
        assert shown
        assert [one.text() for one in shown if one.width() < one.minimumSizeHint().width()] == []
