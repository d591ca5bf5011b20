"""Says what the PC of a hall's wall is given: meetings, and nothing of citizens.

A wall is seen by whoever comes into the hall, and nobody sits before its PC. What never goes there can neither be shown
by mistake nor be stolen with the PC.
"""

from collections.abc import Sequence

from server_sync.appeals.models import Reception
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.workflow import OF_MEETINGS
from server_sync.exchange.calls import Caller
from server_sync.journal.models import Event


def is_wall(caller: Caller) -> bool:
    """Whether the PC of a hall's wall calls."""
    return caller.epoch.workplace.is_wall


def of_meetings(events: Sequence[int]) -> frozenset[int]:
    """Which of these events are of meetings, those left out that are held for a citizen's request."""
    kinds = [kind.value for kind in OF_MEETINGS]
    found = Event.accepted.filter(pk__in=events, kind__in=kinds).only("header", "salt", "body", "remains")
    named = {one.pk: _meeting_of(one) for one in found}
    held_for = Reception.objects.filter(meeting__in=[one for one in named.values() if one])
    receptions = {bytes(one) for one in held_for.values_list("meeting", flat=True) if one is not None}
    return frozenset(pk for pk, meeting in named.items() if meeting and meeting not in receptions)


def _meeting_of(event: Event) -> bytes:
    """Of which meeting an event speaks; nothing where that cannot be read, which is no reason to show it."""
    header = read_header(bytes(event.header))
    if event.is_erased or header.kind not in set(EventKind):
        return b""
    meeting = getattr(read_body(header, event.said), "meeting", b"")
    return meeting if isinstance(meeting, bytes) else b""
