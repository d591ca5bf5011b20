"""Reads the tables of docs/protocol.md: all that the stranger knows of keys, kinds, codes, labels and limits.

A table is found by the heads of its columns. What stands in a table is not written a second time in this folder: a row
that changes on the page changes what the stranger sends, and the real centre answers.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"
VECTORS: Final = PAGE.parents[1] / "tests" / "contract" / "vectors"
OTHERWISE: Final = 400
"""The status of a code that the table of statuses does not name."""
WITHOUT_A_LIMIT: Final = 10_000
"""Bytes and lists whose row names no limit hold at most so many."""
LARGEST: Final = 2**63 - 1
"""The bound of a number whose row names none."""

Value = object
Message = dict[str, Any]
"""A structure of the page: values by the names of its fields."""


class PageBroken(Exception):
    """The page has no such table, or a row that nobody could follow."""


@dataclass(frozen=True)
class Kind:
    """What a field may hold: a word for the sort of it, its limits, and what a list is made of."""

    sort: str
    lowest: int = 0
    highest: int = LARGEST
    name: str = ""
    of: "Kind | None" = None


@dataclass(frozen=True)
class Field:
    """One row of a structure's table."""

    key: int
    name: str
    kind: Kind
    left_out: str


@dataclass(frozen=True)
class Structure:
    """A map with integer keys, or an array in the order of its places."""

    name: str
    fields: tuple[Field, ...]
    is_array: bool


@dataclass(frozen=True)
class Page:
    """The whole page, and its tables by name."""

    text: str

    def rows(self, *heads: str) -> list[list[str]]:
        """All rows of the one table with these column heads."""
        found = list(_tables(self.text, heads))
        if len(found) != 1:
            raise PageBroken(f"{len(found)} tables have the columns {heads}")
        return found[0]

    def made(self, name: str) -> str:
        """What the code wrote between two marks."""
        found = re.search(rf"<!-- made: {re.escape(name)} -->\n(.*?)<!-- end -->", self.text, re.DOTALL)
        if found is None:
            raise PageBroken(f"no table is marked {name}")
        return found[1]

    @cached_property
    def structures(self) -> dict[str, Structure]:
        """Every structure that has a heading and a table of fields."""
        found: dict[str, Structure] = {}
        enums = self.enums
        for name, words in re.findall(r"^#### (\w+)\n(.*?)(?=^#|\Z|<!-- end -->)", self.text, re.DOTALL | re.MULTILINE):
            maps = list(_tables(words, ("key", "field", "type", "left out when")))
            arrays = list(_tables(words, ("place", "field", "type")))
            rows = [(*row, "") for table in arrays for row in table] or [tuple(row) for table in maps for row in table]
            if len(maps) + len(arrays) != 1 or name in found:
                raise PageBroken(f"{name} is not described once")
            fields = tuple(Field(int(key), _bare(field), _kind(kind, enums), out) for key, field, kind, out in rows)
            found[name] = Structure(name, fields, is_array=bool(arrays))
        return found

    @cached_property
    def enums(self) -> dict[str, dict[str, int]]:
        """The numbers that stand for words, by the name of the choice."""
        return {
            name: {word: int(number) for number, word in re.findall(r"(\d+) `(\w+)`", choices)}
            for name, choices in re.findall(r"^\*\*(\w+)\*\*: (\d+ `.*)$", self.text, re.MULTILINE)
        }

    @cached_property
    def events(self) -> dict[str, tuple[int, str]]:
        """Each kind of event by name: its number and the structure of its body."""
        return {_bare(name): (int(kind), _linked(says)) for kind, name, says in self.rows("kind", "name", "says")}

    @cached_property
    def feed_rows(self) -> dict[int, str]:
        """Each kind of feed row: the structure of its bytes."""
        return {int(kind): _linked(means) for kind, _name, means in self.rows("kind", "name", "means")}

    @cached_property
    def codes(self) -> list[list[str]]:
        """The codes of refusals, row by row."""
        return [re.findall(r"`(\w+)`", codes) for codes, _means in self.rows("code", "means")]

    def status_of(self, code: str) -> int:
        """The status of a refusal with this code; a code that no row of section 12 names is none of the page's."""
        if not any(code in codes for codes in self.codes):
            raise PageBroken(f"the page does not know the code {code}")
        named = {_bare(row): int(status) for row, status in self.rows("code", "status")}
        return named.get(code, OTHERWISE)

    @cached_property
    def log_statuses(self) -> dict[str, int]:
        """The statuses of refused questions to the log, where they are not the ordinary one."""
        return {code: int(status) for code, status in re.findall(r"`(\w+)` (\d+)", self.made("log_statuses"))}

    @cached_property
    def tables(self) -> dict[str, list[str]]:
        """The tables of codes that the centre hands out, and their columns; those of a calendar are alike."""
        found: dict[str, list[str]] = {}
        for name, columns in self.rows("name", "columns that a program needs"):
            same = [*found.values()][-1] if columns.startswith("the same") else []
            found[_bare(name)] = same or re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", columns))
        return found

    @cached_property
    def letters(self) -> dict[str, tuple[list[str], list[str]]]:
        """What a typed letter may mean: by look and by sound."""
        rows = self.rows("typed", "", "by look", "by sound")
        return {_bare(typed): (_meanings(look), _meanings(sound)) for typed, _point, look, sound in rows}

    def codes_of(self, what: str) -> list[str]:
        """The codes of sites, categories or positions that the page lists."""
        found = re.search(rf"^\*\*{what}\*\* \(.*?\).*?: (.*)\.$", self.text, re.MULTILINE)
        if found is None:
            raise PageBroken(f"the page lists no {what}")
        return re.findall(r"`(\S+?)`", found[1])

    @cached_property
    def roles(self) -> dict[str, set[str]]:
        """Who may write each kind of event."""
        rows = self.rows("kind", "name", "who may write it", "or how")
        return {_bare(name): set(re.findall(r"`(\w+)`", who)) for _kind, name, who, _how in rows}

    @cached_property
    def remains(self) -> dict[str, list[str]]:
        """The fields of a body that are left after its erasure, for the kinds that can be erased."""
        rows = self.rows("kind", "what stays")
        return {_bare(kind): re.findall(r"`(\w+)`", stays) for kind, stays in rows if "not erased" not in stays}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels of signatures and MACs."""
        return tuple(_bare(label) for label, _signed in self.rows("label", "signed or authenticated with it"))

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The names of the headers of signed calls."""
        return tuple(_bare(header) for header, _holds in self.rows("header", "holds"))


@cache
def the_page() -> Page:
    """The page as it lies in the repository."""
    return Page(PAGE.read_text(encoding="utf-8"))


def vector(name: str) -> Message:
    """What one file of the vectors holds."""
    told: Message = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return told


def _tables(text: str, heads: tuple[str, ...]) -> Iterator[list[list[str]]]:
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("|") and tuple(_cells(line)) == heads:
            next(lines)  # the rule below the heads
            rows = []
            for row in lines:
                if not row.startswith("|"):
                    break
                rows.append(_cells(row))
            yield rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _bare(cell: str) -> str:
    return cell.strip("`")


def _meanings(cell: str) -> list[str]:
    return [""] if cell == "nothing" else re.findall(r"`(\w+)`", cell)


def _linked(cell: str) -> str:
    found = re.match(r"\[(\w+)\]", cell)
    if found is None:
        raise PageBroken(f"no structure is named in {cell!r}")
    return found[1]


def _kind(cell: str, enums: dict[str, dict[str, int]]) -> Kind:
    """Read a cell of the column *type*, for example `list of text ≤ 2,000, ≤ 10`."""
    if found := re.fullmatch(r"list of (.+?)(?:, ≤ ([\d,]+))?", cell):
        return Kind("list", 0, _number(found[2]) if found[2] else WITHOUT_A_LIMIT, of=_kind(found[1], enums))
    if found := re.fullmatch(r"bytes\((\d+)\)", cell):
        return Kind("bytes", int(found[1]), int(found[1]))
    if found := re.fullmatch(r"(bytes|text)(?: ≤ ([\d,]+))?", cell):
        return Kind(found[1], 0, _number(found[2]) if found[2] else WITHOUT_A_LIMIT)
    if found := re.fullmatch(r"int, days since 1970-01-01, ±([\d,]+)", cell):
        return Kind("int", -_number(found[1]), _number(found[1]))
    if found := re.fullmatch(r"int(?:, ≥ (\S+?))?(?:, ≤ (\S+?))?", cell):
        return Kind("int", _number(found[1]) if found[1] else 0, _number(found[2]) if found[2] else LARGEST)
    if found := re.fullmatch(r"\[(\w+)\]\(#\w+\)", cell):
        return Kind("structure", name=found[1])
    if cell in enums:
        return Kind("choice", name=cell)
    if cell == "bool":
        return Kind("bool")
    if cell == "map of words to texts or numbers":
        return Kind("words")
    raise PageBroken(f"nobody knows the type {cell!r}")


def _number(written: str) -> int:
    """Read `1,048,576`, `2^32` or `-2^62`."""
    sign, plain = (-1, written[1:]) if written.startswith("-") else (1, written)
    base, _, power = plain.replace(",", "").partition("^")
    number: int = int(base) ** int(power or 1)
    return sign * number
