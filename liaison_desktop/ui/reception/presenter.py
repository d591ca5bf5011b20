"""Decides what the Reception screen shows: drafts kept as one types, remarks, the review, and one number per draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.errors import FieldProblem, InvalidAppeal, OutcomeUnknown, TermMoved
from liaison_desktop.domain.returning import earlier_names, filled_from, known_as, named_otherwise, with_name_of
from liaison_desktop.ui import formats
from liaison_desktop.ui.errors import say_error, say_of, say_problem
from liaison_desktop.ui.reception import filling
from liaison_desktop.ui.reception.remarks import remark_on_name, say_may_stay
from liaison_desktop.ui.reception.review_facts import FIELD_NAMES, review_facts
from liaison_desktop.ui.reception.values import (
    AttachedRow,
    DraftTab,
    DuePreview,
    EarlierRow,
    FieldPlace,
    FormValues,
    Notice,
    RegisteredFacts,
    Remark,
    TwinRow,
)
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.direction import isolate
from server_sync.contract.errors import ContractError

SAVE_WITHIN_MS = 400
"""From the first letter that is not on the disk to its writing, however fast one types on."""
SAVE_AGAIN_MS = 3000
LOOK_AFTER_MS = 250
UNDO_MS = 7000
"""How long a closed draft can be taken back; until then it stays in the store."""

NEIGHBOUR_FIELDS = frozenset({"pin", "surname", "given_name", "patronymic", "birth_on", "category", "subject"})
LAW_FIELDS = frozenset({"kind", "category", "addressee"})
NAME_FIELDS = frozenset({"surname", "given_name", "patronymic"})
CHOSEN_FIELDS = frozenset({"language", "collective"})
"""Fields whose choice may disagree with what is typed; there is no leaving them to wait for."""

Failed = Callable[[ContractError], None]
FoundNeighbours = Callable[[tuple[EarlierRow, ...], TwinRow | None, PersonCard | None], None]
"""Earlier requests of the person, a request that may be the same, and who surely was here before."""


class ReceptionView(Protocol):
    """What the presenter needs of the screen."""

    def values(self) -> FormValues: ...
    def show_draft(self, values: FormValues, attached: tuple[AttachedRow, ...]) -> None: ...
    def rename_choices(self, values: FormValues) -> None: ...
    def fill_in(self, values: FormValues) -> None: ...
    def show_tabs(self, drafts: tuple[DraftTab, ...], current: UUID | None) -> None: ...
    def show_saved(self, say: Say, tone: str, icon: str) -> None: ...
    def show_remarks(self, remarks: tuple[Remark, ...]) -> None: ...
    def show_missing(self, places: tuple[FieldPlace, ...]) -> None: ...
    def focus_on(self, name: str) -> None: ...
    def show_sign(self, name: str, sign: str) -> None: ...
    def show_attachments(self, attached: tuple[AttachedRow, ...]) -> None: ...
    def offer(self, name: str, query: str, choices: tuple[Choice, ...]) -> None: ...
    def show_earlier(self, rows: tuple[EarlierRow, ...]) -> None: ...
    def show_twin(self, twin: TwinRow | None) -> None: ...
    def show_returning(self, say: Say | None) -> None: ...
    def show_earlier_name(self, may: bool) -> None: ...
    def show_law(self, notices: tuple[Notice, ...]) -> None: ...
    def show_message(self, tone: str, icon: str, title: Say, body: Say) -> None: ...
    def hide_message(self) -> None: ...
    def ask_review(self, facts: tuple[tuple[Say, Say], ...], text: str, warnings: tuple[Say, ...]) -> None: ...
    @property
    def shows_review(self) -> bool: ...
    def show_moved(self, title: Say, body: Say) -> None: ...
    def show_registering(self) -> None: ...
    def show_refused(self, say: Say) -> None: ...
    def close_review(self) -> None: ...
    def show_how_counted(self, due: DuePreview) -> None: ...
    def set_pin_mask(self, masked: str) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as the store gives it back."""

    draft: AppealDraft
    saved_at: datetime | None
    owner: str = ""
    """Who began it, when that is somebody else."""


@dataclass(frozen=True, slots=True)
class ReceptionActs:
    """What the presenter may ask for; slow things answer later, in the window's thread."""

    load_drafts: Callable[[Callable[[tuple[KeptDraft, ...]], None]], None]
    new_draft: Callable[[], AppealDraft]
    save_draft: Callable[[AppealDraft, Callable[[datetime], None], Failed], None]
    drop_draft: Callable[[UUID], None]
    attach: Callable[[UUID, Path, Callable[[AttachmentDraft], None], Failed], None]
    detach: Callable[[UUID, bytes], None]
    problems: Callable[[AppealDraft], tuple[FieldProblem, ...]]
    remarks: Callable[[AppealDraft], tuple[Remark, ...]]
    mask_pin: Callable[[str], str]
    find: Callable[[str, str, str], tuple[Choice, ...]]
    addressee: Callable[[str], Choice | None]
    category: Callable[[str], Choice | None]
    territory: Callable[[str], Choice | None]
    preview_due: Callable[[AppealDraft], DuePreview | None]
    notices: Callable[[AppealDraft], tuple[Notice, ...]]
    neighbours: Callable[[AppealDraft, FoundNeighbours], None]
    register: Callable[[AppealDraft, date | None, Callable[[RegisteredFacts], None], Failed], None]
    registered: Callable[[RegisteredFacts, int], None]
    open_request: Callable[[bytes], None]
    is_disk_full: Callable[[], bool]
    after: Callable[[str, int, Callable[[], object]], None]
    at_once: Callable[[str], None]
    forget: Callable[[str], None]
    offer_undo: Callable[[Say, Callable[[], None]], None]


def _how_to_take_name() -> str:
    return tr("A changed name stays as typed; Shift+F3 takes the earlier one, and the typed one back.")


class ReceptionPresenter:
    """Keeps the drafts, and gives one number for each, however fast the key is pressed."""

    def __init__(self, view: ReceptionView, acts: ReceptionActs) -> None:
        self._view = view
        self._acts = acts
        self._drafts: dict[UUID, AppealDraft] = {}
        self._saved_at: dict[UUID, datetime | None] = {}
        self._owners: dict[UUID, str] = {}
        self._current: UUID | None = None
        self._registering: UUID | None = None
        self._read_out: date | None = None
        self._shown_missing = False
        self._closed: dict[UUID, AppealDraft] = {}
        self._not_taken: dict[str, ContractError] = {}
        self._returning: PersonCard | None = None
        self._changed_last = ""
        self._typed_name: AppealDraft | None = None
        self._twin: TwinRow | None = None
        self._save_is_due = False
        self._on_way = 0
        self._save_again = False
        self._unsaved: set[UUID] = set()
        self._language_chosen: set[UUID] = set()

    @property
    def open_drafts(self) -> int:
        """Drafts in which something is written."""
        return sum(1 for draft in self._drafts.values() if not draft.is_empty)

    @property
    def is_form_empty(self) -> bool:
        """Whether nothing is written in the form that stands there."""
        draft = self._take()
        return draft is None or draft.is_empty

    @property
    def is_being_saved(self) -> bool:
        """Whether something is on its way to the disk."""
        return self._on_way > 0

    @property
    def is_unsaved(self) -> bool:
        """Whether the disk did not take what was typed last, in any of the drafts."""
        return bool(self._unsaved)

    def start(self) -> None:
        """Begin at once with an empty form, and bring back what was being written, also after a power cut."""
        self.new()
        self._acts.load_drafts(self._loaded)

    # drafts

    def new(self) -> None:
        """Begin an empty form; one that is still empty is used."""
        self._keep()
        empty = next((draft for draft in self._drafts.values() if draft.is_empty), None)
        if empty is None:
            empty = self._acts.new_draft()
            self._drafts[empty.draft_id] = empty
            self._saved_at[empty.draft_id] = None
        self._open(empty.draft_id)

    def choose(self, draft_id: UUID) -> None:
        """Go to another draft."""
        if draft_id != self._current and draft_id in self._drafts:
            self._keep()
            self._open(draft_id)

    def close(self, draft_id: UUID) -> None:
        """Drop a draft; for a moment it can be taken back."""
        self._keep()
        draft = self._drafts.pop(draft_id, None)
        self._saved_at.pop(draft_id, None)
        self._forget_unsaved(draft_id)
        if draft is None:
            return
        self._closed[draft_id] = draft
        self._acts.after(f"drop {draft_id}", UNDO_MS, lambda: self._drop(draft_id))
        if draft_id == self._current:
            self._current = None
            if self._drafts:
                self._open(next(reversed(self._drafts)))
            else:
                self.new()
        else:
            self._show_tabs()
        if not draft.is_empty:
            self._acts.offer_undo(lambda: tr("The draft is closed."), lambda: self._bring_back(draft))

    def put_aside(self) -> None:
        """Leave this citizen's form as it is and begin the next."""
        self.new()

    def changed(self, name: str) -> None:
        """Something was typed or chosen: keep it in a moment, and look what it means."""
        draft = self._take()
        if draft is None:
            return
        self._changed_last = name
        if name == "language":
            self._language_chosen.add(draft.draft_id)
        if name == "pin":
            self._view.set_pin_mask(self._acts.mask_pin(draft.pin))
        self._show_being_saved()
        self._save_soon()
        if name in NEIGHBOUR_FIELDS:
            self._acts.after("neighbours", LOOK_AFTER_MS, self._look_for_neighbours)
        if name in LAW_FIELDS:
            self._show_law(draft)
        self._show_missing(draft)
        if self._shown_missing or name in CHOSEN_FIELDS:
            self._view.show_remarks(self._all_remarks(draft))
        self._show_returning(draft)

    def field_left(self, _name: str) -> None:
        """A field was left: say what is odd about it."""
        draft = self._take()
        if draft is not None:
            self._view.show_remarks(self._all_remarks(draft))

    def save_now(self) -> None:
        """Write what is not yet on the disk, before the window goes."""
        self._keep()
        for draft_id in tuple(self._closed):
            self._drop(draft_id)

    # choosing and attaching

    def asked(self, name: str, query: str, place: str) -> None:
        """Answer a chooser as one types; ``place`` is the territory of the person, where it is chosen."""
        self._view.offer(name, query, self._acts.find(name.partition(".")[0], query, place))

    def attach(self, paths: list[str]) -> None:
        """Take files into the draft one after the other."""
        draft = self._take()
        if draft is None:
            return
        self._view.hide_message()
        self._not_taken.clear()
        self._save(also_empty=True)
        for path in paths:
            name = Path(path).name
            self._acts.attach(
                draft.draft_id,
                Path(path),
                lambda attachment, one=draft.draft_id: self._attached(one, attachment),  # type: ignore[misc]
                lambda error, file=name: self._not_attached(file, error),  # type: ignore[misc]
            )

    def detach(self, key: str) -> None:
        """Take a file out of the draft."""
        draft = self._take()
        if draft is None:
            return
        blob_id = bytes.fromhex(key)
        left = tuple(one for one in draft.attachments if one.blob_id != blob_id)
        self._put(replace(draft, attachments=left))
        self._acts.detach(draft.draft_id, blob_id)
        self._view.show_attachments(tuple(filling.row_of(one) for one in left))
        self._save()

    def link_repeat(self, appeal: bytes | None) -> None:
        """Say that this request repeats an earlier one, or that it does not."""
        draft = self._take()
        if draft is not None:
            self._put(replace(draft, repeat_of=appeal))
            self._save()
            self._look_for_neighbours()

    def take_over(self) -> None:
        """Fill in what the last request of this person says of them; what was typed stays."""
        draft = self._take()
        if draft is None or self._returning is None:
            return
        person = known_as(draft, self._returning)
        if person is None:
            return
        filled = filled_from(draft, person)
        if filled == draft:
            return
        self._put(filled)
        self._view.fill_in(self._values(filled))
        self.changed("pin")
        self._view.show_remarks(self._all_remarks(filled))
        places = [filling.place_of(problem.field) for problem in self._problems(filled)]
        self._view.focus_on(next((place for place in places if place in FIELD_NAMES), "subject"))

    def take_earlier_name(self) -> None:
        """Put a name that this PIN had here in the place of the one typed: the oldest, the next, what was typed."""
        draft = self._take()
        person = self._returning
        if draft is None or person is None:
            return
        if named_otherwise(draft, person):
            self._typed_name = draft
        typed = self._typed_name
        if typed is None or (typed.draft_id, typed.pin) != (draft.draft_id, draft.pin):
            return
        names: tuple[PersonCard | AppealDraft, ...] = (*earlier_names(person), typed)
        turns = [with_name_of(draft, one) for one in names]
        if draft not in turns:
            return
        named = turns[(turns.index(draft) + 1) % len(turns)]
        self._put(named)
        self._view.fill_in(self._values(named))
        self.changed("surname")
        self._view.show_remarks(self._all_remarks(named))

    def compare(self, appeal: bytes) -> None:
        """Look at the other request; the draft stays as it is."""
        self._keep()
        self._acts.open_request(appeal)

    # registering

    def review(self) -> None:
        """Look once more, unless something is missing."""
        draft = self._take()
        if draft is None or self._registering is not None:
            return
        self._view.hide_message()
        problems = self._problems(draft)
        if problems:
            self._shown_missing = True
            self._show_problems(draft, problems)
            return
        self._save()
        remarks = (*self._acts.remarks(draft), *self._remark_on_name(draft, say_may_stay))
        warnings = tuple(say for _name, tone, say in remarks if tone == "warning")
        twin = self._twin
        repeats = twin.number if twin is not None and twin.appeal == draft.repeat_of else ""
        due = self._acts.preview_due(draft)
        self._read_out = due.due_on if due is not None else None
        facts = review_facts(draft, due, self._acts, repeats)
        self._view.ask_review(facts, draft.text, warnings)

    def confirm(self) -> None:
        """Give the number. A draft is registered once, whatever is pressed and how often."""
        draft = self._take()
        if draft is None or self._registering is not None:
            return
        self._registering = draft.draft_id
        self._view.show_registering()
        self._acts.register(draft, self._read_out, self._registered, self._refused)

    def term_moved(self) -> None:
        """The calendar or the day is another now: the term is shown as it will be registered, and read out anew."""
        draft = self._take()
        if draft is None:
            return
        self._show_law(draft)
        due = self._acts.preview_due(draft)
        if self._view.shows_review and self._registering is None and due is not None and due.due_on != self._read_out:
            self._read_once_more()

    def look_at_disk(self) -> None:
        """The disk may be full, or have room again, while nobody types."""
        if self._current is not None and not self._unsaved and self._saved_at.get(self._current) is None:
            self._show_saved(self._current)

    def language_changed(self) -> None:
        """Say chosen things in the language now spoken; what was typed stays as it is, and nobody's form follows."""
        self._take()
        language = self._acts.new_draft().language
        for one in tuple(self._drafts.values()):
            if one.is_empty and one.draft_id not in self._language_chosen:
                self._put(replace(one, language=language))
        if self._current is None:
            return
        draft = self._drafts[self._current]
        self._view.rename_choices(self._values(draft))
        self._show_tabs()
        self._show_law(draft)
        self._view.show_remarks(self._all_remarks(draft))

    # inner

    def _read_once_more(self) -> None:
        """What the citizen heard does not hold any more: the review stands there again and says so."""
        self._view.close_review()
        self.review()
        self._view.show_moved(
            lambda: tr("The answer is due on another day than was read out"),
            lambda: tr("Meanwhile the calendar of days off was changed, or midnight passed. Read the day once more."),
        )

    def _loaded(self, kept: tuple[KeptDraft, ...]) -> None:
        """What was kept stands before what somebody may have begun to type meanwhile."""
        begun = self._take()
        before = {one.draft.draft_id: one for one in kept}
        self._saved_at = {name: one.saved_at for name, one in before.items()} | self._saved_at
        self._owners = {name: one.owner for name, one in before.items() if one.owner}
        self._drafts = {name: one.draft for name, one in before.items()} | self._drafts
        if kept and (begun is None or begun.is_empty):
            if begun is not None:
                self._drafts.pop(begun.draft_id)
            self._open(kept[-1].draft.draft_id)
        else:
            self._show_tabs()

    def _open(self, draft_id: UUID) -> None:
        self._current = draft_id
        self._shown_missing = False
        self._returning = self._twin = None
        self._changed_last = ""
        draft = self._drafts[draft_id]
        self._view.hide_message()
        self._view.set_pin_mask(self._acts.mask_pin(draft.pin))
        self._view.show_draft(self._values(draft), tuple(filling.row_of(one) for one in draft.attachments))
        self._view.show_remarks(self._all_remarks(draft))
        self._show_tabs()
        self._show_saved(draft_id)
        self._show_missing(draft)
        self._show_law(draft)
        self._view.show_earlier(())
        self._view.show_twin(None)
        self._view.show_returning(None)
        self._view.show_earlier_name(False)
        self._look_for_neighbours()

    def _drop(self, draft_id: UUID) -> None:
        if self._closed.pop(draft_id, None) is not None:
            self._acts.drop_draft(draft_id)

    def _bring_back(self, draft: AppealDraft) -> None:
        self._closed.pop(draft.draft_id, None)
        self._acts.forget(f"drop {draft.draft_id}")
        self._drafts[draft.draft_id] = draft
        self._saved_at[draft.draft_id] = None
        self._open(draft.draft_id)
        self._save()

    def _values(self, draft: AppealDraft) -> FormValues:
        return filling.values_of(
            draft, addressee=self._acts.addressee, category=self._acts.category, territory=self._acts.territory
        )

    def _take(self) -> AppealDraft | None:
        """The current draft with what stands in the form."""
        if self._current is None:
            return None
        draft = filling.draft_of(self._view.values(), self._drafts[self._current])
        self._put(draft)
        return draft

    def _put(self, draft: AppealDraft) -> None:
        self._drafts[draft.draft_id] = draft

    def _keep(self) -> None:
        if self._current is not None and self._current != self._registering:
            self._take()
            self._acts.at_once("save")
            if self._save_again:
                self._save()

    def _save_soon(self) -> None:
        """Write within a moment; more typed meanwhile goes with it and does not put it off."""
        if not self._save_is_due:
            self._save_is_due = True
            self._acts.after("save", SAVE_WITHIN_MS, self._save_due)

    def _save_due(self) -> None:
        self._save_is_due = False
        if self._on_way:  # a slow disk: what is typed goes in one piece when it is done
            self._save_again = True
        else:
            self._save()

    def _save(self, *, also_empty: bool = False) -> None:
        self._save_again = False
        draft = self._take()
        if draft is None or draft.draft_id == self._registering:
            return
        if draft.is_empty and not also_empty and self._saved_at.get(draft.draft_id) is None:
            self._show_saved(draft.draft_id)
            return
        self._write(draft)

    def _save_what_failed(self) -> None:
        self._take()
        for draft in [draft for name, draft in self._drafts.items() if name in self._unsaved]:
            if draft.draft_id != self._registering:
                self._write(draft)

    def _write(self, draft: AppealDraft) -> None:
        self._on_way += 1
        self._acts.save_draft(draft, lambda at: self._saved(draft, at), lambda error: self._not_saved(draft, error))

    def _saved(self, draft: AppealDraft, at: datetime) -> None:
        self._on_way -= 1
        self._forget_unsaved(draft.draft_id)
        if draft.draft_id in self._drafts:
            self._saved_at[draft.draft_id] = at
            self._show_tabs()
            if draft.draft_id == self._current:
                self._show_saved(draft.draft_id)
                if _words_of(draft) != _words_of(self._take() or draft):
                    self._show_being_saved()
        if self._save_again:
            self._save()

    def _forget_unsaved(self, draft_id: UUID) -> None:
        if self._unsaved:
            self._unsaved.discard(draft_id)
            if not self._unsaved:
                self._view.hide_message()

    def _show_being_saved(self) -> None:
        if not self._unsaved:
            self._view.show_saved(lambda: tr("Being saved"), "muted", "floppy-disk")

    def _not_saved(self, draft: AppealDraft, error: ContractError) -> None:
        self._on_way -= 1
        if draft.draft_id not in self._drafts:  # closed or registered meanwhile
            return
        self._unsaved.add(draft.draft_id)
        self._acts.after("save again", SAVE_AGAIN_MS, self._save_what_failed)
        self._view.show_saved(lambda: tr("The draft is not saved"), "danger", "warning-circle")
        self._view.show_message(
            "danger",
            "warning-circle",
            lambda: tr("The draft cannot be written to the disk"),
            lambda: _say_unsaved(error),
        )

    def _show_saved(self, draft_id: UUID) -> None:
        at = self._saved_at.get(draft_id)
        if at is None and self._acts.is_disk_full():
            self._view.show_saved(lambda: tr("The disk is full: nothing typed is saved"), "danger", "warning-circle")
        elif at is None:
            self._view.show_saved(lambda: tr("Everything typed is saved within a second"), "muted", "info")
        else:
            self._view.show_saved(lambda: tr("Draft saved: {time}", time=formats.clock(at)), "success", "check-circle")

    def _show_tabs(self) -> None:
        tabs = tuple(
            DraftTab(
                draft.draft_id,
                _title(draft, self._owners.get(draft.draft_id, "")),
                self._saved_at.get(draft.draft_id),
            )
            for draft in self._drafts.values()
        )
        self._view.show_tabs(tabs, self._current)

    def _problems(self, draft: AppealDraft) -> tuple[FieldProblem, ...]:
        """What keeps the draft from being registered, in the order in which the form is walked."""
        return in_order(self._acts.problems(draft))

    def _show_missing(self, draft: AppealDraft) -> None:
        problems = () if draft.is_empty else self._problems(draft)
        names = dict.fromkeys(filling.place_of(problem.field) for problem in problems)
        self._view.show_missing(tuple(FieldPlace(name, FIELD_NAMES[name]) for name in names if name in FIELD_NAMES))

    def _show_problems(self, draft: AppealDraft, problems: tuple[FieldProblem, ...]) -> None:
        self._view.show_remarks(self._all_remarks(draft))
        self._show_missing(draft)
        first = problems[0]
        self._view.focus_on(filling.place_of(first.field))
        if "character" in first.params:
            code = str(first.params["character"]).removeprefix("U+")
            self._view.show_sign(filling.place_of(first.field), chr(int(code, 16)))
        unplaced = [problem for problem in problems if filling.place_of(problem.field) not in FIELD_NAMES]
        if unplaced:
            self._view.show_message(
                "danger", "warning-circle", lambda: tr("Not registered"), lambda: say_problem(unplaced[0])
            )

    def _all_remarks(self, draft: AppealDraft) -> tuple[Remark, ...]:
        found = (*self._acts.remarks(draft), *self._remark_on_name(draft))
        remarks = {name: (name, tone, say) for name, tone, say in found}
        if self._shown_missing:
            for problem in self._problems(draft):
                place = filling.place_of(problem.field)
                remarks[place] = (place, "danger", say_of(problem))
        return tuple(remarks.values())

    def _remark_on_name(self, draft: AppealDraft, then: Say = _how_to_take_name) -> tuple[Remark, ...]:
        """Who has this PIN had another name here: said without a reproach, for names change."""
        return remark_on_name(draft, self._returning, then)

    def _show_law(self, draft: AppealDraft) -> None:
        notices: list[Notice] = []
        due = self._acts.preview_due(draft)
        if due is not None and due.due_on is not None:
            known, on = due, due.due_on
            notices.append(
                Notice(
                    "calendar-check",
                    lambda: tr(
                        "If registered today, the answer is due: {day}.", day=formats.day_in_words(on, weekday=True)
                    ),
                    lambda: self._view.show_how_counted(known),
                )
            )
        self._view.show_law((*notices, *self._acts.notices(draft)))

    def _look_for_neighbours(self) -> None:
        draft = self._take()
        if draft is None:
            return
        asked = draft.draft_id

        def found(earlier: tuple[EarlierRow, ...], twin: TwinRow | None, returning: PersonCard | None) -> None:
            if asked == self._current:
                self._returning, self._twin = returning, twin
                self._view.show_earlier(earlier)
                self._view.show_twin(twin)
                now = self._take() or draft
                self._show_returning(now)
                if self._changed_last not in NAME_FIELDS and self._remark_on_name(now):
                    self._view.show_remarks(self._all_remarks(now))

        self._acts.neighbours(draft, found)

    def _show_returning(self, draft: AppealDraft) -> None:
        """Offer what is known of somebody who was here before while the form has room for it."""
        person = self._returning
        self._view.show_earlier_name(person is not None and bool(named_otherwise(draft, person)))
        person = known_as(draft, person) if person is not None else None
        if person is None or filled_from(draft, person) == draft:
            self._view.show_returning(None)
            return
        name = formats.initials(person.surname, person.given_name, person.patronymic)
        self._view.show_returning(lambda: tr("Fill in as before: {name}", name=name))

    def _attached(self, draft_id: UUID, attachment: AttachmentDraft) -> None:
        draft = self._drafts.get(draft_id)
        if draft is None:
            return
        if any(one.blob_id == attachment.blob_id for one in draft.attachments):
            return
        draft = replace(draft, attachments=(*draft.attachments, attachment))
        self._put(draft)
        if draft_id == self._current:
            self._view.show_attachments(tuple(filling.row_of(one) for one in draft.attachments))
        self._save()

    def _not_attached(self, name: str, error: ContractError) -> None:
        self._not_taken[name] = error
        refused = dict(self._not_taken)

        def why() -> str:
            if len(refused) == 1:
                return say_error(error)
            return " ".join(f"{isolate(file)}: {say_error(reason)}" for file, reason in refused.items())

        self._view.show_message(
            "warning",
            "paperclip",
            lambda: tr("The file was not added: {name}", name=joined(refused)),
            why,
        )

    def _registered(self, facts: RegisteredFacts) -> None:
        done = self._registering
        self._registering = None
        if done is not None:
            self._drafts.pop(done, None)
            self._saved_at.pop(done, None)
            self._forget_unsaved(done)
            if self._current == done:
                self._current = None
        self._show_tabs()
        self._acts.registered(facts, self.open_drafts)

    def _refused(self, error: ContractError) -> None:
        self._registering = None
        if isinstance(error, TermMoved):
            self._read_once_more()
            draft = self._take()
            if draft is not None:
                self._show_law(draft)
            return
        if isinstance(error, InvalidAppeal):
            self._view.close_review()
            self._shown_missing = True
            draft = self._take()
            if draft is not None:
                ordered = in_order(error.problems)
                remarks = tuple((filling.place_of(one.field), "danger", say_of(one)) for one in ordered)
                self._view.show_remarks(remarks)
                self._view.focus_on(remarks[0][0])
            self._view.show_message(
                "danger", "warning-circle", lambda: tr("Not registered"), lambda: say_problem(error.problems[0])
            )
            return
        self._view.show_refused(lambda: say_error(error))


def in_order(problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
    """Problems as their fields follow each other in the form, so that the keyboard passes over none."""
    places = list(FIELD_NAMES)

    def place(problem: FieldProblem) -> int:
        name = filling.place_of(problem.field)
        return places.index(name) if name in FIELD_NAMES else len(places)

    return tuple(sorted(problems, key=place))


def _say_unsaved(error: ContractError) -> str:
    if not isinstance(error, OutcomeUnknown):
        return say_error(error)
    return tr(
        "The disk takes nothing just now. Leave the program open: what was typed since is only here, and it is tried"
        " again by itself. Make room on the disk."
    )


def _words_of(draft: AppealDraft) -> AppealDraft:
    """A draft without its files, which are kept by themselves."""
    return replace(draft, attachments=())


def _title(draft: AppealDraft, owner: str) -> Say:
    name = formats.initials(draft.surname, draft.given_name, draft.patronymic)

    def said() -> str:
        return name or (tr("New request") if draft.is_empty else tr("No name yet"))

    return (lambda: f"{said()} · {owner}") if owner else said
