"""The only writer of the register: makes of each event in custody what it says, once, in order of custody.

An event that cannot be applied is quarantined by name and holds back only its own request; one that comes before what
it builds on waits for it; one that the workflow does not expect in the present state is kept and marked, for a person
to decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from server_sync.appeals import applying
from server_sync.appeals.applying import HeldBack, Quarantine, Register
from server_sync.common.rows import insert_rows
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, UnknownBody, read_body, read_header
from server_sync.contract.messages import Quarantined, Status
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event, Reading

BULK = 500


@dataclass(slots=True)
class Outcome:
    """What a run of interpretation came to: the readings to be written and what sites must learn."""

    readings: list[Reading] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def interpret(events: Iterable[Event], register: Register | None = None) -> list[Change]:
    """Apply events in order, write their readings, and return what sites have to learn.

    Call inside a transaction, with events that have no reading yet.
    """
    register = register or Register()
    outcome = Outcome()
    ready: list[applying.Registration] = []
    for event in events:
        if event.kind == EventKind.APPEAL_REGISTERED:
            registration = _prepare(event, register, outcome)
            if registration is not None:
                ready.append(registration)
            continue
        _register_all(ready, register, outcome)
        ready = []
        _apply_one(event, register, outcome)
    _register_all(ready, register, outcome)
    _write_readings(outcome.readings)
    released = _release(register, outcome.readings)
    return outcome.changes + released


def interpret_waiting() -> list[Change]:
    """Take up what was in custody when the program stopped; call inside a transaction."""
    return interpret(Event.objects.filter(reading=None).select_related("epoch__site").order_by("leaf"))


def _write_readings(readings: Sequence[Reading]) -> None:
    rows = [
        (reading.event_id, reading.status, reading.code, reading.is_out_of_turn, reading.awaited)
        for reading in readings
    ]
    insert_rows(Reading, ("event_id", "status", "code", "is_out_of_turn", "awaited"), rows)


def _prepare(event: Event, register: Register, outcome: Outcome) -> applying.Registration | None:
    try:
        return applying.registration(event)
    except ContractError as refusal:
        _quarantine(event, refusal.code, outcome)
        return None


def _register_all(ready: Sequence[applying.Registration], register: Register, outcome: Outcome) -> None:
    for start in range(0, len(ready), BULK):
        several = ready[start : start + BULK]
        try:
            with transaction.atomic():
                applying.register(several)
        except IntegrityError:
            several = [item for item in several if _register_alone(item, outcome)]
        for item in several:
            register.remember(item.appeal)
            outcome.readings.append(Reading(event=item.appeal.event, status=Status.REGISTERED))
            outcome.changes.append(Change(item.appeal.site_id, item.appeal.event, number=item.appeal.number))


def _register_alone(item: applying.Registration, outcome: Outcome) -> bool:
    try:
        with transaction.atomic():
            applying.register([item])
    except IntegrityError:
        _quarantine(item.appeal.event, "number_taken", outcome)
        return False
    return True


def _apply_one(event: Event, register: Register, outcome: Outcome) -> None:
    try:
        header = read_header(bytes(event.header))
        body = None if event.body is None else read_body(header, bytes(event.body))
    except ContractError as refusal:
        _quarantine(event, refusal.code, outcome)
        return
    if isinstance(body, UnknownBody):
        outcome.readings.append(Reading(event=event, status=Status.STORED, code="kind_unknown"))
        return
    try:
        with transaction.atomic():
            applied = (
                applying.apply_erased(event, header, register)
                if body is None
                else applying.apply(event, header, body, register)
            )
    except HeldBack as waiting:
        outcome.readings.append(Reading(event=event, status=Status.WAITING, awaited=waiting.awaited))
        return
    except Quarantine as refusal:
        register.forget(event)
        _quarantine(event, refusal.code, outcome)
        return
    outcome.readings.append(Reading(event=event, status=Status.REGISTERED, is_out_of_turn=applied.is_out_of_turn))
    outcome.changes += applied.changes


def _quarantine(event: Event, code: str, outcome: Outcome) -> None:
    outcome.readings.append(Reading(event=event, status=Status.QUARANTINED, code=code[:64]))
    outcome.changes.append(Change(event.epoch.site_id, entry=Quarantined(event.hash, code[:64])))


def _release(register: Register, readings: Sequence[Reading]) -> list[Change]:
    """Apply what waited for these events, and what waited for that, until nothing moves."""
    changes: list[Change] = []
    arrived = _arrived(readings)
    while arrived:
        freed = list(
            Reading.objects.filter(status=Status.WAITING, awaited__in=arrived)
            .select_related("event__epoch__site")
            .order_by("event__leaf")
        )
        Reading.objects.filter(pk__in=[reading.pk for reading in freed]).delete()
        outcome = Outcome()
        for reading in freed:
            _apply_one(reading.event, register, outcome)
        _write_readings(outcome.readings)
        changes += outcome.changes
        arrived = _arrived(outcome.readings)
    return changes


def _arrived(readings: Sequence[Reading]) -> list[bytes]:
    """What may have been waited for: events that were applied, and the request that a correction brought in."""
    hashes = {bytes(reading.event.hash) for reading in readings if reading.status == Status.REGISTERED}
    for reading in readings:
        if reading.event.kind == EventKind.APPEAL_CORRECTED and reading.event.appeal is not None:
            hashes.add(bytes(reading.event.appeal))
    return sorted(hashes)
