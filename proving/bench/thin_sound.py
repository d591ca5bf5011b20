"""Whether a meeting is understood at 128 kbit/s with one packet in twenty lost: how much is heard in time, and when."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from proving.bench.figures import Figure, spread
from proving.emulated_line import CENTRE, DEVICE, Quality, emulated, may_be_emulated
from proving.world import REPOSITORY, ProgramFailed

LINE: Final = Quality(kbps=128, rtt_ms=200, jitter_ms=20, lost=0.05)
HEARD_LEAST: Final = 0.95
DELAY_S: Final = 0.8
"""With a tenth of a second that the line itself takes, and what is gathered before it is mixed."""
HEARD_S: Final = 60.0
"""Of thirty marks the 95th of a hundred is not the one that came latest."""
WAIT_S: Final = 60.0
SIGNAL: Final = 7_880
ROOM: Final = "thin"


def thin_sound(folder: Path, heard_s: float = HEARD_S) -> list[Figure]:
    """Hear the mix over the line and say its figures; none, and a word, where no line can be emulated."""
    if not may_be_emulated():
        print("bench: no thin line without root and network namespaces", file=sys.stderr)
        return []
    heard, sent = _heard_over(folder, LINE, heard_s)
    in_time = 1 - heard["concealed"] / max(1, heard["samples"])
    delays = [delay for mark in heard["marks"] if (delay := _delay(mark, sent)) is not None]
    more = {
        "kbps": LINE.kbps,
        "lost": LINE.lost,
        "rtt_ms": LINE.rtt_ms,
        "heard_s": round(heard["seconds"], 1),
        "came_kbps": round(heard["bytes"] * 8 / 1_000 / heard["seconds"], 1),
        "stills": heard["pictures"],
    }
    if not delays:
        raise ProgramFailed("nothing was heard over the thin line")
    return [
        Figure("thin_sound_in_time", in_time, "part of what was said", HEARD_LEAST, at_most=False, more=more),
        Figure("thin_sound_delay", spread(delays)["p95"], "s", DELAY_S, more={"of_marks": spread(delays)}),
    ]


def _delay(mark: float, sent: Sequence[float]) -> float | None:
    """How long ago the mark was sent that came now."""
    before = [mark - at for at in sent if 0 <= mark - at < 2]
    return min(before, default=None)


def _heard_over(folder: Path, quality: Quality, heard_s: float) -> tuple[dict[str, Any], list[float]]:
    folder.mkdir(parents=True, exist_ok=True)
    with emulated(quality) as line, _media_server(folder, line.centre) as token:
        url = f"ws://{CENTRE}:{SIGNAL}"
        talks = [*line.centre, *_end("talk", url, token("mix-00000000", is_heard=True))]
        hears = [*line.office, *_end("listen", url, token("KG-C-ALA-00000001"), str(heard_s))]
        with _running(talks) as talker, _running(hears) as told:
            said, _ = told.communicate(timeout=heard_s + 2 * WAIT_S)
            went, _ = talker.communicate(timeout=WAIT_S)  # whose pipe closes with that
        if told.returncode != 0 or not said:
            raise ProgramFailed("the office's end of the thin line heard nothing")
        return json.loads(said.splitlines()[-1]), [float(json.loads(one)) for one in went.splitlines()]


def _end(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "proving.bench.thin_end", *arguments]


@contextmanager
def _running(command: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """Run one end; it is ended when it does not end by itself."""
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def _media_server(folder: Path, within: Sequence[str]) -> Iterator[Any]:
    """Run a media server in the centre's namespace; gives what signs ways into its one room."""
    from livekit import api

    from server_sync.meetings.media_server import build

    secret = os.urandom(24).hex()
    told = {
        "port": SIGNAL,
        "bind_addresses": [CENTRE],
        "keys": {"bench": secret},
        "rtc": {
            "udp_port": 7_882,
            "tcp_port": 7_881,
            "node_ip": CENTRE,
            "use_external_ip": False,
            "interfaces": {"includes": [DEVICE]},
            "congestion_control": {"enabled": True, "allow_pause": True},
        },
    }
    configuration = folder / "thin.json"
    configuration.write_text(json.dumps(told))
    configuration.chmod(0o600)
    program = build.build(lambda _line: None)
    process = subprocess.Popen(
        [*within, str(program), "--config", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def token(who: str, *, is_heard: bool = False) -> str:
        grants = api.VideoGrants(room_join=True, room=ROOM, can_publish=is_heard, can_subscribe=True)
        return api.AccessToken("bench", secret).with_identity(who).with_grants(grants).to_jwt()

    try:
        _wait_for(within)
        yield token
    finally:
        process.terminate()
        process.wait()


def _wait_for(within: Sequence[str]) -> None:
    asked = f"import urllib.request as u; u.urlopen('http://{CENTRE}:{SIGNAL}/', timeout=1)"
    until = time.monotonic() + WAIT_S
    while subprocess.run([*within, sys.executable, "-c", asked], capture_output=True, check=False).returncode:
        if time.monotonic() > until:
            raise ProgramFailed("no media server on the thin line")
        time.sleep(0.1)
