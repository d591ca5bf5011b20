"""The keeper of broadcasts: it starts what is wanted, starts again what ended or hangs, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server_sync.contract.errors import MalformedBytes
from server_sync.meetings.broadcast import keeping
from server_sync.meetings.broadcast.keeping import Keeper, Pace
from server_sync.meetings.broadcast.making import RATES, Rate
from server_sync.meetings.broadcast.orders import Caption, Order, Over, Token, Word, read_told
from tests.server.meetings.broadcast.coloured import ROOM, pieces_in, wait_until

NOWHERE = "ws://127.0.0.1:9"
QUICK = Pace(pause_s=0.05, longest_pause_s=0.2, grace_s=10)


@dataclass
class Wanted:
    """What a test wants to be broadcast."""

    wanted: list[Order] = field(default_factory=list)
    typed: list[Caption] = field(default_factory=list)
    asked_after: list[int | None] = field(default_factory=list)

    def orders(self) -> Sequence[Order]:
        return self.wanted

    def token(self, order: Order) -> str:
        return "no.such.token"

    def captions(self, order: Order, after: int | None) -> tuple[int, Sequence[Caption]]:
        self.asked_after.append(after)
        return len(self.typed), self.typed[after:] if after is not None else ()


@pytest.fixture
def source() -> Wanted:
    return Wanted()


@pytest.fixture
def keep(source: Wanted) -> Iterator[Callable[..., Keeper]]:
    with ExitStack() as until_the_end:

        def one(pace: Pace = QUICK) -> Keeper:
            keeper = Keeper(source, pace)
            until_the_end.callback(keeper.end)
            return keeper

        yield one


def until(keeper: Keeper, holds: Callable[[], object], what: str) -> None:
    def looked() -> object:
        keeper.look()
        return holds()

    wait_until(looked, what)


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False


def order(tmp_path: Path, name: str = ROOM) -> Order:
    return Order(meeting=name, live=str(tmp_path / name), url=NOWHERE, since_ms=round(time.time() * 1000))


def test_without_a_room_to_be_had_there_is_a_picture_all_the_same(keep, source, tmp_path):
    """Whoever watches is not sent away because the media server is."""
    source.wanted = [order(tmp_path)]
    keeper = keep(Pace())
    until(keeper, lambda: len(pieces_in(tmp_path / ROOM)) >= 2, "there are pieces")
    assert not keeper.words[ROOM].is_in


def test_what_is_wanted_no_more_ends_and_says_so(keep, source, tmp_path):
    source.wanted = [order(tmp_path)]
    keeper = keep(Pace())
    until(keeper, lambda: pieces_in(tmp_path / ROOM), "there is a piece")
    pid = keeper.processes[ROOM]
    source.wanted = []
    until(keeper, lambda: not keeper.processes, "it ends")
    assert not is_running(pid)
    assert (tmp_path / ROOM / "picture.m3u8").read_text(encoding="utf-8").endswith("#EXT-X-ENDLIST\n")


def test_what_is_ordered_otherwise_is_begun_anew(keep, source, tmp_path):
    source.wanted = [order(tmp_path)]
    keeper = keep(Pace())
    keeper.look()
    before = keeper.processes[ROOM]
    source.wanted = [Order(ROOM, record=str(tmp_path / "record"), url=NOWHERE)]
    until(keeper, lambda: keeper.processes.get(ROOM, before) != before, "another one runs")
    assert not is_running(before)


def test_nothing_is_left_when_the_keeper_is_killed(tmp_path):
    script = (
        "import sys, time\n"
        "from server_sync.meetings.broadcast.keeping import Keeper\n"
        "from tests.server.meetings.broadcast.test_keeping import Wanted, order\n"
        "from pathlib import Path\n"
        "keeper = Keeper(Wanted([order(Path(sys.argv[1]))]))\n"
        "keeper.look()\n"
        "print(*keeper.processes.values(), flush=True)\n"
        "while True:\n    time.sleep(0.2)\n    keeper.look()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        pid = int(next(line for line in keeper.stdout if line.strip().isdecimal()))
        wait_until(lambda: pieces_in(tmp_path / ROOM), "there is a piece")
        keeper.kill()
    wait_until(lambda: not is_running(pid), "the broadcast is gone")


@pytest.mark.expects_log("broadcast_hangs", "broadcast_ended")
def test_one_that_hangs_is_started_again(keep, source, tmp_path):
    source.wanted = [order(tmp_path)]
    keeper = keep(Pace(pause_s=0.05, silent_s=6.0))
    until(keeper, lambda: keeper.words[ROOM].pieces, "it makes pieces")
    before = keeper.processes[ROOM]
    os.kill(before, signal.SIGSTOP)
    until(keeper, lambda: keeper.processes.get(ROOM, before) != before, "another one runs")
    assert not is_running(before)


@pytest.mark.expects_log("broadcast_ended", "FileExistsError", "window.py")
def test_one_that_cannot_begin_is_tried_again_with_pauses_and_tells_what_kind_of_error(keep, source, tmp_path):
    (tmp_path / ROOM).write_bytes(b"a file where a folder shall be")
    source.wanted = [order(tmp_path)]
    keeper = keep(QUICK)
    seen = set()

    def tried() -> bool:
        seen.update(keeper.processes.values())
        return len(seen) >= 3

    until(keeper, tried, "it was tried three times")


def test_captions_are_told_once_and_none_of_before(keep, source, tmp_path):
    source.typed = [Caption(1, "ky", "Мурунку")]
    source.wanted = [order(tmp_path)]
    keeper = keep(Pace())
    until(keeper, lambda: pieces_in(tmp_path / ROOM), "there is a piece")
    source.typed.append(Caption(round(time.time() * 1000), "ru", "Добрый день"))
    written = lambda: "".join(  # noqa: E731 (as short as what it says)
        (tmp_path / ROOM / one).read_text(encoding="utf-8") for one in pieces_in(tmp_path / ROOM, "captions-ru")
    )
    until(keeper, lambda: "Добрый день" in written(), "it is written")
    assert source.asked_after[0] is None
    assert set(source.asked_after[1:]) == {1, 2}
    assert "Мурунку" not in written()


def test_a_keeper_that_cannot_give_what_it_has_to_say_does_not_wait(keep, source, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(keeping.log, "warning", lambda *_, **__: None)
    source.wanted = [Order(ROOM, live=str(tmp_path), items=tuple("А" * 500 for _ in range(90)))]
    keeper = keep(QUICK)
    begun = time.monotonic()
    for _ in range(20):
        keeper.look()
    assert time.monotonic() - begun < 30


def test_fewer_pictures_where_the_processor_does_not_keep_up_and_more_again_when_it_does():
    rate = Rate()
    for _ in range(10):
        rate.judge(1.2)
    assert rate.now == RATES[-1]
    for _ in range(4):
        rate.judge(0.1)
    assert rate.now == RATES[-1]
    for _ in range(30):
        rate.judge(0.1)
    assert rate.now == RATES[0]


@pytest.mark.parametrize(
    "told", [Order("00", items=("Суу",), names={"a": "Ө"}), Token("x"), Caption(1, "ky", "Салам"), Over()]
)
def test_what_is_told_is_read_as_it_was_meant(told):
    assert read_told(told.written()) == told


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"1", b"\xff", b'{"order": {}}', b'{"order": 1}', b'{"stop": 1}', b'{"token": "a", "over": 1}'],
)
def test_what_is_no_word_of_the_keeper_is_refused(raw):
    with pytest.raises(MalformedBytes):
        read_told(raw)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"frames": 1, "more": 2, "passed": []}', b"Traceback"])
def test_what_is_no_word_of_a_broadcast_is_left_out(raw):
    assert Word.read(raw) is None


def test_a_word_is_read_as_it_was_said():
    word = Word(is_in=True, frames=3, fault="OSError", passed=("a.py:1",))
    assert Word.read(word.written()) == word
