"""Lets two people decide what the program must not: events of a withdrawn PC, a number given twice, a quarantine."""

from django.db import transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.applying import Decision
from server_sync.appeals.four_eyes import demand_two
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import ResolvedByPerson
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal import centre
from server_sync.journal.models import Event, Reading


def resolve(event_hash: bytes, decision: Decision, reason: str, *, person: bytes, second_person: bytes) -> Event:
    """Decide an event that is held back: let it in, keep it out, or link it to the request that has its number.

    Raises Refused `event_unknown`, `nothing_to_resolve`, `second_person_needed`, `role_missing` (both people must be
    central operators today), or the reason why the decision cannot be carried out.
    """
    demand_two(Role.CENTRAL_OPERATOR, person, second_person)
    with transaction.atomic():
        target = Event.objects.select_related("epoch").filter(hash=event_hash).first()
        if target is None:
            raise Refused("event_unknown")
        catch_up([target.epoch.site_id])
        reading = Reading.objects.get(event=target)
        if reading.status not in (Status.QUARANTINED, Status.AFTER_REVOCATION):
            raise Refused("nothing_to_resolve")
        doubt = reading.code or Status(reading.status).name.lower()
        body = ResolvedByPerson(event_hash, doubt[:40], decision.value, reason, second_person)
        return write([centre.Act(body, target.appeal, person)])[0]
