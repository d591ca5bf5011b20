"""All that the public ever sees of the register: an allow-list of fields of reviewed, published summaries, and counts.

Nothing else of the server's pages for everyone may read the register's tables. Counts below `SMALL` are kept back, so
that nobody in a small place can be told from a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from server_sync.appeals.authority import BISHKEK
from server_sync.appeals.models import Answer, Appeal, Summary
from server_sync.contract.bodies import AppealKind, Outcome
from server_sync.contract.folding import fold
from server_sync.contract.workflow import State

SMALL = 5
"""The smallest count that is shown."""

PAGE = 20


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
    """Published requests, newest first, that hold the words asked for; with how many there are in all."""
    found = Summary.objects.select_related("appeal").order_by("-published_at", "-appeal_id")
    words = fold(query).split()
    if words:
        rows = [row for row in found if all(word in _folded(row) for word in words)]
        total = len(rows)
        shown = rows[(page - 1) * PAGE : page * PAGE]
    else:
        total = found.count()
        shown = list(found[(page - 1) * PAGE : page * PAGE])
    return tuple(_public(row) for row in shown), total


def one_published(number: str) -> PublicAppeal | None:
    """A published request by its whole number."""
    row = Summary.objects.select_related("appeal").filter(appeal__number=number).first()
    return None if row is None else _public(row)


def totals(today: date) -> Totals:
    """Count the register; erased requests still count, nobody can be told from them and nobody waits for an answer."""
    appeals = Appeal.objects.all()
    open_states = [State.REGISTERED.value, State.WITH_BODY.value, State.RETURNED_TO_OFFICE.value]
    counted = appeals.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(state=State.ANSWERED.value)),
        with_body=Count("pk", filter=Q(state=State.WITH_BODY.value)),
        overdue=Count("pk", filter=Q(due_on__lt=today, state__in=open_states, is_erased=False)),
    )
    months = (
        appeals.annotate(month=TruncMonth("registered_on")).values("month").annotate(n=Count("pk")).order_by("month")
    )
    return Totals(
        all=counted["all"],
        answered=_shown(counted["answered"]),
        with_body=_shown(counted["with_body"]),
        overdue=_shown(counted["overdue"]),
        by_kind=_cells([(AppealKind(row["kind"]).name.lower(), row["n"]) for row in _by("kind")]),
        by_state=_cells([(row["state"], row["n"]) for row in _by("state")]),
        by_month=_cells([(row["month"].strftime("%Y-%m"), row["n"]) for row in months]),
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


def _folded(row: Summary) -> str:
    written = (row.appeal.number, row.subject_ky, row.subject_ru, row.subject_en, row.text_ky, row.text_ru, row.text_en)
    return fold(" ".join(written))


def _public(row: Summary) -> PublicAppeal:
    appeal = row.appeal
    answers = Answer.objects.filter(appeal=appeal).only("outcome", "body_code", "at", "is_late")
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
            for answer in answers
        ),
        published_at=row.published_at,
    )


def _local_day(moment: datetime) -> date:
    return moment.astimezone(BISHKEK).date()
