"""Decides what the desk writes down of a decision while the meeting runs: by keys, with nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Protocol

from liaison_desktop.domain.times import read_day
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import current, joined, tr
from server_sync.contract.bodies import (
    DECISION_CHARACTERS,
    EXECUTORS_MOST,
    REQUESTS_MOST,
    DecisionTaken,
    DecisionWithdrawn,
    Words,
)
from server_sync.contract.deadlines import WorkingCalendar
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.limits import is_blank
from server_sync.contract.meetings import MeetingAct, MeetingState
from server_sync.contract.numbers import RegistrationNumber

_DAY: Final = timedelta(days=1)
DAYS_DIGITS: Final = 3
DUE_YEARS_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields."""

    ky: str = ""
    ru: str = ""
    due: str = ""
    requests: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision of this meeting that holds, as the desk sees it."""

    decision: str
    text: str
    about: Say


@dataclass(frozen=True, slots=True)
class DecidingShown:
    """The desk's decisions: those that hold, whether one more can be written, to which item it would belong."""

    rows: tuple[DecisionRow, ...] = ()
    can_write: bool = False
    is_busy: bool = False
    item: int = 0
    executors: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day that was typed, moved to a working day; `moved_from` is the day off that it was."""

    on: date
    moved_from: date | None = None


class DecidingView(Protocol):
    """What the presenter needs of the page."""

    def show_deciding(self, shown: DecidingShown) -> None: ...
    def say_wrong(self, field: str, say: Say | None) -> None: ...
    def say_due(self, say: Say | None) -> None: ...
    def offer(self, query: str, choices: tuple[Choice, ...]) -> None: ...
    def forget_typed(self) -> None: ...


@dataclass(frozen=True, slots=True)
class DecidingActs:
    """What the presenter may ask for."""

    find: Callable[[str], tuple[Choice, ...]]
    name_of: Callable[[str], str]
    today: Callable[[], date]
    calendar: Callable[[], WorkingCalendar]
    draw_id: Callable[[], bytes]


class DecisionPresenter:
    """``refresh`` when the room's presenter has news."""

    def __init__(self, view: DecidingView, room: RoomPresenter, acts: DecidingActs) -> None:
        self._view, self._room, self._acts = view, room, acts
        self._is_busy = False
        self._executors: tuple[Choice, ...] = ()
        self._name = b""
        """Of the decision that is being written: sent again it is taken once."""

    def refresh(self) -> None:
        """Show what is so now."""
        if not self._room.is_in:
            self._is_busy, self._executors, self._name = False, (), b""
        self._view.show_deciding(self._shown())

    def look_for(self, query: str) -> None:
        """Offices for what is typed."""
        taken = {one.code for one in self._executors}
        self._view.offer(query, tuple(one for one in self._acts.find(query) if one.code not in taken))

    def add(self, choice: Choice) -> None:
        """One more office that does it."""
        if all(one.code != choice.code for one in self._executors) and len(self._executors) < EXECUTORS_MOST:
            self._executors = (*self._executors, replace(choice, guess=""))
        self.refresh()

    def leave_out(self, code: str) -> None:
        """An office does not do it after all."""
        self._executors = tuple(one for one in self._executors if one.code != code)
        self.refresh()

    def due_typed(self, text: str) -> None:
        """Say which day that is, and that a day off is none to be due on."""
        self._view.say_wrong("due", None)
        due = due_of(text, self._acts.today(), self._acts.calendar())
        self._view.say_due(None if due is None else lambda: _say_due(due))

    def write(self, typed: Typed) -> None:
        """Write the decision down, or say what is missing beside its field."""
        stage = self._room.stage
        if self._is_busy or stage is None or not self._can_write:
            return
        body = self._body(typed, stage.item)
        if body is None:
            return

        def done() -> None:
            self._is_busy, self._executors, self._name = False, (), b""
            self._view.forget_typed()
            self.refresh()

        self._is_busy = True
        self._room.do(
            MeetingAct.TAKE_DECISION, said=lambda call: replace(call, decision=body), done=done, failed=self._failed
        )
        self.refresh()

    def withdraw(self, decision: str, reason: str) -> None:
        """Let a decision hold no more."""
        plan = self._room.plan
        if plan is None or is_blank(reason):
            self._view.say_wrong("reason", lambda: tr("Write why: the offices read it."))
            return
        self._view.say_wrong("reason", None)
        body = DecisionWithdrawn(bytes.fromhex(decision), plan.meeting, Words(**{current(): reason.strip()}))

        def done() -> None:
            self._is_busy = False
            self.refresh()

        self._is_busy = True
        self._room.do(
            MeetingAct.WITHDRAW_DECISION,
            said=lambda call: replace(call, withdrawal=body),
            done=done,
            failed=self._failed,
        )
        self.refresh()

    def _failed(self, error: ContractError) -> None:
        self._is_busy = False
        self._room.note(error)
        self.refresh()

    # what is typed

    def _body(self, typed: Typed, item: int) -> DecisionTaken | None:
        """The decision, or None when something is wrong, which is said then; the first wrong field of all."""
        plan = self._room.plan
        wrong: dict[str, Say] = {}
        text = Words(typed.ky.strip(), typed.ru.strip())
        if is_blank(text.ky) and is_blank(text.ru):
            wrong["ky"] = lambda: tr("Write what was decided, in at least one of the languages.")
        for field, words in (("ky", text.ky), ("ru", text.ru)):
            if len(words) > DECISION_CHARACTERS:
                wrong[field] = lambda: tr("At most {most} letters.", most=DECISION_CHARACTERS)
        due = due_of(typed.due, self._acts.today(), self._acts.calendar())
        if due is None and typed.due.strip():
            wrong["due"] = _say_no_day
        elif due is not None and due.on < self._acts.today():
            wrong["due"] = lambda: tr("This day has passed already. Choose a day to come.")
        elif due is not None and due.on.year > self._acts.today().year + DUE_YEARS_MOST:
            wrong["due"] = lambda: tr("This is more than five years ahead. Look at the year.")
        requests = _numbers(typed.requests)
        if requests is None:
            wrong["requests"] = _say_no_number
        for field in ("ky", "ru", "executors", "due", "requests"):
            self._view.say_wrong(field, wrong.get(field))
        if wrong or plan is None or requests is None:
            return None
        self._name = self._name or self._acts.draw_id()
        return DecisionTaken(
            self._name,
            plan.meeting,
            text,
            tuple(one.code for one in self._executors),
            None if due is None else due.on,
            item if item <= len(plan.agenda) else 0,
            requests,
        )

    # what is so

    @property
    def _can_write(self) -> bool:
        stage = self._room.stage
        is_open = stage is not None and stage.state is MeetingState.OPEN
        desk = self._room.desk
        return desk is not None and not desk.is_reception and self._room.is_open and is_open

    def _shown(self) -> DecidingShown:
        desk, stage = self._room.desk, self._room.stage
        noted = desk.decisions if desk is not None else ()
        return DecidingShown(
            rows=tuple(DecisionRow(one.decision, one.text, self._about(one.executors, one.due)) for one in noted),
            can_write=self._can_write,
            is_busy=self._is_busy,
            item=stage.item if stage is not None else 0,
            executors=self._executors,
        )

    def _about(self, executors: tuple[str, ...], due: str) -> Say:
        on = read_day(due)
        name_of = self._acts.name_of
        return lambda: joined([*([formats.day(on)] if on is not None else []), *(name_of(code) for code in executors)])


def due_of(text: str, today: date, calendar: WorkingCalendar) -> DueDay | None:
    """The day that is meant: one that is written, or so many working days from today; None for neither."""
    plain = text.strip()
    if plain.isascii() and plain.isdecimal() and len(plain) <= DAYS_DIGITS:
        on, left = today, int(plain)
        while left:
            on += _DAY
            left -= calendar.is_working(on)
        return _on_working_day(on, calendar)
    written = read_day(plain)
    if written is None or not 1900 < written.year < 2200:
        return None
    return _on_working_day(written, calendar)


def _on_working_day(on: date, calendar: WorkingCalendar) -> DueDay:
    day = on
    while not calendar.is_working(day):
        day += _DAY
    return DueDay(day, None if day == on else on)


def _numbers(typed: str) -> tuple[str, ...] | None:
    """Registration numbers with commas between them, as they are printed; None when one is none."""
    found = []
    for one in typed.replace(";", ",").split(","):
        if not one.strip():
            continue
        try:
            found.append(str(RegistrationNumber.parse(one)))
        except InvalidField:
            return None
    numbers = tuple(dict.fromkeys(found))
    return numbers if len(numbers) <= REQUESTS_MOST else None


def _say_due(due: DueDay) -> str:
    day = formats.day_in_words(due.on)
    if due.moved_from is None:
        return day
    return tr("{off} is a day off: {day}", off=formats.day(due.moved_from), day=day)


def _say_no_number() -> str:
    return tr("One of these is no registration number. Write it as it stands on the receipt.")


def _say_no_day() -> str:
    return tr("Write a day, such as 14.12.2026, or a number of working days, such as 10.")
