"""Says which meetings are broadcast, recorded and mixed for thin lines now, where that is kept, and what is new.

A meeting is shown to everybody, or recorded, from its opening to its end, when its plan says so; a closed one never is.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Max, Q

from server_sync.common.home import private_folder
from server_sync.contract.meetings import MeetingState
from server_sync.meetings import lines, rooms
from server_sync.meetings.broadcast.orders import Caption as ToldCaption
from server_sync.meetings.broadcast.orders import Order
from server_sync.meetings.conducting import media_server
from server_sync.meetings.models import Caption, Meeting, MeetingDecision
from server_sync.meetings.places import LIVE, RECORDS, live_folder, parts_of
from server_sync.meetings.plans import in_ms
from server_sync.meetings.tokens import sign_in_broadcast, sign_in_mix
from server_sync.workplaces.models import Site

FORGOTTEN_S: Final = 600
"""So long after its end the last minute of a broadcast can still be fetched."""
CAPTIONS_AT_ONCE: Final = 20
DECISIONS_MOST: Final = 200
WORDS_MOST: Final = 120
DECIDED: Final = "Чечим"
"""What a chapter of a decision begins with: as all in the picture, in the language of the state."""
MIXES_MOST: Final = 4
"""So many meetings are mixed at once: each mix takes 125 MB and a tenth of a core or more of the centre's computer."""
KEPT_S: Final = 60
"""So long a mix goes on that nobody needs: it takes seconds to begin."""


class Broadcasts:
    """What the tables and the folder say, for the keeper of broadcasts."""

    def __init__(self) -> None:
        self._url = ""
        """Where the media server was reached last: one that is away for a moment ends no broadcast."""

    def orders(self) -> Sequence[Order]:
        """All that is wanted now."""
        reach = media_server()
        if reach is not None:
            self._url = "ws" + reach.address.removeprefix("http")
        going = [_order(one, self._url) for one in _shown()] if self._url else []
        return [*going, *_unfinished(frozenset(order.meeting for order in going))]

    def token(self, order: Order) -> str:
        """A way into a meeting's room; empty while there is no media server."""
        reach = media_server()
        meeting_id = bytes.fromhex(order.meeting)
        return "" if reach is None else sign_in_broadcast(reach.pair, order.meeting, meeting_id)

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[ToldCaption]]:
        """What was typed after a row; after None, nothing but the newest row."""
        typed = Caption.objects.filter(meeting=bytes.fromhex(order.meeting))
        if after is None:
            return typed.aggregate(newest=Max("pk"))["newest"] or 0, ()
        rows = list(typed.filter(pk__gt=after).order_by("pk")[:CAPTIONS_AT_ONCE])
        told = [ToldCaption(in_ms(one.said_at), one.language, one.text) for one in rows]
        return rows[-1].pk if rows else after, told


class Mixes:
    """Which meetings have somebody on a thin line, for the keeper of their mixes; as `Broadcasts`."""

    def __init__(self) -> None:
        self._url = ""
        self._needed_at: dict[str, float] = {}

    def orders(self) -> Sequence[Order]:
        """All that is wanted now; a mix stays a while when nobody needs it, since a line comes and goes."""
        reach = media_server()
        if reach is not None:
            self._url = "ws" + reach.address.removeprefix("http")
        now = time.monotonic()
        open_ones = {one.address: one for one in Meeting.objects.filter(state=MeetingState.OPEN, is_closed=False)}
        needed = [one.address for one in lines.in_need_of_mix()]
        self._needed_at |= {meeting: now for meeting in needed if meeting in self._needed_at}
        self._needed_at = {
            meeting: at for meeting, at in self._needed_at.items() if meeting in open_ones and now - at < KEPT_S
        }
        for meeting in needed:  # one that goes on is not taken away for another
            if meeting in open_ones and len(self._needed_at) < MIXES_MOST:
                self._needed_at.setdefault(meeting, now)
        return [_mix(open_ones[meeting], self._url) for meeting in self._needed_at] if self._url else []

    def token(self, order: Order) -> str:
        """A way into a meeting's room, with the right to send there; empty while there is no media server."""
        reach = media_server()
        meeting_id = bytes.fromhex(order.meeting)
        return "" if reach is None else sign_in_mix(reach.pair, order.meeting, meeting_id)

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[ToldCaption]]:
        """None: who is in the room has them."""
        return after or 0, ()


def forget_ended(running: frozenset[str]) -> None:
    """Delete the playlists of meetings that ended a while ago."""
    folder = Path(settings.LIAISON_HOME) / LIVE
    for one in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if one.name not in running and time.time() - one.stat().st_mtime > FORGOTTEN_S:
                shutil.rmtree(one)


def _shown() -> Sequence[Meeting]:
    """The meetings that are open and whose plan says that they are shown or recorded."""
    wanted = Q(is_public=True) | Q(is_recorded=True)
    return list(Meeting.objects.filter(wanted, state=MeetingState.OPEN, is_closed=False))


def _order(meeting: Meeting, url: str) -> Order:
    home = private_folder(Path(settings.LIAISON_HOME))
    meeting_id = bytes(meeting.pk)
    for name in (LIVE, RECORDS):
        private_folder(home / name)
    return Order(
        meeting=meeting.address,
        live=str(live_folder(meeting_id)) if meeting.is_public else "",
        record=str(parts_of(meeting_id)) if meeting.is_recorded else "",
        url=url,
        since_ms=in_ms(meeting.opened_at or meeting.starts_at),
        title=_best(meeting.title_ky, meeting.title_ru, meeting.title_en),
        # the names stand in the picture in the language of the state
        names={site.code: site.name_ky for site in Site.objects.all()},
        items=_titles(meeting),
    )


def _mix(meeting: Meeting, url: str) -> Order:
    return Order(
        meeting=meeting.address,
        is_mix=True,
        url=url,
        title=_best(meeting.title_ky, meeting.title_ru, meeting.title_en),
        names={site.code: site.name_ky for site in Site.objects.all()},
    )


def _unfinished(going: frozenset[str]) -> Iterator[Order]:
    """Records that lie there in parts and whose meetings are over."""
    folder = Path(settings.LIAISON_HOME) / RECORDS
    for one in folder.iterdir() if folder.is_dir() else ():
        meeting_id = rooms.meeting_of(one.name) if one.is_dir() else None
        if meeting_id is None or one.name in going:
            continue
        meeting = Meeting.objects.filter(pk=meeting_id).first()
        if meeting is None or meeting.state != MeetingState.OPEN:
            yield (
                Order(meeting=one.name, finish=str(one))
                if meeting is None
                else Order(one.name, finish=str(one), items=_titles(meeting), decisions=_decisions(meeting))
            )


def _decisions(meeting: Meeting) -> tuple[tuple[int, str], ...]:
    """What was decided and holds, as chapters of the record: when in the meeting's time, and in which words."""
    since_ms = in_ms(meeting.opened_at or meeting.starts_at)
    taken = MeetingDecision.objects.filter(meeting=meeting, withdrawn_at=None).order_by("taken_at", "id")
    return tuple(
        (max(0, in_ms(one.taken_at) - since_ms), f"{DECIDED}: {_short(_best(one.text_ky, one.text_ru, one.text_en))}")
        for one in taken[:DECISIONS_MOST]
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WORDS_MOST else line[: WORDS_MOST - 1].rstrip() + "…"


def _titles(meeting: Meeting) -> tuple[str, ...]:
    said = (item["title"] for item in meeting.agenda)
    return tuple(_best(title["ky"], title["ru"], title["en"]) for title in said)


def _best(*texts: str) -> str:
    return next((text for text in texts if text), "")
