"""A decreed day reaches every office and every open term, with a trace, whenever an office hears of it."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.terms import count_anew
from server_sync.contract import bodies
from server_sync.contract.bodies import DueTerm, Words
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.messages import CalendarDay, EventRow, rows_of
from server_sync.contract.workflow import Role
from server_sync.evidence.models import Log
from server_sync.journal.directory import publish_missing
from server_sync.journal.models import CommonRow, Event
from server_sync.pages.term import term_of
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.models import DecreedDay, Person, RoleGrant, Site
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import SINCE
from tests.server.counter import Counter, routed
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice

pytestmark = pytest.mark.django_db
REASON = {"ky": "Өкмөттүн токтому № 1", "ru": "Распоряжение № 1", "en": "Decree No. 1"}


@pytest.fixture
def counter(office_a) -> Counter:
    return Counter(office_a)


def decree(**options: object) -> str:
    out = io.StringIO()
    typed = {name: [str(day) for day in said] if isinstance(said, list) else said for name, said in options.items()}
    call_command("decree_days", stdout=out, **{"by": "administrator", **REASON, **typed})
    return out.getvalue()


def counted_days(on: date = TODAY) -> tuple[date, ...]:
    book = reference_book()
    return compute_due(on, REQUEST.kind, book.calendar, book.terms).counted


def recalculations(appeal: Appeal) -> list[bodies.DueRecalculated]:
    events = Event.accepted.filter(appeal=bytes(appeal.hash), kind=EventKind.DUE_RECALCULATED).order_by("leaf")
    said = [read_body(read_header(bytes(event.header)), bytes(event.body or b"")) for event in events]
    return [body for body in said if isinstance(body, bodies.DueRecalculated)]


def test_a_day_decreed_off_moves_open_terms_with_an_event_and_is_told_to_all_offices(counter, administrator):
    appeal = routed(counter.register())
    days = counted_days()
    assert appeal.due_on == days[-1]
    told = decree(off=[days[3]])
    assert "Open terms counted anew: 1" in told
    appeal.refresh_from_db()
    assert appeal.due_on is not None
    assert appeal.due_on > days[-1]
    (said,) = recalculations(appeal)
    assert (said.old_due_on, said.new_due_on) == (days[-1], appeal.due_on)
    assert f"{days[3]:%d.%m.%Y}" in said.cause.ru
    assert "Распоряжение № 1" in said.cause.ru
    reply = counter.wire.exchange()
    assert CalendarDay(days[3], 1, *REASON.values()) in [row for _, row in rows_of(reply.common)]
    assert any(isinstance(row, EventRow) for row in counter.wire.feed)
    assert count_anew()[0] == 0
    assert rebuild(keep=False).is_equal


def test_a_moved_working_day_is_one_decree_of_two_days(counter, administrator):
    appeal = routed(counter.register())
    days = counted_days()
    saturday = next(day for day in (days[0] + timedelta(days=n) for n in range(1, 14)) if day.weekday() == 5)
    off = next(day for day in days if day > saturday)
    decree(off=[off], working=[saturday])
    appeal.refresh_from_db()
    assert appeal.due_on == days[-1]
    assert recalculations(appeal) == []
    assert working_calendar().is_working(saturday)
    assert not working_calendar().is_working(off)
    assert len([row for row in CommonRow.objects.all() if row.row_kind == 23]) == 2


def test_a_day_taken_back_brings_the_term_back_and_both_moves_stay_in_the_history(counter, administrator):
    appeal = routed(counter.register())
    days = counted_days()
    decree(off=[days[3]])
    decree(withdraw=[days[3]])
    appeal.refresh_from_db()
    assert appeal.due_on == days[-1]
    assert [(one.old_due_on < one.new_due_on) for one in recalculations(appeal)] == [True, False]
    assert DecreedDay.objects.count() == 2
    assert rebuild(keep=False).is_equal


def test_an_office_that_was_away_for_long_counts_by_the_old_calendar_and_is_put_right(counter, administrator):
    days = counted_days()
    written = counter.write()  # with no line: it has not heard of anything
    decree(off=[days[2]])
    counter.wire.exchange()
    appeal = Appeal.objects.get(hash=written.hash)
    assert appeal.due_on == days[-1]
    assert count_anew()[0] == 1
    appeal.refresh_from_db()
    assert appeal.due_on is not None
    assert appeal.due_on > days[-1]
    counter.wire.exchange()
    assert EventKind.DUE_RECALCULATED in {
        read_header(row.header).kind for row in counter.wire.feed if isinstance(row, EventRow)
    }
    assert rebuild(keep=False).is_equal


def test_a_new_term_is_the_same_whether_requests_came_together_or_one_by_one(ala, chuy, administrator):
    """I19: what the calendar says enters the register through events of the centre alone."""
    days = counted_days()
    due = DueTerm(days[-1], 14, rules_version=1)
    for _ in range(3):
        ala.write(replace(REQUEST, due=due))
        chuy.write(replace(REQUEST, due=due))
        chuy.exchange()
    decree(off=[days[1]])
    ala.exchange()
    after, reached = -1, 0
    while reached > after:
        after = reached
        _, reached = count_anew(after, limit=2)
    assert len(set(Appeal.objects.values_list("due_on", flat=True))) == 1
    assert Appeal.objects.exclude(due_on=days[-1]).count() == 6
    assert HistoryEntry.objects.filter(kind=EventKind.DUE_RECALCULATED).count() == 6
    assert rebuild(keep=False).is_equal


def test_a_term_that_was_extended_to_a_day_or_answered_stays(counter, administrator, vera):
    extended = routed(counter.register())
    withdrawn = counter.register()
    days = counted_days()
    far = days[-1] + timedelta(days=30)
    perform(bytes(extended.hash), bodies.Extended(far, Words("керек"), "8"), person=vera.id.bytes)
    counter.wire.write(bodies.AppealWithdrawn("тартып алды", bodies.AppealForm.ORAL), appeal=bytes(withdrawn.hash),
                       person=counter.clerk.id.bytes)  # fmt: skip
    counter.wire.exchange()
    decree(off=[days[3]])
    extended.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (extended.due_on, withdrawn.due_on) == (far, days[-1])
    assert not HistoryEntry.objects.filter(kind=EventKind.DUE_RECALCULATED).exists()


def test_the_applicant_sees_the_old_day_the_new_one_and_why(counter, administrator):
    appeal = routed(counter.register())
    days = counted_days()
    decree(off=[days[3]])
    appeal.refresh_from_db()
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt or b""))})
    for language, reason in REASON.items():
        page = browser.get(f"/a/{appeal.number}?language={language}").content.decode()
        assert f"{days[-1]:%d.%m.%Y} → {appeal.due_on:%d.%m.%Y}" in page
        assert reason in page


def test_the_term_that_an_office_named_is_not_called_changed_afterwards(ala):
    days = counted_days()
    written = ala.write(replace(REQUEST, due=DueTerm(days[-1] + timedelta(days=1), 14, rules_version=1)))
    ala.exchange()
    appeal = Appeal.objects.get(hash=written.hash)
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt or b""))})
    page = browser.get(f"/a/{appeal.number}?language=en").content.decode()
    assert "changed afterwards" not in page
    assert "named at registration holds" in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"off": [date(TODAY.year + 9, 1, 4)]}, "too far"),
        ({"off": [TODAY], "working": [TODAY]}, "twice"),
        ({"withdraw": [TODAY]}, "not decreed"),
        ({"off": [TODAY], "by": "nobody"}, "--by"),
        ({"off": [TODAY], "by": "nur"}, "administrator of the whole network"),
        ({"off": [TODAY], "ru": " "}, "reason"),
    ],
)
def test_a_decree_that_cannot_be_meant_is_refused_in_words(counter, administrator, nur, options, said):
    with pytest.raises(CommandError, match=said):
        decree(**options)
    assert not DecreedDay.objects.exists()
    assert not CommonRow.objects.filter(row_kind=23).exists()


def test_a_day_that_is_already_so_is_refused(administrator):
    saturday = TODAY + timedelta(days=(5 - TODAY.weekday()) % 7 + 7)
    if reference_book().calendar.is_working(saturday):
        saturday += timedelta(days=7)
    with pytest.raises(CommandError, match="already"):
        decree(off=[saturday])


def test_an_administrator_of_one_province_decrees_nothing(centre):
    person = Person.objects.create_person("local", None, surname="Жумабаев", given_name="Жакып")
    site = Site.objects.get(pk="KG-C")
    RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR, from_on=SINCE, site=site)
    with pytest.raises(CommandError, match="whole network"):
        decree(off=[counted_days()[0]], by="local")


def test_a_new_server_epoch_says_the_days_that_hold_and_the_same_one_says_nothing_twice(centre, administrator):
    days = counted_days()
    decree(off=[days[1], days[2]])
    decree(withdraw=[days[2]])
    publish_missing()
    before = CommonRow.objects.count()
    assert publish_missing() == 0
    assert CommonRow.objects.count() == before
    Log.objects.update(server_epoch=2)
    publish_missing()
    assert CommonRow.objects.filter(row_kind=23, server_epoch=2).count() == 2


def test_the_list_of_decrees_says_what_holds(administrator):
    days = counted_days()
    decree(off=[days[1]])
    out = io.StringIO()
    call_command("decree_days", stdout=out)
    assert f"{days[1]} off: Decree No. 1 (administrator)" in out.getvalue()


def test_a_clerk_of_another_office_hears_of_the_day_too(counter, chuy: PlainOffice, administrator):
    days = counted_days()
    decree(off=[days[1]])
    reply = chuy.exchange()
    assert CalendarDay(days[1], 1, *REASON.values()) in [row for _, row in rows_of(reply.common)]


def test_the_list_tells_days_that_were_taken_back_apart_from_those_that_stand(administrator):
    stands, gone = counted_days()[3], counted_days()[5]
    decree(off=[stands, gone])
    decree(withdraw=[gone])
    listed = decree()
    standing, _, taken_back = listed.partition("taken back")
    assert f"{stands} off: Decree No. 1" in standing
    assert str(gone) not in standing
    assert str(gone) in taken_back
    assert "taken_back" not in listed


def test_the_applicant_reads_a_day_off_by_decree_as_what_it_is(counter, administrator):
    day = counted_days()[3]
    appeal = routed(counter.register())
    decree(off=[day])
    term = term_of(Appeal.objects.get(pk=appeal.pk), "en")
    assert term is not None
    assert term.decreed == (f"{day:%d.%m.%Y} Decree No. 1",)
    assert not any("Decree" in holiday for holiday in term.holidays)
    with translation.override("en"):
        told = render_to_string("pages/term.html", {"term": term})
    assert "Days off by decree in between" in told


@pytest.mark.usefixtures("centre")
def test_the_list_of_offices_has_the_code_that_other_commands_take():
    out = io.StringIO()
    call_command("sites", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 63
    assert any(line.startswith("KG-C-ALA ") and "Alamudun" in line for line in lines)
