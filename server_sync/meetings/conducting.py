"""Answers what a PC asks for in a meeting: the act in the tables first, then what it means at the media server.

A media server that is away undoes no act; only the way in cannot be given without one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingSaid
from server_sync.contract.chat import TOPIC, write_lines
from server_sync.contract.errors import InvalidField
from server_sync.contract.meetings import (
    GUEST_SITE,
    KEYS_TOPIC,
    MeetingAct,
    MeetingCall,
    MeetingReply,
    MeetingState,
    Stage,
    site_of,
    write_desk,
    write_stage,
)
from server_sync.meetings import (
    acts,
    chatting,
    closed_keys,
    deciding,
    interpreting,
    lines,
    receptions,
    rooms,
    seats,
    voting,
)
from server_sync.meetings.admitting import Guest, admit, with_a_role
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.live_models import Live, Present
from server_sync.meetings.media_server.standing import Reach
from server_sync.meetings.media_server.standing import reach as reach_of
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.pacing import ACTING, COMING, LOOKING, SAYING, TESTING, Calls
from server_sync.meetings.papers import showing
from server_sync.meetings.plans import in_ms
from server_sync.meetings.stage import NOT_YET, desk_of, stage_of
from server_sync.meetings.tokens import LASTS, sign_in
from server_sync.meetings.vote_models import Vote
from server_sync.workplaces.models import Epoch, Revocation

log = structlog.get_logger(__name__)

AGAIN_S: Final = 5
"""When a PC asks again for the way in, while there is no media server."""
TURNS_MOST: Final = 5
"""So often the room is told again because the stage changed while it was told; the rest is `reconciling`'s."""

NO_VOTE: Final = bytes(16)

_looks: Final = Calls(LOOKING)
_calls: Final = Calls(ACTING)
_comings: Final = Calls(COMING)
_says: Final = Calls(SAYING)
_tests: Final = Calls(TESTING)


def answer(call: MeetingCall, epoch: Epoch) -> MeetingReply:
    """Do what a PC asks for and tell it the stage; safe to repeat. Raises Refused and InvalidField by name."""
    demand_pace(call.act, bytes(epoch.id))
    if not call.who.isprintable():  # PostgreSQL takes no NUL in a text, and nobody is called so
        raise Refused("who_unknown")
    now = timezone.now()
    return carry_out(admit(call, epoch, now), call, now)


def demand_pace(act: MeetingAct, epoch: bytes) -> None:
    """Count a call of a PC or a guest; raises Refused `too_often`."""
    _paces(act).demand_seldom(epoch)


def carry_out(guest: Guest, call: MeetingCall, now: datetime) -> MeetingReply:
    """Do what somebody asks for who may; raises Refused and InvalidField by name."""
    closed_keys.demand_program(guest, call)
    match call.act:
        case MeetingAct.LOOK:
            lines.note(guest, call)
            _wish_key(guest, call, now)
            return _reply(guest, stage_of(guest.meeting_id), now, call)
        case MeetingAct.TEST_LINE:
            return lines.filled(call, _reply(guest, stage_of(guest.meeting_id), now, call))
        case MeetingAct.ENTER:
            return _enter(guest, now, call)
        case MeetingAct.OPEN:
            _open(guest, call, now)
        case MeetingAct.CLOSE:
            _close(guest, call, now)
        case MeetingAct.OPEN_VOTE | MeetingAct.END_VOTE:
            _vote(guest, call, now)
        case MeetingAct.TAKE_DECISION:
            _take_decision(guest, call, now)
        case MeetingAct.WITHDRAW_DECISION:
            _withdraw_decision(guest, call, now)
        case MeetingAct.SHOW_PAPER:
            carry_over(guest.meeting_id, seats.perform(guest, call, now, showing.show))
        case MeetingAct.GIVE_KEYS:
            carry_over(guest.meeting_id, seats.perform(guest, call, now, _give_keys))
        case act if act in chatting.ACTS:
            carry_over(guest.meeting_id, seats.perform(guest, call, now, chatting.ACTS[act]))
        case act if act in interpreting.ACTS:
            carry_over(guest.meeting_id, seats.perform(guest, call, now, interpreting.ACTS[act]))
        case _:
            carry_over(guest.meeting_id, seats.perform(guest, call, now))
            if call.act is MeetingAct.HERE:
                lines.note(guest, call)
    log.info("meeting", kind=call.act.name.lower(), site=guest.site_code, epoch=guest.epoch.hex())
    return _reply(guest, stage_of(guest.meeting_id), now, call)


def _paces(act: MeetingAct) -> Calls:
    """By which pace an act goes."""
    match act:
        case MeetingAct.LOOK:
            return _looks
        case MeetingAct.ENTER | MeetingAct.HERE:
            return _comings
        case MeetingAct.SAY:
            return _says
        case MeetingAct.TEST_LINE:
            return _tests
        case _:
            return _calls


def carry_over(meeting_id: bytes, change: seats.Change) -> None:
    """Tell the media server what an act means, until it knows the stage as it is now. Call outside transactions."""
    reach = media_server()
    if reach is None:
        return
    room = rooms.name_of(meeting_id)
    if change.said:
        rooms.carry_out(reach, [rooms.sending(room, TOPIC, write_lines(change.said))])
    if not (change.touched or change.is_on_stage):
        return
    for _ in range(TURNS_MOST):
        stage = stage_of(meeting_id)
        out = change.touched - welcome(meeting_id)
        steps = [rooms.putting_out(room, who) for who in sorted(out)]
        steps += [rooms.giving_rights(room, who, rooms.Rights.of(stage, who)) for who in sorted(change.touched - out)]
        if change.is_on_stage:
            steps.append(rooms.telling(room, write_stage(stage)))
        if not rooms.carry_out(reach, steps) or stage.version == version_of(meeting_id):
            return


def put_out_disguised(reach: Reach, room: str, disguised: Sequence[str]) -> None:
    """End what goes under a wrong name by sending its participant away, who may come back without it."""
    for who in disguised:
        log.warning("disguised_track", site=site_of(who))
    rooms.carry_out(reach, [rooms.putting_out(room, who) for who in disguised])


def welcome(meeting_id: bytes) -> frozenset[str]:
    """Who may be in the room: let in, of an office that is invited still, at a PC or by a link that was not withdrawn.

    Whoever sits before the PC still has a role that brings them there, and in a reception still sees the request.
    """
    invited = Invitation.objects.filter(meeting=meeting_id).values("site")
    withdrawn = Revocation.objects.values("epoch")
    guests = GuestLink.objects.filter(meeting=meeting_id, withdrawn_at=None).values("guest")
    came = Present.objects.filter(meeting=meeting_id, is_let_in=True)
    by_link = came.filter(site=GUEST_SITE, epoch__in=guests).values_list("who", flat=True)
    at_a_pc = came.filter(site__in=invited).exclude(epoch__in=withdrawn)
    return with_a_role(at_a_pc, receptions.seen_by(meeting_id)) | frozenset(by_link)


def media_server() -> Reach | None:
    """Where the media server is reached; None when there is none, or it is not well."""
    return reach_of(settings.LIAISON_MEDIA, settings.LIAISON_HOME)


def version_of(meeting_id: bytes) -> int:
    """The version of a stage, without the rest of it."""
    return Live.objects.filter(pk=meeting_id).values_list("version", flat=True).first() or NOT_YET


def _enter(guest: Guest, now: datetime, call: MeetingCall) -> MeetingReply:
    """Give the way in: a room that is there, a place at its door, a token. A guest waits for the desk's word."""
    reach = media_server()
    room = rooms.name_of(guest.meeting_id)
    if reach is None or not rooms.ensure(reach, room, write_stage(stage_of(guest.meeting_id))):
        raise Refused("no_media_server", permanent=False, wait_s=AGAIN_S)
    if not seats.come_in(guest, now):
        return _reply(guest, stage_of(guest.meeting_id), now, call)
    _wish_key(guest, call, now)
    if guest.is_desk and guest.meeting.state == MeetingState.PLANNED and receptions.is_to_begin(guest.meeting, now):
        _open(guest, call, now)
    token = sign_in(reach.pair, room, guest.who)
    return _reply(guest, stage_of(guest.meeting_id), now, call, url=reach.client_url, token=token)


def _wish_key(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Note what key a PC waits for, and tell the desk that has it."""
    giver = closed_keys.wish(guest, call, now)
    reach = media_server() if giver else None
    if reach is not None:
        rooms.carry_out(reach, [rooms.sending(rooms.name_of(guest.meeting_id), KEYS_TOPIC, "", to=giver)])


def _give_keys(asked: seats.Asked) -> seats.Change:
    """Under the lock of the stage: whoever came in before it was taken is one of those who are welcome."""
    return closed_keys.give(asked, welcome(asked.guest.meeting_id))


def close(meeting_id: bytes, person: bytes, now: datetime) -> None:
    """Let a meeting end: who was there is written down, everybody is sent away; raises Refused as `acts.close_meeting`.

    Of two who do it at once, one finds it done.
    """
    meeting = Meeting.objects.get(pk=meeting_id)
    with transaction.atomic():
        live = seats.lock(meeting_id)
        if live is not None:
            seats.count(meeting, live, now)
    there = seats.attended(meeting_id)
    _unless("meeting_over", lambda: acts.close_meeting(person, meeting_id, there, lambda: _written_in(meeting_id)))
    seats.clear(meeting_id, now)
    end_room(meeting_id)


def end_room(meeting_id: bytes) -> None:
    """End the room of a meeting that is over, and forget who sat there; later, while there is no media server."""
    reach = media_server()
    if reach is not None and rooms.carry_out(reach, [rooms.ending(rooms.name_of(meeting_id))]):
        seats.forget(meeting_id)


def _open(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Let the meeting begin; one that has begun is left as it is."""
    if guest.has_done:
        return
    if guest.meeting.state == MeetingState.PLANNED:
        _unless("meeting_open", lambda: acts.open_meeting(guest.person, guest.meeting_id))
    seats.begin(guest, call, now)
    carry_over(guest.meeting_id, seats.Change(is_on_stage=True))


def _close(guest: Guest, call: MeetingCall, now: datetime) -> None:
    if guest.has_done:
        return
    close(guest.meeting_id, guest.person, now)
    seats.remember(guest, call, now)


def _vote(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Open a vote, which the act names, or count one; one that is counted already is left as it is."""
    if guest.has_done:
        return
    if call.act is MeetingAct.OPEN_VOTE:
        if call.asked is None:
            raise Refused("question_missing")
        voting.open_vote(guest.person, guest.meeting_id, call.act_id, call.asked, call.item, now)
    else:
        vote_id = call.vote or NO_VOTE
        if not Vote.objects.filter(pk=vote_id, meeting=guest.meeting).exists():
            raise Refused("vote_unknown")
        _unless("vote_over", lambda: voting.close_vote(guest.person, vote_id))
    seats.remember(guest, call, now)
    tell_of_vote(guest.meeting_id, now)


def tell_of_vote(meeting_id: bytes, now: datetime) -> None:
    """Tell a meeting's room that a vote was opened, counted, or cast in."""
    seats.tell_anew(meeting_id, now)
    carry_over(meeting_id, seats.Change(is_on_stage=True))


def _written_in(meeting_id: bytes) -> Sequence[MeetingSaid]:
    """What is to be kept of the chat, which nobody writes on from here until the meeting is over.

    Of a reception nothing is: the words would lie where no erasure of the request reaches them.
    """
    seats.lock(meeting_id)
    return () if receptions.is_reception(meeting_id) else chatting.kept(meeting_id)


def _take_decision(guest: Guest, call: MeetingCall, now: datetime) -> None:
    """Write a decision down; one whose answer was lost is there already."""
    body = call.decision
    if body is None or body.meeting != guest.meeting_id:
        raise InvalidField("missing", field="MeetingCall.decision")
    if not guest.has_done:
        try:
            deciding.take_decision(guest.person, body)
        except Refused as refused:
            if refused.code != "decision_known" or not deciding.is_written(body):
                raise
        seats.remember(guest, call, now)


def _withdraw_decision(guest: Guest, call: MeetingCall, now: datetime) -> None:
    body = call.withdrawal
    if body is None or body.meeting != guest.meeting_id:
        raise InvalidField("missing", field="MeetingCall.withdrawal")
    if not guest.has_done:
        _unless("decision_withdrawn", lambda: deciding.withdraw_decision(guest.person, body))
        seats.remember(guest, call, now)


def _unless(done: str, act: Callable[[], object]) -> None:
    """Do an act, unless it is refused because somebody else did it meanwhile."""
    try:
        act()
    except Refused as refused:
        if refused.code != done:
            raise


def _reply(
    guest: Guest, stage: Stage, now: datetime, call: MeetingCall, *, url: str = "", token: str = ""
) -> MeetingReply:
    is_at_door = guest.site_code == GUEST_SITE and guest.who not in welcome(guest.meeting_id)
    after = 0 if is_at_door else call.chat_after
    said = chatting.lines_after(guest.meeting_id, after - 1) if after else ()
    keys = closed_keys.NONE
    if guest.meeting.is_closed:
        keys = closed_keys.told(guest, call, welcome(guest.meeting_id), now)
    return MeetingReply(
        stage=write_stage(Stage(stage.version, stage.state, stage.seats_most) if is_at_door else stage),
        who=guest.who,
        url=url,
        token=token,
        token_until_ms=in_ms(now + LASTS) if token else 0,
        desk=write_desk(desk_of(guest.meeting_id)) if guest.is_desk else "",
        server_time_ms=in_ms(now),
        chat=write_lines(said) if said else "",
        key_given=keys.given,
        keys_wished=keys.wished,
    )
