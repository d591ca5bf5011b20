"""What the card says and offers: the way the applicant wished to be answered, and of an erased request that it is."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.events import erase_event, keep_event
from liaison_desktop.store.projecting import project_again
from liaison_desktop.ui.requests.dialogs import TellDialog
from liaison_desktop.ui.requests.telling import DELIVERY, STATES
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.workplace import words
from server_sync.contract import bodies
from server_sync.contract.events import KIND_OF, Header, make_event
from server_sync.contract.workflow import State
from tests.contract.invented import NOW_MS
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_counter_forgives import number_on_card, screen_of

Start = Callable[[], Desktop]
ALT = Qt.KeyboardModifier.AltModifier


def store(desktop: Desktop, hands: Hands, job: Callable[[Desk, bytes], object]) -> None:
    """Do something to the chosen request where the store is, and tell the screens."""
    desk, counter, row = desktop.desk, desktop.counter, screen_of(desktop).table.current()
    assert desk is not None
    assert counter is not None
    assert row is not None
    done: list[object] = []
    desktop.runner.run(lambda: job(desk, row.appeal), done=done.append)
    hands.until(lambda: bool(done))
    counter._bench.announce(ChangeSet(appeals=frozenset({row.appeal})))


ROUTED = bodies.Routed("AKIM@KG-C-ALA")
ACCEPTED = bodies.AcceptedByBody("AKIM@KG-C-ALA")


def answer(desk: Desk, appeal: bytes) -> None:
    text = bodies.Words(ky="Жооп")
    hear(desk, appeal, ROUTED, bodies.Answered(bodies.Outcome.EXPLAINED, text, "AKIM@KG-C-ALA", "Аким", bytes(16)))


def hear(desk: Desk, appeal: bytes, *said: bodies.Body) -> None:
    """Take in what the centre did with a request, as an exchange brings it."""
    with desk.store.transaction() as connection:
        heard = connection.execute("SELECT count(*) FROM feed_rows").fetchone()[0]
        for place, body in enumerate(said, start=heard + 1):
            header = Header(
                epoch=b"WEB-epoch-000000", seq=place, kind=KIND_OF[type(body)], wall_ms=NOW_MS + place, monotonic_ms=0,
                boot=bytes(8), appeal=appeal,
            )  # fmt: skip
            event = make_event(header, body, bytes(16))
            keep_event(connection, event)
            connection.execute(
                "INSERT INTO feed_rows (feed, server_epoch, n, kind, event_hash, received_at_ms) "
                "VALUES (1, 1, ?, 2, ?, 0)",
                (place, event.hash),
            )
        project_again(connection, appeal)


def erase(desk: Desk, appeal: bytes) -> None:
    with desk.store.transaction() as connection:
        erase_event(connection, appeal)
        project_again(connection, appeal)


def to_card(desktop: Desktop, hands: Hands, answer_by: str = "phone") -> None:
    hands.fill(desktop.window)
    hands.click(desktop.window, f"reception.answer_by.{answer_by}")
    register(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_2, modifier=ALT)
    hands.until(lambda: bool(number_on_card(desktop)) and screen_of(desktop).table.current() is not None)


@pytest.mark.parametrize(
    ("language", "sent", "considered"),
    [
        ("ky", "жооптуу органда", "каралууда"),
        ("ru", "в ответственном органе", "на рассмотрении"),
        ("en", "with the responsible body", "under consideration"),
    ],
)
def test_a_card_says_under_consideration_when_the_body_has_accepted_it(
    signed_in: Start, hands: Hands, language: str, sent: str, considered: str
) -> None:
    desktop = signed_in()
    to_card(desktop, hands)
    desktop.set_language(language)

    def shown() -> list[str]:
        return [one.text() for one in screen_of(desktop).card.findChildren(Badge)]

    store(desktop, hands, lambda desk, appeal: hear(desk, appeal, ROUTED))
    hands.until(lambda: sent in shown())
    assert considered not in shown()
    store(desktop, hands, lambda desk, appeal: hear(desk, appeal, ACCEPTED))
    hands.until(lambda: considered in shown() and sent not in shown())


@pytest.mark.parametrize("wished", ["letter", "phone", "in_person"])
def test_that_somebody_was_told_begins_with_the_way_they_asked_for(signed_in: Start, hands: Hands, wished: str) -> None:
    desktop = signed_in()
    to_card(desktop, hands, wished)
    store(desktop, hands, answer)
    hands.until(lambda: hands.is_seen(desktop.window, "requests.told"))
    hands.press(desktop.window, Qt.Key.Key_F8)
    dialog = hands.dialog(desktop.window, "tell")
    assert isinstance(dialog, TellDialog)
    assert dialog.how.value() == wished


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ky", "Жеке маалыматтар өчүрүлдү"),
        ("ru", "Личные данные удалены"),
        ("en", "Personal data were erased"),
    ],
)
def test_an_erased_request_says_so_and_shows_nothing_empty_and_offers_no_paper(
    signed_in: Start, hands: Hands, language: str, said: str
) -> None:
    desktop = signed_in()
    to_card(desktop, hands)
    desktop.set_language(language)
    screen = screen_of(desktop)
    assert screen.print.isEnabled()
    store(desktop, hands, erase)
    hands.until(lambda: [one.who for one in screen.table.rows()] == [said])
    hands.until(lambda: not screen.print.isEnabled())
    assert not screen.save.isEnabled()

    def shown() -> list[str]:
        return [one.text() for one in screen.card.findChildren(QLabel) if one.isVisible()]

    hands.until(lambda: said in shown())
    seen = shown()
    assert words.tr("Short code") not in seen
    assert words.tr("Text") not in seen
    assert all(text.strip() for text in seen)


def test_that_an_answer_came_is_not_dressed_as_granted() -> None:
    _say, tone, icon = STATES[State.ANSWERED]
    assert (tone, icon) == ("neutral", "envelope-open")


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_states_of_delivery_with_the_same_words_have_the_same_sign(language: str) -> None:
    words.set_language(language)
    signs: dict[str, set[str]] = {}
    for state in DeliveryState:
        say, _tone, icon = DELIVERY[state]
        signs.setdefault(say(), set()).add(icon)
    assert [said for said, icons in signs.items() if len(icons) > 1] == []
