"""Centres of their own for tests of the commands: one that is nothing yet, and one that has been served before."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.config.programs import Manage, address_of, commands_of, finished


@pytest.fixture
def manage(tmp_path: Path) -> Iterator[Manage]:
    """Starts commands of a centre of its own, in a folder of its own that is not there yet."""
    with commands_of(tmp_path / "centre") as start:
        yield start


@pytest.fixture(scope="session")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a centre as its own commands have made it, from nothing; it is copied and never begun again."""
    home = tmp_path_factory.mktemp("begun") / "centre"
    with commands_of(home) as start:
        assert finished(start("make_keys"))[0] == 0
        server = start("run", "--bind", "127.0.0.1:0", "--without-worker")
        address_of(server)
        server.terminate()
        assert finished(server)[0] == 0
    return home


@pytest.fixture
def begun(served_once: Path, tmp_path: Path, manage: Manage) -> Manage:
    """Starts commands of a centre of its own that has its keys and its tables."""
    shutil.copytree(served_once, tmp_path / "centre")
    return manage
