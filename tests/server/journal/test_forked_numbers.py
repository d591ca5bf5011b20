"""Numbers of a PC that was copied: each history counts for itself, and none takes what the trunk has not given yet."""

import importlib
from dataclasses import replace

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from server_sync.appeals import registering
from server_sync.appeals.applying import Decision
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import offered, resolve
from server_sync.contract import frames
from server_sync.contract.bodies import AppealCorrected, AppealSupplemented, SessionClosed
from server_sync.contract.messages import Confirmed, EventRow, ExchangeReply, Status, rows_of
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db

histories = importlib.import_module("server_sync.journal.migrations.0006_histories_of_an_epoch").histories


@pytest.fixture(autouse=True)
def _nothing_is_unequal(db):
    yield
    assert rebuild(keep=False).is_equal


def copied(office: PlainOffice, seq: int) -> PlainOffice:
    """The PC as a copy of its disk has it that was made after its event `seq`."""
    copy = office.clone()
    del copy.events[seq:]
    copy.sent = seq
    copy.counter = 0
    return copy


def register(office: PlainOffice, *counters: int, subject: str = "") -> None:
    """Deliver requests with these counters."""
    for counter in counters:
        office.write(replace(REQUEST, subject=subject or REQUEST.subject), counter=counter, random=counter)
    deliver(office)


def deliver(office: PlainOffice) -> None:
    status, _answer = office.post(office.request())
    assert status == 200
    office.sent = len(office.events)


def read(office: PlainOffice) -> list[str]:
    """What became of all requests that this PC wrote, in order: the code of what is held, empty for what is in."""
    readings = {bytes(one.event.hash): one for one in Reading.objects.select_related("event")}
    told = (readings[event.hash] for event in office.events)
    return ["" if one.status == Status.REGISTERED else one.code for one in told if one.event.kind == 1]


def let_in(event: bytes, decision: Decision, nur, noor) -> None:
    resolve(event, decision, "кагазы бар", person=nur.id.bytes, second_person=noor.id.bytes)


def test_a_copy_cannot_take_the_coming_number_in_any_of_its_forms(ala):
    for _ in range(12):
        ala.write(SessionClosed(1))
    register(ala, 1, 2, 3)
    copy = copied(ala, 2)
    for drawn in range(100):
        copy.write(REQUEST, counter=4, random=drawn)
    deliver(copy)
    assert read(copy) == ["counter_wrong"] * 100
    register(ala, 4, subject="чыныгы")
    assert Appeal.objects.filter(subject="чыныгы").count() == 1


def test_a_copy_that_counts_on_as_it_should_is_held_where_it_is_ahead_of_the_trunk(ala):
    register(ala, 1, 2)
    copy = copied(ala, 1)
    register(copy, 2, 3, 4)
    assert read(copy) == ["", "number_taken", "counter_wrong", "counter_wrong"]
    register(ala, 3, 4)
    assert read(ala) == [""] * 4


def test_a_copy_that_came_first_holds_up_what_the_pc_numbered_further_and_two_people_let_it_in(ala, nur, noor):
    register(ala, 1)
    copy = copied(ala, 1)
    copy.write(REQUEST, counter=2, random=71)
    deliver(copy)
    register(ala, 2, 3, 4, subject="чыныгы")
    assert read(ala) == ["", "", "counter_wrong", "counter_wrong"]
    for event in ala.events[2:]:
        let_in(event.hash, Decision.RELEASE, nur, noor)
    assert read(ala) == [""] * 4
    assert Appeal.objects.filter(subject="чыныгы").count() == 3


def test_a_copy_that_came_first_takes_one_form_of_each_number_and_no_more(ala):
    register(ala, 1)
    copy = copied(ala, 1)
    for drawn in range(100):
        copy.write(REQUEST, counter=2, random=drawn)
    register(copy, 3, 4, 5)
    assert read(copy) == ["", "", *["counter_wrong"] * 99, "", "", ""]
    beside = copied(ala, 1)
    for drawn in range(50, 60):
        beside.write(REQUEST, counter=4, random=drawn)
    deliver(beside)
    assert read(beside).count("") == 2  # what it and the copy had in common, and one
    register(ala, 2, 3, 4, subject="чыныгы")
    assert Appeal.objects.filter(subject="чыныгы").count() == 1  # 3 and 4 came with the very digits of the copy
    assert read(ala) == ["", "", "number_taken", "number_taken"]


def test_the_trunk_leaves_no_gap_after_a_fork_and_goes_not_back(ala):
    for _ in range(12):
        ala.write(SessionClosed(1))
    register(ala, 1, 2, 3)
    copy = copied(ala, 2)
    copy.write(SessionClosed(9))
    deliver(copy)
    for counter in (9, 2, 17):
        register(ala, counter)
        assert read(ala)[-1] == "counter_wrong"
    register(ala, 7)  # as after any three that are held
    assert read(ala)[-1] == ""


def test_a_history_beside_the_trunk_leaves_no_gap_either(ala):
    register(ala, 1, 2, 3, 4, 5, 6)
    copy = copied(ala, 1)
    copy.counter = 1
    for counter, drawn in ((3, 50), (2, 51), (2, 52), (3, 53)):
        copy.write(REQUEST, counter=counter, random=drawn)
    deliver(copy)
    assert read(copy) == ["", "counter_wrong", "", "counter_wrong", ""]


def test_a_history_of_a_history_goes_on_from_the_numbers_on_its_way_back(ala):
    register(ala, 1, 2, 3, 4, 5, 6)
    copy = copied(ala, 1)
    for counter in (2, 3):
        copy.write(REQUEST, counter=counter, random=60 + counter)
        deliver(copy)
    of_the_copy = copied(copy, 2)
    for counter in (2, 5, 3, 4):
        of_the_copy.write(REQUEST, counter=counter, random=70 + counter)
        deliver(of_the_copy)
    assert read(of_the_copy) == ["", "", "counter_wrong", "counter_wrong", "", ""]
    firsts = {event.hash: event.branch for event in Event.custody.all()}
    leaf = {event.hash: event.leaf for event in Event.custody.all()}
    assert [firsts[event.hash] for event in ala.events] == [None] * 6
    assert {firsts[event.hash] for event in copy.events[1:]} == {leaf[copy.events[1].hash]}
    assert {firsts[event.hash] for event in of_the_copy.events[2:]} == {leaf[of_the_copy.events[2].hash]}


def test_histories_that_hang_on_each_other_without_end_are_not_followed(ala, monkeypatch):
    monkeypatch.setattr("server_sync.appeals.authority.BRANCHES_MOST", 3)
    register(ala, 1, 2, 3, 4, 5, 6)
    copy = copied(ala, 1)
    for depth in range(3):
        copy = copied(copy, 1 + depth)
        register(copy, 2 + depth)  # a history each, from the first event of the one before
        copy.write(SessionClosed(depth))
        deliver(copy)
    assert read(copy) == ["", "number_taken", "number_taken", "counter_wrong"]


def test_histories_that_came_before_they_were_noted_are_found_again(ala):
    register(ala, 1, 2, 3)
    copies = [copied(ala, 0), copied(ala, 1), copied(ala, 3)]
    for turn in range(3):
        for at, copy in enumerate(copies):
            copy.write(REQUEST, counter=turn + 1, random=20 * at + turn + 10)
            deliver(copy)
        register(ala, 4 + turn)
    deeper = copied(copies[0], 2)
    register(deeper, 3)
    came = list(Event.custody.filter(epoch=ala.epoch).order_by("leaf").values_list("leaf", "seq", "hash", "chain"))
    noted = dict(Event.custody.filter(epoch=ala.epoch, branch__isnull=False).values_list("leaf", "branch"))
    assert len(set(noted.values())) == 4
    assert dict(histories((leaf, seq, bytes(named), bytes(chain)) for leaf, seq, named, chain in came)) == noted


def test_a_correction_of_a_request_whose_number_was_taken_meanwhile_is_let_in_beside(ala, nur, noor):
    register(ala, 1)
    wrong = ala.write(replace(REQUEST, categories=("99.99",), subject="чыныгы"), counter=2, random=2)
    deliver(ala)
    register(ala, 3)
    copy = copied(ala, 1)
    copy.write(REQUEST, counter=2, random=2)
    deliver(copy)
    corrected = AppealCorrected("категория", categories=("11.04",), replaces=wrong.hash)
    correction = ala.write(corrected, appeal=wrong.hash)
    deliver(ala)
    held = Reading.objects.select_related("event__epoch__site").get(event__hash=correction.hash)
    assert held.code == "number_taken"
    assert offered(held.event, held) == (Decision.BESIDE, Decision.KEEP_OUT)
    let_in(correction.hash, Decision.BESIDE, nur, noor)
    second = Appeal.objects.get(subject="чыныгы")
    assert (second.is_second, second.categories) == (True, ["11.04"])
    assert Appeal.objects.filter(number=second.number).count() == 2
    assert rebuild(keep=False).is_equal


def test_a_correction_that_was_held_for_its_number_is_released_when_its_request_has_come_in(ala, nur, noor):
    register(ala, 1)
    copy = copied(ala, 1)
    copy.write(REQUEST, counter=2, random=2)
    deliver(copy)
    register(ala, 2)
    twin = ala.events[-1]
    correction = ala.write(AppealCorrected("ката", subject="жаңы", replaces=twin.hash), appeal=twin.hash)
    deliver(ala)
    let_in(twin.hash, Decision.BESIDE, nur, noor)
    let_in(correction.hash, Decision.RELEASE, nur, noor)
    assert Appeal.objects.get(hash=twin.hash).subject == "жаңы"


def test_a_copied_pc_is_withdrawn_after_its_longest_history(ala, nur, noor):
    register(ala, 1)
    copy = copied(ala, 1)
    copy.write(replace(REQUEST, subject="көчүрмө"), counter=2, random=71)
    deliver(copy)
    register(ala, 2, 3, 4, 5)
    for event in ala.events[2:]:
        let_in(event.hash, Decision.RELEASE, nur, noor)
    epoch = Epoch.objects.get(pk=ala.epoch)
    directory = centre_keys().directory
    revocation = revoke_epoch(
        epoch, None, directory, by=None, reason="көчүрүлгөн", announce=lambda _epoch: None, log=stand_of_log
    )
    assert (epoch.last_seq, revocation.last_good_seq) == (2, 5)


def test_a_pc_of_a_third_history_gets_whole_what_is_none_of_its_own(ala):
    marks = {}
    for number in range(1, 11):
        ala.write(replace(REQUEST, subject=f"P{number}"))
        ala.exchange()
        marks[number] = ala.feed_read
    second = copied(ala, 9)
    second.write(replace(REQUEST, subject="A"), counter=10, random=77)
    deliver(second)
    third = copied(ala, 3)
    third.feed_read = marks[3]
    third.write(SessionClosed(1))
    _status, raw = third.post(third.request())
    rows = [row for _number, row in rows_of(frames.unpack(ExchangeReply, raw).feed)]
    assert not [row for row in rows if isinstance(row, Confirmed)]
    whole = {row.header for row in rows if isinstance(row, EventRow)}
    assert {event.header for event in ala.events[3:]} <= whole


@pytest.mark.parametrize("is_kept_out", [False, True])
def test_a_request_that_is_held_and_wrong_comes_in_by_a_correction_that_two_people_release(ala, nur, noor, is_kept_out):
    register(ala, 1)
    copy = copied(ala, 1)
    copy.write(REQUEST, counter=2, random=71)
    deliver(copy)
    register(ala, 2)
    request = ala.write(replace(REQUEST, categories=("99.99",)), counter=3, random=3)
    deliver(ala)
    if is_kept_out:
        let_in(request.hash, Decision.KEEP_OUT, nur, noor)
    correction = ala.write(
        AppealCorrected("категория", categories=("11.04",), replaces=request.hash), appeal=request.hash
    )
    deliver(ala)
    assert not Appeal.objects.filter(hash=request.hash).exists()
    let_in(correction.hash, Decision.RELEASE, nur, noor)
    assert Appeal.objects.get(hash=request.hash).categories == ["11.04"]


@pytest.fixture
def _unhurried(monkeypatch):
    """A batch is read in one go, however busy the machine: each further go asks for everything anew."""
    monkeypatch.setattr("server_sync.exchange.exchanging.HELD_S", 3_600)
    monkeypatch.setattr("server_sync.exchange.exchanging.PATIENCE_S", 3_600)


def asked(office: PlainOffice) -> list[str]:
    """Deliver, and give all that the database was asked for it."""
    with CaptureQueriesContext(connection) as queries:
        deliver(office)
    return [query["sql"] for query in queries.captured_queries]


def numberings(queries: list[str]) -> int:
    """How often it was asked for where the numbers of a history stand."""
    return sum('"seq" DESC LIMIT 1' in query for query in queries)


@pytest.mark.usefixtures("_unhurried")
def test_the_very_numbers_of_the_pc_are_asked_for_together_however_many_a_copy_sends(ala):
    register(ala, *range(1, 91))
    sent = []
    for upto in (11, 81):
        copy = copied(ala, 1)
        for counter in range(2, upto):
            copy.write(replace(REQUEST, subject=f"{upto} {counter}"), counter=counter, random=counter)
        sent.append(len(asked(copy)))
        assert set(read(copy)[1:]) == {"number_taken"}
    assert sent[0] == sent[1]


@pytest.mark.usefixtures("_unhurried")
def test_sound_and_unsound_requests_among_those_with_taken_numbers_are_written_together_too(ala):
    register(ala, *range(1, 91))
    sent = []
    for upto in (11, 81):
        copy = copied(ala, 1)
        for counter in range(2, upto):
            wrong = ("99.99",) if counter % 3 == 0 else REQUEST.categories
            drawn = counter if counter % 3 == 1 else (counter + upto) % 100
            said = replace(REQUEST, subject=f"{upto} {counter}", categories=wrong)
            copy.write(said, counter=counter, random=drawn)
        sent.append(len(asked(copy)))
        assert {"", "number_taken", "category_unknown"} <= set(read(copy)[1:])
    assert sent[0] == sent[1]


@pytest.mark.usefixtures("_unhurried")
def test_a_number_that_is_free_again_for_the_next_is_registered(ala, monkeypatch):
    """What the database refuses gives no number, whatever was gathered behind it."""
    real = registering.register

    def register_or_refuse(several):
        if any(one.appeal.subject == "сакталбайт" for one in several):
            raise DataError
        real(several)

    monkeypatch.setattr(registering, "register", register_or_refuse)
    ala.write(REQUEST)
    ala.write(replace(REQUEST, subject="сакталбайт"), counter=2, random=2)
    for counter in range(3, 43):
        ala.write(REQUEST, counter=counter, random=counter)
    queries = asked(ala)
    assert read(ala) == ["", "not_storable", *[""] * 40]
    assert numberings(queries) <= 2


@pytest.mark.usefixtures("_unhurried")
def test_words_that_waited_for_a_request_say_nothing_of_the_numbers_behind_it(ala):
    later = ala.clone()
    for _ in range(20):
        later.write(SessionClosed(1))  # in the place of what is written below
    for _ in range(20):
        later.write(REQUEST)
    for request in later.events[20:]:
        ala.write(AppealSupplemented("дагы"), appeal=request.hash)
    deliver(ala)
    ala.events += later.events[20:]
    queries = asked(ala)
    assert Appeal.objects.count() == 20
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    assert numberings(queries) == 1


def test_a_number_that_two_people_linked_counts_for_the_next_in_a_rebuild_too(ala, nur, noor):
    register(ala, 1, 2, 3, 4, 5)
    copy = copied(ala, 1)
    copy.write(REQUEST, counter=2, random=2)
    deliver(copy)
    let_in(copy.events[-1].hash, Decision.LINK, nur, noor)
    copy.write(REQUEST, counter=4, random=54)
    deliver(copy)
    assert read(copy) == ["", "", ""]
