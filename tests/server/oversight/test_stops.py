"""A PC that a clerk's word stopped numbers on when two operators say so, and only then."""

import re

import pytest
from django.test import Client
from django.utils import translation

from server_sync.contract.events import EventKind
from server_sync.contract.messages import CLERK_SAID_NO, Health
from server_sync.evidence.log import stand_of_log
from server_sync.oversight import wording
from server_sync.oversight.models import Stage, StopProposal
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, LiftedStop
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.refusals import alert_of

pytestmark = pytest.mark.django_db
STOP = bytes(range(16))
REASON = "Акыркы кагаздагы номер ошол эле"


def stopped(office: PlainOffice, code: str = CLERK_SAID_NO, stop: bytes = STOP) -> Health:
    """The office says that it gives no numbers."""
    if not office.events:
        office.write(REQUEST)
    health = Health(stopped_code=code, stop=stop)
    office.exchange(health=health)
    return health


def act(browser: Client, step: str, **fields: object):
    typed = {f"{step}-{name}": value for name, value in fields.items()}
    return browser.post(f"/stops/{STOP.hex()}/{step}?language=en", typed)


def waiting_id():
    return StopProposal.objects.get(stage=Stage.OPEN).id


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("code", [CLERK_SAID_NO, "mirror_ahead"])
def test_a_stop_is_listed_and_told(ala, operators, language, code):
    stopped(ala, code)
    text = operators[0].get(f"/doubts?language={language}").content.decode()
    assert f"/stops/{STOP.hex()}" in text
    page = operators[0].get(f"/stops/{STOP.hex()}?language={language}")
    assert page.status_code == 200
    assert ('name="propose-reason"' in page.content.decode()) == (code == CLERK_SAID_NO)


def test_two_stopped_pcs_of_one_office_are_told_apart_by_letter_and_name(ala, operators):
    stopped(ala)
    workplace = Epoch.objects.get(site="KG-C-ALA").workplace
    for name, wanted in (("", "PC A</a>"), ("PC", "PC A</a>"), ("Терезе 1", "PC A · <bdi>Терезе 1</bdi></a>")):
        workplace.name = name
        workplace.save(update_fields=["name"])
        assert wanted in operators[0].get("/doubts?language=en").content.decode()
        page = operators[0].get(f"/stops/{STOP.hex()}?language=en").content.decode()
        assert f"<dd>{wanted.removesuffix('</a>')}</dd>" in page
        board = operators[0].get(f"/board/{workplace.site_id}?language=en").content.decode()
        assert f"<h2>{wanted.removesuffix('</a>')}</h2>" in board


def test_every_kind_of_event_has_words_for_the_operator():
    with translation.override("en"):
        assert [kind.name for kind in EventKind if wording.event_kind(kind).startswith("kind ")] == []


def test_a_stopped_office_is_not_told_to_be_no_doubt_and_its_code_has_words(ala, operators):
    assert "No doubts." in operators[0].get("/doubts?language=en").content.decode()
    stopped(ala)
    listed = operators[0].get("/doubts?language=en").content.decode()
    assert "Offices that give no numbers" in listed
    assert "No doubts." not in listed
    page = operators[0].get(f"/stops/{STOP.hex()}?language=en").content.decode()
    title = re.search("<h1>(.+?)</h1>", page)
    assert title is not None
    assert f"<dd>{title[1]}</dd>" in page
    assert CLERK_SAID_NO not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ky", "экинчи сактагычында көбүрөөк нерсе бар"),
        ("ru", "на его втором носителе больше, чем в нём"),
        ("en", "its second medium holds more than it does"),
    ],
)
def test_what_is_wrong_with_the_store_of_a_stopped_pc_is_told_in_words(ala, operators, language, words):
    stopped(ala, "mirror_ahead")
    page = operators[0].get(f"/stops/{STOP.hex()}?language={language}").content.decode()
    assert words in page
    assert "mirror_ahead" not in page


def test_a_word_of_a_pc_that_is_not_known_here_is_not_shown(ala, operators):
    stopped(ala, "word_of_tomorrow")
    assert "word_of_tomorrow" not in operators[0].get(f"/stops/{STOP.hex()}?language=en").content.decode()


def test_two_operators_lift_it_and_the_office_learns_of_it(ala, operators):
    health = stopped(ala)
    assert act(operators[0], "propose", reason=REASON).status_code == 302
    assert ala.exchange(health=health).lifted_stop == b""
    assert act(operators[0], "confirm", proposal=waiting_id()).status_code == 409
    assert act(operators[1], "confirm", proposal=waiting_id()).status_code == 302
    assert ala.exchange(health=health).lifted_stop == STOP
    lifted = LiftedStop.objects.get()
    assert {lifted.first_person.login, lifted.second_person.login} == {"nur", "noor"}
    assert operators[0].get(f"/stops/{STOP.hex()}").status_code == 404


def test_another_stop_of_the_same_pc_is_not_lifted_by_it(ala, operators):
    stopped(ala)
    act(operators[0], "propose", reason=REASON)
    act(operators[1], "confirm", proposal=waiting_id())
    assert ala.exchange(health=Health(stopped_code=CLERK_SAID_NO, stop=bytes(16))).lifted_stop == b""


def test_another_pc_that_names_the_stop_gets_nothing(ala, chuy, operators):
    stopped(ala)
    act(operators[0], "propose", reason=REASON)
    act(operators[1], "confirm", proposal=waiting_id())
    assert stopped(chuy).stop == STOP
    assert chuy.exchange(health=Health(stopped_code=CLERK_SAID_NO, stop=STOP)).lifted_stop == b""


@pytest.mark.parametrize("code", ["mirror_ahead", "home_copied", "forked"])
def test_what_the_state_of_the_store_stopped_is_not_lifted(ala, operators, code):
    stopped(ala, code)
    assert act(operators[0], "propose", reason=REASON).status_code == 409
    assert not StopProposal.objects.exists()


def test_a_pc_that_has_fewer_events_than_came_from_it_is_not_let_on(ala, operators):
    health = stopped(ala)
    clone = ala.clone()
    ala.write(REQUEST)
    ala.exchange(health=health)
    clone.post(clone.request(health=health))
    assert act(operators[0], "propose", reason=REASON).status_code == 409


def test_a_proposal_is_declined_and_taken_back_and_changes_nothing(ala, operators):
    health = stopped(ala)
    act(operators[0], "propose", reason=REASON)
    act(operators[1], "decline", proposal=waiting_id(), note="Кагазды окуган жок")
    act(operators[0], "propose", reason=REASON)
    act(operators[0], "take-back", proposal=waiting_id())
    assert not LiftedStop.objects.exists()
    assert ala.exchange(health=health).lifted_stop == b""
    assert operators[0].get(f"/stops/{STOP.hex()}").status_code == 200


@pytest.mark.parametrize("health", [Health(stopped_code="x" * 64, stop=b"short"), Health(stop=STOP)])
def test_an_odd_word_of_a_pc_is_no_stop(ala, operators, health):
    ala.exchange(health=health)
    assert "/stops/" not in operators[0].get("/doubts").content.decode()
    assert operators[0].get(f"/stops/{STOP.hex()}").status_code == 404


def test_a_withdrawn_pc_is_no_office_that_could_number_on(ala, operators, centre):
    stopped(ala)
    revoke_epoch(
        Epoch.objects.get(pk=ala.epoch),
        1,
        centre.keys.directory,
        by=None,
        reason="жаңыртылды",
        announce=lambda _: None,
        log=stand_of_log,
    )
    assert f"/stops/{STOP.hex()}" not in operators[0].get("/doubts").content.decode()
    assert operators[0].get(f"/stops/{STOP.hex()}").status_code == 404


def test_a_form_with_errors_is_said_at_the_top_and_leads_to_the_field(ala, operators):
    stopped(ala)
    words, field = alert_of(act(operators[0], "propose", reason=""))
    assert words.startswith("Not done: Propose.")
    assert field == "propose-reason"
    assert act(operators[0], "propose", reason=REASON).status_code == 302
    assert alert_of(act(operators[0], "propose", reason=""))[1] == ""
    assert alert_of(act(operators[1], "decline", proposal=waiting_id(), note="x"))[1] == "decline-note"
    words, field = alert_of(act(operators[1], "confirm", proposal="x"))
    assert "Open the page anew" in words
    assert field == ""


def test_a_stop_stands_under_doubts_in_the_menu_and_says_both_counts_in_words(ala, operators):
    stopped(ala)
    page = operators[0].get(f"/stops/{STOP.hex()}?language=en").content.decode()
    assert '<a href="/doubts" aria-current="page">' in page
    assert "<dt>Events that the PC says it has</dt><dd>1</dd>" in page
    assert "<dt>Events of it that came to the centre</dt><dd>1</dd>" in page
