"""Reads and writes the directory as a table that a spreadsheet opens, and says of each bad row what is wrong with it.

A file is taken in UTF-8 alone: Windows-1251, KOI8-R and CP866 have no ң, ө, ү: what was saved in them lost letters.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from server_sync.common.refusals import Refused
from server_sync.contract.direction import has_marks
from server_sync.contract.folding import fold
from server_sync.contract.limits import check_text, is_blank
from server_sync.contract.reference_rows import Level
from server_sync.contract.territory import Names
from server_sync.workplaces.reference import reference_book

FILE_BYTES: Final = 10 * 1024 * 1024
ROWS_MOST: Final = 20_000
CELL_CHARACTERS: Final = 1_000
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
WEEKDAYS: Final = range(1, 8)
SEPARATORS: Final = ";,\t"


class What(StrEnum):
    """What a row is about."""

    HOLDER = "holder"
    VACANT = "vacant"
    ACTING = "acting"
    DEPUTY = "deputy"
    RECEPTION = "reception"
    CONTACT = "contact"


PEOPLE: Final = frozenset({What.HOLDER, What.ACTING, What.DEPUTY})

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the directory, read.

    `village` is the aiyl okmotu that a rural position belongs to: the reference data has one for each district alone.
    """

    what: What
    body_code: str
    since_on: date
    until_on: date | None = None
    village: str = ""
    name_ky: str = ""
    name_ru: str = ""
    name_en: str = ""
    weekday: int | None = None
    opens: str = ""
    closes: str = ""
    by_appointment: bool = False
    place_ky: str = ""
    place_ru: str = ""
    place_en: str = ""
    phone: str = ""
    email: str = ""
    is_withdrawn: bool = False

    @property
    def key(self) -> Key:
        """What it is about: a row of the same key stands in its place.

        Of one day on a position has one holder or is vacant; deputies are told apart by their names, hours of reception
        by weekday and beginning.
        """
        seat = What.HOLDER if self.what is What.VACANT else self.what
        of_one = {What.DEPUTY: fold(self.name_ky), What.RECEPTION: f"{self.weekday} {self.opens}"}.get(self.what, "")
        return (*self.seat, seat.value, self.since_on.isoformat(), of_one)

    @property
    def seat(self) -> tuple[str, str]:
        """Whose row it is: the position, and of a rural one the village."""
        return self.body_code, fold(self.village)

    @property
    def name(self) -> Names:
        """The person's name in both alphabets; in Latin letters as far as it is known."""
        return Names(self.name_ky, self.name_ru, self.name_en or self.name_ru)

    @property
    def place(self) -> Names:
        """Where people are received, or where the office is."""
        ky, ru, en = self.place_ky, self.place_ru, self.place_en
        return Names(ky or ru or en, ru or ky or en, en or ru or ky)

    def holds_on(self, day: date) -> bool:
        """Whether a day lies between its first and its last."""
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken: its line in the file, a code for each thing that is wrong, the column it is about."""

    line: int
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read."""

    good: tuple[tuple[int, Line], ...]
    bad: tuple[BadRow, ...]


COLUMNS: Final = (
    *("what", "position", "village", "from", "to", "name_ky", "name_ru", "name_latin"),
    *(
        "weekday",
        "opens",
        "closes",
        "by_appointment",
        "place_ky",
        "place_ru",
        "place_en",
        "phone",
        "email",
        "withdrawn",
    ),
)
NEEDED: Final = frozenset({"what", "position", "from"})

_LIMITS: Final = {
    "village": 100, "name_ky": 100, "name_ru": 100, "name_latin": 100,
    "place_ky": 200, "place_ru": 200, "place_en": 200, "phone": 100, "email": 254,
}  # fmt: skip
_YES: Final = frozenset({"yes", "да", "ооба", "1", "true"})
_NO: Final = frozenset({"", "no", "нет", "жок", "0", "false"})
_DAY: Final = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
_DAY_OF_PROGRAMS: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")


class _Wrong(Exception):
    """A cell that cannot be read."""


def read(content: bytes) -> Read:
    """Read a file.

    Raises Refused `file_too_large`, `file_not_utf8`, `file_no_table`, `file_columns` (with the `columns` that are not
    there), `file_rows` (more than are taken at once).
    """
    if len(content) > FILE_BYTES:
        raise Refused("file_too_large")
    text = _decoded(content)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    good: list[tuple[int, Line]] = []
    bad: list[BadRow] = []
    places: dict[str, int] | None = None
    seen: dict[Key, int] = {}
    count = 0
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _columns(cells)
                continue
            count += 1
            if count > ROWS_MOST:
                raise Refused("file_rows", limit=ROWS_MOST)
            line = _line_of({name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()})
            if isinstance(line, Line) and line.key in seen:
                line = (("row_twice", str(seen[line.key])),)
            if isinstance(line, Line):
                seen[line.key] = rows.line_num
                good.append((rows.line_num, line))
            else:
                bad.append(BadRow(rows.line_num, line))
    except csv.Error as broken:
        raise Refused("file_no_table", line=rows.line_num) from broken
    if places is None:
        raise Refused("file_no_table", line=1)
    return Read(tuple(good), tuple(bad))


def written(lines: Iterable[Line]) -> Iterator[str]:
    """The same table: a line of it for each row, the names of the columns first. Spreadsheets need the mark of UTF-8.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which reading takes away again.
    """
    yield "\ufeff" + _row(COLUMNS)
    for line in lines:
        yield _row(_cells(line))


def _cells(line: Line) -> Iterator[str]:
    told: Mapping[str, Any] = {one.name: getattr(line, one.name) for one in fields(line)}
    renamed = {
        "position": "body_code", "from": "since_on", "to": "until_on", "name_latin": "name_en",
        "withdrawn": "is_withdrawn",
    }  # fmt: skip
    for column in COLUMNS:
        value = told[renamed.get(column, column)]
        match value:
            case None:
                yield ""
            case bool():
                yield "yes" if value else ""
            case date():
                yield value.isoformat()
            case _:
                plain = str(value)
                yield f"'{plain}" if _FORMULA.match(plain) else plain


def _row(cells: Iterable[str]) -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=";", lineterminator="\r\n").writerow(cells)
    return held.getvalue()


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as other:
        raise Refused("file_not_utf8") from other
    if "\0" in text:
        raise Refused("file_not_utf8")
    return text


def _columns(cells: list[str]) -> dict[str, int]:
    named = {cell.strip().lower(): at for at, cell in enumerate(cells)}
    missing = sorted(NEEDED - named.keys())
    if missing:
        raise Refused("file_columns", columns=", ".join(missing))
    return {name: named[name] for name in COLUMNS if name in named}


def _line_of(row: Mapping[str, str]) -> Line | tuple[tuple[str, str], ...]:
    """Read a row, or say all that is wrong with it."""
    wrong: list[tuple[str, str]] = []
    cells = {name: cell.removeprefix("'") if _FORMULA.match(cell[1:2]) else cell for name, cell in row.items()}

    def said(name: str) -> str:
        return cells.get(name, "")

    for name, cell in cells.items():
        if any(check_text("", cell, _LIMITS.get(name, CELL_CHARACTERS))):
            wrong.append(("cell_text", name))
        elif has_marks(cell):
            wrong.append(("cell_marks", name))
    known = {one.value: one for one in What}
    what = known.get(said("what").lower())
    if what is None:
        wrong.append(("what_unknown", "what"))
    body = reference_book().body(said("position"))
    if body is None:
        wrong.append(("position_unknown", "position"))
    elif said("village") and body.level is not Level.RURAL:
        wrong.append(("village_not_rural", "village"))
    elif not said("village") and body.level is Level.RURAL:
        wrong.append(("village_needed", "village"))
    since = _try(wrong, "day_unreadable", "from", lambda: _day(said("from")))
    until = _try(wrong, "day_unreadable", "to", lambda: _day(said("to")) if said("to") else None)
    if since is not None and until is not None and until < since:
        wrong.append(("day_before_first", "to"))
    flags = {name: _flag(wrong, name, said(name)) for name in ("by_appointment", "withdrawn")}
    wrong.extend(_wrong_for(what, said))
    opens = _try(wrong, "hour_unreadable", "opens", lambda: _hour(said("opens")))
    closes = _try(wrong, "hour_unreadable", "closes", lambda: _hour(said("closes")))
    if what is What.RECEPTION and opens and closes and closes <= opens:
        wrong.append(("closes_before", "closes"))
    if wrong or what is None or body is None or since is None:
        return tuple(dict.fromkeys(wrong))
    is_reception = what is What.RECEPTION
    return Line(
        what=what,
        body_code=body.code,
        village=said("village"),
        since_on=since,
        until_on=until,
        name_ky=said("name_ky") or said("name_ru") if what in PEOPLE else "",
        name_ru=said("name_ru") or said("name_ky") if what in PEOPLE else "",
        name_en=said("name_latin") if what in PEOPLE else "",
        weekday=int(said("weekday")) if is_reception else None,
        opens=opens or "" if is_reception else "",
        closes=closes or "" if is_reception else "",
        by_appointment=flags["by_appointment"] and is_reception,
        place_ky=said("place_ky"),
        place_ru=said("place_ru"),
        place_en=said("place_en"),
        phone=said("phone"),
        email=said("email"),
        is_withdrawn=flags["withdrawn"],
    )


def _wrong_for(what: What | None, said: Any) -> Iterator[tuple[str, str]]:
    """What a row of its kind lacks, or has too much."""
    names = ("name_ky", "name_ru", "name_latin")
    if what in PEOPLE:
        if is_blank(said("name_ky")) and is_blank(said("name_ru")):
            yield "name_needed", "name_ky"
        yield from (("name_digits", name) for name in names if any(letter.isdigit() for letter in said(name)))
    if what is What.VACANT and any(said(name) for name in names):
        yield "name_of_vacant", next(name for name in names if said(name))
    if what is What.RECEPTION:
        if said("weekday") not in {str(day) for day in WEEKDAYS}:
            yield "weekday_unreadable", "weekday"
        yield from (("hour_unreadable", name) for name in ("opens", "closes") if not said(name))
    if what is What.CONTACT and not any(said(name) for name in ("phone", "email", "place_ky", "place_ru", "place_en")):
        yield "contact_empty", "phone"
    if said("email") and not _EMAIL.fullmatch(said("email")):
        yield "email_unreadable", "email"


def _try(wrong: list[tuple[str, str]], code: str, name: str, reads: Any) -> Any:
    try:
        return reads()
    except (_Wrong, ValueError):
        wrong.append((code, name))
        return None


def _flag(wrong: list[tuple[str, str]], name: str, cell: str) -> bool:
    if cell.lower() not in _YES | _NO:
        wrong.append(("yes_or_no", name))
    return cell.lower() in _YES


def _day(cell: str) -> date:
    found = _DAY.fullmatch(cell) or _DAY_OF_PROGRAMS.fullmatch(cell)
    if found is None:
        raise _Wrong
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _Wrong
    return day


def _hour(cell: str) -> str:
    if not cell:
        return ""
    found = _CLOCK.fullmatch(cell)
    if found is None:
        raise _Wrong
    return time(int(found[1]), int(found[2])).strftime("%H:%M")


def ended(line: Line, on: date) -> Line:
    """The same with its last day."""
    return replace(line, until_on=on)
