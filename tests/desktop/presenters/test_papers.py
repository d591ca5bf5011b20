"""A paper is read as the person turns it or as the desk shows it; what is not here, or is no more, is said in words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from liaison_desktop.domain.errors import NotFound, StoreDamaged
from liaison_desktop.domain.papers import PaperSeen
from liaison_desktop.ui.meetings.paper_presenter import PaperActs, PapersPresenter
from liaison_desktop.ui.meetings.paper_values import PaperRow, ReadingShown
from liaison_desktop.workplace import words
from server_sync.contract.bodies import MeetingPaperAdded, Words
from server_sync.contract.errors import ContractError

MEETING, FIRST, SECOND = b"m" * 16, b"a" * 16, b"b" * 16
PDF = b"%PDF"


def paper(name: bytes = FIRST, item: int = 1, pages: int = 5, **changes: object) -> PaperSeen:
    added = MeetingPaperAdded(
        name, MEETING, Words(en=f"Coal {name[:1].decode()}"), bytes(32), bytes(32), 2_000_000, bytes(32), pages, item
    )
    return replace(PaperSeen(added, is_here=True), **changes)  # type: ignore[arg-type]  # a test says what it likes


@dataclass
class Desk:
    """A view of paper, a store of paper, a centre of paper."""

    kept: tuple[PaperSeen, ...] = (paper(), paper(SECOND, 2))
    rows: tuple[PaperRow, ...] = ()
    reading: ReadingShown | None = None
    drawn: list[tuple[int, int, int]] = field(default_factory=list)
    read: list[bytes] = field(default_factory=list)
    ended: int = 0
    kept_aside: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    sent: list[tuple[bytes | None, int]] = field(default_factory=list)
    answers: list[tuple[Callable[[], None], Callable[[ContractError], None]]] = field(default_factory=list)
    loads: list[tuple[Callable[[bytes], None], Callable[[ContractError], None]]] = field(default_factory=list)
    is_slow: bool = False

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        self.rows = rows

    def show_reading(self, shown: ReadingShown | None) -> None:
        self.reading = shown

    @property
    def shown(self) -> ReadingShown:
        assert self.reading is not None
        return self.reading

    def word(self) -> str:
        return "" if self.shown.word is None else self.shown.word()

    def load(self, done: Callable[[bytes], None], failed: Callable[[ContractError], None]) -> None:
        if self.is_slow:
            self.loads.append((done, failed))
        else:
            done(PDF)

    def end(self) -> None:
        self.ended += 1

    def send(self, name: bytes | None, page: int, done: Callable[[], None], failed: object) -> None:
        self.sent.append((name, page))
        self.answers.append((done, failed))  # type: ignore[arg-type]  # as the presenter gives it

    def presenter(self) -> PapersPresenter:
        made = PapersPresenter(
            self,
            PaperActs(
                listed=lambda _meeting, done: done(self.kept),
                load=lambda _meeting, _paper, done, failed: self.load(done, failed),
                read=self.read.append,
                draw=lambda *asked: self.drawn.append(asked),
                end=self.end,
                print=lambda title, _content, pages: self.kept_aside.append(f"{title} {pages}"),
                save=lambda title, _content: self.kept_aside.append(title),
                note=lambda error: self.noted.append(error.code),
                show_to_all=self.send,
            ),
        )
        made.sized(800, 600)
        made.attend(MEETING, 2)
        return made


@pytest.fixture(autouse=True)
def _english() -> None:
    words.set_language("en")


def test_papers_are_listed_with_their_item_their_length_and_how_much_is_here():
    desk = Desk(
        (
            paper(),
            paper(SECOND, 7, 1, is_here=False, received_bytes=800_000),
            paper(b"c" * 16, is_here=False),
            paper(b"d" * 16, is_withdrawn=True, reason=Words(en="Old"), is_here=False),
        )
    )
    desk.presenter()
    assert [row.about() for row in desk.rows[:2]] == [
        "Item 1, 5 pages, 2.0\xa0MB",
        "The whole meeting, 1 page, 2.0\xa0MB",
    ]
    assert [row.state.say() for row in desk.rows] == ["here", "being fetched: 39 %", "will come", "Withdrawn: Old"]
    assert [row.can_open for row in desk.rows] == [True, False, False, False]


def test_pages_are_turned_within_the_paper_and_zoomed():
    desk = Desk()
    presenter = desk.presenter()
    presenter.open(FIRST)
    assert (desk.read, desk.drawn) == ([PDF], [(0, 800, 600)])
    presenter.turn(-1)
    presenter.turn(1)
    presenter.last()
    presenter.turn(1)
    presenter.go_to(99)
    presenter.go_to(-4)
    assert [place for place, *_ in desk.drawn] == [0, 1, 4, 0]
    presenter.zoom(1)
    assert (desk.shown.zoom, desk.drawn[-1]) == (125, (0, 1_000, 750))
    for _ in range(9):
        presenter.zoom(1)
    assert desk.shown.zoom == 400
    presenter.zoom(0)
    assert desk.shown.zoom == 100
    presenter.close()
    assert (desk.reading, desk.ended >= 1) == (None, True)


def test_a_paper_that_is_being_fetched_says_so_and_is_shown_when_it_has_come():
    desk = Desk((paper(is_here=False, received_bytes=500_000),))
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 3, is_desk=False)
    assert "24 %" in desk.word()
    assert not desk.shown.can_keep
    desk.kept = (paper(),)
    presenter.refresh()
    assert (desk.shown.page, desk.drawn[-1][0]) == (3, 2)


def test_a_paper_withdrawn_while_it_is_read_leaves_a_word_in_its_place():
    desk = Desk()
    presenter = desk.presenter()
    presenter.open(FIRST)
    desk.kept = (paper(is_withdrawn=True, reason=Words(en="Wrong figures"), is_here=False), paper(SECOND))
    presenter.refresh()
    assert desk.word() == "This paper was withdrawn: Wrong figures"
    assert not desk.shown.can_keep
    presenter.print()
    presenter.save()
    assert desk.kept_aside == []


@pytest.mark.parametrize(
    ("error", "word"), [(StoreDamaged("blob_damaged"), "This paper is damaged"), (NotFound("paper_not_here"), None)]
)
def test_a_paper_that_cannot_be_opened_says_why_or_is_put_away(error, word):
    desk = Desk(is_slow=True)
    presenter = desk.presenter()
    presenter.open(FIRST)
    assert desk.word() == "The paper is being opened."
    desk.loads[0][1](error)
    if word is None:
        assert desk.reading is None
    else:
        assert desk.word().startswith(word)


def test_a_page_that_cannot_be_drawn_says_so_and_the_next_is_tried():
    desk = Desk()
    presenter = desk.presenter()
    presenter.open(FIRST)
    presenter.not_drawn(0)
    assert desk.word().startswith("This page cannot be shown")
    presenter.turn(1)
    assert presenter.is_current(1)
    presenter.drawn()
    assert desk.word() == ""


def test_an_answer_that_comes_after_another_paper_was_opened_is_passed_over():
    desk = Desk(is_slow=True)
    presenter = desk.presenter()
    presenter.open(FIRST)
    presenter.open(SECOND)
    desk.loads[0][0](b"of the first")
    assert desk.read == []
    desk.loads[1][0](b"of the second")
    assert desk.read == [b"of the second"]


def test_what_the_desk_shows_is_shown_here_until_the_person_turns_the_pages():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 2, is_desk=False)
    assert (desk.shown.page, desk.shown.follows) == (2, True)
    presenter.stage_is(SECOND.hex(), 4, is_desk=False)
    assert (desk.shown.title(), desk.shown.page) == ("Coal b", 4)
    presenter.turn(-1)
    assert (desk.shown.page, desk.shown.follows) == (3, False)
    presenter.stage_is(SECOND.hex(), 5, is_desk=False)
    assert desk.shown.page == 3
    presenter.turn_following()
    assert (desk.shown.page, desk.shown.follows) == (5, True)
    presenter.stage_is("", 0, is_desk=False)
    assert desk.reading is None


def test_a_paper_that_the_person_opened_stays_when_the_desk_ends_its_showing():
    desk = Desk()
    presenter = desk.presenter()
    presenter.open(SECOND)
    presenter.stage_is(FIRST.hex(), 1, is_desk=False)
    presenter.open(SECOND)
    presenter.stage_is("", 0, is_desk=False)
    assert desk.shown.title() == "Coal b"
    assert desk.shown.follows is None


@pytest.mark.parametrize("is_desk", [False, True])
def test_who_opens_another_paper_than_the_shown_one_stays_with_it_whatever_is_told(is_desk):
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 2, is_desk=is_desk)
    presenter.open(SECOND)
    presenter.refresh()
    assert desk.shown.title() == "Coal b"
    presenter.stage_is(FIRST.hex(), 3, is_desk=is_desk)
    presenter.refresh()
    assert (desk.shown.title(), desk.shown.page) == ("Coal b", 1)
    presenter.open(FIRST)
    assert (desk.shown.title(), desk.shown.page) == ("Coal a", 3)
    presenter.stage_is(FIRST.hex(), 4, is_desk=is_desk)
    assert desk.shown.page == (3 if is_desk else 4)


def test_the_desk_keeps_its_paper_when_a_showing_begins_or_ends():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 2, is_desk=False)
    presenter.stage_is(FIRST.hex(), 2, is_desk=True)
    presenter.stage_is("", 0, is_desk=True)
    assert (desk.shown.title(), desk.shown.to_all) == ("Coal a", False)
    presenter.stage_is(SECOND.hex(), 1, is_desk=True)
    assert desk.shown.title() == "Coal a"


def test_who_closed_what_was_shown_sees_the_next_showing():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 1, is_desk=False)
    presenter.close()
    presenter.stage_is(FIRST.hex(), 2, is_desk=False)
    assert desk.reading is None
    presenter.stage_is("", 0, is_desk=False)
    presenter.stage_is(SECOND.hex(), 1, is_desk=False)
    assert desk.shown.title() == "Coal b"


def test_a_shown_paper_whose_event_is_on_its_way_is_shown_when_it_has_come():
    desk = Desk(())
    presenter = desk.presenter()
    presenter.stage_is(FIRST.hex(), 2, is_desk=False)
    assert desk.reading is None
    desk.kept = (paper(),)
    presenter.refresh()
    assert desk.shown.page == 2


def test_at_the_desk_pages_turn_for_all_while_the_paper_is_shown():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is("", 0, is_desk=True)
    presenter.open(FIRST)
    presenter.turn(1)
    assert (desk.sent, desk.shown.to_all, desk.shown.follows) == ([], False, None)
    presenter.turn_showing()
    presenter.stage_is(FIRST.hex(), 2, is_desk=True)
    desk.answers[0][0]()
    assert (desk.sent, desk.shown.to_all) == ([(FIRST, 2)], True)
    for _ in range(3):
        presenter.turn(1)
    assert desk.sent == [(FIRST, 2), (FIRST, 3)]
    presenter.stage_is(FIRST.hex(), 3, is_desk=True)
    assert desk.shown.page == 5  # what was turned meanwhile is not taken back
    desk.answers[1][0]()
    assert desk.sent[-1] == (FIRST, 5)
    presenter.stage_is(FIRST.hex(), 5, is_desk=True)
    desk.answers[2][0]()
    presenter.turn_showing()
    assert desk.sent[3:] == [(None, 0)]
    presenter.stage_is("", 0, is_desk=True)
    desk.answers[3][0]()
    assert (desk.shown.to_all, desk.shown.page) == (False, 5)


def test_a_showing_that_the_centre_refuses_is_said_and_can_be_tried_again():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is("", 0, is_desk=True)
    presenter.open(FIRST)
    presenter.turn_showing()
    desk.answers[0][1](NotFound("no_such_paper"))
    assert (desk.noted, desk.shown.to_all) == (["no_such_paper"], False)
    presenter.turn_showing()
    assert len(desk.sent) == 2


def test_who_is_not_the_desk_shows_nothing_to_anybody():
    desk = Desk()
    presenter = desk.presenter()
    presenter.stage_is("", 0, is_desk=False)
    presenter.open(FIRST)
    presenter.turn_showing()
    assert (desk.sent, desk.shown.to_all) == ([], None)


def test_a_meeting_that_is_left_leaves_nothing_open():
    desk = Desk()
    presenter = desk.presenter()
    presenter.open(FIRST)
    presenter.leave()
    assert (desk.reading, desk.rows) == (None, ())
    presenter.refresh()
    assert desk.rows == ()
