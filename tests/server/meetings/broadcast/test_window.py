"""The lists of the last minute: whole at any moment, of pieces that lie there, going on behind a break."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server_sync.meetings.broadcast.captions import Captions
from server_sync.meetings.broadcast.encoding import TICKS, Studio
from server_sync.meetings.broadcast.window import FIRST, KEPT, LISTED, STATE, Window
from tests.server.meetings.broadcast.coloured import listed, opened, pieces_in
from tests.server.meetings.broadcast.pieces import pieces

NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
LASTS = 2 * TICKS
NAMES = ("picture", "sound", "captions-ky", "captions-ru")


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "live"


def fill(folder: Path, studio: Studio, count: int) -> Window:
    window = Window(folder, studio)
    begin_s = max(2, window.ends_at // TICKS)
    for at, encoded in pieces(studio, count, begin_s=begin_s):
        window.add(encoded, at, LASTS, NOW)
    return window


def first_of(folder: Path, what: str) -> int:
    return next(int(line.partition(":")[2]) for line in listed(folder) if line.startswith(f"#EXT-X-{what}:"))


def test_all_lists_name_the_last_minute_and_what_they_name_lies_there(folder, studio):
    fill(folder, studio, LISTED + KEPT + 5)
    for name in NAMES:
        assert len(pieces_in(folder, name)) == LISTED
        assert all((folder / one).is_file() for one in pieces_in(folder, name))
    assert first_of(folder, "MEDIA-SEQUENCE") == KEPT + 5
    assert len(list(folder.glob("picture-*.ts"))) == LISTED + KEPT
    assert not list(folder.glob(".*"))


def test_the_first_list_leads_to_picture_sound_and_captions(folder, studio):
    fill(folder, studio, 1)
    lines = (folder / FIRST).read_text(encoding="utf-8").splitlines()
    led = [line for line in lines if line.endswith(".m3u8")]
    led += [line.partition('URI="')[2].rstrip('"') for line in lines if 'URI="' in line]
    assert sorted(led) == sorted(f"{name}.m3u8" for name in NAMES)
    assert all((folder / one).is_file() for one in led)
    assert int(next(line for line in lines if "RESOLUTION" in line).split("BANDWIDTH=")[1].split(",")[0]) <= 560_000


def test_each_piece_plays_by_itself_at_its_own_time(folder, studio):
    fill(folder, studio, 3)
    for n, name in enumerate(pieces_in(folder)):
        seen = opened(folder / name)
        assert len(seen.frames) == 10
        assert seen.frames[0].key_frame
        assert float(seen.frames[0].pts * seen.frames[0].time_base) == pytest.approx(2 * n + 2)
        assert seen.loudness(440) > 0.2


def test_sound_alone_goes_over_the_thinnest_line(folder, studio):
    fill(folder, studio, 5)
    for name in pieces_in(folder, "sound")[1:]:
        assert (folder / name).stat().st_size * 8 / 2 <= 68_000


def test_the_next_broadcast_goes_on_behind_a_break_and_counts_those_that_are_gone(folder, studio):
    fill(folder, studio, 2)
    fill(folder, studio, 2)
    assert pieces_in(folder) == [f"picture-{n:06}.ts" for n in range(4)]
    lines = listed(folder)
    assert lines.index("#EXT-X-DISCONTINUITY") > lines.index("picture-000001.ts")
    assert first_of(folder, "DISCONTINUITY-SEQUENCE") == 0
    fill(folder, studio, LISTED)
    assert first_of(folder, "DISCONTINUITY-SEQUENCE") == 1
    assert listed(folder).count("#EXT-X-DISCONTINUITY") == 1
    fill(folder, studio, 1)
    assert first_of(folder, "DISCONTINUITY-SEQUENCE") == 2


def test_its_time_goes_on_and_never_back(folder, studio):
    assert fill(folder, studio, 2).ends_at == 6 * TICKS
    assert Window(folder, studio).ends_at == 6 * TICKS


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pieces": [{}]}', b'{"pieces": 1, "next": 2, "breaks": 3}'])
def test_what_was_kept_and_cannot_be_read_begins_the_lists_anew(folder, studio, content):
    fill(folder, studio, 2)
    (folder / STATE).write_bytes(content)
    fill(folder, Studio(), 1)
    assert pieces_in(folder) == ["picture-000000.ts"]


def test_at_the_end_the_lists_say_so(folder, studio):
    window = fill(folder, studio, 1)
    assert "#EXT-X-ENDLIST" not in listed(folder)
    window.end()
    assert all(listed(folder, name)[-1] == "#EXT-X-ENDLIST" for name in NAMES)


def test_a_line_is_read_for_six_seconds_in_all_pieces_of_its_time_and_language():
    captions = Captions()
    captions.add("ky", TICKS, "Салам")
    told = [captions.between("ky", n * LASTS, (n + 1) * LASTS) for n in range(5)]
    assert ["00:00:01.000 --> 00:00:07.000\nСалам" in one for one in told] == [True, True, True, True, False]
    assert "Салам" not in captions.between("ru", 0, LASTS)
    assert told[0].startswith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n")


def test_a_line_ends_where_the_next_one_begins():
    captions = Captions()
    captions.add("ky", TICKS, "Биринчи")
    captions.add("ky", 3 * TICKS, "Экинчи")
    assert "00:00:01.000 --> 00:00:03.000\nБиринчи" in captions.between("ky", 0, 3 * LASTS)


def test_a_line_that_comes_late_is_read_from_the_next_piece_on():
    captions = Captions()
    captions.between("ky", 0, LASTS)
    captions.add("ky", 0, "Кеч")
    assert "00:00:02.000 --> " in captions.between("ky", LASTS, 2 * LASTS)


def test_no_line_breaks_out_of_its_place():
    captions = Captions()
    captions.add("ky", 0, "a\n\n00:00 --> 00:09\n<b>&\x85b</b>\u2028c")
    told = captions.between("ky", 0, LASTS)
    assert told.count("-->") == 1
    assert told.splitlines()[-1] == "a 00:00 --&gt; 00:09 &lt;b&gt;&amp; b&lt;/b&gt; c"
