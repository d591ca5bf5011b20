"""Keeps the figures: each request is counted under its facts as they stand, in the transaction that changes them.

What a request is counted as is kept beside it (`Counted`), so that it is taken out of the figures as it came in. No
fact hangs on today or on the reference data: "overdue" is summed from the terms when it is asked for, names are looked
up then. Whoever changes what a request is counted as counts all anew (`recount_all`), in a migration.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

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
HELD_MOST: Final = 100_000
"""So many figures are in memory when all are counted anew; each is written once for thousands of requests."""
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


class _Key(NamedTuple):
    """What tells one figure."""

    about: str
    month: int
    code: str
    what: str
    site: str


def recount(hashes: Iterable[bytes]) -> None:
    """Bring the figures to what these requests are now. Call in the transaction that changed them, feeds locked."""
    wanted = sorted(set(hashes))
    for start in range(0, len(wanted), AT_ONCE):
        rows = Appeal.objects.filter(hash__in=wanted[start : start + AT_ONCE]).values_list(*_COLUMNS)
        _add(_counted(list(rows)))


def recount_all() -> None:
    """Count every request anew: where figures came to a register, or mean something else than before."""
    Figure.objects.all().delete()
    Counted.objects.all().delete()
    last, change = 0, Counter[_Key]()
    while rows := list(Appeal.objects.filter(pk__gt=last).order_by("pk").values_list(*_COLUMNS)[:AT_ONCE]):
        change.update(_counted(rows))
        last = rows[-1][0]
        if len(change) > HELD_MOST:
            _add(change)
            change.clear()
    _add(change)


def uncount(appeal_hash: bytes) -> None:
    """Take a request that is about to be deleted out of the figures."""
    counted = Counted.objects.filter(appeal__hash=appeal_hash).first()
    if counted is not None:
        _add(Counter({key: -n for key, n in _figures(json.loads(counted.facts)).items()}))
        counted.delete()


def _counted(rows: Sequence[tuple[Any, ...]]) -> "Counter[_Key]":
    """Note as what these requests are counted now, and give what that changes in the figures."""
    keys = [row[0] for row in rows]
    before = dict(Counted.objects.filter(pk__in=keys).values_list("pk", "facts"))
    answers, complaints = _answers(keys), _complaints(keys)
    change: Counter[_Key] = Counter()
    fresh, changed = [], []
    for row in rows:
        facts = _facts(row, answers.get(row[0], []), complaints.get(row[0], []))
        written, was = json.dumps(facts, separators=(",", ":")), before.get(row[0])
        if written == was:
            continue
        if was is None:
            fresh.append((row[0], written))
        else:
            change.subtract(_figures(json.loads(was)))
            changed.append((written, row[0]))
        change.update(_figures(facts))
    insert_rows(Counted, ("appeal_id", "facts"), fresh)
    update_rows(Counted, ("facts",), changed)
    return change


def _add(change: Counter[_Key]) -> None:
    add_to_rows(Figure, _KEYS, "n", [(*key, n) for key, n in sorted(change.items()) if n])


def _answers(keys: Sequence[int]) -> dict[int, list[list[Any]]]:
    found: dict[int, list[list[Any]]] = {}
    told = Answer.objects.filter(appeal__in=keys).order_by("event_id")
    for key, body, at, outcome, is_late, rating in told.values_list(
        "appeal_id", "body_code", "at", "outcome", "is_late", "rating"
    ):
        day = at.astimezone(BISHKEK).date()
        found.setdefault(key, []).append([body, day.isoformat(), int(outcome), int(is_late), rating or 0])
    return found


def _complaints(keys: Sequence[int]) -> dict[int, list[list[Any]]]:
    found: dict[int, list[list[Any]]] = {}
    told = Complaint.objects.filter(appeal__in=keys).order_by("event_id")
    for key, body, at, is_of_answer in told.values_list("appeal_id", "body_code", "at", "is_of_answer"):
        found.setdefault(key, []).append([body, at.astimezone(BISHKEK).date().isoformat(), int(is_of_answer)])
    return found


def _facts(row: tuple[Any, ...], answers: list[list[Any]], complaints: list[list[Any]]) -> list[Any]:
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


def _figures(facts: list[Any]) -> Counter[_Key]:
    """The figures that a request with these facts is one of."""
    site, body, official, registered_on, kind, form, topics, state, waits, due_on, *rest = facts
    is_extended, is_collective, is_repeat, answers, complaints = rest
    beside = [(About.PLACE, site), (About.OFFICIAL, official), *((About.TOPIC, topic) for topic in topics)]
    counted: Counter[_Key] = Counter()

    def count(month: int, whats: Iterable[str], of_body: str) -> None:
        for about, code in (*beside, (About.BODY, of_body)):
            if code:
                counted.update(_Key(about.value, month, code, what, site) for what in whats)

    given = [What.GIVEN.value, f"{What.KIND}{kind}", f"{What.FORM}{form}", f"{What.STATE}{state}"]
    given.append(f"{What.CHANNEL}{PORTAL if site == CENTRE else OFFICE}")
    given += [f"{What.OF_TOPIC}{topic}" for topic in topics]
    marks = ((What.EXTENDED, is_extended), (What.COLLECTIVE, is_collective), (What.REPEAT, is_repeat))
    given += [mark.value for mark, is_so in marks if is_so]
    count(_month(registered_on), given, body)
    count(_year(registered_on), _by_year(given), body)
    if waits:
        count(NOW, [What.WAITING.value], body)
        if due_on:
            count(TERMS, [f"{What.DUE}{due_on}"], body)
    for place, (answered_by, on, outcome, is_late, rating) in enumerate(answers):
        told = [What.ANSWER.value, f"{What.OUTCOME}{outcome}"]
        told += [] if is_late else [What.IN_TIME.value]
        told += [f"{What.RATING}{rating}"] if rating else []
        told += [] if place else [f"{What.DAYS}{_days(registered_on, on):03}"]
        count(_month(on), told, answered_by)
        count(_year(on), _by_year(told), answered_by)
    for complained_of, on, is_of_answer in complaints:
        said = [f"{What.COMPLAINT}{OF_ANSWER if is_of_answer else OF_SILENCE}"]
        count(_month(on), said, complained_of)
        count(_year(on), _by_year(said), complained_of)
    return counted


def _by_year(whats: Iterable[str]) -> list[str]:
    return [what for what in whats if what.startswith(tuple(BY_YEAR))]


def _month(day: str) -> int:
    return int(day[:4]) * 100 + int(day[5:7])


def _year(day: str) -> int:
    return int(day[:4]) * 100


def _days(first: str, last: str) -> int:
    """Days from registration to the first answer; clocks of offices are not to be believed below none."""
    return min(DAYS_MOST, max(0, (date.fromisoformat(last) - date.fromisoformat(first)).days))
