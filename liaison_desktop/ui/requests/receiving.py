"""Decides what becomes of the buttons of a conversation: its forms are read, its paper made, its room opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from liaison_desktop.domain.times import read_day
from liaison_desktop.ui.reception.values import Remark
from liaison_desktop.ui.requests import reception_panel as panel
from liaison_desktop.ui.requests.keeping import Act
from liaison_desktop.ui.requests.reception_dialogs import YES
from liaison_desktop.ui.requests.values import ActTyped, CardShown
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.bodies import ReceptionOutcome, ReceptionWish
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind

Done = Callable[[], None]
Failed = Callable[[ContractError], None]
_WISH: Final = EventKind.RECEPTION_SAID
_OUTCOME: Final = EventKind.RECEPTION_NOTED
"""Under which what is typed is kept; the office writes both as one kind."""


class ReceivingView(Protocol):
    """What the presenter needs of the screen."""

    def ask_reception(self, number: str) -> ActTyped: ...
    def ask_outcome(self, number: str) -> ActTyped: ...
    def ask_take_back(self, confirmed: Callable[[], None]) -> None: ...
    def show_dialog_remarks(self, remarks: tuple[Remark, ...]) -> None: ...


class Forms(Protocol):
    """What opens the forms about requests, keeps what is typed in them and says what came of it."""

    def begin_form(self, appeal: bytes, kind: EventKind, ask: Callable[[], ActTyped]) -> None: ...
    def sending(self) -> None: ...
    def done(self, say: Say) -> None: ...
    def refused(self, error: ContractError) -> None: ...
    def say_failed(self, error: ContractError) -> None: ...


@dataclass(frozen=True, slots=True)
class ReceivingActs:
    """What may be asked for; what is slow answers later, in the window's thread."""

    ask: Callable[[bytes, ReceptionWish, Done, Failed], None]
    note: Callable[[bytes, bytes, ReceptionOutcome, Done, Failed], None]
    """Of which request, of which meeting."""
    take_back: Callable[[bytes, bytes, Done, Failed], None]
    """Of which request, asked for with which event."""
    slip: Callable[[bytes, str, Failed], None]
    begin: Callable[[bytes, bytes], None]
    """Of which request, in which meeting."""


class Receiving:
    """Beside the presenter of Requests, which opens forms and keeps what is typed in them."""

    def __init__(self, view: ReceivingView, acts: ReceivingActs, forms: Forms) -> None:
        self._view, self._acts, self._forms = view, acts, forms
        self._act: Act | None = None
        self._meeting = b""

    def press(self, name: str, card: CardShown | None) -> None:
        """A button of the card's conversation."""
        if card is None or card.reception is None:
            return
        shown = card.reception
        match name:
            case panel.ASK if shown.may_ask:
                self._begin((card.appeal, _WISH), lambda: self._view.ask_reception(card.number))
            case panel.NOTE if shown.may_note and shown.meeting is not None:
                self._begin((card.appeal, _OUTCOME), lambda: self._view.ask_outcome(card.number), shown.meeting)
            case panel.TAKE_BACK if shown.may_take_back:
                self._view.ask_take_back(lambda: self._take_back(card.appeal, shown.asked))
            case "a5" | "roll" if shown.meeting is not None:
                self._acts.slip(card.appeal, name, self._forms.say_failed)
            case panel.BEGIN if shown.meeting is not None:
                self._acts.begin(card.appeal, shown.meeting)
            case _:
                return

    def _begin(self, act: Act, ask: Callable[[], ActTyped], meeting: bytes = b"") -> None:
        def opened() -> ActTyped:
            self._act, self._meeting = act, meeting  # here: another form may be pressed before this one opens
            return ask()

        self._forms.begin_form(*act, opened)

    def confirmed(self, typed: ActTyped) -> None:
        """The open form is to be written."""
        if self._act is None:
            return
        appeal, kind = self._act
        if kind is _WISH:
            self._ask(appeal, typed)
        else:
            self._note(appeal, typed)

    def _ask(self, appeal: bytes, typed: ActTyped) -> None:
        wish, remarks = wish_of(typed)
        if wish is None:
            self._view.show_dialog_remarks(remarks)
            return
        self._forms.sending()
        written = self._written(lambda: tr("The conversation is asked for."))
        self._acts.ask(appeal, wish, written, self._forms.refused)

    def _note(self, appeal: bytes, typed: ActTyped) -> None:
        outcome, remarks = outcome_of(typed)
        if outcome is None:
            self._view.show_dialog_remarks(remarks)
            return
        self._forms.sending()
        written = self._written(lambda: tr("The outcome is written down."))
        self._acts.note(appeal, self._meeting, outcome, written, self._forms.refused)

    def _written(self, say: Say) -> Done:
        return lambda: self._forms.done(say)

    def _take_back(self, appeal: bytes, asked: bytes) -> None:
        written = self._written(lambda: tr("Written down: not wanted any more."))
        self._acts.take_back(appeal, asked, written, self._forms.say_failed)


def wish_of(typed: ActTyped) -> tuple[ReceptionWish | None, tuple[Remark, ...]]:
    """Read the wish, or say what is missing beside its field."""
    remarks: list[Remark] = []
    if typed.text("by_video") != YES:
        remarks.append(("by_video", "danger", lambda: tr("Without this consent no conversation can be asked for.")))
    days = _days(typed.text("days"))
    if days is None:
        remarks.append(("days", "danger", lambda: tr("Write each day as 07.12.2026, with commas between them.")))
    if remarks or days is None:
        return None, tuple(remarks)
    return (
        ReceptionWish(
            by_video=True,
            is_recording_agreed=typed.text("recorded") == YES,
            days=days,
            note=typed.text("note"),
            needs_interpreter=typed.text("interpreter") == YES,
        ),
        (),
    )


def outcome_of(typed: ActTyped) -> tuple[ReceptionOutcome | None, tuple[Remark, ...]]:
    """Read what came of it, or say what is missing beside its field."""
    remarks: list[Remark] = []
    if not typed.text("said").strip():
        remarks.append(("said", "danger", lambda: tr("Write what was said.")))
    until = typed.text("promised_on").strip()
    promised_on = read_day(until) if until else None
    if until and promised_on is None:
        remarks.append(("promised_on", "danger", lambda: tr("Write the day as 07.12.2026.")))
    if until and not typed.text("promised").strip():
        remarks.append(("promised", "danger", lambda: tr("Write what was promised until this day.")))
    if remarks:
        return None, tuple(remarks)
    return (
        ReceptionOutcome(
            said=typed.text("said"),
            promised=typed.text("promised"),
            promised_on=promised_on,
            next_step=typed.text("next_step"),
            present=typed.text("present"),
            is_for_applicant=typed.text("for_applicant") == YES,
        ),
        (),
    )


def _days(text: str) -> tuple[date, ...] | None:
    """Days with commas between them; None when one of them is none."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    days = [read_day(part) for part in parts]
    return None if None in days else tuple(day for day in days if day is not None)
