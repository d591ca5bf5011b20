"""The same room in Debian's Chromium with the media server's own client: what a browser pays for the same pictures."""

import contextlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from proving.bench.one_lobby import cpu_s
from proving.world import ProgramFailed, wait_until
from server_sync.doors import browser_files

BROWSER: Final = "chromium"
CLIENT: Final = "livekit-client.js"
SEEN_S: Final = 60.0
SETTLED_S: Final = 3.0
SIZE: Final = "1366,768"
QUIET: Final = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
PAGE: Final = """<!doctype html><meta charset=utf-8><title>room</title>
<style>body{margin:0;background:#0b1412;display:grid;grid-template-columns:repeat(5,1fr);gap:8px}
video{width:100%;aspect-ratio:16/9}</style>
<script src=/client.js></script><script>
const asked = ASKED;
const room = new LivekitClient.Room({ adaptiveStream: false, dynacast: true });
room.on(LivekitClient.RoomEvent.TrackSubscribed, track => {
  if (track.kind === 'video') document.body.append(track.attach());
});
room.connect(asked.url, asked.token);
setInterval(() => {
  const frames = [...document.querySelectorAll('video')].map(one => one.getVideoPlaybackQuality().totalVideoFrames);
  fetch('/told', { method: 'POST', body: JSON.stringify(frames) });
}, 500);
</script>"""


def why_not() -> str:
    """What is missing for the comparison, in words; empty when nothing is."""
    if shutil.which(BROWSER) is None:
        return "there is no Chromium here (Debian: chromium)"
    return "" if (browser_files.place() / CLIENT).is_file() else "npm has not fetched livekit-client: ./liaison server"


def watched(folder: Path, url: str, token: str, seats: int, for_s: float) -> dict[str, Any]:
    """Let a browser look at all of the stage; gives the cores it took and the pictures a second that it decoded."""
    with _page(url, token) as (address, told), _browser(folder, address) as pid:
        wait_until(lambda: len(told) >= seats and all(told), SEEN_S, f"the browser sees all {seats}: {told}")
        time.sleep(SETTLED_S)
        before, first, begun = _cores(pid), sum(told), time.perf_counter()
        time.sleep(for_s)
        took = time.perf_counter() - begun
        return {"cores": (_cores(pid) - before) / took, "pictures_a_second": (sum(told) - first) / took / seats}


@contextlib.contextmanager
def _page(url: str, token: str) -> Iterator[tuple[str, list[int]]]:
    """Serve the page on loopback; what it tells of its pictures stands in the list."""
    told: list[int] = []
    page = PAGE.replace("ASKED", json.dumps({"url": url, "token": token})).encode()
    client = (browser_files.place() / CLIENT).read_bytes()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            is_client = self.path == "/client.js"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_client else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(client if is_client else page)

        def do_POST(self) -> None:  # the library's name
            told[:] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, name="page")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def _browser(folder: Path, address: str) -> Iterator[int]:
    program = shutil.which(BROWSER)
    if program is None:
        raise ProgramFailed("there is no Chromium here")
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    process = subprocess.Popen(
        [program, *QUIET, *alone, f"--window-size={SIZE}", f"--user-data-dir={folder}", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cores(pid: int) -> float:
    """The processor's time of a process and all that it started, which belong to its session."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        with contextlib.suppress(OSError, IndexError):
            session = int((folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[3])
            if session == pid:
                total += cpu_s(folder.name)
    return total
