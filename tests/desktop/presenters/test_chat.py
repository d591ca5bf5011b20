"""The chat shows what everybody wrote, once and in order, and sends what the person wrote as it stands."""

from dataclasses import dataclass, replace

import pytest

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.meetings.messages import ChatSays
from liaison_desktop.ui.meetings.chat_presenter import ChatPresenter, ChatShown
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.chat import ChatLine, write_lines
from server_sync.contract.meetings import Desk, MeetingAct, MeetingState
from tests.desktop.presenters.test_room import HALL, NOW_MS, OWN, PLAN, STAGE, Room


@dataclass
class StandInChat:
    """Keeps what it was last told."""

    shown: ChatShown = ChatShown()
    wrong: Say | None = None
    forgot: int = 0
    seen: bool = False

    def show_chat(self, shown: ChatShown) -> None:
        self.shown = shown

    def say_wrong(self, say: Say | None) -> None:
        self.wrong = say

    def forget_typed(self) -> None:
        self.forgot += 1

    def is_read(self) -> bool:
        return self.seen


class AtChat:
    def __init__(self) -> None:
        self.room, self.view = Room(), StandInChat()
        self.chat = ChatPresenter(self.view, self.room.presenter)
        self.room.enter()

    def texts(self) -> list[str]:
        self.chat.refresh()
        return [one.text for one in self.view.shown.rows]

    def sent(self, *lines: ChatLine) -> None:
        """The room says it to everybody."""
        self.room.presenter.heard(ChatSays(write_lines(lines)))


def line(number: int, text: str = "сөз", who: str = HALL) -> ChatLine:
    return ChatLine(number, who, NOW_MS, text)


@pytest.fixture
def at() -> AtChat:
    return AtChat()


def test_every_call_says_how_far_the_chat_is_known(at: AtChat) -> None:
    assert [call.chat_after for call in at.room.done] == [1, 1]
    at.sent(line(1), line(2))
    at.room.fire("look")
    assert at.room.answer(chat=(line(3, "үч"),)).chat_after == 3
    assert at.texts() == ["сөз", "сөз", "үч"]


def test_whoever_comes_late_reads_what_was_written_before() -> None:
    room = Room()
    room.presenter.enter(PLAN)
    room.answer(url="ws://x", token="t", chat=(line(7, "мурунку"),))
    assert [one.text for one in room.presenter.chat.shown()] == ["мурунку"]


def test_a_line_stands_once_however_often_it_comes_and_in_its_place(at: AtChat) -> None:
    at.sent(line(1, "бир"))
    at.sent(line(1, "бир"), line(2, "эки"))
    assert at.texts() == ["бир", "эки"]
    assert at.room.asked() == []


def test_a_line_that_was_missed_is_asked_for(at: AtChat) -> None:
    at.sent(line(1, "бир"))
    at.sent(line(3, "үч"))
    assert at.room.asked() == [MeetingAct.LOOK]


def test_a_line_that_was_taken_away_is_gone_and_does_not_come_back(at: AtChat) -> None:
    at.sent(line(1, "жаман"), line(2, "жакшы"))
    at.sent(line(1, ""))
    at.sent(line(1, "жаман"))
    assert at.texts() == ["жакшы"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "x", "[" * 5_000, '[{"number":true,"who":"","said_ms":1,"text":"a"}]']
)
def test_what_is_no_chat_changes_nothing(at: AtChat, text: str) -> None:
    at.room.presenter.heard(ChatSays(text))
    assert at.texts() == []


def test_unread_lines_of_others_are_counted_until_they_are_seen(at: AtChat) -> None:
    at.sent(line(1), line(2, who=OWN), line(3))
    at.chat.refresh()
    assert at.view.shown.unread == 2
    at.view.seen = True
    at.chat.refresh()
    at.view.seen = False
    at.sent(line(4))
    at.chat.refresh()
    assert at.view.shown.unread == 1


def test_what_is_written_is_sent_as_it_stands_and_forgotten_when_the_centre_has_it(at: AtChat) -> None:
    at.chat.send("  <b>Суу</b> жок & башка  ")
    at.chat.send("экинчи жолу")
    (call, *_), *others = at.room.open
    assert (call.act, call.text, others) == (MeetingAct.SAY, "<b>Суу</b> жок & башка", [])
    assert at.view.forgot == 0
    assert at.view.shown.is_busy
    at.room.answer()
    assert (at.view.forgot, at.view.shown.is_busy) == (1, False)


@pytest.mark.parametrize("error", [MeetingRefused("chat_closed"), ExchangeFailed("no_answer")])
def test_what_could_not_be_sent_stays_in_the_field(at: AtChat, error: Exception) -> None:
    at.chat.send("сөз")
    at.room.refuse(error)  # type: ignore[arg-type]  # one of the two
    assert (at.view.forgot, at.view.shown.is_busy) == (0, False)


@pytest.mark.parametrize("text", ["", "   ", "\u2060"])
def test_nothing_is_sent_that_says_nothing(at: AtChat, text: str) -> None:
    at.chat.send(text)
    assert at.room.asked() == []


def test_a_hundred_thousand_letters_are_refused_in_words_and_not_sent(at: AtChat) -> None:
    at.chat.send("а" * 100_000)
    assert at.room.asked() == []
    assert at.view.wrong is not None
    assert "99,500 letters too many" in at.view.wrong() or "99500 letters too many" in at.view.wrong()
    at.chat.typed("а")
    assert at.view.wrong is None


def test_a_closed_chat_says_so_and_the_desk_writes_on(at: AtChat) -> None:
    closed = replace(STAGE, version=9, is_chat_closed=True)
    at.room.says(closed)
    at.chat.refresh()
    assert at.view.shown.why_not is not None
    assert "closed the chat" in at.view.shown.why_not()
    at.chat.send("сөз")
    assert at.room.asked() == []
    at.room.fire("look")
    at.room.answer(closed, desk=Desk())
    at.chat.refresh()
    now = at.view.shown
    assert now.is_desk
    assert now.why_not is None
    at.chat.turn()
    assert at.room.asked() == [MeetingAct.OPEN_CHAT]


def test_before_the_meeting_begins_nothing_can_be_written(at: AtChat) -> None:
    at.room.says(replace(STAGE, version=9, state=MeetingState.PLANNED, seats=()))
    at.chat.refresh()
    assert at.view.shown.why_not is not None


def test_the_desk_takes_a_line_away(at: AtChat) -> None:
    at.chat.take_away(4)
    (call, *_) = at.room.open[-1]
    assert (call.act, call.line) == (MeetingAct.UNSAY, 4)


def test_another_visit_begins_with_an_empty_chat(at: AtChat) -> None:
    at.sent(line(1))
    at.room.presenter.go()
    at.room.open.clear()
    at.room.enter()
    assert at.texts() == []
