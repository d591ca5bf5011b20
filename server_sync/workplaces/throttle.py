"""Makes guessing slow for whoever guesses, and never for the owner. The model and its arithmetic stand in ADR 0043.

Who is known to the very thing they try (a browser or PC that opened it before, the holder of its receipt) has a budget
of wrong attempts of their own. Everybody else shares budgets: for the thing at one place, for the thing wherever they
come from, and for the place whatever it tries. An attempt counts in all of its budgets or, refused, in none; a right
one takes itself back and nothing else.

Call outside a transaction that may be rolled back, or the wrong guess is forgotten with it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.workplaces.models import Throttle

LONGEST_WAIT: Final = timedelta(minutes=15)
LONGEST_AT_PLACE: Final = timedelta(minutes=2)
FREE_AT_PLACE: Final = 100
MUCH_AT_PLACE: Final = 10
"""After so many wrong attempts, at whatever it was, a place waits behind those from which fewer came."""
MOST_ROWS: Final = 50_000
"""Beyond this the budgets with the fewest wrong attempts are forgotten: whoever would flush a count of n out of the
table has to pay for it with n attempts in each of its rows."""
FLUSHED: Final = 10
"""One of so many rows goes at once, so that it is seldom done."""

clock: Callable[[], datetime] = timezone.now
"""The time by which waits are measured; a test that lets days pass has one of its own."""


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who tries: the place they call from, and what they are known as to the very thing they try, and by what.

    `is_enrolled`: the place is a PC that proved to be one of ours.
    """

    place: str = ""
    known_as: str = ""
    known_by: str = ""
    is_enrolled: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """A kind of secret and how much wrong guessing at one of it is free: at one place, and wherever it comes from.

    `ever`: after so many wrong attempts in all, by everybody who is known by the same, it is not looked at any more.
    Several secrets of a kind may be tried with one attempt; each has an `ever` of its own.
    """

    kind: str
    refusal: str
    free_here: int
    free_anywhere: int
    ever: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """So many wrong attempts cost nothing, each further one doubles the wait, from 2 s; or, `ever`, none is left."""

    key: str
    free: int
    longest: timedelta = LONGEST_WAIT
    ever: int | None = None


@dataclass(frozen=True, slots=True)
class _Spent:
    """One budget as an attempt found it and left it."""

    key: str
    open_at: datetime
    open_before: datetime
    failed_before: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """An attempt that was counted as wrong before it was looked at, so that guesses made side by side all count.

    `open` names those of the things tried that have attempts left for ever.
    """

    spent: tuple[_Spent, ...]
    own: str
    open: tuple[str, ...] = ()

    def give_back(self) -> None:
        """Take this one attempt back: it was right, or was not even looked at. What else was guessed stays counted."""
        with transaction.atomic():
            self._uncount()

    def start_anew(self) -> None:
        """Take this one attempt back because it was right: the known one has guessed nothing any more."""
        with transaction.atomic():
            self._uncount()
            Throttle.objects.filter(pk=self.own).delete()

    def _uncount(self) -> None:
        spent = {one.key: one for one in self.spent}
        for row in _lock(spent):
            one = spent[row.key]
            if row.failures == 0:
                continue
            row.failures -= 1
            if row.open_at == one.open_at:
                row.open_at, row.last_failed_at = one.open_before, one.failed_before
            if row.failures == 0:
                row.delete()
            else:
                row.save(update_fields=["failures", "last_failed_at", "open_at"])


def take_turn(secret: Secret, thing: str, guesser: Guesser, *, lasting: Sequence[str] = ()) -> Turn:
    """Count an attempt at one thing before it is looked at.

    `lasting` names what may open by it: each counts its wrong attempts for ever, and those that have none left are not
    looked at. Where nothing is that could open there is none. Raises Refused with the code of the secret and `wait_s`
    while a wait lasts, or `code_spent` when none of them may be looked at; the attempt then counts nowhere.
    """
    kind = secret.kind
    budgets = []
    if guesser.known_as:
        who, own = f"known {guesser.known_by}", _key(f"{kind}.known", f"{thing}|{guesser.known_by}|{guesser.known_as}")
        budgets.append(Budget(own, secret.free_here))
    else:
        who, own = "strangers", ""
        here = _key(f"{kind}.here", f"{thing}|{guesser.place}")
        at_place = "first" if not _has_failed(here) else "again"
        budgets += [
            Budget(here, secret.free_here),
            Budget(_key(f"{kind}.anywhere", thing), secret.free_anywhere),
            Budget(_key(f"{kind}.place.{at_place}", guesser.place), FREE_AT_PLACE, LONGEST_AT_PLACE),
        ]
    ends = {} if secret.ever is None else {one: _key(f"{kind}.ever", f"{who}|{one}") for one in lasting}
    budgets += [Budget(key, 0, ever=secret.ever) for key in ends.values()]
    spent = _spend(budgets, secret.refusal)
    counted = {one.key for one in spent}
    return Turn(spent, own, tuple(one for one, key in ends.items() if key in counted))


def has_guessed_much(secret: Secret, guesser: Guesser) -> bool:
    """Whether many wrong attempts at this kind of secret came from a place in the last day; not of who is known."""
    if guesser.known_as or not guesser.place:
        return False
    keys = [_key(f"{secret.kind}.place.{at_place}", guesser.place) for at_place in ("first", "again")]
    failed = Throttle.objects.filter(key__in=keys, last_failed_at__gt=clock() - kept("guess"))
    return sum(failed.values_list("failures", flat=True)) >= MUCH_AT_PLACE


def slow_down(kind: str, place: str, *, free: int, refusal: str) -> None:
    """Count a wrong attempt for a place alone; raises Refused as `take_turn`. For secrets too long to be guessed."""
    _spend([Budget(_key(kind, place), free)], refusal)


def _spend(budgets: Sequence[Budget], refusal: str) -> tuple[_Spent, ...]:
    """Count in all of these budgets that have an attempt left for ever, or raise Refused and count in none."""
    now = clock()
    spent: tuple[_Spent, ...] = ()
    is_longer = False
    while not spent:
        with transaction.atomic():
            rows = _locked(budgets, now)
            if len(rows) < len(budgets):  # one was forgotten in between: begin again, holding none of the others
                transaction.set_rollback(True)
                continue
            left = [one for one in budgets if one.ever is None or rows[one.key].failures < one.ever]
            if len(left) < len(budgets) and all(one.ever is None for one in left):
                raise Refused("code_spent")
            opens = max(rows[budget.key].open_at for budget in left)
            if opens > now:
                raise Refused(refusal, permanent=False, wait_s=int((opens - now).total_seconds()) + 1)
            is_longer = any(row.failures == 0 and not row.is_for_ever for row in rows.values())
            spent = tuple(_count(rows[budget.key], budget, now) for budget in left)
    if is_longer:
        forget_old()
    return spent


def _locked(budgets: Iterable[Budget], now: datetime) -> dict[str, Throttle]:
    """The rows of these budgets, made when they are not there, and locked."""
    wanted = {budget.key: budget for budget in sorted(budgets, key=lambda budget: budget.key)}
    new = [
        Throttle(key=key, last_failed_at=now, open_at=now, is_for_ever=budget.ever is not None)
        for key, budget in wanted.items()
    ]
    Throttle.objects.bulk_create(new, ignore_conflicts=True)
    return {row.key: row for row in _lock(wanted)}


def _lock(keys: Iterable[str]) -> list[Throttle]:
    """Lock rows, always in one order, so that nobody waits for somebody who waits for them."""
    return list(Throttle.objects.select_for_update().filter(key__in=list(keys)).order_by("key"))


def _count(row: Throttle, budget: Budget, now: datetime) -> _Spent:
    open_before, failed_before = row.open_at, row.last_failed_at
    is_forgotten = budget.ever is None and now - row.last_failed_at > kept("guess")
    row.failures = 1 if is_forgotten else row.failures + 1
    row.last_failed_at = now
    beyond = row.failures - budget.free
    if budget.ever is None and beyond >= 0:
        row.open_at = now + min(budget.longest, timedelta(seconds=2 ** min(beyond + 1, 20)))
    row.save(update_fields=["failures", "last_failed_at", "open_at"])
    return _Spent(row.key, row.open_at, open_before, failed_before)


def _has_failed(key: str) -> bool:
    return Throttle.objects.filter(key=key, last_failed_at__gt=clock() - kept("guess")).exists()


def forget_old() -> int:
    """Delete the rows nobody waits for any more, and the least of the others when there are too many; says how many."""
    passing = Throttle.objects.filter(is_for_ever=False)
    deleted = _forget(passing.filter(last_failed_at__lt=clock() - kept("guess")))
    if passing.count() > MOST_ROWS:
        deleted += _forget(passing.order_by("failures", "last_failed_at"))
    return deleted


def _forget(rows: QuerySet[Throttle]) -> int:
    """Delete the first of these rows; those that somebody counts in at this moment stay."""
    with transaction.atomic():
        found = rows.select_for_update(skip_locked=True).values_list("key", flat=True)
        keys = list(found[: MOST_ROWS // FLUSHED])
        return Throttle.objects.filter(key__in=keys).delete()[0] if keys else 0


def _key(what: str, who: str) -> str:
    return salted_hmac(f"liaison.throttle.{what}", who, algorithm="sha256").hexdigest()
