"""A file that another program holds for a moment is tried again; one that stays held is named."""

import errno
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.workplace import files
from liaison_desktop.workplace.files import patiently, write_atomically


class Held:
    """Refuses so many times, as a virus scanner does."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise PermissionError(errno.EACCES, "held")
        return "read"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HELD_PAUSE_S", 0.001)


def test_a_file_held_for_a_moment_is_tried_again() -> None:
    assert patiently(Held(20), "workplace.json") == "read"


def test_a_file_that_stays_held_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HELD_S", 0.05)
    with pytest.raises(WorkplaceError) as refused:
        patiently(Held(10_000_000), "workplace.json")
    assert (refused.value.code, refused.value.params["file"]) == ("file_held", "workplace.json")
    assert not refused.value.permanent


def test_a_description_is_replaced_although_somebody_reads_it_just_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workplace.json"
    path.write_bytes(b"old")
    held, replace = Held(3), Path.replace

    def held_replace(self: Path, target: Path) -> Path:
        held()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held_replace)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
