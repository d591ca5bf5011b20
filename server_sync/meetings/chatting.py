"""The chat of a meeting while it runs: who writes, what the desk takes away, what whoever comes late is given.

Lines stand in a table of their own until the meeting ends; then they become events, and the table forgets them.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.db.models import Max, Q

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import CHAT_CHARACTERS, MeetingSaid, SaidLine
from server_sync.contract.chat import KEPT_MOST, LINES_MOST, ChatLine
from server_sync.contract.direction import without_marks
from server_sync.contract.limits import check_text, is_blank, settle_pasted
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings.live_models import WrittenLine
from server_sync.meetings.plans import in_ms
from server_sync.meetings.seats import NOTHING, Asked, Change

PIECE_BYTES: Final = 200_000
"""Of one event at most; a body holds more, and an exchange with a thin line is glad of less."""
PIECE_LINES: Final = 2_000
_LINE_HEAD_BYTES: Final = 40


def lines_after(meeting_id: bytes, number: int) -> tuple[ChatLine, ...]:
    """The newest lines after one, and which of those that were told before have been taken away since."""
    written = WrittenLine.objects.filter(meeting=meeting_id)
    if not number:
        wanted = written.exclude(text="")
    else:
        wanted = written.filter(Q(number__gt=number) | Q(number__gt=number - LINES_MOST, text=""))
    newest = wanted.order_by("-number")[:LINES_MOST]
    return tuple(_told(one) for one in reversed(newest))


def kept(meeting_id: bytes) -> tuple[MeetingSaid, ...]:
    """What was written and not taken away, in pieces; call inside the transaction that ends the meeting."""
    pieces: list[MeetingSaid] = []
    lines: list[SaidLine] = []
    size, first = 0, 1
    for one in WrittenLine.objects.filter(meeting=meeting_id).exclude(text="").order_by("number"):
        line = SaidLine(one.site, in_ms(one.said_at), one.text)
        size_of_line = len(one.text.encode()) + _LINE_HEAD_BYTES
        if lines and (size + size_of_line > PIECE_BYTES or len(lines) == PIECE_LINES):
            pieces.append(MeetingSaid(meeting_id, first, tuple(lines)))
            first, lines, size = first + len(lines), [], 0
        lines.append(line)
        size += size_of_line
    return (*pieces, MeetingSaid(meeting_id, first, tuple(lines))) if lines else ()


def _say(asked: Asked) -> Change:
    """Write a line; whoever is in the room may, and the desk also when the chat is closed."""
    if asked.meeting.is_closed:
        raise Refused("off_in_closed")  # the centre and the media server would read it
    asked.demand_open()
    text = without_marks(settle_pasted(asked.call.text)).strip()
    if is_blank(text):
        raise Refused("text_empty")
    for breach in check_text("MeetingCall.text", text, CHAT_CHARACTERS):
        raise breach
    if not asked.present(asked.guest.who).is_connected:
        raise Refused("not_in_room")
    if asked.live.is_chat_closed and not asked.guest.is_desk:
        raise Refused("chat_closed")
    written = WrittenLine.objects.filter(meeting=asked.live.pk)
    number = (written.aggregate(Max("number"))["number__max"] or 0) + 1
    if number > KEPT_MOST:
        raise Refused("chat_full", limit=KEPT_MOST)
    line = WrittenLine.objects.create(
        meeting=asked.live.pk,
        number=number,
        who=asked.guest.who,
        site=asked.guest.site_code,
        said_at=asked.now,
        text=text,
    )
    return Change(said=(_told(line),))


def _unsay(asked: Asked) -> Change:
    """Take a line away; it is not kept."""
    line = WrittenLine.objects.filter(meeting=asked.live.pk, number=asked.call.line).first()
    if line is None:
        raise Refused("line_unknown")
    if not line.text:
        return NOTHING
    line.text = ""
    line.save(update_fields=["text"])
    return Change(said=(_told(line),))


def _close_or_open(asked: Asked) -> Change:
    is_closed = asked.call.act is MeetingAct.CLOSE_CHAT
    is_moved = asked.live.is_chat_closed != is_closed
    asked.live.is_chat_closed = is_closed
    return Change(is_on_stage=is_moved)


def _told(line: WrittenLine) -> ChatLine:
    return ChatLine(line.number, line.who, in_ms(line.said_at), line.text)


ACTS: Final[Mapping[MeetingAct, Callable[[Asked], Change]]] = {
    MeetingAct.SAY: _say,
    MeetingAct.UNSAY: _unsay,
    MeetingAct.CLOSE_CHAT: _close_or_open,
    MeetingAct.OPEN_CHAT: _close_or_open,
}
