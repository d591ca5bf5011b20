"""Erases what a citizen said, everywhere and for ever, on a legal ground and by two people.

The event's header and the hash of its salted words stay, so the chain, the log and every receipt remain valid; without
the salt the hash proves nothing about the person. What the event decided stays too, without its words
(contract.erasure). What was erased is also noted in a file beside the database, by hash, with office and request: a
restored backup, which has the words again, carries the erasures out before it serves, and tells the office again
(appeals.said_again).
"""

import mmap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from server_sync.appeals import erasure_notes
from server_sync.appeals.actions import catch_up, let_others_in
from server_sync.appeals.acts import write
from server_sync.appeals.erasure_notes import erased_here, note, noted_erasures
from server_sync.appeals.four_eyes import demand_two
from server_sync.appeals.models import Appeal
from server_sync.appeals.offices import office_of, office_of_request
from server_sync.appeals.rebuilding import REFUSED, rebuild_one
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room
from server_sync.contract.bodies import Erased
from server_sync.contract.erasure import SILENT, remains_of
from server_sync.contract.events import read_header
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal import centre
from server_sync.journal.models import Event

Forget = Callable[[bytes], object]
"""Deletes what a room keeps beside the events about the request of this hash (drafts, notes)."""

NOT_READ: Final = (Status.QUARANTINED, Status.AFTER_REVOCATION, Status.STORED)
MAY_SPEAK: Final = ~Q(kind__in=SILENT) | Q(reading__status__in=NOT_READ)
"""Events that can be erased: all in which somebody may have said something, of kinds unknown here too."""
AT_ONCE: Final = 500
NOTED_WITHIN: Final = timedelta(seconds=30)
"""What was not noted so long after it was erased is noted by the worker."""
FEW: Final = 100
"""So many refused events are erased in one transaction."""
TRACED: Final = 4
TRACE_BYTES: Final = 48
"""How many of the longest texts are looked for on the disk, and by how much of each."""
log = structlog.get_logger(__name__)
_forgetting: list[Forget] = []
_forgetting_whole: list[Forget] = []


def also_forget(forget: Forget) -> None:
    """Register a room's own deletion, called inside the transaction of every erasure; rooms above call it once.

    It is called for the erasure of one answer too: what it deletes may have words of it.
    """
    _forgetting.append(forget)


def also_forget_whole(forget: Forget) -> None:
    """The same of what has no words, but says whose a request is or what became of it.

    It stays as long as the request itself is not erased.
    """
    _forgetting_whole.append(forget)


def erase(event_hash: bytes, ground: str, person: bytes, second_person: bytes) -> Event:
    """Erase one event of a request and tell its office to do the same.

    Raises Refused `event_unknown`, `second_person_needed`, `role_missing` (both people must be administrators of the
    request's office today), `erased_already`, `not_erasable`, `no_room` (the disk is full).
    """
    return _erase([event_hash], ground, person, second_person)[0]


def erase_refused(
    appeal_hash: bytes, ground: str, person: bytes, second_person: bytes, note_done: Callable[[int], object]
) -> int:
    """Erase what was refused of a request, but for the last few, letting others in between; returns how many.

    Another PC may have heaped any number of events on it. Call outside of a transaction, before `erase_request`, which
    erases all that is left, also after this was cut short. `note_done` hears inside each transaction how many it
    erased, and undoes it by raising. Raises as `erase`.
    """
    refused = Event.custody.filter(REFUSED, MAY_SPEAK, appeal=appeal_hash, body__isnull=False).order_by("leaf")
    count = 0
    while refused.count() > FEW:
        begun = time.monotonic()
        several = [bytes(event_hash) for event_hash in refused.values_list("hash", flat=True)[:FEW]]
        with transaction.atomic():
            erased = len(_erase(several, ground, person, second_person, is_in_register=False))
            note_done(erased)
        count += erased
        let_others_in(time.monotonic() - begun)
    return count


def erase_request(appeal_hash: bytes, ground: str, person: bytes, second_person: bytes) -> int:
    """Erase every event of a request in which anybody says something; returns how many. Raises as `erase`."""
    naming = Event.custody.filter(appeal=appeal_hash)
    with transaction.atomic():
        catch_up(sorted(set(naming.values_list("epoch__site", flat=True))))  # and nothing comes in meanwhile
        said = naming.filter(MAY_SPEAK, body__isnull=False).order_by("leaf")
        hashes = [bytes(event_hash) for event_hash in said.values_list("hash", flat=True)]
        if not hashes:
            raise Refused("event_unknown")
        return len(_erase(hashes, ground, person, second_person))


def _erase(
    event_hashes: Sequence[bytes], ground: str, person: bytes, second_person: bytes, *, is_in_register: bool = True
) -> list[Event]:
    """Erase events together: each request that they belong to is made anew once, however many they are."""
    demand_room()
    with transaction.atomic():
        targets = events_of(event_hashes)
        requests = {bytes(event.appeal) for event in targets if event.appeal is not None}
        if len(targets) < len(event_hashes) or any(event.appeal is None for event in targets):
            raise Refused("event_unknown")
        for request in sorted(requests):
            demand_two(Role.ADMINISTRATOR, person, second_person, office_of_request(request))
        if Event.custody.filter(MAY_SPEAK, hash__in=event_hashes).count() < len(targets):
            raise Refused("not_erasable")
        catch_up(sorted({event.epoch.site_id for event in targets}))
        targets = events_of(event_hashes)
        if any(event.body is None for event in targets):
            raise Refused("erased_already")
        acts = [centre.Act(Erased(bytes(event.hash), ground, second_person), event.appeal, person) for event in targets]
        written = write(acts)
        lines = [line_of(event) for event in targets]
        transaction.on_commit(partial(_finish, lines, forget_words(targets, is_in_register=is_in_register)))
        return written


def events_of(event_hashes: Sequence[bytes]) -> list[Event]:
    """Events in custody by their hashes, in order of custody."""
    return list(Event.custody.select_related("epoch").filter(hash__in=event_hashes).order_by("leaf"))


def forget_words(targets: Sequence[Event], *, is_in_register: bool = True) -> list[bytes]:
    """Carry erasures out in the journal and the register; returns pieces of what was said, to look for on the disk.

    Call inside a transaction, the sites' feeds locked. Unless it `is_in_register`, no request is made anew.
    """
    said = [bytes(target.body) for target in targets if target.body is not None]
    for target in targets:
        if target.body is not None:
            remains = remains_of(read_header(bytes(target.header)), bytes(target.body))
            Event.custody.filter(pk=target.pk).update(salt=None, body=None, remains=remains)
    requests = {bytes(target.appeal) for target in targets if target.appeal is not None} if is_in_register else set()
    for appeal in sorted(requests):
        rebuild_one(appeal)
        is_left = Appeal.objects.filter(hash=appeal, is_erased=False).exists()
        for forget in _forgetting if is_left else (*_forgetting, *_forgetting_whole):
            forget(appeal)
    longest = sorted(said, key=len, reverse=True)[:TRACED]
    return [body[place : place + TRACE_BYTES] for body in longest for place in (0, len(body) // 2)]


def replay_erasures() -> int:
    """Carry out what was erased once and is here again, as in a restored backup; returns how many events."""
    again = 0
    noted, in_journal = erased_here(), _erased_by_events()
    traces: list[bytes] = []
    for targets in _here_again(sorted(noted | in_journal)):
        with transaction.atomic():
            catch_up(sorted({target.epoch.site_id for target in targets}))
            traces += forget_words(targets)
            again += len(targets)
    missing = _not_noted(in_journal)
    if again or missing or due_file().exists():
        _finish(missing, traces)
    return again


def _here_again(event_hashes: Sequence[bytes]) -> list[list[Event]]:
    """Events that were erased and have their words, by the request that they belong to."""
    by_request: dict[bytes, list[Event]] = {}
    for event in _events_by_and_by(event_hashes):
        if event.body is not None:
            by_request.setdefault(bytes(event.appeal or event.hash), []).append(event)
    return list(by_request.values())


def _events_by_and_by(event_hashes: Sequence[bytes]) -> Iterator[Event]:
    for start in range(0, len(event_hashes), AT_ONCE):
        yield from events_of(event_hashes[start : start + AT_ONCE])


def _not_noted(in_journal: Iterable[bytes]) -> list[str]:
    """Lines for what the journal says is erased and the file does not, or does not say of which office."""
    noted = noted_erasures()
    wanted = sorted(event_hash for event_hash in in_journal if noted.get(event_hash) is None)
    lines = {event_hash: event_hash.hex() for event_hash in wanted}
    lines |= {bytes(event.hash): line_of(event) for event in _events_by_and_by(wanted)}
    return [line for event_hash, line in lines.items() if event_hash not in noted or line != event_hash.hex()]


def line_of(event: Event) -> str:
    """An erasure as it is noted; programs of before read the hash alone."""
    about = "" if event.appeal is None else f" {office_of(event)}:{bytes(event.appeal).hex()}"
    return f"{bytes(event.hash).hex()}{about}"


def is_here_again() -> bool:
    """Whether the words of an event that was erased are in the journal: only a restored backup brings them."""
    hashes = sorted(erased_here())
    return any(
        Event.custody.filter(hash__in=hashes[start : start + AT_ONCE], body__isnull=False).exists()
        for start in range(0, len(hashes), AT_ONCE)
    )


def _finish(lines: Sequence[str], traces: Sequence[bytes]) -> None:
    """Note erasures beside the database, durably, and see to it that SQLite's files hold none of these words.

    A stop before this loses nothing, nor does a disk that is full by now: what the journal says is noted by the worker,
    and at the next start. PostgreSQL's own vacuum overwrites old rows there.
    """
    try:
        _finish_now(lines, traces)
    except OSError:
        log.error("erasures_not_noted_yet")


def _finish_now(lines: Sequence[str], traces: Sequence[bytes]) -> None:
    note(lines)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _overwrite(traces)


def _overwrite(traces: Sequence[bytes]) -> None:
    """Empty the journal of writes; write the file anew where rows that were moved left words behind.

    What cannot be done while somebody reads is tried again by the worker, and at the next start.
    """
    is_due = due_file().exists()
    due_file().touch()
    try:
        is_done = empty_journal()
        if is_done and (is_due or _is_left(traces)):
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")
            is_done = empty_journal()
    except OperationalError:
        is_done = False
    if is_done:
        due_file().unlink()
    else:
        log.info("erased_words_not_overwritten_yet")


def overwrite_what_is_due() -> None:
    """Try again to overwrite erased words where somebody read at the time; does nothing where none are due."""
    if due_file().exists():
        _finish((), ())


def note_what_is_missing(after: int = -1) -> int:
    """Note erasures after a leaf that the journal has and the file does not, as when the disk was full meanwhile.

    Returns the newest leaf that was looked at, to go on from.
    """
    settled = timezone.now() - NOTED_WITHIN  # whoever erased notes it first
    acts = list(centre.acts_of(Erased, only=Q(leaf__gt=after, taken_at__lt=settled)))
    missing = _not_noted({act.body.event for act in acts})
    if missing:
        try:
            if connection.vendor == "sqlite":
                due_file().touch()  # nor were its files looked at
            _finish_now(missing, ())
        except OSError:
            log.info("erasures_not_noted_yet")
            return after
    return max((act.event.leaf for act in acts), default=after)


def empty_journal() -> bool:
    """Bring SQLite's journal of writes into its file and empty it; False while somebody reads from it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, *_pages = cursor.fetchone()
    return not is_busy


def _is_left(traces: Sequence[bytes]) -> bool:
    database = Path(connection.settings_dict["NAME"])
    with database.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        return any(held.find(trace) >= 0 for trace in traces if trace)


def due_file() -> Path:
    """Is there while erased words may still lie in the database's file."""
    return erasure_notes.noted_file().with_name("vacuum-due")


def _erased_by_events() -> set[bytes]:
    return {act.body.event for act in centre.acts_of(Erased)}
