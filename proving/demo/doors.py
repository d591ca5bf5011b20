"""Browsers at a demonstration's meeting: a guest with a drawn camera comes by a link, a viewer watches on the site."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests

from proving.demo import pages
from proving.world import ProgramFailed, wait_until
from server_sync.doors import browser_files

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZE: Final = (1366, 900)
SEEN_S: Final = 60.0
LIVE_S: Final = 90.0
"""So long a broadcast may take from the beginning of its meeting to the first picture at a viewer."""

SWITCHES: Final = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # names of addresses that only a local network knows are resolved by nobody here
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
LIST: Final = "picture.m3u8"
PIECE: Final = re.compile(r"^#EXTINF:([0-9.]+),\n(\S+)$", re.MULTILINE)
READ: Final = """() => {
  const video = document.getElementById("video");
  window.linesRead = [];
  setInterval(() => {
    const tracks = [...video.textTracks].filter((track) => track.mode === "showing");
    window.linesNow = tracks.flatMap((track) => [...(track.activeCues || [])]).map((cue) => cue.text);
    window.linesRead.push(...window.linesNow.filter((line) => !window.linesRead.includes(line)));
  }, 100);
}"""
"""Notes every caption that the player shows, and those that it shows now."""

WATCHED: Final = """() => {
  const video = document.getElementById("video");
  let played = 0;
  for (let at = 0; at < video.played.length; at += 1) played += video.played.end(at) - video.played.start(at);
  const size = [video.videoWidth, video.videoHeight];
  return { size, played_s: Math.round(10 * played) / 10, captions: window.linesRead };
}"""
OTHERS: Final = """() => [...document.querySelectorAll("#stage figure:not(.own) video")]
  .filter((one) => one.videoWidth > 0).length"""

PAGE_SHOWN: Final = """() => {
  const page = document.getElementById("paper-page");
  return page.hidden || !page.src.split("?")[0].endsWith("/2") ? [0, 0] : [page.naturalWidth, page.naturalHeight];
}"""
"""How large the second page of a paper came."""

Told = dict[str, Any]


class Guest:
    """Somebody with a link and a browser."""

    def __init__(self, page: "Page") -> None:
        self._page = page

    def come(self, link: str) -> None:
        """Open the link, try camera and microphone, and stand at the door."""
        self._page.goto(link)
        self._page.locator("#allow").click()
        wait_until(lambda: self._page.evaluate("document.getElementById('preview').videoWidth"), SEEN_S, "own picture")
        self._page.locator("#join").click()
        self._page.locator("#wait").wait_for()

    def be_let_in(self) -> None:
        """Wait until the room opens."""
        self._page.locator("#room").wait_for(timeout=SEEN_S * 1000)

    def be_on_stage(self) -> None:
        """Turn camera and microphone on when the desk has called."""
        for name in ("camera", "microphone"):
            self._page.locator(f"#turn-{name}").click(timeout=SEEN_S * 1000)
            self._page.locator(f"#turn-{name}[aria-pressed=true]").wait_for(timeout=SEEN_S * 1000)

    def sees(self, others: int) -> int:
        """How many others are seen, waited for until it is so many."""
        wait_until(lambda: self._page.evaluate(OTHERS) >= others, SEEN_S, "the guest sees the others")
        return int(self._page.evaluate(OTHERS))

    def read(self, line: str, picture: Path | None) -> None:
        """Wait until a line of captions is shown, and take a picture with it."""
        shown = self._page.locator("#captions")
        wait_until(lambda: line in shown.inner_text(), SEEN_S, "a caption is shown to the guest")
        _draw(self._page, picture)

    def see_paper(self, picture: Path | None) -> list[int]:
        """Wait until the page that the desk shows to all has come; gives its size."""
        return _see_paper(self._page, picture)

    def leave(self) -> None:
        """Leave by the page's button."""
        self._page.locator("#room .go").click()
        self._page.locator("#end").wait_for()


class Viewer:
    """Somebody who watches on the site."""

    def __init__(self, page: "Page") -> None:
        self._page = page

    def watch(self, address: str) -> None:
        """Open the page of a meeting; the broadcast begins there by itself."""
        self._page.goto(address)
        self._page.evaluate(READ)

    def see(self) -> None:
        """Wait until the picture moves."""
        moves = "document.getElementById('video').currentTime > 0.5 && document.getElementById('video').videoWidth > 0"
        wait_until(lambda: self._page.evaluate(moves), LIVE_S, "the broadcast plays in a browser")

    def read(self, line: str, picture: Path | None) -> None:
        """Wait until a line of captions was shown, and take a picture with the one that is shown then."""
        wait_until(lambda: line in self._page.evaluate("window.linesRead"), SEEN_S, "a caption is shown to a viewer")
        wait_until(lambda: self._page.evaluate("window.linesNow.length"), SEEN_S, "captions are shown to a viewer")
        _draw(self._page, picture)

    def see_paper(self, picture: Path | None) -> list[int]:
        """As a guest's."""
        self._page.locator("#paper").scroll_into_view_if_needed(timeout=SEEN_S * 1000)
        return _see_paper(self._page, picture)

    def leave(self, lines: Sequence[str]) -> Told:
        """Close the page; gives how large the picture is, how long it played, how many of these lines were shown."""
        told: Told = self._page.evaluate(WATCHED)
        told["captions"] = len(set(lines) & set(told["captions"]))
        self._page.close()
        return told


class Doors:
    """One Chromium for both."""

    def __init__(self, browser: "Browser", address: str) -> None:
        self._browser, self._address = browser, address

    def guest(self) -> Guest:
        """Somebody who was invited by a link."""
        return Guest(self._page())

    def viewer(self) -> Viewer:
        """Somebody who was not."""
        return Viewer(self._page())

    def _page(self) -> "Page":
        context = self._browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="ky")
        context.add_cookies([{"name": "language", "value": "ky", "url": self._address}])
        return context.new_page()


@contextmanager
def open_doors(address: str) -> Iterator[Doors]:
    """Open a browser that has a camera and a microphone which are none."""
    with pages.chromium(*SWITCHES) as browser:
        yield Doors(browser, address)


def why_nobody_comes() -> str:
    """Why nobody can come by a browser here, without a full stop; empty when somebody can."""
    return pages.why_no_browser() or (
        "" if browser_files.are_here() else "What meetings need in a browser was not fetched"
    )


def fetch_broadcast(address: str, meeting: bytes) -> Told:
    """Fetch all pieces that the list of a broadcast names, as a player does; gives how many came and their length."""
    folder = f"{address}/live/{meeting.hex()}/hls/"
    pieces = PIECE.findall(_fetched(folder + LIST).decode())
    lengths = [float(length) for length, name in pieces if _fetched(folder + name)]
    return {"hls_segments": len(lengths), "hls_seconds": round(sum(lengths), 3)}


def _see_paper(page: "Page", picture: Path | None) -> list[int]:
    wait_until(lambda: all(page.evaluate(PAGE_SHOWN)), SEEN_S, "the page of a paper is shown in a browser")
    _draw(page, picture)
    size: list[int] = page.evaluate(PAGE_SHOWN)
    return size


def _draw(page: "Page", picture: Path | None) -> None:
    if picture is not None:
        page.screenshot(path=picture)


def _fetched(address: str) -> bytes:
    answer = requests.get(address, timeout=SEEN_S)
    if answer.status_code != requests.codes.ok:
        raise ProgramFailed(f"{address}: {answer.status_code}")
    return answer.content
