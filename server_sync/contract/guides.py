"""Written guides and lessons as both programs read them: every sentence in the three languages at once.

They are shipped as TOML in `resources/guides` and `resources/lessons`. A sentence is an array of its Kyrgyz, Russian
and English words, so none can be missing in one language; what hands do in a lesson stands beside what is said of it.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from server_sync.contract.errors import ContractError
from server_sync.contract.folding import fold, words_as_written
from server_sync.contract.territory import LANGUAGES, Names

CITIZENS: Final = "citizens"
OFFICES: Final = "offices"
READERS: Final = (CITIZENS, OFFICES)
SCREENS: Final = ("telephone", "page", "office")
"""A page on a telephone, a page on a wide screen, the window of the offices' program."""
FOLDER: Final = "lessons"
"""Where in a program's folder the lessons lie, each in a folder of its name with one of each language in it."""
NORMAL: Final = "normal.mp4"
THIN: Final = "thin.mp4"
POSTER: Final = "poster.webp"
MADE: Final = "made.json"
"""What was made, of which version; written last."""
CAPTIONS: Final = {language: f"captions-{language}.vtt" for language in LANGUAGES}
CUE_MOST: Final = 84
"""Characters of one caption: two lines on a telephone."""


class BadGuide(ContractError):
    """A guide or a lesson is not whole; the code says in what."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where the page is that is spoken of."""

    address: str
    words: Names


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a guide: what is said, the steps in their order, where to go on, a picture from a lesson.

    `picture` is `lesson/step`, or empty.
    """

    title: Names
    says: tuple[Names, ...]
    steps: tuple[Names, ...]
    link: Link | None
    picture: str

    def texts(self) -> Iterator[Names]:
        """All that is read in it."""
        yield self.title
        yield from self.says
        yield from self.steps


@dataclass(frozen=True, slots=True)
class Guide:
    """A written guide."""

    name: str
    place: int
    readers: str
    title: Names
    about: Names
    lesson: str
    parts: tuple[Part, ...]

    def texts(self) -> Iterator[Names]:
        """All that is read in it."""
        yield self.title
        yield self.about
        for part in self.parts:
            yield from part.texts()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a lesson: what hands do before it, what is pointed at, what is said meanwhile.

    An act is a verb and what it takes; `at` names a control of the screen, or is empty.
    """

    name: str
    screen: str
    acts: tuple[tuple[str, ...], ...]
    at: str
    says: Names


@dataclass(frozen=True, slots=True)
class Lesson:
    """A short lesson of the product's own screens."""

    name: str
    place: int
    readers: str
    title: Names
    about: Names
    guide: str
    steps: tuple[Step, ...]

    def texts(self) -> Iterator[Names]:
        """All that is read and heard in it."""
        yield self.title
        yield self.about
        yield from (step.says for step in self.steps)


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: when it is read, in milliseconds of the video, and its words."""

    begins_ms: int
    ends_ms: int
    words: str


def read_guide(name: str, text: str) -> Guide:
    """Read a guide; raises BadGuide."""
    told = _table(name, text)
    parts = tuple(_part(name, one) for one in _list(name, told, "part"))
    if not parts:
        raise BadGuide("no_parts", guide=name)
    return Guide(
        name=name,
        place=int(told.get("place", 0)),
        readers=_one_of(name, told.get("for"), READERS),
        title=_names(name, told.get("title")),
        about=_names(name, told.get("about")),
        lesson=str(told.get("lesson", "")),
        parts=parts,
    )


def read_lesson(name: str, text: str) -> Lesson:
    """Read a lesson; raises BadGuide."""
    told = _table(name, text)
    steps = tuple(_step(name, one) for one in _list(name, told, "step"))
    if len({step.name for step in steps}) != len(steps) or not steps:
        raise BadGuide("steps", guide=name)
    return Lesson(
        name=name,
        place=int(told.get("place", 0)),
        readers=_one_of(name, told.get("for"), READERS),
        title=_names(name, told.get("title")),
        about=_names(name, told.get("about")),
        guide=str(told.get("guide", "")),
        steps=steps,
    )


def picture_of(step: str) -> str:
    """The file in which a step of a lesson stands still, for guides."""
    return f"step-{step}.webp"


def holds_words(guide: Guide, query: str) -> bool:
    """Whether each word of a question begins some word of the guide, in any language, folded."""
    asked = [fold(word) for word in words_as_written(query)]
    there = {fold(word) for names in guide.texts() for text in names for word in words_as_written(text)}
    return all(any(word.startswith(one) for word in there) for one in asked)


def cues_of(says: Sequence[tuple[str, int, int]]) -> tuple[Cue, ...]:
    """The captions of what is said: each text with where it begins and ends, in milliseconds; long ones parted."""
    found = []
    for text, begins, ends in says:
        pieces = _pieces(text)
        letters = sum(map(len, pieces))
        at = begins
        spoken = 0
        for piece in pieces:
            spoken += len(piece)
            until = begins + (ends - begins) * spoken // letters
            found.append(Cue(at, until, piece))
            at = until
    return tuple(found)


def web_vtt(cues: Sequence[Cue]) -> str:
    """Captions as a file that browsers read."""
    said = (f"{_clock(cue.begins_ms)} --> {_clock(cue.ends_ms)}\n{_plain(cue.words)}\n" for cue in cues)
    return "\n".join(("WEBVTT\n", *said))


def _pieces(text: str) -> list[str]:
    """A text parted between words into captions of about equal length."""
    count = -(-len(text) // CUE_MOST)
    wanted = len(text) / count
    pieces: list[str] = []
    words: list[str] = []
    for word in text.split():
        if words and len(" ".join((*words, word))) > wanted and len(pieces) < count - 1:
            pieces.append(" ".join(words))
            words = []
        words.append(word)
    return [*pieces, " ".join(words)]


def _plain(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadGuide("not_toml", guide=name) from wrong


def _list(name: str, told: dict[str, Any], key: str) -> list[Any]:
    found = told.get(key, [])
    if not isinstance(found, list):
        raise BadGuide("no_list", guide=name)
    return found


def _names(name: str, told: Any) -> Names:
    is_whole = (
        isinstance(told, list)
        and len(told) == len(LANGUAGES)
        and all(isinstance(one, str) and one.strip() == one != "" for one in told)
    )
    if not is_whole:
        raise BadGuide("a_language_is_missing", guide=name, text=str(told)[:60])
    ky, ru, en = told
    return Names(ky, ru, en)


def _one_of(name: str, told: Any, known: Sequence[str]) -> str:
    if told not in known:
        raise BadGuide("unknown_word", guide=name, text=str(told)[:60])
    return str(told)


def _part(name: str, told: Any) -> Part:
    link = None
    if "link" in told:
        address, *words = told["link"]
        link = Link(str(address), _names(name, words))
    return Part(
        title=_names(name, told.get("title")),
        says=tuple(_names(name, one) for one in told.get("says", [])),
        steps=tuple(_names(name, one) for one in told.get("steps", [])),
        link=link,
        picture=str(told.get("picture", "")),
    )


def _step(name: str, told: Any) -> Step:
    return Step(
        name=str(told["name"]),
        screen=_one_of(name, told.get("screen"), SCREENS),
        acts=tuple(tuple(map(str, act)) for act in told.get("do", [])),
        at=str(told.get("at", "")),
        says=_names(name, told.get("says")),
    )
