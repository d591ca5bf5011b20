"""Complaints that offices bring go to the body above by rule, once, with a new term; and the register can be remade."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from server_sync.appeals import sending_up
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, Complaint
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.sending_up import above, send_up
from server_sync.appeals.terms import count_anew
from server_sync.casework import acts
from server_sync.contract import bodies
from server_sync.contract.bodies import ComplaintMade, Forwarded, LeftWithoutConsideration, Outcome, Words
from server_sync.contract.deadlines import Decree
from server_sync.contract.events import NO_PERSON, EventKind, UnknownBody, read_body, read_header
from server_sync.contract.territory import Names
from server_sync.contract.workflow import State
from server_sync.journal.models import Event
from server_sync.pages.access import Standing
from server_sync.workplaces.decrees import decree
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db
ABOVE = "PLENIPOT-PRES@KG-C"


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@dataclass
class Answering:
    vera: Standing
    vasil: Standing

    def answer(self, appeal: Appeal) -> bytes:
        text = acts.AnswerText(Outcome.EXPLAINED, "Жооп", "Ответ", "")
        acts.write_draft(self.vera, appeal, text, 0, is_ready=True)
        event = acts.approve(self.vasil, appeal, 1)
        appeal.refresh_from_db()
        return bytes(event.hash)


@pytest.fixture
def answering(vera, vasil) -> Answering:
    return Answering(Standing.of(vera), Standing.of(vasil))


def complain(counter: Counter, appeal: Appeal, about: bytes | None = None) -> None:
    counter.wire.write(ComplaintMade("Суу жок", about), appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    appeal.refresh_from_db()


def said_by_rule(appeal: Appeal) -> list[bodies.Body | UnknownBody]:
    events = Event.accepted.filter(appeal=bytes(appeal.hash), epoch__site="WEB").order_by("leaf")
    headers = [(event, read_header(bytes(event.header))) for event in events]
    said = [read_body(header, bytes(event.body or b"")) for event, header in headers if header.person == NO_PERSON]
    return [body for body in said if not isinstance(body, bodies.Routed)]


def test_the_body_above_is_found_by_dated_rules():
    today = timezone.localdate()
    assert above("AO-HEAD@KG-C-ALA", today).body_code == "AKIM@KG-C-ALA"
    assert above("AKIM@KG-C-ALA", today).body_code == ABOVE
    assert above("AKIM@KG-C-ALA", date(2018, 5, 5)).body_code == "PLENIPOT@KG-C"
    assert above("MAYOR@KG-C-TOK", today).body_code == ABOVE
    assert above("MIN-HEALTH", today).body_code == "PRES-ADMIN"
    assert above("MIN-HEALTH", date(2018, 5, 5)).body_code == "GOV-OFFICE"
    assert above("RAYON-ROVD@KG-O-UZG", today).body_code == "MIN-MVD"
    assert above("PRESIDENT", today).body_code == "PRESIDENT"
    assert above("SUPREME-COURT", today).body_code == "SUPREME-COURT"


def test_nothing_stands_above_itself_and_every_way_up_ends():
    today, book = timezone.localdate(), reference_book()
    for body in book.bodies:
        way = [body.code]
        while (found := book.higher(way[-1], today)) is not None:
            assert found.body_code not in way, way
            assert found.reason.ky
            assert found.reason.ru
            assert found.reason.en
            way.append(found.body_code)


def test_a_complaint_from_an_office_about_an_answer_goes_up_with_its_reason_and_a_new_term(counter, answering):
    appeal = routed(counter.register(on=days_ago(10)))
    acts.accept(answering.vera, appeal, "")
    first = answering.answer(appeal)
    before = appeal.due_on
    complain(counter, appeal, first)
    assert (appeal.state, appeal.answered_on) == (State.WITH_BODY, None)
    assert send_up() == (1, Complaint.objects.get().pk)
    assert send_up() == (0, 0)
    appeal.refresh_from_db()
    assert (appeal.body_code, appeal.accepted_at, appeal.is_complained) == (ABOVE, None, True)
    sent, counted = said_by_rule(appeal)
    assert isinstance(sent, Forwarded)
    assert (sent.from_body, sent.to_body) == (BODY, ABOVE)
    assert "полномочный представитель" in sent.notice.ru
    assert isinstance(counted, bodies.DueRecalculated)
    assert (counted.old_due_on, counted.new_due_on) == (before, appeal.due_on)
    assert appeal.due_on == sending_up.new_term(timezone.localdate(), bodies.AppealKind.COMPLAINT).due_on
    assert rebuild(keep=False).is_equal
    counter.wire.exchange()
    assert rebuild(keep=False).is_equal


def test_a_complaint_of_silence_waits_for_the_end_of_the_term_and_an_answer_in_time_ends_it(counter, answering):
    early, late = routed(counter.register()), routed(counter.register())
    complain(counter, early)
    complain(counter, late)
    assert send_up()[0] == 0
    assert early.body_code == BODY
    assert late.due_on is not None
    answering.answer(early)
    assert not early.is_complained
    perform(
        bytes(late.hash),
        bodies.DueRecalculated(Words("к"), late.due_on, timezone.localdate() - timedelta(days=1)),
    )
    assert send_up()[0] == 1
    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.body_code, early.body_code) == (ABOVE, BODY)
    assert rebuild(keep=False).is_equal


def test_what_was_left_without_consideration_is_opened_again_at_the_body_above(counter, vera):
    appeal = routed(counter.register())
    perform(bytes(appeal.hash), LeftWithoutConsideration("repeat", Words("н")), person=vera.id.bytes)
    complain(counter, appeal)
    assert send_up()[0] == 1
    appeal.refresh_from_db()
    assert (appeal.state, appeal.body_code) == (State.WITH_BODY, ABOVE)
    assert isinstance(said_by_rule(appeal)[0], bodies.Reopened)
    assert rebuild(keep=False).is_equal


def test_a_body_that_none_stands_above_looks_at_it_again_through_somebody_else(counter, registrar, answering):
    appeal = counter.register()
    perform(bytes(appeal.hash), bodies.Routed("PRESIDENT", "", Words("ж")), person=registrar.id.bytes)
    appeal.refresh_from_db()
    perform(
        bytes(appeal.hash),
        bodies.Answered(Outcome.REFUSED, Words("Жок"), "PRESIDENT", "А", answering.vasil.person.id.bytes),
        person=answering.vera.person.id.bytes,
    )
    complain(counter, appeal)
    assert send_up()[0] == 1
    assert send_up()[0] == 0
    appeal.refresh_from_db()
    assert (appeal.body_code, appeal.accepted_at) == ("PRESIDENT", None)
    sent = said_by_rule(appeal)[0]
    assert isinstance(sent, Forwarded)
    assert "другое его должностное лицо" in sent.notice.ru


def test_a_body_that_passed_the_request_on_is_not_followed_by_an_older_complaint(counter, vera):
    appeal = routed(counter.register())
    complain(counter, appeal)
    acts.forward(Standing.of(vera), appeal, "MIN-HEALTH", Words("жол"))
    perform(
        bytes(appeal.hash),
        bodies.DueRecalculated(Words("к"), timezone.localdate(), timezone.localdate() - timedelta(days=1)),
    )
    assert send_up()[0] == 0
    appeal.refresh_from_db()
    assert appeal.body_code == "MIN-HEALTH"


def test_a_decree_counts_the_term_of_a_complaint_from_the_complaint(counter, answering, administrator):
    appeal = routed(counter.register(on=days_ago(40)))
    complain(counter, appeal, answering.answer(appeal))
    send_up()
    appeal.refresh_from_db()
    before = appeal.due_on
    off = timezone.localdate() + timedelta(days=2)
    while not reference_book().calendar.is_working(off):
        off += timedelta(days=1)
    decree({off: Decree.OFF}, Names("м", "п", "h"), administrator, lambda _: None)
    assert count_anew()[0] == 1
    appeal.refresh_from_db()
    assert before is not None
    assert appeal.due_on is not None
    assert before < appeal.due_on <= before + timedelta(days=5)
    assert rebuild(keep=False).is_equal


def test_an_erased_complaint_leaves_where_the_request_went_and_no_word(
    counter, answering, administrator, second_administrator, monkeypatch, tmp_path
):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    appeal = routed(counter.register())
    complain(counter, appeal, answering.answer(appeal))
    send_up()
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(bytes(appeal.hash), "сот чечими", **both)
    left = Appeal.objects.get(hash=appeal.hash)
    assert (left.body_code, left.is_complained) == (ABOVE, True)
    assert Complaint.objects.get().sent_to == ABOVE
    assert not any(b"\xd0\xa1\xd1\x83\xd1\x83" in bytes(event.body or b"") for event in Event.custody.all())
    assert rebuild(keep=False).is_equal


def test_a_refused_complaint_changes_nothing(counter, answering, registrar):
    appeal = routed(counter.register())
    about = answering.answer(appeal)
    counter.wire.write(ComplaintMade("Суу", about), appeal=bytes(appeal.hash), person=registrar.id.bytes)
    counter.wire.exchange()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.is_complained) == (State.ANSWERED, False)
    assert not Complaint.objects.exists()
    assert send_up()[0] == 0
    assert rebuild(keep=False).is_equal


def test_one_complaint_after_another_climbs_and_each_is_decided_once(counter, answering, vera, vasil):
    appeal = routed(counter.register())
    complain(counter, appeal, answering.answer(appeal))
    complain(counter, appeal)  # again, before anybody looked at it
    assert send_up()[0] == 1
    perform(
        bytes(appeal.hash),
        bodies.Answered(Outcome.SATISFIED, Words("Ооба"), ABOVE, "Б", vasil.id.bytes),
        person=vera.id.bytes,
    )
    appeal.refresh_from_db()
    assert not appeal.is_complained
    complain(counter, appeal)
    assert send_up()[0] == 1
    appeal.refresh_from_db()
    assert appeal.body_code == "PRES-ADMIN"
    assert list(appeal.complaints.values_list("body_code", "sent_to")) == [
        (BODY, ABOVE),
        (BODY, ABOVE),
        (ABOVE, "PRES-ADMIN"),
    ]
    assert appeal.history.filter(kind=EventKind.FORWARDED).count() == 2
    assert rebuild(keep=False).is_equal
