"""The demonstration tells of its meeting, and of the media server beside its centre, what really happened."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from proving import world
from proving.demo import doors, pages
from proving.demo.doors import why_nobody_comes
from proving.demo.meeting import GUEST, HALL, PAPER, Meeting, _known_tones
from proving.demo.story import surroundings_of
from proving.demo.summing import _of_meeting
from proving.demo.telling import _browsers, _media, _meeting, _parts
from proving.officers import Browser
from proving.planners import CLOSED, Captioner, invite_guest
from proving.world import Centre, Office, ProgramFailed, free_port
from server_sync.meetings.media_server.configuration import media_folder
from server_sync.meetings.media_server.standing import Standing, State, write_standing

OFFICE = "KG-C-ALA"


def seen(home: Path, state: State) -> None:
    now = datetime.now(UTC)
    write_standing(media_folder(home), Standing(state, "http://127.0.0.1:1", "ws://127.0.0.1:1", now, now))


def test_a_centre_that_wants_none_has_none_to_tell_of(tmp_path):
    assert Centre(tmp_path, environment={"LIAISON_MEDIA_SERVER": "off"}).media_server() is None
    assert not _media({})


def test_one_that_should_run_and_does_not_ends_the_demonstration(tmp_path, monkeypatch):
    monkeypatch.setattr(world, "START_S", 0.1)
    centre = Centre(tmp_path, environment={"LIAISON_MEDIA_SERVER": "built"})
    with pytest.raises(ProgramFailed, match="the media server of meetings"):
        centre.media_server()
    seen(tmp_path, State.STARTING)
    with pytest.raises(ProgramFailed, match="the media server of meetings"):
        centre.media_server()


def test_one_that_is_well_is_told_of_with_its_address(tmp_path):
    seen(tmp_path, State.WELL)
    media = Centre(tmp_path, environment={"LIAISON_MEDIA_SERVER": "built"}).media_server()
    assert media is not None
    assert "ws://127.0.0.1:1" in _media({"media_server": {"joined_at": media.client_url}})


PAPERS: dict[str, Any] = {
    "added": 1,
    "read_offline": [800, 1131],
    "shown": [[400, 565], [400, 565]],
    "guest": [1131, 1600],
    "viewer": [1131, 1600],
}
SPOKEN: dict[str, Any] = {
    "number": "KG-C-ALA-26-000012-34",
    "frames": 20,
    "size": [960, 540],
    "sees": 1,
    "state": "held",
    "outcome_read": True,
}
MET = {
    "frames_seen": [{"a": 20, "b": 21}, {"a": 20, "c": 22}, {"b": 20, "c": 20}],
    "tone_heard": [[660], [440], [440, 660]],
    "seats": 20,
    "refused_seats": ["stage_full"],
    "votes_cast": 3,
    "votes_counted": 3,
    "votes": [2, 1, 0],
    "captions": 6,
    "decisions_taken": 1,
    "decisions_arrived": 1,
    "hls_segments": 30,
    "hls_seconds": 60.0,
    "record_bytes": 1_000_000,
    "guest": {"frames": 20, "size": [960, 540], "sees": 3},
    "viewer": {"played_s": 31.5, "size": [640, 360], "captions": 3},
    "papers": PAPERS,
    "interpreting": {"into": "ru", "tone": 880, "heard_s": 0.8},
    "closed": {"frames": 20, "size": [960, 540], "refused": "keys_missing"},
    "conversation": SPOKEN,
}


def missing(met: dict[str, Any]) -> list[str]:
    """What was promised of a meeting and is not so."""
    return [words for words, holds in _of_meeting(met) if not holds]


@pytest.mark.parametrize(
    "other",
    [
        {"frames_seen": [{"a": 20}, {"a": 20, "c": 22}, {"b": 20, "c": 20}]},
        {"tone_heard": [[660], [], [440]]},
        {"seats": 19},
        {"refused_seats": []},
        {"votes_counted": 2},
        {"votes": [3, 0, 0]},
        {"captions": 5},
        {"decisions_arrived": 0},
        {"hls_segments": 0, "hls_seconds": 0},
        {"record_bytes": 0},
        {"guest": {"frames": 0, "size": [960, 540], "sees": 3}},
        {"guest": {"frames": 20, "size": [960, 540], "sees": 2}},
        {"viewer": {"played_s": 0, "size": [640, 360], "captions": 3}},
        {"viewer": {"played_s": 31.5, "size": [0, 0], "captions": 3}},
        {"viewer": {"played_s": 31.5, "size": [640, 360], "captions": 0}},
        {"papers": {**PAPERS, "added": 0}},
        {"papers": {**PAPERS, "read_offline": [0, 0]}},
        {"papers": {**PAPERS, "shown": [[400, 565]]}},
        {"papers": {**PAPERS, "shown": [[400, 565], [0, 0]]}},
        {"papers": {**PAPERS, "guest": [0, 0]}},
        {"papers": {**PAPERS, "viewer": [0, 0]}},
        {"interpreting": {"into": "ru", "tone": 0, "heard_s": 0.8}},
        {"closed": {"frames": 0, "size": [960, 540], "refused": "keys_missing"}},
        {"closed": {"frames": 20, "size": [960, 540], "refused": ""}},
        {"conversation": {**SPOKEN, "state": "set"}},
        {"conversation": {**SPOKEN, "outcome_read": False}},
        {"conversation": {**SPOKEN, "frames": 0}},
    ],
)
def test_a_meeting_in_which_anything_promised_did_not_happen_ends_the_demonstration_as_failed(other):
    assert missing(MET) == []
    assert len(missing({**MET, **other})) == 1


def test_where_there_is_no_browser_nobody_is_missed_who_comes_by_one_and_the_story_says_why():
    met = {name: value for name, value in MET.items() if name not in ("guest", "viewer")}
    met["without_browser"] = "Chromium is not installed here"
    assert missing(met) == []
    assert _browsers(met) == "Chromium is not installed here, so no guest came and nobody watched."


def test_what_browsers_showed_is_told_as_it_was_measured():
    words = _browsers(MET)
    assert "960×540" in words
    assert "3 others" in words
    assert "32 seconds" in words


def test_of_papers_interpreters_closed_meetings_and_conversations_is_told_what_happened():
    words = _parts(MET)
    for told in ("all 2 of them", "0.8 seconds", "keys_missing", "KG-C-ALA-26-000012-34"):
        assert told in words
    assert missing({**MET, "conversation": None}) == []
    assert "citizen" not in _parts({**MET, "conversation": None})


def test_without_chromium_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(pages, "CHROMIUM", ("no-such-browser",))
    assert why_nobody_comes() == "Chromium is not installed here"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    port = free_port()
    made = Centre(tmp_path / "home", port, environment={**surroundings_of(port), "LIAISON_MEDIA_SERVER": "off"})
    made.prepare([OFFICE])
    threads = set(threading.enumerate())
    try:
        made.start()
        yield made
    finally:
        made.stop()
        for thread in set(threading.enumerate()) - threads:
            thread.join(5)


def test_the_meeting_is_planned_for_everybody_to_watch_guests_are_invited_and_captions_wait_for_its_beginning(centre):
    hall, office = (Office(site, site, centre.home / site, centre.address) for site in (HALL, OFFICE))
    meeting = Meeting(centre, hall, [office])
    meeting.plan()
    assistant = centre.person("chair_assistant")
    link = invite_guest(centre.address, assistant, meeting.name, GUEST)
    assert "/meetings/guest#" in link
    with Browser(centre.address) as browser:
        assert GUEST not in browser.open(f"/live/{meeting.name.hex()}")
        browser.sign_in(assistant)
        assert GUEST in browser.open(f"/meetings/{meeting.name.hex()}/guests")
        assert not browser.size(f"/meetings/{meeting.name.hex()}/record")
        assert PAPER["ru"] in browser.open(f"/meetings/{meeting.name.hex()}/papers")
        assert CLOSED["title_ru"] in browser.open(f"/meetings/{meeting.closed.hex()}")
    with Browser(centre.address) as browser:
        captioner = Captioner(browser, centre.person("captioner"), meeting.name)
        with pytest.raises(ProgramFailed, match="409"):
            captioner.type_line("ky", "Суу бир айда келет.")


LIST = """#EXTM3U
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-PROGRAM-DATE-TIME:2026-12-01T10:00:00.000Z
#EXTINF:2.000,
picture-000007.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-12-01T10:00:02.000Z
#EXTINF:1.520,
picture-000008.ts
#EXT-X-PROGRAM-DATE-TIME:2026-12-01T10:00:04.000Z
#EXTINF:2.000,
picture-000009.ts
"""


def test_pieces_of_a_broadcast_are_counted_when_they_were_fetched_and_are_not_empty(monkeypatch):
    served = {
        doors.LIST: LIST.encode(),
        "picture-000007.ts": b"G",
        "picture-000008.ts": b"G",
        "picture-000009.ts": b"",
    }
    begins = f"http://centre/live/{bytes(16).hex()}/hls/"
    monkeypatch.setattr(doors, "_fetched", lambda address: served[address.removeprefix(begins)])
    assert doors.fetch_broadcast("http://centre", bytes(16)) == {"hls_segments": 2, "hls_seconds": 3.52}


def test_pictures_of_browsers_are_shown_in_the_story_of_the_meeting():
    met = {**MET, "join_s": 1.0, "picture_s": 1.0}
    (section,) = _meeting({"meeting": met}, {"pages/guest.png", "pages/viewer.png"})
    assert 'src="pages/guest.png"' in section
    assert 'src="pages/viewer.png"' in section


def test_pitches_are_told_as_those_of_the_windows_that_were_heard():
    assert _known_tones([50, 424, 439, 661]) == [440, 660]
    assert _known_tones([]) == []
