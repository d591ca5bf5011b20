"""Gunicorn's worker with threads, which gives a thread to a request only when it has come whole.

One loop hears every caller and sends what is slow to go (`talk`), so that the slowest thousand callers cost memory for
their connections and nothing else. When there are too many, those yield who bring least for the time they take.
"""

import errno
import heapq
import resource
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker
from typing_extensions import override

from server_sync.config.talk import Heard, Talk, Turn
from server_sync.config.turns import Turns

CONNECTIONS_MOST: Final = 2_048
"""Connections of one process; each may need a file for its request and one for its answer."""
AT_PLACE_MOST: Final = 512
"""Connections from one address: an office's PCs share one, and so does everybody behind a proxy."""
KEPT_MOST_BYTES: Final = 1024 * 1024 * 1024
"""What requests not yet whole and answers not yet taken may fill on the disk together."""
FILES_EACH: Final = 3
FILES_OF_OURS: Final = 256
TAKEN_AT_ONCE: Final = 64
YIELDING_AT_ONCE: Final = 16
LOOK_EVERY_S: Final = 0.5
STOPPING_S: Final = 1.0
"""How long a server that ends waits for the next request of a connection."""
NO_MORE_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Hears everybody out in one loop, and serves whole requests in threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._talks: dict[Talk, Any] = {}
        self._places: Counter[str] = Counter()
        self._turns: Turns[Any] = Turns()
        self._served = 0
        self._most = CONNECTIONS_MOST
        self._looked_at = 0.0

    @override
    def init_process(self) -> None:
        self._most = min(CONNECTIONS_MOST, (files_allowed() - FILES_OF_OURS) // FILES_EACH)
        super().init_process()

    @override
    def accept(self, listener: socket.socket) -> None:
        """Take in who has come; everyone may, and who brings least yields."""
        for _ in range(TAKEN_AT_ONCE):
            try:
                sock, address = listener.accept()
            except OSError as failure:
                if failure.errno in NO_MORE_FILES:
                    self._yield_some(lambda _talk: True)
                return
            self._welcome(sock, address, listener)

    def _welcome(self, sock: socket.socket, address: Any, listener: socket.socket) -> None:
        now = time.monotonic()
        place = place_of(address)
        talk = Talk(sock, place, now)
        if self._places[place] >= AT_PLACE_MOST:
            self._yield_some(lambda other: other.place == place)
        elif len(self._talks) >= self._most:
            self._yield_some(lambda _talk: True)
        if self._places[place] >= AT_PLACE_MOST or len(self._talks) >= self._most:
            talk.turn_away("503 Service Unavailable")
            talk.end()
            return
        conn = TConn(self.cfg, talk, address, listener.getsockname())
        conn.data_ready = True  # a thread has nothing to wait for
        self._talks[talk] = conn
        self._places[place] += 1
        self.nr_conns = len(self._talks)
        self._watch(talk, selectors.EVENT_READ, self._hear)

    def _yield_some(self, among: Callable[[Talk], bool]) -> None:
        """End the connections that bring least, of those that no thread serves; several, for looking at all is dear."""
        now = time.monotonic()
        found = (talk for talk in self._talks if talk.turn is not Turn.SERVER and among(talk))
        for talk in heapq.nsmallest(YIELDING_AT_ONCE, found, key=lambda talk: talk.worth(now)):
            if talk.turn is Turn.CALLER:
                self._hear(talk)  # what was said already and not yet heard, for we are busy, is not lost
            if talk in self._talks and talk.turn is not Turn.SERVER:
                self._end(talk)

    def _watch(self, talk: Talk, events: int, then: Callable[[Talk], None]) -> None:
        self.poller.register(talk.sock, events, lambda _sock: then(talk))

    def _hear(self, talk: Talk) -> None:
        try:
            heard = talk.hear(time.monotonic())
        except OSError:  # no room to keep what was said
            heard = Heard.GONE
        self._act(talk, heard)

    def _act(self, talk: Talk, heard: Heard) -> None:
        match heard:
            case Heard.MORE:
                pass
            case Heard.WHOLE:
                self._serve(talk)
            case Heard.GONE:
                self._end(talk)
            case Heard.TOO_LONG:
                talk.turn_away("431 Request Header Fields Too Large")
                self._end(talk)

    def _serve(self, talk: Talk) -> None:
        self.poller.unregister(talk.sock)
        talk.serve()
        self._turns.wait(self._talks[talk], talk.is_delivery, talk.place)
        self._give_threads()

    def _give_threads(self) -> None:
        while self._turns and self._served < self.cfg.threads:
            self._served += 1
            self.enqueue_req(self._turns.next())

    @override
    def finish_request(self, conn: Any, fs: Any) -> None:
        """Send what is left of the answer, then listen again or part. In the loop, after the thread."""
        self._served -= 1
        self._give_threads()
        talk: Talk = conn.sock
        talk.stays = bool(not fs.cancelled() and fs.exception() is None and fs.result())
        talk.stays = talk.stays and talk.is_used_up() and not conn.parser.unreader.buf.getvalue()
        if talk.begin_telling(time.monotonic()):
            self._watch(talk, selectors.EVENT_WRITE, self._tell)
        else:
            self._go_on(talk)

    def _tell(self, talk: Talk) -> None:
        try:
            is_told = talk.tell(time.monotonic())
        except OSError:
            self._end(talk)
            return
        if is_told:
            self.poller.unregister(talk.sock)
            self._go_on(talk)

    def _go_on(self, talk: Talk) -> None:
        now = time.monotonic()
        if not talk.stays:
            try:
                talk.part(now)
            except OSError:
                self._end(talk)
                return
            self._watch(talk, selectors.EVENT_READ, self._hear_end)
            return
        self._watch(talk, selectors.EVENT_READ, self._hear)
        try:
            heard = talk.listen_again(now, self.cfg.keepalive if self.alive else STOPPING_S)
        except OSError:
            heard = Heard.GONE
        self._act(talk, heard)

    def _hear_end(self, talk: Talk) -> None:
        if talk.is_gone():
            self._end(talk)

    def _end(self, talk: Talk) -> None:
        with suppress(KeyError):  # it may not be watched just now
            self.poller.unregister(talk.sock)
        del self._talks[talk]
        self._places[talk.place] -= 1
        if not self._places[talk.place]:
            del self._places[talk.place]
        self.nr_conns = len(self._talks)
        talk.end()

    @override
    def murder_keepalived(self, force: bool = False) -> None:
        """End those whose time is over; called by gunicorn in every turn of its loop, and by force at the end."""
        now = time.monotonic()
        if now < self._looked_at + LOOK_EVERY_S and not force:
            return
        self._looked_at = now
        for talk in [talk for talk in self._talks if talk.turn is not Turn.SERVER]:
            if force or talk.until <= now:
                self._lose_patience(talk)
        kept = sum(talk.kept_bytes + talk.waiting_bytes for talk in self._talks)
        if kept > KEPT_MOST_BYTES:
            self._yield_largest()

    def _lose_patience(self, talk: Talk) -> None:
        if talk.turn is Turn.CALLER and talk.has_head:
            self._serve(talk)  # the room says by name that it was cut short
            return
        if talk.turn is Turn.CALLER and talk.has_begun:
            talk.turn_away("408 Request Timeout")
        self._end(talk)

    def _yield_largest(self) -> None:
        found = [talk for talk in self._talks if talk.turn is not Turn.SERVER]
        if found:
            self._end(max(found, key=lambda talk: talk.kept_bytes + talk.waiting_bytes))

    @override
    def murder_pending(self) -> None:
        """Nobody is pending here: who has said nothing yet is heard like the others."""

    @override
    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping: wait no longer for requests whose headers have not come."""
        for talk in self._talks:
            if talk.turn is Turn.CALLER and not talk.has_head:
                talk.until = min(talk.until, deadline)


def place_of(address: Any) -> str:
    """What counts as one address: of IPv6 the network, all of which belongs to one household."""
    host = str(address[0]) if isinstance(address, tuple) and address else ""
    if ":" not in host or host.startswith("::ffff:"):
        return host
    packed = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return packed[:8].hex()


def files_allowed() -> int:
    """Raise the limit of open files as far as we may, up to what every connection needs, and say what it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MOST * FILES_EACH + FILES_OF_OURS
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
