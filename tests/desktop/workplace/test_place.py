"""The folder, its lock, its description and its mark survive what happens to computers."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import AlreadyRunning, DiskFull, WorkplaceDamaged
from liaison_desktop.workplace import files
from liaison_desktop.workplace.clock import ClerksWord, ServerTime, SystemClock, hold_time, local_year
from liaison_desktop.workplace.description import DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.lock import FolderLock
from liaison_desktop.workplace.machine import ThisMachine
from liaison_desktop.workplace.mark import HighWaterMark, Mark
from liaison_desktop.workplace.resources import reference_texts
from liaison_desktop.workplace.second_medium import SecondMedium
from liaison_desktop.workplace.words import current, ntr, set_language, tr
from server_sync.contract.events import Event
from tests.desktop.office import StandInClock

EPOCH = bytes(range(16))


def test_one_program_at_a_time_works_in_a_folder(tmp_path: Path):
    with FolderLock(tmp_path / "lock"):
        with pytest.raises(AlreadyRunning):
            FolderLock(tmp_path / "lock").acquire()
        code = (
            "import sys; from pathlib import Path; from liaison_desktop.workplace.lock import FolderLock\n"
            "from liaison_desktop.domain.errors import AlreadyRunning\n"
            "try: FolderLock(Path(sys.argv[1])).acquire()\n"
            "except AlreadyRunning: sys.exit(7)"
        )
        ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "lock")], check=False)
        assert ended.returncode == 7
    with FolderLock(tmp_path / "lock") as lock:
        assert lock.is_held


def test_a_description_is_the_same_after_a_restart(tmp_path: Path):
    file = DescriptionFile(tmp_path / "workplace.json")
    file.change(lambda before: replace(before, language="ru", settings={"printer": "HP"}))
    assert DescriptionFile(tmp_path / "workplace.json").read() == file.read()
    if os.name == "posix":
        assert (tmp_path / "workplace.json").stat().st_mode & 0o077 == 0


DEEP = 100_000
COST_OF_NOTHING = {"time": 1, "memory_kib": 8, "lanes": 1}


@pytest.mark.parametrize(
    "text",
    [
        *["", "{", "[]", '{"version": 1}', "\x00\x01", '{"version": "x"}', "[" * DEEP, '{"version":' * DEEP],
        "[" * DEEP + "]" * DEEP,
        '{"version": 1, "enrolment": ' + '{"a":' * DEEP + "1" + "}" * DEEP + "}",
        '{"version": ' + "9" * 100_000 + "}",
        "1",
        "null",
    ],
    ids=lambda text: text[:24],
)
def test_a_damaged_description_is_named_and_left_as_it_is(tmp_path: Path, text: str):
    path = tmp_path / "workplace.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorkplaceDamaged):
        DescriptionFile(path).read()
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("waiting", {"events": 1e999, "oldest_ms": 0, "last_number": ""}),
        ("waiting", {"events": 1, "oldest_ms": [], "last_number": ""}),
        ("language", "xx"),
        ("language", 5),
        ("theme", "\ud800"),
        ("settings", {"a": "\udfff"}),
        ("settings", []),
        ("people", [[]]),
        (
            "recovery",
            {"kdf": "argon2id", "salt": "", "nonce": "", "sealed": "", "time": 1, "memory_kib": 8, "lanes": 1},
        ),
        ("first_key", "á"),
        ("first_key", 1),
    ],
)
def test_a_description_that_says_the_impossible_is_damaged(tmp_path: Path, part: str, value: object):
    path = tmp_path / "workplace.json"
    DescriptionFile(path).change(lambda before: replace(before, language="ru"))
    plain = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(plain | {part: value}), encoding="utf-8")
    with pytest.raises(WorkplaceDamaged):
        DescriptionFile(path).read()


def test_a_description_that_cannot_be_opened_is_damaged(tmp_path: Path):
    (tmp_path / "workplace.json").mkdir()
    with pytest.raises(WorkplaceDamaged):
        DescriptionFile(tmp_path / "workplace.json").read()


def test_a_description_of_a_newer_program_is_left_to_it(tmp_path: Path):
    path = tmp_path / "workplace.json"
    path.write_text(json.dumps({"version": 2}), encoding="utf-8")
    with pytest.raises(WorkplaceDamaged) as newer:
        DescriptionFile(path).read()
    assert newer.value.code == "workplace_newer"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "workplace.json"
    files.write_atomically(path, b"old")

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(DiskFull):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unclean_end_is_known_at_the_next_start(tmp_path: Path):
    home = Home.at(tmp_path)
    assert not home.begin_run()
    assert home.begin_run()
    home.end_run()
    assert not home.begin_run()


def test_a_mark_half_written_leaves_the_one_before(tmp_path: Path):
    mirror = HighWaterMark(tmp_path)
    assert mirror.read() is None
    first = Mark(EPOCH, 4, bytes(32), "ALA-26-A-00002-1234", 1)
    second = Mark(EPOCH, 5, bytes(31) + b"\x01", "ALA-26-A-00003-1234", 2)
    mirror.write(first)
    mirror.write(second)
    assert mirror.read(EPOCH) == second
    raw = bytearray(mirror.path.read_bytes())
    raw[256 + 10] ^= 0xFF
    mirror.path.write_bytes(bytes(raw))
    assert mirror.read(EPOCH) == first
    mirror.path.write_bytes(b"garbage")
    assert mirror.read(EPOCH) is None


def test_a_mark_of_another_epoch_says_nothing_of_this_one(tmp_path: Path):
    mirror = HighWaterMark(tmp_path)
    mirror.write(Mark(EPOCH, 4, bytes(32)))
    assert mirror.read(bytes(16)) is None


def test_the_second_medium_gives_back_what_was_written_and_passes_half_a_frame_over(tmp_path: Path):
    medium = SecondMedium(tmp_path, bytes(32))
    events = [Event(b"h%d" % at, bytes(16), "сөз".encode() * at) for at in range(1, 4)]
    assert all(medium.append(EPOCH, [event], seq) for seq, event in enumerate(events, start=1))
    assert medium.written_to(EPOCH) == 3
    path = next(tmp_path.glob("*.events"))
    assert "сөз".encode() not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-5])
    assert list(SecondMedium(tmp_path, bytes(32)).read(EPOCH)) == events[:2]
    again = SecondMedium(tmp_path, bytes(32))
    assert again.append(EPOCH, events[2:], 3)
    assert list(again.read(EPOCH)) == events
    assert list(SecondMedium(tmp_path, b"x" * 32).read(EPOCH)) == []


def test_a_second_medium_that_is_away_stops_nobody(tmp_path: Path):
    medium = SecondMedium(tmp_path / "stick", bytes(32))
    assert not medium.is_here
    assert not medium.append(EPOCH, [Event(b"h", bytes(16), b"b")], 1)


def test_the_clock_of_this_computer_runs_and_knows_its_run():
    clock = SystemClock()
    assert clock.monotonic_ms() <= clock.monotonic_ms()
    assert len(clock.boot) == 8
    assert clock.boot == SystemClock().boot
    assert clock.wall_ms() > 1_700_000_000_000


@pytest.mark.parametrize(
    ("wall_ms", "same_boot", "held_ms"),
    [
        (1_000_000_005_000, True, 1_000_000_010_000),
        (5, True, 1_000_000_010_000),
        (9_000_000_000_000, True, 1_000_000_010_000),
        (1_000_000_500_000, False, 1_000_000_500_000),
        (5, False, 1_000_000_000_000 + 20_000),
        (9_000_000_000_000, False, 1_000_000_000_000 + 20_000),
    ],
)
def test_time_is_held_against_the_last_word_of_the_centre(wall_ms: int, same_boot: bool, held_ms: int):
    server = ServerTime(1_000_000_000_000, 1_000_000_000_000, 10_000, b"boot-001")
    clock = StandInClock(wall_ms, 20_000, b"boot-001" if same_boot else b"boot-002")
    assert hold_time(clock, server).time_ms == held_ms


def test_a_clock_that_was_wrong_by_a_steady_offset_still_counts_days_across_a_restart():
    year_ms = 365 * 86_400_000
    server = ServerTime(1_000_000_000_000, 1_000_000_000_000 - 20 * year_ms, 10_000, b"boot-001")
    clock = StandInClock(1_000_000_000_000 - 20 * year_ms + 86_400_000, 5_000, b"boot-002")
    held = hold_time(clock, server)
    assert held.is_doubtful
    assert held.time_ms == 1_000_000_000_000 + 86_400_000


def test_a_year_never_goes_back():
    assert local_year(1_795_420_800_000, 2027) == 2027


def test_a_fingerprint_tells_nothing_of_the_machine_and_differs_by_workplace():
    here = ThisMachine()
    one, other = here.fingerprint(bytes(16)), here.fingerprint(b"x" * 16)
    assert one == here.fingerprint(bytes(16))
    assert one == other == "" or (one != other and len(one) == 32)


def test_reference_data_is_found():
    assert "sites.csv" in reference_texts()


def test_words_are_english_where_no_translation_is():
    before = current()
    try:
        set_language("en")
        assert tr("Nobody translated {what}", what="this") == "Nobody translated this"
        assert ntr("{n} thing", "{n} things", 2) == "2 things"
        set_language("ky")
        assert tr("Nobody translated {what}", what="this") == "Nobody translated this"
        with pytest.raises(ValueError):
            set_language("de")
    finally:
        set_language(before)


HOUR_MS = 3_600_000
MIDNIGHT_MS = 1_798_740_000_000
"""The beginning of 1 January 2027 in Bishkek."""


@pytest.mark.parametrize("away_ms", [0, 90_000, -90_000, 5 * HOUR_MS, -5 * HOUR_MS, 11 * HOUR_MS, -11 * HOUR_MS])
def test_within_one_start_the_centre_and_what_passed_decide_whatever_the_clock_shows(away_ms: int):
    heard = ServerTime(MIDNIGHT_MS - HOUR_MS, MIDNIGHT_MS - HOUR_MS, 10_000, b"boot-001")
    for passed_ms, year in ((HOUR_MS - 1_000, 2026), (HOUR_MS + 1_000, 2027)):
        clock = StandInClock(MIDNIGHT_MS - HOUR_MS + passed_ms + away_ms, 10_000 + passed_ms, b"boot-001")
        held = hold_time(clock, heard)
        assert held.time_ms == MIDNIGHT_MS - HOUR_MS + passed_ms
        assert local_year(held.time_ms, 2026) == year
        assert held.is_doubtful == (abs(away_ms) > 120_000)
        assert held.away_ms == away_ms
        assert not held.is_to_ask


@pytest.mark.parametrize("offset_ms", [3 * HOUR_MS, -3 * HOUR_MS, 180_000])
def test_across_a_restart_the_clerk_is_asked_once_and_the_word_decides(offset_ms: int):
    heard = ServerTime(MIDNIGHT_MS, MIDNIGHT_MS + offset_ms, 10_000, b"boot-001")
    clock = StandInClock(MIDNIGHT_MS + 24 * HOUR_MS + offset_ms, 5_000, b"boot-002")
    asked = hold_time(clock, heard)
    assert (asked.is_to_ask, asked.is_doubtful, asked.away_ms) == (True, True, offset_ms)
    right = hold_time(clock, heard, ClerksWord.RIGHT)
    assert (right.time_ms, right.is_to_ask, right.is_doubtful) == (clock.wall_ms(), False, True)
    wrong = hold_time(clock, heard, ClerksWord.WRONG)
    assert (wrong.time_ms, wrong.is_to_ask, wrong.is_doubtful) == (MIDNIGHT_MS + 24 * HOUR_MS, False, True)


def test_a_clock_behind_the_last_word_of_the_centre_is_asked_about_and_never_goes_behind_it():
    heard = ServerTime(MIDNIGHT_MS, MIDNIGHT_MS, 10_000, b"boot-001")
    clock = StandInClock(MIDNIGHT_MS - 4 * HOUR_MS, 5_000, b"boot-002")
    for word in ClerksWord:
        held = hold_time(clock, heard, word)
        assert held.time_ms >= MIDNIGHT_MS
        assert held.is_doubtful
        assert held.is_to_ask == (word is ClerksWord.NOT_ASKED)


def test_a_clock_that_agrees_is_asked_about_never():
    heard = ServerTime(MIDNIGHT_MS, MIDNIGHT_MS + 60_000, 10_000, b"boot-001")
    held = hold_time(StandInClock(MIDNIGHT_MS + HOUR_MS, 5_000, b"boot-002"), heard)
    assert (held.is_doubtful, held.is_to_ask, held.time_ms) == (False, False, MIDNIGHT_MS + HOUR_MS)
