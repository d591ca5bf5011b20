"""What is kept of the media server's log names nobody and does not grow for ever."""

import json

from server_sync.meetings.media_server import words
from server_sync.meetings.media_server.words import KeptWords, without_people

SAID = {
    "level": "info",
    "ts": 1796001808.8,
    "logger": "livekit",
    "caller": "rtc/participant.go:1",
    "msg": "participant active",
    "participant": "alim@KG-C-ALA",
    "clientIP": "10.9.8.7",
    "error": "read 10.9.8.7:555",
}


def test_who_and_from_where_are_left_out():
    kept = without_people(json.dumps(SAID))
    assert json.loads(kept) == {name: SAID[name] for name in ("level", "ts", "logger", "caller", "msg")}


def test_of_the_library_that_writes_addresses_into_its_sentences_the_place_alone_is_kept():
    kept = without_people(json.dumps(SAID | {"logger": "livekit.transport.pion.ice", "msg": "ping 10.9.8.7"}))
    assert "10.9" not in kept
    assert "rtc/participant.go:1" in kept


def test_of_a_panic_its_places_are_kept_and_not_its_words():
    lines = [
        "panic: no such participant alim@KG-C-ALA",
        "goroutine 17 [running]:",
        "\tgithub.com/livekit/livekit-server/pkg/rtc/room.go:44 +0x1d",
        "alim@KG-C-ALA was here",
        "[1, 2]",
    ]
    assert [without_people(line) for line in lines] == ["panic", "goroutine 17", "rtc/room.go:44", "", ""]


def test_lines_that_come_in_parts_are_put_together_and_old_files_go(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "LARGEST_BYTES", 2_000)
    kept = KeptWords(tmp_path / "log")
    line = json.dumps(SAID).encode() + b"\n"
    for _ in range(200):
        kept.add(line[:30])
        kept.add(line[30:])
    kept.close()
    files = list(tmp_path.iterdir())
    assert len(files) == words.OLDER_FILES + 1
    assert all(path.stat().st_size <= 2_000 for path in files)
    told = [json.loads(one)["msg"] for path in files for one in path.read_text(encoding="utf-8").splitlines()]
    assert set(told) == {"participant active"}
