"""`python -m proving.lessons`: makes the lessons as videos, those that were made for this version not again."""

import argparse
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from proving.lessons.speech import speaks
from proving.world import REPOSITORY, ProgramFailed
from server_sync.common.home import home
from server_sync.common.resources import resource
from server_sync.contract.guides import FOLDER, MADE, Lesson, read_lesson
from server_sync.contract.territory import LANGUAGES

WORDS: Final = REPOSITORY / "resources" / "translations"
PROGRAM: Final = REPOSITORY / "proving" / "lessons"


def main() -> int:
    """Make what is missing; 0 when all lessons are there."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    lessons = {path.stem: read_lesson(path.stem, path.read_text("utf-8")) for path in resource(FOLDER).glob("*.toml")}
    wanted = sorted((lessons[name] for name in options.lesson or lessons), key=lambda lesson: lesson.place)
    version = version_of_screens()
    for language in LANGUAGES:
        if not speaks(language):
            _say(f"no voice speaks {language} here (Debian: espeak-ng): those lessons have captions alone")
    due = [one for one in wanted if options.again or not _is_made(one, options.into, version)]
    _say(f"{len(wanted) - len(due)} of {len(wanted)} lessons are made already; folder {options.into}")
    began = time.monotonic()
    try:
        failed = _make_all(due, lessons, options.into, version) if due else []
    except KeyboardInterrupt:
        _say("stopped; the next run goes on from here")
        return 130
    _say(f"{len(due) - len(failed)} lessons in {len(LANGUAGES)} languages made in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def version_of_screens() -> str:
    """What the lessons are made of: the lessons, the program that makes them, the words on the screens."""
    digest = hashlib.sha256()
    for path in sorted([*resource(FOLDER).glob("*.toml"), *PROGRAM.glob("*.py"), *WORDS.glob("*/*.po")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make_all(due: Sequence[Lesson], lessons: Mapping[str, Lesson], into: Path, version: str) -> list[str]:
    from liaison_desktop.app import application
    from proving.lessons.making import make
    from proving.lessons.stage import Stage

    application()  # letters are drawn by it too
    failed = []
    with tempfile.TemporaryDirectory(prefix="liaison-lessons-") as folder:
        stage = Stage(Path(folder), dict(lessons))
        try:
            for place, lesson in enumerate(due, 1):
                _say(f"[{place}/{len(due)}] {lesson.title.en}")
                try:
                    shots = stage.play(lesson, _say)
                except (ProgramFailed, _not_seen()) as failure:
                    failed.append(f"{lesson.name}: {failure}")
                    _say(f"NOT MADE: {failed[-1]}")
                    continue
                for language in LANGUAGES:
                    told = make(lesson, language, shots[language], into / lesson.name / language, version)
                    sizes = ", ".join(f"{size // 1000} kB" for size in told["bytes"].values())
                    _say(f"{lesson.name} {language}: {told['ms'] / 1000:.0f} s, {sizes}")
        finally:
            stage.close()
    return failed


def _not_seen() -> type[Exception]:
    from proving.hands import NotSeen

    return NotSeen


def _is_made(lesson: Lesson, into: Path, version: str) -> bool:
    return all(_version_of(into / lesson.name / language) == version for language in LANGUAGES)


def _version_of(folder: Path) -> str:
    try:
        told: dict[str, Any] = json.loads((folder / MADE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ""
    return str(told.get("version", ""))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./liaison lessons", description=__doc__)
    parser.add_argument("lesson", nargs="*", help="only these, by the names of resources/lessons")
    parser.add_argument(
        "--into", type=Path, default=home() / FOLDER, metavar="DIR", help="default: the centre's folder"
    )
    parser.add_argument("--again", action="store_true", help="make also what is made already")
    options = parser.parse_args()
    options.into = options.into.resolve()
    if shutil.which("chromium") is None:
        parser.error("the pages need Debian's chromium")
    return options


def _say(words: str) -> None:
    sys.stderr.write(f"lessons: {words}\n")
    sys.stderr.flush()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
