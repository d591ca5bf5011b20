"""Two requests under one number: let in by two operators, told apart everywhere, and each its own citizen's."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from server_sync.appeals.acts import perform
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import FINGERPRINT, Appeal, Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve
from server_sync.contract.bodies import AppealCorrected, AppealForm, AppealWithdrawn, Routed, SummaryPublished, Words
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.messages import EventRow, Released, Status
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.journal.directory import announce
from server_sync.journal.models import Event, Reading
from server_sync.oversight.models import ErasureProposal
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.oversight.test_doubts import act, decide, propose, waiting_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(ala: PlainOffice, operators: tuple[Client, Client]) -> tuple[Appeal, Appeal]:
    """The request that had the number first, and the one that two people let in beside it."""
    ala.write(REQUEST)
    ala.exchange()
    clone = ala.clone()
    first = ala.write(replace(REQUEST, subject="Биринчи суу"), random=5)
    ala.exchange()
    second = clone.write(replace(REQUEST, subject="Экинчи жол"), random=5)
    clone.post(clone.request())
    decide(operators, second.hash, "beside")
    return Appeal.objects.get(hash=first.hash), Appeal.objects.get(hash=second.hash)


def to_body(appeals: tuple[Appeal, Appeal], person) -> None:
    for appeal in appeals:
        perform(bytes(appeal.hash), Routed(BODY), person=person.id.bytes)


def fingerprint(appeal: Appeal) -> str:
    return bytes(appeal.hash).hex()[:12]


def test_both_are_in_the_register_and_the_office_learns_of_it(ala, both):
    first, second = both
    assert first.number == second.number
    assert (first.is_second, second.is_second) == (False, True)
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    ala.exchange()
    assert Released(bytes(second.hash)) in ala.feed
    assert bytes(second.hash) in [entry.event().hash for entry in ala.feed if isinstance(entry, EventRow)]
    assert rebuild(keep=False).is_equal


def test_a_third_one_waits_for_people_as_the_second_did(ala, both, operators):
    third = ala.clone()
    del third.events[1:]
    third.sent = 1
    made = third.write(replace(REQUEST, subject="Үчүнчү"), counter=2, random=5)
    third.post(third.request())
    assert Reading.objects.get(event__hash=made.hash).code == "number_taken"
    decide(operators, made.hash, "beside")
    assert Appeal.objects.filter(number=both[0].number).count() == 3
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_doubt_offers_it_and_says_what_it_leads_to(ala, operators, language):
    ala.write(REQUEST, random=5)
    ala.exchange()
    other = ala.clone()
    other.events.clear()
    other.sent = 0
    made = other.write(REQUEST, counter=1, random=5)
    other.post(other.request())
    page = operators[0].get(f"/doubts/{made.hash.hex()}?language={language}").content.decode()
    assert re.findall(r'name="propose-decision" value="(\w+)"', page) == ["beside", "link", "keep_out"]


def test_what_a_release_would_hold_back_again_is_not_let_in_beside_either(ala, operators):
    ala.write(REQUEST, random=5)
    ala.exchange()
    other = ala.clone()
    other.events.clear()
    other.sent = 0
    made = other.write(replace(REQUEST, categories=("99.99",)), counter=1, random=5)
    other.post(other.request())
    propose(operators[0], made.hash, "beside")
    answer = act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert answer.status_code == 409
    assert "the matter is not in the lists" in answer.content.decode()
    assert Appeal.objects.count() == 1


def test_an_officer_opens_each_and_each_names_the_other(both, registrar, vera, browser_of):
    to_body(both, registrar)
    browser = browser_of(vera)
    first, second = both
    lists = browser.get("/work").content.decode()
    for one, other in ((first, second), (second, first)):
        assert f'href="/work/a/{one.address}"' in lists
        page = browser.get(f"/work/a/{one.address}?language=en").content.decode()
        assert one.subject in re.sub(r"<aside.*?</aside>", "", page, flags=re.DOTALL)
        assert f"{fingerprint(one)} is this one, {fingerprint(other)} the other" in page
        assert f'href="/work/a/{other.address}"' in page
    assert browser.get(f"/work/a/{first.number}~0123456789ab").status_code == 404
    assert browser.get(f"/work/a/{first.number}~").status_code == 404


def test_an_act_is_done_to_the_one_that_was_opened(both, registrar, vera, browser_of):
    to_body(both, registrar)
    browser = browser_of(vera)
    _first, second = both
    answer = browser.post(f"/work/a/{second.address}/accept", {"accept-note": "кабыл алынды"})
    assert answer.headers["Location"] == f"/work/a/{second.address}"
    accepted = {one.subject for one in Appeal.objects.exclude(accepted_at=None)}
    assert accepted == {second.subject}


def test_each_code_opens_its_own_request_and_tells_that_another_has_the_number(both):
    for one, other in (both, both[::-1]):
        browser = Client()
        code = short_code(bytes(one.event.salt))
        assert browser.post(f"/a/{one.number}", {"code": code}).status_code == 302
        page = browser.get(f"/a/{one.number}?language=en").content.decode()
        assert one.subject in page
        assert other.subject not in page
        assert f"fingerprint {fingerprint(one)}" in page


def test_of_both_everybody_reads_what_was_published(both, registrar, editor, nobody):
    to_body(both, registrar)
    for one in both:
        summary = SummaryPublished(Words(one.subject, one.subject), Words("Т", "Т"), "аты-жөнү")
        perform(bytes(one.hash), summary, person=editor.id.bytes)
    page = nobody.get(f"/a/{both[0].number}?language=en").content.decode()
    assert "More than one request stands under this number" in page
    assert [one.subject in page for one in both] == [True, True]
    found = nobody.get("/requests", {"q": both[0].number}).content.decode()
    assert [one.subject in found for one in both] == [True, True]


def test_the_page_of_a_receipt_tells_which_of_them_it_is(ala, both, nobody):
    first, _second = both
    page = nobody.get(f"/Q/{ala.paper(ala.events[1]).rpartition('/Q/')[2]}?language=en").content.decode()
    assert fingerprint(first) in page
    assert "More than one request stands under this number" in page


@pytest.mark.parametrize("erased", [0, 1])
def test_either_is_erased_by_itself(both, administrators, administrator, second_administrator, erased):
    page = administrators[0].get("/erasures", {"number": both[0].number}).content.decode()
    for one in both:
        assert f"/erasures/{bytes(one.hash).hex()}" in page
    gone, stays = both[erased], both[1 - erased]
    code = short_code(bytes(gone.event.salt))
    erase_request(bytes(gone.hash), "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert rebuild(keep=False).is_equal
    assert [one.is_second for one in Appeal.objects.filter(number=gone.number).order_by("event_id")] == [False, True]
    browser = Client()
    assert browser.post(f"/a/{gone.number}", {"code": code}).status_code == 403
    assert browser.post(f"/a/{gone.number}", {"code": short_code(bytes(stays.event.salt))}).status_code == 302
    page = browser.get(f"/a/{gone.number}").content.decode()
    assert stays.subject in page
    assert gone.subject not in page


def test_a_doubt_about_one_of_them_names_that_one(ala, both, operators):
    for _ in range(2):
        ala.write(AppealWithdrawn(reason="Чечилди", expressed=AppealForm.WRITTEN), appeal=bytes(both[1].hash))
    ala.exchange()
    assert f">{both[1].address}<" in operators[0].get("/doubts").content.decode()


@pytest.mark.parametrize("erased", [0, 1])
def test_an_erasure_is_confirmed_with_the_fingerprint_of_the_one_that_is_meant(both, administrators, erased):
    meant, other = both[erased], both[1 - erased]
    address = f"/erasures/{bytes(meant.hash).hex()}"
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": "сот чечими"})
    listed = administrators[1].get("/erasures").content.decode()
    assert fingerprint(meant) in listed
    assert fingerprint(other) not in listed
    proposal = ErasureProposal.objects.get(appeal=meant.hash).id
    typed = {"confirm-proposal": proposal, "confirm-number": meant.number}
    for wrong in ("", fingerprint(other)):
        answer = administrators[1].post(f"{address}/confirm", {**typed, "confirm-fingerprint": wrong})
        assert answer.status_code == 400
        assert not Appeal.objects.filter(is_erased=True).exists()
    right = {"confirm-fingerprint": fingerprint(meant).upper()}
    assert administrators[1].post(f"{address}/confirm", {**typed, **right}).status_code == 302
    assert Appeal.objects.get(is_erased=True).hash == meant.hash
    assert fingerprint(meant) in administrators[0].get("/erasures").content.decode()


@pytest.mark.parametrize("header", [{"counter": 0}, {"year": 0}, {"year": 1999}])
def test_what_gave_no_possible_number_is_erased_with_its_fingerprint_alone(ala, administrators, header):
    meant = ala.write(REQUEST, **header)
    ala.exchange()
    address = f"/erasures/{meant.hash.hex()}"
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": "сот чечими"})
    typed = {"confirm-proposal": ErasureProposal.objects.get().id}
    page = administrators[1].get(f"{address}?language=en").content.decode()
    assert "confirm-number" not in page
    assert f"<h1>Erasure: <code>{meant.hash.hex()[:FINGERPRINT]}</code></h1>" in page
    assert "<dt>Number</dt>" not in page
    assert "This request has no number." in page
    assert administrators[1].post(f"{address}/confirm", typed).status_code == 400
    right = {**typed, "confirm-fingerprint": meant.hash.hex()[:FINGERPRINT]}
    assert administrators[1].post(f"{address}/confirm", right).status_code == 302
    assert Event.custody.get(hash=meant.hash).body is None


def test_of_two_outside_the_register_with_one_number_the_fingerprint_tells_which(ala, administrators):
    unsound = replace(REQUEST, categories=("99.99",))
    one = ala.write(unsound, random=5)
    other = ala.clone()
    other.events.clear()
    other.write(unsound, counter=1, random=5)
    ala.exchange()
    other.post(other.request())
    address = f"/erasures/{one.hash.hex()}"
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": "сот чечими"})
    assert "confirm-fingerprint" in administrators[1].get(address).content.decode()


def test_a_link_to_a_twin_outlives_the_erasure_of_the_request_that_has_the_number(
    ala, operators, administrator, second_administrator
):
    first = ala.write(REQUEST, random=5)
    ala.exchange()
    other = ala.clone()
    other.events.clear()
    other.sent = 0
    made = other.write(REQUEST, counter=1, random=5)
    other.post(other.request())
    decide(operators, made.hash, "link")
    erase_request(first.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert Link.objects.get().other_hash == made.hash
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("has_number", [True, False])
@pytest.mark.parametrize("first", ["registration", "correction"])
def test_what_people_let_in_and_a_correction_put_right_is_the_same_when_made_anew(ala, nur, noor, has_number, first):
    copy_of_before = ala.clone()
    ala.write(REQUEST, random=5)
    ala.exchange()
    thief = copy_of_before if has_number else ala.clone()
    epoch, directory = Epoch.objects.get(pk=ala.epoch), centre_keys().directory
    revoke_epoch(epoch, 1, directory, by=None, reason="уурдалган", announce=announce, log=stand_of_log)
    wrong = thief.write(replace(REQUEST, categories=("99.99",)), random=5)
    right = thief.write(AppealCorrected("ката", categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash)
    thief.post(thief.request())
    for one in (wrong, right) if first == "registration" else (right, wrong):
        decision = Decision.BESIDE if has_number else Decision.RELEASE
        resolve(one.hash, decision, "негиз", person=nur.id.bytes, second_person=noor.id.bytes)
        assert rebuild(keep=False).is_equal
    appeal = Appeal.objects.get(hash=wrong.hash)
    assert appeal.categories == ["11.04"]
    assert appeal.is_second is has_number
