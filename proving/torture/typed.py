"""`./liaison torture --typing`: a real window's program is killed in the middle of a word, again and again.

Whoever types without a pause loses the last second of it at most: what was seen typed a second before the kill stands
in its field after the next start, to the letter; so do names typed into a list and not chosen yet, and what is typed in
the dialogs about a request.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from liaison_desktop.ui import names
from proving import officers
from proving.asked import SAMPLES
from proving.demo.showing import Shown
from proving.look import look_into
from proving.torture.promises import Promises
from proving.torture.trial import CutNow
from proving.world import Centre, Office, ProgramFailed, free_port, wait_until

SITE: Final = "KG-C-ALA"
FIELDS: Final = (
    names.RECEPTION_TEXT,
    names.RECEPTION_ADDRESSEE,
    names.RECEPTION_SUBJECT,
    names.RECEPTION_CATEGORY,
    names.RECEPTION_SURNAME,
    names.RECEPTION_TERRITORY,
    names.RECEPTION_STREET,
)
WORDS: Final = [
    "көчөбүздө",
    "үч",
    "айдан",
    "бери",
    "ичүүчү",
    "суу",
    "жок",
    "кызматтарга",
    "бир",
    "нече",
    "жолу",
    "кайрылдык",
    "бирок",
    "өзгөрүү",
    "болгон",
    "жок",
]
SECOND_S: Final = 1.0
SHORTEST_S: Final = 1.3
LONGEST_S: Final = 4.0

ACT_EVERY: Final = 10
"""So many rounds hold one in a dialog about a request; the others are in the form."""
ROUTED_S: Final = 120.0
ROWS: Final = (1, 3)
BODY: Final = "MIN-SOCIAL"
"""Requests of the samples to bodies of the country, and one whose officers answer for all of those."""

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """A dialog about a request: the button that opens it, its name, the field that is typed in."""

    button: str
    dialog: str
    field: str
    of_answered: bool = False


ACTS: Final = (
    Act(names.REQUESTS_CORRECT, "correct", "correct.reason"),
    Act(names.REQUESTS_TOLD, "tell", "tell.note", of_answered=True),
    Act(names.REQUESTS_SUPPLEMENT, "supplement", "supplement.text"),
    Act(names.REQUESTS_WITHDRAW, "withdraw", "withdraw.reason"),
)


class TypingTrial:
    """One office with a window; every round types, is killed, starts anew and looks."""

    def __init__(self, folder: Path, seed: int, shown: Shown) -> None:
        self.promises = Promises()
        self._seed = seed
        self._shown = shown
        self._folder = folder
        self._fields: Counter[str] = Counter()
        self._lost: list[int] = []
        self._lost_s: list[float] = []
        self._began = time.monotonic()
        port = free_port()
        spoken = {"LIAISON_PUBLIC_URL": f"http://127.0.0.1:{port}"}  # officers sign in without TLS here
        self.centre = Centre(folder / "centre", port, environment=spoken)
        self.office: Office | None = None
        self._appeal = self._answered = ""

    def run(self, rounds: int, seconds: float) -> None:
        """Enrol the office, bring it a request and an answered one, and go through the rounds without a line."""
        self._shown.stage("An office and its centre are made")
        self.centre.prepare((SITE,))
        self.centre.start()
        office = self.office = Office("typing", SITE, self._folder / "office", self.centre.address, has_window=True)
        office.start()
        office.ask("enrol", code=self.centre.enrolment_code(SITE), name="typing")
        self._sign_in(office)
        self._register(office)
        self.centre.stop()
        self._shown.stage("Killed in the middle of a word")
        for number in range(rounds):
            if time.monotonic() - self._began > seconds or self.promises.broken:
                return
            self._round(office, random.Random(f"typing {self._seed} {number}"), number)
            self._shown.count(number + 1, rounds, f"rounds, {sum(self._lost)} letters lost")

    def told(self) -> Told:
        """What came of it."""
        return {
            "rounds": sum(self._fields.values()),
            "fields": dict(self._fields),
            "letters_lost_most": max(self._lost, default=0),
            "seconds_lost_most": round(max(self._lost_s, default=0.0), 2),
            "broken": self.promises.broken,
            "seconds": round(time.monotonic() - self._began, 1),
        }

    def close(self) -> None:
        """Stop every program."""
        if self.office is not None:
            self.office.stop()
        self.centre.stop()

    def _register(self, office: Office) -> None:
        """Two requests of the samples, of which officers answer one."""
        office.ask("register", file=str(SAMPLES), run="typing", rows=list(ROWS), by="services")
        office.ask("exchange")
        wait_until(
            lambda: look_into(self.centre)["states"].get("with_body", 0) >= 2, ROUTED_S, "both requests have a body"
        )
        writer, second = (self.centre.person("case_officer", body=BODY, place=place) for place in range(2))
        numbers = officers.write_answers(self.centre.address, writer, 1)
        answered = officers.approve_answers(self.centre.address, second, numbers)
        office.ask("exchange")
        if not answered:
            raise ProgramFailed("no officer could answer")
        for one in office.ask("registered")["requests"]:
            if one["number"] in answered:
                self._answered = one["event"]
            else:
                self._appeal = one["event"]

    def _open(self, office: Office, act: Act | None) -> None:
        if act is not None:
            appeal = self._answered if act.of_answered else self._appeal
            office.ask("open_act", appeal=appeal, button=act.button, dialog=act.dialog)

    def _round(self, office: Office, draw: random.Random, number: int) -> None:
        turn, place = divmod(number, ACT_EVERY)
        act = ACTS[turn % len(ACTS)] if place == 1 else None
        field = FIELDS[number % len(FIELDS)] if act is None else act.field
        every_s = draw.uniform(0.02, 0.11)
        wanted = int(draw.uniform(SHORTEST_S, LONGEST_S) / every_s)
        text = _text(draw, wanted + 20)
        cut_at = next(at for at in range(wanted, len(text)) if text[at - 1].isalpha() and text[at].isalpha())
        seen_at: list[float] = []

        def progress(told: Told) -> None:
            seen_at.append(time.monotonic())
            if told["typed"] >= cut_at:
                office.kill()
                raise CutNow

        self._open(office, act)
        try:
            office.ask("type_on", progress=progress, field=field, text=text, every_s=every_s)
        except CutNow:
            cut = time.monotonic()
        else:
            self.promises.break_(f"{field}: the program was not killed in time")
            return
        office.start()
        self._sign_in(office)
        self._open(office, act)
        found = str(office.ask("typed", field=field)["text"])
        if act is None:
            office.ask("forget_typed")
        else:
            office.ask("discard_act", dialog=act.dialog)
        due = sum(at <= cut - SECOND_S for at in seen_at)
        self._fields[field] += 1
        self._lost.append(len(seen_at) - len(found))
        self._lost_s.append(cut - seen_at[len(found)] if len(found) < len(seen_at) else 0.0)
        if not text.startswith(found) or len(found) < due:
            self.promises.break_(
                f"{field}: {len(seen_at)} letters were typed, {due} of them a second before the power went, "
                f"{len(found)} are there"
            )

    def _sign_in(self, office: Office) -> None:
        clerk = self.centre.person("clerk", office.site)
        office.ask("sign_in", login=clerk["login"], password=clerk["password"])


def _text(draw: random.Random, letters: int) -> str:
    """Words in a drawn order, so long."""
    mixed = draw.sample(WORDS, len(WORDS))
    return "".join(islice((letter for word in cycle(mixed) for letter in f"{word} "), letters))
