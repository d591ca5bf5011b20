"""Finds requests by their number: one, or the few that two people let stand under one number beside each other."""

from typing import Final

from django.db.models import QuerySet

from server_sync.appeals.models import BESIDE, Appeal
from server_sync.journal.custody import BRANCHES_MOST

BEARING_MOST: Final = 1 + BRANCHES_MOST
"""Requests under one number: a number is given once in each history of its PC. Nobody lets in more of them, and what
anybody may ask of a number reads no more."""


def bearing(number: str) -> QuerySet[Appeal]:
    """The requests with a number: the one that had it first, then those let in beside it."""
    return Appeal.objects.filter(number=number).order_by("event_id")


def at(address: str) -> Appeal | None:
    """The request that an address of the staff's pages names (Appeal.address)."""
    number, mark, _fingerprint = address.partition(BESIDE)
    several = bearing(number).filter(is_second=bool(mark)).select_related("last_event")
    return next((appeal for appeal in several if appeal.address == address), None)


def beside(appeal: Appeal) -> list[Appeal]:
    """The other requests with the number of this one."""
    return list(bearing(appeal.number).exclude(pk=appeal.pk))
