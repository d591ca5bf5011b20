"""The media server is built once, from what is pinned; who cannot build it is told what to do and goes on."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from server_sync.common.refusals import NotSetUp
from server_sync.meetings.media_server import build

ROOT = Path(__file__).resolve().parents[4]
MODULE = (build.MODULE / "go.mod").read_text(encoding="utf-8")
REMEMBERS = (
    '#!/bin/sh\n[ "$1" = list ] && exit {listing}\nenv | grep -E "^(GO|CGO)" | sort >{notes}\necho "$*" >>{notes}\n'
)
MAKES = 'while [ "$1" != -o ]; do shift; done; echo built >"$2"; chmod +x "$2"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder where nothing is built, on a computer without Go and without a network."""
    for name in ("ROOT", "BUILT", "TOOLCHAIN"):
        monkeypatch.setattr(build, name, tmp_path / {"ROOT": "", "BUILT": ".media", "TOOLCHAIN": ".go"}[name])
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/usr/bin:/bin")
    return tmp_path


def put_go(path: Path, *, listing: int = 0, makes: str = MAKES) -> Path:
    """A stand-in for Go that notes what it was asked under which settings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = path.with_suffix(".notes")
    path.write_text(REMEMBERS.format(listing=listing, notes=notes) + makes)
    path.chmod(0o755)
    return notes


def without_go() -> bool:
    return not any((Path(place) / "go").exists() for place in ("/usr/bin", "/bin"))


def test_the_version_is_pinned_and_nothing_of_it_is_replaced():
    assert re.search(r"^\tgithub\.com/livekit/livekit-server v1\.13\.5( |$)", MODULE, re.MULTILINE)
    assert "tool github.com/livekit/livekit-server/cmd/server" in MODULE
    assert not re.search(r"^\s*replace\b", MODULE, re.MULTILINE)
    assert "github.com/livekit/livekit-server v1.13.5 h1:" in (build.MODULE / "go.sum").read_text(encoding="utf-8")


def test_it_is_built_once_from_what_is_pinned_alone(folder):
    notes = put_go(folder / "programs" / "go")
    (folder / ".media").mkdir()
    older = folder / ".media" / "livekit-server-of-before"
    older.touch()
    program = build.build(lambda _line: None)
    assert program == build.place() == build.built()
    asked = notes.read_text()
    for setting in ("CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOFLAGS=-mod=readonly -trimpath -buildvcs=false"):
        assert setting in asked
    assert not older.exists()
    notes.unlink()
    assert build.build(lambda _line: None) == program
    assert not notes.exists()


def test_a_go_that_is_too_old_is_passed_over_for_one_of_ours(folder):
    put_go(folder / "programs" / "go", listing=1)
    notes = put_go(folder / ".go" / "go" / "bin" / "go")
    (folder / ".go" / ".installed").write_text(hashlib.sha256(build.LOCK.read_bytes()).hexdigest())
    assert build.build(lambda _line: None) == build.built()
    assert f"GOCACHE={folder}/.go/work/cache" in notes.read_text()
    assert not (folder / ".go" / "work").exists()


def test_ours_is_fetched_by_its_hashes_where_there_is_none(folder):
    if not without_go():
        pytest.skip("this system has a Go of its own")
    fetcher = folder / ".tools" / "bin" / "uv"
    fetcher.parent.mkdir(parents=True)
    go = folder / ".go" / "go" / "bin" / "go"
    fetcher.write_text(f'#!/bin/sh\necho "$*" >{folder}/fetched\nmkdir -p {go.parent}\ncp {folder}/go {go}\n')
    fetcher.chmod(0o755)
    put_go(folder / "go")
    assert build.build(lambda _line: None) == build.built()
    fetched = (folder / "fetched").read_text()
    assert "--require-hashes" in fetched
    assert f"-r {build.LOCK}" in fetched


def test_without_go_and_without_a_network_it_is_said_what_to_do(folder, capsys):
    if not without_go():
        pytest.skip("this system has a Go of its own")
    with pytest.raises(NotSetUp) as missing:
        build.build(lambda _line: None)
    for words in ("There is no Go", "Install Go", "LIAISON_MEDIA_SERVER", "everything else works"):
        assert words in missing.value.advice
    assert build.main() == 1
    assert "everything else works" in capsys.readouterr().err


def test_what_go_said_is_told_when_it_cannot_build(folder):
    put_go(folder / "programs" / "go", makes="echo 'dial tcp: no such host'; exit 1\n")
    with pytest.raises(NotSetUp, match="media_server_not_built") as missing:
        build.build(lambda _line: None)
    assert "no such host" in missing.value.advice
    assert "network" in missing.value.advice
    assert build.built() is None


def test_a_folder_that_cannot_be_written_is_named(folder, monkeypatch):
    monkeypatch.setattr(build, "BUILT", folder / "programs" / "no folder" / ".media")
    with pytest.raises(NotSetUp) as missing:
        build.build(lambda _line: None)
    assert "no folder" in missing.value.advice


def test_the_shell_and_python_agree_where_the_built_one_lies():
    script = (ROOT / "liaison").read_text(encoding="utf-8")
    function = re.search(r"^media_server\(\) \{\n.*?^\}", script, re.MULTILINE | re.DOTALL)
    hashed = re.search(r"^hash_of\(\).*$", script, re.MULTILINE)
    assert function is not None
    assert hashed is not None
    asked = f"here={build.ROOT}; media_module={build.MODULE}\n{hashed[0]}\n{function[0]}\nmedia_server"
    told = subprocess.run(["sh", "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(build.place())
