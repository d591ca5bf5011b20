"""Acts of the centre on requests: checked against the state as it is, written as events, applied, told to the office.

The feed of the request's site is locked first and what the office sent before is interpreted, so that everything about
one request happens in order of custody; the lock order is feeds, then the centre's chain, then the log.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import transaction

from server_sync.appeals.actions import catch_up, catch_up_by_and_by, interpret
from server_sync.appeals.applying import Register
from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Body
from server_sync.contract.events import KIND_OF, NO_PERSON
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role, State, may_be_by_rule, step, who_may
from server_sync.evidence.log import current_log
from server_sync.journal import centre, feeds
from server_sync.journal.models import Event, Reading, Unread


def perform(
    appeal_hash: bytes,
    body: Body,
    *,
    person: bytes = NO_PERSON,
    expect: Callable[[Appeal], None] | None = None,
) -> Event:
    """Do one thing to one request, on behalf of a person.

    Raises Refused `appeal_unknown`, `person_missing`, `not_in_this_state` (the request moved on meanwhile: look again),
    or what `expect` raises about the request as it stands under the lock.
    """
    kind = KIND_OF[type(body)]
    if person == NO_PERSON and not (may_be_by_rule(kind) or who_may(kind, Role.APPLICANT)):
        raise Refused("person_missing")
    _read_before(appeal_hash)
    with transaction.atomic():
        appeal = _locked(appeal_hash)
        if expect is not None:
            expect(appeal)
        reached = step(State(appeal.state), kind, before_return=appeal.state_before_return or None)
        if reached.is_out_of_turn:
            raise Refused("not_in_this_state", state=appeal.state)
        act = centre.Act(body, appeal_hash, person, follows=(bytes(appeal.last_event.hash),))
        return write([act])[0]


def perform_by_rule(acts: Sequence[tuple[Appeal, Body]]) -> list[Event]:
    """Do what rules say to many requests at once.

    Call inside a transaction, their sites caught up with and the requests read since.
    """
    register = Register()
    for appeal, _ in acts:
        register.remember(appeal)
    said = [centre.Act(body, bytes(appeal.hash), follows=(bytes(appeal.last_event.hash),)) for appeal, body in acts]
    return write(said, register)


def write(acts: Sequence[centre.Act], register: Register | None = None) -> list[Event]:
    """Write acts as the centre's events, apply them and tell the offices; all of them or none.

    Call inside a transaction, the sites concerned caught up with. Raises Refused with the reason that one cannot be
    applied. `register` holds requests that were read since, and saves reading them again.
    """
    events = centre.write(acts, datetime.now(UTC))
    changes = interpret(events, register)
    refused = Reading.objects.filter(event__in=events).exclude(status=Status.REGISTERED).first()
    if refused is not None:
        raise Refused(refused.code or "not_applied")
    feeds.append(changes, current_log().server_epoch)
    return events


def _read_before(appeal_hash: bytes) -> None:
    """Interpret what the request's office sent, letting others in between; under the lock there is little left."""
    site_code = Appeal.objects.filter(hash=appeal_hash).values_list("site_id", flat=True).first()
    if site_code is not None and Unread.objects.filter(site=site_code).exists():
        catch_up_by_and_by(site_code)


def _locked(appeal_hash: bytes) -> Appeal:
    """The request as it stands, its site caught up with and held until the transaction ends."""
    site_code = Appeal.objects.filter(hash=appeal_hash).values_list("site_id", flat=True).first()
    if site_code is None:
        raise Refused("appeal_unknown")
    catch_up([site_code])
    return Appeal.objects.select_related("last_event").get(hash=appeal_hash)
