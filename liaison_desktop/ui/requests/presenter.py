"""Decides what the Requests screen shows and which event an act makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from liaison_desktop.domain.drafts import AttachmentDraft
from liaison_desktop.domain.errors import FieldProblem, InvalidAppeal
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_error, say_of, say_problem
from liaison_desktop.ui.formats import number
from liaison_desktop.ui.reception import filling
from liaison_desktop.ui.reception.presenter import in_order
from liaison_desktop.ui.reception.review_facts import FIELD_NAMES
from liaison_desktop.ui.reception.values import AttachedRow, FormValues, Remark
from liaison_desktop.ui.requests.correcting import Correctable, Correcting, CorrectingActs, LookedOver
from liaison_desktop.ui.requests.keeping import Keeping, KeepingActs
from liaison_desktop.ui.requests.values import ActTyped, CardShown, FilterCount, KeptAct, ListRow, VerdictShown
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind

PAGE = 200

Done = Callable[[], None]
Failed = Callable[[ContractError], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the rows, how many there are in all, and the counts of the filters."""

    rows: tuple[ListRow, ...]
    total: int
    counts: tuple[FilterCount, ...]
    fresh: Say


class RequestsView(Protocol):
    """What the presenter needs of the screen."""

    def show_rows(self, rows: tuple[ListRow, ...], keep: bytes | None = None) -> None: ...
    def show_empty(self, title: Say, body: Say) -> None: ...
    def show_counts(self, counts: tuple[FilterCount, ...]) -> None: ...
    def show_filter(self, name: str) -> None: ...
    def show_foot(self, shown: Say, fresh: Say) -> None: ...
    def show_card(self, card: CardShown | None) -> None: ...
    def show_making_paper(self, busy: bool) -> None: ...
    def choose(self, appeal: bytes) -> None: ...
    def set_query(self, query: str) -> None: ...
    def ask_correction(self, number: str, values: FormValues) -> ActTyped: ...
    def ask_supplement(self, number: str) -> ActTyped: ...
    def ask_withdrawal(self, number: str) -> ActTyped: ...
    def ask_told(self, number: str, wished: str) -> ActTyped: ...
    def restore_typed(self, typed: ActTyped, say: Say) -> None: ...
    def show_dialog_saved(self, say: Say, tone: str, icon: str) -> None: ...
    def ask_receipt(self) -> None: ...
    def show_dialog_files(self, files: tuple[AttachedRow, ...]) -> None: ...
    def show_dialog_refused(self, say: Say) -> None: ...
    def show_dialog_remarks(self, remarks: tuple[Remark, ...]) -> None: ...
    def show_form_remarks(self, remarks: tuple[Remark, ...]) -> None: ...
    def ask_second_look(self, looked: LookedOver) -> None: ...
    def close_dialog(self) -> None: ...
    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None: ...
    def show_checking(self, say: Say) -> None: ...
    def show_verdict(self, verdict: VerdictShown) -> None: ...


@dataclass(frozen=True, slots=True)
class RequestsActs:
    """What the presenter may ask for; slow things answer later, in the window's thread."""

    search: Callable[[str, str, int, Callable[[Found], None]], None]
    card: Callable[[bytes, Callable[[CardShown], None], Failed], None]
    values: Callable[[bytes, Callable[[Correctable], None], Failed], None]
    correct: Callable[[bytes, FormValues, FormValues, str, Done, Failed], None]
    attach: Callable[[Path, Callable[[AttachmentDraft], None], Failed], None]
    supplement: Callable[[bytes, str, tuple[AttachmentDraft, ...], Done, Failed], None]
    withdraw: Callable[[bytes, str, str, Done, Failed], None]
    tell: Callable[[bytes, str, date, str, Done, Failed], None]
    open_file: Callable[[bytes, str, Failed], None]
    print: Callable[[bytes, bool, Done, Failed], None]
    save: Callable[[bytes, bool, Done, Failed], None]
    check_text: Callable[[str, Callable[[VerdictShown], None], Failed], None]
    check_picture: Callable[[Path, Callable[[VerdictShown], None], Failed], None]
    find: Callable[[str, str, str], tuple[Choice, ...]]
    say: Callable[[Say], None]
    keeping: KeepingActs
    correcting: CorrectingActs


class RequestsPresenter:
    """Finds as one types, shows the chosen request whole, and carries it on by events."""

    def __init__(self, view: RequestsView, acts: RequestsActs) -> None:
        self._view = view
        self._acts = acts
        self._query = ""
        self._filter = "all"
        self._most = PAGE
        self._asked = 0
        self._total = 0
        self._shown = 0
        self._wanted: bytes | None = None
        self._current: CardShown | None = None
        self._chosen: bytes | None = None
        self._files: tuple[AttachmentDraft, ...] = ()
        self._acting_on: bytes | None = None
        self._is_asking = False
        self.keeping = Keeping(acts.keeping, view.show_dialog_saved)
        self._correcting = Correcting(acts.correcting)
        self._is_paper_made = False

    def refresh(self) -> None:
        """Ask again: something changed, or the screen is opened."""
        self._search()

    def changed(self, appeals: frozenset[bytes]) -> None:
        """Requests changed; an open card is read again."""
        self._search()
        if self._chosen is not None and self._chosen in appeals:
            self._read_card(self._chosen)

    def search(self, query: str) -> None:
        """Find as one types."""
        self._query, self._most = query, PAGE
        self._search()

    def filter(self, name: str) -> None:
        """Leave only some."""
        self._filter, self._most = name, PAGE
        self._view.show_filter(name)
        self._search()

    def more(self) -> None:
        """The end of the list is near: bring more of it."""
        if self._shown < self._total and self._most <= self._shown:
            self._most += PAGE
            self._search()

    def choose(self, row: ListRow | None) -> None:
        """Another request is chosen."""
        chosen = row.appeal if row is not None else None
        if chosen == self._chosen and self._current is not None:
            return
        self._chosen, self._current = chosen, None
        if chosen is None:
            self._view.show_card(None)
        else:
            self._read_card(chosen)

    def open(self, appeal: bytes, query: str = "") -> None:
        """Come from elsewhere to one request."""
        self._wanted = appeal
        self._query, self._filter, self._most = query, "all", PAGE
        self._view.set_query(query)
        self._view.show_filter("all")
        self._chosen, self._current = appeal, None
        self._read_card(appeal)
        self._search()

    def stand_on(self, appeal: bytes) -> None:
        """A request was registered: whoever comes to the list finds it chosen, and corrects no other."""
        self.open(appeal)

    def print(self) -> None:
        """Print the answer when there is one, else a copy of the receipt."""
        self._make_paper(self._acts.print)

    def save(self) -> None:
        """Save as PDF what would be printed."""
        self._make_paper(self._acts.save)

    def _make_paper(self, make: Callable[[bytes, bool, Done, Failed], None]) -> None:
        """One paper at a time: a key pressed thrice in haste makes no three copies."""
        card = self._current
        if card is None or not card.may_print or self._is_paper_made:
            return
        self._is_paper_made = True
        self._view.show_making_paper(True)
        make(card.appeal, bool(card.answers), self._paper_made, self._paper_failed)

    def _paper_made(self) -> None:
        self._is_paper_made = False
        self._view.show_making_paper(False)

    def _paper_failed(self, error: ContractError) -> None:
        self._paper_made()
        self._say_failed(error)

    def open_file(self, key: str) -> None:
        """Open an attachment."""
        if self._current is not None:
            self._acts.open_file(self._current.appeal, key, self._say_failed)

    # acts

    def correct(self) -> None:
        """Put right what was written wrongly."""
        card = self._current
        if card is not None and card.may_correct:
            self._ask_correction(card.appeal)

    def correct_appeal(self, appeal: bytes) -> None:
        """Come from Delivery to a request the centre asks to put right."""
        self.open(appeal)
        self._ask_correction(appeal)

    def _ask_correction(self, appeal: bytes) -> None:
        def ask(request: Correctable) -> None:
            def begin() -> ActTyped:
                blank = self._view.ask_correction(request.number, request.form)
                self._correcting.begin(appeal, request.draft, blank.form or request.form)
                return blank

            self._ask(appeal, EventKind.APPEAL_CORRECTED, begin, self.correction_left)

        self._acts.values(appeal, ask, self._say_failed)

    def _ask(
        self,
        appeal: bytes,
        kind: EventKind,
        ask: Callable[[], ActTyped],
        shown: Callable[[FormValues], None] = lambda _: None,
    ) -> None:
        """Open a dialog about a request, with what was typed in it before and not sent; ``shown`` hears of its form."""
        if self._is_asking:
            return
        self._is_asking = True

        def found(kept: KeptAct | None) -> None:
            self._is_asking = False
            self._acting_on, self._files = appeal, ()
            blank = ask()
            self.keeping.begin((appeal, kind), blank, None if kept is None else replace(kept.typed, files=()))
            if kept is not None:
                self._view.restore_typed(kept.typed, _say_kept(kept))
            form = blank.form if kept is None else kept.typed.form
            if form is not None:
                shown(form)

        def failed(error: ContractError) -> None:
            self._is_asking = False
            self._say_failed(error)

        self.keeping.find((appeal, kind), found, failed)

    # what is asked for beside the acts of this presenter (`receiving`)

    @property
    def current(self) -> CardShown | None:
        """The card that is shown."""
        return self._current

    def read(self, appeal: bytes, done: Callable[[CardShown], None]) -> None:
        """Read a card that stands elsewhere than on this screen."""
        self._acts.card(appeal, done, self._say_failed)

    def open_file_of(self, appeal: bytes, key: str) -> None:
        """Open an attachment of such a card."""
        self._acts.open_file(appeal, key, self._say_failed)

    def begin_form(self, appeal: bytes, kind: EventKind, ask: Callable[[], ActTyped]) -> None:
        """Open a form about a request, with what was typed in it before and not sent."""
        self._ask(appeal, kind, ask)

    def sending(self) -> None:
        """What stands in the open form is being written."""
        self.keeping.send()

    def done(self, say: Say) -> None:
        """It is written."""
        self._done(say)

    def refused(self, error: ContractError) -> None:
        """It was not written; the form says why."""
        self._refused(error)

    def say_failed(self, error: ContractError) -> None:
        """Something without a form was not done."""
        self._say_failed(error)

    def typed(self, now: ActTyped) -> None:
        """Something was typed in the open dialog."""
        self.keeping.typed(now)

    def discard(self) -> None:
        """What is typed in the open dialog is not wanted."""
        self.keeping.discard()
        self._view.close_dialog()

    def closed(self) -> None:
        """The open dialog is closed; what was typed comes back with the next one."""
        self._correcting.end()
        self.keeping.end()

    def correction_left(self, values: FormValues) -> None:
        """A field of the correction was left: say what is odd about it."""
        self._correcting.ask_earlier(values, lambda: self._view.show_form_remarks(self._correcting.remarks(values)))

    def correction_confirmed(self, values: FormValues, reason: str) -> None:
        """Write the correction; one that makes something odd is shown once more before."""
        if self._acting_on is None:
            return
        if not reason.strip():
            said = ("reason", "danger", lambda: tr("Say why it is corrected."))
            self._view.show_dialog_remarks((*self._correcting.remarks(values), said))
            return
        self._correcting.ask_earlier(values, lambda: self._look_over(values, reason))

    def _look_over(self, values: FormValues, reason: str) -> None:
        looked = self._correcting.look_over(values)
        if looked is None:
            self.correction_seen(values, reason)
            return
        self._view.show_form_remarks(self._correcting.remarks(values))
        self._view.ask_second_look(looked)

    def correction_seen(self, values: FormValues, reason: str) -> None:
        """Write the correction as it was seen."""
        if self._acting_on is None:
            return
        self.keeping.send()
        self._acts.correct(
            self._acting_on,
            self._correcting.blank,
            values,
            reason,
            lambda: self._done(lambda: tr("The correction is written.")),
            lambda error: self._correction_refused(values, error),
        )

    def _correction_refused(self, values: FormValues, error: ContractError) -> None:
        """What stands at its field is not said again below the form: there is little room for it."""
        self._correcting.refused()
        if not isinstance(error, InvalidAppeal):
            self._refused(error)
            return
        self.keeping.go_on()
        wrong = {filling.place_of(one.field): say_of(one) for one in in_order(error.problems)}
        others = tuple(remark for remark in self._correcting.remarks(values) if remark[0] not in wrong)
        self._view.show_dialog_remarks((*((name, "danger", say) for name, say in wrong.items()), *others))
        unplaced = tuple(one for one in error.problems if not _has_place(one))
        if unplaced:
            self._view.show_dialog_refused(lambda: " ".join(say_problem(one) for one in unplaced))

    def supplement(self) -> None:
        """Add what the applicant brings later."""
        if self._current is not None and self._current.may_supplement:
            card = self._current
            kind = EventKind.APPEAL_SUPPLEMENTED
            self._ask(card.appeal, kind, lambda: self._view.ask_supplement(card.number))

    def supplement_files(self, paths: list[str]) -> None:
        """Take files for the supplement."""
        for path in paths:
            self._acts.attach(Path(path), self._file_taken, self._refused)

    def supplement_file_removed(self, key: str) -> None:
        """Take a file away again."""
        self._files = tuple(one for one in self._files if one.blob_id.hex() != key)
        self._view.show_dialog_files(tuple(filling.row_of(one) for one in self._files))

    def supplement_confirmed(self, text: str) -> None:
        """Write the supplement."""
        if self._acting_on is None:
            return
        if not text.strip() and not self._files:
            self._view.show_dialog_refused(lambda: tr("Write what the applicant adds, or add a file."))
            return
        self.keeping.send()
        self._acts.supplement(
            self._acting_on,
            text,
            self._files,
            lambda: self._done(lambda: tr("The addition is written.")),
            self._refused,
        )

    def withdraw(self) -> None:
        """Write down that the applicant does not go on."""
        if self._current is not None and self._current.may_withdraw:
            card = self._current
            self._ask(card.appeal, EventKind.APPEAL_WITHDRAWN, lambda: self._view.ask_withdrawal(card.number))

    def withdrawal_confirmed(self, reason: str, expressed: str) -> None:
        """Write the withdrawal."""
        if self._acting_on is None:
            return
        missing: list[Remark] = []
        if not reason.strip():
            missing.append(("reason", "danger", lambda: tr("Say why the applicant withdraws it.")))
        if not expressed:
            missing.append(("expressed", "danger", lambda: tr("Choose how the applicant said it.")))
        if missing:
            self._view.show_dialog_remarks(tuple(missing))
            return
        self.keeping.send()
        self._acts.withdraw(
            self._acting_on,
            reason,
            expressed,
            lambda: self._done(lambda: tr("The request is withdrawn.")),
            self._refused,
        )

    def tell(self) -> None:
        """Mark that the applicant was told: in the way that was asked for, unless another is chosen."""
        if self._current is not None and self._current.may_tell:
            card = self._current
            self._ask(card.appeal, EventKind.APPLICANT_TOLD, lambda: self._view.ask_told(card.number, card.wished))

    def told_confirmed(self, how: str, told_on: date, note: str) -> None:
        """Write it."""
        if self._acting_on is None:
            return
        if not how:
            self._view.show_dialog_refused(lambda: tr("Choose how the applicant was told."))
            return
        self.keeping.send()
        self._acts.tell(
            self._acting_on,
            how,
            told_on,
            note,
            lambda: self._done(lambda: tr("Marked: the applicant was told.")),
            self._refused,
        )

    def asked(self, name: str, query: str, place: str) -> None:
        """Answer a chooser of the correction."""
        self._view.offer(name, query, self._acts.find(name.partition(".")[0], query, place))

    # checking a receipt

    def check(self) -> None:
        """Open the check of a receipt."""
        self._view.ask_receipt()

    def check_text(self, text: str) -> None:
        """Check a number or the words of a QR code."""
        if not text.strip():
            self._view.show_verdict(
                VerdictShown(lambda: tr("Type the number of the receipt."), lambda: "", "neutral", "info")
            )
            return
        self._acts.check_text(text, self._view.show_verdict, self._check_failed)

    def check_picture(self, path: str) -> None:
        """Check a picture of a QR code."""
        self._view.show_checking(lambda: tr("The picture is being read"))
        self._acts.check_picture(Path(path), self._view.show_verdict, self._check_failed)

    def language_changed(self) -> None:
        """Say rows and card in the language now spoken."""
        self.say_anew()

    def say_anew(self) -> None:
        """The language, or the tables and the calendar, are others now: rows and card are asked for again."""
        self._search()
        if self._chosen is not None:
            self._read_card(self._chosen)

    # inner

    def _search(self) -> None:
        self._asked += 1
        asked = self._asked

        def found(result: Found) -> None:
            if asked == self._asked:
                self._show(result)

        self._acts.search(self._query, self._filter, self._most, found)

    def _show(self, result: Found) -> None:
        self._total, self._shown = result.total, len(result.rows)
        if not result.rows:
            if self._query or self._filter != "all":
                self._view.show_empty(
                    lambda: tr("Nothing found"), lambda: tr("Try a part of the surname or number, or another filter.")
                )
            else:
                self._view.show_empty(
                    lambda: tr("No requests yet"),
                    lambda: tr("What is registered in Reception stands here at once, also without a line."),
                )
        wanted, self._wanted = self._wanted, None
        self._view.show_counts(result.counts)
        self._view.show_rows(result.rows, wanted)
        shown, total = self._shown, self._total
        self._view.show_foot(
            lambda: tr("Shown: {shown} of {total}", shown=number(shown), total=number(total)), result.fresh
        )

    def _read_card(self, appeal: bytes) -> None:
        def read(card: CardShown) -> None:
            if card.appeal == self._chosen:
                self._current = card
                self._view.show_card(card)

        def failed(error: ContractError) -> None:
            if appeal == self._chosen and self._current is None:
                self._view.show_card(None)  # whoever reads on would take another request for this one
            self._say_failed(error)

        self._acts.card(appeal, read, failed)

    def _file_taken(self, attachment: AttachmentDraft) -> None:
        self._files = (*self._files, attachment)
        self._view.show_dialog_files(tuple(filling.row_of(one) for one in self._files))

    def _done(self, say: Say) -> None:
        self.keeping.sent()
        self._view.close_dialog()
        self._acts.say(say)

    def _refused(self, error: ContractError) -> None:
        self.keeping.go_on()
        if isinstance(error, InvalidAppeal):
            problems = error.problems
            self._view.show_dialog_remarks(
                tuple((filling.place_of(one.field), "danger", say_of(one)) for one in problems)
            )
            self._view.show_dialog_refused(lambda: " ".join(say_problem(one) for one in problems))
            return
        self._view.show_dialog_refused(lambda: say_error(error))

    def _say_failed(self, error: ContractError) -> None:
        self._acts.say(lambda: say_error(error))

    def _check_failed(self, error: ContractError) -> None:
        self._view.show_verdict(
            VerdictShown(lambda: tr("It could not be checked"), lambda: say_error(error), "warning", "warning-circle")
        )


def _has_place(problem: FieldProblem) -> bool:
    return problem.field == "reason" or filling.place_of(problem.field) in FIELD_NAMES


def _say_kept(kept: KeptAct) -> Say:
    """Whose it is and since when; files of an addition have to be added again."""
    files = kept.typed.files

    def said() -> str:
        if files:
            return tr("It stands here again; add the files again: {names}", names=joined(files))
        if kept.owner:
            return tr("Typed by {name} and not sent; it stands here again", name=kept.owner)
        if kept.saved_at is None:
            return tr("Not sent; it stands here again")
        return tr("Not sent, {time}; it stands here again", time=formats.lately(kept.saved_at))

    return said
