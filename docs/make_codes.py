"""Tables of docs/protocol.md that are not structures: statuses, who may write what, letters, remains, codes, terms."""

import csv
import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Union, get_args, get_origin

from server_sync.contract.erasure import without_words
from server_sync.contract.events import BODY_OF, EventKind
from server_sync.contract.reference import CATEGORIES, EXCEPTIONS, FILES, POSITIONS, SITES, TERMS, ReferenceBook
from server_sync.contract.spelling import LOOKS, SOUNDS
from server_sync.contract.statuses import LOG_STATUS_OF, STATUS_OF
from server_sync.contract.workflow import TABLE, Role

REFERENCE: Final = Path(__file__).resolve().parent.parent / "resources" / "reference"
HOLDS: Final = {
    SITES: "`code`, `number_code` (three letters), `kind`, `parent` (a code), names",
    CATEGORIES: "`code`, `parent` (the group), `level`, names",
    POSITIONS: "`code`, `level`, names",
    TERMS: "`kind`, `valid_from`, `valid_to`, `working_days`, `counted_from`, `article`, `entered_on`",
    FILES[6]: "`date`, `type` (`day_off`, `working_weekend`, `observance_working_day`), `reason`, `estimated`, names",
    EXCEPTIONS: "the same, decreed later and laid over it",
}
Row = tuple[str, ...]


def statuses() -> Iterator[Row]:
    """Every code of a refusal that has a status of its own."""
    return ((f"`{code}`", str(status)) for code, status in sorted(STATUS_OF.items(), key=lambda one: one[1]))


def log_statuses() -> str:
    """The same for the questions to the log."""
    return ", ".join(f"`{code}` {status}" for code, status in LOG_STATUS_OF.items())


def roles() -> Iterator[Row]:
    """Who may write each kind of event."""
    for kind, rule in TABLE.items():
        named = ", ".join(f"`{role}`" for role in Role if role in rule.roles) or "nobody"
        alone = "a program by rule" if rule.by_rule else "two people" if rule.second_person else ""
        yield str(int(kind)), f"`{kind.name.lower()}`", named, alone


def letters() -> Iterator[Row]:
    """How a letter that is not Latin is read in the letters of a number."""
    for letter in dict.fromkeys((*SOUNDS, *LOOKS)):
        sounds = ", ".join(f"`{sound}`" if sound else "nothing" for sound in SOUNDS.get(letter, ()))
        looks = f"`{LOOKS[letter]}`" if letter in LOOKS else ""
        yield f"`{letter}`", f"U+{ord(letter):04X}", looks, sounds


def remains() -> Iterator[Row]:
    """Which fields of a body are left after its erasure."""
    for kind in EventKind:
        body = sample(BODY_OF[kind])
        left = without_words(body)
        if left is None:
            yield f"`{kind.name.lower()}`", "the event is not erased"
            continue
        fields = [field.name for field in dataclasses.fields(body)]
        kept = ", ".join(f"`{name}`" for name in fields if getattr(left, name) == getattr(body, name))
        yield f"`{kind.name.lower()}`", kept or "nothing"


def tables() -> Iterator[Row]:
    """The reference tables that say which codes there are."""
    return ((f"`{name}`", what) for name, what in HOLDS.items())


def codes() -> str:
    """Every code of a site, a category and a position, as they stand today."""
    book = _book()
    sites = ", ".join(f"`{site.code}` {site.number_code}" for site in book.sites)
    groups = ", ".join(f"`{one.code}`" for one in book.categories)
    positions = ", ".join(
        f"`{one.code}`" + ("" if one.level.value == "national" else f" ({one.level.value})") for one in book.positions
    )
    return (
        f"**Sites** ({len(book.sites)}), each with the letters of its numbers: {sites}.\n\n"
        f"**Categories** ({len(book.categories)}; two digits name a group, which is a category too): {groups}.\n\n"
        f"**Positions** ({len(book.positions)}; national ones, others with their level): {positions}."
    )


def terms() -> Iterator[Row]:
    """The dated rows of terms."""
    with (REFERENCE / TERMS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            until = row["valid_to"] or "…"
            yield f"`{row['kind']}`", row["valid_from"], until, row["working_days"], row["article"], row["entered_on"]


@cache
def _book() -> ReferenceBook:
    return ReferenceBook.from_texts({path.name: path.read_text("utf-8") for path in REFERENCE.glob("*.csv")})


def sample(hint: Any, rules: Mapping[str, Any] | None = None) -> Any:
    """Make a value of a type that is unlike every default, to see what becomes of it."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return sample(next(arm for arm in get_args(hint) if arm is not types.NoneType), rules)
    if origin is tuple:
        return (sample(get_args(hint)[0], rules),)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{one.name: sample(hints[one.name], one.metadata) for one in dataclasses.fields(hint)})
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return list(hint)[-1]
    made: dict[Any, Any] = {
        str: "said",
        int: 7,
        bool: True,
        bytes: b"\x07" * ((rules or {}).get("size") or 1),
        date: date(1970, 1, 1) + timedelta(days=7),
    }
    return made[hint]
