"""The only writer of the register: makes of each event in custody what it says, once, in order of custody.

An event that cannot be applied is quarantined by name and holds back only its own request; one that comes before what
it builds on waits for it; one that the workflow does not expect in the present state is kept and marked, for a person
to decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, transaction

from server_sync.appeals import applying, registering
from server_sync.appeals.applying import EPOCH_OF_READING, Applied, Register
from server_sync.appeals.refusals import HeldBack
from server_sync.common.rows import insert_rows
from server_sync.contract.errors import ContractError
from server_sync.contract.events import BODY_VERSION, EventKind, Header, UnknownBody, read_body
from server_sync.contract.messages import Quarantined, Released, Status
from server_sync.evidence.log import current_log
from server_sync.journal import feeds
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, Reading, Unread

BULK = 500
EPOCH_OF_EVENT = ("epoch__site", "epoch__revocation", "epoch__fork__event")
KIND_UNKNOWN = "kind_unknown"
"""Code of an event of the future: in custody, interpreted after the update."""


@dataclass(slots=True)
class Outcome:
    """What a run of interpretation came to: readings to be written, what sites must learn, what people let in."""

    readings: list[Reading] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    freed: list[Event] = field(default_factory=list)


def catch_up(sites: Sequence[str], fresh: Sequence[Event] = (), headers: dict[bytes, Header] | None = None) -> None:
    """Interpret what lies in custody of these sites, oldest first, and tell their offices.

    Call inside a transaction; it holds the sites' feeds from here on. Whoever writes about a site's requests calls it
    first: so they are interpreted in order of custody, also after a crash. `fresh` and `headers` save reading again.
    """
    feeds.lock(sites)
    batches = list(Unread.objects.filter(site__in=sites).order_by("first_leaf"))
    if not batches:
        return
    at_hand = {event.leaf: event for event in fresh}
    events: list[Event] = []
    for batch in batches:
        leaves = range(batch.first_leaf, batch.first_leaf + batch.count)
        if all(leaf in at_hand for leaf in leaves):
            events += [at_hand[leaf] for leaf in leaves]
        else:
            events += events_of_leaves(leaves)
    changes = interpret(events, Register(headers=headers or {}))
    feeds.append(changes, current_log().server_epoch)
    Unread.objects.filter(pk__in=[batch.pk for batch in batches]).delete()


def interpret_waiting() -> None:
    """Take up what was in custody when the program stopped, and what an update made understandable."""
    with transaction.atomic():
        catch_up(sorted(set(Unread.objects.values_list("site_id", flat=True))))
    with transaction.atomic():
        _understand_now()


def events_of_leaves(leaves: range) -> list[Event]:
    """Events as interpretation wants them, in order of custody."""
    held = Event.objects.filter(leaf__gte=leaves.start, leaf__lt=leaves.stop)
    return list(held.select_related(*EPOCH_OF_EVENT).order_by("leaf"))


def _understand_now() -> None:
    """Interpret events that were of an unknown kind before this program was updated."""
    strange = Reading.objects.filter(status=Status.STORED, code=KIND_UNKNOWN).select_related(*EPOCH_OF_READING)
    known = [reading for reading in strange.order_by("event__leaf") if _is_known_now(reading.event)]
    if not known:
        return
    feeds.lock({reading.event.epoch.site_id for reading in known})
    Reading.objects.filter(pk__in=[reading.pk for reading in known]).delete()
    feeds.append(interpret([reading.event for reading in known]), current_log().server_epoch)


def _is_known_now(event: Event) -> bool:
    if event.kind not in set(EventKind):
        return False
    return Register().header(event).body_version <= BODY_VERSION


def interpret(events: Iterable[Event], register: Register | None = None) -> list[Change]:
    """Apply events in order, write their readings, and return what sites have to learn.

    Call inside a transaction with the sites' feeds locked, with events that have no reading yet.
    """
    register = register or Register()
    outcome = _run(events, register)
    changes = outcome.changes
    while True:
        let_in = _run(outcome.freed, register, is_released=True) if outcome.freed else Outcome()
        awaited = _run(_no_longer_waiting([*outcome.readings, *let_in.readings]), register)
        changes += [*let_in.changes, *awaited.changes]
        outcome = Outcome([*let_in.readings, *awaited.readings], [], [*let_in.freed, *awaited.freed])
        if not outcome.readings and not outcome.freed:
            return changes


def _run(events: Iterable[Event], register: Register, *, is_released: bool = False) -> Outcome:
    """Apply events once, in order; `is_released`: two people let them in whoever wrote them."""
    outcome = Outcome()
    ready: list[registering.Registration] = []
    for event in events:
        if is_released:
            Reading.objects.filter(event=event).delete()
        elif _is_after_revocation(event):
            outcome.readings.append(Reading(event=event, status=Status.AFTER_REVOCATION))
            outcome.changes.append(Change(event.epoch.site_id, entry=Quarantined(event.hash, "after_revocation")))
            continue
        if event.kind == EventKind.APPEAL_REGISTERED:
            registration = _prepare(event, register, outcome, is_released=is_released)
            if registration is not None:
                ready.append(registration)
            continue
        _register_all(ready, register, outcome)
        ready = []
        _apply_one(event, register, outcome, is_released=is_released)
    _register_all(ready, register, outcome)
    if is_released:
        come_in = [reading.event for reading in outcome.readings if reading.status == Status.REGISTERED]
        outcome.changes += [Change(event.epoch.site_id, entry=Released(event.hash)) for event in come_in]
    _write_readings(outcome.readings)
    return outcome


def _is_after_revocation(event: Event) -> bool:
    """Whether an event came from a withdrawn PC that should have stopped: held until two people release it."""
    revocation = getattr(event.epoch, "revocation", None)
    if revocation is None:
        return False
    return bool(event.seq > revocation.last_good_seq and event.taken_at > revocation.revoked_at)


def _write_readings(readings: Sequence[Reading]) -> None:
    rows = [
        (reading.event_id, reading.status, reading.code, reading.is_out_of_turn, reading.awaited)
        for reading in readings
    ]
    insert_rows(Reading, ("event_id", "status", "code", "is_out_of_turn", "awaited"), rows)


def _prepare(
    event: Event, register: Register, outcome: Outcome, *, is_released: bool
) -> registering.Registration | None:
    try:
        header = register.header(event)
        if not is_released:
            register.authority.demand(event, header)
            register.authority.demand_number(event, header)
        registration = registering.registration(event, header)
    except ContractError as refusal:
        _quarantine(event, refusal.code, outcome)
        return None
    if registration is None:
        outcome.readings.append(Reading(event=event, status=Status.STORED, code=KIND_UNKNOWN))
    return registration


def _register_all(ready: Sequence[registering.Registration], register: Register, outcome: Outcome) -> None:
    for start in range(0, len(ready), BULK):
        several = ready[start : start + BULK]
        try:
            with transaction.atomic():
                registering.register(several)
        except (IntegrityError, DataError):
            several = [item for item in several if _register_alone(item, outcome)]
        for item in several:
            register.remember(item.appeal)
            outcome.readings.append(Reading(event=item.appeal.event, status=Status.REGISTERED))
            outcome.changes.append(Change(item.appeal.site_id, item.appeal.event, number=item.appeal.number))


def _register_alone(item: registering.Registration, outcome: Outcome) -> bool:
    try:
        with transaction.atomic():
            registering.register([item])
    except IntegrityError:
        _quarantine(item.appeal.event, "number_taken", outcome)
        return False
    except DataError:
        _quarantine(item.appeal.event, "not_storable", outcome)
        return False
    return True


def _apply_one(event: Event, register: Register, outcome: Outcome, *, is_released: bool) -> None:
    try:
        header = register.header(event)
        body = None if event.body is None else read_body(header, bytes(event.body))
        if isinstance(body, UnknownBody):
            outcome.readings.append(Reading(event=event, status=Status.STORED, code=KIND_UNKNOWN))
            return
        if not is_released:
            register.authority.demand(event, header)
        with transaction.atomic():
            applied = (
                applying.apply_erased(event, header, register)
                if body is None
                else applying.apply(event, header, body, register)
            )
    except HeldBack as waiting:
        register.forget(event)
        outcome.readings.append(Reading(event=event, status=Status.WAITING, awaited=waiting.awaited))
    except ContractError as refusal:
        register.forget(event)
        _quarantine(event, refusal.code, outcome)
    except IntegrityError:
        register.forget(event)
        _quarantine(event, "number_taken", outcome)
    except DataError:
        register.forget(event)
        _quarantine(event, "not_storable", outcome)
    else:
        _note_applied(event, applied, outcome)


def _note_applied(event: Event, applied: Applied, outcome: Outcome) -> None:
    outcome.readings.append(Reading(event=event, status=Status.REGISTERED, is_out_of_turn=applied.is_out_of_turn))
    outcome.changes += applied.changes
    if applied.freed is not None:
        outcome.freed.append(applied.freed)


def _quarantine(event: Event, code: str, outcome: Outcome) -> None:
    outcome.readings.append(Reading(event=event, status=Status.QUARANTINED, code=code[:64]))
    outcome.changes.append(Change(event.epoch.site_id, entry=Quarantined(event.hash, code[:64])))


def _no_longer_waiting(readings: Sequence[Reading]) -> list[Event]:
    """Events that waited for what has just come, oldest first; their readings are taken back."""
    arrived = _arrived(readings)
    if not arrived:
        return []
    waited = list(
        Reading.objects.filter(status=Status.WAITING, awaited__in=arrived)
        .select_related(*EPOCH_OF_READING)
        .order_by("event__leaf")
    )
    Reading.objects.filter(pk__in=[reading.pk for reading in waited]).delete()
    return [reading.event for reading in waited]


def _arrived(readings: Sequence[Reading]) -> list[bytes]:
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
    return sorted(hashes)
