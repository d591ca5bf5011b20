"""Conducts the exchanges: when the next one is due, what goes in which order, and what to do when it fails.

No thread and no Qt: a run is a row of small tasks, each for one lane. The program's background runs them and hands
each result back (`begin`, `proceed`, `failed`); tests and the proving harness run them in place (`step`).
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from random import Random, SystemRandom
from typing import Any, Final, assert_never

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.delivery import LineState
from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.domain.times import moment
from liaison_desktop.store import delivery, outbox
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.store import Store
from liaison_desktop.sync.files import ASIDE_MS, Files, Moved
from liaison_desktop.sync.news import LineNews, Progress
from liaison_desktop.sync.outcomes import Answered, Halve, Outcome, Reason, Refused, SignAnew, Spent, TryAgain
from liaison_desktop.sync.packing import Batch, Packed, pack
from liaison_desktop.sync.tasks import Lane, Task
from liaison_desktop.sync.transport import Transport
from liaison_desktop.sync.unpacking import STOPPED_BY, Unpacked, expect, unpack
from liaison_desktop.workplace.clock import Clock
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import (
    ExchangeReply,
    Notes,
    Standing,
)

RETRY_FIRST_S: Final = 2.0
RETRY_MOST_S: Final = 15 * 60.0
WAITING_LEAST_S: Final = 20.0
WAITING_MOST_S: Final = 60.0
"""After how long the line is tried again when something was written meanwhile, however often it was tried in vain."""
IDLE_S: Final = 60.0
"""How often the centre is asked when nothing waits; spread by a fifth so that offices do not come together."""

TROUBLES_BEFORE_HALVING: Final = 5
UNREADABLE: Final = 400
"""The centre cannot read a message: the event that does it is found by halves."""

CONFLICT: Final = 409
"""What was sent does not continue what the centre has."""
AT_ONCE_MOST: Final = 12
"""How often in a row something is tried again at once, before it waits like any failure."""

TOLD_BY_NAME: Final = frozenset({"epoch_unknown", "update_needed"})
"""Refusals that a person can do something about, each in its own way."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """When to come back (the clock's monotonic milliseconds), and why then."""

    at_ms: int
    why: str


Run = Generator[Task, Any, None]


class Exchanging:
    """One office's exchanges. Methods are for the thread that drives it; `news` and `stop` for any thread.

    `changed` is told what an answer changed; `random` spreads the waiting.
    """

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        *,
        versions: Notes,
        changed: Callable[[ChangeSet], object] = lambda _changes: None,
        random: Random | None = None,
        idle_s: float = IDLE_S,
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._versions = versions
        self._changed = changed
        self._random = random or SystemRandom()
        self._idle_s = idle_s
        self._run: Run | None = None
        self._next = NextStep(clock.monotonic_ms(), "start")
        self._batch = Batch()
        self._files = Files(store, transport, clock, self._moved)
        self._failures = 0
        self._troubles = 0
        self._chains: dict[bytes, tuple[int, bytes]] = {}
        self._epochs_aside: dict[bytes, int] = {}
        self._other_epochs = False
        self._moving_since_ms = 0
        self._stopping = False
        self._wanted_again = False
        self._is_all_wanted = False
        self._yields = False
        self._news = LineNews()

    @property
    def news(self) -> LineNews:
        """The line as it is known now."""
        return self._news

    @property
    def next_step(self) -> NextStep:
        """When the next run is due."""
        return self._next

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    def send_now(self) -> None:
        """A person wants to send now: no waiting, and everything set aside is tried again."""
        self._hurry("asked")
        self._is_all_wanted = True

    def line_is_back(self) -> None:
        """The system says that there is a line."""
        self._hurry("line_back")

    def something_waits(self) -> None:
        """An event was written: it goes at once while the line holds; with no line the next try comes within a minute.

        A centre that refuses is not asked more often for it.
        """
        if self._run is not None:
            self._wanted_again = True
        elif self._failures == 0:
            self._next = NextStep(self._clock.monotonic_ms(), "waiting")
        elif self._news.state is LineState.OFFLINE:
            sooner = self._after(self._random.uniform(WAITING_LEAST_S, WAITING_MOST_S), self._next.why)
            self._next = min(self._next, sooner, key=lambda step: step.at_ms)

    def yield_line(self, wanted: bool) -> None:
        """Leave the line to a meeting in which this office is seen: texts go, attachments wait until it is free."""
        was_wanted, self._yields = self._yields, wanted
        if was_wanted and not wanted and self._failures == 0:
            self.something_waits()

    def stop(self) -> None:
        """Break the run under way, from any thread; what was sent is sent."""
        if self._run is not None:
            self._stopping = True
            self._transport.stop()

    def step(self, now_ms: int) -> NextStep:
        """Do a whole run in place when it is due, and say when the next is. Raises what is a bug."""
        if now_ms < self._next.at_ms:
            return self._next
        task = self.begin()
        while task is not None:
            try:
                result = task.run()
            except ContractError as failure:
                task = self.failed(failure)
            except BaseException:
                self._run = None
                raise
            else:
                task = self.proceed(result)
        return self._next

    def begin(self) -> Task | None:
        """Begin a run and give its first task; None when one is under way."""
        if self._run is not None:
            return None
        self._stopping = False
        self._wanted_again = False
        if self._is_all_wanted:
            self._is_all_wanted = False
            self._epochs_aside.clear()
            self._files.try_all_again()
        self._news = replace(self._news, progress=Progress())
        self._run = self._whole_run()
        return self._advance(lambda run: next(run))

    def proceed(self, result: Any) -> Task | None:
        """Hand a task's result back; gives the next task, or None when the run has ended."""
        return self._advance(lambda run: run.send(result))

    def failed(self, error: ContractError) -> Task | None:
        """Hand back the expected error of a task."""
        return self._advance(lambda run: run.throw(error))

    def _advance(self, how: Callable[[Run], Task]) -> Task | None:
        if self._run is None:
            return None
        try:
            return how(self._run)
        except StopIteration:
            self._end()
            return None
        except ContractError as failure:
            self._fail(failure.code, self._news.state)
            if not isinstance(failure, ExchangeFailed):
                self._news = replace(self._news, hindrance=failure.code)
            self._end()
            return None
        except BaseException:
            self._run = None
            raise

    def _end(self) -> None:
        self._run = None
        self._news = replace(self._news, progress=None)
        if self._wanted_again and self._failures == 0:
            self._next = NextStep(self._clock.monotonic_ms(), "waiting")

    def _whole_run(self) -> Run:
        """Texts until nothing waits at either end, then attachments one piece at a time, texts between them."""
        waits = yield Task(Lane.STORE, partial(delivery.waiting, self._store))
        self._news = replace(self._news, waiting=waits, progress=Progress(total_events=waits.events))
        if not (yield from self._texts()):
            return
        yield from self._attachments()
        waits = yield Task(Lane.STORE, partial(delivery.waiting, self._store))
        self._news = replace(self._news, waiting=waits)

    def _texts(self) -> Generator[Task, Any, bool]:
        """Exchange until nothing more waits; False when it failed or was stopped."""
        at_once = 0
        while not self._stopping:
            packed: Packed = yield Task(Lane.STORE, self._pack)
            outcome: Outcome[ExchangeReply] = yield Task(Lane.NETWORK, partial(self._exchange, packed))
            match outcome:
                case Answered():
                    unpacked: Unpacked = yield Task(Lane.STORE, partial(self._unpack, packed, outcome))
                    at_once = 0
                    if not self._went_well(packed, unpacked):
                        return True
                    if unpacked.retry_after_s:
                        self._next = self._after(unpacked.retry_after_s, "centre_asked")
                        return False
                    continue
                case SignAnew():
                    again = self._sign_anew(outcome, packed)
                case Halve():
                    again = self._smaller(packed)
                case Refused():
                    again = yield from self._refused(outcome, packed)
                case TryAgain():
                    again = False
                    yield from self._line_failed(outcome, packed)
                case _:
                    assert_never(outcome)
            at_once += 1
            if not again or at_once > AT_ONCE_MOST:
                if again:
                    self._fail("tried_too_often", LineState.ONLINE)
                return False
        self._stopped()
        return False

    def _pack(self) -> Packed:
        now_ms = self._clock.monotonic_ms()
        self._epochs_aside = {epoch: at for epoch, at in self._epochs_aside.items() if at > now_ms}
        epochs = outbox.epochs_to_send(self._store)
        speaking = [one for one in epochs if one.epoch not in self._epochs_aside]
        epoch = speaking[0] if speaking else current_epoch(self._store.connection)
        self._other_epochs = len(speaking) > 1
        known = self._chains.get(epoch.epoch)
        return pack(self._store, epoch, self._batch, self._clock, versions=self._versions, known_chain=known)

    def _exchange(self, packed: Packed) -> Outcome[ExchangeReply]:
        return self._transport.exchange(packed.signer, packed.body)

    def _unpack(self, packed: Packed, answered: Answered[ExchangeReply]) -> Unpacked:
        return unpack(self._store, packed, answered.message, self._transport.ring, self._clock, spent=answered.spent)

    def _went_well(self, packed: Packed, unpacked: Unpacked) -> bool:
        """Note a good exchange; True when another follows at once."""
        now_ms = self._clock.wall_ms()
        self._failures = self._troubles = 0
        self._chains[packed.signer.epoch] = (packed.head_seq, packed.chain)
        batch = self._batch.learned(packed.plain_bytes, len(packed.body))
        self._batch = batch.doubled(unpacked.batch_bytes) if unpacked.batch_bytes else batch.doubled()
        self._transport.heard(unpacked.server_time_ms)
        progress = self._progress
        sent_events = progress.sent_events + len(packed.events)
        self._news = replace(
            self._seen(LineState.ONLINE),
            delivered_at=moment(now_ms),
            progress=replace(progress, sent_events=sent_events, total_events=max(sent_events, progress.total_events)),
            trouble=unpacked.trouble,
            hindrance=self._hindrance_of(packed, unpacked),
        )
        self._next = self._idle()
        if self._other_epochs and not packed.events:
            self._put_aside(packed.signer.epoch)  # what it still has cannot be sent: the newest epoch speaks
        if not unpacked.changes.is_empty:
            self._changed(unpacked.changes)
        return packed.has_more or unpacked.has_more or self._other_epochs or self._take_wish()

    def _hindrance_of(self, packed: Packed, unpacked: Unpacked) -> str:
        if unpacked.standing is not Standing.GOOD and unpacked.is_current_epoch:
            return STOPPED_BY[unpacked.standing]
        if unpacked.is_log_doubtful:
            return "log_contradicts_itself"
        return unpacked.stopped_code

    def _take_wish(self) -> bool:
        wanted, self._wanted_again = self._wanted_again, False
        return wanted

    def _sign_anew(self, outcome: SignAnew, packed: Packed) -> bool:
        """Sign with the centre's time when that was the trouble; anything else waits for a person, and is tried on."""
        if outcome.server_time_ms and self._transport.take_centre_time(outcome.server_time_ms):
            return True
        return self._epoch_not_heard(outcome.code, packed)

    def _epoch_not_heard(self, code: str, packed: Packed) -> bool:
        """Put an older epoch aside that the centre does not take now, so that the newest one still speaks."""
        self._fail(code, LineState.ONLINE, most=True)
        self._news = replace(self._news, hindrance=code if code in TOLD_BY_NAME else "refused")
        if self._other_epochs and packed.signer.epoch not in self._epochs_aside:
            self._put_aside(packed.signer.epoch)
            return True
        return False

    def _put_aside(self, epoch: bytes) -> None:
        self._epochs_aside[epoch] = self._clock.monotonic_ms() + ASIDE_MS

    def _smaller(self, packed: Packed) -> bool:
        """Half as much at once; one event that is too large for the way waits, and a person is told."""
        if len(packed.events) > 1:
            self._batch = self._batch.smaller(len(packed.events))
            return True
        self._fail("too_large_for_line", LineState.WEAK)
        return False

    def _refused(self, outcome: Refused, packed: Packed) -> Generator[Task, Any, bool]:
        """The centre itself refuses. Nothing is dropped: sent anew from where it wants, in halves, or later."""
        wanted = outcome.params.get("expects_seq")
        self._chains.pop(packed.signer.epoch, None)  # laid anew from what is stored, should it have been that
        if outcome.status == CONFLICT and isinstance(wanted, int):
            changes = yield Task(Lane.STORE, partial(expect, self._store, packed.signer.epoch, wanted, self._clock))
            if not changes.is_empty:
                self._changed(changes)
                return True
        elif outcome.status == UNREADABLE and len(packed.events) > 1:
            self._batch = self._batch.smaller(len(packed.events))
            return True
        yield from self._recorded(outcome.code, Spent(len(packed.body)))
        return self._epoch_not_heard("update_needed" if outcome.status == 426 else outcome.code, packed)

    def _line_failed(self, outcome: TryAgain, packed: Packed | None) -> Generator[Task, Any, None]:
        reason = outcome.reason
        if reason is Reason.STOPPED:
            self._stopped()
            return
        if reason.is_slow and packed is None:
            self._files.slow_down()
        elif reason.is_slow and packed is not None and len(packed.events) > 1:
            self._batch = self._batch.slower(len(packed.body))
        if reason is Reason.TROUBLE and packed is not None:
            self._troubles += 1
            if self._troubles >= TROUBLES_BEFORE_HALVING:
                self._batch, self._troubles = self._batch.smaller(len(packed.events)), 0
        yield from self._recorded(reason.value, outcome.spent)
        self._fail(reason.value, _state_after(reason), after_s=outcome.after_s)

    def _recorded(self, code: str, spent: Spent) -> Generator[Task, Any, None]:
        yield Task(Lane.STORE, partial(self._record, code, spent))

    def _record(self, code: str, spent: Spent) -> None:
        with self._store.transaction() as connection:
            outbox.record_contact(
                connection, self._clock.wall_ms(), code, 0, spent.bytes_up, spent.bytes_down, spent.took_ms
            )

    def _attachments(self) -> Generator[Task, Any, None]:
        """Move attachments while the line holds, up before down; a text written meanwhile goes between two pieces."""
        if self._has_yielded():
            return
        self._moving_since_ms = self._clock.monotonic_ms()
        left_bytes: int = yield Task(Lane.STORE, self._files.begin)
        if not left_bytes:
            return
        self._news = replace(self._news, progress=replace(self._progress, total_bytes=left_bytes))
        while not self._stopping:
            if self._has_yielded():
                return
            moved: Moved = yield from self._files.move_one()
            if isinstance(moved, TryAgain):
                yield from self._line_failed(moved, None)
                return
            if moved is None:
                return
            if not moved.is_empty:
                self._changed(moved)
            if self._take_wish() and not (yield from self._texts()):
                return
        self._stopped()

    def _has_yielded(self) -> bool:
        return self._yields

    @property
    def _progress(self) -> Progress:
        return self._news.progress or Progress()

    def _moved(self, sent_bytes: int) -> None:
        """Called from the network's lane: attachments tell how far they have come."""
        took_ms = max(1, self._clock.monotonic_ms() - self._moving_since_ms)
        progress = self._progress
        fresh = replace(
            progress,
            sent_bytes=sent_bytes,
            total_bytes=max(sent_bytes, progress.total_bytes),
            speed_bytes=sent_bytes * 1000 // took_ms,
        )
        self._news = replace(self._news, progress=fresh)

    def _stopped(self) -> None:
        self._next = self._idle()
        self._news = replace(self._news, trouble=Reason.STOPPED.value)

    def _fail(self, code: str, state: LineState, *, after_s: float = 0, most: bool = False) -> None:
        """Note a failure; the next try waits a random time that grows, or as long as was asked for."""
        bound_s = RETRY_MOST_S if most else min(RETRY_MOST_S, RETRY_FIRST_S * 2.0 ** min(self._failures, 12))
        self._failures += 1
        wait_s = max(after_s, self._random.uniform(0, bound_s))
        self._next = self._after(wait_s, code)
        self._news = replace(self._seen(state), trouble=code)

    def _seen(self, state: LineState) -> LineNews:
        if state is self._news.state:
            return self._news
        return replace(self._news, state=state, since_at=moment(self._clock.wall_ms()))

    def _hurry(self, why: str) -> None:
        self._failures = 0
        if self._run is not None:
            self._wanted_again = True
        else:
            self._next = NextStep(self._clock.monotonic_ms(), why)

    def _idle(self) -> NextStep:
        return self._after(self._idle_s * self._random.uniform(0.8, 1.2), "idle")

    def _after(self, wait_s: float, why: str) -> NextStep:
        return NextStep(self._clock.monotonic_ms() + int(wait_s * 1000), why)


def _state_after(reason: Reason) -> LineState:
    if reason.is_foreign:
        return LineState.FOREIGN
    if reason.is_slow or reason is Reason.TOO_LARGE:
        return LineState.WEAK
    if reason in (Reason.BUSY, Reason.NO_ROOM, Reason.TROUBLE, Reason.NOT_UNDERSTOOD):
        return LineState.ONLINE
    return LineState.OFFLINE
