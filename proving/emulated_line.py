"""A thin, lossy line between two rooms of this computer: two network namespaces joined by two TUN devices.

Every IP packet between them passes through a process of ours that holds it as long as the line would, and loses some.
The kernel's own TCP and everybody's UDP run at both ends. It needs root, `ip` and /dev/net/tun.
"""

import argparse
import contextlib
import ctypes
import fcntl
import heapq
import os
import random
import secrets
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from proving.world import REPOSITORY, ProgramFailed

OFFICE: Final = "10.88.0.1"
CENTRE: Final = "10.88.0.2"
DEVICE: Final = "wan0"
TUN: Final = Path("/dev/net/tun")
TUNSETIFF: Final = 0x400454CA
IFF_TUN: Final = 0x0001
IFF_NO_PI: Final = 0x1000
CLONE_NEWNET: Final = 0x40000000
PACKET: Final = 65_536
AT_ONCE: Final = 64
READY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Quality:
    """How the line is, the same both ways; `queue_bytes` wait before it at most, what comes then is lost."""

    kbps: float
    rtt_ms: float = 200.0
    jitter_ms: float = 20.0
    lost: float = 0.0
    queue_bytes: int = 16_000


@dataclass(frozen=True, slots=True)
class EmulatedLine:
    """The two ends, by what a command is begun with to run there."""

    office: tuple[str, ...]
    centre: tuple[str, ...]
    carrier: int
    """The process that carries the packets."""

    def cut(self) -> None:
        """Let nothing pass from now on, without a word to either end."""
        os.kill(self.carrier, signal.SIGUSR1)

    def mend(self) -> None:
        """Let everything pass again."""
        os.kill(self.carrier, signal.SIGUSR2)


def may_be_emulated() -> bool:
    """Whether this computer lets us have such a line."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not TUN.exists() or shutil.which("ip") is None:
        return False
    name = f"liaison-{secrets.token_hex(3)}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made.returncode == 0


@contextlib.contextmanager
def emulated(quality: Quality, seed: int = 1) -> Iterator[EmulatedLine]:
    """Have the line while what stands inside lasts. Raises ProgramFailed."""
    name = secrets.token_hex(3)
    spaces = [f"liaison-{name}-office", f"liaison-{name}-centre"]
    carrier: subprocess.Popen[bytes] | None = None
    try:
        for space in spaces:
            subprocess.run(["ip", "netns", "add", space], check=True)
        said = [f"--{what}={getattr(quality, what)}" for what in Quality.__slots__]
        carrier = subprocess.Popen(
            [sys.executable, "-m", "proving.emulated_line", *spaces, *said, f"--seed={seed}"],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
        )
        if carrier.stdout is None or not select.select([carrier.stdout], [], [], READY_S)[0]:
            raise ProgramFailed("the line was not laid")
        if carrier.stdout.readline().strip() != b"ready":
            raise ProgramFailed("the line was not laid")
        office, centre = (("ip", "netns", "exec", space) for space in spaces)
        yield EmulatedLine(office, centre, carrier.pid)
    finally:
        if carrier is not None:
            carrier.terminate()
            carrier.wait()
            if carrier.stdout is not None:
                carrier.stdout.close()
        for space in spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)


# the process that carries the packets


@dataclass
class Direction:
    """One way of the line: packets in their order of arrival at the other end."""

    end: int
    quality: Quality
    chance: random.Random
    free_at: float = 0.0
    number: int = 0
    is_cut: bool = False
    under_way: list[tuple[float, int, bytes]] = field(default_factory=list)

    def take(self, packet: bytes, now: float) -> None:
        """Let a packet in, or lose it."""
        if self.is_cut:
            return
        rate = self.quality.kbps * 1_000 / 8
        waiting = max(0.0, self.free_at - now) * rate
        if waiting + len(packet) > self.quality.queue_bytes:
            return
        self.free_at = max(now, self.free_at) + len(packet) / rate
        if self.chance.random() < self.quality.lost:
            return
        way_ms = self.quality.rtt_ms / 2 + self.chance.random() * self.quality.jitter_ms
        self.number += 1
        heapq.heappush(self.under_way, (self.free_at + way_ms / 1_000, self.number, packet))

    def deliver(self, now: float) -> None:
        """Let out what has come to the other end."""
        while self.under_way and self.under_way[0][0] <= now:
            packet = heapq.heappop(self.under_way)[2]
            with contextlib.suppress(OSError):
                os.write(self.end, packet)


def _open_tun(space: str, address: str) -> int:
    """Go into a namespace and open a device there."""
    within = os.open(f"/var/run/netns/{space}", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(within, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(within)
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    for asked in (
        ["link", "set", "lo", "up"],
        ["addr", "add", f"{address}/24", "dev", DEVICE],
        ["link", "set", DEVICE, "mtu", "1500", "up"],
    ):
        subprocess.run(["ip", *asked], check=True)
    return device


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry packets between two namespaces until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("office")
    parser.add_argument("centre")
    for name, kind in Quality.__annotations__.items():
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(arguments)
    quality = Quality(*(getattr(told, name) for name in Quality.__slots__))
    ends = _open_tun(told.office, OFFICE), _open_tun(told.centre, CENTRE)
    ways = {
        ends[0]: Direction(ends[1], quality, random.Random(told.seed)),
        ends[1]: Direction(ends[0], quality, random.Random(told.seed + 1)),
    }
    over: list[int] = []

    def cut(number: int, _frame: object) -> None:
        for way in ways.values():
            way.is_cut = number == signal.SIGUSR1
            way.under_way.clear()

    signal.signal(signal.SIGTERM, lambda *_: over.append(1))
    signal.signal(signal.SIGUSR1, cut)
    signal.signal(signal.SIGUSR2, cut)
    print("ready", flush=True)
    while not over:
        now = time.monotonic()
        due = min((way.under_way[0][0] for way in ways.values() if way.under_way), default=now + 0.5)
        ready, _, _ = select.select(list(ends), [], [], max(0.0, min(due - now, 0.5)))
        now = time.monotonic()
        for end in ready:
            with contextlib.suppress(BlockingIOError):
                for _ in range(AT_ONCE):
                    ways[end].take(os.read(end, PACKET), now)
        now = time.monotonic()
        for way in ways.values():
            way.deliver(now)
    return 0


if __name__ == "__main__":
    sys.exit(main())
