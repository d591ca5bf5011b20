"""A conversation at the counter: asked for on the card, shown when it is set, begun with the card beside, noted."""

import itertools
import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings
from liaison_desktop.store.events import keep_event
from liaison_desktop.store.projecting import project_again
from liaison_desktop.ui import formats
from liaison_desktop.ui.requests.card import RequestCard
from liaison_desktop.ui.widgets.messages import Badge
from server_sync.contract.bodies import (
    Body,
    Invited,
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingPart,
    MeetingPlan,
    MeetingPlanned,
    ReceptionDeclined,
    ReceptionNoted,
    ReceptionOutcome,
    ReceptionSaid,
    ReceptionSet,
    Words,
)
from server_sync.contract.events import KIND_OF, EventKind, Header, make_event, read_body, read_header
from server_sync.contract.identifiers import new_salt
from server_sync.contract.receptions import RECEPTION_KINDS
from tests.desktop.centre_says import CENTRE_EPOCH
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_card import at_the_requests
from tests.desktop.ui.test_card import said_on as labels_on
from tests.desktop.ui.test_counter_forgives import screen_of
from tests.desktop.ui.test_meeting_room import InWindow, hall, room

__all__ = ["hall", "room"]

Start = Callable[[], Desktop]
MEETING = bytes(range(16))
PLACES = itertools.count(1_000)
"""In the office's feed."""
SIZES = ((1366, 768), (911, 512))


def said_on(card: RequestCard) -> list[str]:
    badges = [one.text() for one in card.findChildren(Badge) if one.isVisible()]
    return [*labels_on(card), *badges]


def picture(window: QWidget, name: str) -> None:
    """Keep what is seen, for people, where a folder is named for it."""
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        for _ in range(20):
            QApplication.processEvents()
        (QApplication.activeModalWidget() or window).grab().save(str(Path(folder) / f"{name}.png"))


def says(desktop: Desktop, *bodies: Body) -> None:
    """Let the centre have said this of the request whose card is shown, and of its meeting."""
    counter = desktop.counter
    assert counter is not None
    current = counter.found.current
    assert current is not None
    appeal, done = current.appeal, []

    def job(desk: Desk) -> None:
        with desk.store.transaction() as connection:
            own = "SELECT event_hash FROM outbox WHERE appeal = ? AND feed_n IS NULL ORDER BY seq"
            for (event_hash,) in connection.execute(own, (appeal,)).fetchall():  # the centre has heard what was written
                confirmed = "UPDATE outbox SET feed_epoch = 1, feed_n = ? WHERE event_hash = ?"
                connection.execute(confirmed, (next(PLACES), event_hash))
            for body in bodies:
                kind, wall_ms = KIND_OF[type(body)], desk.clock.wall_ms()
                seq = connection.execute("SELECT count(*) FROM events WHERE epoch = ?", (CENTRE_EPOCH,)).fetchone()[0]
                of = appeal if kind in RECEPTION_KINDS else None
                header = Header(CENTRE_EPOCH, seq + 1, kind, wall_ms=wall_ms, monotonic_ms=1, boot=bytes(8), appeal=of)
                event = make_event(header, body, new_salt())
                kept = keep_event(connection, event, now_ms=wall_ms)
                connection.execute(
                    "INSERT INTO feed_rows (feed, server_epoch, n, kind, event_hash, received_at_ms)"
                    " VALUES (1, 1, ?, 2, ?, 1)",
                    (next(PLACES), kept),
                )
                if of is None:
                    meetings.keep(connection, kept, read_body(header, event.body))
            meetings.lay_again(connection, meetings.known(connection))
            project_again(connection, appeal)

    counter._bench.store(job, lambda _: done.append(True))
    while not done:
        QApplication.processEvents()
    counter.found.changed(frozenset({appeal}))
    counter.receiving.look_again()


def appointment(in_minutes: int = 5) -> tuple[Body, ...]:
    starts_at_ms = milliseconds(formats.now() + timedelta(minutes=in_minutes)) // 60_000 * 60_000
    invited = (Invited("KG-C-ALA", MeetingPart.CHAIR),)
    title = Words("Жандуу кабыл алуу", "Живой приём", "Live reception")
    return (
        MeetingPlanned(MEETING, MeetingPlan(title, starts_at_ms, 30, invited, seats=4)),
        ReceptionSet(
            MEETING, starts_at_ms, 30, Words("Министрдин орун басары", "Заместитель министра"), Words("", "Паспорт")
        ),
    )


def papers_are(tray: Path, count: int) -> bool:
    return len(list(tray.glob("*.pdf"))) >= count


def written(desktop: Desktop) -> list[ReceptionSaid]:
    """What this office wrote of conversations."""
    desk = desktop.desk
    assert desk is not None
    found: list[list[tuple[bytes, bytes]]] = []
    query = "SELECT header, body FROM events WHERE kind = ? ORDER BY id"
    desktop.runner.run(
        lambda: desk.store.connection.execute(query, (int(EventKind.RECEPTION_SAID),)).fetchall(), done=found.append
    )
    while not found:
        QApplication.processEvents()
    bodies = [read_body(read_header(header), body) for header, body in found[0]]
    return [body for body in bodies if isinstance(body, ReceptionSaid)]


def hash_of_first(desktop: Desktop) -> bytes:
    """The event with which the office asked first."""
    desk = desktop.desk
    assert desk is not None
    found: list[bytes] = []
    query = "SELECT event_hash FROM events WHERE kind = ? ORDER BY id LIMIT 1"
    desktop.runner.run(
        lambda: desk.store.connection.execute(query, (int(EventKind.RECEPTION_SAID),)).fetchone()[0], done=found.append
    )
    while not found:
        QApplication.processEvents()
    return found[0]


def press(desktop: Desktop, hands: Hands, name: str) -> None:
    hands.until(lambda: hands.is_seen(desktop.window, f"requests.reception.{name}"))
    hands.click(desktop.window, f"requests.reception.{name}")


def ask(desktop: Desktop, hands: Hands) -> None:
    press(desktop, hands, "ask")
    dialog = hands.dialog(desktop.window, "ask_reception")
    hands.click(dialog, "ask_reception.by_video.yes")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(desktop.window, "ask_reception"))


@pytest.fixture
def at_card(signed_in: Start, hands: Hands) -> Desktop:
    """The card of a request just registered."""
    desktop = signed_in()
    hands.fill(desktop.window)
    at_the_requests(desktop, hands)
    return desktop


def test_a_conversation_is_asked_for_with_the_consent_alone_that_was_given(at_card: Desktop, hands: Hands) -> None:
    press(at_card, hands, "ask")
    dialog = hands.dialog(at_card.window, "ask_reception")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: any("Without this consent" in one.text() for one in dialog.findChildren(QLabel)))
    hands.type(dialog, "ask_reception.days", "завтра")
    hands.click(dialog, "ask_reception.by_video.yes")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: any("with commas between" in one.text() for one in dialog.findChildren(QLabel)))
    picture(at_card.window, "ask")
    assert written(at_card) == []
    field = hands.find(dialog, "ask_reception.days", QWidget)
    field.clear()  # type: ignore[attr-defined]  # a line
    day = formats.today() + timedelta(days=3)
    hands.type(dialog, "ask_reception.days", f"{day:%d.%m.%Y}")
    hands.type(dialog, "ask_reception.note", "Суу жөнүндө")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(at_card.window, "ask_reception"))
    (said,) = written(at_card)
    assert said.wish is not None
    assert (said.wish.by_video, said.wish.is_recording_agreed, said.wish.needs_interpreter) == (True, False, False)
    assert (said.wish.days, said.wish.note) == ((day,), "Суу жөнүндө")
    hands.until(lambda: any("asked for" in words for words in said_on(screen_of(at_card).card)))
    assert not hands.is_seen(at_card.window, "requests.reception.ask")


def test_what_is_typed_of_a_wish_comes_back_after_esc(at_card: Desktop, hands: Hands) -> None:
    press(at_card, hands, "ask")
    dialog = hands.dialog(at_card.window, "ask_reception")
    hands.type(dialog, "ask_reception.note", "Суу жөнүндө")
    hands.press(dialog, Qt.Key.Key_Escape)
    hands.until(lambda: not hands.is_seen(at_card.window, "ask_reception"))
    press(at_card, hands, "ask")
    dialog = hands.dialog(at_card.window, "ask_reception")
    note = hands.find(dialog, "ask_reception.note", QWidget)
    hands.until(lambda: note.text() == "Суу жөнүндө")  # type: ignore[attr-defined]  # a field of lines


def test_the_card_tells_day_hour_whom_and_what_to_bring_and_the_slip_is_made(
    at_card: Desktop, hands: Hands, tmp_path: Path
) -> None:
    ask(at_card, hands)
    says(at_card, *appointment(in_minutes=3 * 24 * 60))
    card = screen_of(at_card).card
    hands.until(lambda: any("day and hour are set" in words for words in said_on(card)))
    told = " ".join(said_on(card))
    for words in ("With: Министрдин орун басары", "To be brought: Паспорт", "Here, in this office"):
        assert words in told
    assert not hands.is_seen(at_card.window, "requests.reception.begin")
    picture(at_card.window, "set")
    for paper in ("a5", "roll"):
        press(at_card, hands, paper)
        made = 1 if paper == "a5" else 2
        hands.until(partial(papers_are, tmp_path / "tray", made))


def test_a_reason_stands_on_the_card_and_another_one_can_be_asked_for(at_card: Desktop, hands: Hands) -> None:
    ask(at_card, hands)
    says(at_card, ReceptionDeclined(Words(ru="Решает другой орган")))
    card = screen_of(at_card).card
    hands.until(lambda: any("Решает другой орган" in words for words in said_on(card)))
    hands.until(lambda: hands.is_seen(at_card.window, "requests.reception.ask"))


def test_a_wish_is_taken_back_after_a_question(at_card: Desktop, hands: Hands) -> None:
    ask(at_card, hands)
    press(at_card, hands, "take_back")
    hands.until(lambda: hands.is_seen(at_card.window, "question.act"))
    hands.click(at_card.window, "question.act")
    hands.until(lambda: any(one.is_taken_back for one in written(at_card)))
    wish, taken_back = written(at_card)
    assert (wish.asked, taken_back.asked) == (None, hash_of_first(at_card))
    hands.until(lambda: hands.is_seen(at_card.window, "requests.reception.ask"))


def test_what_came_of_it_is_noted_and_stands_on_the_card(at_card: Desktop, hands: Hands) -> None:
    ask(at_card, hands)
    says(at_card, *appointment())
    press(at_card, hands, "note")
    dialog = hands.dialog(at_card.window, "note_reception")
    hands.type(dialog, "note_reception.promised_on", "07.12.2026")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: any("Write what was said." in one.text() for one in dialog.findChildren(QLabel)))
    hands.type(dialog, "note_reception.said", "Башаты көрсөтүлдү")
    hands.type(dialog, "note_reception.promised", "Түтүк")
    hands.click(dialog, "note_reception.for_applicant.yes")
    picture(at_card.window, "note")
    hands.press(dialog, Qt.Key.Key_F9)
    hands.until(lambda: not hands.is_seen(at_card.window, "note_reception"))
    outcome = written(at_card)[-1].outcome
    assert outcome is not None
    assert written(at_card)[-1].meeting == MEETING
    assert (outcome.said, outcome.promised, outcome.is_for_applicant) == ("Башаты көрсөтүлдү", "Түтүк", True)
    says(at_card, ReceptionNoted(MEETING, ReceptionOutcome("Орган да жазды")))
    hands.until(lambda: any("Орган да жазды" in words for words in said_on(screen_of(at_card).card)))


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (MeetingCancelled(MEETING, Words(ru="Беседа не состоится")), "The meeting is cancelled."),
        (MeetingClosed(MEETING), "The meeting has ended."),
    ],
)
def test_what_is_over_is_not_offered_any_more_and_who_was_quicker_reads_why(
    at_card: Desktop, hands: Hands, over: Body, words: str
) -> None:
    ask(at_card, hands)
    says(at_card, *appointment())
    hands.until(lambda: hands.is_seen(at_card.window, "reception_bar.begin"))
    hands.until(lambda: hands.is_seen(at_card.window, "requests.reception.begin"))
    counter = at_card.counter
    assert counter is not None
    current = counter.found.current
    assert current is not None
    noted: list[str] = []
    counter._bench.note = lambda say, *_, **__: noted.append(say())
    says(at_card, *((MeetingOpened(MEETING),) if isinstance(over, MeetingClosed) else ()), over)
    hands.until(lambda: not hands.is_seen(at_card.window, "reception_bar.begin"))
    hands.until(lambda: not hands.is_seen(at_card.window, "requests.reception.begin"))
    assert hands.is_seen(at_card.window, "requests.reception.note")
    counter.receiving.begin(current.appeal, MEETING)
    hands.until(lambda: words in noted)


@pytest.mark.parametrize("size", SIZES)
def test_at_the_hour_one_button_opens_the_room_with_the_card_beside_it_where_there_is_room(
    room: InWindow,
    hands: Hands,
    size: tuple[int, int],
) -> None:
    desktop = room.desktop
    desktop.window.resize(*size)
    room.hall.is_desk = True
    hands.fill(desktop.window)
    at_the_requests(desktop, hands)
    counter = desktop.counter
    assert counter is not None
    if size[0] < 1000:  # the card is in its drawer there
        hands.press(desktop.window, Qt.Key.Key_Return, "requests.table")
    ask(desktop, hands)
    says(desktop, *appointment())
    hands.until(lambda: hands.is_seen(desktop.window, "reception_bar.begin"))
    counter.shell.open("reception")
    picture(desktop.window, f"bar-{size[0]}")
    hands.find(desktop.window, "reception_bar.begin", QAbstractButton).click()
    hands.until(lambda: counter.corner.attending.presenter.is_in)
    hands.until(lambda: room.view.isVisible())
    assert hands.is_seen(desktop.window, "meetings.request") == (size[0] >= 1000)
    assert not hands.is_seen(desktop.window, "reception_bar.begin")
    picture(desktop.window, f"room-{size[0]}")
    counter.shell.open("reception")
    hands.type(desktop.window, "reception.surname", "Асанов")
    counter.shell.open("meetings")
    if size[0] >= 1000:
        card = hands.find(desktop.window, "meetings.request", QWidget)
        hands.until(lambda: hands.is_seen(card, "requests.reception.note"))
        hands.click(card, "requests.reception.note")
        hands.press(hands.dialog(desktop.window, "note_reception"), Qt.Key.Key_Escape)


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_every_button_of_a_conversation_has_its_words_whole(
    at_card: Desktop, hands: Hands, language: str, theme: str
) -> None:
    ask(at_card, hands)
    says(at_card, *appointment())
    at_card.set_language(language)
    at_card.set_theme(theme)
    hands.until(lambda: hands.is_seen(at_card.window, "requests.reception.begin"))
    QApplication.processEvents()
    for name in ("begin", "a5", "roll", "note", "take_back"):
        button = hands.find(at_card.window, f"requests.reception.{name}", QAbstractButton)
        assert button.accessibleName()
        assert button.width() >= button.minimumSizeHint().width(), name
    picture(at_card.window, f"card-{language}-{theme}")
