"""The only writer of the register: makes of each event in custody what it says, once, in order of custody.

An event that cannot be applied is quarantined by name and holds back only its own request; one that comes before what
it builds on waits for it; one that the workflow does not expect in the present state is kept and marked, for a person
to decide.

An event that is quarantined, held or not understood changes nothing else (I18), and how events are parted into batches
changes nothing at all (I19): what is gathered for speed is written before anything that could tell the difference.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.db import DataError, IntegrityError, transaction

from server_sync.appeals import applying, registering
from server_sync.appeals.applying import (
    KEPT_OUT,
    UNDECIDED_YET,
    Applied,
    Before,
    Register,
    Turn,
)
from server_sync.appeals.authority import RELEASED, demand_of_offices
from server_sync.appeals.believing import DOUBTFUL
from server_sync.appeals.counting import recount
from server_sync.appeals.refusals import HeldBack
from server_sync.common.rows import insert_rows
from server_sync.common.under_way import others_write
from server_sync.contract.bodies import AppealCorrected, Body, Erased, ResolvedByPerson, Routed
from server_sync.contract.errors import ContractError, Parameter
from server_sync.contract.events import BODY_OF, BODY_VERSION, EventKind, Header, UnknownBody, read_body
from server_sync.contract.messages import Quarantined, Released, Status, WrongField
from server_sync.evidence.log import current_log
from server_sync.journal import feeds
from server_sync.journal.custody import told_as_held
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, Reading, Unread
from server_sync.workplaces.models import CENTRE, Revocation

BULK = 500
FREED_AT_ONCE: Final = 50
"""How many of the events that no longer wait are in memory together."""
HELD_S: Final = 0.5
"""How long one transaction reads before it lets others in."""
HELD_ALONE_S: Final = 2.0
"""And how long when nobody of this process waits; whether another process does is not seen."""
REST_MOST_S: Final = 0.2
EPOCH_OF_EVENT = ("epoch__site", "epoch__revocation")
READING_COLUMNS: Final = ("event_id", "status", "code", "doubt", "is_out_of_turn", "is_marked", "awaited")
Refusal = ContractError | IntegrityError | DataError
TURNS: Final = (EventKind.ROUTED, EventKind.ERASED)
KIND_UNKNOWN = "kind_unknown"
"""Code of an event of the future: in custody, interpreted after the update."""


def catch_up(
    sites: Sequence[str],
    fresh: Sequence[Event] = (),
    headers: dict[bytes, Header] | None = None,
    patience_s: float | None = None,
    alone_s: float = 0.0,
) -> bool:
    """Interpret what lies in custody of these sites, oldest first, and tell their offices; says whether all is read.

    Call inside a transaction; it holds the sites' feeds from here on. Whoever writes about a site's requests calls it
    first: so they are interpreted in order of custody, also after a crash. `fresh` and `headers` save reading again.
    After `patience_s`, and one event at least, it reads no further, and the rest stays for the next call; while no
    other request of this process may want to write, only after `alone_s`.
    """
    feeds.lock(sites)
    unread = Unread.objects.filter(site__in=sites).order_by("first_leaf")
    if not unread.exists():
        return True
    at_hand = {event.leaf: event for event in fresh}
    patience = None if patience_s is None else _Patience(patience_s, alone_s)
    run = _Run(Register(headers=headers or {}))
    is_all = True
    while is_all and (batches := list(unread[:BULK])):
        is_all = all(_read_batch(run, batch, at_hand, patience) for batch in batches)
    is_all = is_all and run.read_freed(patience)
    run.end()
    run.put_back(sites[0])
    feeds.append(run.changes, current_log().server_epoch)
    return is_all


class _Patience:
    """How long a transaction that reads may go on: one event at least."""

    def __init__(self, patience_s: float, alone_s: float) -> None:
        now = time.monotonic()
        self._until = now + patience_s
        self._until_alone = now + max(patience_s, alone_s)

    def is_over(self) -> bool:
        """Whether others are to be let in."""
        now = time.monotonic()
        return now > self._until and (now > self._until_alone or others_write())


def _read_batch(run: "_Run", batch: Unread, at_hand: dict[int, Event], patience: _Patience | None) -> bool:
    """Read a batch as far as there is time, and note what is left of it; says whether nothing is."""
    last = batch.first_leaf + batch.count
    for first in range(batch.first_leaf, last, BULK):
        leaves = range(first, min(first + BULK, last))
        here = all(leaf in at_hand for leaf in leaves)
        events = [at_hand[leaf] for leaf in leaves] if here else events_of_leaves(leaves)
        run.expect(events)
        for event in events:
            if not run.read_freed(patience, until=event.leaf) or run.is_to_stop(patience):
                Unread.objects.filter(pk=batch.pk).update(first_leaf=event.leaf, count=last - event.leaf)
                return False
            run.take(event)
        run.settle()
    Unread.objects.filter(pk=batch.pk).delete()
    return True


def catch_up_by_and_by(site_code: str) -> None:
    """Interpret what lies in custody of a site in transactions that let others in between.

    One office's costly batch must not keep the others from the one writer of SQLite.
    """
    while True:
        begun = time.monotonic()
        with transaction.atomic():
            if catch_up([site_code], patience_s=HELD_S, alone_s=HELD_ALONE_S):
                return
        let_others_in(time.monotonic() - begun)


def let_others_in(held_s: float) -> None:
    """Rest after a transaction: a writer who waits for SQLite looks ten times a second whether it is free."""
    time.sleep(min(held_s, REST_MOST_S))


def read_on() -> bool:
    """Read a slice of what was left unread at some office; says whether there was any."""
    oldest = Unread.objects.order_by("first_leaf").values_list("site_id", flat=True).first()
    if oldest is None:
        return False
    with transaction.atomic():
        catch_up([oldest], patience_s=HELD_S)
    return True


def events_of_leaves(leaves: range) -> list[Event]:
    """Events as interpretation wants them, in order of custody."""
    held = Event.custody.filter(leaf__gte=leaves.start, leaf__lt=leaves.stop)
    return list(held.select_related(*EPOCH_OF_EVENT).order_by("leaf"))


def is_understood(header: Header) -> bool:
    """Whether this program knows the kind and the version of an event's body."""
    return header.kind in BODY_OF and header.body_version <= BODY_VERSION


def interpret(events: Iterable[Event], register: Register | None = None) -> list[Change]:
    """Apply events in order, write their readings, and return what sites have to learn.

    Call inside a transaction with the sites' feeds locked, with events that have no reading yet. What comes out does
    not depend on how events are parted into runs.
    """
    run = _Run(register or Register())
    events = list(events)
    run.expect(events)
    for event in events:
        run.read_freed(until=event.leaf)
        run.take(event)
    run.read_freed()
    run.end()
    return run.changes


def understand(events: Sequence[Event], before: Mapping[int, Before] | None = None) -> list[Change]:
    """Interpret, now, events that were stored until a newer program understands them. Call as `interpret`."""
    rows = [event.pk for event in events]
    Reading.objects.filter(pk__in=rows, status=Status.STORED, code=KIND_UNKNOWN).delete()
    run = _Run(Register(before=before or {}))
    run.expect(events)
    for event in events:
        is_registration = event.kind == EventKind.APPEAL_REGISTERED
        decided = applying.newest_decision(event, run.register) if is_registration else None
        run.read_freed(until=event.leaf)
        if decided in applying.LETS_IN:
            run.let_in(event, is_beside=decided is applying.Decision.BESIDE)
        else:
            run.take(event)
    run.read_freed()
    run.end()
    return run.changes


class _Made(NamedTuple):
    """What was made of an event, not written yet; a row of Reading."""

    event: Event
    status: Status
    code: str
    doubt: str
    is_out_of_turn: bool
    awaited: bytes | None


class _Judged(NamedTuple):
    """What is to become of a new request: it is registered or refused, or of a newer program when neither is there."""

    event: Event
    before: Before | None
    is_released: bool
    registration: registering.Registration | None = None
    refusal: Refusal | None = None


@dataclass(slots=True)
class _Run:
    """One run of interpretation: what comes in masses is gathered and written together, all else one by one.

    New requests (refused ones in their places) and the centre's turns are gathered, never both at a time: each kind
    is written before the other begins, so that events take effect in order of custody. `_fresh` has not been looked at
    by those that wait, `_unwritten` has no row yet. `_freed` are the leaves of what waited and waits no longer: unread
    again, in its place in the order of custody. `_moved` are the requests that may be counted otherwise in the end.
    """

    register: Register
    changes: list[Change] = field(default_factory=list)
    has_read: bool = False
    _ready: list[_Judged] = field(default_factory=list)
    _turns: list[Turn] = field(default_factory=list)
    _fresh: list[_Made] = field(default_factory=list)
    _unwritten: list[_Made] = field(default_factory=list)
    _ends: dict[bytes, Revocation | None] = field(default_factory=dict)
    _told_as_held: dict[bytes, frozenset[int]] = field(default_factory=dict)
    _asked: set[bytes] = field(default_factory=set)
    _awaited: set[bytes] = field(default_factory=set)
    _freed: list[int] = field(default_factory=list)
    _freed_at_hand: dict[int, Event] = field(default_factory=dict)
    _moved: set[bytes] = field(default_factory=set)

    def take(self, event: Event, *, is_released: bool = False) -> None:
        """Interpret one event; `is_released`: two people let it in, whoever wrote it."""
        self.has_read = True
        before = None if is_released else self.register.read_before(event)
        is_late = not is_released and self._is_after_revocation(event) and not _was_read_in_time(before)
        if is_late and not self._was_released(event):
            self.settle()
            self._pass_over(event)
            is_decided = before is not None and before.is_binding and before.code == KEPT_OUT
            self._keep_out(event, Status.AFTER_REVOCATION, "after_revocation", code=KEPT_OUT if is_decided else "")
        elif before is not None and _was_refused(before) and not self._was_released(event):
            self.settle()
            self._pass_over(event)
            self._keep_out(event, Status.QUARANTINED, before.code)
            self.settle()
        elif event.kind == EventKind.APPEAL_REGISTERED:
            if self._turns:
                self.settle()
            self._prepare(event, before, is_released=is_released)
        elif (turn := self._turn(event)) is not None:
            if self._ready:
                self.settle()
            self._turns.append(turn)
        else:
            self.settle()
            self._take_alone(event, before, is_released=is_released)

    def _take_alone(self, event: Event, before: Before | None = None, *, is_released: bool = False) -> None:
        applied = self._apply(event, before, is_released=is_released)
        if applied is not None and applied.kept_out is not None:  # what waited for it waits no longer
            self._fresh.append(
                _Made(applied.kept_out, Status.QUARANTINED, KEPT_OUT, "", is_out_of_turn=False, awaited=None)
            )
        self.settle()
        if applied is not None and applied.freed is not None:
            self.let_in(applied.freed, is_beside=applied.is_beside)

    def end(self) -> None:
        """Write what is gathered, and count the requests that changed as what they are now."""
        self.settle()
        self._write_readings()
        recount(self._moved)
        self._moved.clear()

    def is_to_stop(self, patience: _Patience | None) -> bool:
        """Whether something was read and others are to be let in."""
        return patience is not None and self.has_read and patience.is_over()

    def read_freed(self, patience: _Patience | None = None, until: int | None = None) -> bool:
        """Read what waits no longer, oldest first, of leaves before `until`; says whether there was time for all."""
        while True:
            while self._freed and (until is None or self._freed[0] < until):
                if self.is_to_stop(patience):
                    return False
                self.take(self._next_freed())
            if until is not None or not (self._ready or self._turns or self._fresh):
                return True
            self.settle()

    def put_back(self, site_code: str) -> None:
        """Leave to the next call what waits no longer and there was no time for; it comes before what is younger."""
        runs: list[Unread] = []
        for leaf in self._freed:
            if runs and leaf == runs[-1].first_leaf + runs[-1].count:
                runs[-1].count += 1
            else:
                runs.append(Unread(site_id=site_code, first_leaf=leaf, count=1))
        Unread.objects.bulk_create(runs, BULK)

    def _next_freed(self) -> Event:
        leaf = self._freed[0]
        if leaf not in self._freed_at_hand:
            held = Event.custody.filter(leaf__in=self._freed[:FREED_AT_ONCE])
            self._freed_at_hand = {event.leaf: event for event in held.select_related(*EPOCH_OF_EVENT)}
            self.expect(list(self._freed_at_hand.values()))
        del self._freed[0]
        return self._freed_at_hand.pop(leaf)

    def let_in(self, event: Event, *, is_beside: bool) -> None:
        """Apply what two people let in, whoever wrote it, or beside the request that has its number."""
        self.register.beside = bytes(event.hash) if is_beside else b""
        self._write_readings()
        Reading.objects.filter(event=event).delete()
        self.take(event, is_released=True)
        self.end()
        if Reading.objects.filter(event=event, status=Status.REGISTERED).exists():
            self.changes.append(Change(event.epoch.site_id, entry=Released(event.hash)))

    def _read(
        self,
        event: Event,
        status: Status,
        code: str = "",
        *,
        doubt: str = "",
        is_out_of_turn: bool = False,
        awaited: bytes | None = None,
    ) -> None:
        made = _Made(event, status, code, doubt, is_out_of_turn, awaited)
        self._fresh.append(made)
        self._unwritten.append(made)
        if status is Status.REGISTERED:
            self._moved.add(bytes(event.appeal or event.hash))

    def _is_after_revocation(self, event: Event) -> bool:
        """Whether it came after its PC was withdrawn: held until two people release it.

        What is believed of a withdrawn PC was in custody by then, whichever `seq` a later branch begins at.
        """
        epoch = bytes(event.epoch_id)
        if epoch not in self._ends:
            self._ends[epoch] = getattr(event.epoch, "revocation", None)
        end = self._ends[epoch]
        return end is not None and end.came_before(event.leaf, event.taken_at)

    def _pass_over(self, event: Event) -> None:
        """Note that an event is refused before it is looked at; of a registration that accounts for a number."""
        self.register.authority.follow(event, explains=event.kind == EventKind.APPEAL_REGISTERED)

    def _keep_out(
        self, event: Event, status: Status, told: str, code: str | None = None, *, field: Parameter = ""
    ) -> None:
        """Leave an event in custody; its own office is told why, and which field it is, and nothing else happens.

        Of what a withdrawn PC brings on a day the office is told the first.
        """
        self._read(event, status, told[:64] if code is None else code)
        if status is Status.AFTER_REVOCATION and not self._is_told_as_held(event):
            return
        self.changes.append(Change(event.epoch.site_id, entry=Quarantined(event.hash, told[:64])))
        if field:
            self.changes.append(Change(event.epoch.site_id, entry=WrongField(event.hash, str(field)[:64])))

    def _is_told_as_held(self, event: Event) -> bool:
        epoch = bytes(event.epoch_id)
        if epoch not in self._told_as_held:
            self._told_as_held[epoch] = told_as_held(epoch)
        return event.leaf in self._told_as_held[epoch]

    def _quarantine(self, event: Event, refusal: Refusal) -> None:
        field = refusal.params.get("field", "") if isinstance(refusal, ContractError) else ""
        self._keep_out(event, Status.QUARANTINED, _code_of(refusal), field=field)

    def _prepare(self, event: Event, before: Before | None, *, is_released: bool) -> None:
        """Judge a new request as if what became of those gathered before it were written, and gather it too."""
        is_looked_up = not is_released and not self.register.is_bound(event)
        if is_looked_up and self.register.authority.needs_readings(event):
            self.settle()
            self._write_readings()
        judged = self._judged(event, before, is_released=is_released)
        self._follow(judged)
        self._ready.append(judged)
        if self._waited_for({bytes(event.hash)}):
            self.settle()

    def _judged(self, event: Event, before: Before | None, *, is_released: bool) -> _Judged:
        register = self.register
        is_judged = not is_released and not register.is_bound(event)
        try:
            header = register.header(event)
            if event.pk in register.too_new or not is_understood(header):
                return _Judged(event, before, is_released)  # judged when it is understood
            if is_judged:
                register.authority.demand(event, header)
                register.authority.demand_number(event, header)
            registration = registering.registration(event, header, forgiven=register.forgiven(event))
            if is_judged:
                register.demand_not_refused_before(event)
            if registration is not None:
                registration.appeal.is_second = register.is_let_in_beside(event)
                register.demand_free(registration.appeal)
        except ContractError as refusal:
            return _Judged(event, before, is_released, refusal=refusal)
        if registration is not None:
            if is_released:
                registration.code = RELEASED
            elif not is_judged and before is not None:
                registration.code, registration.doubt = before.code, before.doubt
        return _Judged(event, before, is_released, registration)

    def _follow(self, judged: _Judged) -> None:
        """Note what becomes of the number that a request gives; what people let in is no measure for the next."""
        authority, registration = self.register.authority, judged.registration
        if registration is None:
            authority.follow(judged.event, explains=True)
            return
        if judged.is_released:
            authority.forget_numbers(judged.event)
        else:
            authority.follow(judged.event, accepted=registration.header)
        if not registration.appeal.is_second:
            self.register.numbers.take(registration.appeal.number)

    def _turn(self, event: Event) -> Turn | None:
        """A turn of the centre's own that may be written among others; None for all that needs a closer look."""
        if event.kind not in TURNS or event.epoch.site_id != CENTRE:
            return None
        if event.appeal is None or event.body is None or self._waited_for({bytes(event.hash)}):
            return None
        try:
            header = self.register.header(event)
            body = read_body(header, bytes(event.body))
        except ContractError:
            return None
        return Turn(event, bytes(event.appeal), header, body) if isinstance(body, Routed | Erased) else None

    def settle(self) -> None:
        """Write what was gathered so far, and free what waited for what was read since the last time."""
        while self._ready or self._turns or self._fresh:
            ready, self._ready = self._ready, []
            self._register(ready)
            turns, self._turns = self._turns, []
            for start in range(0, len(turns), BULK):
                self._hand_over(turns[start : start + BULK])
            fresh, self._fresh = self._fresh, []
            self._free_waiting(fresh)

    def _hand_over(self, several: list[Turn]) -> None:
        try:
            with transaction.atomic():
                applied = applying.apply_turns(several, self.register)
        except (ContractError, IntegrityError, DataError):  # one by one, each refused by its own name
            for turn in several:
                self.register.forget(turn.event)
            for turn in several:
                self._take_alone(turn.event, self.register.read_before(turn.event))
            return
        for turn, one in zip(several, applied, strict=True):
            self._read(turn.event, Status.REGISTERED, is_out_of_turn=one.is_out_of_turn)
            self.changes += one.changes

    def _register(self, ready: list[_Judged]) -> None:
        for start in range(0, len(ready), BULK):
            several = ready[start : start + BULK]
            registrations = [one.registration for one in several if one.registration is not None]
            try:
                with transaction.atomic():
                    registering.register(registrations)
            except (IntegrityError, DataError):
                self._register_one_by_one(ready[start:])
                return
            for judged in several:
                self._enter(judged)

    def _register_one_by_one(self, ready: Sequence[_Judged]) -> None:
        """Judge requests anew and enter each as if it had come alone: the database refuses one of them.

        Where their numbers stand is asked for once, and followed from there.
        """
        register = self.register
        for gathered in ready:
            register.authority.forget_numbers(gathered.event)
            if gathered.registration is not None:
                register.numbers.forget(gathered.registration.appeal.number)
        for gathered in ready:
            if register.authority.needs_readings(gathered.event):
                self._write_readings()
            judged = self._judged(gathered.event, gathered.before, is_released=gathered.is_released)
            if judged.registration is not None:
                try:
                    with transaction.atomic():
                        registering.register([judged.registration])
                except (IntegrityError, DataError) as refusal:
                    judged = judged._replace(registration=None, refusal=refusal)
            self._follow(judged)
            self._enter(judged)

    def _enter(self, judged: _Judged) -> None:
        registration = judged.registration
        if judged.refusal is not None:
            self._quarantine(judged.event, judged.refusal)
        elif registration is None:
            self._read(judged.event, Status.STORED, KIND_UNKNOWN)
        else:
            appeal = registration.appeal
            self.register.remember(appeal)
            self._read(judged.event, Status.REGISTERED, registration.code, doubt=registration.doubt)
            self.changes.append(Change(appeal.site_id, judged.event, number=appeal.number))

    def _apply(self, event: Event, before: Before | None, *, is_released: bool) -> Applied | None:
        """Apply an event that is not a registration; returns what it changed, if it was applied."""
        register = self.register
        is_bound = register.is_bound(event)
        is_let_in_late = False
        try:
            header = register.header(event)
            body = None if event.is_erased and not event.said else read_body(header, event.said)
            is_strange = event.pk in register.too_new or (body is None and not is_understood(header))
            if is_strange or isinstance(body, UnknownBody):
                register.authority.follow(event)
                self._read(event, Status.STORED, KIND_UNKNOWN)
                return None
            demand_of_offices(event, header)
            if not (is_released or is_bound):
                is_released = is_let_in_late = self._judge(event, header, body)
            register.let_in = bytes(event.hash) if is_released and not is_let_in_late else b""
            if isinstance(body, ResolvedByPerson | AppealCorrected):
                self._write_readings()  # they look at what became of another event
            with transaction.atomic():
                if body is None:
                    applied = applying.apply_erased(event, header, register)
                else:
                    applied = applying.apply(event, header, body, register)
        except HeldBack as waiting:
            register.forget(event)
            register.authority.follow(event)
            self._read(event, Status.WAITING, awaited=waiting.awaited)
            self._awaited.add(waiting.awaited)
            return None
        except (ContractError, IntegrityError, DataError) as refusal:
            register.forget(event)
            register.authority.follow(event)
            self._quarantine(event, refusal)
            return None
        register.authority.follow(event, explains=event.kind == EventKind.HOLE)
        code, doubt = RELEASED if is_released else "", applied.doubt
        if is_bound and before is not None:
            code, doubt = before.code, before.doubt
        self._read(event, Status.REGISTERED, code, doubt=doubt, is_out_of_turn=applied.is_out_of_turn)
        self.changes += applied.changes
        if is_let_in_late:
            self.changes.append(Change(event.epoch.site_id, entry=Released(event.hash)))
        return applied

    def _judge(self, event: Event, header: Header, body: Body | None) -> bool:
        """Raise what speaks against an event, unless people let it in before; says whether they had to."""
        if self._is_after_revocation(event) and not _was_read_in_time(self.register.read_before(event)):
            return True  # only what was released gets so far
        try:
            self.register.authority.demand(event, header)
            self.register.demand_not_refused_before(event)
            applying.demand_not_erased(event, body, self.register)
        except ContractError:
            if not self._was_released(event):
                raise
            return True
        return False

    def _was_released(self, event: Event) -> bool:
        """Whether two people let an event in that then had to wait for its request, so that it is read once more."""
        if event.appeal is None or event.kind == EventKind.APPEAL_REGISTERED:
            return False
        self._write_readings()
        return applying.newest_decision(event, self.register) in applying.LETS_IN

    def _free_waiting(self, readings: Sequence[_Made]) -> None:
        """Take back the readings of what waited for what has just come: it is unread again."""
        if not readings:
            return
        arrived = self._waited_for(_arrived(readings))
        if not arrived:
            return
        self._write_readings()
        self._awaited -= arrived
        rows = Reading.objects.filter(status=Status.WAITING, awaited__in=arrived)
        may_wait = {CENTRE, *(one.event.epoch.site_id for one in readings)}
        own = rows.filter(event__epoch__site__in=may_wait)  # an office waits for no event of another (I19)
        waited = list(own.values_list("pk", "event__leaf"))
        for start in range(0, len(waited), BULK):
            Reading.objects.filter(pk__in=[pk for pk, _ in waited[start : start + BULK]]).delete()
        self._freed = sorted([*self._freed, *(leaf for _, leaf in waited)])

    def expect(self, events: Sequence[Event]) -> None:
        """Learn at once which of these events others wait for, and which numbers they give are taken."""
        self._waited_for(
            {bytes(event.hash) for event in events} | {bytes(event.appeal) for event in events if event.appeal}
        )
        self.register.expect_numbers(events)

    def _waited_for(self, hashes: set[bytes]) -> set[bytes]:
        """Which of these hashes events wait for; each is asked about once, and kept up from then on."""
        unknown = hashes - self._asked
        if unknown:  # hardly ever: a batch is asked about as a whole, and this is asked for each of its events
            self._asked |= unknown
            self._awaited |= _awaited_among(sorted(unknown))
        return hashes & self._awaited

    def _write_readings(self) -> None:
        readings, self._unwritten = self._unwritten, []
        rows = [
            (
                reading.event.pk,
                reading.status,
                reading.code,
                reading.doubt,
                reading.is_out_of_turn,
                reading.doubt in DOUBTFUL,
                reading.awaited,
            )
            for reading in readings
        ]
        insert_rows(Reading, READING_COLUMNS, rows)


def _was_refused(before: Before) -> bool:
    """Whether an event was quarantined first, whatever was made of it since, and cannot be judged again."""
    return before.is_binding and not before.is_in and before.status in (Status.QUARANTINED, Status.REGISTERED)


def _was_read_in_time(before: Before | None) -> bool:
    """Whether an event was read before its withdrawal was known here, as a restored centre may learn of one late.

    What the register took in then stays, and a register made anew is the register.
    """
    return before is not None and (before.is_in or before.status in (Status.QUARANTINED, *UNDECIDED_YET))


def _code_of(refusal: Refusal) -> str:
    match refusal:
        case ContractError():
            return refusal.code
        case IntegrityError():
            return "number_taken"
        case _:
            return "not_storable"


def _awaited_among(hashes: Sequence[bytes]) -> set[bytes]:
    """Which of these hashes events wait for."""
    waiting = Reading.objects.filter(awaited__isnull=False, status=Status.WAITING)
    if len(hashes) > 1 and not waiting.exists():  # a long list is dear to ask for
        return set()
    found: set[bytes] = set()
    for start in range(0, len(hashes), BULK):
        some = waiting.filter(awaited__in=hashes[start : start + BULK])
        found |= {bytes(awaited) for awaited in some.values_list("awaited", flat=True).distinct() if awaited}
    return found


def _arrived(readings: Sequence[_Made]) -> set[bytes]:
    """What may have been waited for.

    Events that were applied, a request that a correction brought in, and a quarantined request, because the correction
    that stands in for it may have overtaken it.
    """
    hashes = set()
    for reading in readings:
        event = reading.event
        if reading.status == Status.REGISTERED:
            hashes.add(bytes(event.hash))
            if event.kind == EventKind.APPEAL_CORRECTED and event.appeal is not None:
                hashes.add(bytes(event.appeal))
        elif reading.status == Status.QUARANTINED and event.kind == EventKind.APPEAL_REGISTERED:
            hashes.add(bytes(event.hash))
    return hashes
