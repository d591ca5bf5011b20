"""What was erased, noted beside the database: a database restored from a backup does not know it.

`LIAISON_HOME/erased` has a line for each event: its hash, and the office and request that it belonged to.
"""

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

NOTED_FILE: Final = "erased"

_ENTRY: Final = re.compile(r"([0-9a-f]{64})(?: ([0-9a-z-]{1,16}):([0-9a-f]{64}))?", re.ASCII)
"""One erasure: the event's hash, with its office and request."""

_CUT_PLACE: Final = re.compile(r"[0-9a-z-]{1,16}(:[0-9a-f]{0,63})?", re.ASCII)
"""What is left of office and request where a line was cut behind the hash."""


def noted_file() -> Path:
    """Where erasures are noted, one a line; it belongs into every backup, newest first of all."""
    return Path(settings.LIAISON_HOME) / NOTED_FILE


class Place(NamedTuple):
    """Whose an erased event was: the office that wrote it or whose request it is about, and that request."""

    site_code: str
    appeal: bytes


def erased_here() -> frozenset[bytes]:
    """The events that were erased by this centre, as noted beside the database; read anew when the file is another."""
    return _noted_now()[0]


def noted_erasures() -> Mapping[bytes, Place | None]:
    """The same with the place of each; None where a program of before noted it."""
    return _noted_now()[1]


def unreadable_lines() -> tuple[int, ...]:
    """Lines of the file, from 1, that say less than one whole erasure: what they said is not carried out.

    The beginning of a line that stands there whole as well is no loss: a power cut broke it off, and it was written
    anew.
    """
    return _noted_now()[2]


_Noted = tuple[frozenset[bytes], Mapping[bytes, Place | None], tuple[int, ...]]


def _noted_now() -> _Noted:
    try:
        held = noted_file().stat()
    except FileNotFoundError:
        return frozenset(), {}, ()
    return _noted(noted_file(), held.st_mtime_ns, held.st_size)


@lru_cache(maxsize=1)
def _noted(file: Path, _changed_ns: int, _size: int) -> _Noted:
    """Read all that can be read: also where a line end was lost, or a copy left other marks between the lines."""
    noted: dict[bytes, Place | None] = {}
    whole: list[str] = []
    left: dict[int, str] = {}  # what remains of a line when all that can be read is taken out
    for number, line in enumerate(file.read_text(encoding="utf-8-sig", errors="replace").split("\n"), start=1):
        said = line.replace("\0", "").strip().lower()
        for found in _ENTRY.finditer(said):
            event_hash, site_code, of_request = found.groups()
            place = Place(site_code.upper(), bytes.fromhex(of_request)) if of_request else None
            noted[bytes.fromhex(event_hash)] = place or noted.get(bytes.fromhex(event_hash))
            whole.append(found.group())
        rest = _ENTRY.sub("", said).strip()
        if rest and not (rest != said and _CUT_PLACE.fullmatch(rest)):
            left[number] = rest
    lost = (number for number, rest in left.items() if not any(one.startswith(rest) for one in whole))
    return frozenset(noted), noted, tuple(lost)


def note(lines: Iterable[str]) -> None:
    """Write erasures down, durably."""
    with noted_file().open("a", encoding="ascii") as file:
        if file.tell() and not _ends_a_line(noted_file()):  # a power cut broke the last one off
            file.write("\n")
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
