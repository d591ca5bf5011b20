"""I19: the same events in any batches, with any restarts between, give the same readings, register and feeds."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from typing_extensions import override

from server_sync.appeals import actions, understanding
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import PROJECTIONS, READINGS, rebuild
from server_sync.appeals.resolving import offered, resolve
from server_sync.appeals.terms import count_anew
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    AppealCorrected,
    AppealForm,
    AppealSupplemented,
    AppealWithdrawn,
    Body,
    DueTerm,
    Erased,
    Hole,
    ReceiptReprinted,
    SessionOpened,
)
from server_sync.contract.deadlines import Decree, compute_due
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.events import NO_PERSON, EventKind, read_header
from server_sync.contract.evidence.chain import sign_head
from server_sync.contract.messages import RawEvent, Status
from server_sync.contract.territory import Names
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.journal import custody
from server_sync.journal.directory import announce_days
from server_sync.journal.models import Event, FeedRow, Reading, Unread
from server_sync.workplaces.decrees import decree
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import CENTRE, Epoch, Revocation
from server_sync.workplaces.reference import reference_book
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice

pytestmark = pytest.mark.django_db
STRANGER = bytes(15) + b"\x07"
ROUNDS = 6
EVENTS = 24


@dataclass
class World:
    """What happens, in the order in which it comes to the centre: runs of events of one PC, or acts of people."""

    offices: Sequence[PlainOffice]
    people: dict[str, bytes]
    order: list[int] = field(default_factory=list)
    acts: dict[int, Callable[[], object]] = field(default_factory=dict)
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    withdrawn: set[bytes] = field(default_factory=set)

    @property
    def came_at(self) -> datetime:
        """When what comes now came: after the withdrawal, where there was one."""
        return self.began_at + timedelta(hours=2 if self.withdrawn else 0)


def deliver(world: World, k: int, first: int, until: int, *, read: bool, patience_s: float | None = None) -> None:
    """Bring events first…until-1 of a PC into custody; `read`: and interpret, as when nothing is killed in between."""
    office = world.offices[k]
    chain = office.chain_at(until)
    part = office.request(
        head_seq=until,
        chain=chain,
        signature=sign_head(office.key, office.epoch, until, chain),
        events=tuple(RawEvent.of(event) for event in office.events[first:until]),
    )
    try:
        taken = custody.take(office.epoch, part, world.came_at)
    except (NotAuthentic, Refused) as refused:  # where histories part cannot be seen from their heads: sent from there
        again = int(str(refused.params.get("expects_seq", first + 1))) - 1
        if again >= first:
            raise
        deliver(world, k, again, until, read=read, patience_s=patience_s)
        return
    if read:
        with transaction.atomic():
            actions.catch_up([taken.epoch.site_id], taken.fresh, taken.headers, patience_s)


def play(world: World, draw: random.Random | None) -> dict[str, list[Any]]:
    """Play it all, one by one or in drawn batches with drawn stops, and give what came of it; then take all back."""
    with transaction.atomic():
        world.withdrawn.clear()
        sent = [0] * len(world.offices)
        place = 0
        while place < len(world.order):
            act = world.acts.get(place)
            if act is not None:
                act()
            k = world.order[place]
            most = 1
            while (
                draw is not None
                and place + most < len(world.order)
                and world.order[place + most] == k
                and place + most not in world.acts
            ):
                most += 1
            count = 1 if draw is None else draw.randint(1, most)
            is_read = draw is None or draw.random() < 0.7
            patience_s = draw.choice([None, 0]) if draw is not None else None
            deliver(world, k, sent[k], sent[k] + count, read=is_read, patience_s=patience_s)
            sent[k] += count
            place += count
            if draw is not None and draw.random() < 0.15:
                understanding.interpret_waiting()
        understanding.interpret_waiting()
        seen = everything()
        compared = rebuild(keep=False)
        assert compared.is_equal, compared
        transaction.set_rollback(True)
    return seen


def everything() -> dict[str, list[Any]]:
    """All that is read, registered and told; what the centre wrote goes by its place, its bytes are new each time."""
    own = Event.custody.filter(epoch__site=CENTRE).values_list("hash", "seq")
    places = {bytes(made): f"centre {seq}" for made, seq in own}

    def plain(value: Any) -> Any:
        value = bytes(value) if isinstance(value, memoryview) else value
        return places.get(value, value) if isinstance(value, bytes) else value

    seen: dict[str, list[Any]] = {}
    for projected in (*PROJECTIONS, READINGS):
        columns = [name for name in projected.columns if name != "taken_at"]
        rows = [[plain(one) for one in row] for row in projected.rows.values_list(*projected.anchors, *columns)]
        for row in rows:
            if any(one in places.values() for one in row if isinstance(one, str)):
                row[:] = [None if isinstance(one, datetime) else one for one in row]
        seen[projected.rows.model.__name__] = sorted(map(repr, rows))
    told = FeedRow.objects.order_by("site", "number").values_list(
        "site_id", "number", "row_kind", "event__hash", "raw", "appeal_number", "is_out_of_turn"
    )
    seen["feeds"] = [[plain(one) for one in row] for row in told]
    return seen


def write_something(draw: random.Random, office: PlainOffice, others: Sequence[PlainOffice]) -> None:
    """One event such as come: mostly requests, of all degrees of soundness, and words about requests here and there."""
    known = [event.hash for one in others for event in one.events]
    about = draw.choice(known) if known and draw.random() < 0.9 else draw.randbytes(32)
    person = draw.choice([office.person] * 6 + [STRANGER, NO_PERSON])
    requests: list[tuple[Body, dict[str, int]]] = [
        (REQUEST, {}),
        (REQUEST, {}),
        (REQUEST, {}),
        (replace(REQUEST, categories=("99.99",)), {}),
        (replace(REQUEST, subject="а\0б"), {}),
        (replace(REQUEST, registered_on=date(2100, 1, 1)), {}),
        (replace(REQUEST, due=DueTerm(date(2060, 1, 1), 999)), {}),
        (REQUEST, {"counter": draw.randint(0, 40)}),
        (REQUEST, {"year": draw.choice([0, 1999, TODAY.year + 1, TODAY.year + 9])}),
        (REQUEST, {"random": 7, "counter": max(office.counter, 1)}),
        (REQUEST, {"wall_ms": draw.choice([-(2**62), 0, 2**62])}),
        (REQUEST, {"body_version": 2}),
    ]
    words: list[Body] = [
        AppealCorrected("ката", subject="жаңы"),
        AppealCorrected("ката", categories=("11.04",), replaces=about),
        AppealCorrected("ката", categories=("99.99",)),
        AppealSupplemented("дагы"),
        AppealWithdrawn("чарчадым", AppealForm.ORAL),
        ReceiptReprinted(2),
        Erased(about, "негиз", bytes(16)),
    ]
    kind = draw.random()
    if kind < 0.55:
        request, header = draw.choice(requests)
        before = office.counter
        office.write(request, appeal=None, person=person, **header)
        if "counter" in header and draw.random() < 0.5:
            office.counter = before
    elif kind < 0.65:
        others_words: list[Body] = [Hole(draw.randint(1, 9), bytes(32)), SessionOpened("clerk", "1")]
        office.write(draw.choice(others_words), person=person)
    else:
        office.write(draw.choice(words), appeal=about, person=person)


def write_at_a_copy(draw: random.Random, office: PlainOffice, others: Sequence[PlainOffice]) -> None:
    """As above, and what only a copied PC sends: the very number that its PC gave, the very bytes of its event."""
    own = [one for one in others if one.epoch == office.epoch and one is not office]
    borrowed = [one.events[len(office.events)] for one in own if len(one.events) > len(office.events)]
    headers = [read_header(event.header) for one in own for event in one.events]
    numbers = [header for header in headers if header.kind == EventKind.APPEAL_REGISTERED]
    kind = draw.random()
    if kind < 0.15 and borrowed:
        office.events.append(draw.choice(borrowed))
    elif kind < 0.3 and numbers:
        same = draw.choice(numbers)
        office.write(REQUEST, year=same.year, counter=same.counter, random=same.random)
        office.counter = same.counter
    elif kind < 0.7:
        office.write(REQUEST, random=draw.randint(0, 3))  # few forms, so that two give the same
    else:
        write_something(draw, office, others)


def decide(world: World, draw_of: int) -> Callable[[], object]:
    """Two people decide the oldest open doubt, or erase the oldest request."""

    def act() -> object:
        draw = random.Random(draw_of)
        understanding.interpret_waiting()
        if draw.random() < 0.25:
            oldest = Appeal.objects.filter(is_erased=False).order_by("event__leaf").first()
            first, second = world.people["administrator"], world.people["second_administrator"]
            return oldest and erase_request(bytes(oldest.hash), "негиз", first, second)
        for reading in Reading.objects.select_related("event__epoch__site").order_by("event__leaf"):
            possible = offered(reading.event, reading)
            if possible and draw.random() < 0.5:
                decision = draw.choice(possible)
                both = {"person": world.people["nur"], "second_person": world.people["noor"]}
                return resolve(bytes(reading.event.hash), decision, "негиз", **both)
        return Decision.LET_STAND

    return act


def withdraw(world: World, office: PlainOffice) -> Callable[[], None]:
    """A PC, and with it its copies, is withdrawn."""

    def act() -> None:
        understanding.interpret_waiting()
        epoch = Epoch.objects.get(pk=office.epoch)
        directory = centre_keys().directory
        made = revoke_epoch(
            epoch, epoch.last_seq, directory, by=None, reason="ууру", announce=lambda _epoch: None, log=stand_of_log
        )
        Revocation.objects.filter(pk=made.pk).update(revoked_at=world.began_at + timedelta(hours=1))
        world.withdrawn.add(office.epoch)

    return act


def copy_of(draw: random.Random, world: World, k: int) -> int:
    """A PC as a copy of its disk has it that was made at some moment; it begins with what is there in common."""
    copy = world.offices[k].clone()
    del copy.events[draw.randint(0, len(copy.events)) :]
    copy.counter = draw.randint(0, copy.counter)
    world.offices = (*world.offices, copy)
    world.order += [len(world.offices) - 1] * len(copy.events)
    return len(world.offices) - 1


@pytest.fixture
def people(nur, administrator, second_administrator, noor) -> dict[str, bytes]:
    named = {"nur": nur, "noor": noor, "administrator": administrator, "second_administrator": second_administrator}
    return {name: person.id.bytes for name, person in named.items()}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_any_batches_and_any_stops_give_the_same(seed, ala, chuy, plain, enrolled, people, tmp_path, monkeypatch):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    draw = random.Random(seed)
    offices = (ala, chuy, plain(enrolled("KG-C-ALA")))
    world = World(offices, people)
    while len(world.order) < EVENTS:
        k = draw.randrange(3)
        for _ in range(draw.randint(1, 6)):
            write_something(draw, offices[k], offices)
            world.order.append(k)
        if draw.random() < 0.4:
            world.acts[len(world.order)] = decide(world, draw.randrange(1_000))
    alone = play(world, None)
    assert len(alone["Appeal"]) > 1
    for split in range(3):
        parted = play(world, random.Random(seed * 100 + split))
        for name, rows in alone.items():
            assert parted[name] == rows, (seed, split, name)


@pytest.mark.parametrize("seed", range(4))
def test_any_batches_of_a_pc_and_its_copies_give_the_same(seed, ala, plain, enrolled, people, tmp_path, monkeypatch):
    """Histories beside and through each other, numbers given twice, decisions about both, and a withdrawal."""
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    draw = random.Random(1_000 + seed)
    world = World((ala, plain(enrolled("KG-C-ALA"))), people)
    is_withdrawn = False
    while len(world.order) < 2 * EVENTS:
        k = draw.randrange(len(world.offices))
        for _ in range(draw.randint(1, 5)):
            write_at_a_copy(draw, world.offices[k], world.offices)
            world.order.append(k)
        if len(world.offices) < 5 and draw.random() < 0.5:
            copy_of(draw, world, draw.choice([0, *range(2, len(world.offices))]))
        elif draw.random() < 0.5:
            world.acts[len(world.order)] = decide(world, draw.randrange(1_000))
        elif not is_withdrawn and len(world.order) > EVENTS:
            world.acts[len(world.order)] = withdraw(world, ala)
            is_withdrawn = True
    alone = play(world, None)
    assert len(alone["Appeal"]) > 1
    for split in range(3):
        parted = play(world, random.Random(seed * 100 + split))
        for name, rows in alone.items():
            assert parted[name] == rows, (seed, split, name)


def test_four_requests_of_which_the_second_is_by_a_stranger_mean_the_same_together_and_one_by_one(ala, people):
    for person in (ala.person, STRANGER, ala.person, ala.person):
        ala.write(REQUEST, person=person)
    world = World((ala,), people, [0] * 4)
    alone = play(world, None)
    together = play(world, _AllAtOnce())
    assert alone == together
    deliver(world, 0, 0, 4, read=True)
    assert Appeal.objects.count() == 3


@pytest.mark.parametrize("seed", range(2))
def test_a_decree_among_them_gives_the_same_terms(seed, ala, chuy, people, administrator):
    """What a decree changes comes by events of the centre: batches before and after it make no difference."""
    book = reference_book()
    counted = compute_due(TODAY, REQUEST.kind, book.calendar, book.terms).counted
    request = replace(REQUEST, due=DueTerm(counted[-1], 14, rules_version=1))
    draw = random.Random(seed)
    world = World((ala, chuy), people)
    for place in range(12):
        world.order.append(draw.randrange(2))
        world.offices[world.order[place]].write(request)

    def decreed() -> None:
        understanding.interpret_waiting()
        decree({counted[2]: Decree.OFF}, Names("себеп", "причина", "reason"), administrator, announce_days)
        count_anew()

    def counted_again() -> None:
        understanding.interpret_waiting()
        count_anew()

    world.acts = {5: decreed, 10: counted_again}
    alone = play(world, None)
    assert len([row for row in alone["HistoryEntry"] if ", 112, " in row]) == 10
    for split in range(3):
        parted = play(world, random.Random(seed * 100 + split))
        for name, rows in alone.items():
            assert parted[name] == rows, (seed, split, name)


@pytest.mark.parametrize("seed", range(2))
def test_what_waited_for_one_event_is_read_by_slices_and_means_the_same(seed, ala, plain, enrolled, people):
    """A colleague's PC delivers first what it wrote about requests that are still on their way."""
    draw = random.Random(seed)
    colleague = plain(enrolled("KG-C-ALA"))
    asked = [ala.write(REQUEST).hash for _ in range(3)]
    for place in range(12):
        said = draw.choice([AppealSupplemented(f"дагы {place}"), AppealCorrected("ката", subject=f"жаңы {place}")])
        colleague.write(said, appeal=draw.choice(asked))
    world = World((ala, colleague), people, [1] * 12 + [0] * 3)
    alone = play(world, None)
    assert not Reading.objects.exists()
    for split in range(3):
        parted = play(world, random.Random(seed * 100 + split))
        for name, rows in alone.items():
            assert parted[name] == rows, (seed, split, name)


def test_one_event_for_which_many_waited_lets_others_in_between(ala, plain, enrolled, monkeypatch):
    monkeypatch.setattr(actions, "HELD_S", 0)
    colleague = plain(enrolled("KG-C-ALA"))
    asked = ala.write(REQUEST).hash
    for place in range(8):
        colleague.write(AppealSupplemented(f"дагы {place}"), appeal=asked)
    world = World((ala, colleague), {})
    deliver(world, 1, 0, 8, read=True)
    deliver(world, 0, 0, 1, read=True, patience_s=0)
    read = [Reading.objects.filter(status=Status.REGISTERED).count()]
    while Unread.objects.exists():
        actions.read_on()
        read.append(Reading.objects.filter(status=Status.REGISTERED).count())
    assert read[0] < read[1] < read[-1] == 9
    assert len(read) > 4


class _AllAtOnce(random.Random):
    """Draws the largest batches and no stop."""

    @override
    def randint(self, _a: int, b: int) -> int:
        return b

    @override
    def random(self) -> float:
        return 0.5
