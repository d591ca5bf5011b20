"""A vote in the window: pressed, confirmed, written at once, shown as the own, changed, counted, read with no line."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.errors import MeetingRefused
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.vote_view import VoteCard
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract import ballots
from server_sync.contract.bodies import (
    Body,
    MeetingClosed,
    MeetingOpened,
    MeetingPlanned,
    MeetingVoteClosed,
    MeetingVoteOpened,
    OfficeVote,
    VoteCast,
    VoteChoice,
    Words,
)
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.meetings import MeetingAct
from tests.desktop.centre_says import hear, heating, soon
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hall import OWN_SITE
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_meeting_room import SIZES, InWindow, hall, room

__all__ = ["hall", "room"]
VOTE = b"\x07" * 16
MEETING = b"m" * 16
QUESTION = Words("Сунушту кабыл алабызбы?", "Принять предложение о закупке угля?", "Shall we buy the coal as proposed?")
PRIVATE = ballots.new_ballot_key()
FOR, AGAINST, ABSTAIN = VoteChoice
T = TypeVar("T")
PICTURES = os.environ.get("LIAISON_PICTURES", "")


def picture(window, name: str) -> None:
    """Keep how it looks, where somebody asked for it."""
    if PICTURES:
        for _ in range(20):
            QApplication.processEvents()
        window.grab().save(f"{PICTURES}/{name}.png")


class Voting:
    """A room in which a vote goes on."""

    def __init__(self, room: InWindow) -> None:
        self.room, self.hands, self.hall = room, room.hands, room.hall
        room.enter()

    @property
    def card(self) -> VoteCard:
        return self.room.view.votes.cards[0]

    def ask(self, *, key: str = "", seconds: float = 120) -> None:
        self.hall.ask(VOTE, QUESTION, seconds=seconds, key=key)
        self.hands.until(lambda: bool(self.room.view.votes.cards) and self.card.isVisible())

    def press(self, key: Qt.Key) -> None:
        self.room.press(key)

    def own(self) -> str:
        return self.words("vote.own")

    def words(self, name: str) -> str:
        return self.hands.find(self.room.window, name, Text).text()

    def choice(self, choice: VoteChoice) -> QAbstractButton:
        return self.card.choices[choice]

    def written(self) -> list[VoteCast]:
        """The votes in this PC's own chain."""
        return self.in_store(_votes_in)

    def in_store(self, job: Callable[[Desk], T]) -> T:
        assert self.room.desktop.counter is not None
        told: list[T] = []
        self.room.desktop.counter._bench.store(job, told.append)
        self.hands.until(lambda: bool(told))
        return told[0]

    def hear(self, *bodies: Body) -> None:
        """Let the feed bring what the centre says."""
        assert self.room.desktop.counter is not None
        self.in_store(lambda desk: hear(desk, *bodies))
        self.room.desktop.counter._bench.announce(ChangeSet(meetings=True))
        QApplication.processEvents()


def _votes_in(desk: Desk) -> list[VoteCast]:
    rows = desk.store.connection.execute(
        "SELECT header, body FROM events WHERE kind = ? AND is_own = 1 ORDER BY seq", (int(EventKind.VOTE_CAST),)
    ).fetchall()
    read = [read_body(read_header(header), body) for header, body in rows]
    return [body for body in read if isinstance(body, VoteCast)]


@pytest.fixture
def voting(room: InWindow) -> Voting:
    return Voting(room)


def test_a_vote_is_cast_by_a_key_and_its_confirmation_and_stands_in_the_own_chain(voting: Voting) -> None:
    voting.ask()
    assert voting.words("vote.question") == QUESTION.en
    assert voting.words("vote.about").startswith("Open vote · 0 of 62 offices voted · quorum 31 · ends in 0")
    picture(voting.room.window, "vote-asked")
    voting.press(Qt.Key.Key_2)
    assert voting.written() == []
    assert voting.card.confirm.text() == "Vote against"
    picture(voting.room.window, "vote-pressed")
    voting.press(Qt.Key.Key_Return)
    voting.hands.until(lambda: voting.own().startswith("Your office's vote: against. It is kept here"))
    assert voting.written() == [VoteCast(VOTE, AGAINST)]
    picture(voting.room.window, "vote-cast")


def test_a_vote_that_reached_the_centre_is_told_as_there(voting: Voting) -> None:
    voting.ask()
    voting.press(Qt.Key.Key_1)
    voting.press(Qt.Key.Key_Return)
    voting.hands.until(lambda: "It is kept here" in voting.own())
    voting.in_store(_deliver)
    assert voting.room.desktop.counter is not None
    voting.room.desktop.counter._bench.announce(ChangeSet(delivery=True))
    voting.hands.until(lambda: voting.own() == "Your office's vote: for. It can be changed until the end.")


def _deliver(desk: Desk) -> bool:
    with desk.store.transaction() as connection:
        connection.execute("UPDATE outbox SET state = ?", (int(DeliveryState.STORED),))
    return True


def test_a_press_is_taken_back_and_nothing_is_written(voting: Voting) -> None:
    voting.ask()
    voting.press(Qt.Key.Key_1)
    voting.press(Qt.Key.Key_Escape)
    assert voting.choice(FOR).isVisible()
    assert voting.room.view.isVisible()
    assert voting.written() == []


def test_a_vote_is_changed_as_often_as_one_likes_until_the_end(voting: Voting) -> None:
    voting.ask()
    for key in (Qt.Key.Key_1, Qt.Key.Key_3):
        voting.press(key)
        voting.press(Qt.Key.Key_Return)
        voting.hands.until(lambda: voting.choice(FOR).isVisible())
    assert [one.choice for one in voting.written()] == [FOR, ABSTAIN]
    assert "abstain" in voting.own()


def test_a_secret_vote_is_sealed_in_the_chain_and_shown_to_the_office_until_the_count(voting: Voting) -> None:
    voting.ask(key=ballots.sealing_key(PRIVATE).hex())
    assert voting.words("vote.about").startswith("Secret vote")
    voting.press(Qt.Key.Key_1)
    voting.press(Qt.Key.Key_Return)
    voting.hands.until(lambda: voting.own().startswith("Your office's vote: for."))
    (cast,) = voting.written()
    assert cast.choice is None
    assert ballots.open_choice(cast.sealed or b"", PRIVATE, VOTE, OWN_SITE) is FOR
    opened = MeetingVoteOpened(MEETING, VOTE, QUESTION, 2**41, (OWN_SITE, "KG-N"), 1, 2, ballots.sealing_key(PRIVATE))
    voting.hear(opened, MeetingVoteClosed(MEETING, VOTE, (OfficeVote(OWN_SITE),), 0, 0, 0, is_withheld=True))
    voting.in_store(_hear_count)
    voting.hall.change(vote=None)
    voting.hands.until(lambda: voting.own() == "Your office has voted. It is counted.")
    assert voting.words("vote.counts").startswith("So few voted")
    picture(voting.room.window, "vote-secret-too-few")


def _hear_count(desk: Desk) -> bool:
    """As the feed does it."""
    from liaison_desktop.store import votes

    rows = desk.store.connection.execute("SELECT event_hash, header, body FROM events WHERE kind = 206").fetchall()
    with desk.store.transaction() as connection:
        for event_hash, header, body in rows:
            read = read_header(header)
            votes.hear(connection, event_hash, read, read_body(read, body))
    return True


def test_when_the_time_is_up_nothing_is_pressed_any_more_and_the_count_is_awaited(
    voting: Voting, programs: Programs
) -> None:
    voting.ask()
    programs.clock.now_ms += 121_000
    voting.hands.until(lambda: not voting.choice(FOR).isVisible())
    voting.press(Qt.Key.Key_1)
    assert voting.written() == []
    assert not voting.card.confirm.isVisible()


def test_the_count_is_a_card_in_the_room_that_is_put_away(voting: Voting) -> None:
    voting.ask()
    voting.press(Qt.Key.Key_1)
    voting.press(Qt.Key.Key_Return)
    voting.hands.until(lambda: voting.own().startswith("Your office's vote: for"))
    opened = MeetingVoteOpened(MEETING, VOTE, QUESTION, 2**41, (OWN_SITE, "KG-N", "KG-O"), 2, 2)
    votes = (OfficeVote(OWN_SITE, FOR), OfficeVote("KG-N", FOR), OfficeVote("KG-O", AGAINST))
    voting.hear(opened, MeetingVoteClosed(MEETING, VOTE, votes, 2, 1, 0, is_quorate=True, is_adopted=True))
    voting.hall.change(vote=None)
    voting.hands.until(lambda: voting.words("vote.counts") == "For 2, against 1, abstained 0")
    assert voting.own() == "Your office's vote: for. It is counted."
    picture(voting.room.window, "vote-counted")
    typing = QApplication.focusWidget()
    assert typing is not None
    assert voting.room.view.isAncestorOf(typing), "the keys of the room work on"
    voting.hands.click(voting.room.window, "vote.close")
    assert not voting.room.view.votes.isVisible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ky", "ru"])
def test_the_three_choices_have_room_in_every_window_and_language(
    voting: Voting, size: tuple[int, int], language: str
) -> None:
    voting.room.window.showNormal()
    voting.room.window.resize(*size)
    voting.ask()
    voting.room.desktop.set_language(language)
    QApplication.processEvents()
    for button in voting.card.choices.values():
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width()
        corner = button.mapTo(voting.room.view, button.rect().bottomRight())
        assert voting.room.view.rect().contains(corner)
    picture(voting.room.window, f"vote-{language}-{size[0]}")


# the desk


@pytest.fixture
def at_desk(room: InWindow) -> InWindow:
    room.hall.is_desk = True
    room.offer()
    assert room.desktop.counter is not None
    room.desktop.counter.shell.open("meetings")
    room.attending.enter()
    room.hands.until(lambda: room.is_seen("desk.vote"))
    return room


def test_the_desk_opens_a_vote_and_counts_it_by_one_key(at_desk: InWindow) -> None:
    at_desk.press(Qt.Key.Key_F7)
    form = at_desk.hands.dialog(at_desk.window, "vote.form")
    at_desk.hands.type(form, "vote.form.question_ru", "Принять?")
    at_desk.hands.click(form, "vote.form.kind.secret")
    picture(at_desk.window, "vote-form")
    if PICTURES:
        form.grab().save(f"{PICTURES}/vote-form-dialog.png")
    at_desk.hands.press(form, Qt.Key.Key_F9)
    at_desk.hands.until(lambda: at_desk.hall.acts()[-1] is MeetingAct.OPEN_VOTE)
    call = next(one for one in at_desk.hall.calls if one.act is MeetingAct.OPEN_VOTE)
    assert call.asked is not None
    assert (call.asked.question, call.asked.is_secret, call.asked.seconds) == (Words(ru="Принять?"), True, 120)
    assert (call.asked.quorum, call.asked.is_share, call.item) == (50, True, 2)
    button = at_desk.hands.find(at_desk.window, "desk.vote", QAbstractButton)
    at_desk.hands.until(lambda: button.text() == "Count the votes")
    at_desk.hands.until(lambda: at_desk.view.votes.isVisible())
    picture(at_desk.window, "vote-desk")
    at_desk.press(Qt.Key.Key_F7)
    question = at_desk.hands.dialog(at_desk.window, "desk.count_question")
    at_desk.hands.click(question, "question.act")
    at_desk.hands.until(lambda: at_desk.hall.acts()[-1] is MeetingAct.END_VOTE)
    ended = next(one for one in at_desk.hall.calls if one.act is MeetingAct.END_VOTE)
    assert ended.vote == call.act_id


def test_what_is_missing_in_the_form_and_what_the_centre_refuses_is_said_and_what_was_typed_stays(
    at_desk: InWindow,
) -> None:
    at_desk.press(Qt.Key.Key_F7)
    form = at_desk.hands.dialog(at_desk.window, "vote.form")
    at_desk.hands.press(form, Qt.Key.Key_F9)
    shown = "\n".join(one.text() for one in form.findChildren(Text) if one.isVisible())
    assert "Write what is voted on, in Kyrgyz or in Russian." in shown
    at_desk.hands.type(form, "vote.form.question_ky", "Кабыл алабызбы?")
    at_desk.hall.refusals.append(MeetingRefused("vote_running"))
    at_desk.hands.press(form, Qt.Key.Key_F9)
    shown = "\n".join(one.text() for one in form.findChildren(Text) if one.isVisible())
    assert "A vote goes on already" in shown
    typed = form.findChild(QLineEdit, "vote.form.question_ky")
    assert typed is not None
    assert typed.text() == "Кабыл алабызбы?"
    at_desk.hands.press(form, Qt.Key.Key_Escape)


def test_who_is_no_desk_has_no_button_of_votes(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_F7)
    assert not room.is_seen("desk.vote")


# the lobby


NAME = bytes(range(16))


class InLobby:
    """The lobby of a meeting, with a centre that speaks."""

    def __init__(self, desktop: Desktop, hands: Hands) -> None:
        assert desktop.counter is not None
        self.desktop, self.hands, self.counter = desktop, hands, desktop.counter
        self.bench = desktop.counter._bench
        self.site = self.bench.desk.enrolment.site_code
        hands.press(desktop.window, Qt.Key.Key_4, modifier=Qt.KeyboardModifier.AltModifier)

    def hear(self, *bodies: Body) -> None:
        done: list[bool] = []
        self.bench.store(lambda desk: hear(desk, *bodies), lambda _: done.append(True))
        self.hands.until(lambda: bool(done))
        self.bench.announce(ChangeSet(meetings=True))
        self.hands.until(lambda: self.desktop.runner.is_idle)
        QApplication.processEvents()

    def words(self) -> str:
        texts = self.counter.corner.meetings.lobby.votes.findChildren(Text)
        return "\n".join(one.text() for one in texts if one.isVisible())


@pytest.fixture
def lobby(
    programs: Programs, signed_in: Callable[[], Desktop], hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InLobby]:
    for name in ("CAMERA", "MICROPHONE", "SPEAKER"):
        monkeypatch.setenv(f"LIAISON_{name}", "synthetic")
    programs.clock.now_ms = milliseconds(formats.now())
    made = InLobby(signed_in(), hands)
    yield made
    made.desktop.close()


def test_votes_of_a_past_meeting_are_read_in_the_lobby_with_no_line(lobby: InLobby) -> None:
    plan = heating(lobby.site, soon(formats.now(), -30))
    opened = MeetingVoteOpened(NAME, VOTE, QUESTION, milliseconds(formats.now()), ("KG-Y", "KG-O"), 1)
    votes = (OfficeVote("KG-Y", AGAINST),)
    lobby.hear(
        *(MeetingPlanned(NAME, plan), MeetingOpened(NAME), opened),
        *(MeetingVoteClosed(NAME, VOTE, votes, 0, 1, 0, is_quorate=True), MeetingClosed(NAME)),
    )
    lobby.counter.corner.lobbies.choose(NAME)
    lobby.hands.until(lambda: "For 0, against 1, abstained 0" in lobby.words())
    assert "Against: " in lobby.words()
    picture(lobby.desktop.window, "vote-lobby")


def test_a_vote_that_outlives_its_meeting_is_cast_in_from_the_lobby(lobby: InLobby) -> None:
    plan = heating(lobby.site, soon(formats.now(), -30))
    ends_at_ms = milliseconds(formats.now() + timedelta(minutes=5))
    opened = MeetingVoteOpened(NAME, VOTE, QUESTION, ends_at_ms, (lobby.site, "KG-O"), 1)
    lobby.hear(MeetingPlanned(NAME, plan), MeetingOpened(NAME), opened, MeetingClosed(NAME))
    lobby.counter.corner.lobbies.choose(NAME)
    card = lobby.counter.corner.meetings.lobby.votes
    lobby.hands.until(lambda: bool(card.cards) and card.cards[0].choices[FOR].isVisible())
    lobby.hands.click(lobby.desktop.window, "vote.for")
    lobby.hands.click(lobby.desktop.window, "vote.confirm")
    lobby.hands.until(lambda: "Your office's vote: for." in lobby.words())


def test_who_watches_is_told_that_they_do_not_vote(lobby: InLobby) -> None:
    plan = heating(lobby.site, soon(formats.now(), -30))
    ends_at_ms = milliseconds(formats.now() + timedelta(minutes=5))
    opened = MeetingVoteOpened(NAME, VOTE, QUESTION, ends_at_ms, ("KG-Y", "KG-O"), 1)
    lobby.hear(MeetingPlanned(NAME, plan), MeetingOpened(NAME), opened)
    lobby.hands.until(lambda: "Your office watches and does not vote." in lobby.words())
    assert not lobby.counter.corner.meetings.lobby.votes.cards[0].choices[FOR].isVisible()
