"""Reads from the tables what everybody in a meeting sees, and what the chair's desk sees besides."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Sum
from django.utils import timezone

from server_sync.contract.bodies import Words
from server_sync.contract.interpreting import Bounds
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import (
    GUEST_SITE,
    PEOPLE_MOST,
    Desk,
    HandOrder,
    MeetingState,
    RunningVote,
    Stage,
    site_of,
)
from server_sync.contract.meetings import Guest as ToldGuest
from server_sync.contract.meetings import Hand as ToldHand
from server_sync.contract.meetings import Present as ToldPresent
from server_sync.contract.meetings import Seat as ToldSeat
from server_sync.meetings import receptions
from server_sync.meetings.closed_models import KeyHolder
from server_sync.meetings.deciding import noted
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.interpreting import interpreters
from server_sync.meetings.live_models import Hand, Live, Present, Seat
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers.showing import shown_page
from server_sync.meetings.plans import in_ms
from server_sync.meetings.vote_models import Vote

NOT_YET: Final = 0
"""The version of a stage that nobody has come to."""


def stage_of(meeting_id: bytes) -> Stage:
    """The stage of a meeting as it is now."""
    meeting = Meeting.objects.get(pk=meeting_id)
    live = Live.objects.filter(pk=meeting_id).first()
    state = MeetingState(meeting.state)
    if live is None:
        is_over = state in {MeetingState.CLOSED, MeetingState.CANCELLED}
        version = in_ms(timezone.now()) if is_over else NOT_YET  # newer than whatever was seen of it
        return Stage(version=version, state=state, seats_most=meeting.seats, vote=vote_of(meeting_id))
    seats = Seat.objects.filter(meeting=meeting_id).order_by("since", "pk")
    paper, page = shown_page(live)
    return Stage(
        version=live.version,
        state=state,
        seats_most=meeting.seats,
        item=live.item,
        item_since_ms=0 if live.item_since is None else in_ms(live.item_since),
        shown=live.shown,
        order=HandOrder(live.order),
        seats=tuple(ToldSeat(one.who, in_ms(one.since), one.is_silenced) for one in seats),
        hands=_hands(live),
        vote=vote_of(meeting_id),
        is_chat_closed=live.is_chat_closed,
        guests=_guests(meeting_id),
        interpreters=interpreters(meeting_id),
        bounds=Bounds(live.speaker_most_s, live.item_most_s),
        paper=paper,
        page=page,
        key_number=_key_number(meeting),
    )


def vote_of(meeting_id: bytes) -> RunningVote | None:
    """The vote that runs, with how many offices voted and never with how."""
    vote = Vote.objects.filter(meeting=meeting_id, closing=None).first()
    if vote is None:
        return None
    return RunningVote(
        vote=vote.id.hex(),
        question=Words(vote.question_ky, vote.question_ru, vote.question_en),
        ends_at_ms=in_ms(vote.ends_at),
        cast=vote.ballots.count(),
        most=len(vote.offices),
        quorum=vote.quorum,
        item=vote.item,
        sealing_key=vote.sealing_key.hex() if vote.sealing_key is not None else "",
    )


def desk_of(meeting_id: bytes) -> Desk:
    """Everybody who came, those first who are there; as many as a desk is told of."""
    came = Present.objects.filter(meeting=meeting_id).order_by("-is_connected", "entered_at", "pk")
    names = _names(meeting_id)
    return Desk(
        tuple(
            ToldPresent(
                one.who,
                one.is_let_in,
                one.is_connected,
                one.spoken_s,
                names.get(bytes(one.epoch), ""),
                one.is_waiting,
                Line(one.line),
            )
            for one in came[:PEOPLE_MOST]
        ),
        noted(meeting_id),
        receptions.is_reception(meeting_id),
    )


def in_order(hands: Iterable[ToldHand], order: HandOrder, item: int) -> tuple[ToldHand, ...]:
    """Hands as they are called: who answers the present speaker first, the others in the order that the desk chose.

    By item, those for the present item and for what was before it, or for none, come first.
    """

    def place(hand: ToldHand) -> tuple[bool, int, int]:
        behind = {HandOrder.FIRST: 0, HandOrder.ITEM: max(hand.item - item, 0), HandOrder.LEAST: hand.spoken_s}
        return (not hand.is_reply, behind[order], hand.raised_ms)

    return tuple(sorted(hands, key=place))


def _guests(meeting_id: bytes) -> tuple[ToldGuest, ...]:
    """Those who came by a link and were let in."""
    names = _names(meeting_id)
    came = Present.objects.filter(meeting=meeting_id, site=GUEST_SITE, is_let_in=True).order_by("entered_at", "pk")
    return tuple(ToldGuest(one.who, names[bytes(one.epoch)]) for one in came if bytes(one.epoch) in names)


def _key_number(meeting: Meeting) -> int:
    """The number of the newest key of a closed meeting; 0 when there is none."""
    if not meeting.is_closed:
        return 0
    return KeyHolder.objects.filter(pk=bytes(meeting.pk)).values_list("number", flat=True).first() or 0


def _names(meeting_id: bytes) -> Mapping[bytes, str]:
    """What the guests of a meeting are called, those whose link was withdrawn left out."""
    links = GuestLink.objects.filter(meeting=meeting_id, withdrawn_at=None)
    return {bytes(guest): name for guest, name in links.values_list("guest", "name")}


def _hands(live: Live) -> tuple[ToldHand, ...]:
    raised = Hand.objects.filter(meeting=live.pk).order_by("raised_at", "pk")
    spoken = _spoken(bytes(live.pk)) if raised else {}
    told = (
        ToldHand(one.who, one.item, one.is_reply, in_ms(one.raised_at), spoken.get(_whose(one.who), 0))
        for one in raised
    )
    return in_order(told, HandOrder(live.order), live.item)


def _whose(who: str) -> str:
    """Whose time somebody speaks in: that of their office, or a guest's own."""
    site_code = site_of(who)
    return who if site_code == GUEST_SITE else site_code


def _spoken(meeting_id: bytes) -> Mapping[str, int]:
    """How long each office has had the floor, all of its PCs together, and each guest."""
    came = Present.objects.filter(meeting=meeting_id)
    sums = came.exclude(site=GUEST_SITE).values_list("site").annotate(Sum("spoken_s"))
    return dict(sums) | dict(came.filter(site=GUEST_SITE).values_list("who", "spoken_s"))
