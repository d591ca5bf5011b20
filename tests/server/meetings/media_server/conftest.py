"""Real media servers on this computer alone: built once, as little waiting between looks as there can be."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server_sync.common.home import private_folder
from server_sync.meetings.media_server import build
from server_sync.meetings.media_server.standing import State
from server_sync.meetings.media_server.wanted import Kind, Wanted
from tests.server.meetings.media_server.kept import Kept, Start, keeping


@pytest.fixture(scope="session")
def program() -> Path:
    """The media server; on a fresh computer this takes minutes."""
    return build.build(lambda _line: None)


@pytest.fixture
def start(tmp_path: Path, program: Path) -> Iterator[Start]:
    """Starts media servers, each in a folder of its own, and waits until they are well unless told otherwise."""
    with ExitStack() as until_the_end:

        def one(name: str = "centre", *, state: State = State.WELL, **differing: object) -> Kept:
            described: dict[str, object] = {"kind": Kind.NAMED, "program": program}
            wanted = Wanted(**(described | differing))  # type: ignore[arg-type]
            kept = until_the_end.enter_context(keeping(private_folder(tmp_path / name), wanted))
            kept.wait_until(state)
            return kept

        yield one


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory, program: Path) -> Iterator[Kept]:
    """One that several tests ask and none of them harms."""
    home = private_folder(tmp_path_factory.mktemp("media") / "centre")
    with keeping(home, Wanted(kind=Kind.NAMED, program=program)) as kept:
        kept.wait_until(State.WELL)
        yield kept
