"""Makes one lesson in one language of the shots of its steps: two videos, captions, a poster, pictures for guides."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from proving.lessons.drawing import (
    HEIGHT,
    TWICE,
    WIDTH,
    Pixels,
    Shot,
    as_webp,
    frames,
    lay_out,
    picture_for_a_guide,
    title_card,
)
from proving.lessons.drawing import poster as poster_of
from proving.lessons.filming import NORMAL as NORMAL_FILM
from proving.lessons.filming import THIN as THIN_FILM
from proving.lessons.filming import Film
from proving.lessons.speech import RATE, Sound, speak, speaks
from server_sync.contract.guides import (
    CAPTIONS,
    MADE,
    NORMAL,
    POSTER,
    THIN,
    Lesson,
    cues_of,
    picture_of,
    web_vtt,
)

CARD_S: Final = 3.0
BEFORE_S: Final = 0.5
"""Of silence before what is said at a step."""
AFTER_S: Final = 2.4
PICTURE_MOST_BYTES: Final = 40_000


@dataclass(frozen=True, slots=True)
class Timed:
    """What is said at one step, and when, in milliseconds of the video."""

    sound: Sound
    begins_ms: int
    speaks_ms: int
    ends_ms: int
    """When the next step begins."""


def time_steps(lesson: Lesson, language: str) -> tuple[Timed, ...]:
    """How long each step lasts: as long as it is spoken, with a breath before and after."""
    found = []
    at_ms = round(CARD_S * 1000)
    for step in lesson.steps:
        sound = speak(step.says.said_in(language), language)
        spoken_ms = len(sound) * 1000 // RATE
        begins_ms = at_ms + round(BEFORE_S * 1000)
        at_ms = begins_ms + spoken_ms + round(AFTER_S * 1000)
        found.append(Timed(sound, begins_ms, spoken_ms, at_ms))
    return tuple(found)


def make(lesson: Lesson, language: str, shots: Sequence[Shot], folder: Path, version: str) -> Mapping[str, Any]:
    """Make a lesson in a folder, which is there whole or not at all; gives what is said of it."""
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    timed = time_steps(lesson, language)
    _film(lesson, language, shots, timed, draft)
    for spoken, name in CAPTIONS.items():
        said = [
            (step.says.said_in(spoken), one.begins_ms, one.begins_ms + one.speaks_ms)
            for step, one in zip(lesson.steps, timed, strict=True)
        ]
        (draft / name).write_text(web_vtt(cues_of(said)), encoding="utf-8")
    for step, shot in zip(lesson.steps, shots, strict=True):
        (draft / picture_of(step.name)).write_bytes(picture_for_a_guide(shot, step.screen, PICTURE_MOST_BYTES))
    told = {
        "version": version,
        "voice": speaks(language),
        "ms": timed[-1].ends_ms,
        "bytes": {name: (draft / name).stat().st_size for name in (NORMAL, THIN)},
    }
    (draft / MADE).write_text(json.dumps(told) + "\n", encoding="ascii")
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)
    return told


def _film(lesson: Lesson, language: str, shots: Sequence[Shot], timed: Sequence[Timed], draft: Path) -> None:
    films = [Film(draft / NORMAL, NORMAL_FILM), Film(draft / THIN, THIN_FILM)]
    try:
        _draw(lesson, language, shots, timed, films, draft)
        for film in films:
            film.hear(_sounds(timed))
    except BaseException:
        for film in films:
            film.drop()
        raise
    for film in films:
        film.end()


def _draw(
    lesson: Lesson, language: str, shots: Sequence[Shot], timed: Sequence[Timed], films: Sequence[Film], draft: Path
) -> None:
    title = lesson.title.said_in(language)
    card = title_card(title, lesson.about.said_in(language))
    hand = (WIDTH * TWICE * 0.5, HEIGHT * TWICE * 0.7)
    before: Pixels | None = None
    begins_s = 0.0
    lasts = [CARD_S, *_lengths(timed)]
    boards = [
        lay_out(shot, step.screen, title, step.says.said_in(language), f"{place} / {len(lesson.steps)}")
        for place, (step, shot) in enumerate(zip(lesson.steps, shots, strict=True), 1)
    ]
    (draft / POSTER).write_bytes(as_webp(poster_of(boards[0]), PICTURE_MOST_BYTES))
    for board, lasts_s in zip([card, *boards], lasts, strict=True):
        picture: Pixels | None = None
        for at_s, picture in frames(board, before, hand, lasts_s):
            for film in films:
                film.show(picture, begins_s + at_s, is_key=at_s == 0)
        before = picture
        hand = board.at or hand
        begins_s += lasts_s
    if before is not None:
        for film in films:
            film.show(before, begins_s - 0.04, is_key=False)


def _lengths(timed: Sequence[Timed]) -> list[float]:
    begins = [round(CARD_S * 1000), *(one.ends_ms for one in timed[:-1])]
    return [(one.ends_ms - begin) / 1000 for one, begin in zip(timed, begins, strict=True)]


def _sounds(timed: Sequence[Timed]) -> list[Sound]:
    """The voice of all steps, each where it begins, with silence between."""
    whole = np.zeros(timed[-1].ends_ms * RATE // 1000, np.int16)
    for one in timed:
        first = one.begins_ms * RATE // 1000
        whole[first : first + len(one.sound)] = one.sound[: len(whole) - first]
    return [whole]
