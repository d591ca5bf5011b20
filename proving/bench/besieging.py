"""A program of its own that keeps slow connections of five sorts to a server on loopback until it is told to end.

A connection that the server closes is opened again, as whoever means ill would. Most come from the address from which
the honest come too, the rest from addresses of their own.
"""

import contextlib
import selectors
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Final

DRIP_S: Final = 4.0
AGAIN_S: Final = 1.0
LONGEST_S: Final = 900.0
SIP_BYTES: Final = 64
NARROW_BYTES: Final = 2_048
FROM_ELSEWHERE: Final = 4
"""Every fourth connection comes from another address."""

_HEAD: Final = b"GET /requests HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
_BODY: Final = b"POST /sync/v1/exchange HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
_PAGES: Final = b"GET /offices HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 4
SORTS: Final = {
    "half a head": (_HEAD, False),
    "a slow head": (_HEAD, True),
    "a slow body": (_BODY, True),
    "silent": (b"", False),
    "a slow reader": (_PAGES, False),
}
"""What each sort says first, and whether it drips on."""


@dataclass
class Slow:
    """One slow caller; its connection may be a new one each time."""

    sort: str
    source: str
    due: float
    sock: socket.socket | None = None
    opened: int = 0


@dataclass
class Siege:
    """All of them, driven by one loop."""

    target: tuple[str, int]
    each: int
    callers: list[Slow] = field(default_factory=list)

    def __post_init__(self) -> None:
        now = time.monotonic()
        for kind, sort in enumerate(SORTS):
            for place in range(self.each):
                elsewhere = f"127.0.{kind + 1}.{place % 250 + 1}"
                source = "127.0.0.1" if place % FROM_ELSEWHERE else elsewhere
                self.callers.append(Slow(sort, source, now + DRIP_S * place / self.each))

    def keep_up(self, ending: threading.Event) -> None:
        """Open all, then drip, sip and open again until the end."""
        with selectors.DefaultSelector() as closing:
            for caller in self.callers:
                self._open(caller, closing)
            print("besieged", flush=True)
            end = time.monotonic() + LONGEST_S
            while not ending.is_set() and time.monotonic() < end:
                for key, _ in closing.select(0.1):
                    self._look(key.data, closing)
                now = time.monotonic()
                for caller in self.callers:
                    if caller.due <= now:
                        self._act(caller, closing)
            for caller in self.callers:
                if caller.sock is not None:
                    caller.sock.close()
        print(sum(caller.opened for caller in self.callers) - len(self.callers), flush=True)

    def _open(self, caller: Slow, closing: selectors.BaseSelector) -> None:
        sock = socket.socket()
        sock.settimeout(1.0)
        try:
            if caller.sort == "a slow reader":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)
            sock.bind((caller.source, 0))
            sock.connect(self.target)
            sock.sendall(SORTS[caller.sort][0])
        except OSError:
            sock.close()
            caller.due = time.monotonic() + AGAIN_S
            return
        sock.setblocking(False)
        caller.sock = sock
        caller.opened += 1
        caller.due = time.monotonic() + DRIP_S
        if caller.sort != "a slow reader":  # which always has something to read
            closing.register(sock, selectors.EVENT_READ, caller)

    def _look(self, caller: Slow, closing: selectors.BaseSelector) -> None:
        if caller.sock is None:
            return
        try:
            is_over = not caller.sock.recv(NARROW_BYTES)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self._lose(caller, closing)

    def _act(self, caller: Slow, closing: selectors.BaseSelector) -> None:
        if caller.sock is None:
            self._open(caller, closing)
            return
        caller.due += DRIP_S
        try:
            if SORTS[caller.sort][1]:
                caller.sock.send(b"x")
            elif caller.sort == "a slow reader" and not caller.sock.recv(SIP_BYTES):
                self._lose(caller, closing)
        except BlockingIOError:
            return
        except OSError:
            self._lose(caller, closing)

    def _lose(self, caller: Slow, closing: selectors.BaseSelector) -> None:
        if caller.sock is None:
            return
        with contextlib.suppress(KeyError):
            closing.unregister(caller.sock)
        caller.sock.close()
        caller.sock, caller.due = None, time.monotonic() + AGAIN_S


def main(host: str, port: str, each: str) -> None:
    """Besiege until the standard input ends."""
    ending = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        ending.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    Siege((host, int(port)), int(each)).keep_up(ending)


if __name__ == "__main__":
    main(*sys.argv[1:4])
