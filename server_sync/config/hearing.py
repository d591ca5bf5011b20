"""Gunicorn's worker with threads, which gives a thread to a request only when it has come whole.

One loop hears every caller and sends what is slow to go (`talk`), so that the slowest thousand callers cost memory for
their connections and nothing else. When there are too many, those yield who bring least for the time they take; where
most of them wait for a thread, the last of whoever has most waiting.
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

from server_sync.common.addresses import is_proxy, place_behind
from server_sync.config.talk import Heard, Talk, Turn
from server_sync.config.turns import Turns

CONNECTIONS_MOST: Final = 2_048
"""Connections of one process; each may need a file for its request and one for its answer."""
AT_PLACE_MOST: Final = 512
"""Connections from one address: an office's PCs share one. A proxy of ours has no such limit: it speaks for many."""
WAITING_AT_PLACE_MOST: Final = 256
"""Requests of one address that wait for a thread in one room; a whole village may share one address."""
TOLD_MOST: Final = 128
"""Connections beyond the most that stay open for a moment, so that what they are told is not lost."""
RETRY_S: Final = 5
KEPT_MOST_BYTES: Final = 1024 * 1024 * 1024
"""What requests not yet whole and answers not yet taken may fill on the disk together."""
FILES_EACH: Final = 3
FILES_OF_OURS: Final = 256
TAKEN_AT_ONCE: Final = 64
YIELDING_AT_ONCE: Final = 16
LOOK_EVERY_S: Final = 0.5
STOPPING_S: Final = 1.0
"""How long a server that ends waits for the next request of a connection."""
NO_ROOM: Final = ("503 Service Unavailable", f"Retry-After: {RETRY_S}")
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
        host = host_of(address)
        place = place_behind(host, "")
        is_many = is_proxy(host)
        talk = Talk(sock, place, time.monotonic())
        if not is_many and self._places[place] >= AT_PLACE_MOST:
            self._yield_some(lambda other: other.place == place)
        elif len(self._talks) >= self._most:
            self._make_room()
        has_room = len(self._talks) < self._most and (is_many or self._places[place] < AT_PLACE_MOST)
        if not has_room and len(self._talks) >= self._most + TOLD_MOST:
            talk.end()
            return
        conn = TConn(self.cfg, talk, address, listener.getsockname())
        conn.data_ready = True  # a thread has nothing to wait for
        self._talks[talk] = conn
        self._places[place] += 1
        self.nr_conns = len(self._talks)
        if has_room:
            self._watch(talk, Turn.CALLER, self._hear)
        else:
            self._turn_away(talk)

    def _make_room(self) -> None:
        """End a connection, of the kind of which there are most: requests that wait, or whoever is still heard."""
        if 2 * len(self._turns) >= len(self._talks):
            conn = self._turns.give_up()
            if conn is not None:
                conn.sock.turn_away(*NO_ROOM)
                self._end(conn.sock)
                return
        self._yield_some(lambda _talk: True)

    def _turn_away(self, talk: Talk) -> None:
        """Say that there is no room, and stay until that has arrived."""
        talk.turn_away(*NO_ROOM)
        talk.stays = False
        self._go_on(talk)

    def _yield_some(self, among: Callable[[Talk], bool]) -> None:
        """End the connections that bring least, of those that no thread serves; several, for looking at all is dear."""
        now = time.monotonic()
        found = (talk for talk in self._talks if talk.turn is not Turn.SERVER and among(talk))
        for talk in heapq.nsmallest(YIELDING_AT_ONCE, found, key=lambda talk: talk.worth(now)):
            if talk.turn is Turn.CALLER:
                self._hear(talk)  # what was said already and not yet heard, for we are busy, is not lost
            if talk in self._talks and talk.turn is not Turn.SERVER:
                self._end(talk)

    def _watch(self, talk: Talk, turn: Turn, then: Callable[[Talk], None]) -> None:
        def called(_sock: socket.socket) -> None:
            if talk in self._talks and talk.turn is turn:  # what was seen together may have ended or moved it meanwhile
                then(talk)

        events = selectors.EVENT_WRITE if turn is Turn.LISTENER else selectors.EVENT_READ
        self.poller.register(talk.sock, events, called)

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
        conn = self._talks[talk]
        place = place_behind(host_of(conn.client), talk.forwarded)
        if self._turns.line(talk.is_delivery, place) >= WAITING_AT_PLACE_MOST:
            self._turn_away(talk)
            return
        talk.serve()
        self._turns.wait(conn, talk.is_delivery, place)
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
            self._watch(talk, Turn.LISTENER, self._tell)
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
            self._watch(talk, Turn.NOBODY, self._hear_end)
            return
        self._watch(talk, Turn.CALLER, self._hear)
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


def host_of(address: Any) -> str:
    """The address of the other end of a connection, as the system tells it."""
    return str(address[0]) if isinstance(address, tuple) and address else ""


def files_allowed() -> int:
    """Raise the limit of open files as far as we may, up to what every connection needs, and say what it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MOST * FILES_EACH + FILES_OF_OURS
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
