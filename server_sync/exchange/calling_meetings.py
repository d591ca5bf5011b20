"""The call of a meeting: what a person does in one, from the PC that is there."""

from django.http import HttpRequest

from server_sync.contract import frames
from server_sync.contract.meetings import MeetingCall, MeetingReply
from server_sync.exchange.calls import known_workplace

CALL_LIMIT_BYTES = 4 * 1024


def meeting(request: HttpRequest, body: bytes) -> MeetingReply:
    """Do what a person asks for in a meeting and tell the stage; safe to repeat as often as the line breaks."""
    from server_sync.meetings.conducting import answer  # the media server's client takes a second to load

    caller = known_workplace(request, body)
    return answer(frames.unpack(MeetingCall, body, CALL_LIMIT_BYTES), caller.epoch)
