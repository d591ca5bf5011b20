"""The line between an office and the centre: a TCP relay on loopback that counts bytes and can be cut."""

import contextlib
import socket
import threading
from typing import Final

CHUNK: Final = 64 * 1024


class Line:
    """Relays connections to the centre while it is up; counts bytes in both directions.

    `cut_after(n)` cuts the line in the middle of an exchange, after n more bytes up.
    """

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.bytes_up = 0
        self.bytes_down = 0
        self.connections = 0
        self._up = False
        self._left: int | None = None
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def address(self) -> str:
        """What an office is told is the centre."""
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """The line is back."""
        with self._lock:
            self._up, self._left = True, None

    def down(self) -> None:
        """The line is gone, with all that was on it."""
        with self._lock:
            self._up = False
            gone, self._open = self._open, set()
        for one in gone:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut_after(self, bytes_up: int) -> None:
        """The line goes down by itself after so many more bytes towards the centre."""
        with self._lock:
            self._up, self._left = True, bytes_up

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
                far = socket.create_connection(("127.0.0.1", self.target_port), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self.connections += 1
                self._open |= {near, far}
            self._start(self._carry, near, far, True)
            self._start(self._carry, far, near, False)

    def _carry(self, source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        try:
            while chunk := source.recv(CHUNK):
                if not self._count(len(chunk), is_up):
                    self.down()
                    return
                sink.sendall(chunk)
        except OSError:
            pass
        finally:
            for one in (source, sink):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                with self._lock:
                    self._open.discard(one)
                one.close()

    def _count(self, size: int, is_up: bool) -> bool:
        with self._lock:
            if is_up:
                self.bytes_up += size
                if self._left is not None:
                    self._left -= size
                    return self._left >= 0
            else:
                self.bytes_down += size
            return True

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]  # any callable
        self._threads.append(thread)
        thread.start()
