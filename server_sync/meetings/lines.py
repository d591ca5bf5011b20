"""Notes how thick the lines of the PCs in a meeting are, and says which meetings need the mix for thin ones."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from server_sync.contract.meeting_lines import FILLING_DOWN_BYTES, TAKES_THE_MIX, Line
from server_sync.contract.meetings import MeetingCall, MeetingReply, MeetingState
from server_sync.meetings.admitting import Guest
from server_sync.meetings.live_models import Present
from server_sync.meetings.models import Meeting
from server_sync.meetings.receptions import but_receptions


def note(guest: Guest, call: MeetingCall) -> None:
    """Note what a PC says of its line; one that came to no door is noted nowhere."""
    if call.told_line is not Line.UNKNOWN:
        came = Present.objects.filter(meeting=guest.meeting_id, who=guest.who)
        came.exclude(line=call.told_line).update(line=call.told_line)


def filled(call: MeetingCall, reply: MeetingReply) -> MeetingReply:
    """The answer to a test of the line: bytes that no line makes smaller, unless some came up."""
    return reply if call.filling else replace(reply, filling=secrets.token_bytes(FILLING_DOWN_BYTES))


def in_need_of_mix() -> Sequence[Meeting]:
    """The meetings that run, are not closed (encrypted), and have somebody in the room whose line is not good.

    Those first in which most have such a line. Conversations of citizens have none: of four at most there is little to
    mix, and there may be as many of them as there are offices.
    """
    thin = Present.objects.filter(is_connected=True, is_let_in=True, line__in=sorted(TAKES_THE_MIX))
    many = Counter(bytes(meeting) for meeting in thin.values_list("meeting", flat=True))
    running = Meeting.objects.filter(pk__in=list(many), state=MeetingState.OPEN, is_closed=False)
    return sorted(but_receptions(running), key=lambda one: (-many[bytes(one.pk)], bytes(one.pk)))
