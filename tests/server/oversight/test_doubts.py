"""Two operators decide what the register doubts: each step by the right person, once, and never a citizen's word."""

import inspect
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from docs.make_reference import refusals
from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE
from server_sync.appeals.applying import DOUBTED, OF_REFERENCE
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import RELEASABLE
from server_sync.appeals.understanding import interpret_waiting
from server_sync.contract import codec, deadlines, events, limits, numbers, shapes, walking
from server_sync.contract.bodies import AppealCorrected, AppealSupplemented, ReceiptReprinted
from server_sync.contract.events import EventKind
from server_sync.contract.messages import Quarantined, Released, Status
from server_sync.journal.models import Event, Fork, Reading, Unread
from server_sync.oversight import proposing, wording
from server_sync.oversight.doubts import Kind, list_doubts
from server_sync.oversight.models import DoubtProposal, Stage
from server_sync.pages.quarantine_words import SAID_BY_TITLE, quarantine, reason
from server_sync.workplaces.models import RoleGrant
from tests.server.appeals.lives import withdraw_pc
from tests.server.conftest import OFFICE_B
from tests.server.exchange.offices import REQUEST
from tests.server.oversight.conftest import (
    CANARY,
    MAKERS,
    SPOKEN,
    STRANGER,
    by_a_stranger,
    late,
    out_of_turn,
    session_of_a_stranger,
)
from tests.server.oversight.conftest import twin as make_twin
from tests.server.oversight.conftest import waiting as make_waiting
from tests.server.oversight.conftest import wrong as make_wrong
from tests.server.refusals import alert_of

pytestmark = pytest.mark.django_db
REASON = "Кагазы кабылдамада бар"


def act(browser: Client, event: bytes, step: str, **fields: object):
    typed = {f"{step}-{name}": value for name, value in fields.items()}
    return browser.post(f"/doubts/{event.hex()}/{step}?language=en", typed)


def propose(browser: Client, event: bytes, decision: str, reason: str = REASON):
    return act(browser, event, "propose", decision=decision, reason=reason)


def waiting_id(event: bytes):
    return DoubtProposal.objects.get(event=event, stage=Stage.OPEN).id


def decide(operators: tuple[Client, Client], event: bytes, decision: str) -> None:
    assert propose(operators[0], event, decision).status_code == 302
    assert act(operators[1], event, "confirm", proposal=waiting_id(event)).status_code == 302


def listed(browser: Client, address: str) -> list[str]:
    """The events that a page of the list shows, in its order."""
    return re.findall(r'href="/doubts/([0-9a-f]{64})"', browser.get(address).content.decode())


def resolved() -> int:
    return Event.custody.filter(kind=EventKind.RESOLVED_BY_PERSON).count()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("doubt", MAKERS)
def test_every_doubt_is_listed_and_told_without_a_word_of_it(ala, operators, doubt, language):
    made = MAKERS[doubt](ala)
    for address in ("/doubts", f"/doubts/{made.hash.hex()}"):
        answer = operators[0].get(f"{address}?language={language}")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert made.hash.hex()[:12] in text
        for word in (CANARY, REQUEST.applicant.surname, REQUEST.applicant.given_name):
            assert word not in re.sub(r"<header.*?</header>", "", text, flags=re.DOTALL)


def test_no_column_with_words_is_ever_asked_for(ala, operators):
    made = by_a_stranger(ala)
    with CaptureQueriesContext(connection) as asked:
        operators[0].get("/doubts")
        operators[0].get(f"/doubts/{made.hash.hex()}")
    assert len(asked) > 4
    words = re.compile(r'"(journal_event|appeals_appeal)"."(body|salt|remains|text|subject|surname|pin)"')
    assert not [query["sql"] for query in asked if words.search(query["sql"])]


def test_the_badge_counts_and_the_list_is_empty_when_nothing_waits(ala, operators):
    assert "No doubts." in operators[0].get("/doubts?language=en").content.decode()
    by_a_stranger(ala)
    text = operators[0].get("/doubts?language=en").content.decode()
    assert '<span class="count">1</span>' in text


def test_the_list_is_filtered_by_office_and_kind_and_marks_what_is_old(ala, chuy, operators, monkeypatch):
    here, there = by_a_stranger(ala), make_waiting(chuy)

    def listed(query: str) -> set[bytes]:
        text = operators[0].get(f"/doubts?{query}&language=en").content.decode()
        return {made.hash for made in (here, there) if f"/doubts/{made.hash.hex()}" in text}

    assert listed("") == {here.hash, there.hash}
    assert listed("office=KG-C-ALA") == {here.hash}
    assert listed("kind=waiting") == {there.hash}
    assert listed("kind=waiting&office=KG-C-ALA") == set()
    assert listed("kind=%00&office=%27") == {here.hash, there.hash}
    assert "older than 24 h" not in operators[0].get("/doubts?language=en").content.decode()
    monkeypatch.setattr("server_sync.oversight.doubts.OLD", timedelta(0))
    assert "2 older than 24 h" in operators[0].get("/doubts?language=en").content.decode()


@pytest.mark.parametrize(("hours", "is_old"), [(23, False), (24, True)])
def test_an_event_not_registered_for_a_day_is_old_and_one_decided_never(ala, hours, is_old):
    make_waiting(ala)
    doubt = replace(list_doubts(None).doubts[0], age=timedelta(hours=hours))
    assert doubt.is_old is is_old
    assert not replace(doubt, kind=Kind.KEPT_OUT).is_old


def test_a_release_enters_the_register_and_the_office_is_told(ala, operators):
    made = by_a_stranger(ala)
    assert propose(operators[0], made.hash, "release").status_code == 302
    assert not Appeal.objects.exists()
    page = operators[1].get(f"/doubts/{made.hash.hex()}?language=en").content.decode()
    assert REASON in page
    assert "Confirm and carry out" in page
    assert act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash)).status_code == 302
    assert bytes(Appeal.objects.get().hash) == made.hash
    ala.exchange()
    assert Released(made.hash) in ala.feed
    assert "No doubts." in operators[0].get("/doubts?language=en").content.decode()
    assert operators[0].get(f"/doubts/{made.hash.hex()}").status_code == 200
    assert rebuild(keep=False).is_equal


def test_what_a_withdrawn_pc_wrote_is_kept_out_and_leaves_list_and_board_but_can_be_found(ala, operators):
    made = late(ala)
    propose(operators[0], made.hash, "keep_out")
    act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert Reading.objects.get(event__hash=made.hash).code == "kept_out"
    assert made.hash.hex() not in operators[0].get("/doubts").content.decode()
    assert made.hash.hex() in operators[0].get("/doubts?kind=kept_out").content.decode()
    propose(operators[1], made.hash, "release")
    act(operators[0], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert Appeal.objects.filter(hash=made.hash).exists()
    assert rebuild(keep=False).is_equal


def test_an_office_whose_quarantine_is_decided_asks_for_no_attention(ala, operators):
    made = make_wrong(ala)
    assert "in quarantine" in operators[0].get("/board?language=en").content.decode()
    propose(operators[0], made.hash, "keep_out")
    act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert "in quarantine" not in operators[0].get("/board?language=en").content.decode()


def test_only_a_number_given_twice_can_be_linked_and_it_cannot_be_released(ala, operators):
    made = make_twin(ala)
    page = operators[0].get(f"/doubts/{made.hash.hex()}").content.decode()
    assert 'value="link"' in page
    assert 'value="release"' not in page
    assert propose(operators[0], made.hash, "release").status_code == 400
    propose(operators[0], made.hash, "link")
    act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert Link.objects.get().other_hash == made.hash
    assert rebuild(keep=False).is_equal


def test_a_fork_is_listed_until_two_people_let_it_stand(ala, operators):
    ala.write(REQUEST)
    clone = ala.clone()
    ala.write(REQUEST)
    ala.exchange()
    clone.write(REQUEST, random=77)
    clone.post(clone.request())
    event = Fork.objects.get().event
    assert event.hash.hex() in operators[0].get("/doubts?kind=fork").content.decode()
    propose(operators[0], event.hash, "let_stand")
    act(operators[1], event.hash, "confirm", proposal=waiting_id(event.hash))
    assert "No doubts." in operators[0].get("/doubts?language=en").content.decode()
    assert rebuild(keep=False).is_equal


def test_what_came_out_of_turn_is_listed_until_two_people_let_it_stand(ala, operators):
    made = out_of_turn(ala)
    assert Appeal.objects.get().has_doubt
    propose(operators[0], made.hash, "let_stand")
    act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert not Appeal.objects.get().has_doubt
    assert rebuild(keep=False).is_equal


def test_a_session_of_nobody_we_know_can_be_decided_although_it_belongs_to_no_request(ala, operators):
    made = session_of_a_stranger(ala)
    if not Reading.objects.filter(event__hash=made.hash, status=Status.QUARANTINED).exists():
        pytest.fail("a session of a stranger is expected in quarantine")
    propose(operators[0], made.hash, "keep_out")
    assert act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash)).status_code == 302
    assert Reading.objects.get(event__hash=made.hash).code == "kept_out"
    assert rebuild(keep=False).is_equal


def test_what_waits_for_another_event_can_be_kept_out_only_and_let_in_again(ala, operators):
    made = make_waiting(ala)
    assert propose(operators[0], made.hash, "release").status_code == 400
    decide(operators, made.hash, "keep_out")
    assert "No doubts." in operators[0].get("/doubts?language=en").content.decode()
    assert rebuild(keep=False).is_equal
    ala.exchange()
    assert Quarantined(made.hash, "kept_out") in ala.feed
    decide(operators, made.hash, "release")
    assert Reading.objects.get(event__hash=made.hash).status == Status.WAITING
    assert rebuild(keep=False).is_equal


def test_what_an_update_would_understand_can_be_kept_out_until_people_let_it_in(ala, operators):
    made = ala.write(ReceiptReprinted(1), appeal=bytes(31) + b"\x09", body_version=9)
    ala.exchange()
    decide(operators, made.hash, "keep_out")
    interpret_waiting()
    assert Reading.objects.get(event__hash=made.hash).code == "kept_out"
    assert rebuild(keep=False).is_equal
    decide(operators, made.hash, "release")
    assert Reading.objects.get(event__hash=made.hash).status == Status.STORED
    assert rebuild(keep=False).is_equal


def test_nobody_hides_the_doubts_of_another_by_the_number_of_their_own(ala, chuy, operators, monkeypatch):
    monkeypatch.setattr("server_sync.oversight.doubts.PAGE", 3)
    many = [ala.write(ReceiptReprinted(1), appeal=bytes([9, at]) * 16) for at in range(7)]
    ala.exchange()
    other = make_wrong(chuy)
    for query in ("kind=quarantined", f"office={OFFICE_B}", f"kind=quarantined&office={OFFICE_B}"):
        assert listed(operators[0], f"/doubts?{query}") == [other.hash.hex()]
    address, seen = "/doubts?language=en", []
    while address:
        page = operators[0].get(address).content.decode()
        seen.append(re.findall(r'href="/doubts/([0-9a-f]{64})"', page))
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/doubts{further[1].replace('&amp;', '&')}&language=en" if further else ""
    assert [len(page) for page in seen] == [3, 3, 2]
    assert [one for page in seen for one in page] == [*(event.hash.hex() for event in many), other.hash.hex()]


@pytest.mark.parametrize("after", ["", "x", "-5", "9" * 30, "1e3", "٣"])
def test_an_odd_place_in_the_list_is_the_beginning(ala, operators, after):
    made = make_waiting(ala)
    assert listed(operators[0], f"/doubts?after={after}") == [made.hash.hex()]


def test_an_unread_batch_is_listed_page_by_page(ala, operators, monkeypatch):
    monkeypatch.setattr("server_sync.oversight.doubts.PAGE", 2)
    monkeypatch.setattr("server_sync.oversight.doubts.UNREAD_FOR", timedelta(0))
    for _ in range(3):
        ala.write(REQUEST)
    ala.exchange()
    first = Event.custody.get(hash=ala.events[0].hash)
    Reading.objects.all().delete()
    Unread.objects.create(site_id=first.epoch.site_id, first_leaf=first.leaf, count=3)
    assert listed(operators[0], "/doubts?kind=unread") == [event.hash.hex() for event in ala.events[:2]]
    further = f"/doubts?kind=unread&after={first.leaf + 1}"
    assert listed(operators[0], further) == [ala.events[2].hash.hex()]


@pytest.mark.parametrize("decision", ["release", "keep_out"])
def test_all_that_a_pc_wrote_after_its_withdrawal_is_decided_at_once(ala, chuy, operators, decision):
    first = late(ala)
    more = [ala.write(REQUEST) for _ in range(3)]
    ala.post(ala.request())
    foreign = by_a_stranger(chuy)
    assert "All 4 at once" in operators[0].get(f"/doubts/{first.hash.hex()}?language=en").content.decode()
    assert act(operators[0], first.hash, "propose", decision=decision, reason=REASON, run="on").status_code == 302
    unseen = ala.write(REQUEST)
    ala.post(ala.request())
    page = operators[1].get(f"/doubts/{first.hash.hex()}?language=en").content.decode()
    assert "It decides 4 events at once" in page
    assert act(operators[0], first.hash, "confirm", proposal=waiting_id(first.hash)).status_code == 409
    assert act(operators[1], first.hash, "confirm", proposal=waiting_id(first.hash)).status_code == 302
    assert set(listed(operators[0], "/doubts")) == {unseen.hash.hex(), foreign.hash.hex()}
    assert Appeal.objects.filter(hash__in=[one.hash for one in (first, *more)]).exists() == (decision == "release")
    assert resolved() == 4
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("step", ["take-back", "decline"])
@pytest.mark.parametrize("decision", ["release", "keep_out"])
def test_a_decision_that_ends_while_it_is_carried_out_goes_no_further_and_both_are_told_how_far_it_came(
    ala, operators, noor, browser_of, monkeypatch, decision, step
):
    monkeypatch.setattr(proposing, "FEW", 1)
    first = late(ala)
    for _ in range(4):
        ala.write(REQUEST)
    ala.post(ala.request())
    act(operators[0], first.hash, "propose", decision=decision, reason=REASON, run="on")
    proposal = waiting_id(first.hash)
    ending = {"take-back": operators[0], "decline": browser_of(noor)}[step]
    told: list[str] = []

    def end(_held_s: float) -> None:
        if not told:
            answer = act(ending, first.hash, step, proposal=proposal, note="Жаңылыш")
            told.append(ending.get(answer.headers["Location"]).content.decode())

    monkeypatch.setattr(proposing, "let_others_in", end)
    answer = act(operators[1], first.hash, "confirm", proposal=proposal)
    assert answer.status_code == 409
    assert "which stay so: 1." in answer.content.decode()
    assert "done by then, and staying so: 1." in told[0]
    assert resolved() == 1
    assert rebuild(keep=False).is_equal


def test_without_being_told_to_a_decision_is_about_one_event(ala, operators):
    first = late(ala)
    ala.write(REQUEST)
    ala.post(ala.request())
    decide(operators, first.hash, "keep_out")
    assert len(listed(operators[0], "/doubts")) == 1


def test_what_somebody_proposed_for_itself_is_left_to_that(ala, operators):
    first = late(ala)
    alone = ala.write(REQUEST)
    ala.post(ala.request())
    propose(operators[1], alone.hash, "release")
    act(operators[0], first.hash, "propose", decision="keep_out", reason=REASON, run="on")
    act(operators[1], first.hash, "confirm", proposal=waiting_id(first.hash))
    assert listed(operators[0], "/doubts") == [alone.hash.hex()]


def test_of_many_a_release_lets_in_those_that_can_be_and_the_others_stay_held(ala, operators):
    first = by_a_stranger(ala)
    ala.write(replace(REQUEST, categories=("99.99",)), person=STRANGER)
    ala.write(REQUEST, person=STRANGER)
    ala.exchange()
    act(operators[0], first.hash, "propose", decision="release", reason=REASON, run="on")
    assert act(operators[1], first.hash, "confirm", proposal=waiting_id(first.hash)).status_code == 302
    assert Appeal.objects.count() == 2
    assert listed(operators[0], "/doubts") == [ala.events[1].hash.hex()]
    assert rebuild(keep=False).is_equal


def test_nobody_confirms_or_declines_the_own_proposal(ala, operators):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    page = operators[0].get(f"/doubts/{made.hash.hex()}?language=en").content.decode()
    assert "Confirm and carry out" not in page
    assert act(operators[0], made.hash, "confirm", proposal=waiting_id(made.hash)).status_code == 409
    assert act(operators[0], made.hash, "decline", proposal=waiting_id(made.hash), note="жок").status_code == 409
    assert resolved() == 0


def test_a_second_person_declines_with_a_note_and_another_proposal_can_follow(ala, operators):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    answer = act(operators[1], made.hash, "decline", proposal=waiting_id(made.hash), note="Кагазы табылган жок")
    assert answer.status_code == 302
    page = operators[0].get(f"/doubts/{made.hash.hex()}").content.decode()
    assert "Кагазы табылган жок" in page
    assert propose(operators[1], made.hash, "keep_out").status_code == 302
    assert resolved() == 0


def test_a_declined_proposal_about_a_registered_event_says_that_it_stands(ala, operators):
    made = out_of_turn(ala)
    propose(operators[0], made.hash, "let_stand")
    act(operators[1], made.hash, "decline", proposal=waiting_id(made.hash), note="Дагы карайлы")
    said = operators[1].get("/doubts?language=en").content.decode()
    assert "The event stands in the register as before" in said
    held = by_a_stranger(ala)
    propose(operators[0], held.hash, "release")
    act(operators[1], held.hash, "decline", proposal=waiting_id(held.hash), note="Дагы карайлы")
    assert "The event is held as before" in operators[1].get("/doubts?language=en").content.decode()


def test_the_kind_of_an_event_stands_in_the_list_with_its_label(ala, operators):
    make_wrong(ala)
    assert "Kind of event: Registered" in operators[0].get("/doubts?language=en").content.decode()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_board_of_an_office_tells_quarantine_by_its_title_and_leads_to_the_doubt(ala, operators, language):
    made = make_wrong(ala)
    text = operators[0].get(f"/board/KG-C-ALA?language={language}").content.decode()
    with translation.override(language):
        title = quarantine("category_unknown").title
        assert f'<a href="/doubts/{made.hash.hex()}">{title}</a>' in text
        assert reason("category_unknown") in text
    assert "category_unknown" not in text


CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
"""What codes look like, and nothing that people say."""


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("doubt", MAKERS)
def test_what_is_wrong_is_told_in_words_and_by_no_code(ala, operators, doubt, language):
    made = MAKERS[doubt](ala)
    for address in ("/doubts", f"/doubts/{made.hash.hex()}", "/board/KG-C-ALA"):
        text = operators[0].get(f"{address}?language={language}").content.decode()
        seen = re.sub(r"<(select|template)[ >].*?</\1>|<[^>]*>", " ", text.split("<main")[1], flags=re.DOTALL)
        assert not CODE.findall(seen), address


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_code_for_which_an_event_can_be_held_has_words(language):
    codes = {one.code for one in refusals() if one.kind == "Quarantine"}
    for module in (codec, deadlines, events, limits, numbers, shapes, walking):
        codes |= set(re.findall(r'(?:InvalidField|MalformedBytes)\(\s*"([a-z_]+)"', inspect.getsource(module)))
    assert len(codes) > 40
    with translation.override(language):
        assert not {code for code in codes if "_" in code and code in reason(code)}
        assert {code for code in codes if not reason(code)} == SAID_BY_TITLE & codes
        assert reason("rule_of_tomorrow").endswith(": rule_of_tomorrow")


def test_an_administrator_reads_the_title_and_gets_no_link_that_would_be_refused(ala, administrator, browser_of):
    made = make_wrong(ala)
    text = browser_of(administrator).get("/board/KG-C-ALA?language=en").content.decode()
    assert "The reference data do not have what it names" in text
    assert made.hash.hex() not in text.replace(made.hash.hex()[:12] + "</code>", "")


def test_the_counts_of_an_office_are_of_the_same_events_everywhere_on_its_page(ala, operators):
    ala.write(SPOKEN)
    make_wrong(ala)
    taken = Event.custody.filter(epoch__site="KG-C-ALA").count()
    text = operators[0].get("/board/KG-C-ALA?language=en").content.decode()
    assert f"events taken in</dt><dd>{taken}</dd>" in text
    assert "of them is not in the register</dt><dd>1</dd>" in text
    assert f'data-label="Events taken in">{taken}</td>' in text


def test_only_the_proposer_takes_back_and_what_was_taken_back_cannot_be_confirmed(ala, operators):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    stale = waiting_id(made.hash)
    assert act(operators[1], made.hash, "take-back", proposal=stale).status_code == 409
    assert act(operators[0], made.hash, "take-back", proposal=stale).status_code == 302
    answer = act(operators[1], made.hash, "confirm", proposal=stale)
    assert answer.status_code == 409
    assert "taken back meanwhile" in answer.content.decode()
    assert resolved() == 0


def test_a_second_proposal_does_not_replace_the_first(ala, operators):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    answer = propose(operators[1], made.hash, "keep_out", "башкача")
    assert answer.status_code == 409
    assert REASON in answer.content.decode()
    assert DoubtProposal.objects.count() == 1


def test_what_was_decided_twice_is_done_once(ala, operators):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    stale = waiting_id(made.hash)
    act(operators[1], made.hash, "confirm", proposal=stale)
    assert act(operators[1], made.hash, "confirm", proposal=stale).status_code == 409
    assert resolved() == 1


@pytest.mark.parametrize("leaver", ["nur", "noor"])
def test_a_role_that_ended_in_between_stops_the_decision(ala, operators, nur, noor, leaver):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release")
    stale = waiting_id(made.hash)
    person = nur if leaver == "nur" else noor
    RoleGrant.objects.filter(person=person).update(until_on=timezone.localdate() - timedelta(days=1))
    assert act(operators[1], made.hash, "confirm", proposal=stale).status_code == (409 if leaver == "nur" else 403)
    assert resolved() == 0
    assert DoubtProposal.objects.get().stage == Stage.OPEN


def test_a_release_that_would_be_held_back_again_changes_nothing(ala, operators):
    made = make_wrong(ala)
    propose(operators[0], made.hash, "release")
    answer = act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    assert answer.status_code == 409
    assert "The reference data do not have what it names (the matter is not in the lists)" in answer.content.decode()
    assert resolved() == 0
    assert Reading.objects.get(event__hash=made.hash).status == Status.QUARANTINED


def test_an_operator_of_one_province_decides_there_only(ala, chuy, nur, operators):
    RoleGrant.objects.filter(person=nur).update(site="KG-O")
    made = by_a_stranger(ala)
    assert made.hash.hex() not in operators[0].get("/doubts").content.decode()
    assert operators[0].get(f"/doubts/{made.hash.hex()}").status_code == 404
    assert propose(operators[0], made.hash, "release").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"decision": "release"},
        {"decision": "release", "reason": "  "},
        {"decision": "release", "reason": "аб"},
        {"decision": "release", "reason": "а" * 301},
        {"decision": "drop table", "reason": REASON},
        {"decision": "release", "reason": "а\0бв"},
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_changes_nothing(ala, operators, typed):
    made = by_a_stranger(ala)
    answer = act(operators[0], made.hash, "propose", **typed)
    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode()
    assert not DoubtProposal.objects.exists()


@pytest.mark.parametrize("step", ["confirm", "decline", "take-back"])
@pytest.mark.parametrize("proposal", ["", "x", str(uuid4())])
def test_a_proposal_that_is_none_is_refused(ala, operators, step, proposal):
    made = by_a_stranger(ala)
    answer = act(operators[0], made.hash, step, proposal=proposal, note="жок эле")
    assert answer.status_code in {400, 409}
    assert resolved() == 0


def test_other_addresses_are_not_here(ala, operators):
    made = by_a_stranger(ala)
    for address in ("/doubts/x", f"/doubts/{'0' * 64}", f"/doubts/{made.hash.hex().upper()}"):
        assert operators[0].get(address).status_code == 404
    assert act(operators[0], made.hash, "erase").status_code == 404


@pytest.mark.expects_log("Forbidden")
def test_a_form_of_another_site_is_refused(ala, nur):
    made = by_a_stranger(ala)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(nur)
    assert propose(browser, made.hash, "release").status_code == 403
    assert not DoubtProposal.objects.exists()


def test_an_erasure_takes_the_reasons_of_proposals_too(ala, operators, administrator, second_administrator):
    made = by_a_stranger(ala)
    propose(operators[0], made.hash, "release", CANARY)
    act(operators[1], made.hash, "confirm", proposal=waiting_id(made.hash))
    erase_request(made.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    assert not DoubtProposal.objects.filter(reason__contains=CANARY).exists()


def test_two_people_can_let_a_correction_of_an_erased_request_stand(
    ala, operators, administrator, second_administrator
):
    request = ala.write(REQUEST)
    ala.exchange()
    erase_request(request.hash, "сот чечими", administrator.id.bytes, second_administrator.id.bytes)
    made = ala.write(AppealCorrected("ката", text=CANARY), appeal=request.hash)
    ala.exchange()
    assert listed(operators[0], "/doubts?kind=quarantined") == [made.hash.hex()]
    assert Appeal.objects.get().text == ""
    decide(operators, made.hash, "release")
    assert Appeal.objects.get().text == CANARY
    assert rebuild(keep=False).is_equal


def test_every_kind_has_its_words():
    assert set(wording.KINDS) == set(wording.ICONS) == set(Kind)


@pytest.mark.parametrize("reason", ["person_unknown", "after_revocation"])
@pytest.mark.parametrize("order", ["run", "what hangs on it first"])
def test_what_was_released_before_its_request_stays_released_when_the_request_comes_in(ala, operators, reason, order):
    if reason == "after_revocation":
        ala.write(REQUEST)
        ala.exchange()
        withdraw_pc(ala)
    author = {"person": STRANGER} if reason == "person_unknown" else {}
    request = ala.write(replace(REQUEST, subject="Биринчи"), **author)
    later = [
        ala.write(AppealSupplemented("дагы"), appeal=request.hash, **author),
        ala.write(AppealCorrected("ката", subject="Оңдолгон"), appeal=request.hash, **author),
    ]
    ala.exchange()
    if order == "run":
        act(operators[0], request.hash, "propose", decision="release", reason=REASON, run="on")
        act(operators[1], request.hash, "confirm", proposal=waiting_id(request.hash))
    else:
        for event in (*later, request):
            decide(operators, event.hash, "release")
    readings = Reading.objects.filter(event__hash__in=[event.hash for event in (request, *later)])
    assert set(readings.values_list("status", "code")) == {(Status.REGISTERED, "released")}
    assert Appeal.objects.get(hash=request.hash).subject == "Оңдолгон"
    assert rebuild(keep=False).is_equal
    if reason == "person_unknown":
        ala.exchange()
        told = [type(row) for row in ala.feed if getattr(row, "event", None) in {event.hash for event in later}]
        assert told[-len(later) :] == [Released] * len(later)


def test_a_form_with_errors_is_said_at_the_top_and_leads_to_the_field(ala, operators):
    made = by_a_stranger(ala)
    words, field = alert_of(propose(operators[0], made.hash, "", ""))
    assert words.startswith("Not done: Propose.")
    assert field == "propose-decision"
    assert alert_of(propose(operators[0], made.hash, "release", ""))[1] == "propose-reason"


def test_what_has_no_number_is_called_by_its_fingerprint_in_the_list(ala, operators):
    made = ala.write(REQUEST, counter=0)
    ala.exchange()
    page = operators[0].get("/doubts?language=en").content.decode()
    cell = re.search(r'<td data-label="Fingerprint">(.*?)</td>', page)
    assert cell is not None
    assert made.hash.hex()[:12] in cell[1]


def test_the_codes_that_offices_leave_to_the_centre_are_those_that_two_people_decide():
    assert DOUBTED < DECIDED_AT_CENTRE
    assert RELEASABLE - OF_REFERENCE < DECIDED_AT_CENTRE
