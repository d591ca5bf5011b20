"""Takes up what lies in custody unread, and what an update of the program made understandable.

What is understood late is read where the update stands in the order of events: offices were told of what came before
it, so that stays true (I8). The place is kept, and a register made anew reads the event there (I19).
"""

import time
from collections.abc import Sequence
from itertools import islice
from typing import Final

from django.db import transaction

from server_sync.appeals.actions import EPOCH_OF_EVENT, KIND_UNKNOWN, catch_up, is_understood, read_on, understand
from server_sync.contract.events import EventKind, read_header
from server_sync.contract.messages import Status
from server_sync.evidence.log import current_log, hold_log
from server_sync.journal import feeds
from server_sync.journal.models import Event, LateReading, Reading

AT_ONCE: Final = 100
"""How many events that an update made understandable one transaction reads."""


def interpret_waiting(patience_s: float = float("inf")) -> None:
    """Take up what was in custody when the program stopped, and what an update made understandable.

    After `patience_s` what is left is the worker's, and the next exchanges'.
    """
    until = time.monotonic() + patience_s
    while time.monotonic() < until and read_on():
        pass
    while understand_on() and time.monotonic() < until:
        pass


def understand_on() -> bool:
    """Read a slice of what an update made understandable; says whether there was any."""
    rows = _known_now(AT_ONCE)
    return bool(rows) and _understand(rows)


def _understand(rows: Sequence[int]) -> bool:
    """Read events that were of an unknown kind before this program was updated; says whether any still was."""
    with transaction.atomic():
        sites = sorted(set(Event.custody.filter(pk__in=rows).values_list("epoch__site", flat=True)))
        catch_up(sites)
        hold_log()
        catch_up(sites)  # what came meanwhile; from here on nothing does
        strange = Event.custody.filter(pk__in=rows, reading__status=Status.STORED, reading__code=KIND_UNKNOWN)
        known = list(strange.select_related(*EPOCH_OF_EVENT).order_by("leaf"))
        turn = Event.custody.order_by("-leaf").values_list("leaf", flat=True)[0] + 1
        LateReading.objects.bulk_create([LateReading(event=event, turn=turn) for event in known])
        feeds.append(understand(known), current_log().server_epoch)
    return bool(known)


def _known_now(most: int) -> list[int]:
    """Rows of the first events that were not understood when they came and are now; their headers alone are read."""
    strange = Reading.objects.filter(status=Status.STORED, code=KIND_UNKNOWN, event__kind__in=list(EventKind))
    rows = strange.order_by("event__leaf").values_list("event_id", "event__header")
    known = (row for row, header in rows.iterator(AT_ONCE) if is_understood(read_header(bytes(header))))
    return list(islice(known, most))
