"""I19 over whole lives: whatever people decide, erase, do and update in between, a register made anew is the register.

`LIAISON_HISTORIES=100:400` draws those histories instead of the few that the suite draws.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from server_sync.appeals import understanding
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase, erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import offered, resolve
from server_sync.appeals.sending_up import send_up
from server_sync.appeals.terms import count_anew, keep_extended, put_right
from server_sync.common.refusals import Refused
from server_sync.contract import bodies
from server_sync.contract.bodies import AppealCorrected, AppealKind, AppealSupplemented, Body, DueTerm, Routed, Words
from server_sync.contract.deadlines import Decree, compute_due
from server_sync.contract.events import NO_PERSON, EventKind, read_header
from server_sync.contract.territory import Names
from server_sync.journal.directory import announce_days
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.decrees import decree
from server_sync.workplaces.models import Person
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice
from tests.server.journal.test_any_batches import STRANGER, World, copy_of, deliver, people, withdraw

__all__ = ["people"]
pytestmark = pytest.mark.django_db
FIRST, LAST = (int(one) for one in os.environ.get("LIAISON_HISTORIES", "0:6").split(":"))
FAR = date(2060, 1, 1)
Staff = dict[str, Person]


@pytest.fixture
def staff(registrar, vera, vasil, editor, administrator) -> Staff:
    return {
        "registrar": registrar,
        "vera": vera,
        "vasil": vasil,
        "editor": editor,
        "administrator": administrator,
    }


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    monkeypatch.setattr("server_sync.appeals.erasing._overwrite", lambda _traces: None)  # nothing is on the disk yet


@pytest.fixture
def update(monkeypatch) -> Callable[[], None]:
    """Become a program that knows bodies of version 2."""

    def become() -> None:
        for module in ("server_sync.appeals.actions", "server_sync.appeals.registering", "server_sync.contract.events"):
            monkeypatch.setattr(f"{module}.BODY_VERSION", 2)
        understanding.interpret_waiting()

    return become


def write_drawn(draw: random.Random, office: PlainOffice, offices: tuple[PlainOffice, ...]) -> None:
    """One event of a PC: a request, often with a fault, or words about one; at times of a newer version."""
    header: dict[str, Any] = {"body_version": 2} if draw.random() < 0.12 else {}
    person = STRANGER if draw.random() < 0.15 else office.person
    requests = [event.hash for one in offices for event in one.events if _is_registration(event.header)]
    if draw.random() < 0.4 or not requests:
        many: dict[str, Any] = {"signatories": ("Бек",) * 1500, "signatories_count": 1500, "is_collective": True}
        faults: list[dict[str, Any]] = [
            {"categories": ("99.99",)},
            {"categories": ("99.99",), "due": DueTerm(FAR, 999)},
            {"due": DueTerm(FAR, 999)},
            {"registered_on": date(2100, 1, 1)},
            {"subject": ""},
            many,
        ]
        said: Body = replace(REQUEST, **draw.choice([{}] * 6 + faults))
        counters: list[dict[str, Any]] = [{"counter": draw.randint(0, 9)}, {"counter": 700}]
        others: list[dict[str, Any]] = [{"year": TODAY.year + 1}, {"wall_ms": 0}, {"random": draw.randint(0, 2)}]
        number = draw.choice([{}] * 6 + counters + others)
        counter = office.counter
        office.write(said, appeal=None, person=person, **number, **header)
        if "counter" in number and draw.random() < 0.7:
            office.counter = counter
        return
    about = draw.choice(requests[-6:])
    in_order = DueTerm(TODAY + timedelta(days=20), 14, rules_version=1)
    words: list[Body] = [
        AppealCorrected("ката", categories=("11.04",), subject="Тема", replaces=about),
        AppealCorrected("ката", categories=("11.04",), due=in_order, replaces=about),
        AppealCorrected("ката", subject=f"жаңы {draw.random()}"),
        AppealCorrected("ката", categories=("99.99",)),
        AppealCorrected("ката", due=DueTerm(FAR, 999)),
        AppealCorrected("ката", kind=AppealKind.THANKS, due=DueTerm(None, 0)),
        AppealSupplemented(signatories=("Бек",) * 800),
        AppealSupplemented("дагы"),
        bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL),
        bodies.ApplicantTold(bodies.AnswerBy.PHONE, TODAY + timedelta(days=draw.choice([0, 400]))),
        bodies.ComplaintMade("Суу жок"),
    ]
    if draw.random() < 0.08:
        office.write(bodies.Hole(draw.randint(1, 9), bytes(32)), person=person, **header)
    else:
        office.write(draw.choice(words), appeal=about, person=person, **header)


def _is_registration(header: bytes) -> bool:
    return read_header(header).kind == EventKind.APPEAL_REGISTERED


def act_of_people(world: World, staff: Staff, draw: random.Random) -> None:
    """Something that people do at the centre, or its worker."""

    def decide() -> None:
        readings = Reading.objects.select_related("event__epoch__site").order_by("event__leaf")
        open_now = [(one, possible) for one in readings if (possible := offered(one.event, one))]
        if open_now:
            reading, possible = draw.choice(open_now)
            both = {"person": world.people["nur"], "second_person": world.people["noor"]}
            resolve(bytes(reading.event.hash), draw.choice(possible), "негиз", **both)

    def erase_something() -> None:
        events = list(Event.custody.filter(appeal__isnull=False, body__isnull=False).order_by("leaf"))
        both = (world.people["administrator"], world.people["second_administrator"])
        if events:
            event = draw.choice(events)
            if draw.random() < 0.5:
                erase(bytes(event.hash), "негиз", *both)
            else:
                erase_request(bytes(event.appeal or b""), "негиз", *both)

    def count() -> None:
        if draw.random() < 0.3:
            counted = compute_due(TODAY, REQUEST.kind, reference_book().calendar, reference_book().terms).counted
            days = {counted[draw.randint(1, 5)]: draw.choice([Decree.OFF, Decree.TAKEN_BACK])}
            decree(days, Names("с", "п", "r"), staff["administrator"], announce_days)
        for rule in (put_right, count_anew, keep_extended, send_up):
            rule()

    def work() -> None:
        appeals = list(Appeal.objects.order_by("event__leaf"))
        answer = bodies.Answered(bodies.Outcome.EXPLAINED, Words("ж"), BODY, "В.", staff["vasil"].id.bytes, "1")
        acts: tuple[tuple[Body, str], ...] = (
            (Routed(BODY), "registrar"),
            (Routed(BODY), "registrar"),
            (bodies.Extended(date(2027, 12, 30), Words("т"), "14"), "vera"),
            (answer, "vera"),
            (bodies.ReturnedToOffice(Words("д")), "registrar"),
            (bodies.SummaryPublished(Words("С"), Words("Т"), ""), "editor"),
            (bodies.Reopened(Words("к"), BODY), "vera"),
            (bodies.ComplaintMade("алыстан"), ""),
            (AppealSupplemented("алыстан"), ""),
            (bodies.AnswerRated(bytes(32), bodies.Solved.NO, "алыстан"), ""),
            (bodies.AppealWithdrawn("алыстан", bodies.AppealForm.ELECTRONIC), ""),
        )
        said, who = draw.choice(acts)
        if appeals:
            person = staff[who].id.bytes if who else NO_PERSON  # applicants on the portal
            perform(bytes(draw.choice(appeals).hash), said, person=person)

    understanding.interpret_waiting()
    doing = draw.choices([decide, erase_something, count, work], [50, 12, 12, 22])[0]
    with suppress(Refused), transaction.atomic():  # what does not fit just then is refused by name, and changes nothing
        doing()


@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_a_register_made_anew_is_the_register_whatever_happened(
    seed, ala, chuy, plain, enrolled, people, staff, update
):
    draw = random.Random(50_000 + seed)
    world = World((ala, chuy, plain(enrolled("KG-C-ALA"))) if draw.random() < 0.6 else (ala,), people)
    steps, is_withdrawn = draw.randint(10, 24), False
    sent: dict[int, int] = {}
    for _ in range(steps):
        k = draw.randrange(len(world.offices))
        copied = len(world.order)
        if draw.random() < 0.06 and len(world.offices) < 5:
            k = copy_of(draw, world, k)
            sent[k] = len(world.offices[k].events)
            del world.order[copied:]
        for _ in range(draw.randint(1, 3)):
            write_drawn(draw, world.offices[k], tuple(world.offices))
        until = len(world.offices[k].events)
        deliver(world, k, sent.get(k, 0), until, read=draw.random() < 0.8, patience_s=draw.choice([None, 0]))
        sent[k] = until
        kind = draw.random()
        if kind < 0.75:
            act_of_people(world, staff, draw)
        elif kind < 0.85 and not is_withdrawn:
            withdraw(world, ala)()
            is_withdrawn = True
        if draw.random() < 0.05:
            update()
        if draw.random() < 0.1:
            compared = rebuild(keep=True)
            assert compared.is_equal, compared
    understanding.interpret_waiting()
    compared = rebuild(keep=False)
    assert compared.is_equal, compared
