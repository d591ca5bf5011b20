"""Reads the centre's pages as people see them and, where Debian's Chromium is there, takes their pictures."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from proving.officers import Browser
from proving.world import ProgramFailed

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

CHROMIUM: Final = ("chromium", "/usr/bin/chromium")
DESK: Final = (1366, 900)
PHONE: Final = (360, 740)
LANGUAGES: Final = ("ky", "ru", "en")


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be looked at: by whom, and how wide."""

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    language: str = "ky"
    theme: str = "light"


@dataclass(frozen=True, slots=True)
class Way:
    """Pages that one browser can open: its cookies, and addresses by the names of their pictures."""

    cookies: list[dict[str, str]]
    paths: Mapping[str, str]


def pages_of(published: str, receipt: str, case: tuple[str, str] | None) -> tuple[Page, ...]:
    """The pages of the story: public ones for everybody, the operator's board, the work of an officer who answered.

    `case`: an answered request and the login of the officer who wrote the answer; None when nobody answered.
    """
    number, officer = case or ("", "ministry-1")
    return (
        Page("public-home", "/"),
        Page("public-home-phone", "/", size=PHONE, language="ru"),
        Page("public-requests", "/requests", theme="dark"),
        Page("public-summary", f"/a/{published}" if published else "/requests"),
        Page("public-totals", "/totals", language="en"),
        Page("public-receipt", receipt),
        Page("board", "/board", who="operator", language="ru"),
        Page("board-dark", "/board", who="operator", language="en", theme="dark"),
        Page("officer-work", "/work", who=officer, language="ru"),
        Page("officer-case", f"/work/a/{number}" if number else "/work", who=officer, language="ru"),
    )


def read_pages(address: str, people: Mapping[str, Mapping[str, Any]], pages: tuple[Page, ...]) -> dict[str, int]:
    """Open every page as its reader and give its size in bytes; raises ProgramFailed for one that does not open."""
    sizes = {}
    for who in sorted({page.who for page in pages}):
        with Browser(address) as browser:
            if who:
                browser.sign_in(people[who])
            sizes.update({page.name: len(browser.open(page.path).encode()) for page in pages if page.who == who})
    return sizes


def draw_pages(
    address: str, people: Mapping[str, Mapping[str, Any]], pages: tuple[Page, ...], folder: Path
) -> tuple[list[str], str]:
    """Take the pictures; gives their names, and in words why there are none."""
    why_not = why_no_browser()
    if why_not:
        return [], f"{why_not}, so the centre's pages have no pictures."
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with chromium() as browser:
        for page in pages:
            context = browser.new_context(
                viewport={"width": page.size[0], "height": page.size[1]},
                color_scheme="dark" if page.theme == "dark" else "light",
                is_mobile=page.size == PHONE,
                locale=page.language,
            )
            with Browser(address, page.language) as signed:
                if page.who:
                    signed.sign_in(people[page.who])
                context.add_cookies([{**one} for one in signed.cookies])  # type: ignore[typeddict-item]
            tab = context.new_page()
            tab.goto(address + page.path)
            name = f"{page.name}.png"
            tab.screenshot(path=folder / name, full_page=page.size == PHONE)
            drawn.append(name)
            context.close()
    return drawn, ""


def draw_every_page(address: str, ways: Iterable[Way], folder: Path, count: Callable[[int, int, str], None]) -> int:
    """Take pictures of pages in three languages, on a desk and on a telephone; gives how many were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        (way, language, size) for way in ways for language in LANGUAGES for size in (("desk", DESK), ("phone", PHONE))
    ]
    total, drawn = sum(len(way.paths) for way, *_ in wanted), 0
    with chromium() as browser:
        for way, language, (name, size) in wanted:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                is_mobile=size == PHONE,
                java_script_enabled=False,
                locale=language,
            )
            cookies = [one for one in way.cookies if one["name"] != "language"]
            context.add_cookies([*cookies, {"name": "language", "value": language, "url": address}])  # type: ignore[list-item]
            tab = context.new_page()
            for page, path in way.paths.items():
                answer = tab.goto(address + path)
                if answer is None or answer.status != 200:
                    raise ProgramFailed(f"{path} in {language}: {answer and answer.status}")
                tab.screenshot(path=folder / f"{page}-{language}-{name}.png", full_page=True)
                drawn += 1
                count(drawn, total, "pictures of pages")
            context.close()
    return drawn


def why_no_browser() -> str:
    """Why there is no real browser here, without a full stop; empty where there is one."""
    if _program() is None:
        return "Chromium is not installed here"
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is installed with the tests only"
    return "" if _driver_starts() else "Playwright's driver does not start here"


@contextmanager
def chromium(*switches: str) -> Iterator["Chromium"]:
    """Debian's browser, where `why_no_browser` says nothing against it; raises ProgramFailed for what fails in it."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=_program(), args=["--no-sandbox", *switches])
            yield browser
            browser.close()
    except Error as failure:
        raise ProgramFailed(f"Chromium: {failure}") from failure


def _program() -> str | None:
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def _driver_starts() -> bool:
    """Whether the driver, a program of its own, finds the libraries it needs."""
    asked = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 0
