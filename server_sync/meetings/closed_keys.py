"""Carries the keys of closed meetings: who wishes for one, and the boxes of the desk that drew it.

The centre opens no box and knows no key (contract.closed). One desk of the office that leads holds the newest; another
one draws the next when that one is gone. A new key is due whenever somebody who has the present one is not welcome any
more, whatever the reason.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.closed import BOXES_MOST, KeyGiven, KeysWished, KeyWish, KeyWished, check_wish
from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.meetings import GUEST_SITE, MeetingAct, MeetingCall
from server_sync.contract.signing import PublicKey
from server_sync.meetings.admitting import Guest
from server_sync.meetings.closed_models import KeyHolder, KeyPlace
from server_sync.meetings.live_models import Present
from server_sync.meetings.seats import NOTHING, Asked, Change
from server_sync.workplaces.models import Epoch

GONE: Final = timedelta(seconds=20)
"""Whoever has not asked as a desk for so long holds the key no more: that PC may have no desk now, or hang."""
ASKED_AGAIN: Final = timedelta(seconds=2)
NUMBERED_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
PLACES: Final = 15
"""Programs keep as many keys beside each other; two that follow each other are never kept in one place."""


@dataclass(frozen=True, slots=True)
class KeysTold:
    """What an answer says of keys."""

    given: KeyGiven | None = None
    wished: KeysWished | None = None


NONE: Final = KeysTold()


def demand_program(guest: Guest, call: MeetingCall) -> None:
    """Raise Refused for whoever would send in the clear in a closed meeting: `closed_to_guests`, `keys_missing`."""
    if not guest.meeting.is_closed or call.act is MeetingAct.TEST_LINE:  # nothing of a test comes into the room
        return
    if guest.site_code == GUEST_SITE:
        raise Refused("closed_to_guests")
    if call.keys is None:
        raise Refused("keys_missing", permanent=False)


def wish(guest: Guest, call: MeetingCall, now: datetime) -> str:
    """Note to which key a PC that was let in wants the meeting's sealed.

    Gives who is to be told of it, or nothing when it was known. Raises Refused `key_wish_wrong` for one that this PC
    did not sign.
    """
    if not guest.meeting.is_closed or call.keys is None:
        return ""
    said = call.keys.wish
    places = KeyPlace.objects.filter(meeting=guest.meeting_id, who=guest.who)
    if places.filter(public=said.public).exists() or not _let_in(guest.meeting_id, guest.who).exists():
        return ""
    _demand_signed(guest, said)
    fresh = {
        "epoch": guest.epoch,
        "public": said.public,
        "wish_signature": said.signature,
        "number": 0,
        "sealed": None,
        "signature": None,
    }
    KeyPlace.objects.update_or_create(meeting=guest.meeting_id, who=guest.who, defaults=fresh)
    holder = _holder(guest.meeting_id)
    return "" if holder is None or holder.who == guest.who else holder.who


def told(guest: Guest, call: MeetingCall, welcome: frozenset[str], now: datetime) -> KeysTold:
    """What a PC is told of keys: its box when there is a newer one, and a desk who waits for one."""
    if not guest.meeting.is_closed or call.keys is None or guest.who not in welcome:
        return NONE
    holder = _holder(guest.meeting_id)
    is_giver = guest.is_desk and guest.part is MeetingPart.CHAIR
    return KeysTold(
        None if holder is None else _box(guest, holder, call.keys.wish.known),
        _wished(guest, holder, welcome, now) if is_giver else None,
    )


def give(asked: Asked, welcome: frozenset[str]) -> Change:
    """Keep a desk's boxes: more of the newest key, or the first of the next.

    Raises Refused `not_of_desk`, `keys_held_elsewhere`, or InvalidField for a call without any.
    """
    guest = asked.guest
    given = None if asked.call.keys is None else asked.call.keys.given
    if given is None or not asked.meeting.is_closed:
        raise InvalidField("missing", field="MeetingCall.keys")
    if guest.part is not MeetingPart.CHAIR:
        raise Refused("not_of_desk")
    holder = _holder(guest.meeting_id)
    before = 0 if holder is None else holder.number
    is_next = before < given.number <= next_after(before, asked.now)
    is_own = holder is not None and holder.who == guest.who
    if not (is_own and given.number == before) and not (
        is_next and (holder is None or is_own or _is_gone(holder, welcome, asked.now))
    ):
        raise Refused("keys_held_elsewhere", permanent=False)
    if is_next:
        said = {"number": given.number, "who": guest.who, "epoch": guest.epoch, "asked_at": asked.now}
        KeyHolder.objects.update_or_create(meeting=guest.meeting_id, defaults=said)
        KeyPlace.objects.filter(meeting=guest.meeting_id).exclude(who__in=welcome).delete()
    places = KeyPlace.objects.filter(meeting=guest.meeting_id, who__in=welcome)
    changed = 0
    for box in (one for one in given.boxes if one.who in welcome):
        said = {"number": given.number, "sealed": box.sealed, "signature": box.signature}
        changed += places.filter(who=box.who).update(**said)
    return Change(is_on_stage=True) if is_next or changed else NOTHING


def _box(guest: Guest, holder: KeyHolder, known: int) -> KeyGiven | None:
    place = KeyPlace.objects.filter(meeting=guest.meeting_id, who=guest.who, number=holder.number).first()
    if place is None or place.number <= known or place.sealed is None or place.signature is None:
        return None
    certificate = Epoch.objects.values_list("certificate", flat=True).get(pk=holder.epoch)
    return KeyGiven(place.number, holder.who, bytes(certificate), place.sealed, place.signature)


def _wished(guest: Guest, holder: KeyHolder | None, welcome: frozenset[str], now: datetime) -> KeysWished:
    number, who = (0, "") if holder is None else (holder.number, holder.who)
    places = KeyPlace.objects.filter(meeting=guest.meeting_id)
    others = places.filter(who__in=welcome).exclude(who__in=[who, guest.who])
    if holder is not None:
        others = others.exclude(number=number)
    waiting = list(others.order_by("pk")[:BOXES_MOST])
    epochs = Epoch.objects.in_bulk([bytes(one.epoch) for one in waiting])
    if holder is None:
        is_due = True
    elif who == guest.who:
        KeyHolder.objects.filter(pk=holder.pk, asked_at__lt=now - ASKED_AGAIN).update(asked_at=now)
        is_due = places.exclude(who__in=welcome).exists()  # whatever key they had: who wished anew may keep an old one
    else:
        is_due = _is_gone(holder, welcome, now)
    return KeysWished(
        number,
        who,
        is_due,
        tuple(
            KeyWished(one.who, bytes(epochs[bytes(one.epoch)].certificate), one.public, one.wish_signature)
            for one in waiting
            if bytes(one.epoch) in epochs
        ),
        next_after(number, now),
    )


def next_after(number: int, now: datetime) -> int:
    """The number of the key after this one: greater than all that were given, also before the centre was restored."""
    following = max(number + 1, int((now - NUMBERED_FROM).total_seconds()))
    return following + 1 if (following - number) % PLACES == 0 else following


def _is_gone(holder: KeyHolder, welcome: frozenset[str], now: datetime) -> bool:
    """Whether nobody can ask the desk that drew the key for it any more."""
    return holder.who not in welcome or holder.asked_at < now - GONE


def _holder(meeting_id: bytes) -> KeyHolder | None:
    return KeyHolder.objects.filter(pk=meeting_id).first()


def _let_in(meeting_id: bytes, who: str) -> QuerySet[Present]:
    return Present.objects.filter(meeting=meeting_id, who=who, is_let_in=True)


def _demand_signed(guest: Guest, told: KeyWish) -> None:
    signer = PublicKey(Epoch.objects.values_list("public_key", flat=True).get(pk=guest.epoch))
    try:
        check_wish(told.public, told.signature, signer, guest.meeting_id, guest.epoch)
    except NotAuthentic as wrong:
        raise Refused("key_wish_wrong") from wrong
