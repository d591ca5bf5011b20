"""Changes who sits, who asks and who is let in, each under the lock of the meeting's `Live`: at most so many seats.

What a change means at the media server is carried out after it, by whoever made it, and put right by `reconciling`
where that failed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Attended, MeetingPart
from server_sync.contract.chat import ChatLine
from server_sync.contract.errors import InvalidField
from server_sync.contract.meetings import (
    GUEST_SITE,
    HANDS_MOST,
    NOBODY,
    NOBODY_THERE,
    OF_A_SITE_MOST,
    PEOPLE_MOST,
    HandOrder,
    MeetingAct,
    MeetingCall,
    MeetingState,
)
from server_sync.meetings import leaving, receptions
from server_sync.meetings.admitting import Guest
from server_sync.meetings.closed_models import KeyHolder, KeyPlace
from server_sync.meetings.live_models import Done, Hand, Live, Present, Seat, WrittenLine
from server_sync.meetings.models import Meeting
from server_sync.meetings.plans import in_ms
from server_sync.meetings.spoken_models import Interpreter

GONE: Final = timedelta(minutes=2)
"""Who was not heard of for so long makes room for another PC of the same office."""
COUNTED_MOST_S: Final = 60
"""A longer time between two counts is one in which nobody looked, and is not put down to anybody."""
REMEMBERED: Final = timedelta(hours=1)
"""An act that is sent again after longer than this may be done again."""
REMEMBERED_MOST: Final = 100
BOUNDS: Final = ("speaker_most_s", "item_most_s")
SHOWN: Final = ("paper", "page")


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did: whose rights at the media server are others now, whether the stage is, what was written."""

    touched: frozenset[str] = frozenset()
    is_on_stage: bool = False
    said: tuple[ChatLine, ...] = ()


NOTHING: Final = Change()


def come_in(guest: Guest, now: datetime) -> bool:
    """Give a PC or a guest their place at the door; says whether they are let in, as a PC is by itself.

    Raises Refused `too_many_here`, `room_full`.
    """
    is_guest = guest.site_code == GUEST_SITE
    with transaction.atomic():
        _locked(guest.meeting_id, now)
        again = Present.objects.filter(meeting=guest.meeting_id, who=guest.who)
        if again.update(person=guest.person, last_seen_at=now):
            return again.filter(is_let_in=True).exists()
        others = Present.objects.filter(meeting=guest.meeting_id)
        of_site = others.filter(site=guest.site_code, is_let_in=True).order_by("last_seen_at")
        if not is_guest and len(of_site) >= OF_A_SITE_MOST:
            seated = set(Seat.objects.filter(meeting=guest.meeting_id).values_list("who", flat=True))
            gone = [one for one in of_site if not one.is_connected and one.last_seen_at < now - GONE]
            leaving = next((one for one in gone if one.who not in seated), None)
            if leaving is None:
                raise Refused("too_many_here", limit=OF_A_SITE_MOST)
            Hand.objects.filter(meeting=guest.meeting_id, who=leaving.who).delete()
            leaving.delete()
        if others.count() >= PEOPLE_MOST:
            raise Refused("room_full", limit=PEOPLE_MOST)
        Present.objects.create(
            meeting=guest.meeting_id,
            who=guest.who,
            site=guest.site_code,
            epoch=guest.epoch,
            person=guest.person,
            is_let_in=not is_guest,
            is_waiting=is_guest,
            entered_at=now,
            last_seen_at=now,
        )
    return not is_guest


def perform(guest: Guest, call: MeetingCall, now: datetime, act: "Act | None" = None) -> Change:
    """Do one act, once; what was done before, or is so already, changes nothing.

    `act` is how, where it is none of the stage.

    Raises Refused `meeting_not_open`, `who_unknown`, `not_oneself`, `not_of_desk`, `not_on_stage`, `stage_full`,
    `too_many_hands`, `viewer_only`, `interprets`, `item_unknown`, or InvalidField for an order that is none.
    """
    with transaction.atomic():
        live = _locked(guest.meeting_id, now)
        if call.act is not MeetingAct.HERE and not _is_first(guest, call, now):
            return NOTHING
        meeting = Meeting.objects.get(pk=guest.meeting_id)  # as it stands under the lock
        count(meeting, live, now)
        change = (act or _ACTS[call.act])(Asked(guest, call, meeting, live, now))
        if change.is_on_stage:
            move_on(live, now)
    return change


def begin(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Note that a meeting began: what was before is counted for nobody."""
    with transaction.atomic():
        live = _locked(guest.meeting_id, now)
        _is_first(guest, call, now)
        live.counted_at = now
        live.save(update_fields=["counted_at"])
        move_on(live, now)


def tell_anew(meeting_id: bytes, now: datetime) -> None:
    """Say that the stage of a meeting is another one, where it has one: something else than seats was changed."""
    with transaction.atomic():
        live = lock(meeting_id)
        if live is not None:
            move_on(live, now)


def move_on(live: Live, now: datetime) -> None:
    """Say that the stage is another one now; call under the lock."""
    live.version = max(live.version + 1, in_ms(now))
    live.save(update_fields=["version", "item", "item_since", "shown", "order", "is_chat_closed", *BOUNDS, *SHOWN])


def lock(meeting_id: bytes) -> Live | None:
    """Take the lock of a meeting that has a room; None when it has none. Call inside a transaction."""
    return Live.objects.select_for_update().filter(pk=meeting_id).first()


def count(meeting: Meeting, live: Live, now: datetime) -> None:
    """Put down to everybody the whole seconds since the last count; call under the lock."""
    passed_s = int((now - live.counted_at).total_seconds())
    if passed_s <= 0:
        return
    live.counted_at += timedelta(seconds=passed_s)
    live.save(update_fields=["counted_at"])
    if meeting.state != MeetingState.OPEN or passed_s > COUNTED_MOST_S:
        return
    there = Present.objects.filter(meeting=live.pk, is_connected=True)
    there.update(there_s=F("there_s") + passed_s)
    speaking = Seat.objects.filter(meeting=live.pk, is_silenced=False).values("who")
    there.filter(who__in=speaking).update(spoken_s=F("spoken_s") + passed_s)


def attended(meeting_id: bytes) -> tuple[Attended, ...]:
    """Which offices were there and for how long: that of their PCs which was there longest."""
    longest: dict[str, int] = {}
    came = Present.objects.filter(meeting=meeting_id, there_s__gt=0).exclude(site=GUEST_SITE)
    for site_code, seconds in came.values_list("site", "there_s"):
        longest[site_code] = max(seconds, longest.get(site_code, 0))
    return tuple(Attended(site_code, seconds) for site_code, seconds in sorted(longest.items()))


def clear(meeting_id: bytes, now: datetime) -> None:
    """Take everybody off the stage of a meeting that is over."""
    with transaction.atomic():
        live = lock(meeting_id)
        if live is None:
            return
        Seat.objects.filter(meeting=meeting_id).delete()
        Hand.objects.filter(meeting=meeting_id).delete()
        Interpreter.objects.filter(meeting=meeting_id).delete()
        live.shown = NOBODY
        move_on(live, now)


def forget(meeting_id: bytes) -> None:
    """Delete what was so in a meeting whose room is gone."""
    with transaction.atomic():
        lock(meeting_id)
        for table in (Seat, Hand, Interpreter, WrittenLine, KeyPlace, KeyHolder, Present, Live):
            table.objects.filter(meeting=meeting_id).delete()


def remember(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Note an act that was done elsewhere than here."""
    with transaction.atomic():
        _is_first(guest, call, now)


def forget_done(now: datetime) -> None:
    """Delete the acts that nobody sends again."""
    Done.objects.filter(done_at__lt=now - REMEMBERED).delete()


@dataclass(frozen=True, slots=True)
class Asked:
    """An act under the lock: who asks for what, and the meeting as it stands."""

    guest: Guest
    call: MeetingCall
    meeting: Meeting
    live: Live
    now: datetime

    @property
    def seats(self) -> int:
        """How many sit on stage."""
        return Seat.objects.filter(meeting=self.live.pk).count()

    def present(self, who: str) -> Present:
        """Somebody who came; raises Refused `who_unknown`."""
        found = Present.objects.filter(meeting=self.live.pk, who=who).first()
        if found is None:
            raise Refused("who_unknown")
        return found

    def seat(self, who: str) -> Seat:
        """Somebody's seat; raises Refused `not_on_stage`."""
        found = Seat.objects.filter(meeting=self.live.pk, who=who).first()
        if found is None:
            raise Refused("not_on_stage")
        return found

    def demand_open(self) -> None:
        """Raise Refused `meeting_not_open` before it began."""
        if self.meeting.state != MeetingState.OPEN:
            raise Refused("meeting_not_open")

    def demand_item(self) -> None:
        """Raise Refused `item_unknown` for a place that is not in the agenda."""
        if self.call.item > len(self.meeting.agenda):
            raise Refused("item_unknown")

    def lower(self, who: str) -> bool:
        """Take a hand down, if it is up."""
        return Hand.objects.filter(meeting=self.live.pk, who=who).delete()[0] > 0

    def free(self, who: str) -> bool:
        """Take a seat back, if there is one; who was shown large sits there no more."""
        if self.live.shown == who:
            self.live.shown = NOBODY
        return Seat.objects.filter(meeting=self.live.pk, who=who).delete()[0] > 0

    def dismiss(self, who: str) -> bool:
        """Let somebody interpret no more, if they do."""
        return Interpreter.objects.filter(meeting=self.live.pk, who=who).delete()[0] > 0

    def demand_no_interpreter(self, who: str) -> None:
        """Raise Refused `interprets` for one who says what others say: they take no seat."""
        if Interpreter.objects.filter(meeting=self.live.pk, who=who).exists():
            raise Refused("interprets")

    def give_seat(self, who: str) -> None:
        """Give a seat; raises Refused `stage_full`."""
        if self.seats >= self.meeting.seats:
            raise Refused("stage_full", limit=self.meeting.seats)
        Seat.objects.create(meeting=self.live.pk, who=who, since=self.now)

    def hold_back(self, who: str, *, is_held_back: bool) -> None:
        """Note whether somebody may take a seat by themselves, where that is the custom."""
        Present.objects.filter(meeting=self.live.pk, who=who).update(is_held_back=is_held_back)

    def sit_down(self, who: str) -> bool:
        """Give a seat to who has none, if one is free; says whether it did."""
        if self.seats >= self.meeting.seats or Seat.objects.filter(meeting=self.live.pk, who=who).exists():
            return False
        self.give_seat(who)
        return True


Act = Callable[[Asked], Change]


def _here(asked: Asked) -> Change:
    """A PC is in the room; one of the office that leads sits down by itself when none of that office does.

    In a reception everybody does who finds a seat and was not sent from it.
    """
    who = asked.guest.who
    asked.present(who)
    own = Present.objects.filter(meeting=asked.live.pk, who=who)
    own.update(is_connected=True, last_seen_at=asked.now, gone_at=None)
    is_moved = False
    if Interpreter.objects.filter(meeting=asked.live.pk, who=who).exists():
        pass  # interpreters have no seat
    elif receptions.is_reception(bytes(asked.live.pk)):
        is_moved = not own.filter(is_held_back=True).exists() and asked.sit_down(who)
    elif asked.guest.is_wall:
        pass  # nobody sits before it who would lead
    elif asked.guest.part is MeetingPart.CHAIR and asked.seats < asked.meeting.seats:
        of_chair = Present.objects.filter(meeting=asked.live.pk, site=asked.guest.site_code)
        of_chair = of_chair.exclude(person=NOBODY_THERE)  # a wall's screen leads nothing
        if not Seat.objects.filter(meeting=asked.live.pk, who__in=of_chair.values("who")).exists():
            asked.give_seat(who)
            is_moved = True
    return Change(frozenset({who}), is_on_stage=is_moved)


def _leave(asked: Asked) -> Change:
    who = asked.guest.who
    if not asked.guest.is_desk:
        leaving.hold_back_silenced(bytes(asked.live.pk), [who])  # by going and coming nobody takes back what was taken
    Present.objects.filter(meeting=asked.live.pk, who=who).update(is_connected=False, last_seen_at=asked.now)
    is_moved = asked.lower(who)
    is_moved |= asked.free(who)
    is_moved |= asked.dismiss(who)
    return Change(frozenset({who}), is_on_stage=is_moved)


def _raise_hand(asked: Asked) -> Change:
    asked.present(asked.guest.who)
    asked.demand_open()
    if asked.guest.part is MeetingPart.VIEWER:
        raise Refused("viewer_only")
    asked.demand_no_interpreter(asked.guest.who)
    asked.demand_item()
    as_asked = {"item": asked.call.item, "is_reply": asked.call.is_reply}
    hands = Hand.objects.filter(meeting=asked.live.pk)
    own = hands.filter(who=asked.guest.who)
    if own.filter(**as_asked).exists():
        return NOTHING
    if not own.update(**as_asked):
        if hands.count() >= HANDS_MOST:
            raise Refused("too_many_hands", limit=HANDS_MOST)
        Hand.objects.create(meeting=asked.live.pk, who=asked.guest.who, raised_at=asked.now, **as_asked)
    return Change(is_on_stage=True)


def _lower_hand(asked: Asked) -> Change:
    who = asked.call.who or asked.guest.who
    if who != asked.guest.who and not asked.guest.is_desk:
        raise Refused("not_of_desk")
    return Change(is_on_stage=asked.lower(who))


def _call(asked: Asked) -> Change:
    who = asked.call.who
    asked.demand_open()
    if not asked.present(who).is_let_in:
        raise Refused("who_unknown")
    asked.demand_no_interpreter(who)
    if Seat.objects.filter(meeting=asked.live.pk, who=who).exists():
        return Change(frozenset({who}), is_on_stage=asked.lower(who))
    asked.give_seat(who)
    asked.hold_back(who, is_held_back=False)
    asked.lower(who)
    return Change(frozenset({who}), is_on_stage=True)


def _thank(asked: Asked) -> Change:
    asked.seat(asked.call.who)
    asked.free(asked.call.who)
    asked.hold_back(asked.call.who, is_held_back=asked.call.who != asked.guest.who)
    return Change(frozenset({asked.call.who}), is_on_stage=True)


def _silence(asked: Asked) -> Change:
    seat = asked.seat(asked.call.who)
    wanted = asked.call.act is MeetingAct.SILENCE
    if seat.is_silenced == wanted:
        return Change(frozenset({seat.who}))
    seat.is_silenced = wanted
    seat.save(update_fields=["is_silenced"])
    return Change(frozenset({seat.who}), is_on_stage=True)


def _put_out(asked: Asked) -> Change:
    if asked.call.who == asked.guest.who:
        raise Refused("not_oneself")
    present = asked.present(asked.call.who)
    present.is_let_in = present.is_connected = present.is_waiting = False
    present.save(update_fields=["is_let_in", "is_connected", "is_waiting"])
    is_moved = asked.lower(present.who) or present.site == GUEST_SITE
    is_moved |= asked.free(present.who)
    is_moved |= asked.dismiss(present.who)
    return Change(frozenset({present.who}), is_on_stage=is_moved)


def _let_in(asked: Asked) -> Change:
    present = asked.present(asked.call.who)
    present.is_let_in, present.is_waiting = True, False
    present.save(update_fields=["is_let_in", "is_waiting"])
    return Change(is_on_stage=present.site == GUEST_SITE)  # the stage says who the guests are


def _go_to_item(asked: Asked) -> Change:
    asked.demand_open()
    asked.demand_item()
    if asked.live.item == asked.call.item:
        return NOTHING
    asked.live.item = asked.call.item
    asked.live.item_since = asked.now
    asked.live.item_most_s = 0
    return Change(is_on_stage=True)


def _order_hands(asked: Asked) -> Change:
    try:
        order = HandOrder(asked.call.order)
    except ValueError as wrong:
        raise InvalidField("unknown_value", field="MeetingCall.order") from wrong
    is_moved = asked.live.order != order
    asked.live.order = order
    return Change(is_on_stage=is_moved)


def _show(asked: Asked) -> Change:
    if asked.call.who != NOBODY:
        asked.seat(asked.call.who)
    is_moved = asked.live.shown != asked.call.who
    asked.live.shown = asked.call.who
    return Change(is_on_stage=is_moved)


_ACTS: Final[Mapping[MeetingAct, Act]] = {
    MeetingAct.HERE: _here,
    MeetingAct.LEAVE: _leave,
    MeetingAct.RAISE_HAND: _raise_hand,
    MeetingAct.LOWER_HAND: _lower_hand,
    MeetingAct.CALL: _call,
    MeetingAct.THANK: _thank,
    MeetingAct.SILENCE: _silence,
    MeetingAct.UNSILENCE: _silence,
    MeetingAct.PUT_OUT: _put_out,
    MeetingAct.LET_IN: _let_in,
    MeetingAct.GO_TO_ITEM: _go_to_item,
    MeetingAct.ORDER_HANDS: _order_hands,
    MeetingAct.SHOW: _show,
}


def _locked(meeting_id: bytes, now: datetime) -> Live:
    """Take the lock of a meeting, which begins to have a stage when nobody came before."""
    first = {"version": in_ms(now), "order": HandOrder.FIRST, "counted_at": now}
    Live.objects.get_or_create(pk=meeting_id, defaults=first)
    return Live.objects.select_for_update().get(pk=meeting_id)


def _is_first(guest: Guest, call: MeetingCall, now: datetime) -> bool:
    """Note an act; says whether it was not done before. Of each PC the newest are remembered."""
    own = Done.objects.filter(epoch=guest.epoch)
    if own.filter(act_id=call.act_id).exists():
        return False
    if own.count() >= REMEMBERED_MOST:
        oldest = own.order_by("-done_at", "-pk").values_list("pk", flat=True)[REMEMBERED_MOST - 1 :]
        own.filter(pk__in=list(oldest)).delete()
    Done.objects.create(meeting=guest.meeting_id, epoch=guest.epoch, act_id=call.act_id, done_at=now)
    return True
