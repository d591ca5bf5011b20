"""A server on a loopback port that says, byte for byte, what a test wants it to say."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from liaison_desktop.sync.line import RawAnswer


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Asked, socket.socket], object]


class Loopback:
    """Serves one connection after another until it is closed; `asked` is what came."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.connections = 0
        self.closing = threading.Event()
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self.closing.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection, suppress(OSError), connection.makefile("rb") as coming:
            while not self.closing.is_set():
                asked = _read(coming)
                if asked is None:
                    return
                self.asked.append(asked)
                self.script(asked, connection)


def _read(coming) -> Asked | None:
    first = coming.readline().decode("latin-1")
    if not first.rstrip().endswith(("HTTP/1.1", "HTTP/1.0")):  # a tunnel is asked for in the older one
        return None
    method, path, _ = first.split(" ")
    headers = {}
    while (line := coming.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(": ")
        headers[name] = value
    return Asked(method, path, headers, coming.read(int(headers.get("Content-Length", "0"))))


@contextmanager
def served(script: Script) -> Iterator[Loopback]:
    """A server that answers as `script` says."""
    loopback = Loopback(script)
    try:
        yield loopback
    finally:
        loopback.close()


def written(answer: RawAnswer) -> bytes:
    """An answer as it goes over the wire."""
    head = f"HTTP/1.1 {answer.status} Somehow\r\nContent-Length: {len(answer.body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items() if name != "Content-Length")
    return head.encode() + b"\r\n" + answer.body


def says(status: int, body: bytes = b"", **headers: str) -> Script:
    """Always the same, whoever asks: a proxy, a provider's page, a broken server."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    def script(_asked: Asked, connection: socket.socket) -> None:
        connection.sendall(written(RawAnswer(status, told, body)))

    return script
