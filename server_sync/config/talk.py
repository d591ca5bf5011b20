"""One connection with whoever called: hears a request out before a thread is given to it, and sends what is slow to go.

A thread of the server meets only requests that lie here whole, and answers into what lies here, so that nobody can hold
it by speaking or listening slowly. Large requests and answers that wait lie in files without a name, not in memory.
"""

import errno
import re
import socket
import tempfile
from enum import Enum, auto
from typing import IO, Final

HEAD_MOST_BYTES: Final = 64 * 1024
"""The first line and the headers together; gunicorn's own limits for each of them are lower."""
BODY_MOST_BYTES: Final = 16 * 1024 * 1024
"""More than any room takes: who announces more is answered by the room at once, without being heard out."""
IN_MEMORY_BYTES: Final = 64 * 1024
PIECE_BYTES: Final = 64 * 1024

SILENT_S: Final = 15.0
"""How long a new connection may say nothing."""
HEAD_S: Final = 15.0
"""How long the headers may take from their first byte on, all together."""
GRACE_S: Final = 60.0
LEAST_PER_S: Final = 512.0
"""A body or an answer may stand still for `GRACE_S` and must move at this rate on the whole.

It is half of a modem's 9,600 bits: a piece of 1 MiB may take half an hour."""
LINGER_S: Final = 2.0
"""How long a closed connection is still listened to, so that the last answer is not lost with what came too late."""

CREDIT_BYTES: Final = 4_096
"""What everyone is taken to have brought by coming: newcomers do not yield to those who have long been silent."""

UNSENT_BYTES: Final = 8 * 1024
"""What the system may keep for a caller beyond what is on its way. Were it more, it would swallow whole answers, and
who asks for page after page and takes none would be served as if they did."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_FORWARDED: Final = re.compile(rb"\r\nx-forwarded-for:([^\r\n]*)(?=\r\n)", re.IGNORECASE)
_EXPECTS: Final = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_DELIVERY: Final = re.compile(rb"[A-Z]+ /sync/")
_HEAD_END: Final = b"\r\n\r\n"


class Turn(Enum):
    """Whose turn it is."""

    CALLER = auto()
    """We hear a request, or wait for the next."""
    SERVER = auto()
    """A thread serves the request."""
    LISTENER = auto()
    """The answer goes out, as fast as it is taken."""
    NOBODY = auto()
    """All is said; the connection ends."""


class Heard(Enum):
    """What is to be done after hearing."""

    MORE = auto()
    WHOLE = auto()
    GONE = auto()
    TOO_LONG = auto()


class Talk:
    """One caller. The loop calls `hear`, `serve`, `tell` and the like; a thread of gunicorn takes it for a socket.

    Loop and thread never have it at the same time: `turn` says whose it is.
    """

    def __init__(self, sock: socket.socket, place: str, now: float) -> None:
        sock.setblocking(False)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        self.sock = sock
        self.place = place
        self.turn = Turn.CALLER
        self.stays = False
        self._ahead = b""
        self._said: IO[bytes]
        self._waiting: IO[bytes] | None
        self.kept_bytes: int
        self.moved_bytes: int
        self.waiting_bytes: int
        self.until: float
        self.is_delivery: bool
        self.forwarded: str  # for whom a proxy says that it asks, believed or not
        self._listen(now, SILENT_S)

    def hear(self, now: float) -> Heard:
        """Take what the caller has said since."""
        try:
            said = self.sock.recv(PIECE_BYTES)
        except (BlockingIOError, InterruptedError):
            return Heard.MORE
        except OSError:
            return Heard.GONE
        if said:
            return self._take(said, now)
        return Heard.WHOLE if self._body_at else Heard.GONE  # cut short, which the room says by name

    def listen_again(self, now: float, patience_s: float) -> Heard:
        """Wait for the next request of the same caller; part of it may have come with the last."""
        ahead, self._ahead = self._ahead, b""
        self._said.close()
        self._listen(now, patience_s)
        return self._take(ahead, now) if ahead else Heard.MORE

    def tell(self, now: float) -> bool:
        """Send on what waits; says whether all of it is gone. Raises OSError when nobody takes it any more."""
        if self._waiting is None:
            return True
        while piece := self._waiting.read(PIECE_BYTES):
            try:
                sent = self.sock.send(piece)
            except (BlockingIOError, InterruptedError):
                sent = 0
            self._count(sent, now)
            if sent < len(piece):
                self._waiting.seek(sent - len(piece), 1)
                return False
        self._forget_answer()
        return True

    def serve(self) -> None:
        """Hand the request over to a thread."""
        self.turn = Turn.SERVER
        self._said.seek(0)
        self._forget_answer()

    def begin_telling(self, now: float) -> bool:
        """Take the answer over from the thread; says whether something of it still waits."""
        if self._waiting is None:
            return False
        self.turn = Turn.LISTENER
        self._waiting.seek(0)
        self._since, self.moved_bytes, self.until = now, 0, now + GRACE_S
        return True

    def is_used_up(self) -> bool:
        """Whether the thread read exactly what was heard: what is left over is not the beginning of another request."""
        return self._said.tell() == self.kept_bytes and not self._is_cut

    def part(self, now: float) -> None:
        """Say that no more comes, and let what was sent arrive."""
        self.turn, self.until = Turn.NOBODY, now + LINGER_S
        self.sock.shutdown(socket.SHUT_WR)

    def is_gone(self) -> bool:
        """Hear what comes too late, and drop it; says whether the caller has gone."""
        try:
            return not self.sock.recv(PIECE_BYTES)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    def turn_away(self, status: str, *more: str) -> None:
        """Refuse without a thread, in one line and what more is to be said in headers."""
        lines = (f"HTTP/1.1 {status}", "Connection: close", "Content-Length: 0", *more, "", "")
        try:
            self.sock.send("\r\n".join(lines).encode())
        except OSError:
            return

    def end(self) -> None:
        """Close, and drop what was kept."""
        self.sock.close()
        self._said.close()
        self._forget_answer()

    def worth(self, now: float) -> float:
        """What this caller brings or takes a second: who is worth least yields when there are too many."""
        return (CREDIT_BYTES + self.moved_bytes) / max(now - self._since, 0.001)

    @property
    def has_head(self) -> bool:
        """Whether a request's headers are whole."""
        return self._body_at > 0

    @property
    def has_begun(self) -> bool:
        """Whether something of a request was said."""
        return self.kept_bytes > 0

    def recv(self, size: int) -> bytes:
        """Read on in the request. Who asks for more than came meets a broken line, never the end of a body."""
        said = self._said.read(size)
        if not said:
            raise ConnectionResetError(errno.ECONNRESET, "the request was cut short")
        return said

    def sendall(self, data: bytes) -> None:
        """Send, or keep what the caller does not take at once."""
        if self._waiting is None:
            try:
                sent = self.sock.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
            self._waiting = _file_without_a_name()
        self._waiting.write(data)
        self.waiting_bytes += len(data)

    def send(self, data: bytes) -> int:
        """Send a line between; gunicorn's `100 Continue`, which is answered before the body is heard."""
        return len(data)

    def setblocking(self, _flag: bool) -> None:
        """Stay as it is: nothing here ever blocks."""

    def gettimeout(self) -> float:
        """Say that nothing here ever blocks."""
        return 0.0

    def shutdown(self, _how: int) -> None:
        """Leave the end to the loop."""
        raise OSError(errno.ENOTCONN, "the loop closes")

    def close(self) -> None:
        """Leave the end to the loop."""

    def _listen(self, now: float, patience_s: float) -> None:
        self.turn = Turn.CALLER
        self._since, self.until = now, now + patience_s
        self._head = bytearray()
        self._said = _file_without_a_name()
        self._body_at = self._whole_at = 0
        self._is_cut, self._is_heard_out = False, True
        self.is_delivery = False
        self.forwarded = ""
        self._waiting = None
        self.kept_bytes = self.moved_bytes = self.waiting_bytes = 0

    def _take(self, said: bytes, now: float) -> Heard:
        if not self.kept_bytes:
            self._since, self.until = now, now + HEAD_S
        self.moved_bytes += len(said)
        if not self._body_at:
            searched = max(0, len(self._head) - len(_HEAD_END) + 1)
            self._head += said
            end = self._head.find(_HEAD_END, searched)
            if end < 0:
                self.kept_bytes = len(self._head)
                return Heard.TOO_LONG if len(self._head) > HEAD_MOST_BYTES else Heard.MORE
            said = self._read_head(end + len(_HEAD_END), now)
        room = max(0, self._whole_at - self.kept_bytes)
        self._said.write(said[:room])
        self.kept_bytes += len(said[:room])
        self._ahead += said[room:]
        if self.kept_bytes >= self._whole_at:
            self._is_cut = not self._is_heard_out
            return Heard.WHOLE
        self._demand(now, self.kept_bytes - self._body_at)
        return Heard.MORE

    def _read_head(self, end: int, now: float) -> bytes:
        """Learn how much belongs to the request. It decides only how long we listen; gunicorn reads what it means."""
        head, beyond = bytes(self._head[:end]), bytes(self._head[end:])
        self._head = bytearray()
        lengths = set(_LENGTH.findall(head))
        announced = int(lengths.pop()) if len(lengths) == 1 else 0
        self._is_heard_out = announced <= BODY_MOST_BYTES and b"chunked" not in head.lower()  # no room takes chunks
        self.is_delivery = _DELIVERY.match(head) is not None
        self.forwarded = b",".join(_FORWARDED.findall(head)).decode("latin-1")
        self._body_at, self._whole_at = end, end + announced if self._is_heard_out else end
        self._is_cut = True  # until the rest has come
        self._since = now
        self._said.write(head)
        self.kept_bytes = end
        if _EXPECTS.search(head) and self._whole_at > end:
            self._invite()
        return beyond if self._is_heard_out else b""

    def _invite(self) -> None:
        try:
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            return  # the next reading finds out

    def _count(self, sent: int, now: float) -> None:
        self.moved_bytes += sent
        self.waiting_bytes -= sent
        self._demand(now, self.moved_bytes)

    def _demand(self, now: float, brought_bytes: int) -> None:
        self.until = min(now, self._since + brought_bytes / LEAST_PER_S) + GRACE_S

    def _forget_answer(self) -> None:
        if self._waiting is not None:
            self._waiting.close()
        self._waiting, self.waiting_bytes = None, 0


def _file_without_a_name() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)
