"""Takes up what lies in custody unread, and what an update of the program made understandable.

What is understood late takes effect where it came, not where it was understood: each request that it is about is made
anew in order of custody, as if every program had always understood it.
"""

import time

from django.db import transaction

from server_sync.appeals.actions import KIND_UNKNOWN, interpret, is_understood, read_on
from server_sync.appeals.applying import EPOCH_OF_READING, Register
from server_sync.appeals.rebuilding import rebuild_one
from server_sync.contract.messages import Status
from server_sync.evidence.log import current_log
from server_sync.journal import feeds
from server_sync.journal.models import Event, Reading


def interpret_waiting(patience_s: float = float("inf")) -> None:
    """Take up what was in custody when the program stopped, and what an update made understandable.

    After `patience_s` what is left unread is the worker's and the next exchanges'.
    """
    until = time.monotonic() + patience_s
    while time.monotonic() < until and read_on():
        pass
    with transaction.atomic():
        _understand_now()


def _understand_now() -> None:
    """Interpret events that were of an unknown kind before this program was updated."""
    strange = Reading.objects.filter(status=Status.STORED, code=KIND_UNKNOWN).select_related(*EPOCH_OF_READING)
    known = [reading for reading in strange.order_by("event__leaf") if _is_known_now(reading.event)]
    if not known:
        return
    feeds.lock({reading.event.epoch.site_id for reading in known})
    Reading.objects.filter(pk__in=[reading.pk for reading in known]).delete()
    feeds.append(interpret([reading.event for reading in known]), current_log().server_epoch)
    for appeal in sorted({bytes(one.event.appeal) for one in known if one.event.appeal is not None}):
        rebuild_one(appeal)


def _is_known_now(event: Event) -> bool:
    return is_understood(Register().header(event))
