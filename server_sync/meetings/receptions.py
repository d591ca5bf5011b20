"""Says of a meeting that is held for a request who comes in and who leads it.

The request's office is in the chair, and a clerk of it before one of its PCs is the desk. Nobody else is let in by a
PC but who sees the request. Such a meeting stands in no list of meetings, and of what is said in it nothing is kept
but what is written down as an event of the request, which can be erased.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from server_sync.appeals import receiving
from server_sync.appeals.models import Appeal, Reception
from server_sync.appeals.reached import covers
from server_sync.common.refusals import Refused
from server_sync.contract.events import EventKind
from server_sync.contract.meetings import MeetingState
from server_sync.contract.receptions import OPENS_S, ReceptionState
from server_sync.contract.workflow import Role
from server_sync.meetings.door_models import Caption, GuestLink
from server_sync.meetings.live_models import Present, WrittenLine
from server_sync.meetings.models import Meeting
from server_sync.workplaces.models import Person, RoleGrant
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import reach_of

OPENS: Final = timedelta(seconds=OPENS_S)
RUN_BY_CLERKS: Final = frozenset({EventKind.MEETING_OPENED, EventKind.MEETING_CLOSED})
OF_BODY: Final = frozenset({Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY})
"""Roles that see the requests of their body."""


def is_reception(meeting: bytes) -> bool:
    """Whether a meeting is held for a request."""
    return Reception.objects.filter(meeting=meeting).exists()


def demand_no_reception(meeting: bytes) -> None:
    """Raise Refused `not_in_reception`: what is voted on or decided is an event that no erasure reaches."""
    if is_reception(meeting):
        raise Refused("not_in_reception")


def but_receptions(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Leave out of a list of meetings those that are held for requests."""
    return meetings.exclude(pk__in=Reception.objects.exclude(meeting=None).values("meeting"))


def is_desk(grants: Iterable[RoleGrant], site_code: str, meeting: Meeting) -> bool | None:
    """Whether these roles, held before a PC of this office, make the desk of a reception; None: it is no reception.

    Raises Refused `not_invited` for who may not see the request, `meeting_cancelled` or `meeting_over` when it is not
    held any more.
    """
    reception = receiving.of_meeting(bytes(meeting.pk))
    if reception is None:
        return None
    _demand_on(reception, meeting)
    held = tuple(grants)
    if _is_at_counter(held, site_code, reception.appeal):
        return True
    if not _is_of_body(held, reception.appeal):
        raise Refused("not_invited")
    return False


def seen_by(meeting: bytes) -> Callable[[Sequence[RoleGrant], str], bool]:
    """Whether somebody with these roles, before a PC of this office, may be in a meeting as its request lies now."""
    reception = receiving.of_meeting(meeting)
    if reception is None:
        return lambda _grants, _site: True
    appeal = reception.appeal
    return lambda grants, site: _is_at_counter(grants, site, appeal) or _is_of_body(grants, appeal)


def may_run(person: bytes, kind: EventKind, meeting: bytes) -> bool:
    """Whether somebody begins or ends this meeting as a clerk of the office whose request it is about, today.

    What was taken back, or asked for anew since, is ended and not begun.
    """
    if kind not in RUN_BY_CLERKS:
        return False
    reception = receiving.of_meeting(meeting)
    if reception is None or (kind is EventKind.MEETING_OPENED and not _is_on(reception)):
        return False
    known = Person.objects.filter(pk=UUID(bytes=person), is_active=True).first()
    return known is not None and _is_of_counter(roles_of(known), reception.appeal)


def is_to_begin(meeting: Meeting, now: datetime) -> bool:
    """Whether the desk's coming in begins it: a reception that is wished still, shortly before its hour or after."""
    if now < meeting.starts_at - OPENS:
        return False
    reception = receiving.of_meeting(bytes(meeting.pk))
    return reception is not None and _is_on(reception)


def left_over(now: datetime) -> list[Meeting]:
    """The meetings of conversations that nobody holds any more and nobody called off, or ended.

    Their request was erased, or another conversation about it was asked for since.
    """
    later = Reception.objects.filter(appeal=OuterRef("appeal"), pk__gt=OuterRef("pk"))
    standing = Meeting.objects.filter(
        state__in=(MeetingState.PLANNED, MeetingState.OPEN), starts_at__gte=now - timedelta(days=1)
    )
    left = Reception.objects.filter(meeting__in=standing.values("pk")).annotate(is_followed=Exists(later))
    erased = left.filter(appeal__is_erased=True).values("meeting")
    followed = left.filter(is_followed=True).values("meeting")
    planned = Q(pk__in=followed, state=MeetingState.PLANNED)
    return list(standing.filter(Q(pk__in=erased) | planned))


def forget(appeal_hash: bytes) -> None:
    """Delete what is kept of a request's conversations beside its events; called inside the transaction of its erasure.

    A link bears the words by which its guest is named, a line of the chat whatever was written.
    """
    of_request = Reception.objects.filter(appeal__hash=appeal_hash).exclude(meeting=None).order_by()
    held_for = [bytes(meeting) for meeting in of_request.values_list("meeting", flat=True) if meeting is not None]
    for table in (GuestLink, WrittenLine, Caption):
        table.objects.filter(meeting__in=held_for).delete()
    if of_request.filter(appeal__is_erased=True).exists():
        Present.objects.filter(meeting__in=held_for).delete()


def take_back_links(appeal: Appeal, now: datetime) -> None:
    """Let the ways in by a browser that were made for a request's conversations open nothing any more.

    Whoever is in by one is sent away by `reconciling`.
    """
    held_for = Reception.objects.filter(appeal=appeal).exclude(meeting=None).order_by().values("meeting")
    GuestLink.objects.filter(meeting__in=held_for, withdrawn_at=None).update(withdrawn_at=now)


def has_links(meeting: Meeting) -> bool:
    """Whether somebody can come in by a browser."""
    return GuestLink.objects.filter(meeting=meeting.pk, withdrawn_at=None).exists()


def demand_on(meeting: Meeting) -> None:
    """Raise Refused `meeting_cancelled` or `meeting_over` for one of a conversation that is not held any more."""
    reception = receiving.of_meeting(bytes(meeting.pk))
    if reception is not None:
        _demand_on(reception, meeting)


def _demand_on(reception: Reception, meeting: Meeting) -> None:
    if meeting.state == MeetingState.PLANNED and not _is_on(reception):
        raise Refused("meeting_cancelled")
    if reception.appeal.is_erased:
        raise Refused("meeting_over")


def _is_on(reception: Reception) -> bool:
    """Whether a conversation is the one of its request that is to be held, or goes on."""
    if reception.state not in {ReceptionState.SET, ReceptionState.HELD} or reception.appeal.is_erased:
        return False
    newest = receiving.newest(reception.appeal)
    return newest is not None and newest.pk == reception.pk


def _is_at_counter(grants: Iterable[RoleGrant], site_code: str, appeal: Appeal) -> bool:
    return site_code == appeal.site_id and _is_of_counter(grants, appeal)


def _is_of_body(grants: Iterable[RoleGrant], appeal: Appeal) -> bool:
    return covers(reach_of(one for one in grants if one.role in OF_BODY), appeal, _bodies(appeal))


def _is_of_counter(grants: Iterable[RoleGrant], appeal: Appeal) -> bool:
    return reach_of(one for one in grants if one.role == Role.CLERK).covers(appeal.site_id)


def _bodies(appeal: Appeal) -> frozenset[str]:
    return frozenset({appeal.body_code, *appeal.co_bodies})
