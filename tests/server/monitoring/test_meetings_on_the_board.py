"""The operator sees how the media server of meetings is, and only where there is one."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server_sync.meetings.media_server.configuration import media_folder
from server_sync.meetings.media_server.standing import Standing, State, write_standing
from server_sync.meetings.media_server.wanted import Kind, Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(settings, tmp_path: Path, nur, browser_of):
    """Opens the board of a centre whose media server was last seen in a state; None when it never was."""
    settings.LIAISON_HOME, settings.LIAISON_MEDIA = tmp_path, Wanted(kind=Kind.BUILT)
    browser = browser_of(nur)

    def open_board(state: State | None, ago: timedelta = timedelta(0), language: str = "en") -> str:
        now = datetime.now(UTC) - ago
        if state is not None:
            told = Standing(state, "http://127.0.0.1:1", "ws://127.0.0.1:1", since=now, looked_at=now, port=7880)
            write_standing(media_folder(tmp_path), told)
            looked_at = told.looked_at.timestamp()
            os.utime(media_folder(tmp_path) / "standing.json", (looked_at, looked_at))
        answer = browser.get(f"/board?language={language}")
        assert answer.status_code == 200
        return str(answer.content.decode())

    return open_board


def test_one_that_is_well_is_said_to_be_so_quietly(seen):
    text = seen(State.WELL)
    assert '<p class="muted small">The media server of meetings works.' in text


@pytest.mark.parametrize("state", [state for state in State if state not in {State.WELL, State.STARTING}])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_trouble_is_told_in_the_readers_language(seen, state, language):
    text = seen(state, language=language)
    begun = {"ky": "Жыйындардын медиасервери ", "ru": "Медиасервер совещаний ", "en": "The media server of meetings "}
    assert f'<p class="say warn">{begun[language]}' in text
    assert ("7880" in text) is (state is State.PORT_TAKEN)


def test_what_nobody_has_looked_at_is_not_believed(seen):
    assert "The media server of meetings does not run" in seen(None)
    assert "The media server of meetings does not run" in seen(State.WELL, ago=timedelta(minutes=2))


def test_a_centre_without_meetings_says_nothing_of_them(seen, settings):
    settings.LIAISON_MEDIA = Wanted()
    assert "media server" not in seen(State.ENDED)
