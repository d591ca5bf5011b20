"""Two administrators erase: found by number, told what goes, confirmed with the number, never read."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from server_sync.appeals import erasing, numbered
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.registering import given_number
from server_sync.appeals.resolving import resolve
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealSupplemented
from server_sync.contract.events import EventKind, read_header
from server_sync.contract.messages import EventRow, Status
from server_sync.contract.numbers import RegistrationNumber
from server_sync.journal.models import Event, Reading
from server_sync.oversight import erasures
from server_sync.oversight.models import ErasureProposal, Stage
from server_sync.workplaces.models import RoleGrant
from tests.server.appeals.lives import live_a_whole_life
from tests.server.conftest import OFFICE_A
from tests.server.exchange.offices import REQUEST
from tests.server.oversight.conftest import CANARY, SPOKEN, STRANGER, by_a_stranger, twin
from tests.server.refusals import alert_of

pytestmark = pytest.mark.django_db
GROUND = "Соттун 2026-жылдын 14-сентябрындагы чечими"


@pytest.fixture
def request_(ala) -> Appeal:
    made = ala.write(SPOKEN)
    ala.exchange()
    return Appeal.objects.get(hash=made.hash)


def act(browser: Client, appeal: Appeal, step: str, **fields: object):
    typed = {f"{step}-{name}": value for name, value in fields.items()}
    return browser.post(f"/erasures/{bytes(appeal.hash).hex()}/{step}?language=en", typed)


def waiting_id(appeal: Appeal):
    return ErasureProposal.objects.get(appeal=appeal.hash, stage=Stage.OPEN).id


def erased() -> int:
    return Event.custody.filter(kind=EventKind.ERASED).count()


def test_a_request_is_found_by_its_number_as_people_type_it(request_, administrators):
    for typed in (request_.number, request_.number.lower().replace("-", " "), request_.number.replace("ALA", "АЛА")):
        answer = administrators[0].get("/erasures", {"number": typed})
        assert answer.headers["Location"] == f"/erasures/{bytes(request_.hash).hex()}"


@pytest.mark.parametrize("typed", ["", "x", "ALA-26-A-00001-0000", "0" * 65, "a\0b"])
def test_what_is_no_number_is_said_beside_the_field(request_, administrators, typed):
    answer = administrators[0].get("/erasures", {"number": typed, "language": "en"})
    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode()


def test_a_number_that_never_came_is_told(request_, administrators, office_b):
    number = RegistrationNumber("ALA", 2026, "A", 99, 1)
    answer = administrators[0].get("/erasures", {"number": str(number), "language": "en"})
    assert "No request with this number" in answer.content.decode()


def test_what_never_came_into_the_register_is_found_and_erased_too(ala, administrators):
    made = by_a_stranger(ala)
    page = administrators[0].get(f"/erasures/{made.hash.hex()}?language=en").content.decode()
    assert "not in the register" in page
    assert CANARY not in page


def test_two_requests_with_one_number_are_told_apart(ala, administrators):
    made = twin(ala)
    number = Appeal.objects.latest("pk")
    answer = administrators[0].get("/erasures", {"number": number.number})
    text = answer.content.decode()
    assert made.hash.hex() in text
    assert bytes(number.hash).hex() in text


def test_a_whole_request_is_erased_by_two_and_no_word_was_shown(ala, staff, administrators):
    life = live_a_whole_life(ala, staff, CANARY)
    appeal = Appeal.objects.get(hash=life.hash)
    pages = [administrators[0].get(f"/erasures/{life.hash.hex()}").content.decode()]
    assert act(administrators[0], appeal, "propose", event="whole", ground=GROUND).status_code == 302
    pages += [browser.get(f"/erasures/{life.hash.hex()}").content.decode() for browser in administrators]
    answer = act(administrators[1], appeal, "confirm", proposal=waiting_id(appeal), number=appeal.number.lower())
    assert answer.status_code == 302
    pages += [
        administrators[1].get(address).content.decode() for address in ("/erasures", f"/erasures/{life.hash.hex()}")
    ]
    assert not [page for page in pages if CANARY in page or REQUEST.applicant.surname in page]
    assert GROUND in pages[-2]
    assert appeal.number in pages[-2]
    appeal = Appeal.objects.get(hash=life.hash)
    assert appeal.is_erased
    assert CANARY not in f"{appeal.text}{appeal.subject}{appeal.surname}"
    bodies = [event.said for event in Event.custody.filter(appeal=life.hash)]
    assert not [said for said in bodies if CANARY.encode() in said]
    ala.exchange()
    told = [read_header(row.event().header).kind for row in ala.feed if isinstance(row, EventRow)]
    assert EventKind.ERASED in told


def test_one_event_can_be_erased_by_itself(ala, staff, administrators):
    life = live_a_whole_life(ala, staff, CANARY)
    appeal = Appeal.objects.get(hash=life.hash)
    one = Event.custody.filter(appeal=life.hash, kind=EventKind.ANSWERED).earliest("leaf")
    act(administrators[0], appeal, "propose", event=one.hash.hex(), ground=GROUND)
    act(administrators[1], appeal, "confirm", proposal=waiting_id(appeal), number=appeal.number)
    assert erased() == 1
    one.refresh_from_db()
    assert one.is_erased
    assert not Event.custody.get(hash=life.hash).is_erased


def test_what_two_people_decided_about_an_event_stands_when_its_request_is_erased(
    ala, nur, noor, administrator, second_administrator
):
    request = ala.write(REQUEST)
    said = [ala.write(AppealSupplemented(text=CANARY), appeal=request.hash, person=STRANGER) for _ in range(3)]
    ala.exchange()
    operators = {"person": nur.id.bytes, "second_person": noor.id.bytes}
    resolve(said[0].hash, Decision.RELEASE, "каралды", **operators)
    resolve(said[1].hash, Decision.KEEP_OUT, "каралды", **operators)

    def readings() -> list[tuple[int, str]]:
        found = Reading.objects.filter(event__hash__in=[event.hash for event in said]).order_by("event__leaf")
        return list(found.values_list("status", "code"))

    before = readings()
    assert before == [
        (Status.REGISTERED, "released"),
        (Status.QUARANTINED, "kept_out"),
        (Status.QUARANTINED, "person_unknown"),
    ]
    erase_request(request.hash, GROUND, administrator.id.bytes, second_administrator.id.bytes)
    assert readings() == before
    assert rebuild(keep=False).is_equal


def test_of_all_that_was_refused_only_what_gives_a_number_is_read(ala, administrators, monkeypatch):
    several = [by_a_stranger(ala) for _ in range(6)]
    read: list[int] = []

    def counted(event: Event) -> str:
        read.append(event.seq)
        return given_number(event)

    monkeypatch.setattr(numbered, "given_number", counted)
    number = given_number(Event.custody.select_related("epoch__site").get(hash=several[2].hash))
    answer = administrators[0].get("/erasures", {"number": number})
    assert answer.headers["Location"] == f"/erasures/{several[2].hash.hex()}"
    assert set(read) == {3}


def test_the_page_of_a_request_with_very_many_events_offers_the_oldest_and_the_newest(ala, administrators, monkeypatch):
    monkeypatch.setattr(erasures, "LISTED", 4)
    request = ala.write(REQUEST)
    said = [ala.write(AppealSupplemented(text=CANARY), appeal=request.hash) for _ in range(9)]
    ala.exchange()
    page = administrators[0].get(f"/erasures/{request.hash.hex()}?language=en").content.decode()
    offered = [event.hash.hex() for event in (request, *said) if f'value="{event.hash.hex()}"' in page]
    assert offered == [event.hash.hex() for event in (request, *said[-4:])]
    assert "<dd>10</dd>" in page


def test_a_confirmed_erasure_takes_what_was_heaped_first_and_can_be_confirmed_again_when_it_was_cut_short(
    ala, administrators, monkeypatch
):
    monkeypatch.setattr(erasing, "FEW", 2)
    request = ala.write(REQUEST)
    for _ in range(5):
        ala.write(AppealSupplemented(text=CANARY), appeal=request.hash, person=STRANGER)
    ala.exchange()
    appeal = Appeal.objects.get()
    act(administrators[0], appeal, "propose", event="whole", ground=GROUND)

    def confirm() -> int:
        answer = act(administrators[1], appeal, "confirm", proposal=waiting_id(appeal), number=appeal.number)
        return int(answer.status_code)

    def cut(_held_s: float) -> None:
        raise Refused("event_unknown")

    with monkeypatch.context() as stopped:
        stopped.setattr(erasing, "let_others_in", cut)
        assert confirm() == 409
    assert erased() == 2
    page = administrators[1].get(f"/erasures/{request.hash.hex()}?language=en").content.decode()
    assert "2 events are done and stay so" in page
    assert rebuild(keep=False).is_equal
    assert confirm() == 302
    assert erased() == 6
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("step", ["take-back", "decline"])
def test_an_erasure_that_ends_while_it_is_carried_out_goes_no_further_and_both_are_told_how_far_it_came(
    ala, administrators, second_administrator, monkeypatch, browser_of, step
):
    monkeypatch.setattr(erasing, "FEW", 2)
    request = ala.write(REQUEST)
    for _ in range(7):
        ala.write(AppealSupplemented(text=CANARY), appeal=request.hash, person=STRANGER)
    ala.exchange()
    appeal = Appeal.objects.get()
    act(administrators[0], appeal, "propose", event="whole", ground=GROUND)
    proposal = waiting_id(appeal)
    ending = {"take-back": administrators[0], "decline": browser_of(second_administrator)}[step]
    told: list[str] = []

    def end(_held_s: float) -> None:
        if not told:
            answer = act(ending, appeal, step, proposal=proposal, note="Жаңылыш")
            told.append(ending.get(answer.headers["Location"]).content.decode())

    monkeypatch.setattr(erasing, "let_others_in", end)
    answer = act(administrators[1], appeal, "confirm", proposal=proposal, number=appeal.number)
    assert answer.status_code == 409
    assert "which stay so: 2." in answer.content.decode()
    assert "done by then, and staying so: 2." in told[0]
    assert "Nothing was erased" not in told[0]
    assert erased() == 2
    assert Event.custody.filter(appeal=request.hash, body__isnull=True).count() == 2
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize(
    ("language", "goes", "kind"),
    [
        ("ky", "ушул бир жазууда айтылган", "Жооп берилди, "),
        ("ru", "сказанное в этой одной записи", "Дан ответ, "),
        ("en", "what was said in this one entry", "Answered, "),
    ],
)
def test_an_erasure_of_one_event_says_what_goes_and_what_it_was(ala, staff, administrators, language, goes, kind):
    life = live_a_whole_life(ala, staff, CANARY)
    appeal = Appeal.objects.get(hash=life.hash)
    one = Event.custody.filter(appeal=life.hash, kind=EventKind.ANSWERED).earliest("leaf")
    address = f"/erasures/{life.hash.hex()}?language={language}"
    assert goes not in administrators[1].get(address).content.decode()
    act(administrators[0], appeal, "propose", event=one.hash.hex(), ground=GROUND)
    page = administrators[1].get(address).content.decode()
    assert goes in page
    for of_all in ("address and PIN", "адрес и ПИН", "дареги"):
        assert of_all not in page
    act(administrators[1], appeal, "confirm", proposal=waiting_id(appeal), number=appeal.number)
    act(administrators[0], appeal, "propose", event="whole", ground=GROUND)
    act(administrators[0], appeal, "take-back", proposal=waiting_id(appeal))
    past = administrators[1].get(address).content.decode().split('<ol class="past">')[1].split("</ol>")[0]
    with translation.override(language):
        assert re.findall(r"<strong>(.*?)</strong>", past) == [
            gettext("The whole request"),
            f"{kind}{timezone.localtime(one.taken_at):%d.%m.%Y %H:%M}",
        ]


def test_an_event_of_another_request_is_not_erased_in_passing(ala, request_, administrators):
    other = ala.write(SPOKEN)
    ala.exchange()
    assert act(administrators[0], request_, "propose", event=other.hash.hex(), ground=GROUND).status_code == 409
    assert not ErasureProposal.objects.exists()


def test_the_same_administrator_cannot_do_both(request_, administrators):
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    answer = act(administrators[0], request_, "confirm", proposal=waiting_id(request_), number=request_.number)
    assert answer.status_code == 409
    assert erased() == 0


@pytest.mark.parametrize("typed", ["", "ALA-26-A-00001-0000", "other"])
def test_without_the_number_of_this_request_nothing_is_erased(ala, request_, administrators, typed):
    if typed == "other":
        other = ala.write(SPOKEN)
        ala.exchange()
        typed = Appeal.objects.get(hash=other.hash).number
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    answer = act(administrators[1], request_, "confirm", proposal=waiting_id(request_), number=typed)
    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode()
    assert erased() == 0


def test_what_to_erase_is_chosen_and_not_the_whole_request_beforehand(request_, administrators):
    page = administrators[0].get(f"/erasures/{bytes(request_.hash).hex()}?language=en").content.decode()
    choices = page[page.index('name="propose-event"') :].split("</select>")[0]
    assert "selected" not in choices
    assert choices.index('<option value="">not chosen yet') < choices.index('<option value="whole">The whole request')
    refused = act(administrators[0], request_, "propose", event="", ground=GROUND)
    assert refused.status_code == 400
    assert alert_of(refused)[1] == "propose-event"
    assert not ErasureProposal.objects.exists()
    refused = act(administrators[0], request_, "propose", event="whole", ground="")
    assert '<option value="whole" selected>' in refused.content.decode()


@pytest.mark.parametrize("ground", ["", "  ", "аб", "а" * 301])
def test_without_a_ground_nothing_is_proposed(request_, administrators, ground):
    assert act(administrators[0], request_, "propose", event="whole", ground=ground).status_code == 400
    assert act(administrators[0], request_, "propose", event="zz", ground=GROUND).status_code == 400
    assert not ErasureProposal.objects.exists()


def test_a_role_that_ended_in_between_stops_the_erasure(request_, administrators, administrator):
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    RoleGrant.objects.filter(person=administrator).update(until_on=timezone.localdate() - timedelta(days=1))
    answer = act(administrators[1], request_, "confirm", proposal=waiting_id(request_), number=request_.number)
    assert answer.status_code == 409
    assert erased() == 0
    assert ErasureProposal.objects.get().stage == Stage.OPEN


def test_a_proposal_declined_or_taken_back_cannot_be_confirmed(request_, administrators):
    for step, browser in (("decline", administrators[1]), ("take-back", administrators[0])):
        act(administrators[0], request_, "propose", event="whole", ground=GROUND)
        stale = waiting_id(request_)
        assert act(browser, request_, step, proposal=stale, note="негиз жок").status_code == 302
        assert act(administrators[1], request_, "confirm", proposal=stale, number=request_.number).status_code == 409
    assert erased() == 0


def test_what_is_erased_already_is_not_erased_twice(request_, administrators):
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    stale = waiting_id(request_)
    act(administrators[1], request_, "confirm", proposal=stale, number=request_.number)
    assert act(administrators[1], request_, "confirm", proposal=stale, number=request_.number).status_code == 409
    assert act(administrators[0], request_, "propose", event="whole", ground=GROUND).status_code == 409
    assert erased() == 1


@pytest.mark.expects_log("Forbidden")
def test_a_form_of_another_site_is_refused(request_, administrator):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    assert act(browser, request_, "propose", event="whole", ground=GROUND).status_code == 403
    assert not ErasureProposal.objects.exists()


def test_other_addresses_are_not_here(request_, administrators):
    for address in ("/erasures/x", f"/erasures/{'0' * 64}"):
        assert administrators[0].get(address).status_code == 404
    assert act(administrators[0], request_, "resolve").status_code == 404


@pytest.fixture
def numberless(ala):
    """A request that gave no possible number: nothing but its fingerprint names it."""
    made = ala.write(SPOKEN, counter=0)
    ala.exchange()
    return made


def links(browser: Client, address: str) -> dict[str, str]:
    """The words of the links to erasures on a page, by their addresses."""
    page = browser.get(address).content.decode()
    return {
        href: re.sub(r"<[^>]+>", "", words).strip()
        for href, words in re.findall(r'<a href="(/erasures/[0-9a-f]{64})">(.*?)</a>', page)
    }


def test_an_erasure_of_a_request_without_a_number_is_opened_by_its_fingerprint_from_both_lists(
    numberless, administrators
):
    address, fingerprint = f"/erasures/{numberless.hash.hex()}", numberless.hash.hex()[:12]
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": GROUND})
    assert links(administrators[1], "/erasures") == {address: fingerprint}
    typed = {"confirm-proposal": ErasureProposal.objects.get().id, "confirm-fingerprint": fingerprint}
    assert administrators[1].post(f"{address}/confirm", typed).status_code == 302
    assert links(administrators[1], "/erasures") == {address: fingerprint}


def test_an_erasure_is_opened_by_its_number_from_both_lists(request_, administrators):
    address = f"/erasures/{bytes(request_.hash).hex()}"
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    assert links(administrators[1], "/erasures") == {address: request_.number}
    act(administrators[1], request_, "confirm", proposal=waiting_id(request_), number=request_.number)
    assert links(administrators[1], "/erasures") == {address: request_.number}


def test_a_request_is_found_by_its_fingerprint_with_a_number_and_without(request_, numberless, administrators):
    for made in (bytes(request_.hash).hex(), numberless.hash.hex()):
        for typed in (made, made[:12], made[:12].upper(), f" {made[:4]} {made[4:8]} {made[8:12]} "):
            answer = administrators[0].get("/erasures", {"number": typed})
            assert answer.headers["Location"] == f"/erasures/{made}", typed


@pytest.mark.parametrize("typed", ["12ab", "0" * 11, "0" * 13, "0" * 63, "g" * 12, "0" * 65])
def test_what_is_neither_number_nor_fingerprint_is_said_to_be_neither(administrators, typed):
    answer = administrators[0].get("/erasures", {"number": typed, "language": "en"})
    assert answer.status_code == 400
    assert "No such number or fingerprint can exist." in answer.content.decode()


def test_a_fingerprint_that_never_came_is_told(request_, administrators):
    for typed in ("0" * 12, "0" * 64):
        page = administrators[0].get("/erasures", {"number": typed, "language": "en"}).content.decode()
        assert "No request with this fingerprint" in page


def test_a_fingerprint_of_an_office_out_of_reach_is_not_found(ala, chuy, administrator, administrators):
    made = chuy.write(SPOKEN)
    chuy.exchange()
    RoleGrant.objects.filter(person=administrator).update(site=OFFICE_A)
    page = administrators[0].get("/erasures", {"number": made.hash.hex()[:12], "language": "en"})
    assert "No request with this fingerprint" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("12ab", "This is no fingerprint"), ("zzzzzzzzzzzz", "This is no fingerprint"), ("0" * 12, "not the one of this")],
)
def test_a_mistyped_fingerprint_is_not_said_to_be_of_another_request(numberless, administrators, typed, words):
    address = f"/erasures/{numberless.hash.hex()}"
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": GROUND})
    sent = {"confirm-proposal": ErasureProposal.objects.get().id, "confirm-fingerprint": typed}
    answer = administrators[1].post(f"{address}/confirm?language=en", sent)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "another request" not in answer.content.decode()
    assert erased() == 0


def test_what_stays_of_a_request_outside_the_register_is_told_without_number_or_term(ala, numberless, administrators):
    address = f"/erasures/{numberless.hash.hex()}"
    page = administrators[0].get(f"{address}?language=en").content.decode()
    assert "Stays: the fingerprint" in page
    assert "There is no number and no term" in page
    outside = by_a_stranger(ala)
    page = administrators[0].get(f"/erasures/{outside.hash.hex()}?language=en").content.decode()
    assert "Stays: the registration number" in page
    assert "There is no term" in page
    administrators[0].post(f"{address}/propose", {"propose-event": "whole", "propose-ground": GROUND})
    typed = {"confirm-proposal": ErasureProposal.objects.get().id, "confirm-fingerprint": numberless.hash.hex()}
    administrators[1].post(f"{address}/confirm", typed)
    page = administrators[0].get(f"{address}?language=en").content.decode()
    assert "It had no number; its fingerprint" in page
    assert "Its number, its term" not in page


def test_a_form_with_errors_is_said_at_the_top_and_leads_to_the_field(request_, administrators):
    words, field = alert_of(act(administrators[0], request_, "propose", event="whole", ground=""))
    assert words.startswith("Not done: Propose.")
    assert field == "propose-ground"
    assert alert_of(act(administrators[0], request_, "propose", event="zz", ground=GROUND))[1] == "propose-event"
    act(administrators[0], request_, "propose", event="whole", ground=GROUND)
    wrong = act(administrators[1], request_, "confirm", proposal=waiting_id(request_), number="x")
    words, field = alert_of(wrong)
    assert words.startswith("Not done: Erase for ever. No such number can exist.")
    assert field == "confirm-number"
    assert alert_of(act(administrators[0], request_, "confirm", proposal=waiting_id(request_), number="x"))[1] == ""
