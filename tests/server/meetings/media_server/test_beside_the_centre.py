"""The centre starts its media server and takes it with it, however it ends; without one it serves all the same."""

import json
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from server_sync.meetings.media_server.standing import Standing, standing
from tests.server.config.programs import TIMEOUT_S, Manage, address_of, commands_of, finished
from tests.server.meetings.media_server.kept import wait_until
from tests.server.meetings.media_server.test_running import is_running


@pytest.fixture(scope="module")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a centre that has its keys and its tables; it is copied and never begun again."""
    home = tmp_path_factory.mktemp("begun") / "centre"
    with commands_of(home) as start:
        assert finished(start("make_keys"))[0] == 0
        server = start("run", "--bind", "127.0.0.1:0", "--without-worker")
        address_of(server)
        server.terminate()
        assert "Meetings" not in finished(server)[2]
    assert not (home / "media").exists()
    return home


@pytest.fixture
def manage(served_once: Path, tmp_path: Path) -> Iterator[Manage]:
    """Starts commands of a centre of its own."""
    shutil.copytree(served_once, tmp_path / "centre")
    with commands_of(tmp_path / "centre") as start:
        yield start


def seen_when_well(home: Path) -> Standing:
    wait_until(lambda: (told := standing(home)) is not None and told.is_well, "the media server is well")
    told = standing(home)
    assert told is not None
    return told


def test_it_comes_and_goes_with_the_centre(manage, tmp_path, program):
    media = {"LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    server = manage("run", "--bind", "127.0.0.1:0", "--without-worker", **media)
    address_of(server)
    seen = seen_when_well(tmp_path / "centre")
    assert requests.get(seen.address, timeout=TIMEOUT_S).text == "OK"
    server.terminate()
    assert finished(server)[0] == 0
    assert not is_running(seen.pid)
    assert standing(tmp_path / "centre") is None


def test_nothing_is_left_of_it_when_the_centre_is_killed(manage, tmp_path, program):
    media = {"LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    server = manage("run", "--bind", "127.0.0.1:0", "--without-worker", **media)
    address_of(server)
    seen = seen_when_well(tmp_path / "centre")
    server.kill()
    server.wait(TIMEOUT_S)
    wait_until(lambda: not is_running(seen.pid), "the media server is gone")


def test_nothing_is_left_of_it_when_its_keeper_is_killed(manage, tmp_path, program):
    media = {"LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    keeper = manage("media_server", **media)
    seen = seen_when_well(tmp_path / "centre")
    again = manage("media_server", **media)
    code, _out, err = finished(again)
    assert (code != 0, "kept by another process" in err) == (True, True)
    os.kill(keeper.pid, signal.SIGKILL)
    wait_until(lambda: not is_running(seen.pid), "the media server is gone")


def test_it_tells_the_centre_that_keeps_it_who_comes_and_goes(manage, tmp_path, program):
    media = {"LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    server = manage("run", "--bind", "127.0.0.1:0", "--without-worker", **media)
    address = address_of(server)
    seen_when_well(tmp_path / "centre")
    written = json.loads((tmp_path / "centre" / "media" / "livekit.yaml").read_text(encoding="utf-8"))
    (told,) = written["webhook"]["urls"]
    assert told == f"{address}/meetings/heard"
    assert requests.post(told, b"{}", timeout=TIMEOUT_S).status_code == 401
    server.terminate()
    assert finished(server)[0] == 0


@pytest.mark.parametrize("command", ["reconcile_meetings", "broadcast"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_rooms_are_looked_at_and_broadcast_as_long_as_the_centre_serves(manage, program, how, command):
    media = {"LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    server = manage("run", "--bind", "127.0.0.1:0", "--without-worker", **media)
    address_of(server)
    wait_until(lambda: looking_beside(server.pid, command), "somebody looks")
    (looking,) = looking_beside(server.pid, command)
    server.send_signal(how)
    server.wait(TIMEOUT_S)
    wait_until(lambda: not is_running(looking), "nobody looks any more")


def test_rooms_are_looked_at_once_when_that_is_asked_for(manage):
    assert finished(manage("reconcile_meetings", "--once"))[0] == 0


def test_broadcasts_of_a_folder_are_kept_by_one_process(manage, tmp_path):
    first = manage("broadcast")
    wait_until(lambda: (tmp_path / "centre" / "broadcasting").exists(), "one keeps them")
    code, _out, err = finished(manage("broadcast"))
    assert (code != 0, "kept by another process" in err) == (True, True)
    first.terminate()
    assert finished(first)[0] == 0


def looking_beside(parent: int, command: str) -> list[int]:
    """The processes that look at meetings for a server."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    said = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, words in said.items() if command.encode() in words.split(b"\0")]


def test_a_centre_that_wants_none_has_none_to_keep(manage):
    code, _out, err = finished(manage("media_server"))
    assert (code != 0, "LIAISON_MEDIA_SERVER is off" in err) == (True, True)


def test_a_mistyped_setting_is_told_in_a_line(manage):
    code, _out, err = finished(manage("run", "--bind", "127.0.0.1:0", LIAISON_MEDIA_SERVER="livekit"))
    assert (code != 0, "Traceback" in err) == (True, False)
    assert "LIAISON_MEDIA_SERVER" in err


def test_one_whose_media_server_does_not_answer_serves_all_the_same(manage):
    nowhere = {"LIAISON_MEDIA_SERVER": "ws://127.0.0.1:1", "LIAISON_MEDIA_API_KEY": "key"}
    secret = secrets.token_hex(24)
    server = manage("run", "--bind", "127.0.0.1:0", "--without-worker", LIAISON_MEDIA_API_SECRET=secret, **nowhere)
    assert requests.get(f"{address_of(server)}/healthz", timeout=TIMEOUT_S).status_code == 200
    server.terminate()
    assert finished(server)[0] == 0
