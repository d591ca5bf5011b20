"""What an office learns by without a line: the guides that are shipped, and lessons in a folder of this computer.

`LIAISON_LESSONS` names that folder; without it `lessons` in that of the data. It is a copy
of the centre's, brought on a stick.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from liaison_desktop.workplace.resources import resource
from server_sync.contract.guides import FOLDER, NORMAL, OFFICES, THIN, Guide, Lesson, read_guide, read_lesson

SETTING: Final = "LIAISON_LESSONS"


@dataclass(frozen=True, slots=True)
class LessonHere:
    """A lesson, and its video in the language asked for; None where it does not lie here."""

    lesson: Lesson
    video: Path | None


@cache
def guides() -> tuple[Guide, ...]:
    """The written guides, those for offices first."""
    found = [read_guide(path.stem, path.read_text(encoding="utf-8")) for path in resource("guides").glob("*.toml")]
    return tuple(sorted(found, key=lambda guide: (guide.readers != OFFICES, guide.place)))


def lessons_folder(home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where lessons are looked for at this computer."""
    named = environment.get(SETTING, "").strip()
    return Path(named) if named else home / FOLDER


def lessons_in(folder: Path, language: str) -> tuple[LessonHere, ...]:
    """All lessons, those for offices first, each with its video where one lies in the folder."""
    found = [read_lesson(path.stem, path.read_text(encoding="utf-8")) for path in resource(FOLDER).glob("*.toml")]
    ordered = sorted(found, key=lambda lesson: (lesson.readers != OFFICES, lesson.place))
    return tuple(LessonHere(one, _video(folder / one.name / language)) for one in ordered)


def _video(folder: Path) -> Path | None:
    """The finer of the two videos that lie there."""
    return next((path for name in (NORMAL, THIN) if (path := folder / name).is_file()), None)
