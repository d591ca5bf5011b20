"""The story, stage by stage: prepared, enrolled, registered without a line, killed, delivered, answered, proved.

Every stage can be done again: what was done stays, what is missing is added. So an interrupted demonstration goes on.
"""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from proving import officers
from proving.asked import Asked, read_asked
from proving.demo import pages as drawing
from proving.demo import verifying
from proving.demo.conversing import Conversation
from proving.demo.meeting import HALL, Meeting, call_off, devices
from proving.demo.memory import Kept, Memory
from proving.demo.portal import Officers, Portal
from proving.demo.showing import Shown
from proving.heads import invented_directory
from proving.line import Line
from proving.look import look_into
from proving.mailbox import Mailbox, mail_server, surroundings_of_mail, why_no_mail
from proving.world import Centre, Office, ProgramFailed, free_port, wait_until
from server_sync.contract.moments import BISHKEK

SITES: Final = ("KG-C-ALA", "KG-C")
NAMES: Final = ("ALA", "CHY")
BY_WIDGETS: Final = 6
"""Rows that each office types into the window; the services take the rest."""

TYPED_MOST: Final = 3_000
"""Characters of a text that is typed by widgets."""

TYPED_CATEGORIES: Final = 3
"""The form has room for so many; further ones are the services'."""

MINISTRY_ANSWERS: Final = 5
LOCAL_ANSWERS: Final = 3
SUMMARIES: Final = 2
HELD_S: Final = 30.0
DRAIN_TRIES: Final = 20

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    requests: Path
    count: int | None
    seed: int
    out: Path
    resume: bool
    windows: bool = True
    pictures: bool = True
    """Whether screens and pages are drawn; they are opened and read all the same."""
    every_page: bool = True
    """Whether the portal's pages are drawn in three languages, wide and narrow, which takes a minute."""


class Killed(Exception):
    """The moment has come to cut an office's power."""


class Story:
    """One demonstration; `close` stops every program it started."""

    def __init__(self, wish: Wish, shown: Shown) -> None:
        self.wish = wish
        self.shown = shown
        self._home = wish.out / ".demo"
        memory = Memory.of(self._home) if wish.resume else None
        if memory is None:
            _clear(wish.out)
            memory = Memory(self._home, Kept(wish.seed, str(wish.requests), wish.count))
        self.memory = memory
        self.kept = memory.kept
        self.asked: tuple[Asked, ...] = read_asked(Path(self.kept.requests), self.kept.count)
        self._random = random.Random(self.kept.seed)
        self._kill_at = [self._random.random() for _ in range(6)]
        port = self.kept.centre_port or free_port()
        self.kept.centre_port = port
        self.mailbox = Mailbox()
        self.kept.mail_port = self.kept.mail_port or free_port()
        self._ends = ExitStack()
        self.centre = Centre(
            self._home / "centre",
            port,
            environment=surroundings_of(port) | ({} if why_no_mail() else surroundings_of_mail(self.kept.mail_port)),
        )
        self.lines = [Line(port, at) for at in (self.kept.line_ports or (0, 0))]
        self.kept.line_ports = [line.port for line in self.lines]
        self.offices = [
            Office(name, site, self._home / name, line.address, environment=devices(k), has_window=wish.windows)
            for k, (name, site, line) in enumerate(zip(NAMES, SITES, self.lines, strict=True), 1)
        ]
        self.hall = Office(
            "HAL", HALL, self._home / "HAL", f"http://127.0.0.1:{port}", environment=devices(0), has_window=True
        )
        self.portal: Portal | None = None
        self.found: Told = {}
        memory.keep()

    # the programs

    def close(self) -> None:
        """Stop everything, note what the lines carried, and remember."""
        for office in (*self.offices, self.hall):
            office.stop()
        self.centre.stop()
        self._ends.close()
        for line in self.lines:
            self.kept.bytes_up += line.bytes_up
            self.kept.bytes_down += line.bytes_down
            line.close()
        self.memory.keep()

    def run(self) -> None:
        """Tell the whole story."""
        stages: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("prepare", "The centre gets keys, a register and people", self.prepare),
            ("enrol", "Two offices become workplaces, and a clerk signs in at each", self.enrol),
            ("register", "No line. Requests are registered at the counters", self.register),
            ("deliver", "The line is back. Everything goes to the centre", self.deliver),
            ("route", "The centre sends each request to the body that answers", self.route),
            ("answer", "Officers answer, with a second pair of eyes; an editor publishes", self.answer),
            ("bring_back", "Answers come back to the offices, and applicants are told", self.bring_back),
            ("citizens", "Citizens write on the portal, are answered, rate and complain", self.citizens),
            ("meet", "The Government meets: three windows, a stage of twenty seats", self.meet),
            ("receipts", "Receipts are written, and checked at the other office without a line", self.receipts),
            ("prove", "A third party checks every receipt against the public log", self.prove),
            ("rebuild", "The register is made anew from the events and compared", self.rebuild),
            ("pictures", "Pictures of the screens and pages", self.pictures),
        )
        for name, words, stage in stages:
            self.shown.stage(words)
            with self._timed(name):
                stage()
            self.memory.keep()

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.kept.seconds[name] = round(self.kept.seconds.get(name, 0) + time.monotonic() - began, 2)

    def _both(self, act: Callable[[int], Any]) -> list[Any]:
        """Do something at both offices at once; when one fails, or Ctrl-C is pressed, neither is waited for."""
        with ThreadPoolExecutor(2) as pool:
            try:
                return [future.result() for future in [pool.submit(act, k) for k in (0, 1)]]
            except BaseException:
                for office in self.offices:
                    office.cut()
                raise

    # stages

    def prepare(self) -> None:
        """Make the centre, or start the one that is there, with a mail server for its letters."""
        if not why_no_mail():
            self._ends.enter_context(mail_server(self.mailbox, self.kept.mail_port))
        self.centre.prepare(SITES)
        self._write_down_officials()
        self.centre.start()
        media = self.centre.media_server()
        if media is not None:
            self.found["media_server"] = {
                "address": media.address,
                "joined_at": media.client_url,
                "well": media.is_well,
                "restarts": media.restarts,
            }
            self.shown.say(f"meetings go through {media.client_url}, and it is well")

    def _write_down_officials(self) -> None:
        """Bring an invented directory of who holds which position, as an administrator would."""
        table = self.centre.home / "officials.csv"
        if table.exists():
            return
        table.write_bytes(invented_directory(datetime.now(BISHKEK).date(), frozenset(SITES)))
        told = self.centre.manage("import_officials", str(table), "--take", "--by", "administrator")
        self.shown.say(told.strip().splitlines()[-1])

    def enrol(self) -> None:
        """Enrol both offices over the line and sign a clerk in at each."""
        if not self.kept.is_enrolled:
            for line in self.lines:
                line.up()
        self._both(self._open_office)
        self.kept.is_enrolled = True

    def _start(self, k: int) -> None:
        """Switch an office's PC on; the first one's screens are drawn as they come up."""
        self.offices[k].start()
        if self.wish.windows and self.wish.pictures and k == 0:
            self.offices[k].ask("draw_into", folder=str(self.wish.out / "screens"))

    def _open_office(self, k: int) -> None:
        office = self.offices[k]
        self._start(k)
        if not office.ask("standing")["enrolled"]:
            office.ask("enrol", code=self.centre.enrolment_code(office.site), name=f"{office.name}-1")
        self._sign_in(k)

    def _sign_in(self, k: int) -> None:
        clerk = self.centre.person("clerk", self.offices[k].site)
        self.offices[k].ask("sign_in", login=clerk["login"], password=clerk["password"])

    def rows_of(self, k: int) -> list[int]:
        """The rows of one office, as places in the file: they are shared in turn."""
        return list(range(k, len(self.asked), 2))

    def _key(self, place: int) -> str:
        return str(place)

    def register(self) -> None:
        """With no line, register every row; one office is killed between two of them."""
        for line in self.lines:
            line.down()
        victim = int(self._kill_at[0] * 2)
        total = len(self.asked)

        def count() -> None:
            self.shown.count(len(self.kept.shown) + len(self.kept.refused), total, "registered or refused")

        def at(k: int) -> None:
            if self.wish.windows:
                self._register_by_widgets(k, count)
            kill_after = None
            left = [place for place in self.rows_of(k) if self._key(place) not in self.kept.by_widgets]
            if k == victim and not self._was_killed("registering"):
                kill_after = int(len(left) * (0.25 + 0.5 * self._kill_at[1]))
            try:
                self._register_rows(k, left, "services", count, kill_after)
            except Killed:
                self._killed_while_registering(k)
                self._register_rows(k, left, "services", count, None)

        self._both(at)
        self._press_twice()
        count()
        if self.wish.windows:
            self.offices[0].ask("draw_screens", screens=["delivery"])

    def _register_by_widgets(self, k: int, count: Callable[[], None]) -> None:
        rows = self.rows_of(k)
        most = min(BY_WIDGETS, len(rows) - 1)  # of few rows one is left to the services, which are killed at theirs
        typed = [place for place in rows if _can_be_typed(self.asked[place])][: max(0, most)]
        left = [place for place in typed if self._key(place) not in self.kept.by_widgets]
        if left and k == 0 and not self.kept.twice:
            self.offices[k].ask("press_twice")
        self._register_rows(k, left, "widgets", count, None)

    def _register_rows(
        self, k: int, rows: list[int], by: str, count: Callable[[], None], kill_after: int | None
    ) -> None:
        heard = 0

        def progress(told: Told) -> None:
            nonlocal heard
            key = self._key(rows[heard])
            heard += 1
            self.memory.told(key, k, told)
            if by == "widgets" and key not in self.kept.by_widgets:
                self.kept.by_widgets.append(key)
            count()
            if kill_after is not None and heard > kill_after:
                raise Killed

        run = f"demo {self.kept.seed}"
        if rows:
            self.offices[k].ask("register", progress=progress, file=self.kept.requests, run=run, rows=rows, by=by)

    def _killed_while_registering(self, k: int) -> None:
        """Cut the power within the next registration, start again, and hold what is there against what was shown."""
        office = self.offices[k]
        time.sleep(self._kill_at[2] * 0.004)
        office.kill()
        self._start(k)
        was_unclean = office.ask("standing")["unclean"]
        self._sign_in(k)
        here = {one["number"] for one in office.ask("registered")["requests"]}
        promised = {one["number"] for one in self.kept.shown.values() if one["office"] == k}
        self._note_kill("registering", k, was_unclean, sorted(promised - here), len(promised))

    def _note_kill(self, when: str, k: int, was_unclean: bool, missing: list[str], promised: int) -> None:
        self.kept.kills.append(
            {
                "when": when,
                "office": NAMES[k],
                "noticed": was_unclean,
                "shown_before": promised,
                "missing_after": missing,
            }
        )
        self.memory.keep()
        self.shown.say(f"{NAMES[k]} was killed while {when}; {promised} had been shown, {len(missing)} are missing")

    def _was_killed(self, when: str) -> bool:
        return any(one["when"] == when for one in self.kept.kills)

    def _press_twice(self) -> None:
        """The same request once more: by the key pressed five times in the window, by the same call without one."""
        if self.kept.twice or not self.kept.shown:
            return
        pressed = next((one["twice"] for one in self.kept.shown.values() if one.get("twice")), None)
        if pressed is not None:
            self.kept.twice = pressed
            return
        key, said = next(iter(self.kept.shown.items()))
        office = self.offices[said["office"]]
        before = len(office.ask("registered")["requests"])
        again = office.ask(
            "register", file=self.kept.requests, run=f"demo {self.kept.seed}", rows=[int(key)], by="services"
        )["rows"][0]
        after = len(office.ask("registered")["requests"])
        self.kept.twice = {"same_number": again.get("number") == said["number"], "registered": after - before}

    def deliver(self) -> None:
        """With the line back, deliver everything; the other office is killed in the middle of it."""
        victim = 1 - int(self._kill_at[0] * 2)
        if not self._was_killed("exchanging"):
            self._kill_while_exchanging(victim)
        for line in self.lines:
            line.up()
        self._both(self._drain)
        spent = [office.ask("spent") for office in self.offices]
        if not self.kept.delivery:
            self.kept.delivery = {name: sum(one[name] for one in spent) for name in ("bytes_up", "bytes_down")}

    def _kill_while_exchanging(self, k: int) -> None:
        """Let a drawn number of bytes pass, cut the power of the office that waits, and start it without a line."""
        office, line = self.offices[k], self.lines[k]
        is_up = self._kill_at[3] < 0.7
        text_bytes = min(48_000, 200 * office.ask("waiting")["events"])
        after = int(200 + text_bytes * 0.7 * self._kill_at[4]) if is_up else int(50 + 250 * self._kill_at[4])
        line.hold_after(after, is_up=is_up)
        office.tell("exchange")
        wait_until(line.held.is_set, HELD_S, "the exchange is under way")
        time.sleep(self._kill_at[5] * 0.2)
        office.kill()
        line.down()
        self._start(k)
        was_unclean = office.ask("standing")["unclean"]
        self._sign_in(k)
        here = {one["number"] for one in office.ask("registered")["requests"]}
        promised = {one["number"] for one in self.kept.shown.values() if one["office"] == k}
        self._note_kill("exchanging", k, was_unclean, sorted(promised - here), len(promised))

    def _drain(self, k: int) -> None:
        told: Told = {}
        for _ in range(DRAIN_TRIES):
            told = self.offices[k].ask("exchange")
            if told["drained"]:
                return
            time.sleep(0.5)
        raise ProgramFailed(f"{NAMES[k]} cannot deliver everything: {told}")

    def look(self) -> Told:
        """What the central register holds."""
        return look_into(self.centre)

    def route(self) -> None:
        """Wait until the centre's rules have found a body for every request."""
        expected = len(self.kept.shown)
        before: Told = {}
        for _ in range(60):
            told = self.look()
            self.shown.count(told["states"].get("with_body", 0), expected, "with a body")
            if (
                told["states"] == before.get("states")
                and len(told["appeals"]) >= expected
                and "with_body" in told["states"]
            ):
                return
            before = told
            time.sleep(1)

    def answer(self) -> None:
        """Let officers answer some, two pairs of eyes each, and an editor publish."""
        address, centre = self.centre.address, self.centre
        pairs = [("ministry-1", "ministry-2", MINISTRY_ANSWERS)]
        pairs += [(f"officer-{name.lower()}-1", f"officer-{name.lower()}-2", LOCAL_ANSWERS) for name in NAMES]
        people = {one["login"]: one for one in centre.people()}
        wanted = sum(most for *_, most in pairs)
        for writer, second, most in pairs:
            if len(self.kept.approved) >= wanted or f"{writer} wrote" in self.kept.answered:
                continue
            numbers = officers.write_answers(address, people[writer], most)
            approved = officers.approve_answers(address, people[second], numbers)
            self.kept.answered += [*numbers, f"{writer} wrote"]
            self.kept.approved += approved
            self.kept.writers |= dict.fromkeys(approved, writer)
            self.memory.keep()
            self.shown.count(len(self.kept.approved), wanted, "answered")
        if not self.kept.published:
            proposed = officers.publish_summaries(address, people["editor"], SUMMARIES)
            self.kept.published = officers.confirm_summaries(address, people["editor-2"], proposed)

    def bring_back(self) -> None:
        """Fetch the answers home and tell the applicants."""

        def at(k: int) -> list[Told]:
            self._drain(k)
            arrived: list[Told] = self.offices[k].ask("answers")["answers"]
            for one in arrived:
                if not one["told"]:
                    self.offices[k].ask("tell", appeal=one["appeal"])
            self._drain(k)
            return arrived

        self.found["answers"] = [one for some in self._both(at) for one in some]

    def citizens(self) -> None:
        """Let citizens write to officials, be answered, and say what they think of it."""
        why_not = why_no_mail()
        if why_not:
            self.found["without_portal"] = why_not
            self.shown.say(f"{why_not}, so nobody writes on the portal.")
            return
        people = {one["login"]: one for one in self.centre.people()}
        pairs = ("officer-ala", "officer-chy", "ministry")
        near, above, national = (Officers(people[f"{name}-1"], people[f"{name}-2"]) for name in pairs)
        self.portal = Portal(
            self.centre,
            self.mailbox,
            self.asked,
            SITES[0],
            near,
            above,
            national,
            people["editor"],
            people["editor-2"],
            self.kept.portal,
            self.memory.keep,
            self.shown.count,
        )
        for act in self.portal.acts:
            act()

    def meet(self) -> None:
        """Hold a meeting between the hall's window and the offices', with all seats of the stage taken at its end."""
        if "media_server" not in self.found or not self.wish.windows:
            return
        meeting = Meeting(
            self.centre,
            self.hall,
            self.offices,
            sign_in=lambda office: self._sign_in(self.offices.index(office)),
            draws=self.wish.pictures,
            pages=self.wish.out / "pages" if self.wish.pictures else None,
            line=self.lines[0],
            conversation=self._conversation(),
        )
        call_off(self.centre, self.kept.meetings)
        meeting.plan()
        self.kept.meetings = [meeting.name.hex(), meeting.closed.hex()]
        self.memory.keep()
        hall, assistant = self.hall, self.centre.person("chair_assistant")
        hall.start()
        if self.wish.pictures:
            hall.ask("draw_into", folder=str(self.wish.out / "screens"), only=["desk"])
        if not hall.ask("standing")["enrolled"]:
            hall.ask("enrol", code=self.centre.enrolment_code(hall.site), name="HAL-1")
        hall.ask("sign_in", login=assistant["login"], password=assistant["password"])
        told = meeting.attend()
        hall.stop()
        self.found["meeting"] = told
        self.shown.say(
            f"{told['seats']} on stage, the next is refused ({', '.join(told['refused_seats'])}); entered within "
            f"{told['join_s']} s, seen {told['picture_s']} s after being called"
        )
        self.shown.say(
            f"{told['hls_seconds']:.0f} s of broadcast in {told['hls_segments']} pieces; "
            f"{told['captions']} captions were read"
        )
        closed, spoken = told["closed"], told["conversation"]
        self.shown.say(
            f"a paper was read without a line and shown to {len(told['papers']['shown'])} offices; an interpreter was "
            f"heard after {told['interpreting']['heard_s']} s; a closed meeting was held, and who has no key refused "
            f"({closed['refused']})"
        )
        if spoken is not None:
            self.shown.say(
                f"{spoken['number']}: a conversation was asked for, set, {spoken['state']}, its outcome read"
            )
        if "without_browser" in told:
            self.shown.say(f"{told['without_browser']}, so no guest came and nobody watched.")

    def _conversation(self) -> Conversation | None:
        """A request of the first office that somebody answered: the citizen wishes to speak with them."""
        people = {one["login"]: one for one in self.centre.people()}
        here = {one["number"]: one["event"] for one in self.kept.shown.values() if one["office"] == 0}
        answered = next(((number, login) for number, login in self.kept.writers.items() if number in here), None)
        if answered is None:
            return None
        number, login = answered
        return Conversation(self.centre.address, self.offices[0], people[login], number, here[number])

    def receipts(self) -> None:
        """Write every receipt, and check it at the other office with no line."""
        for line in self.lines:
            line.down()
        total, done = len(self.kept.shown), 0

        def progress(_told: Told) -> None:
            nonlocal done
            done += 1
            self.shown.count(done, total, "receipts")

        folder = str(self.wish.out / "receipts")
        written: list[list[Told]] = self._both(
            lambda k: self.offices[k].ask("receipts", progress=progress, folder=folder)["receipts"]
        )
        checked: list[list[Told]] = self._both(
            lambda k: self.offices[k].ask("check", texts=[one["qr"] for one in written[1 - k]])["checked"]
        )
        typed: list[list[Told]] = self._both(
            lambda k: self.offices[k].ask("check", texts=[one["number"] for one in written[k]])["checked"]
        )
        self.found["receipts"] = [one for some in written for one in some]
        self.found["checked_by_qr"] = {
            receipt["number"]: said for k in (0, 1) for receipt, said in zip(written[1 - k], checked[k], strict=True)
        }
        self.found["checked_by_number"] = {
            receipt["number"]: said for k in (0, 1) for receipt, said in zip(written[k], typed[k], strict=True)
        }
        for line in self.lines:
            line.up()

    def prove(self) -> None:
        """Check every receipt as a third party does."""
        events = [(one["number"], one["event"]) for one in self.found["receipts"]]
        total = len(events)
        verifying.fetch_log(
            self.centre.address,
            self.wish.out / "log",
            events,
            lambda done: self.shown.count(done, total, "proofs fetched"),
        )
        self.found["verdicts"] = verifying.verify_all(
            self.wish.out,
            [number for number, _ in events],
            lambda done: self.shown.count(done, total, "receipts verified"),
        )

    def rebuild(self) -> None:
        """Make the register anew from its events and compare; ask both ends what they hold."""
        try:
            said = self.centre.manage("rebuild_projections", "--compare")
        except ProgramFailed as differs:
            said = str(differs)
        self.found["rebuilt"] = said.strip().splitlines()
        self.found["look"] = self.look()
        if self.portal is not None:
            self.found["portal"] = self.portal.told(self.found["look"])
        self.found["spent"] = [office.ask("spent") for office in self.offices]
        self.found["chains"] = [office.ask("chain") for office in self.offices]
        self.found["registered"] = [office.ask("registered")["requests"] for office in self.offices]

    def pictures(self) -> None:
        """Take the pictures that are missing."""
        if self.wish.windows:
            self.offices[0].ask("draw_screens", screens=["requests", "delivery-done", "meetings", "settings"])
        people = {one["login"]: one for one in self.centre.people()}
        first = self.found["receipts"][0] if self.found["receipts"] else None
        pages = drawing.pages_of(
            published=next(iter(self.kept.published), ""),
            receipt=urlsplit(first["qr"]).path if first else "/verify",
            case=next(iter(self.kept.writers.items()), None),
        )
        self.found["pages"] = drawing.read_pages(self.centre.address, people, pages)
        why_not = ""
        if self.wish.pictures:
            _, why_not = drawing.draw_pages(self.centre.address, people, pages, self.wish.out / "pages")
        if self.wish.pictures and self.wish.every_page and not why_not and self.portal is not None:
            drawing.draw_every_page(
                self.centre.address, self.portal.ways(), self.wish.out / "pages" / "every", self.shown.count
            )
        if why_not:
            self.shown.say(why_not)
        self.found["without_pages"] = why_not
        found = [file for name in ("screens", "pages") for file in (self.wish.out / name).rglob("*.png")]
        self.kept.screenshots = sorted(str(file.relative_to(self.wish.out)) for file in found)


def surroundings_of(port: int) -> dict[str, str]:
    """What a demonstration's centre is told: its address, and that its media server shall be in nobody's way."""
    return {"LIAISON_PUBLIC_URL": f"http://127.0.0.1:{port}", "LIAISON_MEDIA_PORTS": "free"}


def _clear(out: Path) -> None:
    """Take away what an earlier demonstration left; nothing else that lies in the folder."""
    for name in (".demo", "receipts", "log", "screens", "pages"):
        shutil.rmtree(out / name, ignore_errors=True)
    (out / "index.html").unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)


def _can_be_typed(asked: Asked) -> bool:
    told = asked.told
    if told is None:
        return False
    categories = told.get("categories")
    is_short = 0 < len(str(told.get("text") or "")) <= TYPED_MOST
    return is_short and isinstance(categories, list) and len(categories) <= TYPED_CATEGORIES
