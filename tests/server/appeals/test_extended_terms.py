"""A day to which an officer extended a term stays, whatever is counted later; a decree that ended is no cause."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve
from server_sync.appeals.terms import EXTENSION_STAYS, count_anew, keep_extended, put_right
from server_sync.contract import bodies
from server_sync.contract.bodies import AppealKind, DueRecalculated, DueTerm, Words
from server_sync.contract.deadlines import Decree, compute_due, decreed
from server_sync.contract.events import EventKind, read_event
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.messages import EventRow
from server_sync.contract.territory import Names
from server_sync.journal.models import Reading
from server_sync.workplaces.models import DecreedDay
from server_sync.workplaces.reference import reference_book
from tests.server.appeals.test_decreed_days import counted_days, decree, recalculations
from tests.server.counter import Counter, routed
from tests.server.exchange.offices import REQUEST, TODAY
from tests.server.oversight.conftest import noor

__all__ = ["noor"]
pytestmark = pytest.mark.django_db
FAR = counted_days()[-1] + timedelta(days=30)


@pytest.fixture
def counter(office_a) -> Counter:
    return Counter(office_a)


@pytest.fixture
def extended(counter, vera) -> Appeal:
    """A request whose term an officer extended by a month."""
    appeal = routed(counter.register())
    perform(bytes(appeal.hash), bodies.Extended(FAR, Words("керек"), "8"), person=vera.id.bytes)
    counter.wire.exchange()
    return appeal


def correct(counter: Counter, appeal: Appeal, kind: AppealKind = AppealKind.APPLICATION, **term: Any) -> bytes:
    """The office puts the kind right, and counts the term of that kind, without having heard of the extension."""
    due = replace(DueTerm(counted_days()[-1], 14, "67/2007", rules_version=1), **term)
    said = bodies.AppealCorrected("түрү башка", kind=kind, due=due)
    return counter.wire.write(said, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes).hash


def corrected(counter: Counter, appeal: Appeal, *args: Any, **term: Any) -> Appeal:
    correct(counter, appeal, *args, **term)
    counter.wire.exchange()
    appeal.refresh_from_db()
    return appeal


@pytest.mark.parametrize("named", [counted_days()[-1], FAR + timedelta(days=10), FAR])
def test_a_correction_moves_no_day_that_an_officer_set(counter, extended, named):
    appeal = corrected(counter, extended, due_on=named)
    assert (appeal.due_on, appeal.is_extended, appeal.kind) == (FAR, True, AppealKind.APPLICATION)
    assert rebuild(keep=False).is_equal


def test_a_kind_without_a_term_takes_no_officers_day_away(counter, extended):
    appeal = corrected(counter, extended, AppealKind.THANKS, due_on=None, working_days=0)
    assert (appeal.due_on, appeal.kind) == (FAR, AppealKind.THANKS)
    call_command("work", once=True)
    (told,) = recalculations(appeal)
    assert (told.old_due_on, told.new_due_on) == (FAR, FAR)
    assert rebuild(keep=False).is_equal


def test_the_centre_says_once_that_the_officers_day_stays(counter, extended):
    appeal = corrected(counter, extended)
    call_command("work", once=True)
    (told,) = recalculations(appeal)
    assert told == DueRecalculated(EXTENSION_STAYS, counted_days()[-1], FAR)
    appeal.refresh_from_db()
    assert (appeal.due_on, appeal.is_extended) == (FAR, True)
    assert keep_extended()[0] == 0
    assert rebuild(keep=False).is_equal


def test_the_office_hears_of_it_by_its_feed(counter, extended):
    corrected(counter, extended)
    call_command("work", once=True)
    counter.wire.exchange()
    told = [read_event(row.event()).body for row in counter.wire.feed if isinstance(row, EventRow)]
    assert DueRecalculated(EXTENSION_STAYS, counted_days()[-1], FAR) in told


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_applicant_reads_which_day_was_named_which_stays_and_why(counter, extended, language):
    appeal = corrected(counter, extended)
    call_command("work", once=True)
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt or b""))})
    page = browser.get(f"/a/{appeal.number}?language={language}").content.decode()
    assert f"{counted_days()[-1]:%d.%m.%Y} → {FAR:%d.%m.%Y}" in page
    assert getattr(EXTENSION_STAYS, language) in page


def test_a_correction_that_names_no_term_or_the_same_day_is_nothing_to_speak_of(counter, extended):
    said = bodies.AppealCorrected("ката", subject="Жаңы тема")
    counter.wire.write(said, appeal=bytes(extended.hash), person=counter.clerk.id.bytes)
    corrected(counter, extended, due_on=FAR)
    call_command("work", once=True)
    assert recalculations(extended) == []


def test_a_correction_before_the_extension_is_nothing_to_speak_of(counter, vera):
    appeal = corrected(counter, routed(counter.register()))
    assert (appeal.due_on, appeal.is_extended) == (counted_days()[-1], False)
    perform(bytes(appeal.hash), bodies.Extended(FAR, Words("керек"), "8"), person=vera.id.bytes)
    call_command("work", once=True)
    assert recalculations(appeal) == []


def test_a_correction_that_came_before_and_was_let_in_after_the_extension_moves_nothing_either(
    counter, vera, nur, noor
):
    appeal = routed(counter.register())
    due = DueTerm(counted_days()[-1], 14, "67/2007", rules_version=1)
    said = bodies.AppealCorrected("түрү", kind=AppealKind.APPLICATION, due=due)
    held = counter.wire.write(said, appeal=bytes(appeal.hash), person=bytes(15) + b"\1")
    counter.wire.exchange()
    assert Reading.objects.get(event__hash=held.hash).code == "person_unknown"
    perform(bytes(appeal.hash), bodies.Extended(FAR, Words("керек"), "8"), person=vera.id.bytes)
    resolve(held.hash, Decision.RELEASE, "таанылды", person=nur.id.bytes, second_person=noor.id.bytes)
    call_command("work", once=True)
    appeal.refresh_from_db()
    assert (appeal.due_on, appeal.kind, len(recalculations(appeal))) == (FAR, AppealKind.APPLICATION, 1)
    assert rebuild(keep=False).is_equal


def test_a_term_that_could_not_be_believed_and_was_extended_meanwhile_stays(counter, vera):
    """The officer was quicker than the rule that puts a wrong term right."""
    wrong = replace(REQUEST, due=DueTerm(counted_days()[-1], 13, "67/2007", rules_version=1))
    written = counter.wire.write(wrong, person=counter.clerk.id.bytes)
    counter.wire.exchange()
    appeal = routed(Appeal.objects.get(hash=written.hash))
    assert Reading.objects.get(event__hash=written.hash).is_marked
    perform(bytes(appeal.hash), bodies.Extended(FAR, Words("керек"), "8"), person=vera.id.bytes)
    assert put_right()[0] == 0
    appeal.refresh_from_db()
    assert appeal.due_on == FAR


@pytest.mark.parametrize("named", [TODAY + timedelta(days=4_000), TODAY - timedelta(days=400), None])
def test_a_term_of_a_correction_that_cannot_be_true_is_put_right_by_the_law(counter, named):
    appeal = routed(counter.register())
    by_law = compute_due(appeal.registered_on, AppealKind.COMPLAINT, reference_book().calendar, reference_book().terms)
    appeal = corrected(counter, appeal, AppealKind.COMPLAINT, due_on=named, working_days=999)
    assert appeal.due_on == named
    call_command("work", once=True)
    appeal.refresh_from_db()
    assert appeal.due_on == by_law.due_on
    assert len(recalculations(appeal)) == 1
    assert put_right()[0] == 0
    appeal = corrected(counter, appeal, AppealKind.COMPLAINT, due_on=named, working_days=999)
    call_command("work", once=True)
    appeal.refresh_from_db()
    assert appeal.due_on == by_law.due_on
    assert rebuild(keep=False).is_equal


def test_nothing_else_that_can_happen_to_a_request_moves_the_day(counter, extended, vera, registrar, administrator):
    def happens(body: bodies.Body, person: Any = None) -> None:
        perform(bytes(extended.hash), body, person=(person or vera).id.bytes)

    def office(body: bodies.Body) -> None:
        counter.wire.write(body, appeal=bytes(extended.hash), person=counter.clerk.id.bytes)
        counter.wire.exchange()

    happens(bodies.Forwarded("AKIM@KG-C-ALA", "AKIM@KG-C", counted_days()[-1], Words("сиздерге")))
    happens(bodies.ReturnedToOffice(Words("тактагыла")), registrar)
    office(bodies.AppealSupplemented("дагы"))
    office(bodies.AppealWithdrawn("тартып алды", bodies.AppealForm.ORAL))
    happens(bodies.Reopened(Words("кайра"), "AKIM@KG-C"))
    decree(off=[counted_days()[3]])
    call_command("work", once=True)
    extended.refresh_from_db()
    assert (extended.due_on, extended.is_extended) == (FAR, True)
    assert rebuild(keep=False).is_equal


def test_an_erasure_leaves_the_officers_day(counter, extended, administrator, second_administrator):
    appeal = corrected(counter, extended)
    erase_request(bytes(appeal.hash), "сот", administrator.id.bytes, second_administrator.id.bytes)
    assert Appeal.objects.get().due_on == FAR
    assert rebuild(keep=False).is_equal


# A decree that was taken back


def test_a_decree_that_was_taken_back_is_no_cause_for_a_term_that_nobody_counted_by_it(counter, administrator):
    days = counted_days()
    decree(off=[days[3]])
    decree(withdraw=[days[3]])
    named = replace(REQUEST, due=DueTerm(days[-1] + timedelta(days=1), 14, "67/2007", rules_version=1))
    written = counter.wire.write(named, person=counter.clerk.id.bytes)
    counter.wire.exchange()
    assert count_anew()[0] == 0
    appeal = Appeal.objects.get(hash=written.hash)
    assert (appeal.due_on, recalculations(appeal)) == (days[-1] + timedelta(days=1), [])


def test_a_later_decree_does_not_name_one_that_was_taken_back(counter, administrator):
    days = counted_days()
    decree(off=[days[3]])
    decree(withdraw=[days[3]])
    appeal = routed(counter.register())
    decree(off=[days[6]])
    (told,) = recalculations(appeal)
    assert f"{days[6]:%d.%m.%Y}" in told.cause.en
    assert f"{days[3]:%d.%m.%Y}" not in told.cause.en


def test_a_day_that_was_decreed_off_and_working_again_is_no_cause_either(counter, administrator):
    days = counted_days()
    decree(off=[days[3]])
    decree(working=[days[3]])
    appeal = routed(counter.register())
    decree(off=[days[6]])
    (told,) = recalculations(appeal)
    assert f"{days[3]:%d.%m.%Y}" not in told.cause.en


def written_down(day: date, what: Decree, at: datetime, by: Any) -> None:
    reasons = {f"reason_{language}": what.name for language in ("ky", "ru", "en")}
    DecreedDay.objects.create(on=day, decree=what, decreed_at=at, decreed_by=by, **reasons)


@pytest.mark.parametrize(("heard_before_the_end", "is_named"), [(True, True), (False, False)])
def test_an_office_that_heard_of_a_decree_and_not_of_its_end_is_told_the_end_as_the_cause(
    counter, administrator, heard_before_the_end, is_named
):
    days, now = counted_days(), timezone.now()
    written_down(days[3], Decree.OFF, now - timedelta(hours=3), administrator)
    written_down(days[3], Decree.TAKEN_BACK, now - timedelta(hours=1), administrator)
    heard_at = now - timedelta(hours=2) if heard_before_the_end else now - timedelta(hours=4)
    book = reference_book()
    off = decreed(days[3], Decree.OFF, Names("", "", ""))
    assert off is not None
    by_the_decree = compute_due(TODAY, REQUEST.kind, book.calendar.with_exceptions([off]), book.terms).due_on
    assert by_the_decree is not None
    named = replace(REQUEST, due=DueTerm(by_the_decree, 14, "67/2007", rules_version=1))
    written = counter.wire.write(named, person=counter.clerk.id.bytes, server_time_ms=int(heard_at.timestamp() * 1000))
    counter.wire.exchange()
    count_anew()
    appeal = Appeal.objects.get(hash=written.hash)
    said = [one.cause.en for one in recalculations(appeal)]
    assert [f"{days[3]:%d.%m.%Y}" in cause for cause in said] == [True] * is_named
    assert appeal.due_on == (days[-1] if is_named else by_the_decree)
    assert rebuild(keep=False).is_equal


def test_a_term_that_the_centre_counted_by_a_decree_moves_back_when_it_is_taken_back(counter, administrator):
    appeal = routed(counter.register())
    days = counted_days()
    decree(off=[days[3]])
    decree(withdraw=[days[3]])
    appeal.refresh_from_db()
    assert appeal.due_on == days[-1]
    assert "taken back" in recalculations(appeal)[-1].cause.en
    assert appeal.history.filter(kind=EventKind.DUE_RECALCULATED).count() == 2
