"""Who may write what for an office, and which numbers can be true; what may not be is kept and shown to people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from server_sync.appeals.applying import Decision
from server_sync.appeals.models import Appeal, Summary
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve
from server_sync.contract.bodies import (
    Answered,
    AppealCorrected,
    AppealForm,
    AppealSupplemented,
    AppealWithdrawn,
    Erased,
    Hole,
    Outcome,
    SessionClosed,
    SessionOpened,
    SummaryPublished,
    Words,
)
from server_sync.contract.events import NO_PERSON, EventKind, read_event
from server_sync.contract.messages import EventRow, Quarantined, Released, Status
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import Epoch, Person, RoleGrant
from tests.server.conftest import SINCE
from tests.server.exchange.offices import REQUEST, THIS_YEAR

pytestmark = pytest.mark.django_db
GOOD = (Status.REGISTERED, "")


@pytest.fixture
def operators(nur) -> tuple[Person, Person]:
    second = Person.objects.create_person("noor", None, surname="Осмонова", given_name="Нур")
    RoleGrant.objects.create(person=second, role=Role.CENTRAL_OPERATOR, from_on=SINCE)
    return nur, second


def release(event, operators) -> None:
    first, second = (one.id.bytes for one in operators)
    resolve(event.hash, Decision.RELEASE, "кагазы бар", person=first, second_person=second)


def verdicts(office) -> list[tuple[Status, str]]:
    return [(run.status, run.code) for run in office.exchange().results for _ in range(run.count)]


def test_an_author_that_the_centre_does_not_know_or_who_is_no_clerk_here_is_not_believed(ala, bela, vera):
    ala.write(REQUEST, person=bytes(15) + b"\x07")
    ala.write(REQUEST, person=bela.id.bytes)
    ala.write(REQUEST, person=vera.id.bytes)
    ala.write(REQUEST, person=NO_PERSON)
    ala.write(REQUEST)
    assert verdicts(ala) == [
        (Status.QUARANTINED, "person_unknown"),
        (Status.QUARANTINED, "role_missing"),
        (Status.QUARANTINED, "role_missing"),
        (Status.QUARANTINED, "person_missing"),
        GOOD,
    ]
    assert Event.custody.count() == 5
    assert rebuild(keep=False).is_equal


def test_a_session_is_opened_by_who_works_here_and_closed_by_the_program(ala, bela):
    ala.write(SessionOpened(role="clerk", program="1.0"))
    ala.write(SessionClosed(session=1), person=NO_PERSON)
    ala.write(SessionOpened(role="clerk", program="1.0"), person=bela.id.bytes)
    assert verdicts(ala) == [GOOD, GOOD, (Status.QUARANTINED, "role_missing")]


def test_a_role_counts_that_held_when_the_event_was_made_weeks_ago(ala):
    grant = RoleGrant.objects.get(person_id=Person.objects.get(login="clerk-kg-c-ala").pk)
    today = timezone.localdate()
    grant.until_on = today - timedelta(days=3)
    grant.save(update_fields=["until_on"])
    Epoch.objects.filter(pk=ala.epoch).update(opened_at=timezone.now() - timedelta(days=30))
    days_ms = 24 * 3600 * 1000
    now_ms = int(timezone.now().timestamp() * 1000)
    ala.write(REQUEST, server_time_ms=now_ms - 9 * days_ms)
    ala.write(REQUEST, server_time_ms=now_ms - 1 * days_ms)
    assert verdicts(ala) == [GOOD, (Status.QUARANTINED, "role_missing")]


def test_a_wrong_clock_does_not_take_a_role_away(ala):
    ala.write(REQUEST, wall_ms=-(2**62))
    ala.write(REQUEST, wall_ms=2**62)
    assert verdicts(ala) == [GOOD, GOOD]
    assert rebuild(keep=False).is_equal


def test_a_role_given_later_changes_no_verdict(ala, bela):
    ala.write(REQUEST, person=bela.id.bytes)
    assert verdicts(ala) == [(Status.QUARANTINED, "role_missing")]
    RoleGrant.objects.create(person=bela, role=Role.CLERK, site_id="KG-C-ALA", from_on=date(2020, 1, 1))
    assert rebuild(keep=False).is_equal


def test_two_operators_let_in_what_an_unknown_author_wrote(ala, nur):
    second = Person.objects.create_person("noor", None, surname="Осмонова", given_name="Нур")
    RoleGrant.objects.create(person=second, role=Role.CENTRAL_OPERATOR, from_on=SINCE)
    made = ala.write(REQUEST, person=bytes(15) + b"\x07")
    ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=made.hash)
    ala.exchange()
    resolve(made.hash, Decision.RELEASE, "кагазы бар", person=nur.id.bytes, second_person=second.id.bytes)
    appeal = Appeal.objects.get()
    assert (bytes(appeal.hash), appeal.state) == (made.hash, "withdrawn")
    ala.exchange()
    assert Released(made.hash) in ala.feed
    assert rebuild(keep=False).is_equal


def test_what_only_the_centre_writes_is_not_taken_from_an_office(ala):
    request = ala.write(REQUEST)
    ala.write(SummaryPublished(subject=Words("Т"), text=Words("Ж")), appeal=request.hash)
    ala.write(Erased(event=request.hash, ground="", second_person=bytes(16)), appeal=request.hash)
    answer = Answered(Outcome.EXPLAINED, Words("Ж"), "AKIM@KG-C-ALA", "А", approved_by=bytes(16))
    ala.write(answer, appeal=request.hash)
    refused = (Status.QUARANTINED, "not_for_offices")
    assert verdicts(ala) == [GOOD, refused, refused, refused]
    assert not Summary.objects.exists()
    assert Event.custody.get(seq=1).body is not None
    assert not [entry for entry in ala.feed if isinstance(entry, EventRow)]


def test_an_office_cannot_write_about_another_offices_request(ala, chuy):
    request = ala.write(REQUEST)
    ala.exchange()
    chuy.write(AppealCorrected(reason="", subject="башка"), appeal=request.hash)
    chuy.write(AppealCorrected(reason="", subject="башка", replaces=request.hash), appeal=request.hash)
    assert verdicts(chuy) == [(Status.QUARANTINED, "foreign_appeal")] * 2
    assert Appeal.objects.get().subject == REQUEST.subject
    ala.exchange()
    assert not [entry for entry in ala.feed if isinstance(entry, Quarantined | EventRow)]


def test_what_is_decided_of_words_about_another_offices_request_is_told_to_their_office_alone(ala, chuy, nur):
    second = Person.objects.create_person("noor", None, surname="Осмонова", given_name="Нур")
    RoleGrant.objects.create(person=second, role=Role.CENTRAL_OPERATOR, from_on=SINCE)
    request = ala.write(REQUEST)
    ala.exchange()
    wrong = chuy.write(AppealCorrected(reason="", subject="башка"), appeal=request.hash)
    chuy.exchange()
    resolve(wrong.hash, Decision.KEEP_OUT, "башка кабылдама", person=nur.id.bytes, second_person=second.id.bytes)
    for office in (ala, chuy):
        office.exchange()
    assert [read_event(entry.event()).header.appeal for entry in chuy.feed if isinstance(entry, EventRow)] == [None]
    assert not [entry for entry in ala.feed if isinstance(entry, Quarantined | EventRow)]
    assert [entry.kind for entry in Appeal.objects.get().history.all()] == [EventKind.APPEAL_REGISTERED]
    assert rebuild(keep=False).is_equal


def test_a_number_follows_the_one_before_it_that_was_accepted(ala):
    ala.write(REQUEST)
    ala.write(REQUEST, counter=5)
    ala.write(REQUEST, counter=5, random=9)
    ala.write(REQUEST)
    ala.counter = 5
    ala.write(REQUEST)
    assert verdicts(ala) == [
        GOOD,
        (Status.QUARANTINED, "counter_wrong"),
        (Status.QUARANTINED, "counter_wrong"),
        GOOD,
        (Status.QUARANTINED, "counter_wrong"),
    ]
    assert rebuild(keep=False).is_equal


def test_numbers_may_go_on_from_one_that_two_people_let_in_and_need_not(ala, operators):
    ala.write(REQUEST)
    far = ala.write(REQUEST, counter=700)
    ala.exchange()
    release(far, operators)
    ala.counter = 1
    ala.write(REQUEST)
    ala.counter = 700
    ala.write(REQUEST)
    assert verdicts(ala) == [GOOD, (Status.QUARANTINED, "counter_wrong")]
    further = ala.write(REQUEST, counter=900)
    ala.exchange()
    release(further, operators)
    ala.counter = 900
    ala.write(REQUEST)
    assert verdicts(ala) == [GOOD]
    assert rebuild(keep=False).is_equal


def test_a_number_in_an_event_that_registers_nothing_is_kept_and_not_interpreted(ala):
    appeal = ala.write(REQUEST)
    for field in ({"year": THIS_YEAR}, {"counter": 2}, {"random": 7}):
        ala.write(AppealSupplemented("кошумча"), appeal=appeal.hash, **field)
    ala.write(SessionOpened("clerk", "1.0"), counter=2)
    ala.write(replace(REQUEST, subject="экинчи"), appeal=appeal.hash)
    ala.counter = 1
    ala.write(replace(REQUEST, subject="үчүнчү"))
    assert verdicts(ala)[:6] == [
        GOOD,
        *[(Status.QUARANTINED, "number_unexpected")] * 4,
        (Status.QUARANTINED, "appeal_unexpected"),
    ]
    assert Event.custody.filter(epoch_id=ala.epoch).count() == 7  # custody is total
    assert rebuild(keep=False).is_equal


def test_a_registration_without_a_number_says_that_it_has_none(ala):
    ala.write(REQUEST, year=0, counter=0, random=0)
    ala.write(REQUEST, counter=0)
    assert verdicts(ala) == [(Status.QUARANTINED, "number_missing")] * 2


def test_a_hole_explains_a_number_that_never_came(ala):
    ala.write(REQUEST)
    ala.write(Hole(seq=2, event_hash=bytes(32)), person=NO_PERSON)
    ala.write(REQUEST, counter=3)
    assert verdicts(ala) == [GOOD, GOOD, GOOD]


def test_a_year_cannot_be_of_the_future_or_before_the_pc_was_enrolled(ala):
    ala.write(REQUEST, year=THIS_YEAR + 2)
    ala.write(REQUEST, year=THIS_YEAR - 2)
    ala.write(REQUEST, year=0)
    assert [code for _, code in verdicts(ala)] == ["year_wrong", "year_wrong", "year_wrong"]


def test_words_that_no_database_keeps_are_kept_as_bytes_and_stop_nothing(ala):
    request = ala.write(REQUEST)
    ala.write(AppealSupplemented(text="бир\0эки", signatories=("\0",)), appeal=request.hash)
    ala.write(AppealCorrected(reason="", subject="а\0б"), appeal=request.hash)
    ala.write(AppealCorrected(reason="", categories=("99.99",)), appeal=request.hash)
    ala.write(AppealCorrected(reason="", subject="жаңы тема"), appeal=request.hash)
    assert verdicts(ala) == [
        GOOD,
        (Status.QUARANTINED, "control_character"),
        (Status.QUARANTINED, "control_character"),
        (Status.QUARANTINED, "category_unknown"),
        GOOD,
    ]
    assert Appeal.objects.get().subject == "жаңы тема"
    assert rebuild(keep=False).is_equal


def test_a_correction_that_overtakes_its_quarantined_request_brings_it_in(ala, plain, enrolled):
    second = plain(enrolled("KG-C-ALA"))
    wrong = ala.write(replace(REQUEST, categories=("99.99",)))
    second.write(AppealCorrected(reason="", categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash)
    assert verdicts(second) == [(Status.WAITING, "")]
    ala.exchange()
    assert Appeal.objects.get().categories == ["11.04"]
    second.exchange()
    assert wrong in [entry.event() for entry in second.feed if isinstance(entry, EventRow)]
    assert Released(wrong.hash) in second.feed
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    assert rebuild(keep=False).is_equal


def test_a_correction_of_a_request_that_cannot_be_read_is_quarantined_and_disturbs_nothing(ala):
    made = ala.write(REQUEST)
    broken = replace(made, body=b"\xff")
    ala.events[0] = broken
    ala.write(AppealCorrected(reason="", subject="башка", replaces=broken.hash), appeal=broken.hash)
    ala.write(REQUEST)
    told = verdicts(ala)
    assert [status for status, _ in told] == [Status.QUARANTINED, Status.QUARANTINED, Status.REGISTERED]
    assert rebuild(keep=False).is_equal
