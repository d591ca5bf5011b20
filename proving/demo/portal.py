"""Citizens at a demonstration's portal: they write, are answered with files, rate, complain; the body above decides.

Every act goes through the pages as a browser without script sends it; letters go over a real mail server. What was
done is remembered act by act, so that an interrupted demonstration goes on.
"""

import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from proving import officers
from proving.asked import Asked
from proving.citizens import Citizen, Written
from proving.demo.pages import Way
from proving.mailbox import Mailbox
from proving.officers import Browser
from proving.program import NUMBERS_AT_ONCE, Program
from proving.world import Centre, ProgramFailed, wait_until

Told = dict[str, Any]

EVERY: Final = 10
"""Of so many requests of the file one is written on the portal too, by somebody with an e-mail address."""

WRITERS_LEAST: Final = 4
WRITERS_MOST: Final = 30
READERS: Final = 2
"""Citizens who have news sent; the letters come from eight in the morning, so a demonstration at night has none."""
LETTER_S: Final = 60.0
ROUTED_S: Final = 60.0
VILLAGE: Final = "AYIL-BASHY"
LOCAL: Final = "AKIM"
ABROAD: Final = ("Германия, Берлин", "Түркия, Анкара", "Россия, Екатеринбург", "Корея, Сеул")
BY_PROGRAM: Final = "by-program@example.org"
SOLVED: Final = ("1", "2", "3")
"""Ratings in turn, as the form has them."""

FILE: Final = (
    "added",
    "Жооп.txt",
    "Маселе боюнча комиссиянын корутундусу: иштер башталды.\nЗаключение комиссии: работы начаты.\n".encode(),
)
COMPLAINT: Final = "Жооп маани боюнча эмес, маселе чечилген жок."
FIRST_PLACE: Final = 10
"""The last part of the first writer's loopback address."""

TOPIC: Final = re.compile(r'<option value="(\d\d\.\d\d)"')
ANSWER_FILE: Final = re.compile(r'href="(/a/[A-Z0-9-]+/file/\d+)"')
SUBJECT_MOST: Final = 200
TEXT_MOST: Final = 5_000
NAME_MOST: Final = 60
STRANGERS: Final = {
    "home": "/",
    "requests": "/requests",
    "totals": "/totals",
    "figures": "/figures",
    "figures-of-place": "/figures/place/KG-C",
    "figures-of-body": "/figures/body/AKIM@KG-C-ALA",
    "report": "/report",
    "officials": "/officials",
    "official": "/officials/AKIM@KG-C-ALA",
    "guides": "/guides",
    "lessons": "/lessons",
    "offices": "/offices",
    "verify": "/verify",
    "find": "/a",
    "write": "/write",
    "sign-in": "/sign-in",
}
WRITERS: Final = {
    "write-matter": "/write/matter",
    "write-addressee": "/write/addressee?q=аким",
    "write-writer": "/write/writer",
    "write-files": "/write/files",
    "write-check": "/write/check",
}
APPLICANTS: Final = {"own": "", "own-complain": "/say/complain"}
OFFICERS: Final = {
    "work": "/work",
    "work-check": "/work/check",
    "work-templates": "/work/templates",
}
"""Pages that are looked at, by the names of their pictures."""

KINDS: Final = frozenset({"proposal", "application", "complaint", "thanks"})


@dataclass(frozen=True, slots=True)
class Officers:
    """Two people of a body, the one who writes and the one who approves."""

    writer: Mapping[str, Any]
    second: Mapping[str, Any]

    @property
    def bodies(self) -> frozenset[str]:
        """The bodies they act for."""
        return frozenset(self.writer["bodies"])


@dataclass
class Portal:
    """The citizens' part of one demonstration; `kept` is what it remembers, `keep` writes that down."""

    centre: Centre
    mailbox: Mailbox
    asked: Sequence[Asked]
    site: str
    near: Officers
    """Of the district: its akim's office and its villages."""

    above: Officers
    """Of the province above it."""

    national: Officers
    editor: Mapping[str, Any]
    second_editor: Mapping[str, Any]
    kept: Told
    keep: Callable[[], None]
    count: Callable[[int, int, str], None]

    @property
    def acts(self) -> tuple[Callable[[], None], ...]:
        """What happens, in its order."""
        return self.write, self.answer, self.respond, self.subscribe, self.decide, self.let_program_in

    def write(self) -> None:
        """Citizens write and are confirmed; each gets a number."""
        rows, most = self._rows(), self._most()
        written: list[Told] = self.kept.setdefault("written", [])
        for place in range(len(written), min(most, len(rows))):
            told, addressee = self._written(place, rows[place])
            with self._citizen(place) as citizen:
                citizen.write(told, addressee)
                self.kept["submitted"] = place + 1
                code = self.mailbox.newest_code(told.email, LETTER_S)
                if not code:
                    raise ProgramFailed(f"no letter with a code came to writer {place + 1}")
                number, opens = citizen.confirm(code)
            written.append({"number": number, "opens": opens})
            self.keep()
            self.count(len(written), most, "written and confirmed")

    def _citizen(self, place: int) -> Citizen:
        """The citizen of a place in the list: from a network address of their own, in Kyrgyz or Russian in turn."""
        return Citizen(self.centre.address, f"127.0.0.{FIRST_PLACE + place}", "ru" if place % 2 else "ky")

    def answer(self) -> None:
        """What was written to a village head is forwarded; some are answered, with a file, by two people."""
        states = self._until_routed()
        akim = f"{LOCAL}@{self.site}"
        for number in (one["number"] for one in self.kept["written"][:1]):
            pair = self._who_has(states[number]["body"])
            if "forwarded" not in self.kept and pair is not None and states[number]["body"] != akim:
                with Browser(self.centre.address) as browser:
                    browser.sign_in(pair.writer)
                    officers.forward(browser, number, akim)
                self.kept["forwarded"] = number
                self.keep()
        states = self._states()
        for pair in self._pairs:
            mine = [number for number, one in states.items() if one["body"] in pair.bodies]
            self._answer(pair, mine[: max(2, len(mine) * 2 // 3)])

    def _answer(self, pair: Officers, numbers: Sequence[str]) -> None:
        answered: list[str] = self.kept.setdefault("answered", [])
        left = [number for number in numbers if number not in answered]
        if not left:
            return
        with Browser(self.centre.address) as browser:
            browser.sign_in(pair.writer)
            ready = [number for number in left if officers.write_answer(browser, number, FILE)]
        answered += officers.approve_answers(self.centre.address, pair.second, ready)
        self.keep()

    def respond(self) -> None:
        """Citizens read the answer and its file, rate, and one complains; another adds something, one withdraws."""
        rated, complained = self.kept.setdefault("rated", []), self.kept.setdefault("complained", [])
        answered = set(self.kept.setdefault("answered", []))
        for place, one in enumerate(self.kept["written"]):
            number = one["number"]
            with self._citizen(place) as citizen:
                if number in answered:
                    page = citizen.open(number, one["opens"])
                    if number not in rated:
                        self.kept["files_read"] = self.kept.get("files_read", 0) + _reads(citizen, page)
                        citizen.say(number, "rate", solved=SOLVED[place % len(SOLVED)])
                        rated.append(number)
                    if place == 0 and number not in complained:
                        citizen.say(number, "complain", text=COMPLAINT)
                        complained.append(number)
                elif "added" not in self.kept:
                    citizen.open(number, one["opens"])
                    citizen.say(number, "add", text="Кошумча: документтин көчүрмөсү менде бар, керек болсо жөнөтөм.")
                    self.kept["added"] = number
                elif "withdrawn" not in self.kept and self.kept["added"] != number:
                    citizen.open(number, one["opens"])
                    citizen.say(number, "withdraw", text="Маселе чечилди, рахмат.")
                    self.kept["withdrawn"] = number
            self.keep()

    def subscribe(self) -> None:
        """Two citizens have news of their district sent, and press the button of the letter that asks back."""
        subscribed: list[str] = self.kept.setdefault("subscribed", [])
        for place in range(len(subscribed), READERS):
            email = f"reader-{place + 1}@example.org"
            with self._citizen(WRITERS_MOST + 1 + place) as citizen:
                citizen.subscribe(email, self.site)
                link = self.mailbox.newest_link(email, "/subscribe/confirm/", LETTER_S)
                if not link:
                    raise ProgramFailed(f"no letter that asks back came to reader {place + 1}")
                citizen.want(link)
            subscribed.append(email)
            self.keep()

    def decide(self) -> None:
        """The body above takes up what was complained of and answers it anew; an editor publishes."""
        states = self._until_routed()
        decided: list[str] = self.kept.setdefault("decided", [])
        for number in self.kept["complained"]:
            pair = self._who_has(states[number]["body"])
            if number in decided or pair is None:
                continue
            with Browser(self.centre.address) as browser:
                browser.sign_in(pair.writer)
                officers.write_answer(browser, number)
            decided += officers.approve_answers(self.centre.address, pair.second, [number])
            self.keep()
        if not self.kept.get("published"):
            among = set(self.kept["answered"])
            proposed = officers.publish_summaries(self.centre.address, self.editor, len(among), among)
            self.kept["published"] = officers.confirm_summaries(self.centre.address, self.second_editor, proposed)
        self.kept["mails"] = len(self.mailbox.letters)
        self.kept["digests"] = sum("List-Unsubscribe" in letter for letter in self.mailbox.letters)
        self.keep()

    def let_program_in(self) -> None:
        """Another program brings a request that its person confirms, and reads what is published."""
        if "by_program" in self.kept:
            return
        rows = self._rows()
        if not rows:
            return
        told, _addressee = self._written(len(rows) - 1, rows[-1])
        program = Program(self.centre, "Шаардын порталы")
        brought = {
            "service_code": told.category,
            "description": told.text,
            "last_name": told.surname,
            "first_name": told.given_name,
            "email": BY_PROGRAM,
            "address_id": self.site,
            "attribute[subject]": told.subject,
            "attribute[territory]": self.site,
        }
        number = program.bring(brought, lambda: self.mailbox.newest_code(BY_PROGRAM, LETTER_S))
        published = self.kept["published"][:NUMBERS_AT_ONCE]
        self.kept["by_program"] = {"number": number, "asked": len(published), "read": len(program.read(published))}
        program.close()
        self.keep()

    def ways(self) -> Iterator[Way]:
        """The pages of this story as a stranger, a writer, an applicant and officers open them."""
        written, published = self.kept["written"], self.kept.get("published", [])
        stranger = STRANGERS | ({"summary": f"/a/{published[0]}"} if published else {})
        yield Way([], stranger)
        rows = self._rows()
        if rows:
            with self._citizen(WRITERS_MOST) as citizen:
                citizen.fill_in(*self._written(0, rows[0]))
                yield Way(citizen.cookies, WRITERS)
        for one in written[1:2]:
            with self._citizen(1) as citizen:
                citizen.open(one["number"], one["opens"])
                opened = {name: f"/a/{one['number']}{path}" for name, path in APPLICANTS.items()}
                yield Way(citizen.cookies, opened)
        for pair in (self.near,):
            with Browser(self.centre.address) as browser:
                browser.sign_in(pair.writer)
                numbers = browser.numbers("/work")
                one = {"work-case": f"/work/a/{numbers[0]}"} if numbers else {}
                yield Way(browser.cookies, OFFICERS | one)

    def told(self, look: Told) -> Told:
        """The figures; `look` is what the central register holds."""
        kept = self.kept
        mine = {one["number"] for one in kept["written"]}
        return {
            "submitted": kept.get("submitted", 0),
            "confirmed": len(mine),
            "in_register": len(mine & {one["number"] for one in look["appeals"]}),
            "answered": len(kept["answered"]),
            "files_read": kept.get("files_read", 0),
            "forwarded": int("forwarded" in kept),
            "rated": len(kept["rated"]),
            "complaints": len(kept["complained"]),
            "decided_above": len(kept["decided"]),
            "added": int("added" in kept),
            "withdrawn": int("withdrawn" in kept),
            "subscribed": len(kept.get("subscribed", [])),
            "digests": kept.get("digests", 0),
            "mails_sent": kept["mails"],
            "published": len(kept["published"]),
            "by_programs": int(self._by_program.get("number") in {one["number"] for one in look["appeals"]}),
            "read_by_programs": self._by_program.get("read", 0),
            "asked_by_programs": self._by_program.get("asked", 0),
            "in_open_data": len(self._in_open_data(set(kept["published"]))),
        }

    @property
    def _by_program(self) -> Told:
        by_program: Told = self.kept.get("by_program", {})
        return by_program

    def _in_open_data(self, numbers: Collection[str]) -> list[str]:
        with Browser(self.centre.address) as browser:
            told = json.loads(browser.open("/requests.json"))
        return [number for number in numbers if number in json.dumps(told)]

    @property
    def _pairs(self) -> tuple[Officers, ...]:
        return self.near, self.above, self.national

    def _who_has(self, body: str) -> Officers | None:
        """Whose officers act for a body."""
        return next((pair for pair in self._pairs if body in pair.bodies), None)

    def _most(self) -> int:
        return min(WRITERS_MOST, max(WRITERS_LEAST, len(self.asked) // EVERY))

    def _rows(self) -> list[Mapping[str, Any]]:
        """The rows of the file that a form of the portal takes."""
        with Browser(self.centre.address) as browser:
            topics = frozenset(TOPIC.findall(browser.open("/write/matter")))
        return [one.told for one in self.asked if one.told is not None and _is_plain(one.told, topics)]

    def _written(self, place: int, told: Mapping[str, Any]) -> tuple[Written, str]:
        """A row of the file as a citizen writes it: the first to a village head, then to the akim, then by the rule."""
        citizen = told["citizen"]
        to = (f"{VILLAGE}@{self.site}", "айыл башчысы") if place == 0 else (f"{LOCAL}@{self.site}", "акими")
        addressee, seeks = to if place % 3 < 2 else ("", "")
        return (
            Written(
                subject=str(told["subject"]),
                text=str(told["text"]),
                category=str(told["categories"][0]),
                place=self.site,
                kind=str(told["kind"]),
                seeks=seeks,
                surname=str(citizen["surname"]),
                given_name=str(citizen["given_name"]),
                email=f"writer-{place + 1}@example.org",
                territory="" if place % 3 == 0 else self.site,
                settlement=ABROAD[place % len(ABROAD)] if place % 3 == 0 else "Лебединовка",
            ),
            addressee,
        )

    def _states(self) -> dict[str, Told]:
        from proving.look import look_into

        mine = {one["number"] for one in self.kept["written"]}
        return {one["number"]: one for one in look_into(self.centre)["appeals"] if one["number"] in mine}

    def _until_routed(self) -> dict[str, Told]:
        """Wait until every request has a body; the centre's rules find it within seconds."""
        found: dict[str, Told] = {}

        def are_routed() -> bool:
            found.update(self._states())
            if all(one["body"] for one in found.values()):
                return True
            time.sleep(1)
            return False

        wait_until(are_routed, ROUTED_S, "requests of the portal have a body")
        return found


def _is_plain(told: Mapping[str, Any], topics: Collection[str]) -> bool:
    """Whether a row has what a form of the portal asks for."""
    categories = told.get("categories")
    is_known = told.get("kind") in KINDS and isinstance(categories, list) and categories[:1] and categories[0] in topics
    names = [told["citizen"].get(name) for name in ("surname", "given_name")]
    texts = [(told.get("subject"), SUBJECT_MOST), (told.get("text"), TEXT_MOST), *((name, NAME_MOST) for name in names)]
    return bool(is_known) and all(
        isinstance(text, str) and text.strip() and len(text) <= most and text.replace("\n", " ").isprintable()
        for text, most in texts
    )


def _reads(citizen: Citizen, page: str) -> bool:
    """Whether a file of the answer can be fetched from the page of a request."""
    found = ANSWER_FILE.search(page)
    return found is not None and citizen.size(found[1]) == len(FILE[2])
