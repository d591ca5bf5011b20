"""The way in for guests, who come by a browser from no PC of the network: links, and the browsers that use them.

A link brings a guest as far as the door; the chair's desk alone lets them in (`seats`). Secrets are kept as hashes.
The browser that used a link last is the guest: whoever was in by it before is out, and the desk is asked anew.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.identifiers import EPOCH_BYTES
from server_sync.contract.meetings import (
    GUEST_SITE,
    GUESTS_MOST,
    WHO_DIGITS,
    MeetingAct,
    MeetingCall,
    MeetingReply,
    MeetingState,
    who_of,
)
from server_sync.meetings import conducting, receptions, seats
from server_sync.meetings.admitting import Guest, demand_now, is_past
from server_sync.meetings.door_models import PARTS, Caption, GuestLink
from server_sync.meetings.live_models import Done, Hand, Present, Seat
from server_sync.meetings.models import Meeting
from server_sync.meetings.pacing import Calls, Pace
from server_sync.meetings.spoken_models import Interpreter
from server_sync.workplaces.models import Person
from server_sync.workplaces.throttle import slow_down

SECRET_BYTES: Final = 20
"""160 bits, 32 letters and digits: too many to be guessed, few enough to be typed from a paper."""
GROUP: Final = 4
TYPED_MOST: Final = 100
SESSION_CHARACTERS: Final = 43
WRONG_FREE: Final = 10
"""So many wrong codes from one place cost nothing; a real one is pasted or read by the page."""
NOBODYS: Final = bytes(16)
"""A guest is no person of the network."""
OF_GUESTS: Final = frozenset(
    {
        MeetingAct.ENTER,
        MeetingAct.HERE,
        MeetingAct.LOOK,
        MeetingAct.LEAVE,
        MeetingAct.RAISE_HAND,
        MeetingAct.LOWER_HAND,
        MeetingAct.INTERPRET_INTO,
    }
)
AT_THE_DOOR: Final = frozenset({MeetingAct.ENTER, MeetingAct.LOOK, MeetingAct.LEAVE})
"""What is done by whoever was not let in."""
PAGING: Final = Pace(at_once=8, a_second=2.0)
"""Pages of papers that a guest asks for."""
_NO_ACT: Final = bytes(16)
_pages: Final = Calls(PAGING)
_LOOK_ALIKE: Final = str.maketrans("018", "OIB")


def make_link(person: Person, meeting: Meeting, name: str, part: MeetingPart, now: datetime) -> tuple[GuestLink, str]:
    """Make the way in for one guest; gives it with its secret, which nobody can read again.

    Raises Refused `part_unknown`, `closed_to_guests`, `meeting_over`, `meeting_cancelled`, `too_many_guests`. Whether
    the person leads this meeting is the caller's question.
    """
    if part not in PARTS:
        raise Refused("part_unknown")
    if meeting.is_closed:
        raise Refused("closed_to_guests")
    secret = secrets.token_bytes(SECRET_BYTES)
    with transaction.atomic():
        locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
        _demand_not_over(locked, now)
        known = list(GuestLink.objects.filter(meeting=meeting.pk))
        if sum(one.withdrawn_at is None for one in known) >= GUESTS_MOST or len(known) >= 2 * GUESTS_MOST:
            raise Refused("too_many_guests", limit=GUESTS_MOST)
        link = GuestLink.objects.create(
            meeting=bytes(meeting.pk),
            guest=_unlike(known),
            name=name,
            part=part,
            secret=_hash("secret", secret),
            made_by=person.id,
            made_at=now,
        )
    return link, write_secret(secret)


def withdraw(meeting: Meeting, link_id: int, now: datetime) -> None:
    """Take a link back; the guest is sent away at once. Raises Refused `link_unknown`."""
    link = GuestLink.objects.filter(meeting=meeting.pk, pk=link_id).first()
    if link is None:
        raise Refused("link_unknown")
    GuestLink.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=now)
    _take_out(link, now, is_waiting=False)


def withdraw_all(meeting: Meeting, now: datetime) -> None:
    """Take every link of a meeting back."""
    for link in GuestLink.objects.filter(meeting=meeting.pk, withdrawn_at=None):
        withdraw(meeting, link.pk, now)


def links_of(meeting: Meeting) -> list[GuestLink]:
    """The links of a meeting, those that were withdrawn too."""
    return list(GuestLink.objects.filter(meeting=meeting.pk))


def come(typed: str, place: str, now: datetime) -> tuple[GuestLink, str]:
    """Use a link; gives it with the word by which this browser is known from now on.

    Raises Refused `link_unknown` (counted for the place that guesses: `guest_wait`), `link_withdrawn`, `meeting_over`,
    `meeting_cancelled`, `closed_to_guests` when the meeting was closed since.
    """
    secret = read_secret(typed)
    link = None if secret is None else GuestLink.objects.filter(secret=_hash("secret", secret)).first()
    if link is None:
        slow_down("meeting_guest", place, free=WRONG_FREE, refusal="guest_wait")
        raise Refused("link_unknown")
    if link.withdrawn_at is not None:
        raise Refused("link_withdrawn")
    meeting = _meeting_of(link)
    _demand_not_over(meeting, now)
    if meeting.is_closed:
        raise Refused("closed_to_guests")
    session = secrets.token_urlsafe(32)
    before = link.session
    changed = GuestLink.objects.filter(pk=link.pk, session=before, withdrawn_at=None).update(
        session=_hash("session", session.encode()), used_at=now
    )
    if changed != 1:
        raise Refused("link_in_use", permanent=False, wait_s=1)
    if before is not None:
        _call_anew(link, now)
    return link, session


def link_of(session: str) -> GuestLink:
    """The link that a browser used last; raises Refused `guest_unknown`."""
    found = None
    if len(session) == SESSION_CHARACTERS and session.isascii():
        found = GuestLink.objects.filter(session=_hash("session", session.encode())).first()
    if found is None:
        raise Refused("guest_unknown")
    return found


def answer(link: GuestLink, call: MeetingCall, now: datetime) -> MeetingReply:
    """Do what a guest asks for; who was not let in is told no more than whether the meeting has begun.

    Raises Refused as `conducting.answer` does for a PC, and `not_of_guests`, `not_let_in`, `link_withdrawn`.
    """
    if call.act not in OF_GUESTS:
        raise Refused("not_of_guests")
    conducting.demand_pace(call.act, link.guest)
    return conducting.carry_out(admit(link, call, now), call, now)


def admit(link: GuestLink, call: MeetingCall, now: datetime) -> Guest:
    """Say who calls, if they may do what they ask for as the meeting stands."""
    if link.withdrawn_at is not None:
        raise Refused("link_withdrawn")
    meeting = _meeting_of(link)
    receptions.demand_on(meeting)
    demand_now(meeting, now)
    guest = Guest(
        meeting=meeting,
        part=MeetingPart(link.part),
        site_code=GUEST_SITE,
        epoch=link.guest,
        person=NOBODYS,
        who=who_of(GUEST_SITE, link.guest),
        is_desk=False,
        has_done=Done.objects.filter(epoch=link.guest, act_id=call.act_id).exists(),
    )
    present = Present.objects.filter(meeting=link.meeting, who=guest.who).first()
    if present is not None and not present.is_let_in and not present.is_waiting:
        raise Refused("put_out")
    if (present is None or present.is_waiting) and call.act not in AT_THE_DOOR:
        raise Refused("not_let_in", permanent=False)
    return guest


def demand_in(link: GuestLink, now: datetime) -> Meeting:
    """The meeting that a guest is in, let in by its desk.

    Raises Refused as `admit`, `not_let_in` for who stands at the door, `closed_to_guests`, `too_often`.
    """
    _pages.demand_seldom(bytes(link.guest))
    asked = MeetingCall(link.meeting, NOBODYS, MeetingAct.HERE, _NO_ACT)
    meeting = admit(link, asked, now).meeting
    if meeting.is_closed:
        raise Refused("closed_to_guests")
    return meeting


def forget_old(now: datetime) -> None:
    """Delete links and captions of meetings that began long ago, or are no more."""
    lately = Meeting.objects.filter(starts_at__gte=now - kept("guest")).values("id")
    for table in (GuestLink, Caption):
        table.objects.exclude(meeting__in=lately).delete()


def write_secret(secret: bytes) -> str:
    """A secret as people read and type it: letters and digits in groups of four."""
    letters = base64.b32encode(secret).decode()
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def read_secret(typed: str) -> bytes | None:
    """Read a secret as it was typed or pasted; None for what is none. 0, 1 and 8 are no letters of it: O, I and B."""
    letters = re.sub(r"[\s\u2010-\u2015-]+", "", typed[:TYPED_MOST]).upper().translate(_LOOK_ALIKE)
    try:
        secret = base64.b32decode(letters.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def _take_out(link: GuestLink, now: datetime, *, is_waiting: bool) -> None:
    """Take whoever is in by a link off the stage and out of the room; whoever was put out stays so."""
    who = who_of(GUEST_SITE, link.guest)
    with transaction.atomic():
        live = seats.lock(link.meeting)
        if live is None:
            return
        came = Present.objects.filter(meeting=link.meeting, who=who)
        came.exclude(is_let_in=False, is_waiting=False).update(
            is_let_in=False, is_connected=False, is_waiting=is_waiting
        )
        for table in (Seat, Hand, Interpreter):
            table.objects.filter(meeting=link.meeting, who=who).delete()
        if live.shown == who:
            live.shown = ""
        seats.move_on(live, now)
    conducting.carry_over(link.meeting, seats.Change(frozenset({who}), is_on_stage=True))


def _call_anew(link: GuestLink, now: datetime) -> None:
    """Let whoever uses a link now be another participant than the browser before, which may have a token still.

    Whoever was put out stays so, whatever browser they take.
    """
    who = who_of(GUEST_SITE, link.guest)
    came = Present.objects.filter(meeting=link.meeting, who=who)
    if came.filter(is_let_in=False, is_waiting=False).exists():
        return
    _take_out(link, now, is_waiting=True)
    with transaction.atomic():
        Meeting.objects.select_for_update().filter(pk=link.meeting).first()
        link.guest = _unlike(GuestLink.objects.filter(meeting=link.meeting))
        link.save(update_fields=["guest"])
        came.delete()


def _unlike(known: Iterable[GuestLink]) -> bytes:
    """Draw what a guest is known by; no two of a meeting are called alike."""
    called = {_digits(one.guest) for one in known}
    guest = secrets.token_bytes(EPOCH_BYTES)
    while _digits(guest) in called:
        guest = secrets.token_bytes(EPOCH_BYTES)
    return guest


def _meeting_of(link: GuestLink) -> Meeting:
    found = Meeting.objects.filter(pk=link.meeting).first()
    if found is None:
        raise Refused("meeting_over")
    return found


def _demand_not_over(meeting: Meeting, now: datetime) -> None:
    receptions.demand_on(meeting)
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("meeting_cancelled")
    if meeting.state == MeetingState.CLOSED or is_past(meeting, now):
        raise Refused("meeting_over")


def _digits(guest: bytes) -> str:
    return guest.hex()[:WHO_DIGITS]


def _hash(kind: str, secret: bytes) -> bytes:
    return salted_hmac(f"liaison.guest.{kind}", secret, algorithm="sha256").digest()
