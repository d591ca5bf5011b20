"""All that the public ever sees of the register: an allow-list of fields of reviewed, published summaries, and counts.

Nothing else of the server's pages for everyone may read the register's tables. Counts are given in full steps of
`SMALL`, sums too, so that nobody in a small place can be told from a figure, from figures of several tables, or from
those of yesterday and today (ADR 0060).
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Prefetch, Q
from django.db.models.functions import TruncMonth

from server_sync.appeals.authority import BISHKEK
from server_sync.appeals.facets import Facts
from server_sync.appeals.models import Answer, Appeal, Complaint, Summary
from server_sync.appeals.numbered import BEARING_MOST
from server_sync.appeals.small import Cell, cells, fives
from server_sync.common.word_index import asked, newest_with
from server_sync.contract.bodies import AppealKind, Outcome, Solved
from server_sync.contract.workflow import State
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

PAGE = 20

EVERYTHING = Facts()

ASKED_AT_ONCE = 500
"""Keys in one question to the database."""

FOUND_MOST = 1_000
"""Found requests that can be paged through."""

OF_MONTH_MOST = 5_000
"""Published requests of one month that are looked at when days are asked for."""

ALIKE = 5
ALIKE_WORDS = 6
"""Words of a subject by which something like it is looked for."""
ALIKE_LOOKED_AT = 20
STEM_LEAST = 4
ENDING = 3
"""So much of a word, a third, is left off, down to four letters: what Kyrgyz and Russian add to it differs."""
LIKE_LEAST = 3
"""A word is worth two, within the topic four or six: one of those is enough, of the others two."""

CHEAP_S = 0.1
KEPT_FOR = 20
"""Figures that take longer than `CHEAP_S` to count are shown again for so many times as long as counting took."""

_OPEN = (State.REGISTERED.value, State.WITH_BODY.value, State.RETURNED_TO_OFFICE.value)

MONTHS = 12
"""So many months are told, this one among them."""

_WITH_ANSWERS = (
    Summary.objects.select_related("appeal")
    .only(
        *(f"{what}_{language}" for what in ("subject", "text") for language in ("ky", "ru", "en")),
        "published_at",
        *(
            f"appeal__{column}"
            for column in (
                *("number", "site_id", "kind", "categories", "registered_on", "due_on"),
                *("state", "accepted_at", "answered_on", "body_code"),
            )
        ),
    )
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
    is_accepted: bool
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
class Totals:
    """Simple figures over the whole register, in full fives; 0 is fewer than five.

    `answers` are all that were sent, rated or not; `complained` are requests about which somebody complained.
    """

    all: int
    overdue: int
    by_kind: tuple[Cell, ...]
    by_state: tuple[Cell, ...]
    by_month: tuple[Cell, ...]
    by_site: tuple[Cell, ...]
    answers: int = 0
    by_rating: tuple[Cell, ...] = ()
    complained: int = 0


def published(
    query: str = "", page: int = 1, facts: Facts = EVERYTHING, size: int = PAGE
) -> tuple[tuple[PublicAppeal, ...], int]:
    """A page of published requests with how many there are in all; the page after the last is the last.

    All of them come newest published first. Those that hold the words asked for, or words that begin so, and those of
    these facts come newest registered first, and at most `FOUND_MOST`: whoever wants the others adds a word.
    """
    words = asked(query)
    if query.strip() and not words:
        return (), 0  # nothing in it is a word
    if words or facts:
        keys = newest_with(Summary, "words", words, FOUND_MOST, facts.words)
        total = len(keys)
        return _in_order(keys[_page_of(page, total, size)]), total
    total = Summary.objects.count()
    newest = _WITH_ANSWERS.order_by("-published_at", "-appeal_id")
    return tuple(_public(row) for row in newest[_page_of(page, total, size)]), total


def registered_between(
    first: date, last: date, topics: Sequence[str] = (), page: int = 1, size: int = PAGE, *, is_open: bool | None = None
) -> tuple[tuple[PublicAppeal, ...], int]:
    """A page of published requests registered from a day to a day, of any of these topics, the newest month first.

    Looks at `OF_MONTH_MOST` of a month and topic, at no further month than it needs, and gives `FOUND_MOST` at most;
    says how many.
    """
    found: list[int] = []
    for month in reversed(_months_of(first, last)):
        keys: set[int] = set()
        for topic in topics or ("",):
            facts = Facts(topic=topic, period=month)
            keys.update(newest_with(Summary, "words", (), OF_MONTH_MOST, facts.words))
        fitting = Summary.objects.filter(pk__in=keys, appeal__registered_on__range=(first, last))
        if is_open is not None:
            of_open = Q(appeal__state__in=_OPEN)
            fitting = fitting.filter(of_open if is_open else ~of_open)
        found += fitting.order_by("-pk").values_list("pk", flat=True)[: FOUND_MOST - len(found)]
        if len(found) >= FOUND_MOST:
            break  # months before would add nothing that is given
    return _in_order(found[_page_of(page, len(found), size)]), len(found)


def published_under(numbers: Sequence[str]) -> tuple[PublicAppeal, ...]:
    """What is published under several whole numbers, the newest first."""
    found = _WITH_ANSWERS.filter(appeal__number__in=numbers).order_by("-appeal_id")
    return tuple(_public(row) for row in found[: len(numbers) * BEARING_MOST])


def _months_of(first: date, last: date) -> list[str]:
    """The months that have a day from the first to the last."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


@dataclass(frozen=True, slots=True)
class News:
    """A published request in which something is new: it was published, or answered since; `facts` as Facts.words."""

    hash: bytes
    appeal: PublicAppeal
    facts: frozenset[str]
    at: datetime


def news_since(since: datetime, until: datetime, most: int) -> tuple[News, ...]:
    """What was published after one moment and until another, or was public and answered then: the newest so many."""
    published_then = Q(published_at__gt=since, published_at__lte=until)
    answered_then = Q(appeal__answers__at__gt=since, appeal__answers__at__lte=until)
    keys = list(Summary.objects.filter(published_then).order_by("-published_at").values_list("pk", flat=True)[:most])
    answered = Summary.objects.filter(answered_then).values("pk").annotate(newest=Max("appeal__answers__at"))
    keys += answered.order_by("-newest", "-pk").values_list("pk", flat=True)[:most]
    rows = Summary.objects.filter(pk__in=keys).values_list("pk", "words", "appeal__hash")
    known = {key: (frozenset(words.split()), bytes(digest)) for key, words, digest in rows}
    found = []
    for key, row in _WITH_ANSWERS.in_bulk(list(dict.fromkeys(keys))).items():
        if key not in known:
            continue
        answered_at = [one.at for one in row.appeal.answers.all() if since < one.at <= until]
        new_at = [row.published_at] if since < row.published_at <= until else []
        at = max([*answered_at, *new_at], default=row.published_at)
        found.append(News(known[key][1], _public(row), known[key][0], at))
    return tuple(sorted(found, key=lambda one: (one.at, one.hash), reverse=True))[:most]


def are_public(requests: Iterable[bytes], *, is_held: bool = False) -> set[bytes]:
    """Those of some requests, by their hashes, of which a summary is published now.

    What `is_held` is not taken back before the caller's transaction ends.
    """
    found: set[bytes] = set()
    asked_of = list(requests)
    for begin in range(0, len(asked_of), ASKED_AT_ONCE):
        named = Summary.objects.filter(appeal__hash__in=asked_of[begin : begin + ASKED_AT_ONCE])
        hashes = dict(named.values_list("pk", "appeal__hash"))
        if is_held:  # by themselves: whoever erases holds the request too
            held = Summary.objects.select_for_update().filter(pk__in=list(hashes)).order_by("pk")
            hashes = {key: hashes[key] for key in held.values_list("pk", flat=True)}
        found.update(map(bytes, hashes.values()))
    return found


def alike(subject: str, topic: str, most: int = ALIKE) -> tuple[PublicAppeal, ...]:
    """Published requests with an answer that are about something like it, the likest first.

    Words are looked for without their endings, one by one, each at the cost of a search for it; what has two of them is
    alike, or one and the topic. Says nothing of what nobody answered.
    """
    stems = [
        word[: max(STEM_LEAST, len(word) - len(word) // ENDING)] for word in asked(subject) if len(word) >= STEM_LEAST
    ]
    of_topic = Facts(topic=topic).words
    points: dict[int, int] = {}
    for stem in list(dict.fromkeys(stems))[:ALIKE_WORDS]:
        for facts, worth in ((of_topic, 4), ((), 2)) if topic else (((), 2),):
            for key in newest_with(Summary, "words", (stem,), ALIKE_LOOKED_AT, facts):
                points[key] = points.get(key, 0) + worth
    near = sorted((key for key, worth in points.items() if worth > LIKE_LEAST), key=lambda key: (-points[key], -key))
    return tuple(one for one in _in_order(near[: 3 * most]) if one.answers)[:most]


def _in_order(keys: Sequence[int]) -> tuple[PublicAppeal, ...]:
    rows = _WITH_ANSWERS.in_bulk(keys)
    return tuple(_public(rows[key]) for key in keys if key in rows)


def _page_of(page: int, total: int, size: int) -> slice:
    last = max(1, -(-total // size))
    first = (min(page, last) - 1) * size
    return slice(first, first + size)


def published_of(number: str) -> tuple[PublicAppeal, ...]:
    """What is published under a whole number: of one request, or of the few that stand under it."""
    found = _WITH_ANSWERS.filter(appeal__number=number).order_by("appeal__event")
    return tuple(_public(row) for row in found[:BEARING_MOST])


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
    counted = appeals.aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today, state__in=_OPEN, is_erased=False)),
    )
    months = [_months_before(today, ago) for ago in range(MONTHS - 1, -1, -1)]
    lately = appeals.filter(registered_on__gte=months[0]).annotate(month=TruncMonth("registered_on"))
    of_months = {row["month"]: row["n"] for row in lately.values("month").annotate(n=Count("pk")).order_by("month")}
    rated = dict(Answer.objects.order_by("rating").values_list("rating").annotate(n=Count("pk")))
    kinds, states, sites = _by("kind"), _by("state"), _by("site_id")
    return Totals(
        all=fives(counted["all"]),
        overdue=fives(counted["overdue"]),
        by_kind=cells({kind.name.lower(): kinds.get(kind.value, 0) for kind in AppealKind}),
        by_state=cells({state.value: states.get(state.value, 0) for state in State}),
        by_month=cells({month.strftime("%Y-%m"): of_months.get(month, 0) for month in months}),
        by_site=cells({code: sites.get(code, 0) for code in (*(site.code for site in reference_book().sites), CENTRE)}),
        answers=fives(sum(rated.values())),
        by_rating=cells({one.name.lower(): rated.get(one.value, 0) for one in Solved}),
        complained=fives(Complaint.objects.aggregate(n=Count("appeal", distinct=True))["n"]),
    )


def _months_before(today: date, ago: int) -> date:
    """The first day of a month so many months ago."""
    months = today.year * 12 + today.month - 1 - ago
    return date(months // 12, months % 12 + 1, 1)


def _by(column: str) -> dict[Any, int]:
    return dict(Appeal.objects.order_by(column).values_list(column).annotate(n=Count("pk")))


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
        is_accepted=appeal.accepted_at is not None,
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
