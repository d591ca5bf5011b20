"""HTTP over a line that may break anywhere: kept alive, never redirected, closed when it stalls.

requests is imported at the first call. Its read timeout covers each piece that arrives, so an answer that drips would
hold a call for ever: a watchdog closes the socket when too little has come for too long.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from liaison_desktop.sync.outcomes import Reason

if TYPE_CHECKING:
    from requests import Response, Session

CONNECT_S: Final = 15.0
READ_S: Final = 60.0
PROGRESS_BYTES: Final = 1024
"""Bytes within READ_S by which a line counts as alive; less is a stall."""

RECEIVE_BYTES: Final = 64 * 1024

PROXY_WANTS_NAME: Final = " 407 "
"""What a refused tunnel leaves in the words of the failure: the proxy's own status, which has no other place."""


class LineBroke(Exception):
    """The line failed in a way that says nothing about the centre; only this room sees it."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, for the next piece of the answer, without progress at all."""

    connect_s: float = CONNECT_S
    read_s: float = READ_S
    stall_s: float = READ_S


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A whole HTTP answer, of which nothing is believed yet."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Progress = Callable[[int, int], object]
"""Told how many bytes of this call went up and came down so far."""


def _untold(_up: int, _down: int) -> None:
    """Nobody watches."""


class Watchdog:
    """Closes a line on which nothing moves any more. One thread while a call runs; `fed` puts it off."""

    def __init__(self, stall_s: float, close: Callable[[], object]) -> None:
        self._stall_s = stall_s
        self._close = close
        self._changed = threading.Condition()
        self._until = 0.0
        self._ended = False
        self.bit = False

    def feed(self) -> None:
        """The line moves."""
        with self._changed:
            self._until = time.monotonic() + self._stall_s

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch until the block ends."""
        self.feed()
        thread = threading.Thread(target=self._watch, name="liaison-watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()
            thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._ended:
                left_s = self._until - time.monotonic()
                if left_s <= 0:
                    self.bit = True
                    break
                self._changed.wait(left_s)
            if self._ended:
                return
        self._close()


class Body(BytesIO):
    """A request's bytes, read by the connection in pieces, each with a time limit of its own."""

    def __init__(self, raw: bytes, moved: Callable[[int], object]) -> None:
        super().__init__(raw)
        self._moved = moved

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self._moved(len(piece))
        return piece


class Line:
    """One server, one session. Use it from one thread; `stop` alone may be called from another."""

    def __init__(
        self, server: str, *, authority: str | bool = True, timeouts: Timeouts = Timeouts(), program: str = ""
    ) -> None:
        self.server = server.rstrip("/")
        self._authority = authority
        self._timeouts = timeouts
        self._program = program
        self._session: Session | None = None
        self._sockets: list[Any] = []
        self._stopped = False

    def close(self) -> None:
        """Let the kept connection go."""
        session, self._session = self._session, None
        if session is not None:
            session.close()
        self._sockets.clear()

    def stop(self) -> None:
        """Break the call under way: it ends as `stopped_here`. What was sent is sent."""
        self._stopped = True
        self._shut()

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        limit_bytes: int,
        progress: Progress = _untold,
    ) -> RawAnswer:
        """Send one request and receive its whole answer, or raise LineBroke. `path` has its query."""
        import requests
        import urllib3

        if self._stopped:
            self._stopped = False
        watchdog = Watchdog(self._timeouts.stall_s, self._shut)
        counted = _Counted(watchdog, progress)
        try:
            with watchdog.watching():
                response = self._begun().request(
                    method,
                    self.server + path,
                    headers=dict(headers),
                    data=Body(body, counted.went_up) if body else None,
                    timeout=(self._timeouts.connect_s, self._timeouts.read_s),
                    verify=self._authority,
                    proxies=requests.utils.get_environ_proxies(self.server),
                    allow_redirects=False,
                    stream=True,
                )
                try:
                    watchdog.feed()
                    whole = _receive(response, limit_bytes, counted)
                finally:
                    response.close()
        except LineBroke:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as failure:
            self.close()
            raise LineBroke(self._reason(failure, watchdog), type(failure).__name__) from failure
        return RawAnswer(response.status_code, dict(response.headers), whole)

    def _reason(self, failure: Exception, watchdog: Watchdog) -> Reason:
        import requests
        import urllib3

        if self._stopped:
            return Reason.STOPPED
        if watchdog.bit:
            return Reason.TIMEOUT
        match failure:
            case requests.exceptions.ProxyError() if PROXY_WANTS_NAME in str(failure):
                return Reason.PROXY
            case requests.exceptions.SSLError() | urllib3.exceptions.SSLError():
                return Reason.TLS
            case (
                requests.exceptions.Timeout()
                | urllib3.exceptions.ReadTimeoutError()
                | urllib3.exceptions.ConnectTimeoutError()
                | TimeoutError()
            ):
                return Reason.TIMEOUT
            case urllib3.exceptions.IncompleteRead() | requests.exceptions.ChunkedEncodingError():
                return Reason.HALF_ANSWER
            case urllib3.exceptions.ProtocolError():
                return Reason.HALF_ANSWER
            case _:
                return Reason.NO_ANSWER

    def _begun(self) -> Session:
        if self._session is None:
            self._session = _session(self._sockets, self._program)
        return self._session

    def _shut(self) -> None:
        """End the sockets without taking them from the thread that uses them."""
        for held in list(self._sockets):
            try:
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                continue


class _Counted:
    """Counts what moves, tells who watches, and feeds the watchdog when it is enough to call the line alive."""

    def __init__(self, watchdog: Watchdog, progress: Progress) -> None:
        self._watchdog = watchdog
        self._progress = progress
        self._fed_at = 0
        self.up = 0
        self.down = 0

    def went_up(self, size: int) -> None:
        self.up += size
        self._moved()

    def came_down(self, size: int) -> None:
        self.down += size
        self._moved()

    def _moved(self) -> None:
        if self.up + self.down - self._fed_at >= PROGRESS_BYTES:
            self._fed_at = self.up + self.down
            self._watchdog.feed()
        self._progress(self.up, self.down)


def _receive(response: Response, limit_bytes: int, counted: _Counted) -> bytes:
    held = bytearray()
    raw = response.raw
    if response.request.method == "HEAD":
        return b""
    while True:
        piece: bytes = raw.read1(RECEIVE_BYTES, decode_content=False)
        if not piece:
            break
        held += piece
        counted.came_down(len(piece))
        if len(held) > limit_bytes:
            raise LineBroke(Reason.FOREIGN, "too_large")
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) != len(held):
        raise LineBroke(Reason.HALF_ANSWER)
    return bytes(held)


def _session(sockets: list[Any], program: str) -> Session:
    """A session that keeps its connections and notes their sockets, so that a stalled one can be closed."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def note(connection: HTTPConnection) -> None:
        sockets[:] = [one for one in sockets if one.fileno() != -1]
        if connection.sock is not None:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(connection.sock)

    class Plain(HTTPConnection):
        @override
        def connect(self) -> None:
            super().connect()
            note(self)

    class Secure(HTTPSConnection):
        @override
        def connect(self) -> None:
            super().connect()
            note(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        @override
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

        @override
        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            manager = super().proxy_manager_for(proxy, **kwargs)
            manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
            return manager

    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter(pool_connections=2, pool_maxsize=4, max_retries=0))
    session.trust_env = False  # a password for this host in somebody's .netrc is no business of the centre
    session.headers.clear()
    if program:
        session.headers["User-Agent"] = program
    return session
