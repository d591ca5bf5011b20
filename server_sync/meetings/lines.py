"""Notes how thick the lines of the PCs in a meeting are, and says which meetings need the mix for thin ones."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from server_sync.contract.meeting_lines import FILLING_DOWN_BYTES, TAKES_THE_MIX, Line
from server_sync.contract.meetings import MeetingCall, MeetingReply, MeetingState
from server_sync.meetings.admitting import Guest
from server_sync.meetings.live_models import Present
from server_sync.meetings.models import Meeting


def note(guest: Guest, call: MeetingCall) -> None:
    """Note what a PC says of its line; one that came to no door is noted nowhere."""
    if call.told_line is not Line.UNKNOWN:
        came = Present.objects.filter(meeting=guest.meeting_id, who=guest.who)
        came.exclude(line=call.told_line).update(line=call.told_line)


def filled(call: MeetingCall, reply: MeetingReply) -> MeetingReply:
    """The answer to a test of the line: bytes that no line makes smaller, unless some came up."""
    return reply if call.filling else replace(reply, filling=secrets.token_bytes(FILLING_DOWN_BYTES))


def in_need_of_mix() -> Sequence[Meeting]:
    """The meetings that run, are not closed (encrypted), and have somebody in the room whose line is not good."""
    thin = Present.objects.filter(is_connected=True, is_let_in=True, line__in=sorted(TAKES_THE_MIX)).values("meeting")
    return list(Meeting.objects.filter(pk__in=thin, state=MeetingState.OPEN, is_closed=False))
