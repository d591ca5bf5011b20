"""One whole demonstration for all journeys: interrupted once, taken up again, with rows that nobody may register."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from typing import Any

import pytest

from proving.asked import SAMPLES
from proving.demo.showing import Shown
from proving.demo.story import Story, Wish
from proving.demo.summing import missing, sum_up

GOOD = 8


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


class Journey:
    """What came of it, and where it lies."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.told: dict[str, Any] = sum_up(story)
        self.missing = missing(story, self.told, by_widgets=0)
        self.out = story.wish.out

    def found_texts(self) -> set[str]:
        """What the central register holds as citizens' words."""
        file = self.story.centre.home / "db.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as register:
            return {text for (text,) in register.execute("SELECT text FROM appeals_appeal")}


def strange_rows(like: dict[str, Any]) -> list[str]:
    """Rows as they should never be typed, and odd ones that are a citizen's good right."""
    citizen = like["citizen"]
    rows = [
        {**like, "id": "empty text", "text": "   "},
        {**like, "id": "unknown category", "categories": ["99.99"]},
        {**like, "id": "unknown kind", "kind": "petition"},
        {**like, "id": "a text of 1 MB", "text": "а" * 1_000_000},
        {**like, "id": "long name", "citizen": {**citizen, "surname": "Ү" * 300}},
        {**like, "id": "odd text", "text": "=2+2 <script>alert(1)</script> \u202e🙂 Ѳ ў"},
        {**like, "id": "odd number", "citizen": {**citizen, "pin": "1234567890123", "phone": "сурабаңыз"}},
    ]
    return [json.dumps(row, ensure_ascii=False) for row in rows] + ['{"id": "half a row', "[]"]


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Tell the story until the requests are registered, stop, and go on with what that left."""
    folder = tmp_path_factory.mktemp("journey")
    samples = SAMPLES.read_text(encoding="utf-8").splitlines()[:GOOD]
    file = folder / "requests.jsonl"
    file.write_text("\n".join(samples + strange_rows(json.loads(samples[0]))) + "\n", encoding="utf-8")
    shown = Shown(StringIO())
    first = Story(Wish(file, None, 7, folder / "out", resume=False, windows=False, every_page=False), shown)

    def interrupt() -> None:
        raise Interrupted

    first.deliver = interrupt  # type: ignore[method-assign]  # here Ctrl-C is pressed
    try:
        with pytest.raises(Interrupted):
            first.run()
    finally:
        first.close()
    second = Story(Wish(file, None, 7, folder / "out", resume=True, windows=False, every_page=False), shown)
    try:
        second.run()
        yield Journey(second)
    finally:
        second.close()
