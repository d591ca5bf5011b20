"""Keeps the media process alive while it is wanted: one that ended or does not answer is replaced and told the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from liaison_desktop.meetings.messages import (
    Asked,
    Broken,
    ListScreens,
    NotAMessage,
    Ping,
    PlayMelody,
    Pong,
    RecordSample,
    Told,
    Wish,
    read_told,
    write,
)

PING_MS: Final = 500
HUNG_MS: Final = 2_000
"""So long without an answer, and it is replaced."""
BEGINNING_MS: Final = 20_000
"""So long may the first answer take: an old PC reads the libraries from a slow disk."""
STEADY_MS: Final = 10_000
"""Who lived so long begins again at once; who did not, after a pause that grows."""
PAUSES_MS: Final = (0, 250, 1_000, 3_000, 10_000)
ENDING_MS: Final = 1_000
"""So long it may take to put the devices away when it is no longer wanted."""


class Child(Protocol):
    """A media process as the supervisor sees it; nothing here waits, but `close` a moment."""

    def send(self, line: bytes) -> None:
        """Say a line; to one that is gone it is said in vain."""

    def take(self) -> tuple[bytes, ...]:
        """The whole lines that have come since."""

    def has_ended(self) -> bool:
        """Whether it is gone."""

    def leave(self) -> None:
        """Tell it that it is not wanted any more."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Take leave of it for good, alive or not."""


@dataclass(slots=True)
class _Life:
    """One run of the process: since when, and the question it has not answered."""

    child: Child
    begun_ms: int
    asked_ms: int
    number: int = 0
    has_answered: bool = False
    is_asked: bool = False


class Supervisor:
    """Never gives up while the process is wanted. `tick` moves everything; call it some twenty times a second."""

    def __init__(
        self,
        start: Callable[[], Child],
        *,
        now_ms: Callable[[], int],
        hear: Callable[[Told], None],
        lost: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._start, self._now_ms, self._hear, self._lost = start, now_ms, hear, lost
        self._wish: Wish | None = None
        self._life: _Life | None = None
        self._leaving: list[tuple[Child, int]] = []
        self._next_ms = 0
        self._short_lives = 0

    @property
    def is_wanted(self) -> bool:
        """Whether it keeps a process."""
        return self._wish is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is left, so that nobody need tick."""
        return self._wish is None and not self._leaving

    def want(self, wish: Wish) -> None:
        """Have a process that does this; the same again changes nothing."""
        if wish == self._wish:
            return
        was_wanted = self._wish is not None
        self._wish = wish
        if not was_wanted:
            self._short_lives, self._next_ms = 0, self._now_ms()
            self.tick()
        else:
            self._say(wish)

    def play(self) -> None:
        """Play the melody."""
        self._say(PlayMelody())

    def record(self) -> None:
        """Record a sample and play it."""
        self._say(RecordSample())

    def list_screens(self) -> None:
        """Ask which screens there are."""
        self._say(ListScreens())

    def begin_anew(self) -> None:
        """Replace the process: a fresh one finds the devices that are there now."""
        if self._wish is not None:
            self._let_go()
            self._next_ms = self._now_ms()
            self.tick()

    def end(self) -> None:
        """Want no process any more; it puts the devices away by itself."""
        self._wish = None
        self._let_go()

    def close(self) -> None:
        """End, and wait for it: the program goes."""
        self.end()
        for child, _since in self._leaving:
            child.close()
        self._leaving.clear()

    def tick(self) -> None:
        """Hear what has come, ask whether it lives, start it again."""
        now = self._now_ms()
        self._see_off(now)
        if self._wish is None:
            return
        if self._life is None:
            if now >= self._next_ms:
                self._begin(now, self._wish)
            return
        self._listen(self._life, now)

    def _begin(self, now: int, wish: Wish) -> None:
        life = self._life = _Life(self._start(), now, now)
        life.child.send(write(wish))
        self._ask(life, now)

    def _listen(self, life: _Life, now: int) -> None:
        for line in life.child.take():
            try:
                told = read_told(line)
            except NotAMessage:
                self._lose(life, now, "speaks otherwise")
                return
            if isinstance(told, Pong):
                life.has_answered = True
                life.is_asked = life.is_asked and told.number != life.number
            elif isinstance(told, Broken):
                self._lose(life, now, told.what)
                return
            else:
                self._hear(told)
            if self._life is not life:
                return  # who heard it has let it go
        patience = HUNG_MS if life.has_answered else BEGINNING_MS
        if life.child.has_ended():
            self._lose(life, now, "ended")
        elif life.is_asked and now - life.asked_ms > patience:
            self._lose(life, now, "does not answer")
        elif not life.is_asked and now - life.asked_ms >= PING_MS:
            self._ask(life, now)

    def _ask(self, life: _Life, now: int) -> None:
        life.number += 1
        life.asked_ms, life.is_asked = now, True
        life.child.send(write(Ping(life.number)))

    def _lose(self, life: _Life, now: int, why: str) -> None:
        self._short_lives = 0 if now - life.begun_ms >= STEADY_MS else self._short_lives + 1
        self._next_ms = now + PAUSES_MS[min(max(0, self._short_lives - 1), len(PAUSES_MS) - 1)]
        self._life = None
        life.child.kill()
        life.child.close()
        self._lost(why)

    def _let_go(self) -> None:
        if self._life is not None:
            self._life.child.leave()
            self._leaving.append((self._life.child, self._now_ms()))
            self._life = None

    def _see_off(self, now: int) -> None:
        for child, since_ms in tuple(self._leaving):
            if not child.has_ended() and now - since_ms < ENDING_MS:
                continue
            self._leaving.remove((child, since_ms))
            child.kill()
            child.close()

    def _say(self, message: Asked) -> None:
        if self._life is not None:
            self._life.child.send(write(message))
