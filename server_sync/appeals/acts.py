"""Acts of the centre on requests: checked against the state as it is, written as events, applied, told to the office.

The feed of the request's site is locked first, so that acts on one office's requests come one after another; the lock
order is feeds, then the centre's chain, then the log.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import transaction

from server_sync.appeals.actions import interpret
from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Body
from server_sync.contract.events import KIND_OF, NO_PERSON
from server_sync.contract.workflow import State, step
from server_sync.evidence.log import current_log
from server_sync.journal import centre, feeds
from server_sync.journal.models import Event


def perform(
    appeal_hash: bytes,
    body: Body,
    *,
    person: bytes = NO_PERSON,
    expect: Callable[[Appeal], None] | None = None,
) -> Event:
    """Do one thing to one request, on behalf of a person.

    Raises Refused `appeal_unknown`, `not_in_this_state` (the request moved on meanwhile: look again), or what `expect`
    raises about the request as it stands under the lock.
    """
    with transaction.atomic():
        appeal = _locked(appeal_hash)
        if expect is not None:
            expect(appeal)
        reached = step(State(appeal.state), KIND_OF[type(body)], before_return=appeal.state_before_return or None)
        if reached.is_out_of_turn:
            raise Refused("not_in_this_state", state=appeal.state)
        act = centre.Act(body, appeal_hash, person, follows=(bytes(appeal.last_event.hash),))
        return _write([act])[0]


def perform_by_rule(acts: Sequence[tuple[Appeal, Body]]) -> list[Event]:
    """Do what rules say to many requests at once. Call inside a transaction with their sites' feeds locked."""
    return _write(
        [centre.Act(body, bytes(appeal.hash), follows=(bytes(appeal.last_event.hash),)) for appeal, body in acts]
    )


def _write(acts: Sequence[centre.Act]) -> list[Event]:
    events = centre.write(acts, datetime.now(UTC))
    feeds.append(interpret(events), current_log().server_epoch)
    return events


def _locked(appeal_hash: bytes) -> Appeal:
    """The request as it stands, with its site's feed held until the transaction ends."""
    site_code = Appeal.objects.filter(hash=appeal_hash).values_list("site_id", flat=True).first()
    if site_code is None:
        raise Refused("appeal_unknown")
    feeds.lock([site_code])
    return Appeal.objects.select_related("last_event").get(hash=appeal_hash)
