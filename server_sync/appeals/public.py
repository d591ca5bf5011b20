"""All that the public ever sees of the register: an allow-list of fields of reviewed, published summaries, and counts.

Nothing else of the server's pages for everyone may read the register's tables. Counts below `SMALL` are kept back, so
that nobody in a small place can be told from a figure.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import TruncMonth

from server_sync.appeals.authority import BISHKEK
from server_sync.appeals.models import Answer, Appeal, Summary
from server_sync.common.word_index import asked, newest_with
from server_sync.contract.bodies import AppealKind, Outcome
from server_sync.contract.workflow import State

SMALL = 5
"""The smallest count that is shown."""

PAGE = 20

FOUND_MOST = 1_000
"""Found requests that can be paged through."""

CHEAP_S = 0.1
KEPT_FOR = 20
"""Figures that take longer than `CHEAP_S` to count are shown again for so many times as long as counting took."""

MONTHS_MOST = 240

_WITH_ANSWERS = (
    Summary.objects.select_related("appeal")
    .defer("words")
    .prefetch_related(
        Prefetch("appeal__answers", Answer.objects.only("appeal_id", "outcome", "body_code", "at", "is_late"))
    )
)


@dataclass(frozen=True, slots=True)
class PublicText:
    """A reviewed text in the languages it exists in."""

    ky: str
    ru: str
    en: str

    def best(self, language: str) -> str:
        """The text in this language, or in whichever there is: Kyrgyz, Russian, English."""
        return getattr(self, language, "") or self.ky or self.ru or self.en


@dataclass(frozen=True, slots=True)
class PublicAppeal:
    """One published request: what the public editor released, and what the state itself does."""

    number: str
    site_code: str
    kind: AppealKind
    registered_on: date
    due_on: date | None
    answered_on: date | None
    state: State
    categories: tuple[str, ...]
    body_code: str
    subject: PublicText
    text: PublicText
    answers: tuple["PublicAnswer", ...]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """That a body answered, when and with what outcome; the answer's words are the applicant's own affair."""

    outcome: Outcome
    body_code: str
    answered_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A count under a name; `count` is None where it is kept back."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Simple figures over the whole register."""

    all: int
    answered: int | None
    with_body: int | None
    overdue: int | None
    by_kind: tuple[Cell, ...]
    by_state: tuple[Cell, ...]
    by_month: tuple[Cell, ...]
    by_site: tuple[Cell, ...]


def published(query: str = "", page: int = 1) -> tuple[tuple[PublicAppeal, ...], int]:
    """A page of published requests with how many there are in all; the page after the last is the last.

    All of them come newest published first. Those that hold the words asked for, or words that begin so, come newest
    registered first, and at most `FOUND_MOST`: whoever wants the others adds a word.
    """
    words = asked(query)
    if words:
        keys = newest_with(Summary, "words", words, FOUND_MOST)
        total = len(keys)
        shown = keys[_page_of(page, total)]
        rows = _WITH_ANSWERS.in_bulk(shown)
        return tuple(_public(rows[key]) for key in shown if key in rows), total
    if query.strip():
        return (), 0  # nothing in it is a word
    total = Summary.objects.count()
    newest = _WITH_ANSWERS.order_by("-published_at", "-appeal_id")
    return tuple(_public(row) for row in newest[_page_of(page, total)]), total


def _page_of(page: int, total: int) -> slice:
    last = max(1, -(-total // PAGE))
    first = (min(page, last) - 1) * PAGE
    return slice(first, first + PAGE)


def one_published(number: str) -> PublicAppeal | None:
    """A published request by its whole number."""
    row = _WITH_ANSWERS.filter(appeal__number=number).first()
    return None if row is None else _public(row)


@dataclass(slots=True)
class _Kept:
    """The figures counted last, and until when they are shown."""

    totals: Totals
    today: date
    until: float


class _Counting:
    """Lets one thread count at a time and the others wait for its figures: a large register is counted seldom."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def totals(self, today: date) -> Totals:
        with self._lock:
            begun = time.monotonic()
            kept = self._kept
            if kept is not None and kept.today == today and begun < kept.until:
                return kept.totals
            counted = _count(today)
            now = time.monotonic()
            spent = now - begun
            self._kept = _Kept(counted, today, now + KEPT_FOR * spent) if spent > CHEAP_S else None
            return counted

    def forget(self) -> None:
        self._kept = None


_COUNTING = _Counting()


def totals(today: date) -> Totals:
    """Count the register, or show what was counted a moment ago when that takes long.

    Erased requests still count, nobody can be told from them and nobody waits for an answer.
    """
    return _COUNTING.totals(today)


def forget_totals() -> None:
    """Let the next figures be counted anew."""
    _COUNTING.forget()


def _count(today: date) -> Totals:
    appeals = Appeal.objects.all()
    open_states = [State.REGISTERED.value, State.WITH_BODY.value, State.RETURNED_TO_OFFICE.value]
    counted = appeals.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(state=State.ANSWERED.value)),
        with_body=Count("pk", filter=Q(state=State.WITH_BODY.value)),
        overdue=Count("pk", filter=Q(due_on__lt=today, state__in=open_states, is_erased=False)),
    )
    months = (
        appeals.annotate(month=TruncMonth("registered_on")).values("month").annotate(n=Count("pk")).order_by("-month")
    )[:MONTHS_MOST]
    return Totals(
        all=counted["all"],
        answered=_shown(counted["answered"]),
        with_body=_shown(counted["with_body"]),
        overdue=_shown(counted["overdue"]),
        by_kind=_cells([(AppealKind(row["kind"]).name.lower(), row["n"]) for row in _by("kind")]),
        by_state=_cells([(row["state"], row["n"]) for row in _by("state")]),
        by_month=_cells([(row["month"].strftime("%Y-%m"), row["n"]) for row in list(months)[::-1]]),
        by_site=_cells([(row["site_id"], row["n"]) for row in _by("site_id")]),
    )


def _by(column: str) -> list[dict[str, Any]]:
    return list(Appeal.objects.values(column).annotate(n=Count("pk")).order_by(column))


def _cells(counts: Sequence[tuple[str, int]]) -> tuple[Cell, ...]:
    """Hide small counts, and the next smallest until what is hidden cannot be told from the sum."""
    hidden = {name: count for name, count in counts if 0 < count < SMALL}
    if hidden:
        for name, count in sorted(counts, key=itemgetter(1)):
            if len(hidden) > 1 and sum(hidden.values()) >= 2 * SMALL:
                break
            if count >= SMALL:
                hidden[name] = count
    return tuple(Cell(name, None if name in hidden else count) for name, count in counts)


def _shown(count: int) -> int | None:
    return None if 0 < count < SMALL else count


def _public(row: Summary) -> PublicAppeal:
    appeal = row.appeal
    return PublicAppeal(
        number=appeal.number,
        site_code=appeal.site_id,
        kind=AppealKind(appeal.kind),
        registered_on=appeal.registered_on,
        due_on=appeal.due_on,
        answered_on=appeal.answered_on,
        state=State(appeal.state),
        categories=tuple(appeal.categories),
        body_code=appeal.body_code,
        subject=PublicText(row.subject_ky, row.subject_ru, row.subject_en),
        text=PublicText(row.text_ky, row.text_ru, row.text_en),
        answers=tuple(
            PublicAnswer(
                Outcome(answer.outcome), answer.body_code, answer.at.astimezone(BISHKEK).date(), answer.is_late
            )
            for answer in appeal.answers.all()
        ),
        published_at=row.published_at,
    )


def _local_day(moment: datetime) -> date:
    return moment.astimezone(BISHKEK).date()
