"""Several media servers are one for whoever meets: a room that was made at one is found at the other, through Redis."""

import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server_sync.meetings.media_server.standing import State
from server_sync.meetings.media_server.wanted import Redis
from tests.server.meetings.media_server.kept import wait_until
from tests.server.meetings.media_server.rooms import make_room, may_join, rooms


@dataclass
class OwnRedis:
    """A Redis of a test's own on this computer, with a password and without a file."""

    program: str
    settings: Path
    told: Redis
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        self.process = subprocess.Popen([self.program, str(self.settings)], stdout=subprocess.DEVNULL)
        port = int(self.told.address.rpartition(":")[2])
        wait_until(lambda: listens(port), "Redis listens")

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """One that runs; it can be ended and begun again."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian: redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    password = secrets.token_hex(16)
    settings = tmp_path / "redis.conf"
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir {tmp_path}\n'
        "loglevel warning\n"
    )
    own = OwnRedis(program, settings, Redis(address=f"127.0.0.1:{port}", password=password))
    own.begin()
    yield own
    own.end()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_two_share_their_rooms_through_redis(redis, start):
    pair = {"key": "several", "secret": secrets.token_hex(24)}
    one = start("one", redis=redis.told, **pair)
    two = start("two", redis=redis.told, **pair)
    make_room(one.seen.address, one.pair, "of both")
    assert rooms(two.seen.address, two.pair) == {"of both"}
    assert may_join(two.seen.address, two.pair, "of both").status_code == 200
    assert may_join(two.seen.address, two.pair, "of none").status_code == 404


@pytest.mark.expects_log("media_server")
def test_one_whose_redis_is_away_says_so_and_is_not_ended_for_it(redis, start):
    media = start(redis=redis.told)
    before = media.seen
    redis.end()
    media.wait_until(State.NOT_READY)
    assert not media.seen.is_well
    redis.begin()
    media.wait_until(State.WELL)
    assert (media.seen.pid, media.seen.restarts) == (before.pid, 0)


def test_two_without_redis_know_nothing_of_each_other(start):
    pair = {"key": "several", "secret": secrets.token_hex(24)}
    one, two = start("one", **pair), start("two", **pair)
    make_room(one.seen.address, one.pair, "of one")
    assert rooms(two.seen.address, two.pair) == set()
