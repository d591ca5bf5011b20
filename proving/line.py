"""The line between an office and the centre: a TCP relay that counts bytes and can be cut or held."""

import contextlib
import socket
import threading
from enum import Enum
from typing import Final

CHUNK: Final = 64 * 1024
LOOPBACK: Final = "127.0.0.1"


class _Then(Enum):
    """What comes after the bytes that still pass."""

    GO_ON = "go_on"
    CUT = "cut"
    HOLD = "hold"


class Line:
    """Relays connections to the centre while it is up; counts bytes in both directions.

    `cut_after(n)` cuts the line in the middle of an exchange, after n more bytes up. `hold_after(n)` lets n more bytes
    pass in one direction and then nothing, without a word to either side, until the line is cut or up anew; `held`
    is set when that moment has come.
    """

    def __init__(self, target_port: int, port: int = 0, *, host: str = LOOPBACK, target: str = LOOPBACK) -> None:
        self.target_port = target_port
        self._host, self._target = host, target
        self.bytes_up = 0
        self.bytes_down = 0
        self.connections = 0
        self.held = threading.Event()
        self.recorded: list[bytes] = []
        self._is_recording = False
        self._up = False
        self._left: int | None = None
        self._left_is_up = True
        self._then = _Then.GO_ON
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((host, port))
        self._listener.settimeout(0.2)
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def address(self) -> str:
        """What an office is told is the centre."""
        return f"http://{self._host}:{self.port}"

    def up(self) -> None:
        """The line is back."""
        self.down()
        self._arm(None, _Then.GO_ON)

    def down(self) -> None:
        """The line is gone, with all that was on it."""
        with self._lock:
            self._up = False
            gone, self._open = self._open, set()
        self._released.set()
        for one in gone:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut_after(self, bytes_up: int) -> None:
        """The line goes down by itself after so many more bytes towards the centre."""
        self._arm(bytes_up, _Then.CUT)

    def hold_after(self, count: int, *, is_up: bool = True) -> None:
        """After so many more bytes towards the centre (or from it) nothing passes any more in that direction."""
        self._arm(count, _Then.HOLD, is_up=is_up)

    def record(self) -> None:
        """Keep what goes to the centre from now on, connection by connection, in `recorded`."""
        self._is_recording = True

    @property
    def is_up(self) -> bool:
        """Whether bytes pass."""
        return self._up

    def close(self) -> None:
        """End for good; returns when every thread has ended."""
        self._closing.set()
        self.down()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _arm(self, left: int | None, then: _Then, *, is_up: bool = True) -> None:
        with self._lock:
            self.held.clear()
            self._released.clear()
            self._up, self._left, self._left_is_up, self._then = True, left, is_up, then

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if not self._up:
                near.close()
                continue
            try:
                far = socket.create_connection((self._target, self.target_port), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self.connections += 1
                self._open |= {near, far}
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._start(self._carry, near, far, True)
            self._start(self._carry, far, near, False)

    def _carry(self, source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        said = bytearray()
        try:
            while chunk := source.recv(CHUNK):
                passing, then = self._count(len(chunk), is_up)
                if is_up and self._is_recording:
                    said += chunk
                sink.sendall(chunk[:passing])
                if then is _Then.HOLD:
                    self.held.set()
                    self._released.wait()
                if then is not _Then.GO_ON:
                    self.down()
                    return
        except OSError:
            pass
        finally:
            if said:
                self.recorded.append(bytes(said))
            for one in (source, sink):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                with self._lock:
                    self._open.discard(one)
                one.close()

    def _count(self, size: int, is_up: bool) -> tuple[int, _Then]:
        """How many of these bytes pass, and what comes after them."""
        with self._lock:
            then = _Then.GO_ON
            if self._left is not None and self._left_is_up is is_up:
                if size >= self._left:
                    size, then = self._left, self._then
                    self._left = 0
                else:
                    self._left -= size
            if is_up:
                self.bytes_up += size
            else:
                self.bytes_down += size
            return size, then

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]  # any callable
        self._threads.append(thread)
        thread.start()
