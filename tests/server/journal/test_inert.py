"""I18: an event that is quarantined, held or not understood changes nothing, whoever wrote it and whatever it says."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from proving.torture.sayings import NEWER_KINDS, Saying, sayings
from server_sync.appeals import actions
from server_sync.appeals.actions import read_on
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request, replay_erasures
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import PROJECTIONS, rebuild
from server_sync.appeals.resolving import resolve
from server_sync.appeals.understanding import interpret_waiting
from server_sync.common.under_way import CountWriters
from server_sync.contract import codec
from server_sync.contract.bodies import (
    AnswerBy,
    AppealCorrected,
    AppealSupplemented,
    ApplicantTold,
    DueTerm,
    Erased,
    ReceiptReprinted,
    SessionOpened,
)
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.events import EventKind, Header, make_event
from server_sync.contract.evidence.chain import commitment, event_hash_after_erasure
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import Confirmed, RowKind, Status
from server_sync.contract.shapes import to_plain
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import append_leaves, stand_of_log
from server_sync.exchange import exchanging
from server_sync.journal import centre as own_chain
from server_sync.journal import feeds
from server_sync.journal.models import Event, FeedHead, FeedRow, Reading, Unread
from server_sync.oversight.erasures import list_done
from server_sync.pages.access import Standing
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice

pytestmark = pytest.mark.django_db
STRANGER = bytes(15) + b"\x07"
STAFF_PAGES = {
    "nur": ("/board", "/board/KG-C-ALA", "/board/live", "/board.csv", "/doubts"),
    "administrator": ("/erasures",),
    "registrar": ("/work/route",),
    "editor": ("/work/publish",),
}


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch, tmp_path):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")


def write_raw(office: PlainOffice, kind: int, saying: Saying, about: bytes, person: bytes, **header: int) -> EventBytes:
    """An event of any kind with any body."""
    registers = kind == EventKind.APPEAL_REGISTERED
    said = Header(
        epoch=office.epoch,
        seq=len(office.events) + 1,
        kind=kind,
        wall_ms=int(datetime.now(UTC).timestamp() * 1000),
        monotonic_ms=0,
        boot=bytes(8),
        year=TODAY.year if registers else 0,
        counter=office.counter + 1 if registers else 0,
        appeal=None if registers else about,
        person=person,
        body_version=saying.version,
    )
    raw = codec.encode(to_plain(replace(said, **header)))  # type: ignore[arg-type]  # a test changes what it likes
    made = EventBytes(raw, new_salt(), saying.raw)
    office.events.append(made)
    return made


def everything() -> dict[str, object]:
    """The register, what is accepted, what offices were told, what is erased."""
    told = FeedRow.objects.exclude(row_kind__in=(RowKind.QUARANTINED, RowKind.WRONG_FIELD)).order_by("site", "number")
    return {
        **{one.rows.model.__name__: sorted(map(str, one.rows.values_list(*one.columns))) for one in PROJECTIONS},
        "accepted": sorted(bytes(made) for made in Event.accepted.values_list("hash", flat=True)),
        "told": list(told.values_list("site", "row_kind", "event", "appeal_number")),
        "erased": Event.custody.filter(body=None).count(),
        "erasures": [act.body.event for act in own_chain.acts_of(Erased)],
    }


def kinds(*, of_a_clerk: bool) -> Iterator[int]:
    for kind in (*EventKind, *NEWER_KINDS):
        if not of_a_clerk or kind >= 100:
            yield int(kind)


def withdraw(office: PlainOffice) -> None:
    with transaction.atomic():
        epoch = Epoch.objects.get(pk=office.epoch)
        directory = centre_keys().directory
        revoke_epoch(
            epoch, epoch.last_seq, directory, by=None, reason="", announce=lambda _epoch: None, log=stand_of_log
        )


def register(office: PlainOffice, count: int) -> list[EventBytes]:
    made = [office.write(REQUEST) for _ in range(count)]
    office.exchange()
    return made


@pytest.mark.parametrize("author", ["own clerk", "own stranger", "other clerk", "other stranger", "withdrawn"])
def test_no_kind_by_no_author_in_no_form_changes_anything(
    author, ala, chuy, plain, enrolled, staff, nur, administrator, second_administrator, registrar, editor, browser_of
):
    gone = plain(enrolled("KG-C-ALA"))
    mine = register(ala, 3)
    register(chuy, 2)
    register(gone, 1)
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(mine[2].hash, "сот чечими", **both)
    ala.exchange()
    withdraw(gone)
    office = {"own": ala, "other": chuy, "withdrawn": gone}[author.split()[0]]
    person = STRANGER if author.endswith("stranger") else office.person
    before = everything()
    sent = 0
    for about in (mine[0].hash, office.events[0].hash):
        for kind in kinds(of_a_clerk=author.endswith("clerk")):
            for saying in sayings(kind, about, "KG-C-ALA", TODAY):
                write_raw(office, kind, saying, about, person)
                sent += 1
    for lie in ({"counter": 9_000}, {"year": 9_000}, {"counter": 0, "year": 0}, {"server_time_ms": 2**40}):
        saying = next(sayings(EventKind.APPEAL_REGISTERED, b"", "KG-C-ALA", TODAY))
        if not author.endswith("clerk"):
            write_raw(office, EventKind.APPEAL_REGISTERED, saying, b"", person, **lie)
            sent += 1
    office.post(office.request())
    office.sent = len(office.events)
    interpret_waiting()  # a busy machine may have had no patience for all
    refused = Reading.objects.exclude(status=Status.REGISTERED)
    assert refused.count() == sent > 100
    assert everything() == before
    replay_erasures()
    interpret_waiting()
    assert everything() == before
    people = {"nur": nur, "administrator": administrator, "registrar": registrar, "editor": editor}
    for name, paths in STAFF_PAGES.items():
        browser: Client = browser_of(people[name])
        assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert rebuild(keep=True).is_equal
    assert everything() == before
    for honest in (ala, chuy):
        honest.write(REQUEST)
        honest.write(REQUEST)
        runs = [(run.status, run.count) for run in honest.exchange().results]
        assert runs == [(Status.REGISTERED, 2)], honest


def test_an_office_erases_nothing_of_another_office_not_even_after_a_restart(ala, chuy, administrator):
    (request,) = register(ala, 1)
    register(chuy, 1)
    withdraw(chuy)
    chuy.write(Erased(request.hash, "негиз", bytes(16)), appeal=request.hash)
    chuy.post(chuy.request())
    assert list_done(Standing.of(administrator)) == []
    assert replay_erasures() == 0
    assert Event.custody.get(hash=request.hash).body is not None
    assert Appeal.objects.get(hash=request.hash).subject == REQUEST.subject


@pytest.mark.expects_log("act_not_readable")
def test_an_act_of_the_centre_that_cannot_be_read_keeps_no_page_and_no_start_from_working(
    ala, administrator, browser_of
):
    (request,) = register(ala, 1)
    with transaction.atomic():
        epoch = own_chain.centre_epoch()
        sound = make_event(
            Header(bytes(epoch.id), epoch.last_seq + 1, EventKind.ERASED, 0, 0, bytes(8), appeal=request.hash),
            Erased(request.hash, "негиз", bytes(16)),
            new_salt(),
        )
        broken = replace(sound, body=b"\xa0")
        held = commitment(broken.salt, broken.body)
        made_hash = event_hash_after_erasure(broken.header, held)
        row = Event.custody.create(
            hash=made_hash,
            epoch=epoch,
            seq=epoch.last_seq + 1,
            kind=EventKind.ERASED,
            appeal=request.hash,
            header=broken.header,
            salt=broken.salt,
            body=broken.body,
            body_hash=held,
            chain=bytes(32),
            leaf=append_leaves([made_hash]),
            taken_at=datetime.now(UTC),
        )
        Reading.objects.create(event=row, status=Status.REGISTERED)
    assert replay_erasures() == 0
    assert browser_of(administrator).get("/erasures").status_code == 200
    assert Event.custody.get(hash=request.hash).body is not None


@pytest.mark.parametrize("lie", [{"counter": 5_000}, {"year": TODAY.year + 40}, {"year": 0, "counter": 0}])
def test_numbers_go_on_after_one_that_was_refused(ala, lie):
    register(ala, 2)
    counter = ala.counter
    ala.write(REQUEST, **lie)
    ala.counter = counter
    ala.exchange()
    for _ in range(3):
        ala.write(REQUEST)
    assert [(run.status, run.code, run.count) for run in ala.exchange().results] == [(Status.REGISTERED, "", 3)]


@pytest.mark.parametrize("code", ["person_unknown", "counter_wrong", "kept_out"])
def test_no_correction_of_the_office_lets_in_what_two_people_have_to_decide(ala, nur, noor, code):
    wrong = {"person": STRANGER} if code == "person_unknown" else {"counter": 700} if code == "counter_wrong" else {}
    body = replace(REQUEST, categories=("99.99",)) if code == "kept_out" else REQUEST
    held = ala.write(body, **wrong)
    ala.exchange()
    if code == "kept_out":
        resolve(held.hash, Decision.KEEP_OUT, "кагазы жок", person=nur.id.bytes, second_person=noor.id.bytes)
    ala.write(AppealCorrected("ката", categories=("11.04",), replaces=held.hash), appeal=held.hash)
    told = "request_kept_out" if code == "kept_out" else code
    assert [(run.status, run.code) for run in ala.exchange().results] == [(Status.QUARANTINED, told)]
    assert not Appeal.objects.exists()
    assert rebuild(keep=False).is_equal


def test_erasing_the_words_of_what_was_refused_lets_it_in_nowhere(ala, administrator, second_administrator):
    held = ala.write(replace(REQUEST, categories=("99.99",)))
    ala.exchange()
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(held.hash, "сот чечими", **both)
    assert not Appeal.objects.exists()
    assert rebuild(keep=True).is_equal
    assert not Appeal.objects.exists()


def test_erasing_a_correction_leaves_the_request_that_it_brought_in(ala, administrator, second_administrator):
    held = ala.write(replace(REQUEST, categories=("99.99",)))
    ala.exchange()
    ala.write(AppealCorrected("ката", categories=("11.04",), replaces=held.hash), appeal=held.hash)
    ala.exchange()
    number = Appeal.objects.get().number
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(held.hash, "сот чечими", **both)
    assert Appeal.objects.get().number == number
    assert rebuild(keep=False).is_equal


def test_a_date_that_cannot_be_true_is_not_believed_and_marked(ala):
    ala.write(replace(REQUEST, registered_on=TODAY.replace(year=2100, day=1)))
    ala.write(REQUEST, wall_ms=2**62)
    ala.exchange()
    for taken in Appeal.objects.all():
        assert abs(timezone.now() - taken.registered_at) < timedelta(minutes=5)
        assert taken.registered_on in {TODAY, timezone.localdate(taken.registered_at)}
    marked = Reading.objects.filter(is_marked=True).order_by("event__seq").values_list("doubt", flat=True)
    assert list(marked) == ["day_doubtful", "clock_doubtful"]
    assert rebuild(keep=False).is_equal


def test_an_applicant_cannot_be_told_in_the_future_without_a_mark(ala):
    (request,) = register(ala, 1)
    ala.write(ApplicantTold(AnswerBy.PHONE, TODAY + timedelta(days=400)), appeal=request.hash)
    ala.exchange()
    assert Reading.objects.get(is_marked=True).doubt == "day_doubtful"


@pytest.mark.parametrize(
    "due",
    [
        DueTerm(TODAY + timedelta(days=9_999), 999),
        DueTerm(TODAY + timedelta(days=3), 14),
        DueTerm(TODAY + timedelta(days=200), 14),
        DueTerm(None, 14),
        DueTerm(None, 0),
    ],
)
def test_a_term_that_the_law_does_not_give_is_marked_counted_anew_and_told_to_the_office(ala, due):
    from server_sync.appeals.terms import put_right

    ala.write(replace(REQUEST, due=due))
    ala.write(REQUEST)
    ala.exchange()
    assert [one.doubt for one in Reading.objects.filter(is_marked=True)] == ["term_doubtful"]
    assert put_right()[0] == 1
    assert put_right()[0] == 0
    first = Appeal.objects.order_by("pk")[0]
    assert first.due_on is not None
    assert timedelta(days=14) < first.due_on - TODAY < timedelta(days=40)
    ala.exchange()
    assert EventKind.DUE_RECALCULATED in set(FeedRow.objects.values_list("event__kind", flat=True))
    assert rebuild(keep=False).is_equal


def test_two_operators_let_a_marked_request_stand(ala, nur, noor):
    made = ala.write(replace(REQUEST, due=DueTerm(TODAY + timedelta(days=9_999), 999)))
    ala.exchange()
    resolve(made.hash, Decision.LET_STAND, "каралды", person=nur.id.bytes, second_person=noor.id.bytes)
    assert not Reading.objects.filter(is_marked=True).exists()
    assert rebuild(keep=False).is_equal


def test_a_session_of_a_stranger_is_no_reason_for_anything(ala):
    ala.write(SessionOpened("clerk", "1"), person=STRANGER)
    ala.write(REQUEST)
    assert [run.status for run in ala.exchange().results] == [Status.QUARANTINED, Status.REGISTERED]


def test_what_a_withdrawn_pc_says_in_another_branch_is_held_whatever_its_seq(ala):
    """Whoever has its key can begin a history anew; none of that was in custody when it was withdrawn."""
    thief = ala.clone()
    register(ala, 4)
    withdraw(ala)
    for _ in range(3):
        thief.write(REQUEST, random=55)
    thief.post(thief.request())
    late = Reading.objects.filter(event__taken_at__gt=Epoch.objects.get(pk=ala.epoch).revocation.revoked_at)
    assert [one.status for one in late] == [Status.AFTER_REVOCATION] * 3
    assert Appeal.objects.count() == 4
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize(
    ("lie", "code"),
    [({"counter": 5_000}, "counter_wrong"), ({"year": TODAY.year + 9}, "year_wrong"), ({"year": 2000}, "year_wrong")],
)
def test_a_pc_that_forks_itself_is_not_free_of_every_check_of_its_numbers(ala, lie, code):
    clone = ala.clone()
    register(ala, 2)
    clone.write(REQUEST, random=66)
    clone.exchange()
    clone.write(REQUEST, random=67, **lie)
    clone.exchange()
    assert Reading.objects.get(event__hash=clone.events[-1].hash).code == code
    assert rebuild(keep=False).is_equal


def test_supplements_make_no_request_larger_than_one_can_be_registered(ala):
    (request,) = register(ala, 1)
    for _ in range(3):
        ala.write(AppealSupplemented(signatories=("Бек",) * 900), appeal=request.hash)
    results = [(run.status, run.code, run.count) for run in ala.exchange().results]
    assert results == [(Status.REGISTERED, "", 2), (Status.QUARANTINED, "too_many_signatories", 1)]
    assert len(Appeal.objects.get().signatories) == 1_800


def test_offices_say_no_kind_of_thing_about_one_request_without_end(ala, monkeypatch):
    monkeypatch.setattr("server_sync.appeals.applying.OF_A_KIND_MOST", 3)
    (request,) = register(ala, 1)
    for _ in range(5):
        ala.write(AppealSupplemented("дагы"), appeal=request.hash)
    ala.write(ReceiptReprinted(1), appeal=request.hash)
    results = [(run.status, run.code, run.count) for run in ala.exchange().results]
    assert results == [
        (Status.REGISTERED, "", 3),
        (Status.QUARANTINED, "too_many_events", 2),
        (Status.REGISTERED, "", 1),
    ]
    assert rebuild(keep=False).is_equal


def test_a_costly_batch_is_read_in_slices_and_what_is_left_by_the_worker(ala, monkeypatch):
    (request,) = register(ala, 1)
    for _ in range(12):
        ala.write(ReceiptReprinted(2), appeal=request.hash)
    monkeypatch.setattr(exchanging, "HELD_S", 0)
    monkeypatch.setattr(exchanging, "HELD_ALONE_S", 0)
    monkeypatch.setattr(exchanging, "PATIENCE_S", 0)
    monkeypatch.setattr(actions, "HELD_S", 0)
    runs = [(run.status, run.count) for run in ala.exchange().results]
    assert runs == [(Status.REGISTERED, 1), (Status.STORED, 11)]
    while read_on():
        pass
    assert Appeal.objects.get().history.count() == 13
    assert not Unread.objects.exists()
    ala.exchange()
    assert [entry for entry in ala.feed if isinstance(entry, Confirmed)][-1] == Confirmed(3, 11)


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_costly_batch_is_read_in_one_go_unless_somebody_else_wants_to_write(ala, monkeypatch, is_alone):
    (request,) = register(ala, 1)
    for _ in range(12):
        ala.write(ReceiptReprinted(2), appeal=request.hash)
    monkeypatch.setattr(exchanging, "HELD_S", 0)
    monkeypatch.setattr(exchanging, "PATIENCE_S", 0)
    runs: list[tuple[Status, int]] = []

    def deliver(_request: HttpRequest) -> HttpResponse:
        runs.extend((run.status, run.count) for run in ala.exchange().results)
        return HttpResponse()

    (deliver if is_alone else CountWriters(deliver))(HttpRequest())
    assert runs == ([(Status.REGISTERED, 12)] if is_alone else [(Status.REGISTERED, 1), (Status.STORED, 11)])


def test_a_start_hears_offices_before_it_has_read_everything(ala, monkeypatch):
    (request,) = register(ala, 1)
    for _ in range(12):
        ala.write(ReceiptReprinted(2), appeal=request.hash)
    for held in ("HELD_S", "HELD_ALONE_S", "PATIENCE_S"):
        monkeypatch.setattr(exchanging, held, 0)
    monkeypatch.setattr(actions, "HELD_S", 0)
    ala.exchange()
    interpret_waiting(0)
    assert Unread.objects.exists()
    interpret_waiting()
    assert not Unread.objects.exists()


def test_an_exchange_asks_only_who_waits_for_its_own_events(ala):
    for at in range(40):
        ala.write(ReceiptReprinted(2), appeal=at.to_bytes(32))
    ala.exchange()
    assert Reading.objects.filter(status=Status.WAITING).count() == 40
    ala.write(REQUEST)
    with CaptureQueriesContext(connection) as asked:
        ala.exchange()
    waiting = [one["sql"] for one in asked if 'DISTINCT "journal_reading"."awaited"' in one["sql"]]
    assert waiting
    assert all('"awaited" IN' in sql for sql in waiting)


def test_who_waited_for_the_epoch_while_its_pc_was_withdrawn_came_after(ala, monkeypatch):
    ala.write(REQUEST)
    sent = ala.request()
    withdrawn: list[Epoch] = []
    hold = feeds.lock

    def withdraw_first(sites: Iterable[str]) -> dict[str, FeedHead]:
        heads = hold(sites)
        if not withdrawn:
            withdrawn.append(Epoch.objects.get(pk=ala.epoch))
            revoke_epoch(
                withdrawn[0],
                0,
                centre_keys().directory,
                by=None,
                reason="stolen",
                announce=lambda _: None,
                log=stand_of_log,
            )
        return heads

    monkeypatch.setattr(feeds, "lock", withdraw_first)
    ala.post(sent)
    assert Reading.objects.get(event__epoch=ala.epoch).status == Status.AFTER_REVOCATION
