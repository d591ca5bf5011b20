"""Frees what somebody held who is gone: a guest who closed the page soon, an office whose line is cut only after long.

A page that is loaded again and a line that comes back find their seat; who was heard of as gone is looked for at each
look of `reconciling`. A media server that was away tells nobody gone before it was asked twice.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from server_sync.contract.meetings import GUEST_SITE, NOBODY
from server_sync.meetings.live_models import Hand, Live, Present, Seat
from server_sync.meetings.spoken_models import Interpreter

GUEST_GRACE: Final = timedelta(seconds=15)
"""A page that is loaded anew is in the room again in two or three seconds, on a thin line in ten."""
OFFICE_GRACE: Final = timedelta(minutes=5)
"""An office's PC comes back by itself; whoever is away for longer keeps a seat from those who are there."""


def note_gone(meeting_id: bytes, here: Collection[str], asked_at: datetime) -> None:
    """Write down since when each who came is in the room no more; call under the lock."""
    came = Present.objects.filter(meeting=meeting_id)
    came.filter(who__in=here).exclude(gone_at=None).update(gone_at=None)
    came.filter(gone_at=None, last_seen_at__lt=asked_at).exclude(who__in=here).update(gone_at=asked_at)


def hold_back_silenced(meeting_id: bytes, freed: Collection[str]) -> None:
    """Note whose sound the desk had taken, of those whose seats are taken now: by themselves they sit down no more."""
    silenced = Seat.objects.filter(meeting=meeting_id, who__in=freed, is_silenced=True).values("who")
    Present.objects.filter(meeting=meeting_id, who__in=silenced).update(is_held_back=True)


def free_gone(live: Live, asked_at: datetime) -> bool:
    """Take seats, hands and interpreting of whoever is gone for longer than is waited for; call under the lock.

    A seat that was given to somebody who is away is waited for from then on. Says whether the stage is another one.
    """
    late = Q(site=GUEST_SITE, gone_at__lt=asked_at - GUEST_GRACE) | (
        ~Q(site=GUEST_SITE) & Q(gone_at__lt=asked_at - OFFICE_GRACE)
    )
    gone = Present.objects.filter(late, meeting=live.pk)
    guests = set(gone.filter(site=GUEST_SITE).values_list("who", flat=True))
    offices = set(gone.exclude(site=GUEST_SITE).values_list("who", flat=True))
    if not guests and not offices:
        return False
    seats = Seat.objects.filter(meeting=live.pk)
    freed = set()
    for names, grace in ((guests, GUEST_GRACE), (offices, OFFICE_GRACE)):
        old = seats.filter(who__in=names, since__lt=asked_at - grace)
        freed |= set(old.values_list("who", flat=True))
    hold_back_silenced(live.pk, freed)
    is_moved = seats.filter(who__in=freed).delete()[0] > 0
    for table in (Hand, Interpreter):
        is_moved |= table.objects.filter(meeting=live.pk, who__in=guests | offices).delete()[0] > 0
    if live.shown in freed:
        live.shown = NOBODY
    return is_moved
