"""Erases what a citizen said, everywhere and for ever, on a legal ground and by two people.

The event's header and the hash of its salted words stay, so the chain, the log and every receipt remain valid; without
the salt the hash proves nothing about the person. What the event decided stays too, without its words
(contract.erasure). What was erased is also noted in a file beside the database, by hash alone: a restored backup, which
has the words again, carries the erasures out before it serves.
"""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import write
from server_sync.appeals.four_eyes import demand_two
from server_sync.appeals.offices import office_of_request
from server_sync.appeals.rebuilding import rebuild_one
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Erased
from server_sync.contract.erasure import ERASABLE, remains_of
from server_sync.contract.events import read_header
from server_sync.contract.workflow import Role
from server_sync.journal import centre
from server_sync.journal.models import Event

Forget = Callable[[bytes], object]
"""Deletes what a room keeps beside the events about the request of this hash (drafts, notes)."""

NOTED_FILE: Final = "erased"
AT_ONCE: Final = 500
_forgetting: list[Forget] = []


def also_forget(forget: Forget) -> None:
    """Register a room's own deletion, called inside the transaction of every erasure; rooms above call it once."""
    _forgetting.append(forget)


def erase(event_hash: bytes, ground: str, person: bytes, second_person: bytes) -> Event:
    """Erase one event of a request and tell its office to do the same.

    Raises Refused `event_unknown`, `second_person_needed`, `role_missing` (both people must be administrators of the
    request's office today), `erased_already`, `not_erasable`.
    """
    with transaction.atomic():
        target = Event.custody.select_related("epoch").filter(hash=event_hash).first()
        if target is None or target.appeal is None:
            raise Refused("event_unknown")
        demand_two(Role.ADMINISTRATOR, person, second_person, office_of_request(bytes(target.appeal)))
        if target.kind not in ERASABLE:
            raise Refused("not_erasable")
        catch_up([target.epoch.site_id])
        if Event.custody.get(pk=target.pk).body is None:
            raise Refused("erased_already")
        act = write([centre.Act(Erased(event_hash, ground, second_person), target.appeal, person)])[0]
        forget_words(event_hash)
        transaction.on_commit(partial(_finish, [event_hash]))
        return act


def erase_request(appeal_hash: bytes, ground: str, person: bytes, second_person: bytes) -> int:
    """Erase every event of a request in which anybody says something; returns how many. Raises as `erase`."""
    said = Event.custody.filter(appeal=appeal_hash, kind__in=ERASABLE, body__isnull=False).order_by("leaf")
    hashes = [bytes(event_hash) for event_hash in said.values_list("hash", flat=True)]
    if not hashes:
        raise Refused("event_unknown")
    with transaction.atomic():
        for event_hash in hashes:
            erase(event_hash, ground, person, second_person)
    return len(hashes)


def forget_words(event_hash: bytes) -> None:
    """Carry an erasure out in the journal and the register. Call inside a transaction, the site's feed locked."""
    target = Event.custody.get(hash=event_hash)
    if target.body is not None:
        remains = remains_of(read_header(bytes(target.header)), bytes(target.body))
        Event.custody.filter(pk=target.pk).update(salt=None, body=None, remains=remains)
    if target.appeal is None:
        return
    rebuild_one(bytes(target.appeal))
    for forget in _forgetting:
        forget(bytes(target.appeal))


def replay_erasures() -> int:
    """Carry out what was erased once and is here again, as in a restored backup; returns how many events."""
    again = 0
    noted, in_journal = erased_here(), _erased_by_events()
    for event_hash in sorted(noted | in_journal):
        with transaction.atomic():
            target = Event.custody.select_related("epoch").filter(hash=event_hash, body__isnull=False).first()
            if target is None:
                continue
            catch_up([target.epoch.site_id])
            forget_words(event_hash)
            again += 1
    missing = sorted(in_journal - noted)
    if again or missing:
        _finish(missing)
    return again


def is_here_again() -> bool:
    """Whether the words of an event that was erased are in the journal: only a restored backup brings them."""
    hashes = sorted(erased_here())
    return any(
        Event.custody.filter(hash__in=hashes[start : start + AT_ONCE], body__isnull=False).exists()
        for start in range(0, len(hashes), AT_ONCE)
    )


def _finish(event_hashes: Sequence[bytes]) -> None:
    """Note erasures beside the database, durably, and overwrite what SQLite keeps of old rows in its journal.

    A stop before this loses nothing: what the journal says is noted at the next start. PostgreSQL's own vacuum
    overwrites old rows there.
    """
    with noted_file().open("a", encoding="ascii") as file:
        file.writelines(f"{event_hash.hex()}\n" for event_hash in event_hashes)
        file.flush()
        os.fsync(file.fileno())
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def noted_file() -> Path:
    """Where erasures are noted, one hash a line; it belongs into every backup, newest first of all."""
    return Path(settings.LIAISON_HOME) / NOTED_FILE


def erased_here() -> set[bytes]:
    """The events that were erased by this centre, as noted beside the database."""
    if not noted_file().exists():
        return set()
    lines = noted_file().read_text(encoding="ascii", errors="replace").split()
    return {bytes.fromhex(line) for line in lines if len(line) == 64 and set(line) <= set("0123456789abcdef")}


def _erased_by_events() -> set[bytes]:
    return {act.body.event for act in centre.acts_of(Erased)}
