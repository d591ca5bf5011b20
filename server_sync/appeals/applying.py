"""What each kind of event does to the register. Called by appeals.actions alone."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, assert_never
from uuid import UUID

from server_sync.appeals import complaining, receiving
from server_sync.appeals.authority import BISHKEK, LINKED, NOT_ON_MERIT, REPLACED, Authority
from server_sync.appeals.believing import (
    DAY_DOUBTFUL,
    TERM_DOUBTFUL,
    day,
    drop_no_term,
    go_by_rule,
    is_term_doubtful,
    moment,
)
from server_sync.appeals.centre_acts import CentreActs
from server_sync.appeals.content import attachment_row, correct, demand_sound, mend
from server_sync.appeals.facets import texts_in, words_of
from server_sync.appeals.matters import matter_of
from server_sync.appeals.models import Answer, Appeal, Attachment, HistoryEntry, Link, Summary
from server_sync.appeals.refusals import HeldBack, Quarantine
from server_sync.appeals.registering import (
    HISTORY_COLUMNS,
    Registration,
    giving_number,
    number_of,
    register,
    registration,
    registration_of,
)
from server_sync.appeals.taken import TakenNumbers
from server_sync.common.rows import insert_rows, update_rows
from server_sync.contract import bodies
from server_sync.contract.bodies import Body
from server_sync.contract.erasure import says_words
from server_sync.contract.errors import ContractError
from server_sync.contract.events import NO_PERSON, EventKind, Header, read_body, read_header
from server_sync.contract.messages import Quarantined, Released, Status
from server_sync.contract.workflow import State, is_about_an_appeal, step
from server_sync.journal.custody import told_as_held
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import CENTRE

EPOCH_OF_READING = ("event__epoch__site", "event__epoch__revocation")
TURNED_COLUMNS: Final = ("state", "body_code", "routed_by", "accepted_at", "last_event_id", "has_doubt")
"""All of a request that a turn of its course changes."""


class Decision(StrEnum):
    """What two people may decide of a doubt: the last of an event that stands, the others of one held back.

    `LINK` and `BESIDE` are about a number given twice: one request with a note, or two requests under it.
    """

    RELEASE = "release"
    KEEP_OUT = "keep_out"
    LINK = "link"
    BESIDE = "beside"
    LET_STAND = "let_stand"


LETS_IN: Final = frozenset({Decision.RELEASE, Decision.BESIDE})
KEPT_OUT: Final = "kept_out"
"""Code of the reading of what two people kept out; `released` and `linked` are those of their other decisions."""

STANDS: Final = "stands"
"""What stands for the doubt of a reading once two people have let it stand."""

UNDECIDED_YET: Final = (Status.WAITING, Status.STORED)
"""What is neither in the register nor refused: it waits for another event, or for a newer program of the centre."""

SIGNATORIES_MOST: Final = 2_000
SIGNATORIES_MOST_LETTERS: Final = 200_000
ATTACHMENTS_MOST: Final = 200
"""What one request holds, supplements included; a registration alone holds as many names, and half of the files."""

OF_A_KIND_MOST: Final = 200
"""How often offices say the same kind of thing about one request; a request in life has a few of each."""

OF_REFERENCE: Final = frozenset(
    {"category_unknown", "addressee_unknown", "territory_unknown", "language_unknown", "form_unknown"}
)
"""Codes of quarantine that depend on the reference data of the day."""

DOUBTED: Final = frozenset(
    {"counter_wrong", "year_wrong", "person_missing", "person_unknown", "role_missing", "number_taken"}
)
"""Codes of quarantine that no correction of the office lifts: two people decide them."""


class Before(NamedTuple):
    """How an event was read before the register was made anew, in the end: decisions of people included."""

    status: Status
    code: str
    doubt: str
    is_binding: bool
    """Whether it cannot be judged again: its words are gone, or only its request is made anew."""

    @property
    def is_in(self) -> bool:
        """Whether it was applied for what it is; decisions and corrections let others in, and will again."""
        return self.status is Status.REGISTERED and self.code not in NOT_ON_MERIT


@dataclass(slots=True)
class Register:
    """What one run of interpretation has already read, so that a batch asks the database once.

    `before` is how events were read before this run, by row, where that is known: when the register is made anew.
    `let_in` is the event that is applied because people let it in, `beside` the one whose number they let stand twice.
    `too_new` are the rows of events that no program understood yet at this place.
    """

    appeals: dict[bytes, Appeal] = field(default_factory=dict)
    headers: dict[bytes, Header] = field(default_factory=dict)
    authority: Authority = field(default_factory=Authority)
    numbers: TakenNumbers = field(default_factory=TakenNumbers)
    acts: CentreActs = field(default_factory=CentreActs)
    before: Mapping[int, Before] = field(default_factory=dict)
    let_in: bytes = b""
    beside: bytes = b""
    too_new: AbstractSet[int] = frozenset()

    def header(self, event: Event) -> Header:
        """Read an event's header, once."""
        known = self.headers.get(event.hash)
        return read_header(bytes(event.header)) if known is None else known

    def expect_numbers(self, events: Iterable[Event]) -> None:
        """Ask at once which of the numbers that these events give are taken."""
        numbers = []
        for event in events:
            if event.kind == EventKind.APPEAL_REGISTERED:
                with suppress(ContractError):  # what gives no number is refused in its turn
                    numbers.append(number_of(event, self.header(event)))
        self.numbers.expect(numbers)

    def demand_free(self, appeal: Appeal) -> None:
        """Raise Quarantine `number_taken` unless a request gives a number first, or people let it in beside another."""
        if not appeal.is_second and self.numbers.is_taken(appeal.number):
            raise Quarantine("number_taken")

    def appeal(self, appeal_hash: bytes) -> Appeal:
        """Find a request by its registering event, or raise HeldBack."""
        known = self.appeals.get(appeal_hash)
        if known is None:
            known = Appeal.objects.select_related("site", "epoch").filter(hash=appeal_hash).first()
            if known is None:
                raise HeldBack(appeal_hash)
            self.appeals[appeal_hash] = known
        return known

    def read(self, hashes: Iterable[bytes]) -> None:
        """Find many requests at once; those that are not there are missed by `appeal`."""
        unknown = {bytes(appeal_hash) for appeal_hash in hashes} - self.appeals.keys()
        if unknown:
            for appeal in Appeal.objects.select_related("site", "epoch").filter(hash__in=unknown):
                self.remember(appeal)

    def read_before(self, event: Event) -> Before | None:
        """How an event was read before the register was made anew; None when it never was."""
        return self.before.get(event.pk) if self.before else None

    def is_bound(self, event: Event) -> bool:
        """Whether an event was applied before for what it is, and cannot be judged again."""
        before = self.read_before(event)
        return before is not None and before.is_binding and before.is_in

    def is_let_in(self, event: Event) -> bool:
        """Whether people are letting an event in."""
        return self.let_in == bytes(event.hash)

    def is_let_in_beside(self, event: Event) -> bool:
        """Whether people let an event in although its number is taken."""
        return self.beside == bytes(event.hash)

    def forgiven(self, event: Event) -> frozenset[str]:
        """Codes that are no reason to refuse an event now: it was let in when the reference data were others."""
        before = self.read_before(event)
        is_in = before is not None and before.status is Status.REGISTERED and before.code not in {REPLACED, LINKED}
        return OF_REFERENCE if is_in else frozenset()

    def is_settled(self, event: Event) -> bool:
        """Whether an event was applied before, and cannot be judged again: words of its request are gone."""
        before = self.read_before(event)
        return event.is_erased or (before is not None and before.is_binding and before.status is Status.REGISTERED)

    def demand_not_refused_before(self, event: Event) -> None:
        """Raise Quarantine for what was refused when the reference data knew less, or is kept out by people."""
        before = self.read_before(event)
        if before is not None and not before.is_in and before.code in {*OF_REFERENCE, *NOT_ON_MERIT, KEPT_OUT}:
            raise Quarantine(before.code)

    def remember(self, appeal: Appeal) -> None:
        """Keep a request just registered, or read under the lock of its site's feed."""
        self.appeals[bytes(appeal.hash)] = appeal

    def forget(self, event: Event) -> None:
        """Drop what a refused event may have changed half-way."""
        if event.appeal is not None:
            self.appeals.pop(bytes(event.appeal), None)


@dataclass(slots=True)
class Applied:
    """What an event changed, and who has to learn it.

    `freed` is an event that people let in by it, `is_beside`: although its number is taken; `kept_out` one of which
    nothing had been decided. `doubt` marks its reading for people to look at.
    """

    changes: list[Change]
    is_out_of_turn: bool = False
    freed: Event | None = None
    is_beside: bool = False
    kept_out: Event | None = None
    doubt: str = ""


class Turn(NamedTuple):
    """An act of the centre's that changes a request's course alone and comes in masses, read already."""

    event: Event
    appeal: bytes
    header: Header
    body: bodies.Routed | bodies.Erased


def apply_erased(event: Event, header: Header, register_: Register) -> Applied:
    """Keep the place of an erased event of which nothing remains: the state it led to."""
    if event.appeal is None:
        return Applied([])
    appeal = register_.appeal(bytes(event.appeal))
    is_out_of_turn = _advance(appeal, EventKind(header.kind))
    if header.kind == EventKind.ANSWERED and not is_out_of_turn:
        _note_answer(appeal, moment(event, header))
    _settle(appeal, event, header, is_out_of_turn=is_out_of_turn)
    return Applied([], is_out_of_turn)


def apply(event: Event, header: Header, body: Body, register_: Register) -> Applied:
    """Apply one event that is not a registration, or raise Quarantine or HeldBack."""
    _demand_storable(body)
    matter = matter_of(EventKind(header.kind))
    if event.appeal is not None and (matter is not None or not is_about_an_appeal(EventKind(header.kind))):
        raise Quarantine("appeal_unexpected")
    if matter is not None:
        return Applied(matter.apply(event, header, body))
    match body:
        case bodies.SessionOpened() | bodies.SessionClosed() | bodies.Hole():
            return Applied([])
        case bodies.AppealRegistered():
            raise Quarantine("kind_mismatch")
        case bodies.AppealCorrected() if body.replaces is not None:
            return _replace(event, header, body, body.replaces, register_)
        case bodies.ResolvedByPerson():
            return _resolve(event, header, body, register_)
        case bodies.Erased():
            return _erase(event, header, body, register_)
        case _:
            return _apply_to_appeal(event, header, body, register_)


def _demand_storable(words: object, name: str = "") -> None:
    """Raise Quarantine `control_character` for a NUL anywhere in what an event says: PostgreSQL keeps none."""
    if isinstance(words, str):
        if "\0" in words:
            raise Quarantine("control_character", field=name)
    elif isinstance(words, tuple):
        for item in words:
            _demand_storable(item, name)
    elif is_dataclass(words):
        for part in fields(words):
            _demand_storable(getattr(words, part.name), name or part.name)


def _apply_to_appeal(event: Event, header: Header, body: Body, register_: Register) -> Applied:
    if event.appeal is None:
        raise Quarantine("appeal_missing")
    appeal = _own_appeal(event, bytes(event.appeal), register_)
    _demand_few(appeal, event)
    is_out_of_turn = _advance(appeal, EventKind(header.kind))
    _write(appeal, event, header, body, register_, is_out_of_turn=is_out_of_turn)
    _settle(appeal, event, header, is_out_of_turn=is_out_of_turn)
    applied = _applied(appeal, event, is_out_of_turn=is_out_of_turn)
    return replace(applied, doubt=_doubt(appeal, event, header, body))


def _own_appeal(event: Event, registering: bytes, register_: Register) -> Appeal:
    """Find the request that an event is about, or raise HeldBack, or Quarantine `foreign_appeal` for another office's.

    Of a request that came later the office cannot have known: it waits for it, whenever this is read (I19).
    """
    try:
        appeal = register_.appeal(registering)
    except HeldBack:
        _demand_not_foreign(event, registering)
        raise
    if event.epoch.site_id not in (appeal.site_id, CENTRE):
        _demand_not_foreign(event, registering)
        raise HeldBack(registering)
    return appeal


def _demand_not_foreign(event: Event, registering: bytes) -> None:
    """Raise Quarantine `foreign_appeal` when another office had brought that request before; custody knows."""
    earlier = Event.custody.filter(hash=registering, leaf__lt=event.leaf)
    if event.epoch.site_id != CENTRE and earlier.exclude(epoch__site=event.epoch.site_id).exists():
        raise Quarantine("foreign_appeal")


def demand_not_erased(event: Event, body: Body | None, register_: Register) -> None:
    """Raise Quarantine `request_erased` for an office's words about a request whose own were erased before they came.

    The office did not know of the erasure yet; two people decide whether they belong there. What was in the register
    before the erasure, and not erased with the request, stays.
    """
    if event.appeal is None or event.epoch.site_id == CENTRE or event.is_erased or body is None:
        return
    before = register_.read_before(event)
    is_in = before is not None and before.is_in
    appeal = bytes(event.appeal)
    if not is_in and says_words(body) and _is_erased(appeal, register_) and register_.acts.had_erased(appeal, event):
        raise Quarantine("request_erased")


def _is_erased(registering: bytes, register_: Register) -> bool:
    try:
        return register_.appeal(registering).is_erased
    except HeldBack:  # a correction may be about to bring it in
        return Event.custody.filter(hash=registering, kind=EventKind.APPEAL_REGISTERED, body=None).exists()


def _demand_few(appeal: Appeal, event: Event) -> None:
    """Raise Quarantine when an office says one kind of thing about one request more often than anybody would."""
    if event.epoch.site_id != CENTRE:
        said = HistoryEntry.objects.filter(appeal=appeal, kind=event.kind)
        if said.count() >= OF_A_KIND_MOST:
            raise Quarantine("too_many_events")


def _applied(appeal: Appeal, event: Event, *, is_out_of_turn: bool) -> Applied:
    change = Change(appeal.site_id, event, number=appeal.number, is_out_of_turn=is_out_of_turn)
    return Applied([change], is_out_of_turn)


def _doubt(appeal: Appeal, event: Event, header: Header, body: Body) -> str:
    """What to mark an office's event with; empty when the day and the term it claims can be true."""
    match body:
        case bodies.ApplicantTold(told_on=told_on):
            is_possible = appeal.registered_on <= told_on <= day(event, header, told_on)
            return "" if is_possible else DAY_DOUBTFUL
        case bodies.AppealCorrected(due=bodies.DueTerm() as due):
            kind = bodies.AppealKind(appeal.kind)
            return TERM_DOUBTFUL if is_term_doubtful(event, kind, appeal.registered_on, due) else ""
        case _:
            return ""


COURSE_FIELDS: Final = tuple(
    field.name
    for field in Appeal._meta.concrete_fields  # noqa: SLF001 (Django's documented way to a model's fields)
    if not field.primary_key and field.name not in {"text", "signatories"}
)
"""What other events than those that say something more may change: a request may hold a megabyte of names."""


def apply_turns(several: Sequence[Turn], register_: Register) -> list[Applied]:
    """Apply turns in order, as `apply` would one by one; requests and history are written in one statement each.

    Raises what `apply` would raise of any of them; nothing is written then, and the register has to forget them all.
    """
    register_.read(turn.appeal for turn in several)
    applied, history = [], []
    moved: dict[int, Appeal] = {}
    for event, appeal_hash, header, body in several:
        _demand_storable(body)
        appeal = register_.appeal(appeal_hash)
        is_out_of_turn = _advance(appeal, EventKind(header.kind))
        _write(appeal, event, header, body, register_, is_out_of_turn=is_out_of_turn)
        _note(appeal, event, is_out_of_turn=is_out_of_turn)
        moved[appeal.pk] = appeal
        entry = _entry(appeal, event, header, is_out_of_turn=is_out_of_turn)
        history.append([getattr(entry, name) for name in HISTORY_COLUMNS])
        applied.append(_applied(appeal, event, is_out_of_turn=is_out_of_turn))
    rows = [[*(getattr(appeal, name) for name in TURNED_COLUMNS), key] for key, appeal in moved.items()]
    update_rows(Appeal, TURNED_COLUMNS, rows)
    insert_rows(HistoryEntry, HISTORY_COLUMNS, history)
    return applied


def _advance(appeal: Appeal, kind: EventKind) -> bool:
    """Lead a request where an event of a kind leads it; True when the event came out of turn and the state stays."""
    reached = step(State(appeal.state), kind, before_return=appeal.state_before_return or None)
    if not reached.is_out_of_turn:
        if kind is EventKind.RETURNED_TO_OFFICE:
            appeal.state_before_return = appeal.state
        appeal.state = reached.state.value
        if kind in complaining.ENDING:
            appeal.is_complained = False
    return reached.is_out_of_turn


def _settle(appeal: Appeal, event: Event, header: Header, *, is_out_of_turn: bool) -> None:
    _note(appeal, event, is_out_of_turn=is_out_of_turn)
    is_said = header.kind in (EventKind.APPEAL_CORRECTED, EventKind.APPEAL_SUPPLEMENTED)
    appeal.save(update_fields=None if is_said else COURSE_FIELDS)
    _entry(appeal, event, header, is_out_of_turn=is_out_of_turn).save()


def _note(appeal: Appeal, event: Event, *, is_out_of_turn: bool) -> None:
    appeal.last_event = event
    if is_out_of_turn:
        appeal.has_doubt = True


def _entry(appeal: Appeal, event: Event, header: Header, *, is_out_of_turn: bool) -> HistoryEntry:
    return HistoryEntry(
        appeal=appeal,
        event=event,
        kind=header.kind,
        at=moment(event, header),
        person=None if header.person == NO_PERSON else UUID(bytes=header.person),
        state_after=appeal.state,
        is_out_of_turn=is_out_of_turn,
    )


def _resolve(event: Event, header: Header, body: bodies.ResolvedByPerson, register_: Register) -> Applied:
    """Two people decided a doubt: the event is let in, stays out, or is linked to the one it collides with.

    What a withdrawn PC wrote and the office was not told of leaves no trace anywhere when it is kept out.
    """
    reading = Reading.objects.select_related(*EPOCH_OF_READING).filter(event__hash=body.about).first()
    if reading is None:
        raise HeldBack(body.about)
    about = reading.event
    register_.authority.forget_numbers(about)  # decided, its number may count otherwise
    freed = kept_out = None
    told: list[Change] = []
    if reading.status in (Status.QUARANTINED, Status.AFTER_REVOCATION):
        match body.decision:
            case Decision.RELEASE:
                freed = about
            case Decision.BESIDE:
                _demand_holder(about, register_)
                freed = about
            case Decision.KEEP_OUT:
                Reading.objects.filter(pk=reading.pk).update(code=KEPT_OUT)
                if reading.status == Status.AFTER_REVOCATION and about.leaf not in told_as_held(bytes(about.epoch_id)):
                    return Applied([])
            case Decision.LINK:
                _link_twin(event, about, register_)
                Reading.objects.filter(pk=reading.pk).update(status=Status.REGISTERED, code=LINKED)
            case _:
                raise Quarantine("decision_unknown")
    elif reading.status in UNDECIDED_YET and body.decision == Decision.KEEP_OUT:
        Reading.objects.filter(pk=reading.pk).update(status=Status.QUARANTINED, code=KEPT_OUT, awaited=None)
        kept_out = about
        told = [Change(about.epoch.site_id, entry=Quarantined(about.hash, KEPT_OUT))]
    elif body.decision == Decision.LET_STAND:
        Reading.objects.filter(pk=reading.pk).update(doubt=STANDS, is_marked=False)
    is_beside = body.decision == Decision.BESIDE
    if event.appeal is None:  # a session belongs to no request
        return Applied([*told, Change(about.epoch.site_id, event)], False, freed, is_beside, kept_out)
    try:
        applied = _apply_to_appeal(event, header, body, register_)
        changes = [*told, *applied.changes]
        return replace(applied, changes=changes, freed=freed, is_beside=is_beside, kept_out=kept_out)
    except HeldBack:  # what is let in is the request itself
        return Applied([*told, Change(about.epoch.site_id, event)], False, freed, is_beside, kept_out)


def newest_decision(event: Event, register_: Register, since: int = -1) -> Decision | None:
    """What two people decided last of an event about a request; None when nobody did. Readings must be written.

    Only what they decided after leaf `since`: of what was not there yet they decided nothing.
    """
    decisions = register_.acts.decisions(bytes(event.appeal or b""))
    if not decisions:
        return None
    acts = Event.accepted.filter(pk__in=decisions, leaf__gt=max(event.leaf, since))
    said = (read_body(register_.header(one), one.said) for one in acts.order_by("-leaf"))
    newest = next((one for one in said if isinstance(one, bodies.ResolvedByPerson) and one.about == event.hash), None)
    return None if newest is None else Decision(newest.decision)


def _demand_holder(about: Event, register_: Register) -> Appeal:
    """The request that has the number which an event gives too, or raise Quarantine `nothing_to_link`."""
    giving = giving_number(about)
    if giving is None:
        raise Quarantine("nothing_to_link")
    number = number_of(giving, register_.header(giving))
    holder = Appeal.objects.filter(number=number, is_second=False).first()
    if holder is None:
        raise Quarantine("nothing_to_link")
    return holder


def _link_twin(event: Event, about: Event, register_: Register) -> None:
    """Note at the request that has a number that a second event bears it too."""
    holder = _demand_holder(about, register_)
    if about.kind != EventKind.APPEAL_REGISTERED:
        raise Quarantine("nothing_to_link")
    Link.objects.create(appeal=holder, other_hash=about.hash, event=event, kind=EventKind.RESOLVED_BY_PERSON)


def _erase(event: Event, header: Header, body: bodies.Erased, register_: Register) -> Applied:
    """Tell the office whose event is erased; what is taken out of the tables is appeals.erasing's."""
    try:
        return _apply_to_appeal(event, header, body, register_)
    except HeldBack:  # the words of an event that never came into the register are erased too
        target = Event.custody.select_related("epoch").filter(hash=body.event).first()
        return Applied([] if target is None else [Change(target.epoch.site_id, event)])


def _write(
    appeal: Appeal, event: Event, header: Header, body: Body, register_: Register, *, is_out_of_turn: bool
) -> None:
    """Lay what the event says on the request. Facts are kept even when the state did not expect them."""
    at = moment(event, header)
    match body:
        case bodies.AppealCorrected():
            was = copy(appeal)
            correct(appeal, body)
            drop_no_term(event, appeal)
            if not register_.is_settled(event):
                demand_sound(appeal, was, register_.forgiven(event))
            if _found_by(appeal) != _found_by(was):
                _find_by_facts_anew(appeal)
        case bodies.AppealSupplemented():
            _demand_room(appeal, body)
            Attachment.objects.bulk_create([attachment_row(appeal, event, file) for file in body.attachments])
            appeal.signatories = [*appeal.signatories, *body.signatories]
        case bodies.ReceiptReprinted():
            appeal.copies = max(appeal.copies, body.copy_number)
        case bodies.ApplicantTold():
            appeal.told_on = body.told_on
        case bodies.AnswerRated():
            Answer.objects.filter(appeal=appeal, event__hash=body.answer).update(rating=body.solved)
        case bodies.AttachmentLost():
            Attachment.objects.filter(appeal=appeal, blob_id=body.blob_id).update(is_lost=True)
        case bodies.Routed():
            if not is_out_of_turn:
                appeal.body_code, appeal.routed_by = body.body_code, body.rule
                appeal.accepted_at = None
        case bodies.AcceptedByBody():
            if not is_out_of_turn:
                appeal.accepted_at = at
        case bodies.Forwarded():
            if not is_out_of_turn:
                appeal.body_code, appeal.routed_by, appeal.accepted_at = body.to_body, "", None
                complaining.begin_anew(appeal, header, at, body.to_body)
        case bodies.CoExecutorAdded():
            appeal.co_bodies = sorted({*appeal.co_bodies, body.body_code})
        case bodies.CoExecutorRemoved():
            appeal.co_bodies = [code for code in appeal.co_bodies if code != body.body_code]
        case bodies.Extended():
            appeal.due_on, appeal.is_extended = body.due_on, True
        case bodies.DueRecalculated():
            appeal.due_on, appeal.due_is_provisional = body.new_due_on, False
            go_by_rule(appeal)
        case bodies.Answered():
            _write_answer(appeal, event, body, at)
        case bodies.Reopened():
            if not is_out_of_turn:
                if body.body_code:
                    appeal.body_code, appeal.accepted_at = body.body_code, None
                complaining.begin_anew(appeal, header, at, appeal.body_code)
            appeal.answered_at = appeal.answered_on = None
        case bodies.ComplaintMade():
            if not is_out_of_turn:
                complaining.lay(appeal, event, body, at)
        case bodies.Linked():
            Link.objects.create(appeal=appeal, other_hash=body.other, event=event, kind=header.kind)
        case bodies.Merged():
            Link.objects.create(appeal=appeal, other_hash=body.into, event=event, kind=header.kind)
        case bodies.Split():
            Link.objects.create(appeal=appeal, other_hash=body.other, event=event, kind=header.kind)
        case bodies.SummaryPublished():
            if event.is_erased:
                Summary.objects.filter(appeal=appeal).delete()
            else:
                _publish(appeal, event, body, at)
        case bodies.SummaryWithdrawn():
            Summary.objects.filter(appeal=appeal).delete()
        case bodies.ResolvedByPerson():
            if _is_surprise(appeal, body.about):
                appeal.has_doubt = False
        case bodies.ReceptionSaid() | bodies.ReceptionSet() | bodies.ReceptionDeclined() | bodies.ReceptionNoted():
            receiving.lay(appeal, event, body)
        case bodies.Erased() | bodies.AppealWithdrawn() | bodies.LeftWithoutConsideration() | bodies.ReturnedToOffice():
            pass
        case (
            bodies.AppealRegistered()
            | bodies.SessionOpened()
            | bodies.SessionClosed()
            | bodies.Hole()
            | bodies.VoteCast()
            | bodies.MeetingPlanned()
            | bodies.MeetingChanged()
            | bodies.MeetingCancelled()
            | bodies.MeetingOpened()
            | bodies.MeetingClosed()
            | bodies.MeetingVoteOpened()
            | bodies.MeetingVoteClosed()
            | bodies.DecisionTaken()
            | bodies.DecisionWithdrawn()
            | bodies.MeetingSaid()
            | bodies.MeetingPaperAdded()
            | bodies.MeetingPaperWithdrawn()
        ):
            raise Quarantine("kind_mismatch")
        case _:
            assert_never(body)


def _is_surprise(appeal: Appeal, event_hash: bytes) -> bool:
    """Whether a request's state did not expect an event of its."""
    return HistoryEntry.objects.filter(appeal=appeal, event__hash=event_hash, is_out_of_turn=True).exists()


def _demand_room(appeal: Appeal, body: bodies.AppealSupplemented) -> None:
    """Raise Quarantine when supplements make a request larger than one can be that is registered whole."""
    names = [*appeal.signatories, *body.signatories]
    if len(names) > SIGNATORIES_MOST or sum(map(len, names)) > SIGNATORIES_MOST_LETTERS:
        raise Quarantine("too_many_signatories", field="signatories")
    brought = appeal.attachments.filter(event__answer=None)  # those of answers are not the citizen's
    if body.attachments and brought.count() + len(body.attachments) > ATTACHMENTS_MOST:
        raise Quarantine("too_many_attachments", field="attachments")


def _write_answer(appeal: Appeal, event: Event, body: bodies.Answered, at: datetime) -> None:
    answered_on = _note_answer(appeal, at)
    is_late = appeal.due_on is not None and answered_on > appeal.due_on
    Answer.objects.create(
        appeal=appeal,
        event=event,
        outcome=body.outcome,
        text_ky=body.text.ky,
        text_ru=body.text.ru,
        text_en=body.text.en,
        body_code=body.body_code,
        signed_by=body.signed_by,
        reference=body.reference,
        at=at,
        is_late=is_late,
    )
    Attachment.objects.bulk_create([attachment_row(appeal, event, file) for file in body.attachments])
    _find_by_facts_anew(appeal)


def _note_answer(appeal: Appeal, at: datetime) -> date:
    appeal.answered_at, appeal.answered_on = at, at.astimezone(BISHKEK).date()
    return appeal.answered_on


def _publish(appeal: Appeal, event: Event, body: bodies.SummaryPublished, at: datetime) -> None:
    subjects = [said[:300] for said in (body.subject.ky, body.subject.ru, body.subject.en)]
    texts = [body.text.ky, body.text.ru, body.text.en]
    Summary.objects.update_or_create(
        appeal=appeal,
        defaults={
            "event": event,
            "subject_ky": subjects[0],
            "subject_ru": subjects[1],
            "subject_en": subjects[2],
            "text_ky": texts[0],
            "text_ru": texts[1],
            "text_en": texts[2],
            "published_at": at,
            "words": words_of(appeal, (*subjects, *texts)),
        },
    )


def _found_by(appeal: Appeal) -> tuple[object, ...]:
    """What of a corrected request everybody finds it by."""
    return appeal.kind, appeal.categories, appeal.addressee_code, appeal.addressee_site


def _find_by_facts_anew(appeal: Appeal) -> None:
    """What everybody finds a published request by is other now."""
    published = Summary.objects.filter(appeal=appeal).first()
    if published is not None:
        published.words = words_of(appeal, texts_in(published))
        published.save(update_fields=["words"])


def _replace(
    event: Event, header: Header, body: bodies.AppealCorrected, replaced_hash: bytes, register_: Register
) -> Applied:
    """A corrected request stands in for a quarantined registration: it keeps its number, its moment and its term."""
    if event.appeal is None or bytes(event.appeal) != replaced_hash:
        raise Quarantine("appeal_missing")
    reading = Reading.objects.select_related(*EPOCH_OF_READING).filter(event__hash=replaced_hash).first()
    if reading is None or reading.event.epoch.site_id != event.epoch.site_id:
        _demand_not_foreign(event, replaced_hash)
        raise HeldBack(replaced_hash)
    original = reading.event
    if reading.status != Status.QUARANTINED or original.kind != EventKind.APPEAL_REGISTERED:
        return _apply_to_appeal(event, header, body, register_)
    decided = newest_decision(event, register_, original.leaf)  # it may have had to wait since
    is_beside = register_.is_let_in_beside(event) or decided is Decision.BESIDE
    is_let_in = is_beside if reading.code == "number_taken" else register_.is_let_in(event) or decided in LETS_IN
    if reading.code == KEPT_OUT and not is_let_in:
        raise Quarantine("request_kept_out")
    if reading.code in DOUBTED and not is_let_in:
        raise Quarantine(reading.code)
    original_header = register_.header(original)
    if original_header.body_version > header.body_version:  # whoever wrote it did not know what it stands in for
        raise Quarantine("kind_mismatch")
    forgiven = None if register_.is_settled(event) else register_.forgiven(event)
    made = _made_good(original, original_header, body, forgiven)
    made.appeal.is_second = is_beside
    register_.numbers.forget(made.appeal.number)  # whatever becomes of this
    register([made])
    Reading.objects.filter(pk=reading.pk).update(status=Status.REGISTERED, code=REPLACED)
    register_.authority.forget_numbers(original)
    register_.remember(made.appeal)
    applied = _apply_to_appeal(event, header, body, register_)
    site_code, number = made.appeal.site_id, made.appeal.number
    come_in = [Change(site_code, original, number=number), Change(site_code, entry=Released(original.hash))]
    return replace(applied, changes=[*come_in, *applied.changes], doubt=applied.doubt or made.doubt)


def _made_good(
    original: Event, header: Header, correction: bodies.AppealCorrected, forgiven: frozenset[str] | None
) -> Registration:
    """The request that a correction makes of a quarantined registration; of one whose words are gone, what is left.

    It is not judged where nothing is to be `forgiven`.
    """
    if original.is_erased:
        left = registration(original, header)
        if left is None:
            raise Quarantine("kind_mismatch")
        return left
    said = read_body(header, bytes(original.body or b""))
    if not isinstance(said, bodies.AppealRegistered):
        raise Quarantine("kind_mismatch")
    return registration_of(original, header, mend(said, correction), forgiven=forgiven)
