"""The call of a meeting: what a person does in one, from the PC that is there."""

from django.http import HttpRequest

from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.authentication import read_request_headers
from server_sync.contract.meetings import ACT_AGE_MS, MeetingCall, MeetingReply
from server_sync.exchange.calls import known_workplace, now_ms

CALL_LIMIT_BYTES = 32 * 1024
"""A decision in three languages is the largest; most calls have a hundred bytes."""


def meeting(request: HttpRequest, body: bytes) -> MeetingReply:
    """Do what a person asks for in a meeting and tell the stage; safe to repeat as often as the line breaks.

    Raises Refused `too_late` for an act that lay somewhere on the way: whoever pressed was told that it was given up.
    """
    from server_sync.meetings.conducting import answer  # the media server's client takes a second to load

    caller = known_workplace(request, body)
    if abs(now_ms() - read_request_headers(request.headers).time_ms) > ACT_AGE_MS:
        raise Refused("too_late", permanent=False, limit_ms=ACT_AGE_MS)
    return answer(frames.unpack(MeetingCall, body, CALL_LIMIT_BYTES), caller.epoch)
