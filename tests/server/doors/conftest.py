"""The browser of tests/server/pages with a camera that is none, and the meeting of tests/server/meetings/live."""

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from server_sync.meetings import rooms
from server_sync.meetings.media_server.standing import Reach
from tests.server.exchange.conftest import ala, chuy, plain
from tests.server.meetings.live.conftest import (
    _meetings_can_be_held,
    assistant,
    begun,
    desk,
    media_server,
    office,
    planned,
    program,
    seat_at,
    speaker,
    viewer,
)
from tests.server.pages.test_in_a_browser import QUIET, open_page, page

__all__ = [
    "_meetings_can_be_held",
    "ala",
    "assistant",
    "begun",
    "chuy",
    "desk",
    "media_server",
    "office",
    "open_page",
    "page",
    "plain",
    "planned",
    "program",
    "seat_at",
    "speaker",
    "viewer",
]


@pytest.fixture(autouse=True)
def _media_server_is_asked_beside_the_browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The browser's loop runs in the test's thread, where no other loop can: the media server is asked in another."""
    asked = rooms._asked
    beside, is_over = ThreadPoolExecutor(1), threading.Event()

    def ask(reach: Reach, steps: Sequence[rooms.Step]) -> list[Any]:
        """A page that goes takes its leave after the test is over: by then nothing is asked any more."""
        return [None] * len(steps) if is_over.is_set() else beside.submit(asked, reach, steps).result()

    monkeypatch.setattr(rooms, "_asked", ask)
    yield
    is_over.set()
    beside.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser, which films a moving picture of its own and hears a beep."""
    path = shutil.which("chromium")
    assert path, "These tests drive Debian's browser: apt-get install chromium"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; nothing here is async
    films = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    sounds = ("--autoplay-policy=no-user-gesture-required",)
    # names of addresses that only a local network knows are resolved by nobody here
    reached = ("--disable-features=WebRtcHideLocalIpsWithMdns",)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *films, *sounds, *reached])
        yield browser
        browser.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
