"""The demonstration speaks of a media server only when one really runs beside its centre."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from proving import world
from proving.demo.meeting import _known_tones
from proving.demo.summing import _of_meeting
from proving.demo.telling import _media
from proving.world import Centre, ProgramFailed
from server_sync.meetings.media_server.configuration import media_folder
from server_sync.meetings.media_server.standing import Standing, State, write_standing


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


MET = {
    "frames_seen": [{"a": 20, "b": 21}, {"a": 20, "c": 22}, {"b": 20, "c": 20}],
    "tone_heard": [[660], [440], [440, 660]],
    "seats": 20,
    "refused_seats": ["stage_full"],
    "votes_cast": 3,
    "votes_counted": 3,
    "votes": [2, 1, 0],
}


@pytest.mark.parametrize(
    "other",
    [
        {"frames_seen": [{"a": 20}, {"a": 20, "c": 22}, {"b": 20, "c": 20}]},
        {"tone_heard": [[660], [], [440]]},
        {"seats": 19},
        {"refused_seats": []},
        {"votes_counted": 2},
        {"votes": [3, 0, 0]},
    ],
)
def test_a_meeting_in_which_somebody_is_not_seen_heard_or_refused_ends_the_demonstration_as_failed(other):
    assert [words for words, holds in _of_meeting(MET) if not holds] == []
    assert len([words for words, holds in _of_meeting({**MET, **other}) if not holds]) == 1


def test_pitches_are_told_as_those_of_the_windows_that_were_heard():
    assert _known_tones([50, 424, 439, 661]) == [440, 660]
    assert _known_tones([]) == []
