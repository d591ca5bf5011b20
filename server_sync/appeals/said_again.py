"""Tells offices again to erase what a restored centre knows as erased, where the act that told them is lost.

The words are gone here (appeals.erasing); an office that had not heard of it has them still, and so have its other PCs.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Q

from server_sync.appeals.actions import catch_up, catch_up_by_and_by
from server_sync.appeals.acts import write
from server_sync.appeals.erasing import (
    AT_ONCE,
    events_of,
)
from server_sync.appeals.erasure_notes import erased_here, noted_erasures
from server_sync.appeals.models import Appeal
from server_sync.appeals.offices import office_of
from server_sync.contract.bodies import Erased
from server_sync.contract.events import NO_PERSON
from server_sync.evidence.log import current_log
from server_sync.journal import centre, feeds
from server_sync.journal.feeds import Change
from server_sync.workplaces.models import CENTRE, Site

AGAIN: Final = "Калыбына келтирүүдөн кийин кайталанды · Повторено после восстановления · Said again after a restore"
"""The ground of such an act: the one it was erased on is lost, and so are the names of those who decided it."""


class _Unsaid(NamedTuple):
    """An erased event that no act tells of: whose it was, of which request, and whether it is in custody."""

    event: bytes
    appeal: bytes
    site_code: str
    is_here: bool


def say_again(event_hashes: Collection[bytes] | None = None) -> int:
    """Write the acts anew that are lost: for these events in custody, or for all that are noted. Returns how many.

    What is not here any more is told as well, where the office is noted: a PC may have the words of another that never
    comes again. Call outside a transaction.
    """
    asked = sorted(erased_here() if event_hashes is None else erased_here().intersection(event_hashes))
    told = 0
    for start in range(0, len(asked), AT_ONCE):
        several = asked[start : start + AT_ONCE]
        sites = _sites_of(_unsaid(several))
        for site_code in sites:
            catch_up_by_and_by(site_code)
        if sites:
            with transaction.atomic():
                catch_up(sites)
                told += _say(_unsaid(several))  # nobody else says it from here on
    return told


def _say(unsaid: Sequence[_Unsaid]) -> int:
    in_register = _in_register(unsaid)
    acts = write([centre.Act(Erased(one.event, AGAIN, NO_PERSON), one.appeal) for one in unsaid])
    by_name = [
        Change(one.site_code, act)
        for one, act in zip(unsaid, acts, strict=True)
        if not one.is_here and one.appeal not in in_register
    ]
    feeds.append(by_name, current_log().server_epoch)  # of nothing that the register has, so it told nobody
    return len(acts)


def _in_register(unsaid: Sequence[_Unsaid]) -> dict[bytes, str]:
    """The requests among these that are in the register, with their sites."""
    found = Appeal.objects.filter(hash__in={one.appeal for one in unsaid}).values_list("hash", "site_id")
    return {bytes(appeal): site_code for appeal, site_code in found}


def _sites_of(unsaid: Sequence[_Unsaid]) -> list[str]:
    return sorted({one.site_code for one in unsaid} | set(_in_register(unsaid).values()))


def _unsaid(event_hashes: Sequence[bytes]) -> list[_Unsaid]:
    """Those of these events, or of what is noted of them, of which no act of the centre says that they are erased."""
    found = {
        bytes(event.hash): _Unsaid(bytes(event.hash), bytes(event.appeal), office_of(event), is_here=True)
        for event in events_of(event_hashes)
        if event.appeal is not None
    }
    noted, known = noted_erasures(), set(Site.objects.exclude(pk=CENTRE).values_list("pk", flat=True))
    for event_hash in event_hashes:
        place = noted.get(event_hash)
        if place is not None and place.site_code in known and event_hash not in found:
            found[event_hash] = _Unsaid(event_hash, place.appeal, place.site_code, is_here=False)
    requests = {one.appeal for one in found.values()}
    acts = centre.acts_of(Erased, only=Q(appeal__in=requests)) if requests else iter(())
    said = {act.body.event for act in acts}
    return [one for one in found.values() if one.event not in said]
