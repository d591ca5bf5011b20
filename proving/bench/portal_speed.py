"""How fast the portal and the officers' list are over a large register, on SQLite and on PostgreSQL.

Offices deliver the requests over the line, the rules route them, and most are published: the register is a real one. A
bare Django page stands behind the same server in the same run, and everything is asked over loopback as a browser asks,
compressed, one connection kept.
"""

import http.client
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from proving.bench.figures import Figure, percentile, spread
from proving.bench.offices import SITES, enrolled, fill, prepared_centre
from proving.citizens import Citizen, Written
from proving.counter import opened
from proving.demo.pages import chromium, why_no_browser
from proving.look import look_numbers
from proving.mailbox import Mailbox, mail_server, surroundings_of_mail
from proving.officers import Browser
from proving.postgresql import NoPostgresql, postgresql
from proving.world import REPOSITORY, Centre, ProgramFailed, ended, free_port, wait_until

PAGE_LIMIT_MS: Final = 100.0
SEARCH_LIMIT_MS: Final = 150.0
TOTALS_LIMIT_MS: Final = 150.0
WORK_LIMIT_MS: Final = 150.0
SUBMIT_LIMIT_MS: Final = 200.0
THROUGHPUT_LIMIT: Final = 0.5
FIRST_VIEW_LIMIT_S: Final = 3.0
DELIVERY_LIMIT: Final = 0.8

CLIENTS: Final = 4
READERS: Final = 2
PAUSE_S: Final = 0.05
ANSWER_S: Final = 60.0
CODE_S: Final = 120.0
START_S: Final = 30.0
HEADERS: Final = {"Accept-Encoding": "gzip", "Accept-Language": "ky"}
WORDS: Final = ("суу", "жол", "пенсия", "мектеп", "школа", "вода", "свет", "жер", "дорога", "больница", "газ", "үй")
FACTS: Final = (
    "?outcome=none",
    "?kind=complaint",
    "?place=KG-C",
    "?q=%D0%B6%D0%BE%D0%BB&kind=application",
    "?topic=09",
)

LATENCY_MS: Final = 300
DOWN_BYTES: Final = 1_600_000 // 8
UP_BYTES: Final = 768_000 // 8
"""A third-generation line as web measurements have it: 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is asked."""

    requests: int = 200_000
    asked: int = 300
    submitted: int = 100
    seconds: float = 8.0
    delivered: int = 6_000
    views: int = 5


SMALL: Final = Size(requests=60, asked=6, submitted=2, seconds=0.3, delivered=20, views=1)


@dataclass
class Asked:
    """What was found on one database."""

    name: str
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    per_s: dict[str, float] = field(default_factory=dict)
    delivered_per_s: dict[str, float] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def portal_speed(folder: Path, size: Size) -> list[Figure]:
    """Measure on both databases, and a first view in a browser over a slow line."""
    figures: list[Figure] = []
    for name, given in (("sqlite", _no_url), ("postgresql", _durable_url)):
        try:
            with given() as url:
                figures += _figures_of(_asked(folder / "portal" / name, name, url, size), size)
        except NoPostgresql as missing:
            raise ProgramFailed(f"the portal is measured on both databases: {missing}") from missing
    return figures


@contextmanager
def _no_url() -> Iterator[str]:
    yield ""


@contextmanager
def _durable_url() -> Iterator[str]:
    with postgresql(is_durable=True) as url:
        yield url


def _asked(home: Path, name: str, url: str, size: Size) -> Asked:
    """Make a register of that size on one database, and ask all of it."""
    shutil.rmtree(home, ignore_errors=True)
    told = Asked(name)
    mailbox = Mailbox()
    with ExitStack() as ends:
        mail = ends.enter_context(mail_server(mailbox))
        port = free_port()
        surroundings = {
            "DATABASE_URL": url,
            "LIAISON_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "LIAISON_MEDIA_SERVER": "off",
        }
        centre = prepared_centre(home / "centre", {**surroundings, **surroundings_of_mail(mail.port)})
        centre.port = port
        ends.enter_context(ended(centre))
        began = time.perf_counter()
        _make_register(centre, home, size.requests)
        told.more["made_s"] = round(time.perf_counter() - began, 1)
        centre.start()
        bare = ends.enter_context(_bare_page())
        numbers = look_numbers(centre)
        draw = random.Random(1)
        _read_pages(centre, told, size, numbers, draw)
        _read_work(centre, told, size)
        told.per_s = {
            "bare page": _throughput(bare, lambda: "/", size.seconds),
            "list": _throughput(centre.port, lambda: f"/requests?page={draw.randrange(1, 50)}", size.seconds),
            "record": _throughput(centre.port, lambda: f"/a/{draw.choice(numbers)}", size.seconds),
        }
        _submit(centre, mailbox, told, size)
        _deliver(centre, home, told, size)
        if name == "sqlite":
            told.more["first_view_s"] = _first_views(centre.address, size.views)
    return told


def _make_register(centre: Centre, home: Path, count: int) -> None:
    """Let offices deliver so many requests, route them by rule, and publish them."""
    centre.arguments = ("--without-worker",)
    centre.start()
    share = -(-count // len(SITES))
    try:
        for site in SITES:
            person = enrolled(centre, home / site, site)
            with opened(home / site, centre.address) as pc:
                pc.sign_in(person["login"], person["password"])
                pc.on_desk(lambda desk: fill(desk, share))
                if not pc.exchange()["drained"]:
                    raise ProgramFailed("an office did not deliver")
    finally:
        centre.stop()
    centre.arguments = ()
    centre.manage("work", "--once")
    _run_beside(centre, "proving.bench.publishing")


def _run_beside(centre: Centre, program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", program],
        cwd=REPOSITORY,
        env=centre.surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"{program}: {done.stderr.strip()[-2000:]}")


@contextmanager
def _bare_page() -> Iterator[int]:
    """The bare page's port, behind a server of its own."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "proving.bench.bare_page", str(port)],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _status(port, "/") == 200, START_S, "the bare page answers")
        yield port
    finally:
        process.terminate()
        process.wait(START_S)


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=HEADERS)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Reader:
    """One browser's connection that is kept."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
        self._headers = HEADERS | ({"Cookie": cookies} if cookies else {})

    def read(self, path: str) -> float:
        """Read a page; gives the milliseconds to its last byte. Raises ProgramFailed for one that does not open."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        took = (time.perf_counter() - begun) * 1_000
        if answer.status != 200:
            raise ProgramFailed(f"{path}: {answer.status}")
        return took

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _read_pages(centre: Centre, told: Asked, size: Size, numbers: Sequence[str], draw: random.Random) -> None:
    asked: Mapping[str, Callable[[], str]] = {
        "list": lambda: f"/requests?page={draw.randrange(1, 50)}" if len(numbers) > 1_000 else "/requests",
        "filtered": lambda: f"/requests{draw.choice(FACTS)}",
        "record": lambda: f"/a/{draw.choice(numbers)}",
        "search": lambda: f"/requests?q={quote(draw.choice(WORDS))}",
        "totals": lambda: "/totals",
        "home": lambda: "/",
    }
    reader = Reader(centre.port)
    for name, path in asked.items():
        reader.read(path())
        told.times_ms[name] = [reader.read(path()) for _ in range(size.asked)]
    reader.close()


def _read_work(centre: Centre, told: Asked, size: Size) -> None:
    """The work list of the officer who has most requests."""
    with Browser(centre.address) as browser:
        browser.sign_in(centre.person("case_officer", place=0))
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in browser.cookies)
    reader = Reader(centre.port, cookies)
    reader.read("/work")
    told.times_ms["work list"] = [reader.read("/work") for _ in range(size.asked)]
    reader.close()


def _throughput(port: int, path: Callable[[], str], seconds: float) -> float:
    """Answers a second to clients that ask one after the other without a pause."""
    end = time.perf_counter() + seconds
    counts = [0] * CLIENTS
    failed: list[str] = []

    def read(place: int) -> None:
        reader = Reader(port)
        try:
            while time.perf_counter() < end:
                reader.read(path())
                counts[place] += 1
        except (ProgramFailed, OSError, http.client.HTTPException) as failure:
            failed.append(str(failure))
        finally:
            reader.close()

    _together([partial(read, place) for place in range(CLIENTS)])
    if failed:
        raise ProgramFailed(failed[0])
    return sum(counts) / seconds


def _together(acts: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _submit(centre: Centre, mailbox: Mailbox, told: Asked, size: Size) -> None:
    """Citizens press the last button: number, receipt, log and register are on the disk when the page comes."""
    times = told.times_ms["submission"] = []
    for place in range(size.submitted):
        written = Written(
            subject="Айылга автобус каттамы жок",
            text="Айылдан борборго автобус каттабайт. Каттамды ачып бериңиздер.",
            category="09.01",
            place="KG-C-ALA",
            kind="application",
            seeks="",
            surname="Өмүрбекова",
            given_name="Гүлнара",
            email=f"writer-{place}@example.org",
            settlement="Германия, Берлин",
        )
        with Citizen(centre.address, f"127.0.{2 + place // 200}.{1 + place % 200}") as citizen:
            citizen.write(written, "")
            code = mailbox.newest_code(written.email, CODE_S)
            begun = time.perf_counter()
            citizen.confirm(code)
            times.append((time.perf_counter() - begun) * 1_000)


def _deliver(centre: Centre, home: Path, told: Asked, size: Size) -> None:
    """An office delivers alone, and then while readers read."""
    person = enrolled(centre, home / "delivering", SITES[0])
    with opened(home / "delivering", centre.address) as pc:
        pc.sign_in(person["login"], person["password"])
        for name in ("alone", "beside"):
            pc.on_desk(lambda desk: fill(desk, size.delivered))
            ending = threading.Event()
            readers = [
                threading.Thread(target=_read_on, args=(centre.port, ending))
                for _ in range(READERS if name == "beside" else 0)
            ]
            for reader in readers:
                reader.start()
            begun = time.perf_counter()
            went = pc.exchange()
            took = time.perf_counter() - begun
            ending.set()
            for reader in readers:
                reader.join()
            if not went["drained"]:
                raise ProgramFailed("the office did not deliver")
            told.delivered_per_s[name] = size.delivered / took


def _read_on(port: int, ending: threading.Event) -> None:
    reader = Reader(port)
    paths = ("/", "/requests", f"/requests?q={quote(WORDS[0])}", "/totals")
    place = 0
    while not ending.wait(PAUSE_S):
        reader.read(paths[place % len(paths)])
        place += 1
    reader.close()


def _first_views(address: str, views: int) -> list[float]:
    """Seconds until Chromium, which has nothing of the portal yet, has drawn its first page over a slow line."""
    why_not = why_no_browser()
    if why_not:
        raise ProgramFailed(f"a first view needs a browser: {why_not}")
    found = []
    with chromium() as browser:
        for _ in range(views):
            context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, locale="ky")
            tab = context.new_page()
            session = context.new_cdp_session(tab)
            session.send("Network.enable")
            line = {"latency": LATENCY_MS, "downloadThroughput": DOWN_BYTES, "uploadThroughput": UP_BYTES}
            session.send("Network.emulateNetworkConditions", {"offline": False, **line})
            begun = time.perf_counter()
            tab.goto(f"{address}/", wait_until="load")
            found.append(time.perf_counter() - begun)
            context.close()
    return found


def _figures_of(told: Asked, size: Size) -> list[Figure]:
    limits = {
        "list": PAGE_LIMIT_MS,
        "filtered": PAGE_LIMIT_MS,
        "record": PAGE_LIMIT_MS,
        "home": PAGE_LIMIT_MS,
        "search": SEARCH_LIMIT_MS,
        "totals": TOTALS_LIMIT_MS,
        "work list": WORK_LIMIT_MS,
        "submission": SUBMIT_LIMIT_MS,
    }
    about = {"requests": size.requests, **{name: value for name, value in told.more.items() if name == "made_s"}}
    figures = [
        Figure(
            _name(told, name, "p95"),
            percentile(told.times_ms[name], 0.95),
            "ms",
            limit,
            more={"ms": spread(told.times_ms[name]), **about},
        )
        for name, limit in limits.items()
    ]
    rates = {name: round(value, 1) for name, value in told.per_s.items()}
    figures += [
        Figure(
            _name(told, name, "beside_bare_page"),
            told.per_s[name] / told.per_s["bare page"],
            "part",
            THROUGHPUT_LIMIT,
            at_most=False,
            more={"answers_a_second": rates, "clients": CLIENTS},
        )
        for name in ("list", "record")
    ]
    figures.append(
        Figure(
            _name(told, "delivery", "beside_readers"),
            told.delivered_per_s["beside"] / told.delivered_per_s["alone"],
            "part",
            DELIVERY_LIMIT,
            at_most=False,
            more={name: round(value) for name, value in told.delivered_per_s.items()},
        )
    )
    if "first_view_s" in told.more:
        views = told.more["first_view_s"]
        line = {"kbps_down": DOWN_BYTES * 8 // 1_000, "rtt_ms": LATENCY_MS, "emulated_by": "the browser"}
        figures.append(
            Figure(
                "portal_first_view", percentile(views, 0.5), "s", FIRST_VIEW_LIMIT_S, more={"s": spread(views), **line}
            )
        )
    return figures


def _name(told: Asked, what: str, how: str) -> str:
    return f"portal_{what.replace(' ', '_')}_{how}_{told.name}"
