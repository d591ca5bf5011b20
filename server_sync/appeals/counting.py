"""Keeps the figures: each request is counted under its facts as they stand, in the transaction that changes them.

What a request is counted as is kept beside it (`Counted`), so that it is taken out of the figures as it came in. No
fact hangs on today or on the reference data: "overdue" is summed from the terms when it is asked for, names are looked
up then. Whoever changes what a request is counted as counts all anew (`recount_all`), in a migration.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from server_sync.appeals.authority import BISHKEK
from server_sync.appeals.facets import official_of
from server_sync.appeals.models import Answer, Appeal, Complaint, Counted, Figure
from server_sync.common.rows import add_to_rows, insert_rows, update_rows
from server_sync.contract.workflow import State
from server_sync.workplaces.models import CENTRE

NOW: Final = 0
"""The month of what holds now: requests that wait for an answer."""
TERMS: Final = 1
"""The month of the terms of what waits: `due:` and the last day."""
DAYS_MOST: Final = 999
AT_ONCE: Final = 500
HELD_MOST: Final = 20_000
"""So many shares, of some ten figures each, are in memory when all are counted anew; each is written once for many."""
OPEN: Final = frozenset({State.REGISTERED.value, State.WITH_BODY.value, State.RETURNED_TO_OFFICE.value})

_COLUMNS: Final = (
    *("pk", "site_id", "body_code", "addressee_code", "addressee_site", "registered_on", "kind", "form", "categories"),
    *("state", "due_on", "is_erased", "is_extended", "is_collective", "repeat_of"),
)
_KEYS: Final = ("about", "month", "code", "what", "site")


class About(StrEnum):
    """Of what figures are: an office, a body that considers or answers, an official who is addressed, a topic."""

    PLACE = "p"
    BODY = "b"
    OFFICIAL = "o"
    TOPIC = "t"


class What(StrEnum):
    """What is counted; those that end so are followed by a value. By the month of registration, answer or complaint."""

    GIVEN = "given"
    KIND = "kind:"
    FORM = "form:"
    CHANNEL = "by:"
    OF_TOPIC = "topic:"
    STATE = "state:"
    REPEAT = "repeat"
    COLLECTIVE = "collective"
    EXTENDED = "extended"
    ANSWER = "answer"
    IN_TIME = "in_time"
    OUTCOME = "outcome:"
    DAYS = "days:"
    RATING = "rating:"
    COMPLAINT = "complaint:"
    WAITING = "waiting"
    DUE = "due:"


OFFICE, PORTAL = "office", "portal"
OF_ANSWER, OF_SILENCE = "answer", "silence"
BY_YEAR: Final = (What.GIVEN, What.ANSWER, What.IN_TIME, What.COMPLAINT, What.OUTCOME, What.RATING)
"""What is counted by the year too, so that all bodies are compared without reading all their months."""


_PLACE, _BODY, _OFFICIAL, _TOPIC = (about.value for about in About)
_WAITS: Final = (What.WAITING.value,)
_DUE: Final = What.DUE.value
_OF_ANSWER: Final = (f"{What.COMPLAINT}{OF_ANSWER}",)
_OF_SILENCE: Final = (f"{What.COMPLAINT}{OF_SILENCE}",)
_written: Final = json.JSONEncoder(separators=(",", ":")).encode


_Key = tuple[str, int, str, str, str]
"""What tells one figure, in the order of `_KEYS`."""


def recount(hashes: Iterable[bytes]) -> None:
    """Bring the figures to what these requests are now. Call in the transaction that changed them, feeds locked."""
    wanted = sorted(set(hashes))
    for start in range(0, len(wanted), AT_ONCE):
        gathered = Gathered()
        _count(list(_rows().filter(hash__in=wanted[start : start + AT_ONCE])), gathered)
        add_figures(gathered.figures())


def recount_all() -> None:
    """Count every request anew: where figures came to a register, or mean something else than before."""
    Figure.objects.all().delete()
    Counted.objects.all().delete()
    last, gathered = 0, Gathered()
    while rows := list(_rows().filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        _count(rows, gathered)
        last = rows[-1][0]
        if len(gathered) > HELD_MOST:
            add_figures(gathered.figures())
            gathered = Gathered()
    add_figures(gathered.figures())


def uncount(appeal_hash: bytes) -> None:
    """Take a request that is about to be deleted out of the figures."""
    counted = Counted.objects.filter(appeal__hash=appeal_hash).first()
    if counted is not None:
        gathered = Gathered()
        gathered.count(json.loads(counted.facts), -1)
        add_figures(gathered.figures())
        counted.delete()


def _rows() -> "QuerySet[Appeal, tuple[Any, ...]]":
    """Requests as they are counted: their columns, as what they were counted, and whether there is more to read."""
    complained_of, answered = (Exists(of.objects.filter(appeal=OuterRef("pk"))) for of in (Complaint, Answer))
    return Appeal.objects.values_list(*_COLUMNS, "counted__facts", complained_of, answered)


def _count(rows: Sequence[tuple[Any, ...]], gathered: "Gathered") -> None:
    """Note as what these requests are counted now, and gather what that changes in the figures."""
    answers = _answers([row[0] for row in rows if row[-1]])
    complaints = _complaints([row[0] for row in rows if row[-2]])
    fresh, changed = [], []
    for *row, was, _is_complained_of, _is_answered in rows:
        facts = _facts(row, answers.get(row[0], []), complaints.get(row[0], []))
        written = _written(facts)
        if written == was:
            continue
        if was is None:
            fresh.append((row[0], written))
        else:
            gathered.count(json.loads(was), -1)
            changed.append((written, row[0]))
        gathered.count(facts, 1)
    insert_rows(Counted, ("appeal_id", "facts"), fresh)
    update_rows(Counted, ("facts",), changed)


def add_figures(change: Mapping[_Key, int]) -> None:
    """Lay changes on the figures that are kept."""
    add_to_rows(Figure, _KEYS, "n", [(*key, n) for key, n in sorted(change.items()) if n])


def _answers(keys: Sequence[int]) -> dict[int, list[list[Any]]]:
    if not keys:
        return {}
    found: dict[int, list[list[Any]]] = {}
    told = Answer.objects.filter(appeal__in=keys).order_by("event_id")
    for key, body, at, outcome, is_late, rating in told.values_list(
        "appeal_id", "body_code", "at", "outcome", "is_late", "rating"
    ):
        day = at.astimezone(BISHKEK).date()
        found.setdefault(key, []).append([body, day.isoformat(), int(outcome), int(is_late), rating or 0])
    return found


def _complaints(keys: Sequence[int]) -> dict[int, list[list[Any]]]:
    if not keys:
        return {}
    found: dict[int, list[list[Any]]] = {}
    told = Complaint.objects.filter(appeal__in=keys).order_by("event_id")
    for key, body, at, is_of_answer in told.values_list("appeal_id", "body_code", "at", "is_of_answer"):
        found.setdefault(key, []).append([body, at.astimezone(BISHKEK).date().isoformat(), int(is_of_answer)])
    return found


def _facts(row: Sequence[Any], answers: list[list[Any]], complaints: list[list[Any]]) -> list[Any]:
    """All of a request that figures are made of."""
    _pk, site, body, addressee, addressee_site, registered_on, kind, form, categories, state, due_on = row[:11]
    is_erased, is_extended, is_collective, repeat_of = row[11:]
    waits = state in OPEN and not is_erased
    return [
        site,
        body,
        official_of(addressee, addressee_site),
        registered_on.isoformat(),
        int(kind),
        int(form),
        sorted({code.partition(".")[0] for code in categories}),
        state,
        int(waits),
        due_on.isoformat() if waits and due_on is not None else "",
        int(is_extended),
        int(is_collective),
        int(repeat_of is not None),
        answers,
        complaints,
    ]


class Gathered:
    """What requests change in the figures, gathered by what they have in common.

    Most requests of a run share their office, month and kind: to name each of their forty figures one by one costs as
    much as all else that a registration takes.
    """

    def __init__(self) -> None:
        self._shares: defaultdict[tuple[str, int, str, str, tuple[str, ...]], int] = defaultdict(int)

    def count(self, facts: Sequence[Any], n: int) -> None:
        """Count a request with these facts so many times; once less takes it out."""
        site, body, official, registered_on, kind, form, topics, state, waits, due_on, *rest = facts
        is_extended, is_collective, is_repeat, answers, complaints = rest
        beside = [(_PLACE, site), (_OFFICIAL, official), *((_TOPIC, topic) for topic in topics)]

        def share(month: int, whats: tuple[str, ...], of_body: str) -> None:
            for about, code in (*beside, (_BODY, of_body)):
                if code:
                    self._shares[about, month, code, site, whats] += n

        share(
            _month(registered_on),
            _given(site == CENTRE, kind, form, tuple(topics), state, is_extended, is_collective, is_repeat),
            body,
        )
        if waits:
            share(NOW, _WAITS, body)
            if due_on:
                share(TERMS, (f"{_DUE}{due_on}",), body)
        for place, (answered_by, on, outcome, is_late, rating) in enumerate(answers):
            days = None if place else _days(registered_on, on)
            share(_month(on), _answered(outcome, is_late, rating, days), answered_by)
        for complained_of, on, is_of_answer in complaints:
            share(_month(on), _OF_ANSWER if is_of_answer else _OF_SILENCE, complained_of)

    def figures(self) -> Mapping[_Key, int]:
        """Each figure and what it changes by."""
        counted: defaultdict[_Key, int] = defaultdict(int)
        for (about, month, code, site, whats), n in self._shares.items():
            for what in whats:
                counted[about, month, code, what, site] += n
            year = month - month % 100
            for what in _of_a_year(whats) if year else ():
                counted[about, year, code, what, site] += n
        return counted

    def __len__(self) -> int:
        return len(self._shares)


@lru_cache(maxsize=4096)
def _given(
    is_of_portal: bool,
    kind: int,
    form: int,
    topics: tuple[str, ...],
    state: str,
    is_extended: int,
    is_collective: int,
    is_repeat: int,
) -> tuple[str, ...]:
    """What a request is given as."""
    told = [What.GIVEN.value, f"{What.KIND}{kind}", f"{What.FORM}{form}", f"{What.STATE}{state}"]
    told.append(f"{What.CHANNEL}{PORTAL if is_of_portal else OFFICE}")
    told += [f"{What.OF_TOPIC}{topic}" for topic in topics]
    marks = ((What.EXTENDED, is_extended), (What.COLLECTIVE, is_collective), (What.REPEAT, is_repeat))
    return (*told, *(mark.value for mark, is_so in marks if is_so))


@lru_cache(maxsize=4096)
def _answered(outcome: int, is_late: int, rating: int, days: int | None) -> tuple[str, ...]:
    """What an answer counts as; only the first one says after how many days it came."""
    told = [What.ANSWER.value, f"{What.OUTCOME}{outcome}"]
    told += [] if is_late else [What.IN_TIME.value]
    told += [f"{What.RATING}{rating}"] if rating else []
    told += [] if days is None else [f"{What.DAYS}{days:03}"]
    return tuple(told)


@lru_cache(maxsize=4096)
def _of_a_year(whats: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(what for what in whats if what.startswith(tuple(BY_YEAR)))


def _month(day: str) -> int:
    return int(day[:4]) * 100 + int(day[5:7])


def _days(first: str, last: str) -> int:
    """Days from registration to the first answer; clocks of offices are not to be believed below none."""
    return min(DAYS_MOST, max(0, (date.fromisoformat(last) - date.fromisoformat(first)).days))
