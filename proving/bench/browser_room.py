"""What a browser pays for the same room: Chromium with livekit-client, all pictures beside each other on one page.

The page is the least that a browser can do: no buttons, no names, the pictures as they come. It is drawn without a
screen, as the window is.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from proving.bench.one_lobby import cpu_s, memory_mb
from proving.demo import pages
from proving.world import wait_until
from server_sync.contract.meetings import MeetingReply
from server_sync.doors import browser_files

SIZE: Final = (1308, 793)
"""Of the canvas that the window has."""
COME_S: Final = 60.0
SETTLED_S: Final = 3.0
CLIENT: Final = "/livekit-client.js"
SWITCHES: Final = (
    "--autoplay-policy=no-user-gesture-required",
    # names of addresses that only a local network knows are resolved by nobody here
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
PAGE: Final = """<!doctype html><meta charset="utf-8"><title>room</title>
<style>body{margin:0;display:grid;grid-template-columns:repeat(5,1fr);gap:8px}video{width:100%}</style>
<script src="/livekit-client.js"></script>"""
COME: Final = """async ([url, token]) => {
  const room = new LivekitClient.Room({ adaptiveStream: false, dynacast: true });
  room.on(LivekitClient.RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
  await room.connect(url, token, { autoSubscribe: true });
}"""
FRAMES: Final = """() => [...document.querySelectorAll("video")]
  .map((one) => one.getVideoPlaybackQuality().totalVideoFrames)"""


def browsed(way: MeetingReply, seats: int, watched_s: float) -> dict[str, Any] | None:
    """Let a browser look at everybody on stage; how many cores it takes, and megabytes. None where there is none."""
    if pages.why_no_browser() or not browser_files.are_here():
        return None
    with _served() as address, pages.chromium(*SWITCHES) as browser:
        tab = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        tab.goto(address)
        tab.evaluate(COME, [way.url, way.token])
        wait_until(lambda: sum(one > 0 for one in tab.evaluate(FRAMES)) == seats, COME_S, "a browser sees everybody")
        time.sleep(SETTLED_S)
        before, frames, begun = _cpu_s(), sum(tab.evaluate(FRAMES)), time.perf_counter()
        time.sleep(watched_s)
        took = time.perf_counter() - begun
        return {
            "cores": round((_cpu_s() - before) / took, 3),
            "megabytes": round(sum(memory_mb(one) for one in _processes()), 1),
            "pictures_a_second": round((sum(tab.evaluate(FRAMES)) - frames) / seats / took, 1),
            "browser": browser.version,
        }


def _cpu_s() -> float:
    return sum(cpu_s(one) for one in _processes())


def _processes() -> list[str]:
    """All processes of the browser that this program began."""
    parents: dict[str, str] = {}
    names: dict[str, str] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                name, after = (folder / "stat").read_text(encoding="utf-8").split("(", 1)[1].rsplit(")", 1)
            except (FileNotFoundError, ProcessLookupError):
                continue
            names[folder.name], parents[folder.name] = name, after.split()[1]

    def is_ours(process: str) -> bool:
        while process in parents:
            process = parents[process]
            if process == str(os.getpid()):
                return True
        return False

    return [one for one in names if "chrom" in names[one] and is_ours(one)]


@contextmanager
def _served() -> Iterator[str]:
    """Serve the page and the client on loopback."""
    client = (browser_files.place() / Path(browser_files.ROOM_CLIENT).name).read_bytes()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_client = self.path == CLIENT
            body = client if is_client else PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_client else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, *_told: object) -> None:
            """Say nothing: what is printed are the figures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, name="page", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
