"""Reads the guides and lessons that are shipped, and which videos of them lie in the centre's folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from server_sync.common.resources import resource
from server_sync.contract.guides import (
    CAPTIONS,
    FOLDER,
    MADE,
    NORMAL,
    POSTER,
    THIN,
    Guide,
    Lesson,
    picture_of,
    read_guide,
    read_lesson,
)

MADE_MOST_BYTES: Final = 4_096
NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Video:
    """A lesson as it was made in one language."""

    ms: int
    has_voice: bool
    normal_bytes: int
    thin_bytes: int


@cache
def guides() -> Mapping[str, Guide]:
    """All written guides by name, in their order."""
    found = [read_guide(path.stem, path.read_text(encoding="utf-8")) for path in resource("guides").glob("*.toml")]
    return {one.name: one for one in sorted(found, key=lambda guide: guide.place)}


@cache
def lessons() -> Mapping[str, Lesson]:
    """All lessons by name, in their order."""
    found = [read_lesson(path.stem, path.read_text(encoding="utf-8")) for path in resource(FOLDER).glob("*.toml")]
    return {one.name: one for one in sorted(found, key=lambda lesson: lesson.place)}


def folder_of(lesson: str, language: str) -> Path:
    """Where a lesson lies in one language, whether it was made or not."""
    return Path(settings.LIAISON_HOME) / FOLDER / lesson / language


def video_of(lesson: str, language: str) -> Video | None:
    """The video of a lesson in a language; None when none was made."""
    told = _made(folder_of(lesson, language) / MADE)
    sizes = told.get("bytes")
    if not isinstance(sizes, dict):
        return None
    try:
        return Video(int(told["ms"]), bool(told["voice"]), int(sizes[NORMAL]), int(sizes[THIN]))
    except (KeyError, TypeError, ValueError):
        return None


def has_picture(lesson: str, step: str, language: str) -> bool:
    """Whether a step stands still as a picture here."""
    return (folder_of(lesson, language) / picture_of(step)).is_file()


def types_of(lesson: Lesson) -> Mapping[str, str]:
    """The files that may be asked for of a lesson, with their types."""
    return {
        NORMAL: "video/mp4",
        THIN: "video/mp4",
        POSTER: "image/webp",
        **dict.fromkeys(CAPTIONS.values(), "text/vtt; charset=utf-8"),
        **{picture_of(step.name): "image/webp" for step in lesson.steps},
    }


def _made(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(MADE_MOST_BYTES))
    except (OSError, ValueError):
        return NOTHING
    return told if isinstance(told, dict) else NOTHING
