"""Lets people interpret, and says how long each may speak: acts under the lock of a meeting, as those of `seats`."""

from collections.abc import Callable, Mapping
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.errors import InvalidField
from server_sync.contract.interpreting import INTERPRETERS_MOST, Into, into_of
from server_sync.contract.interpreting import Interpreter as ToldInterpreter
from server_sync.contract.meetings import GUEST_SITE, NOBODY_THERE, MeetingAct
from server_sync.meetings.live_models import Seat
from server_sync.meetings.seats import NOTHING, Asked, Change
from server_sync.meetings.spoken_models import Interpreter


def interpreters(meeting_id: bytes) -> tuple[ToldInterpreter, ...]:
    """Who interprets in a meeting, those first who were called first."""
    found = Interpreter.objects.filter(meeting=meeting_id).order_by("pk")
    return tuple(ToldInterpreter(one.who, Into(one.into), one.pk) for one in found)


def _interpret(asked: Asked) -> Change:
    """Let somebody interpret, or without a language no more.

    Raises Refused `who_unknown`, `sits_on_stage`, `too_many_interpreters`.
    """
    who = asked.call.who
    here = Interpreter.objects.filter(meeting=asked.live.pk)
    if not asked.call.into:
        return Change(frozenset({who}), is_on_stage=True) if here.filter(who=who).delete()[0] else NOTHING
    into = _into(asked)
    present = asked.present(who)
    is_wall = present.site != GUEST_SITE and bytes(present.person) == NOBODY_THERE  # a guest is known by a link
    if not present.is_let_in or is_wall:
        raise Refused("who_unknown")
    if Seat.objects.filter(meeting=asked.live.pk, who=who).exists():
        raise Refused("sits_on_stage")
    one = here.filter(who=who).first()
    if one is not None:
        return _turned(one, into)
    if here.count() >= INTERPRETERS_MOST:
        raise Refused("too_many_interpreters", limit=INTERPRETERS_MOST)
    Interpreter.objects.create(meeting=bytes(asked.live.pk), who=who, into=into)
    asked.lower(who)
    return Change(frozenset({who}), is_on_stage=True)


def _go_over(asked: Asked) -> Change:
    """Say from now on what is spoken in the other language; raises Refused `not_interpreter`."""
    into = _into(asked)
    one = Interpreter.objects.filter(meeting=asked.live.pk, who=asked.guest.who).first()
    if one is None:
        raise Refused("not_interpreter")
    return _turned(one, into)


def _turned(one: Interpreter, into: Into) -> Change:
    if one.into == into:
        return NOTHING
    one.into = into
    one.save(update_fields=["into"])
    return Change(is_on_stage=True)


def _bound(asked: Asked) -> Change:
    """Say how long each speaker may speak, or the present item may take; raises Refused `item_unknown`."""
    live, seconds = asked.live, asked.call.bound_s
    if asked.call.item == 0:
        is_moved = live.speaker_most_s != seconds
        live.speaker_most_s = seconds
    elif asked.call.item != live.item:
        raise Refused("item_unknown")
    else:
        is_moved = live.item_most_s != seconds
        live.item_most_s = seconds
    return Change(is_on_stage=is_moved)


def _into(asked: Asked) -> Into:
    into = into_of(asked.call.into)
    if into is None:
        raise InvalidField("unknown_value", field="MeetingCall.into")
    return into


ACTS: Final[Mapping[MeetingAct, Callable[[Asked], Change]]] = {
    MeetingAct.INTERPRET: _interpret,
    MeetingAct.INTERPRET_INTO: _go_over,
    MeetingAct.SET_BOUND: _bound,
}
