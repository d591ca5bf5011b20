"""What two people let in or keep out decides just that: not what an office may write, nor terms, nor later numbers."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

from server_sync.appeals import content
from server_sync.appeals.acts import perform, write
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase
from server_sync.appeals.models import Answer, Appeal, Summary
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import offered, resolve
from server_sync.common.refusals import Refused
from server_sync.contract import bodies
from server_sync.contract.bodies import AppealCorrected, AppealKind, DueTerm, Routed, Words
from server_sync.contract.deadlines import Decree
from server_sync.contract.limits import check_registration
from server_sync.contract.messages import Status
from server_sync.contract.territory import Names
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.journal import centre as journal
from server_sync.journal.directory import announce, announce_days
from server_sync.journal.models import Event, Reading
from server_sync.oversight.doubts import Kind, list_doubts
from server_sync.workplaces.decrees import decree
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db
STRANGER = bytes(15) + b"\x07"
FAR = date(2060, 1, 1)
NEVER = DueTerm(FAR, 999)


def withdraw(office: PlainOffice) -> None:
    epoch, directory = Epoch.objects.get(pk=office.epoch), centre_keys().directory
    with transaction.atomic():
        revoke_epoch(epoch, epoch.last_seq, directory, by=None, reason="", announce=announce, log=stand_of_log)


@pytest.fixture
def two(nur, noor) -> dict[str, bytes]:
    return {"person": nur.id.bytes, "second_person": noor.id.bytes}


def reading(event) -> Reading:
    return Reading.objects.get(event__hash=event.hash)


OF_CENTRE = {
    "answered": lambda _other: bodies.Answered(bodies.Outcome.EXPLAINED, Words("жалган"), BODY, "Б.", bytes(16), "1"),
    "extended": lambda _other: bodies.Extended(FAR, Words("жалган"), "8"),
    "published": lambda _other: bodies.SummaryPublished(Words("жалган"), Words("жалган"), ""),
    "resolved": lambda other: bodies.ResolvedByPerson(other.hash, "person_unknown", "release", "негиз", bytes(16)),
    "erased": lambda other: bodies.Erased(other.hash, "негиз", bytes(16)),
}


@pytest.mark.parametrize("said", OF_CENTRE.values(), ids=OF_CENTRE)
def test_nobody_can_let_in_an_act_of_the_centre_that_an_office_wrote(ala, registrar, two, said):
    request = ala.write(REQUEST)
    held = ala.write(REQUEST, person=STRANGER)
    ala.exchange()
    perform(request.hash, Routed(BODY), person=registrar.id.bytes)
    withdraw(ala)
    forged = ala.write(said(held), appeal=request.hash)
    ala.post(ala.request())
    assert offered(Event.custody.get(hash=forged.hash), reading(forged)) == (Decision.KEEP_OUT,)
    with pytest.raises(Refused, match="decision_not_fitting"):
        resolve(forged.hash, Decision.RELEASE, "негиз", **two)
    released = bodies.ResolvedByPerson(forged.hash, "after_revocation", "release", "негиз", two["second_person"])
    with transaction.atomic():
        write([journal.Act(released, request.hash, two["person"])])  # whatever a page offered
    assert (reading(forged).status, reading(forged).code) == (Status.QUARANTINED, "not_for_offices")
    assert reading(held).status == Status.QUARANTINED
    assert not Answer.objects.exists()
    assert not Summary.objects.exists()
    assert Appeal.objects.get().due_on != FAR
    assert rebuild(keep=False).is_equal


def test_a_number_that_came_in_by_a_released_correction_is_no_measure_for_the_next(ala, two):
    ala.write(REQUEST)
    ala.exchange()
    wrong = ala.write(REQUEST, counter=5000)
    ala.counter -= 1
    right = ala.write(AppealCorrected("ката", subject="Жаңы", replaces=wrong.hash), appeal=wrong.hash)
    ala.exchange()
    resolve(right.hash, Decision.RELEASE, "негиз", **two)
    for _ in range(3):
        ala.write(REQUEST)
    ala.exchange()
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    assert rebuild(keep=False).is_equal


def test_the_term_of_a_request_that_a_correction_brought_in_is_put_right_by_the_law(ala):
    wrong = ala.write(replace(REQUEST, categories=("99.99",), due=NEVER))
    ala.exchange()
    right = ala.write(AppealCorrected("ката", categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash)
    ala.exchange()
    assert (reading(right).doubt, reading(right).is_marked) == ("term_doubtful", True)
    call_command("work", once=True)
    assert Appeal.objects.get().due_on not in {None, FAR}
    assert rebuild(keep=False).is_equal


def test_the_term_of_what_people_let_in_is_put_right_by_the_law(ala, two):
    withdraw(ala)
    late = ala.write(replace(REQUEST, due=NEVER))
    corrected = ala.write(AppealCorrected("ката", due=NEVER), appeal=late.hash)
    ala.post(ala.request())
    resolve(late.hash, Decision.RELEASE, "негиз", **two)
    assert (reading(late).code, reading(late).doubt) == ("released", "term_doubtful")
    call_command("work", once=True)
    assert Appeal.objects.get().due_on not in {None, FAR}
    resolve(corrected.hash, Decision.RELEASE, "негиз", **two)
    call_command("work", once=True)
    assert Appeal.objects.get().due_on not in {None, FAR}
    assert rebuild(keep=False).is_equal


def test_what_people_let_in_and_then_let_stand_is_the_same_when_made_anew(ala, two):
    withdraw(ala)
    late = ala.write(replace(REQUEST, due=NEVER))
    ala.post(ala.request())
    resolve(late.hash, Decision.RELEASE, "негиз", **two)
    resolve(late.hash, Decision.LET_STAND, "негиз", **two)
    assert (reading(late).code, reading(late).doubt, reading(late).is_marked) == ("released", "stands", False)
    assert rebuild(keep=False).is_equal


def answered(request, registrar, vera, vasil) -> None:
    perform(request.hash, Routed(BODY), person=registrar.id.bytes)
    said = bodies.Answered(bodies.Outcome.EXPLAINED, Words("жооп"), BODY, "В.", vasil.id.bytes, "1")
    perform(request.hash, said, person=vera.id.bytes)


@pytest.mark.parametrize("why", ["withdrawn", "unknown author"])
def test_a_withdrawal_let_in_out_of_turn_changes_nothing_when_it_is_let_stand(
    ala, two, registrar, vera, vasil, administrator, second_administrator, why
):
    request = ala.write(REQUEST)
    said_more = ala.write(bodies.AppealSupplemented("дагы"), appeal=request.hash)
    ala.exchange()
    if why == "withdrawn":
        withdraw(ala)
    author = {} if why == "withdrawn" else {"person": STRANGER}
    late = ala.write(bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL), appeal=request.hash, **author)
    ala.post(ala.request())
    answered(request, registrar, vera, vasil)
    resolve(late.hash, Decision.RELEASE, "негиз", **two)
    resolve(late.hash, Decision.LET_STAND, "негиз", **two)
    assert rebuild(keep=False).is_equal
    erase(said_more.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert Appeal.objects.get().state == "answered"
    assert rebuild(keep=True).is_equal
    assert Appeal.objects.get().state == "answered"


def test_the_first_of_a_fork_let_in_and_let_stand_is_no_measure_for_numbers(ala, two):
    ala.write(REQUEST)
    ala.exchange()
    copy = ala.clone()
    ala.write(REQUEST)
    ala.exchange()
    first = copy.write(REQUEST, counter=700, random=9)
    copy.post(copy.request())
    resolve(first.hash, Decision.RELEASE, "негиз", **two)
    resolve(first.hash, Decision.LET_STAND, "негиз", **two)
    copy.counter, copy.sent = 1, 2
    next_one = copy.write(REQUEST, random=10)
    copy.post(copy.request())
    assert reading(next_one).status == Status.REGISTERED
    assert rebuild(keep=False).is_equal


def test_the_first_of_a_fork_that_a_correction_brought_in_is_the_same_when_it_is_let_stand(ala, two):
    ala.write(REQUEST)
    ala.exchange()
    copy = ala.clone()
    ala.write(REQUEST)
    ala.exchange()
    first = copy.write(replace(REQUEST, categories=("99.99",)), random=9)
    copy.write(bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL), appeal=first.hash)
    copy.write(AppealCorrected("ката", categories=("11.04",), replaces=first.hash), appeal=first.hash)
    copy.post(copy.request())
    assert rebuild(keep=False).is_equal
    resolve(first.hash, Decision.LET_STAND, "негиз", **two)
    assert offered(Event.custody.get(hash=first.hash), reading(first)) == ()
    assert rebuild(keep=False).is_equal


def test_what_was_let_in_and_had_to_wait_comes_in_when_words_of_its_request_are_gone(
    ala, two, administrator, second_administrator
):
    request = ala.write(replace(REQUEST, subject=""))
    ala.exchange()
    withdraw(ala)
    early = ala.write(AppealCorrected("ката", text="Жаңы текст"), appeal=request.hash)
    right = ala.write(AppealCorrected("ката", subject="Тема", replaces=request.hash), appeal=request.hash)
    ala.post(ala.request())
    erase(early.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    resolve(early.hash, Decision.RELEASE, "негиз", **two)
    assert reading(early).status == Status.WAITING
    resolve(right.hash, Decision.RELEASE, "негиз", **two)
    assert reading(early).code == "released"
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("by", ["registration", "correction"])
def test_a_kind_without_a_term_has_none_whatever_an_office_claims(ala, by):
    if by == "registration":
        ala.write(replace(REQUEST, kind=AppealKind.THANKS, due=NEVER))
    else:
        request = ala.write(REQUEST)
        ala.write(AppealCorrected("ката", kind=AppealKind.THANKS, due=NEVER), appeal=request.hash)
    ala.exchange()
    assert Appeal.objects.get().due_on is None
    assert Reading.objects.get(is_marked=True).doubt == "term_doubtful"
    assert rebuild(keep=False).is_equal


def test_nobody_has_decided_about_a_correction_of_what_people_kept_out(ala, two):
    kept = ala.write(REQUEST, person=STRANGER)
    ala.exchange()
    resolve(kept.hash, Decision.KEEP_OUT, "негиз", **two)
    right = ala.write(AppealCorrected("ката", subject="Жаңы", replaces=kept.hash), appeal=kept.hash)
    ala.exchange()
    assert reading(right).code == "request_kept_out"
    assert [doubt.kind for doubt in list_doubts(None).doubts] == [Kind.QUARANTINED]
    resolve(right.hash, Decision.RELEASE, "негиз", **two)
    assert Appeal.objects.get().subject == "Жаңы"
    assert rebuild(keep=False).is_equal


def test_what_was_kept_out_of_anothers_request_stays_out_when_that_is_erased(
    ala, chuy, two, administrator, second_administrator
):
    request = ala.write(REQUEST)
    ala.exchange()
    withdraw(chuy)
    foreign = chuy.write(bodies.AppealSupplemented("чоочун"), appeal=request.hash)
    chuy.post(chuy.request())
    resolve(foreign.hash, Decision.KEEP_OUT, "негиз", **two)
    erase(request.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert (reading(foreign).status, reading(foreign).code) == (Status.AFTER_REVOCATION, "kept_out")
    assert rebuild(keep=False).is_equal


def test_a_decision_about_a_correction_says_nothing_of_a_registration_that_comes_later(ala, two):
    ala.write(REQUEST)
    ala.exchange()
    other, copy = ala.clone(), ala.clone()
    registered = other.write(REQUEST, counter=5000, person=STRANGER)
    corrected = AppealCorrected("ката", subject="Жаңы", replaces=registered.hash)
    early = copy.write(corrected, appeal=registered.hash, person=STRANGER)
    copy.post(copy.request())
    resolve(early.hash, Decision.RELEASE, "негиз", **two)
    other.post(other.request())
    assert not Appeal.objects.filter(hash=registered.hash).exists()
    assert rebuild(keep=False).is_equal


def test_what_was_linked_is_not_let_in_by_a_register_made_anew(ala, two, monkeypatch):
    copy = ala.clone()
    first = ala.write(replace(REQUEST, categories=("99.99",)), random=5)
    ala.exchange()
    second = copy.write(REQUEST, random=5)
    copy.post(copy.request())
    if reading(second).status != Status.REGISTERED:
        resolve(second.hash, Decision.RELEASE, "негиз", **two)
    resolve(first.hash, Decision.LINK, "негиз", **two)
    assert rebuild(keep=False).is_equal
    monkeypatch.setattr(
        content,
        "check_registration",
        lambda said, book: tuple(one for one in check_registration(said, book) if one.code != "category_unknown"),
    )
    assert rebuild(keep=False).is_equal


def test_a_surprise_stays_open_until_people_looked_at_it(ala, two):
    request = ala.write(REQUEST)
    withdrawn = bodies.AppealWithdrawn("чарчадым", bodies.AppealForm.ORAL)
    ala.write(withdrawn, appeal=request.hash)
    late = ala.write(withdrawn, appeal=request.hash)
    behind = ala.write(bodies.AppealSupplemented("дагы"), appeal=request.hash, person=STRANGER)
    ala.exchange()
    resolve(behind.hash, Decision.KEEP_OUT, "негиз", **two)
    assert Appeal.objects.get().has_doubt
    resolve(late.hash, Decision.LET_STAND, "негиз", **two)
    assert not Appeal.objects.get().has_doubt
    assert rebuild(keep=False).is_equal


def test_a_term_that_people_let_stand_is_moved_by_no_decree(ala, two, administrator):
    ala.write(replace(REQUEST, due=DueTerm(date(2027, 12, 1), 14)))
    ala.exchange()
    resolve(ala.events[-1].hash, Decision.LET_STAND, "негиз", **two)
    decree({date(2027, 6, 2): Decree.OFF}, Names("с", "п", "r"), administrator, announce_days)
    call_command("work", once=True)
    assert Appeal.objects.get().due_on == date(2027, 12, 1)


def test_a_term_that_is_put_right_goes_by_the_rule_in_all_it_says(ala):
    ala.write(replace(REQUEST, due=DueTerm(FAR, 999, "ойлоп табылган")))
    ala.exchange()
    call_command("work", once=True)
    appeal = Appeal.objects.get()
    assert appeal.due_working_days == 14
    assert appeal.due_article != "ойлоп табылган"
    assert rebuild(keep=False).is_equal
