"""Erases what a citizen said, everywhere and for ever, on a legal ground and by two people.

The event's header and the hash of its salted words stay, so the chain, the log and every receipt remain valid; without
the salt the hash proves nothing about the person.
"""

from django.db import transaction

from server_sync.appeals.acts import perform
from server_sync.appeals.rebuilding import rebuild_one
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Erased
from server_sync.journal.models import Event


def erase(event_hash: bytes, ground: str, person: bytes, second_person: bytes) -> Event:
    """Erase one event of a request and tell its office to do the same.

    Raises Refused `event_unknown`, `second_person_needed`, `erased_already`.
    """
    if person == second_person:
        raise Refused("second_person_needed")
    with transaction.atomic():
        target = Event.objects.filter(hash=event_hash, appeal__isnull=False).first()
        if target is None or target.appeal is None:
            raise Refused("event_unknown")
        if target.body is None:
            raise Refused("erased_already")
        appeal_hash = bytes(target.appeal)
        act = perform(appeal_hash, Erased(event_hash, ground, second_person), person=person)
        forget_words(event_hash)
        return act


def forget_words(event_hash: bytes) -> None:
    """Carry an erasure out in the journal and the register; a restored backup does this before it serves."""
    target = Event.objects.get(hash=event_hash)
    Event.objects.filter(pk=target.pk).update(salt=None, body=None)
    if target.appeal is not None:
        rebuild_one(bytes(target.appeal))
