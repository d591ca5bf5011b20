"""A meeting in the window: entered by one key, seen and asked for the floor in, gone on with behind other screens."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.background import media_process
from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.meetings.messages import Captioned, InRoom, RoomStage, Wish
from liaison_desktop.ui import names
from liaison_desktop.ui.keys_named import on_both_keyboards
from liaison_desktop.ui.meetings.attending import Attending
from liaison_desktop.ui.meetings.room_view import KEYS, RoomView
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Kind, Painted
from liaison_desktop.ui.widgets.keys import KeysDialog
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract.meetings import (
    Caption,
    CaptionLanguage,
    MeetingAct,
    MeetingState,
    Stage,
    write_caption,
)
from tests.desktop.office import PASSWORD
from tests.desktop.ui.hall import HALL_SITE, OWN, OWN_SITE, Hall, PaperChild, colour_of, invitation, other
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
ALT = Qt.KeyboardModifier.AltModifier
SITES = (HALL_SITE, "KG-N", OWN_SITE, "KG-N-KOC", "KG-Y-TON", "KG-O", "KG-B", "KG-T")
BIG, NARYN, KOCHKOR, TON = other(HALL_SITE), other("KG-N"), other("KG-N-KOC"), other("KG-Y-TON")
SIZES = ((1366, 768), (911, 512))


class InWindow:
    """A signed-in person's window, a meeting of paper, and hands."""

    def __init__(self, desktop: Desktop, hall: Hall, hands: Hands) -> None:
        self.desktop, self.hall, self.hands, self.window = desktop, hall, hands, desktop.window
        self.hall.come(BIG, NARYN)
        self.hall.seat(BIG)

    @property
    def attending(self) -> Attending:
        assert self.desktop.counter is not None
        return self.desktop.counter.corner.attending

    @property
    def view(self) -> RoomView:
        return self.attending.view

    @property
    def child(self) -> PaperChild:
        return self.hall.children[-1]

    @property
    def wish(self) -> Wish:
        assert self.child.wish is not None
        return self.child.wish

    def offer(self, *, opened: bool = True, in_minutes: int = 0) -> None:
        self.attending.offer(invitation(sites=SITES, opened=opened, in_minutes=in_minutes))

    def enter(self) -> None:
        self.offer()
        assert self.desktop.counter is not None
        self.desktop.counter.shell.open("meetings")
        self.attending.enter()
        self.hands.until(lambda: self.sign().startswith(("You are watching", "Your office has", "You are on stage")))

    def be_called(self) -> None:
        self.hall.seat(OWN)
        self.hands.until(lambda: self.sign().startswith("Your office has the floor"))
        self.attending.presenter.turn_camera()
        self.hands.until(lambda: self.sign().startswith("You are on stage"))

    def sign(self) -> str:
        return self.view.sign.text()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.hands.press(self.window, key, modifier=modifier)

    def words_of(self, name: str) -> str:
        return self.hands.find(self.window, f"room.{name}", QAbstractButton).text()

    def is_seen(self, name: str) -> bool:
        return self.hands.is_seen(self.window, name)

    def colour_at(self, who: str) -> tuple[int, int, int]:
        """The colour in the middle of somebody's picture."""
        canvas = self.view.canvas
        cell = next(cell for cell in canvas.scene.cells if cell.who == who)
        image = canvas.grab().toImage()
        x, y = cell.picture.x + cell.picture.width // 2, cell.picture.y + cell.picture.height // 2
        seen = QColor(image.pixel(x, y))
        return (seen.red(), seen.green(), seen.blue())


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = Hall()
    child = type("OfThisHall", (PaperChild,), {"hall": made})
    monkeypatch.setattr(media_process, "MediaProcess", child)
    return made


@pytest.fixture
def room(signed_in: Start, hands: Hands, hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Iterator[InWindow]:
    desktop = signed_in()
    assert desktop.counter is not None
    calling = desktop.counter.corner.attending.calling
    monkeypatch.setattr(calling, "act", hall.act)
    acts = desktop.counter.corner.attending.presenter._acts
    monkeypatch.setattr(desktop.counter.corner.attending.presenter, "_acts", replace(acts, call=hall.act))
    yield InWindow(desktop, hall, hands)
    desktop.close()


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def test_one_key_leads_from_the_lobby_into_the_meeting(room: InWindow) -> None:
    room.offer()
    assert room.desktop.counter is not None
    room.desktop.counter.shell.open("meetings")
    room.attending.way_in.show()
    room.press(Qt.Key.Key_F9)
    room.hands.until(lambda: room.view.isVisible() and room.sign().startswith("You are watching"))
    assert room.hall.acts()[:2] == [MeetingAct.ENTER, MeetingAct.HERE]


def test_a_meeting_of_tomorrow_cannot_be_entered_and_says_from_when_on(room: InWindow) -> None:
    room.offer(in_minutes=24 * 60, opened=False)
    way_in = room.attending.way_in
    assert way_in.button.isHidden()
    assert "can be entered from" in way_in._told.text()
    room.offer(in_minutes=59, opened=False)
    assert not way_in.button.isHidden()


def test_the_picture_of_whoever_is_on_stage_is_seen_in_its_colour(room: InWindow) -> None:
    room.enter()
    room.hands.until(lambda: room.colour_at(BIG) == colour_of(BIG))
    room.hall.seat(NARYN)
    room.hands.until(lambda: len(room.view.canvas.scene.cells) == 2 and room.colour_at(NARYN) == colour_of(NARYN))
    room.hall.thank(NARYN)
    room.hands.until(lambda: [cell.who for cell in room.view.canvas.scene.cells] == [BIG])


def test_a_hand_is_raised_and_taken_back_by_its_key_and_says_its_place(room: InWindow) -> None:
    room.hall.raise_hands(NARYN)
    room.enter()
    room.press(Qt.Key.Key_H)
    room.hands.until(lambda: room.words_of("hand") == "Hand raised: place 2")
    assert room.sign() == "Your hand is raised. Your place: 2"
    room.press(Qt.Key.Key_H)
    room.hands.until(lambda: room.words_of("hand") == "Raise hand")


def test_captions_stand_under_the_pictures_grow_with_the_text_and_are_put_away_by_a_key(room: InWindow) -> None:
    room.enter()
    strip = room.view.captions
    assert strip.isHidden(), "nobody types captions"
    room.press(Qt.Key.Key_T)
    room.child.say(Captioned(write_caption(Caption(1, CaptionLanguage.KY, "Суу бир айда келет.", 0))))
    room.hands.until(lambda: strip.isVisible())
    line = next(one for one in strip.findChildren(Text) if one.text() == "Суу бир айда келет.")
    before = line.sizeHint().height()
    room.press(Qt.Key.Key_T)
    assert strip.isHidden()
    room.press(Qt.Key.Key_T)
    assert strip.isVisible()
    look.wear("light", 150)
    assert line.sizeHint().height() > before
    look.wear("light")


def test_the_letters_of_a_kyrgyz_keyboard_work_as_well(room: InWindow) -> None:
    room.enter()
    keyboard = QApplication.focusWidget()
    assert keyboard is not None
    letter = on_both_keyboards(KEYS["hand"])[1]
    QTest.sendKeyEvent(QTest.KeyAction.Click, keyboard, Qt.Key(ord(letter)), letter, Qt.KeyboardModifier.NoModifier)
    room.hands.until(lambda: MeetingAct.RAISE_HAND in room.hall.acts())


def test_a_key_is_named_by_both_letters_to_whoever_reads_cyrillic(room: InWindow) -> None:
    room.enter()
    room.be_called()
    microphone, camera = room.view.buttons["microphone"], room.view.buttons["camera"]
    assert (microphone.toolTip()[-3:], camera.toolTip()[-3:]) == ("(M)", "(V)")
    room.desktop.set_language("ru")
    assert (microphone.toolTip()[-5:], camera.toolTip()[-5:]) == ("(M/Ь)", "(V/М)")
    room.press(Qt.Key.Key_F1)
    dialog = next(one for one in room.window.findChildren(KeysDialog) if one.isVisible())
    told = {one.text() for one in dialog.findChildren(Badge)}
    assert {"M/Ь", "A/Ф, P/З", "Alt+L/Д", "1, 2, 3", "Ctrl+K"} - told == set()
    room.desktop.set_language("en")


def test_called_to_the_stage_one_sees_it_and_the_own_picture_and_is_heard(room: InWindow) -> None:
    room.enter()
    assert not room.is_seen("room.microphone")
    room.press(Qt.Key.Key_H)
    room.hall.change(seats=(*room.hall.stage.seats, *seat_of(OWN)), hands=())
    room.hands.until(lambda: room.sign() == "You are on stage: you are seen and heard")
    room.hands.until(lambda: room.colour_at(OWN) == colour_of(OWN))
    assert room.wish.room is not None
    assert (room.wish.room.camera, room.wish.room.microphone) == (True, True)
    assert room.words_of("microphone") == "Microphone on"
    room.press(Qt.Key.Key_M)
    room.hands.until(lambda: room.words_of("microphone") == "Microphone off")
    room.press(Qt.Key.Key_V)
    room.hands.until(lambda: room.words_of("camera") == "Camera off")
    assert (room.wish.room.camera, room.wish.room.microphone) == (False, False)


def test_typing_in_another_screen_presses_no_key_of_the_meeting(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_1, ALT)
    room.hands.find(room.window, "reception.surname", QWidget).setFocus()
    before = room.hall.acts()
    for key in (Qt.Key.Key_H, Qt.Key.Key_M, Qt.Key.Key_G, Qt.Key.Key_V):
        room.press(key)
    assert room.hall.acts() == before
    assert room.hands.find(room.window, "reception.surname", QWidget).property("text") == "hmgv"


def test_a_bar_over_reception_says_that_the_meeting_goes_on_and_leads_back(room: InWindow) -> None:
    room.enter()
    assert not room.is_seen("room.banner")
    room.press(Qt.Key.Key_1, ALT)
    room.hands.until(lambda: room.is_seen("room.banner"))
    assert "The heating season" in room.attending.banner.text()
    assert "You are watching" in room.attending.banner.text()
    room.be_called()
    room.hands.until(lambda: room.is_seen("room.banner.microphone"))
    room.press(
        Qt.Key.Key_M,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    room.hands.until(lambda: room.attending.banner.microphone.text() == "Microphone on")
    room.hands.click(room.window, "room.banner.back")
    room.hands.until(lambda: room.view.isVisible() and not room.is_seen("room.banner"))


def test_what_is_typed_in_reception_stays_while_the_meeting_comes_and_goes(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_1, ALT)
    room.hands.type(room.window, "reception.surname", "Турдубаева")
    room.be_called()
    room.child.say(InRoom(RoomStage.LOST))
    room.hall.change(state=MeetingState.CLOSED, seats=())
    room.hands.until(lambda: room.attending.presenter.is_open is False)
    field = room.hands.find(room.window, "reception.surname", QWidget)
    assert QApplication.focusWidget() is field
    assert field.property("text") == "Турдубаева"


def test_a_locked_window_is_neither_seen_nor_heard_and_says_so_afterwards(room: InWindow) -> None:
    room.enter()
    room.be_called()
    room.press(Qt.Key.Key_M)
    assert room.wish.room is not None
    room.hands.until(lambda: room.wish.room is not None and room.wish.room.microphone)
    room.desktop.lock()
    wished = room.wish.room
    assert wished is not None
    assert (wished.camera, wished.microphone, wished.sound) == (False, False, True)
    room.hands.type(room.window, "signin.password", PASSWORD)
    room.hands.press(room.window, Qt.Key.Key_Return, "signin.password")
    room.hands.until(lambda: room.sign().startswith("The window was locked"))


def test_signing_out_leaves_the_meeting_and_its_devices(room: InWindow) -> None:
    room.enter()
    child = room.child
    room.desktop.sign_out()
    settle()
    assert room.hall.acts()[-1] is MeetingAct.LEAVE
    assert child.ended


def test_leaving_the_stage_is_asked_and_leads_back_to_the_lobby(room: InWindow) -> None:
    room.enter()
    room.be_called()
    room.press(Qt.Key.Key_L, ALT)
    question = room.hands.dialog(room.window, "room.leave_question")
    room.hands.press(question, Qt.Key.Key_Escape)
    room.hands.until(lambda: not room.is_seen("room.leave_question"))
    assert room.attending.presenter.is_in
    room.press(Qt.Key.Key_L, ALT)
    room.hands.click(room.hands.dialog(room.window, "room.leave_question"), "question.act")
    room.hands.until(lambda: not room.view.isVisible())
    assert room.hall.acts()[-1] is MeetingAct.LEAVE
    assert room.desktop.counter is not None
    room.hands.until(room.desktop.counter.corner.meetings.isVisible)


def test_a_meeting_that_ended_is_said_and_left_by_one_button(room: InWindow) -> None:
    room.enter()
    room.hall.change(state=MeetingState.CLOSED, seats=())
    room.hands.until(lambda: room.view.canvas.words.startswith("The meeting has ended"))
    room.hands.click(room.window, "room.back")
    room.hands.until(lambda: not room.view.isVisible())


def test_after_the_end_the_lobby_offers_the_meeting_no_more_though_its_event_is_on_its_way(room: InWindow) -> None:
    room.enter()
    room.hall.change(state=MeetingState.CLOSED, seats=())
    room.hands.until(lambda: room.is_seen("room.back"))
    room.hands.click(room.window, "room.back")
    room.hands.until(lambda: not room.attending.screen.is_in_room)
    assert not room.attending.is_joinable
    room.offer()
    assert not room.attending.is_joinable
    assert not room.attending.way_in.isVisible()


def test_a_meeting_one_is_not_invited_to_is_refused_in_words(room: InWindow) -> None:
    room.hall.refusals = [MeetingRefused("not_invited")]
    room.offer()
    assert room.desktop.counter is not None
    room.desktop.counter.shell.open("meetings")
    room.attending.enter()
    room.hands.until(lambda: "not invited" in room.view.canvas.words)
    assert room.is_seen("room.back")


def test_a_media_process_that_dies_comes_back_into_the_same_room(room: InWindow) -> None:
    room.enter()
    room.child.die()
    room.hands.until(lambda: len(room.hall.children) > 1 and room.child.is_in)
    room.hands.until(lambda: room.sign().startswith("You are watching"))


def test_agenda_and_participants_come_and_go_by_their_keys(room: InWindow) -> None:
    room.enter()
    assert room.is_seen("room.list.agenda")
    room.press(Qt.Key.Key_P)
    room.hands.until(lambda: room.is_seen("room.list.people"))
    room.press(Qt.Key.Key_P)
    room.hands.until(lambda: not room.is_seen("room.list.people"))
    room.press(Qt.Key.Key_A)
    room.hands.until(lambda: room.is_seen("room.list.agenda"))


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_that_one_is_recorded_and_shown_on_the_site_stands_above_the_pictures(room: InWindow, language: str) -> None:
    room.enter()
    badges = [room.view.findChild(Badge, name) for name in (names.ROOM_RECORDED, names.ROOM_PUBLIC)]
    assert [badge is not None and badge.isVisible() for badge in badges] == [False, False]
    room.desktop.set_language(language)
    presenter = room.attending.presenter
    assert presenter.plan is not None
    presenter._plan = replace(presenter.plan, is_recorded=True, is_public=True)
    for size in SIZES:
        room.window.resize(*size)
        presenter._show_head()
        settle()
        for badge in badges:
            assert badge is not None
            assert badge.isVisible()
            assert badge.width() >= badge.sizeHint().width() > 40
            assert badge.geometry().right() < room.view.canvas.geometry().right()


def test_no_item_looks_chosen_before_one_is_spoken_of(room: InWindow) -> None:
    room.hall.change(item=0)
    room.enter()
    room.hands.until(lambda: len(room.view.agenda.rows()) > 1)
    assert not room.view.agenda.currentIndex().isValid()
    room.hall.change(item=2)
    room.hands.until(lambda: room.view.agenda.currentIndex().row() == 1)


def test_on_a_small_screen_the_lists_lie_in_a_drawer_that_escape_closes(room: InWindow) -> None:
    room.window.resize(911, 512)
    room.enter()
    settle()
    assert not room.is_seen("room.list.agenda")
    assert room.view.canvas.width() > 700
    room.press(Qt.Key.Key_P)
    room.hands.until(lambda: room.is_seen("room.list.people"))
    room.press(Qt.Key.Key_Escape)
    room.hands.until(lambda: not room.is_seen("room.list.people"))
    room.press(Qt.Key.Key_H)
    room.hands.until(lambda: MeetingAct.RAISE_HAND in room.hall.acts())


@pytest.mark.parametrize("name", ["top.theme", "top.language"])
def test_the_keys_work_on_after_a_click_into_the_bar_above(room: InWindow, name: str) -> None:
    room.enter()
    above = room.hands.find(room.window, name, QWidget)
    above.setFocus()
    assert not room.view.isAncestorOf(above)
    room.press(Qt.Key.Key_H)
    room.hands.until(lambda: MeetingAct.RAISE_HAND in room.hall.acts())
    room.press(Qt.Key.Key_P)
    room.hands.until(lambda: room.is_seen("room.list.people"))


def test_a_click_on_the_picture_brings_the_keyboard_back(room: InWindow) -> None:
    room.enter()
    room.hands.find(room.window, "top.theme", QWidget).setFocus()
    QTest.mouseClick(room.view.canvas, Qt.MouseButton.LeftButton)
    keyboard = QApplication.focusWidget()
    assert isinstance(keyboard, QWidget)
    assert room.view.isAncestorOf(keyboard)


def test_closing_the_window_on_stage_asks_as_leaving_does(room: InWindow) -> None:
    room.enter()
    room.be_called()
    assert not room.window.close()
    room.hands.press(room.hands.dialog(room.window, "room.leave_question"), Qt.Key.Key_Escape)
    room.hands.until(lambda: not room.is_seen("room.leave_question"))
    assert room.attending.presenter.is_on_stage


# the chair's desk


@pytest.fixture
def desk(room: InWindow) -> InWindow:
    room.hall.is_desk = True
    room.hall.come(KOCHKOR, TON)
    room.hall.raise_hands(KOCHKOR, TON)
    room.enter()
    room.hands.until(lambda: room.is_seen("desk.queue"))
    return room


def test_the_desk_gives_the_floor_to_the_next_by_one_key_and_thanks_by_another(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_F9)
    desk.hands.until(lambda: any(seat.who == KOCHKOR for seat in desk.hall.stage.seats))
    desk.hands.until(lambda: desk.view.desk.next.text().startswith("Give the floor: Ton"))
    desk.press(Qt.Key.Key_F5)
    desk.hands.until(lambda: all(seat.who != KOCHKOR for seat in desk.hall.stage.seats))


def test_enter_on_a_hand_calls_it_and_delete_takes_it_out(desk: InWindow) -> None:
    queue = desk.view.desk.queue
    queue.setFocus()
    queue.choose(1)
    desk.press(Qt.Key.Key_Return)
    desk.hands.until(lambda: any(seat.who == TON for seat in desk.hall.stage.seats))
    desk.press(Qt.Key.Key_Delete)
    desk.hands.until(lambda: desk.hall.stage.hands == ())
    assert not desk.is_seen("desk.queue")


def test_the_twenty_first_is_refused_in_words_and_the_desk_goes_on(desk: InWindow) -> None:
    desk.hall.change(seats_most=len(desk.hall.stage.seats))
    desk.press(Qt.Key.Key_F9)
    desk.hands.until(lambda: "All places on stage are taken" in desk.window.toast.text())
    assert desk.view.desk.next.is_live


def test_offices_are_called_silenced_shown_and_sent_out_from_the_list(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_P)
    desk.hands.until(lambda: desk.is_seen("desk.offices"))
    offices = desk.view.desk.office_list
    states = [(row.site, row.state.value) for row in offices.rows()]
    assert ("KG-O", "absent") in states
    assert states[0][1] == "on_stage"
    offices.choose(next(n for n, row in enumerate(offices.rows()) if row.who == NARYN))
    desk.hands.click(desk.window, "desk.call")
    desk.hands.until(lambda: any(seat.who == NARYN for seat in desk.hall.stage.seats))
    offices.choose(next(n for n, row in enumerate(offices.rows()) if row.who == NARYN))
    desk.hands.click(desk.window, "desk.silence")
    desk.hands.click(desk.window, "desk.show")
    assert desk.hall.stage.shown == NARYN
    assert any(seat.who == NARYN and seat.is_silenced for seat in desk.hall.stage.seats)
    desk.hands.click(desk.window, "desk.put_out")
    question = desk.hands.dialog(desk.window, "desk.put_out_question")
    desk.hands.click(question, "question.act")
    desk.hands.until(lambda: all(seat.who != NARYN for seat in desk.hall.stage.seats))


def test_enter_on_an_office_does_what_its_button_says_also_after_a_question(desk: InWindow) -> None:
    desk.press(Qt.Key.Key_P)
    desk.hands.until(lambda: desk.is_seen("desk.offices"))
    offices = desk.view.desk.office_list
    offices.choose(next(n for n, row in enumerate(offices.rows()) if row.who == NARYN))
    put_out = desk.hands.find(desk.window, "desk.put_out", QWidget)
    put_out.setFocus()
    put_out.click()  # type: ignore[attr-defined]  # a button
    desk.hands.click(desk.hands.dialog(desk.window, "desk.put_out_question"), "question.act")
    desk.hands.until(lambda: desk.is_seen("desk.let_in"))
    desk.hands.until(lambda: not desk.is_seen("desk.put_out_question"))
    desk.press(Qt.Key.Key_Return)
    desk.hands.until(lambda: MeetingAct.LET_IN in desk.hall.acts())
    assert MeetingAct.CALL not in desk.hall.acts()


def test_a_window_made_smaller_keeps_the_keyboard_in_the_room(desk: InWindow) -> None:
    desk.view.desk.queue.setFocus()
    desk.window.resize(911, 512)
    settle()
    keyboard = QApplication.focusWidget()
    assert isinstance(keyboard, QWidget)
    assert desk.view.isAncestorOf(keyboard)
    desk.press(Qt.Key.Key_F9)
    desk.hands.until(lambda: any(seat.who == KOCHKOR for seat in desk.hall.stage.seats))


def test_in_a_low_window_the_hands_are_seen_and_what_is_pressed_less_often_stands_below_the_agenda(
    desk: InWindow,
) -> None:
    desk.window.resize(911, 512)
    settle()
    desk.press(Qt.Key.Key_Q)
    settle()
    queue = desk.view.desk.queue
    hands = queue.visibleRegion().boundingRect().height() - queue.horizontalHeader().height()
    assert hands >= 2 * 30
    assert desk.is_seen("desk.next")
    assert not desk.is_seen("desk.end_meeting")
    desk.press(Qt.Key.Key_A)
    settle()
    assert desk.is_seen("desk.end_meeting")


def test_the_desk_orders_the_queue_and_goes_to_the_next_item(desk: InWindow) -> None:
    desk.hands.click(desk.window, "desk.order.least")
    assert desk.hall.stage.order == "least"
    desk.press(Qt.Key.Key_F8)
    desk.hands.until(lambda: desk.hall.stage.item == 3)


def test_a_meeting_is_begun_and_ended_by_the_desk_once_it_is_confirmed(room: InWindow) -> None:
    room.hall.is_desk = True
    room.hall.stage = Stage(1, MeetingState.PLANNED, 20)
    room.enter()
    room.press(Qt.Key.Key_F9)
    room.hands.click(room.hands.dialog(room.window, "desk.begin_question"), "question.act")
    room.hands.until(lambda: room.hall.stage.state is MeetingState.OPEN)
    room.hands.until(lambda: room.is_seen("desk.end_meeting"))
    room.hands.click(room.window, "desk.end_meeting")
    room.hands.press(room.hands.dialog(room.window, "desk.end_question"), Qt.Key.Key_Escape)
    assert room.hall.stage.state is MeetingState.OPEN
    room.hands.until(lambda: not room.is_seen("desk.end_question"))
    room.hands.click(room.window, "desk.end_meeting")
    room.hands.click(room.hands.dialog(room.window, "desk.end_question"), "question.act")
    room.hands.until(lambda: room.view.canvas.words.startswith("The meeting has ended"))


# every screen


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_desk", [False, True])
def test_every_control_has_a_name_and_room_for_its_words(
    room: InWindow, language: str, size: tuple[int, int], is_desk: bool
) -> None:
    room.hall.is_desk = is_desk
    room.hall.come(KOCHKOR, TON)
    room.hall.raise_hands(KOCHKOR, TON)
    room.enter()
    room.be_called() if not is_desk else room.hall.seat(NARYN)
    room.desktop.set_language(language)
    room.window.resize(*size)
    if size[0] < 1000:
        room.view._turn_side("queue" if is_desk else "people")
    settle()
    shown = [one for one in room.view.findChildren(QAbstractButton) if one.isVisible()]
    assert [one.objectName() for one in shown if not one.accessibleName()] == []
    short = [
        f"{one.objectName()}: {one.text()}"
        for one in room.view.findChildren(Painted)
        if one.isVisible() and one.minimumSizeHint().width() > one.width()
    ]
    assert short == []
    cut = [
        one.text()
        for one in room.view.findChildren(Text)
        if one.isVisible() and one.text() and one.wordWrap() and one.height() < one.heightForWidth(one.width())
    ]
    assert cut == []
    outside = [
        one.objectName()
        for one in room.view.buttons.values()
        if one.isVisible() and one.mapTo(room.view, one.rect().topRight()).x() >= room.view.width()
    ]
    assert outside == []
    assert room.view.canvas.width() >= 240
    loud = [
        one
        for one in room.window.findChildren(Painted)
        if one.isVisible() and getattr(one, "kind", None) is Kind.PRIMARY
    ]
    assert len(loud) <= 1


def seat_of(who: str) -> tuple[object, ...]:
    hall = Hall()
    hall.seat(who)
    return hall.stage.seats
