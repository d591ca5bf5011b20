"""Tells the time, and how far it can be believed: a PC's clock may be wrong by years and changes no order.

The exchange says the centre's time. Since then the counter of the running system tells how long ago that was, and both
together are the time that counts; across a restart there is only the wall clock, which is believed within reason, and
the clerk, who is asked once.
"""

import hashlib
import sys
import time
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from liaison_desktop.domain.times import DAY_MS, local_day

BELIEVED_AWAY_MS: Final = 400 * DAY_MS
"""A PC that was off, or without a line, for longer than this says so only by a wrong clock."""

TOLERATED_OFFSET_MS: Final = 12 * 3600 * 1000
"""Across a restart a wall clock this much behind the centre's last word is still taken for one that is a little off."""

NOTICED_OFFSET_MS: Final = 2 * 60 * 1000
"""A clock away by more than this is told to the clerk, and its hours are flagged."""


class Clock(Protocol):
    """The two clocks of a running system, and which run it is."""

    def wall_ms(self) -> int:
        """What the PC says the time is, milliseconds UTC."""

    def monotonic_ms(self) -> int:
        """Milliseconds since this run of the system began; never set, never back."""

    @property
    def boot(self) -> bytes:
        """The run of the system, 8 bytes."""


class SystemClock:
    """The PC's own clocks."""

    def wall_ms(self) -> int:
        """Milliseconds UTC as the PC has them."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds since the system started, its sleep included where the system tells."""
        if sys.platform == "linux":
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        else:  # noqa: RET505 - the type checker looks at the system's own branch only
            return time.monotonic_ns() // 1_000_000

    @cached_property
    def boot(self) -> bytes:
        """The run of the system, 8 bytes: the kernel's boot id, or the boot counter of Windows."""
        return hashlib.sha256(b"boot\x00" + _boot_name()).digest()[:8]


def _boot_name() -> bytes:
    if sys.platform == "win32":
        import winreg

        place = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
                return str(winreg.QueryValueEx(key, "BootId")[0]).encode()
        except OSError:
            return _boot_minute()
    else:
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
        except OSError:
            return _boot_minute()


def _boot_minute() -> bytes:
    """The minute the system started by its own clock: good enough to tell two runs apart."""
    return str((time.time_ns() - time.monotonic_ns()) // 60_000_000_000).encode()


@dataclass(frozen=True, slots=True)
class ServerTime:
    """The centre's time as last heard, and this PC's clocks at that moment."""

    time_ms: int
    heard_wall_ms: int
    heard_monotonic_ms: int
    boot: bytes


class ClerksWord(Enum):
    """What the clerk said of the clock since the system was started."""

    NOT_ASKED = "not_asked"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class HeldTime:
    """The time that counts for days, terms and years.

    `away_ms` is how far the wall clock is from it, or was when the centre was last heard; `is_doubtful` when that is
    noticed, and `is_to_ask` when only the clerk can say whether the clock is right.
    """

    time_ms: int
    is_doubtful: bool
    away_ms: int = 0
    is_to_ask: bool = False


def hold_time(clock: Clock, server: ServerTime | None, word: ClerksWord = ClerksWord.NOT_ASKED) -> HeldTime:
    """Hold the wall clock against the centre's last time + what has passed since."""
    wall_ms = clock.wall_ms()
    if server is None:
        return HeldTime(wall_ms, is_doubtful=False)
    if server.boot == clock.boot:
        expected_ms = server.time_ms + max(0, clock.monotonic_ms() - server.heard_monotonic_ms)
        away_ms = wall_ms - expected_ms
        return HeldTime(expected_ms, is_doubtful=abs(away_ms) > NOTICED_OFFSET_MS, away_ms=away_ms)
    return _hold_across_restart(clock, server, word)


def _hold_across_restart(clock: Clock, server: ServerTime, word: ClerksWord) -> HeldTime:
    """Nothing tells what passed while the PC was off but its own clock, which may be as wrong as when it was heard."""
    wall_ms = clock.wall_ms()
    offset_ms = server.heard_wall_ms - server.time_ms
    behind_ms = min(0, wall_ms - server.time_ms)
    away_ms = offset_ms if abs(offset_ms) > NOTICED_OFFSET_MS else behind_ms
    is_doubtful = abs(away_ms) > NOTICED_OFFSET_MS
    corrected_ms = wall_ms - offset_ms
    if not is_doubtful:
        readings = [wall_ms]
    elif word is ClerksWord.WRONG:
        readings = [corrected_ms] if abs(offset_ms) > NOTICED_OFFSET_MS else []
    else:
        readings = [wall_ms, corrected_ms]
    for candidate_ms in readings:
        if -TOLERATED_OFFSET_MS <= candidate_ms - server.time_ms <= BELIEVED_AWAY_MS:
            is_to_ask = is_doubtful and word is ClerksWord.NOT_ASKED and candidate_ms == wall_ms
            return HeldTime(max(candidate_ms, server.time_ms), is_doubtful, away_ms, is_to_ask)
    held_ms = server.time_ms + clock.monotonic_ms()
    return HeldTime(held_ms, is_doubtful=True, away_ms=wall_ms - held_ms)


def local_year(held_ms: int, last_year: int) -> int:
    """The year a number carries: the local one, never before the last number's."""
    return max(local_day(held_ms).year, last_year)
