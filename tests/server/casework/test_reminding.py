"""Officers are reminded of terms by one letter a morning, and the body above of those that are over; no step twice."""

import threading
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.appeals.sending_up import above
from server_sync.casework import reminding
from server_sync.casework.models import Reminded, RemindedDay
from server_sync.contract.deadlines import Decree
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role, State
from server_sync.letters.models import Letter
from server_sync.workplaces.decrees import calendar_now, decree
from server_sync.workplaces.models import CENTRE, Body, Person, RoleGrant
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter, routed
from tests.server.portal.writers import MAIL

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 16)
BISHKEK = ZoneInfo("Asia/Bishkek")


class Clock:
    """Says which morning it is to whoever reminds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def show(self, day: date, at: time = time(9)) -> None:
        self._monkeypatch.setattr(timezone, "localtime", lambda *_: datetime.combine(day, at, BISHKEK))


@pytest.fixture
def clock(monkeypatch, settings) -> Clock:
    settings.LIAISON_MAIL = MAIL
    return Clock(monkeypatch)


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    return routed(Counter(office_a).register())


@pytest.fixture
def officer(vera: Person) -> Person:
    return reachable(vera, "vera@example.org")


@pytest.fixture
def chief(centre) -> Person:
    """Somebody of the body that stands above."""
    higher = Body.objects.get(pk=above(BODY, MONDAY).body_code)
    assert higher.pk != BODY
    person = Person.objects.create_person("chief", None, surname="Асанов", given_name="Бек", email="chief@example.org")
    RoleGrant.objects.create(person=person, role=Role.CASE_OFFICER, body=higher, from_on=date(2026, 1, 1))
    return person


def reachable(person: Person, email: str) -> Person:
    person.email, person.language = email, "en"
    person.save()
    return person


def due(appeal: Appeal, on: date) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(due_on=on)


def test_each_step_is_told_once_on_its_working_day(appeal, officer, clock):
    due(appeal, MONDAY + timedelta(days=7))
    told = []
    for ahead in range(8):
        clock.show(MONDAY + timedelta(days=ahead))
        reminding.remind()
        reminding.remind()
        told.append(Letter.objects.count())
    assert told == [1, 1, 1, 1, 2, 2, 2, 3]  # five working days before, one before (a Friday), on the day
    assert "working days left: 5" in Letter.objects.earliest("queued_at").text
    assert "today is the last day" in Letter.objects.latest("queued_at").text


def test_a_request_of_the_portal_reminds_the_officer_of_its_place_and_no_other(appeal, officer, clock):
    RoleGrant.objects.filter(person=officer).update(site="KG-C-ALA")
    Appeal.objects.filter(pk=appeal.pk).update(site=CENTRE, addressee_site="KG-T", due_on=MONDAY)
    clock.show(MONDAY)
    assert reminding.remind() == 0
    RemindedDay.objects.all().delete()
    Reminded.objects.all().delete()
    Appeal.objects.filter(pk=appeal.pk).update(addressee_site="KG-C-ALA")
    assert reminding.remind() == 1


def test_where_nobody_stands_above_a_body_it_is_told_of_its_own(appeal, officer, clock, monkeypatch):
    monkeypatch.setattr(reminding, "above", lambda body, _on: SimpleNamespace(body_code=body))
    due(appeal, MONDAY)
    clock.show(MONDAY + timedelta(days=1))
    reminding.remind()
    assert "Your body answers" in Letter.objects.get().text
    assert "below yours" not in Letter.objects.get().text


def test_a_decreed_day_off_sends_nothing_and_is_not_counted(appeal, officer, clock, administrator):
    decree({MONDAY: Decree.OFF}, Names("Эс алуу", "Выходной", "Day off"), administrator, lambda *_: None)
    due(appeal, MONDAY + timedelta(days=1))
    clock.show(MONDAY)
    assert not calendar_now().is_working(MONDAY)
    assert reminding.remind() == 0
    clock.show(MONDAY - timedelta(days=3))
    reminding.remind()
    assert "working days left: 1" in Letter.objects.get().text


def test_after_the_term_the_body_above_is_told_and_again_on_the_fifth_day(appeal, officer, chief, clock):
    due(appeal, MONDAY)
    for ahead in range(1, 9):
        clock.show(MONDAY + timedelta(days=ahead))
        reminding.remind()
    letters = list(Letter.objects.filter(to=chief.email).order_by("queued_at"))
    assert len(letters) == 2
    assert appeal.number in letters[0].text
    assert not Letter.objects.filter(to=officer.email).exists()


def test_one_letter_has_all_and_no_word_of_a_request_or_a_person(office_a, officer, clock):
    counter = Counter(office_a)
    several = [routed(counter.register()) for _ in range(3)]
    for one in several:
        due(one, MONDAY)
    clock.show(MONDAY)
    assert reminding.remind() == 1
    letter = Letter.objects.get()
    for one in several:
        assert one.number in letter.text
        assert one.surname not in letter.text
        assert one.subject not in letter.text
    assert "https://kattar.test/work" in letter.text


def test_steps_that_were_missed_are_told_as_the_newest_of_them_alone(appeal, officer, clock):
    due(appeal, MONDAY)
    clock.show(MONDAY)
    reminding.remind()
    assert Letter.objects.count() == 1
    assert Reminded.objects.filter(appeal=appeal.hash).count() == 3


def test_another_last_day_begins_anew(appeal, officer, clock):
    due(appeal, MONDAY)
    clock.show(MONDAY)
    reminding.remind()
    due(appeal, MONDAY + timedelta(days=2))
    clock.show(MONDAY + timedelta(days=1))
    reminding.remind()
    assert Letter.objects.count() == 2


def test_what_is_answered_and_what_is_with_others_reminds_nobody(appeal, officer, clock):
    due(appeal, MONDAY)
    Appeal.objects.update(state=State.ANSWERED)
    clock.show(MONDAY)
    assert reminding.remind() == 0
    Appeal.objects.update(state=State.WITH_BODY, body_code="GOV-OFFICE")
    RemindedDay.objects.all().delete()
    assert reminding.remind() == 0


def test_nothing_goes_at_night_and_nothing_without_a_mail_server(appeal, officer, clock, settings):
    due(appeal, MONDAY)
    clock.show(MONDAY, time(7, 59))
    assert reminding.remind() == 0
    clock.show(MONDAY)
    settings.LIAISON_MAIL = None
    assert reminding.remind() == 0
    settings.LIAISON_MAIL = MAIL
    assert reminding.remind() == 1


def test_a_stop_in_the_middle_of_a_morning_leaves_nothing_half_done(appeal, officer, clock, monkeypatch):
    due(appeal, MONDAY)
    clock.show(MONDAY)
    monkeypatch.setattr(reminding, "_forget_settled", _stopped)
    with pytest.raises(RuntimeError):
        reminding.remind()
    left = (Letter.objects.count(), Reminded.objects.count(), RemindedDay.objects.count())
    assert left == (0, 0, 0)
    monkeypatch.undo()


def test_a_work_address_is_written_down_changed_and_refused_by_the_command(vera):
    call_command("set_email", "--login", vera.login, "--email", "v@example.org")
    vera.refresh_from_db()
    assert vera.email == "v@example.org"
    with pytest.raises(CommandError, match="No letter can be sent to"):
        call_command("set_email", "--login", vera.login, "--email", "v@@example.org")
    with pytest.raises(CommandError, match="nobody with the login"):
        call_command("set_email", "--login", "nobody", "--email", "")
    vera.refresh_from_db()
    assert vera.email == "v@example.org"
    call_command("set_email", "--login", vera.login, "--email", "")
    vera.refresh_from_db()
    assert not vera.email


def test_the_list_of_cases_says_what_presses(appeal, vera, browser_of):
    browser = browser_of(vera)
    browser.cookies["language"] = "en"
    due(appeal, timezone.localdate() - timedelta(days=1))
    assert "Overdue: <b>1</b>" in browser.get("/work").content.decode()
    due(appeal, timezone.localdate() + timedelta(days=40))
    assert "By the next working day" not in browser.get("/work").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_letter(appeal, officer, clock):
    due(appeal, MONDAY)
    clock.show(MONDAY)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        reminding.remind()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert Letter.objects.count() == 1


def _stopped() -> None:
    raise RuntimeError
