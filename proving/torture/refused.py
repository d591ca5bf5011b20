"""`./liaison torture --refused`: every kind of event by everyone who may not write it, well and badly made.

I18: an event that is quarantined, held or not understood changes nothing: no page, no start, no rebuild, no erasure, no
feed but by its own notice, no judgement of a later event. Here each is sent to a real centre, which then is looked at,
restarted, read page by page and made anew.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from proving.demo.showing import Shown
from proving.look import look_into
from proving.officers import Browser
from proving.torture.forging import ForgingPc, enrol, results_of
from proving.torture.sayings import NEWER_KINDS, Saying, said, sayings
from proving.world import Centre, ProgramFailed, free_port
from server_sync.contract import codec
from server_sync.contract.events import EventKind
from server_sync.contract.messages import ExchangeReply, Status
from server_sync.contract.shapes import to_plain

SITE: Final = "KG-C-ALA"
OTHER: Final = "KG-C"
CENTRE: Final = "WEB"
"""Goes as a site where the centre's own chain is listed."""
STRANGER: Final = bytes(15) + b"\x07"
BATCH: Final = 40
CENTRE_FROM: Final = 100
PAGES: Final = {
    "operator": ("/board", f"/board/{SITE}", "/board/live", "/board.csv", "/doubts"),
    "administrator": ("/erasures",),
    "registrar": ("/work/route",),
    "editor": ("/work/publish",),
}
OPEN_PAGES: Final = ("/", "/requests", "/totals", "/offices")
UNCHANGED: Final = ("/erasures", "/requests", "/totals", "/work/route", "/work/publish")
"""Pages on which nothing may have changed; the others list what is refused."""
PASSING: Final = re.compile(r'(?:value="[A-Za-z0-9]{40,}"|nonce="[^"]*"|\d\d:\d\d(?::\d\d)?)')
"""What differs each time a page is opened: tokens and the time of day."""

Told = dict[str, Any]


@dataclass
class Refusals:
    """The trial of refused events, and what came of it."""

    folder: Path
    shown: Shown
    tried: Counter[str] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    differed: list[str] = field(default_factory=list)
    pages: int = 0

    def __post_init__(self) -> None:
        port = free_port()
        spoken = {"LIAISON_PUBLIC_URL": f"http://127.0.0.1:{port}"}  # people sign in without TLS here
        self.centre = Centre(self.folder / "centre", port, arguments=("--without-worker",), environment=spoken)
        self._began = time.monotonic()
        self._today = datetime.now(UTC).astimezone().date()
        self._targets: dict[str, list[bytes]] = {}

    def run(self) -> None:
        """Play it from the first start to the last comparison."""
        self.shown.stage("A centre, two offices, and a PC that is withdrawn")
        self.centre.prepare((SITE, OTHER))
        self.centre.start()
        own, other, withdrawn = self._offices()
        self._withdraw(withdrawn)
        before = self._seen()
        self.shown.stage("Every kind, by everyone who may not write it")
        for author, pc, person in self._authors(own, other, withdrawn):
            self._try_all(author, pc, person)
            self._compare(f"after {author}", before)
        self._try_as_the_centre(own)
        self.shown.stage("The centre starts again, its pages are opened, the register is made anew")
        self.centre.stop()
        self.centre.start()
        self._compare("after a start", before)
        try:
            self.centre.manage("rebuild_projections", "--keep")
            self.centre.manage("rebuild_projections", "--compare")
        except ProgramFailed as failure:
            self.differed.append(f"rebuild: {failure}")
        self._compare("after a rebuild", before)
        for pc in (own, other):
            self._goes_on(pc)

    def told(self) -> Told:
        """What was tried, what became of it, and what differed."""
        return {
            "tried": sum(self.tried.values()),
            "by_author": dict(self.tried),
            "became": dict(self.became.most_common()),
            "pages_opened": self.pages,
            "differed": self.differed,
            "broken": self.differed,
            "seconds": round(time.monotonic() - self._began, 1),
        }

    def close(self) -> None:
        """Stop the centre."""
        self.centre.stop()

    def _offices(self) -> tuple[ForgingPc, ForgingPc, ForgingPc]:
        pcs = []
        for site in (SITE, OTHER, SITE):
            person = bytes.fromhex(self.centre.person("clerk", site)["person"])
            pc = enrol(self.centre.address, site, self.centre.enrolment_code(site), person)
            sound = [self._register(pc) for _ in range(3)]
            if [status for status, _ in self._sent(pc)] != [Status.REGISTERED] * 3:
                raise ProgramFailed(f"three sound requests of {site} were not registered")
            self._targets.setdefault(site, []).extend(sound)
            pcs.append(pc)
        return pcs[0], pcs[1], pcs[2]

    def _withdraw(self, pc: ForgingPc) -> None:
        look = look_into(self.centre)
        slot = next(one["slot"] for one in look["epochs"] if one["epoch"] == pc.epoch.hex())
        self.centre.manage("revoke_workplace", "--slot", f"ALA-{slot}", "--reason", "сыноо")

    def _authors(
        self, own: ForgingPc, other: ForgingPc, withdrawn: ForgingPc
    ) -> Iterator[tuple[str, ForgingPc, bytes | None]]:
        yield "own office, a stranger", own, STRANGER
        yield "own office, its clerk, the centre's kinds", own, None
        yield "another office, a stranger", other, STRANGER
        yield "another office, its clerk, the centre's kinds", other, None
        yield "withdrawn PC", withdrawn, None

    def _kinds(self, person: bytes | None, *, is_withdrawn: bool) -> Iterator[int]:
        for kind in (*EventKind, *NEWER_KINDS):
            if person is not None or is_withdrawn or kind >= CENTRE_FROM:
                yield int(kind)

    def _try_all(self, author: str, pc: ForgingPc, person: bytes | None) -> None:
        sent: list[str] = []
        for kind in self._kinds(person, is_withdrawn=author == "withdrawn PC"):
            for about in (self._targets[SITE][0], pc.events[0].hash):
                for saying in sayings(kind, about, pc.site, self._today):
                    for header in _headers(kind, saying):
                        pc.write(kind, saying.raw, appeal=about, person=person, **header)
                        sent.append(f"{kind} {saying.name} {header}")
                        if len(sent) == BATCH:
                            self._judge(author, pc, sent)
        self._judge(author, pc, sent)

    def _judge(self, author: str, pc: ForgingPc, sent: list[str]) -> None:
        if not sent:
            return
        for (status, code), what in zip(self._sent(pc), sent, strict=True):
            self.tried[author] += 1
            self.became[f"{status.name.lower()} {code}".strip()] += 1
            if status is Status.REGISTERED:
                self.differed.append(f"{author}: {what} was registered")
        sent.clear()
        self.shown.count(sum(self.tried.values()), sum(self.tried.values()), author)

    def _try_as_the_centre(self, pc: ForgingPc) -> None:
        """Events that name the centre's own chain are refused whole; nothing is taken into custody."""
        chain = next(one["epoch"] for one in look_into(self.centre)["epochs"] if one["site"] == CENTRE)
        events = look_into(self.centre)["events"]
        for kind in (*EventKind, *NEWER_KINDS):
            raw = next(sayings(int(kind), self._targets[SITE][0], SITE, self._today)).raw
            pc.write(int(kind), raw, appeal=self._targets[SITE][0], epoch=bytes.fromhex(chain))
            answer = pc.exchange()
            self.tried["the centre's chain"] += 1
            self.became["refused " + ("nothing" if isinstance(answer, ExchangeReply) else answer.code)] += 1
            pc.take_back(1)
        if look_into(self.centre)["events"] != events:
            self.differed.append("an event of the centre's chain was taken from an office")

    def _goes_on(self, pc: ForgingPc) -> None:
        """The next honest requests of an office are judged as if nothing had been."""
        for _ in range(2):
            self._register(pc)
        if (results := self._sent(pc)) != [(Status.REGISTERED, "")] * 2:
            self.differed.append(f"the next requests of {pc.site}: {results}")

    def _register(self, pc: ForgingPc) -> bytes:
        raw = codec.encode(to_plain(said(EventKind.APPEAL_REGISTERED, b"", pc.site, self._today)))
        made = pc.write(EventKind.APPEAL_REGISTERED, raw)
        pc.counter += 1
        return made.hash

    def _sent(self, pc: ForgingPc) -> list[tuple[Status, str]]:
        answer = pc.exchange()
        if not isinstance(answer, ExchangeReply):
            raise ProgramFailed(f"an exchange was refused: {answer.code} {answer.params}")
        return results_of(answer)

    def _compare(self, when: str, before: Told) -> None:
        try:
            now = self._seen()
        except ProgramFailed as failure:
            self.differed.append(f"{when}: {failure}")
            return
        self.differed += [f"{when}: {name} is not what it was" for name in before if before[name] != now[name]]

    def _seen(self) -> Told:
        """What must not change: the register, what is accepted, what was told to offices, and pages."""
        look = look_into(self.centre)
        seen: Told = {name: look[name] for name in ("appeals", "accepted", "told", "erased", "blobs")}
        for path, text in self._pages():
            if path.split("?")[0] in UNCHANGED:
                seen[path] = PASSING.sub("", text)
        return seen

    def _pages(self) -> Iterator[tuple[str, str]]:
        people = {one["login"]: one for one in self.centre.people()}
        for login, paths in {"": OPEN_PAGES, **PAGES}.items():
            with Browser(self.centre.address) as browser:
                if login:
                    browser.sign_in(people[login])
                for path in paths:
                    self.pages += 1
                    yield path, browser.open(path)


def _headers(kind: int, saying: Saying) -> Iterator[dict[str, int]]:
    """How else the header of an event is made to lie."""
    version = {"body_version": saying.version}
    yield version
    if kind == EventKind.APPEAL_REGISTERED:
        yield {**version, "counter": 9_000}
        yield {**version, "year": 9_000}
        yield {**version, "counter": 0, "year": 0}
    if saying.name == "well-formed":
        yield {**version, "wall_ms": 2**62, "server_time_ms": 2**40}
