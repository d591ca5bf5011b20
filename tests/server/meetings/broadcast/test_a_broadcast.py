"""A broadcast of a real room: what everybody watches and what is recorded, also when it is killed in between."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import pytest

from server_sync.meetings.broadcast.encoding import TICKS
from server_sync.meetings.broadcast.keeping import Keeper, Pace
from server_sync.meetings.broadcast.making import RATES
from server_sync.meetings.broadcast.orders import Caption, Order
from server_sync.meetings.broadcast.window import PIECE_S
from tests.server.meetings.broadcast.coloured import (
    GREEN,
    NAMES,
    RED,
    ROOM,
    TONES,
    broadcast_token,
    coloured,
    lasting,
    listed,
    opened,
    pieces_in,
    stage,
    tell,
    wait_until,
)
from tests.server.meetings.live.guests import Hall, hall
from tests.server.meetings.media_server.kept import Kept

QUICK = Pace(pause_s=0.1, grace_s=20)


@dataclass
class OneMeeting:
    """A meeting that is shown and recorded, until it is said to be over."""

    kept: Kept
    order: Order
    is_over: bool = False
    typed: list[Caption] = field(default_factory=list)

    def orders(self) -> Sequence[Order]:
        parts = Path(self.order.record)
        if not self.is_over:
            return [self.order]
        return [Order(ROOM, finish=str(parts), items=self.order.items)] if parts.is_dir() else []

    def token(self, order: Order) -> str:
        return broadcast_token(self.kept)

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[Caption]]:
        return len(self.typed), self.typed[after:] if after is not None else ()


@pytest.fixture
def lobby() -> Iterator[Hall]:
    with hall() as opened_hall:
        yield opened_hall


@pytest.fixture
def meeting(media: Kept, tmp_path: Path) -> OneMeeting:
    tell(media, stage(RED, GREEN))
    order = Order(
        meeting=ROOM,
        live=str(tmp_path / "live" / ROOM),
        record=str(tmp_path / "records" / ROOM),
        url=media.seen.client_url,
        since_ms=round(time.time() * 1000),
        title="Жыйналыш",
        names=NAMES,
        items=("Суу", "Жол"),
    )
    return OneMeeting(media, order)


@pytest.fixture
def keeper(meeting: OneMeeting) -> Iterator[Keeper]:
    one = Keeper(meeting, QUICK)
    yield one
    one.end()


def until(keeper: Keeper, holds, what: str) -> None:
    """Keep looking until something is so."""

    def looked() -> object:
        keeper.look()
        return holds()

    wait_until(looked, what)


@pytest.mark.expects_log("broadcast_ended")
def test_a_meeting_is_watched_heard_and_recorded_and_a_kill_ends_neither(meeting, keeper, lobby, media):
    live, parts = Path(meeting.order.live), Path(meeting.order.record)
    with coloured(lobby, media, RED, GREEN):
        until(keeper, lambda: keeper.words.get(ROOM) and keeper.words[ROOM].is_in, "it is in the room")
        until(keeper, lambda: len(pieces_in(live)) >= 4, "there are pieces")
        meeting.typed.append(Caption(round(time.time() * 1000), "ky", "Салам <баарыңарга>"))
        tell(media, stage(RED, GREEN, item=2))
        until(keeper, lambda: len(pieces_in(live)) >= 7, "and more")

        assert set(lasting(live)) == {float(PIECE_S)}
        newest = opened(live / pieces_in(live)[-1])
        shown_at = [frame.pts for frame in newest.frames]
        assert shown_at[0] % (PIECE_S * TICKS) == 0
        assert any(all(at % (TICKS // rate) == 0 for at in shown_at) for rate in RATES), shown_at
        red, green = newest.dots(160, 180), newest.dots(480, 180)
        assert (red[0] > 200, red[1] < 60) == (True, True), red
        assert (green[1] > 100, green[0] < 60) == (True, True), green
        for name in ("picture", "sound"):
            sound = opened(live / pieces_in(live, name)[-1])
            assert all(sound.loudness(hertz) > 0.1 for hertz in TONES.values()), name
            assert sound.loudness(700.0) < 0.02
        assert not opened(live / pieces_in(live, "sound")[-1]).frames
        typed = "".join((live / one).read_text(encoding="utf-8") for one in pieces_in(live, "captions-ky"))
        assert "Салам &lt;баарыңарга&gt;" in typed

        before = pieces_in(live)[-1]
        os.kill(keeper.processes[ROOM], signal.SIGKILL)
        until(keeper, lambda: "#EXT-X-DISCONTINUITY" in listed(live), "it goes on in the same list")
        at = listed(live).index("#EXT-X-DISCONTINUITY")
        assert before in listed(live)[:at]
        wait = len(pieces_in(live)) + 2
        until(keeper, lambda: len(pieces_in(live)) >= wait, "and on")
        newest = opened(live / pieces_in(live)[-1])
        assert newest.loudness(TONES[RED]) > 0.1

    meeting.is_over = True
    until(keeper, lambda: not parts.exists() and not keeper.processes, "it is put together")
    assert listed(live)[-1] == "#EXT-X-ENDLIST"
    record = parts.with_suffix(".mp4")
    whole = opened(record)
    assert whole.loudness(TONES[RED]) > 0.05
    with av.open(str(record)) as container:
        seconds = (container.duration or 0) / av.time_base
        titles = [one["metadata"]["title"] for one in container.chapters()]
    assert seconds > 15
    assert titles == ["—", "Жол"]


@pytest.mark.expects_log("media_server")
def test_a_media_server_that_is_started_again_is_joined_again(meeting, keeper, lobby, media):
    live = Path(meeting.order.live)
    until(keeper, lambda: keeper.words.get(ROOM) and keeper.words[ROOM].is_in, "it is in the room")
    before, pid = media.seen, keeper.processes[ROOM]
    os.kill(before.pid, signal.SIGKILL)
    until(keeper, lambda: not keeper.words[ROOM].is_in, "it notices")
    wait_until(lambda: media.seen.is_well and media.seen.pid != before.pid, "the media server was started again")
    tell(media, stage(RED))
    with coloured(lobby, media, RED):
        until(keeper, lambda: keeper.words[ROOM].is_in, "it is in the room again")

        def is_heard() -> bool:
            pieces = pieces_in(live, "sound")
            return bool(pieces) and opened(live / pieces[-1]).loudness(TONES[RED]) > 0.1

        until(keeper, is_heard, "and hears")
    assert keeper.processes[ROOM] == pid
    assert "#EXT-X-DISCONTINUITY" not in listed(live)


def test_nobody_in_the_room_sees_it(meeting, keeper, lobby, media):
    with coloured(lobby, media, RED) as (one,):
        until(keeper, lambda: keeper.words.get(ROOM) and keeper.words[ROOM].is_in, "it is in the room")
        assert not one.room.remote_participants
