"""./liaison: says what there is, and ends everything it started."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIAISON = ROOT / "liaison"
PROGRAMS = {
    "demo": "proving/demo.py",
    "bench": "proving/bench/__main__.py",
    "torture": "proving/torture/__main__.py",
    "desktop": "liaison_desktop/__main__.py",
    "server": "server_sync/__main__.py",
    "test": "tests/run.py",
}
ENDING_S = 20


def run(*arguments: str, liaison: Path = LIAISON) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(liaison), *arguments], capture_output=True, text=True, check=False, timeout=60)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"


def wait_until(what: str, is_so, limit_s: float = 30) -> None:
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end, f"not within {limit_s} s: {what}"
        time.sleep(0.05)


def test_help_says_what_every_command_is_for() -> None:
    told = run("--help")
    assert told.returncode == 0
    assert "doctor" in told.stdout
    assert run().stdout == told.stdout
    for line in told.stdout.splitlines():
        if line.startswith("  "):
            command = line.split()[0]
            said = run(command, "--help")
            assert said.returncode == 0
            assert said.stdout.startswith(f"./liaison {command}: ")


@pytest.mark.parametrize("command", sorted(PROGRAMS))
def test_a_command_is_offered_once_its_program_exists(command: str, tmp_path: Path) -> None:
    liaison = tmp_path / "liaison"
    shutil.copy(LIAISON, liaison)
    assert f"  {command} " not in run("--help", liaison=liaison).stdout
    refused = run(command, liaison=liaison)
    assert refused.returncode == 2
    assert f"there is no command '{command}'" in refused.stderr

    program = tmp_path / PROGRAMS[command]
    program.parent.mkdir(parents=True)
    program.touch()
    assert f"  {command} " in run("--help", liaison=liaison).stdout


def test_an_unknown_command_is_refused_with_the_list_of_those_there_are() -> None:
    refused = run("dance")
    assert refused.returncode == 2
    assert "there is no command 'dance'" in refused.stderr
    assert "doctor" in refused.stderr


def test_doctor_names_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    liaison = tmp_path / "liaison"
    shutil.copy(LIAISON, liaison)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    said = run("doctor", liaison=liaison)
    assert said.returncode == 1
    assert "missing  the Python packages of the programs" in said.stdout
    assert "./liaison demo installs them" in said.stdout
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM])
def test_ending_liaison_ends_all_it_started(tmp_path: Path, wanted: signal.Signals) -> None:
    """The program starts a child that ignores Ctrl-C; neither may stay."""
    with started(tmp_path, "signal.signal(signal.SIGINT, signal.SIG_IGN)") as (liaison, pids):
        liaison.send_signal(wanted)
        assert liaison.wait(ENDING_S + 30) == 128 + wanted
        for pid in pids:
            wait_until(f"process {pid} ended", lambda pid=pid: not alive(pid))


def test_a_set_up_that_is_stopped_ends_what_it_started_and_says_so(tmp_path: Path) -> None:
    """A Python that never finishes making .tools stands for a slow disk or line."""
    shutil.copy(LIAISON, tmp_path / "liaison")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "run.py").touch()
    pids = tmp_path / "pids"
    programs = tmp_path / "programs"
    programs.mkdir()
    slow = programs / "python3"
    told = f"sleep 300 &\necho $$ $! >{pids}.draft\nmv {pids}.draft {pids}\nwait\n"
    slow.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\n' + told)
    slow.chmod(0o755)
    (programs / "dpkg-query").write_text("#!/bin/sh\nshift 3\nfor name; do printf '%s=installed ' $name; done\n")
    (programs / "dpkg-query").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [str(tmp_path / "liaison"), "test"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as liaison:
        wait_until("the set-up runs", pids.exists)
        liaison.send_signal(signal.SIGINT)
        _out, told = liaison.communicate(timeout=ENDING_S)
    assert liaison.returncode == 128 + signal.SIGINT
    assert "stopped; the next run goes on from here" in told
    for pid in map(int, pids.read_text().split()):
        wait_until(f"process {pid} ended", lambda pid=pid: not alive(pid))


def test_a_killed_liaison_takes_its_program_with_it(tmp_path: Path) -> None:
    with started(tmp_path, "") as (liaison, pids):
        liaison.kill()
        liaison.wait()
        wait_until("the program ended", lambda: not alive(pids[0]))


class started:  # noqa: N801 (reads as the sentence it is)
    """./liaison with a program that writes down its own process and its child's and then waits for ever."""

    def __init__(self, folder: Path, child_begins: str) -> None:
        self._pids = folder / "pids"
        (folder / "tests").mkdir()
        (folder / "tests" / "run.py").write_text(
            textwrap.dedent(f"""
                import os, pathlib, subprocess, sys, time
                child = "import signal, time; {child_begins or "pass"}; print('ready', flush=True); time.sleep(300)"
                running = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
                running.stdout.readline()
                note = pathlib.Path({str(self._pids)!r})
                note.with_suffix(".draft").write_text(f"{{os.getpid()}} {{running.pid}}")
                note.with_suffix(".draft").rename(note)
                time.sleep(300)
            """)
        )
        shutil.copy(LIAISON, folder / "liaison")
        script = (folder / "liaison").read_text()
        quick = script.replace('set_up "$command"\n', f"python={sys.executable}\n")  # nothing to install here
        assert quick != script
        (folder / "liaison").write_text(quick)
        self._folder = folder

    def __enter__(self) -> tuple[subprocess.Popen[bytes], list[int]]:
        environment = {**os.environ, "PYTHONPATH": ""}
        self._liaison = subprocess.Popen([str(self._folder / "liaison"), "test"], env=environment, cwd=self._folder)
        wait_until("the program runs", self._pids.exists)
        self._started = [int(pid) for pid in self._pids.read_text().split()]
        return self._liaison, self._started

    def __exit__(self, *_: object) -> None:
        for pid in (*self._started, self._liaison.pid):
            if self._liaison.poll() is None or alive(pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        self._liaison.wait()


def set_up_by_its_owner(folder: Path) -> Path:
    """A program of nobody's but its owner's: everything is installed, and nothing can be written."""
    liaison = set_up(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    return liaison


def set_up(folder: Path) -> Path:
    """A program with everything installed whose Python says what it is called with."""
    liaison = folder / "liaison"
    parts = {
        "server_sync/__main__.py": "",
        "requirements/runtime.lock": "django==5\n",
        "resources/compile_translations.py": "",
        "resources/translations/part/ky.po": "",
        ".venv/bin/python": '#!/bin/sh\necho "runs: $*"\n',
        ".setup/lock": "",
    }
    for name, said in parts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(said)
    (folder / ".venv/bin/python").chmod(0o755)
    lock = hashlib.sha256((folder / "requirements/runtime.lock").read_bytes()).hexdigest()
    (folder / ".venv/.installed-runtime").write_text(lock)
    (folder / ".venv/.grounded").touch()
    (folder / "resources/translations/compiled").mkdir()
    (folder / "resources/translations/compiled/.made-of").write_text(hashlib.sha256(b"").hexdigest())
    shutil.copy(LIAISON, liaison)
    return liaison


def as_a_service(*command: str) -> subprocess.CompletedProcess[str]:
    """Run with no more rights than the files give; root has more, unless it is taken from it."""
    bounded = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.geteuid() == 0 else []
    return subprocess.run([*bounded, *command], capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def of_its_owner(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "program"
    folder.mkdir()
    yield set_up_by_its_owner(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o700)


def test_a_user_who_may_not_write_beside_the_program_runs_what_its_owner_has_set_up(of_its_owner: Path) -> None:
    told = as_a_service(str(of_its_owner), "server", "make_keys")
    assert told.returncode == 0, told.stderr
    assert told.stdout == "runs: -m server_sync make_keys\n"


def test_a_user_who_may_not_write_beside_the_program_is_told_who_has_to_set_it_up(of_its_owner: Path) -> None:
    stamp = of_its_owner.parent / ".venv/.installed-runtime"
    stamp.chmod(0o600)
    stamp.write_text("of an older version")
    stamp.chmod(0o400)
    told = as_a_service(str(of_its_owner), "server", "make_keys")
    assert told.returncode == 1
    assert "only the owner" in told.stderr
    assert "cannot remove" not in told.stderr


BUILDS = """#!/bin/sh
case "$*" in
    *media_server.build)
        echo "{words}"
        [ {code} = 0 ] && mkdir -p .media && touch {program} && chmod +x {program}
        exit {code} ;;
    *) echo "runs: $* with ${{LIAISON_MEDIA_SERVER:-no media server}}" ;;
esac
"""


@pytest.fixture
def with_meetings(tmp_path: Path):
    """A program that has a media server to build; the builder ends with a code, and says something."""

    def put(code: int, words: str = "compiling") -> Path:
        liaison = set_up(tmp_path)
        module = tmp_path / "server_sync/meetings/media_server"
        module.mkdir(parents=True)
        (module / "go.mod").write_text("module\n")
        (module / "go.sum").write_text("sum\n")
        pinned = hashlib.sha256(b"module\nsum\n").hexdigest()[:16]
        program = tmp_path / ".media" / f"livekit-server-{pinned}"
        (tmp_path / ".tools/bin").mkdir(parents=True)
        (tmp_path / ".tools/bin/uv").touch(mode=0o755)
        (tmp_path / "requirements/uv.lock").write_text("uv==1\n")
        (tmp_path / ".tools/.installed-uv").write_text(hashlib.sha256(b"uv==1\n").hexdigest())
        (tmp_path / ".venv/bin/python").write_text(BUILDS.format(words=words, code=code, program=program))
        return liaison

    return put


def served(liaison: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name != "LIAISON_MEDIA_SERVER"}
    return subprocess.run(
        [str(liaison), "server", *arguments],
        cwd=liaison.parent,
        env=surroundings | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_media_server_is_built_before_the_first_serving_and_never_again(with_meetings) -> None:
    liaison = with_meetings(0)
    told = served(liaison)
    assert "building the media server of meetings" in told.stderr
    assert told.stdout == "runs: -m server_sync run with built\n"
    again = served(liaison)
    assert "building" not in again.stderr
    assert again.stdout == told.stdout
    assert served(liaison, "make_keys").stdout == "runs: -m server_sync make_keys with built\n"


def test_a_media_server_that_cannot_be_built_does_not_keep_the_register_from_serving(with_meetings) -> None:
    told = served(with_meetings(1, "There is no Go here."))
    assert (told.returncode, told.stdout) == (0, "runs: -m server_sync run with no media server\n")
    assert "There is no Go here." in told.stderr
    assert "going on without meetings" in told.stderr


def test_only_who_serves_waits_for_the_media_server(with_meetings) -> None:
    told = served(with_meetings(0), "make_keys")
    assert told.stdout == "runs: -m server_sync make_keys with no media server\n"
    assert "building" not in told.stderr


@pytest.mark.parametrize("wanted", ["off", "/opt/livekit-server", "wss://meet.gov.kg"])
def test_who_has_a_media_server_or_wants_none_builds_none(with_meetings, wanted: str) -> None:
    told = served(with_meetings(0), LIAISON_MEDIA_SERVER=wanted)
    assert told.stdout == f"runs: -m server_sync run with {wanted}\n"
    assert "building" not in told.stderr
