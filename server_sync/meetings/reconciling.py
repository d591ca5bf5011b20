"""Brings the rooms of meetings after the tables, again and again: whoever came, what they may do, what they were told.

Acts do that at once; here is put right what failed then, what a media server lost when it was started again, and who
came by a way of their own.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.events import NO_PERSON
from server_sync.contract.meetings import (
    NOBODY,
    MeetingState,
    RunningVote,
    broadcast_of,
    mix_of,
    read_stage,
    write_stage,
)
from server_sync.meetings import acts, guests, leaving, receptions, rooms, seats, voting
from server_sync.meetings.admitting import is_past
from server_sync.meetings.conducting import (
    carry_over,
    close,
    end_room,
    media_server,
    put_out_disguised,
    tell_of_vote,
    welcome,
)
from server_sync.meetings.live_models import Hand, Live, Present, Seat
from server_sync.meetings.media_server.standing import Reach
from server_sync.meetings.models import Interpreter, Meeting
from server_sync.meetings.papers import showing
from server_sync.meetings.papers.keeping import drop_unneeded
from server_sync.meetings.receiving import CALLED_OFF
from server_sync.meetings.stage import stage_of, vote_of

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0
OVER: Final = frozenset({MeetingState.CLOSED, MeetingState.CANCELLED})


def reconcile(now: datetime) -> None:
    """Look at all meetings that have a room, once."""
    for forgotten in Meeting.objects.filter(state=MeetingState.OPEN):
        if is_past(forgotten, now):
            _close_by_rule(bytes(forgotten.pk), now)
    for left in receptions.left_over(now):
        _end_by_rule(left, now)
    for meeting_id in voting.close_due(now):
        tell_of_vote(meeting_id, now)
    seats.forget_done(now)
    guests.forget_old(now)
    drop_unneeded(now)
    going = []
    with_room = list(Live.objects.values_list("pk", flat=True))
    known = Meeting.objects.in_bulk(with_room)
    for meeting_id in with_room:
        meeting = known.get(meeting_id)
        if meeting is None or meeting.state in OVER or is_past(meeting, now):
            end_room(bytes(meeting_id))
        else:
            going.append(bytes(meeting_id))
    reach = media_server()
    if reach is not None and going:
        _put_right(reach, going)


def _close_by_rule(meeting_id: bytes, now: datetime) -> None:
    try:
        close(meeting_id, NO_PERSON, now)
    except Refused as refused:  # somebody is at it this very moment; the others are not kept waiting
        log.warning("meeting_not_closed", code=refused.code)


def _end_by_rule(left: Meeting, now: datetime) -> None:
    """Call off, or end, the meeting of a conversation that is not held any more."""
    if left.state == MeetingState.OPEN:
        _close_by_rule(bytes(left.pk), now)
        return
    try:
        acts.cancel_meeting(NO_PERSON, bytes(left.pk), CALLED_OFF)
    except Refused as refused:
        log.warning("meeting_not_called_off", code=refused.code)


def _put_right(reach: Reach, going: Collection[bytes]) -> None:
    """Bring the rooms of these meetings after the tables."""
    names = {meeting_id: rooms.name_of(meeting_id) for meeting_id in going}
    told = rooms.listing(reach, tuple(names.values()))
    if told is None:
        return
    missing = [meeting_id for meeting_id in going if names[meeting_id] not in told]
    rooms.carry_out(reach, [rooms.making(names[one], write_stage(stage_of(one))) for one in missing])
    asked_at = timezone.now()
    there = rooms.people(reach, [name for name in names.values() if name in told])
    for meeting_id, name in names.items():
        if name in there:
            put_out_disguised(reach, name, [one.who for one in there[name] if one.is_disguised])
            _put_right_in(meeting_id, told[name], there[name], asked_at)


def _put_right_in(meeting_id: bytes, told: str, there: Iterable[rooms.Somebody], asked_at: datetime) -> None:
    """Bring one room after the tables: who is there is noted, and who may not is sent away."""
    here = {one.who: one for one in there}
    welcomed = welcome(meeting_id)
    _note(meeting_id, set(here), welcomed, told, asked_at)
    stage = stage_of(meeting_id)
    mix = mix_of(meeting_id)  # which has a right that no seat gives
    welcomed |= {broadcast_of(meeting_id), mix}
    wrong = {
        who
        for who, one in here.items()
        if who not in welcomed or (who != mix and not one.has(rooms.Rights.of(stage, who)))
    }
    carry_over(meeting_id, seats.Change(frozenset(wrong), is_on_stage=_version_in(told) != stage.version))


def _note(meeting_id: bytes, here: Collection[str], welcomed: Collection[str], told: str, asked_at: datetime) -> None:
    """Write down who is in the room, and take seats and hands of those who are welcome no more."""
    with transaction.atomic():
        live = seats.lock(meeting_id)
        meeting = Meeting.objects.filter(pk=meeting_id).first()
        if live is None or meeting is None:
            return
        seats.count(meeting, live, asked_at)
        came = Present.objects.filter(meeting=meeting_id)
        came.filter(who__in=here).update(is_connected=True, last_seen_at=asked_at)
        came.filter(is_connected=True, last_seen_at__lt=asked_at).exclude(who__in=here).update(is_connected=False)
        leaving.note_gone(meeting_id, here, asked_at)
        is_moved = _plan_in(told) != (meeting.state, meeting.seats) or _vote_in(told) != vote_of(meeting_id)
        if live.item > len(meeting.agenda):  # the plan was changed while it was held
            live.item, live.item_since, is_moved = 0, None, True
        is_moved |= leaving.free_gone(live, asked_at)
        is_moved |= showing.put_away_gone(live)
        unwelcome = Seat.objects.filter(meeting=meeting_id).exclude(who__in=welcomed)
        leaving.hold_back_silenced(meeting_id, list(unwelcome.values_list("who", flat=True)))
        for table in (Seat, Hand, Interpreter):
            is_moved |= table.objects.filter(meeting=meeting_id).exclude(who__in=welcomed).delete()[0] > 0
        if live.shown and live.shown not in welcomed:
            live.shown = NOBODY
        if is_moved:
            seats.move_on(live, asked_at)


def _version_in(told: str) -> int | None:
    """The version of a stage that a room was told; None for what is none."""
    try:
        return read_stage(told).version
    except MalformedBytes:
        return None


def _plan_in(told: str) -> tuple[MeetingState, int] | None:
    """Where the meeting stands and how many seats there are, as the room was told; None for what is no stage."""
    try:
        stage = read_stage(told)
    except MalformedBytes:
        return None
    return stage.state, stage.seats_most


def _vote_in(told: str) -> RunningVote | None:
    """The vote that a room was told of; offices that voted since make it another one."""
    try:
        return read_stage(told).vote
    except MalformedBytes:
        return None
