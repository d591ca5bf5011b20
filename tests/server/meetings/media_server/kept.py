"""Media servers as a centre keeps them, each by a thread of the test's own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server_sync.meetings.media_server.configuration import Pair, pair_of
from server_sync.meetings.media_server.running import Keeper, Pace
from server_sync.meetings.media_server.standing import Standing, State, standing
from server_sync.meetings.media_server.wanted import Wanted

WAIT_S = 60
QUICK = Pace(step_s=0.02, look_s=0.1, answer_s=0.5, pause_s=0.05, longest_pause_s=0.5, tell_s=0.5)

Start = Callable[..., "Kept"]


def wait_until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, f"not within {WAIT_S} s: {what}"
        time.sleep(0.02)


@dataclass
class Kept:
    """One media server and the folder of the centre it belongs to."""

    home: Path
    wanted: Wanted

    @property
    def seen(self) -> Standing:
        told = standing(self.home)
        assert told is not None
        return told

    @property
    def pair(self) -> Pair:
        return pair_of(self.wanted, self.home)

    @property
    def said(self) -> str:
        return (self.home / "media" / "log").read_text(encoding="utf-8")

    def wait_until(self, state: State) -> Standing:
        wait_until(lambda: (told := standing(self.home)) is not None and told.state is state, f"it is {state}")
        return self.seen


@contextmanager
def keeping(home: Path, wanted: Wanted, pace: Pace = QUICK) -> Iterator[Kept]:
    """Keep a media server while what stands inside lasts."""
    over = threading.Event()
    keeper = threading.Thread(target=Keeper(wanted, home, pace).keep, args=(over.is_set,), name="keeper")
    keeper.start()
    try:
        yield Kept(home, wanted)
    finally:
        over.set()
        keeper.join(WAIT_S)
