"""A record: in parts that a kill leaves readable, put together in the meeting's time with its items as chapters."""

import json
import shutil
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

from server_sync.common.room import has_room_for_offices
from server_sync.meetings.broadcast import recording
from server_sync.meetings.broadcast.encoding import TICKS, Studio
from server_sync.meetings.broadcast.recording import CHAPTERS, Recording, put_together
from tests.server.meetings.broadcast.coloured import opened
from tests.server.meetings.broadcast.pieces import pieces


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    return tmp_path / "records" / "00"


def record(parts: Path, begin_s: int, count: int, items: dict[int, int] | None = None) -> Recording:
    """Record so many pieces; `items` says before which of them the meeting goes on to which item."""
    studio = Studio()
    one = Recording(parts, studio, begin_s * TICKS)
    for n, (at, encoded) in enumerate(pieces(studio, count, begin_s=begin_s)):
        if items and n in items:
            one.go_to_item(items[n], at)
        one.add(encoded)
    return one


def chapters_of(path: Path) -> list[tuple[str, float, float]]:
    with av.open(str(path)) as container:
        told = [(one, one["time_base"] or Fraction(1, 1000)) for one in container.chapters()]
        return [(one["metadata"]["title"], float(one["start"] * by), float(one["end"] * by)) for one, by in told]


def test_parts_become_one_film_in_the_time_of_the_meeting(parts):
    record(parts, 10, 3).end()
    record(parts, 20, 2).end()
    whole = parts.with_suffix(".mp4")
    whole.with_name(f".{whole.name}.1").write_bytes(b"of one that was killed at it")
    assert put_together(parts, (), whole)
    seen = opened(whole)
    at = [float(one.pts * one.time_base) for one in seen.frames]
    assert [at[0], at[30]] == pytest.approx([0, 10])
    assert len(seen.frames) == 50
    assert seen.loudness(440) > 0.2
    assert not parts.exists()
    assert [one.name for one in whole.parent.iterdir()] == [whole.name]


def test_what_was_recorded_before_a_kill_is_kept(parts):
    one = record(parts, 0, 3)
    shutil.copytree(parts, parts.with_name("as_killed"))
    one.end()
    whole = parts.with_suffix(".mp4")
    assert put_together(parts.with_name("as_killed"), (), whole)
    assert len(opened(whole).frames) >= 20


def test_items_become_chapters(parts):
    record(parts, 4, 4, {0: 0, 1: 1, 3: 2}).end()
    whole = parts.with_suffix(".mp4")
    put_together(parts, ("Суу", "Жол"), whole)
    assert [(title, start) for title, start, _ in chapters_of(whole)] == [("—", 0), ("Суу", 2), ("Жол", 6)]
    assert chapters_of(whole)[-1][2] == pytest.approx(8, abs=0.1)


def test_decisions_are_chapters_among_those_of_items(parts):
    record(parts, 4, 4, {0: 0, 1: 1, 3: 2}).end()
    whole = parts.with_suffix(".mp4")
    put_together(parts, ("Суу", "Жол"), whole, ((7_000, "Чечим: көпүрө"), (1_000, "мурунку"), (10_000, "Чечим: жол")))
    told = [(title, round(start, 1)) for title, start, _ in chapters_of(whole)]
    assert told == [("—", 0), ("Суу", 2), ("Чечим: көпүрө", 3), ("Жол", 6), ("Чечим: жол", 6.0)]


def test_a_part_that_cannot_be_read_is_left_out(parts):
    record(parts, 0, 1).end()
    record(parts, 10, 1).end()
    (parts / f"{5_000:012}.mp4").write_bytes(b"no film")
    (parts / f"{6_000:012}.mp4").write_bytes(b"")
    with (parts / CHAPTERS).open("a", encoding="ascii") as file:
        file.write('{"at_ms": 3000, "item": 1}\n{"at_ms": "x"}\n[]\n{"at_ms": 90')
    whole = parts.with_suffix(".mp4")
    assert put_together(parts, ("Суу",), whole)
    assert len(opened(whole).frames) == 20


def test_parts_of_nothing_leave_no_record(parts):
    parts.mkdir(parents=True)
    (parts / f"{0:012}.mp4").write_bytes(b"no film")
    assert not put_together(parts, (), parts.with_suffix(".mp4"))
    assert not list(parts.parent.iterdir())


def test_a_part_of_before_the_last_one_adds_nothing_twice(parts):
    record(parts, 0, 3).end()
    record(parts, 4, 2).end()
    whole = parts.with_suffix(".mp4")
    put_together(parts, (), whole)
    assert len(opened(whole).frames) == 40


@pytest.mark.parametrize("gigabytes", [1, 5, 100, 4_000])
def test_films_stop_before_what_offices_bring_is_refused(parts, monkeypatch, gigabytes):
    total = gigabytes * 1024**3
    left = max(recording.FREE_LEAST_BYTES, total * recording.FREE_LEAST_PERCENT // 100) - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=left, total=total))
    assert has_room_for_offices()
    with pytest.raises(OSError, match="too little room"):
        record(parts, 0, 1)


def test_parts_wait_for_room_before_they_are_put_together(parts, monkeypatch):
    record(parts, 0, 2).end()
    size = sum(one.stat().st_size for one in parts.glob("*.mp4"))
    left = recording.FREE_LEAST_BYTES + size - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=left, total=0))
    whole = parts.with_suffix(".mp4")
    with pytest.raises(OSError, match="No space left"):
        put_together(parts, (), whole)
    assert [path.name for path in parts.parent.iterdir()] == [parts.name]
    monkeypatch.undo()
    assert put_together(parts, (), whole)


def test_chapters_are_noted_once_for_each_item(parts):
    one = record(parts, 0, 3, {0: 1, 1: 1, 2: 2})
    one.end()
    told = [json.loads(line) for line in (parts / CHAPTERS).read_text(encoding="ascii").splitlines()]
    assert told == [{"at_ms": 0, "item": 1}, {"at_ms": 4000, "item": 2}]
