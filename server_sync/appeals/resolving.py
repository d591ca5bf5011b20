"""Lets two people decide what the program must not: events of a withdrawn PC, a number given twice, a quarantine."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.applying import KEPT_OUT, OF_REFERENCE, STANDS, UNDECIDED_YET, Decision
from server_sync.appeals.authority import LINKED
from server_sync.appeals.four_eyes import demand_two
from server_sync.appeals.models import Appeal
from server_sync.appeals.numbered import BEARING_MOST, bearing
from server_sync.appeals.offices import office_of
from server_sync.appeals.registering import given_number, giving_number
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import ResolvedByPerson
from server_sync.contract.events import FIRST_OF_CENTRE, EventKind
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal import centre
from server_sync.journal.models import Event, Fork, Reading
from server_sync.workplaces.models import CENTRE

RELEASABLE: Final = frozenset(
    {
        *("person_missing", "person_unknown", "role_missing", "counter_wrong", "year_wrong", KEPT_OUT),
        *("request_kept_out", "request_erased"),
        *OF_REFERENCE,
    }
)
"""Codes of quarantine that a release can lift: doubts about author or number, and words the reference data may know by
now. What an event itself says wrong it would say again; the office corrects it.
"""
LOOKED_AT: Final = Q(code__in=(KEPT_OUT, LINKED)) | Q(doubt=STANDS)
"""Readings of forks that two people have looked at."""


def offered(event: Event, reading: Reading | None) -> tuple[Decision, ...]:
    """List the decisions that would change something about an event as it stands; none when nothing is to decide."""
    if reading is None:
        return ()
    if event.epoch.site_id != CENTRE and event.kind >= FIRST_OF_CENTRE:
        is_open = reading.code != KEPT_OUT and reading.status != Status.REGISTERED
        return (Decision.KEEP_OUT,) if is_open else ()
    if reading.status in (Status.QUARANTINED, Status.AFTER_REVOCATION):
        holder = number_holder(event)
        if holder is not None:
            has_room = bearing(holder.number).count() < BEARING_MOST
            is_registration = event.kind == EventKind.APPEAL_REGISTERED
            found = [Decision.BESIDE] if has_room else []
            found += [*([Decision.LINK] if is_registration else []), Decision.KEEP_OUT]
        elif reading.status == Status.AFTER_REVOCATION or _is_releasable(event, reading):
            found = [Decision.RELEASE, Decision.KEEP_OUT]
        else:
            found = [Decision.KEEP_OUT]
        return tuple(one for one in found if not (one is Decision.KEEP_OUT and reading.code == KEPT_OUT))
    if reading.status in UNDECIDED_YET:
        return (Decision.KEEP_OUT,)
    is_open = open_forks().filter(event=event).exists() or is_open_surprise(event, reading) or reading.is_marked
    if reading.status == Status.REGISTERED and is_open:
        return (Decision.LET_STAND,)
    return ()


def _is_releasable(event: Event, reading: Reading) -> bool:
    """A correction is held for what it corrects, or its number; when that has come in, nothing is in its way."""
    of_another = reading.code == "number_taken" and event.kind != EventKind.APPEAL_REGISTERED
    return reading.code in RELEASABLE or of_another


def number_holder(event: Event) -> Appeal | None:
    """The request of the register that had the number first which this event gives; None when it is free."""
    giving = giving_number(event)
    number = "" if giving is None else given_number(giving)
    if giving is None or not number:
        return None
    holders = Appeal.objects.filter(number=number, is_second=False).exclude(hash=giving.hash)
    return holders.only("hash", "number", "taken_at").first()


def open_forks() -> QuerySet[Fork]:
    """Second branches of epochs of which nobody has looked at the first event yet."""
    return Fork.objects.exclude(event__reading__in=Reading.objects.filter(LOOKED_AT))


def is_open_surprise(event: Event, reading: Reading) -> bool:
    """Whether the state of its request did not expect this event, and the doubt still stands."""
    return reading.is_out_of_turn and Appeal.objects.filter(hash=event.appeal, has_doubt=True).exists()


def resolve(event_hash: bytes, decision: Decision, reason: str, *, person: bytes, second_person: bytes) -> Event:
    """Decide a doubt: let the event in, keep it out, link it to the request that has its number, or let it stand.

    Of a number given twice also: let the event in beside the request that has it.

    Raises Refused `event_unknown`, `nothing_to_resolve`, `decision_not_fitting`, `second_person_needed`,
    `role_missing` (both people must be central operators of its office today), or why it cannot be carried out.
    """
    with transaction.atomic():
        target = Event.custody.select_related("epoch").filter(hash=event_hash).first()
        if target is None:
            raise Refused("event_unknown")
        demand_two(Role.CENTRAL_OPERATOR, person, second_person, office_of(target))
        catch_up([target.epoch.site_id])
        reading = Reading.objects.get(event=target)
        possible = offered(target, reading)
        if not possible:
            raise Refused("nothing_to_resolve")
        if decision not in possible:
            raise Refused("decision_not_fitting", decision=decision.value)
        return write([_act(target, reading, decision, reason, person, second_person)])[0]


def resolve_alike(
    targets: Sequence[Event], decision: Decision, reason: str, *, person: bytes, second_person: bytes
) -> int:
    """Decide a few doubts of one office alike, and pass over those that stand otherwise by now; returns how many.

    Not for releases: of each of them has to be seen whether it lets the event in. Raises Refused as `resolve`.
    """
    with transaction.atomic():
        demand_two(Role.CENTRAL_OPERATOR, person, second_person, office_of(targets[0]))
        catch_up([targets[0].epoch.site_id])
        readings = {reading.event_id: reading for reading in Reading.objects.filter(event__in=targets)}
        acts = [
            _act(target, reading, decision, reason, person, second_person)
            for target in targets
            if (reading := readings.get(target.pk)) is not None and decision in offered(target, reading)
        ]
        write(acts)
        return len(acts)


def _act(
    target: Event, reading: Reading, decision: Decision, reason: str, person: bytes, second_person: bytes
) -> centre.Act:
    doubt = reading.code or reading.doubt or Status(reading.status).name.lower()
    body = ResolvedByPerson(bytes(target.hash), doubt[:40], decision.value, reason, second_person)
    return centre.Act(body, _own_request(target), person)


def _own_request(event: Event) -> bytes | None:
    """The request that an event belongs to; none when it spoke of another office's, which learns nothing of it."""
    if Appeal.objects.filter(hash=event.appeal).exclude(site=event.epoch.site_id).exists():
        return None
    return event.appeal
