"""Officers and complaints: who decides, who is told, who reads no more; and requests that an officer opens again."""

import pytest
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal
from server_sync.appeals.rebuilding import rebuild
from server_sync.casework import acts
from server_sync.contract import bodies
from server_sync.contract.bodies import AnswerRated, ComplaintMade, Outcome, Reopened, Solved, Words
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role, State
from server_sync.journal.models import FeedRow
from server_sync.pages.access import Standing
from server_sync.portal.by_applicant import say
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.conftest import BODY, SINCE, Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db
ABOVE = "PLENIPOT-PRES@KG-C"
WORDS = "Жооп маани боюнча эмес"


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


def officer(login: str, body: str = ABOVE, role: Role = Role.CASE_OFFICER) -> Person:
    person = Person.objects.create_person(login, None, surname=login, given_name="Ж")
    grant_role(person, role, from_on=SINCE, body=Body.objects.get(pk=body))
    return person


def answer(appeal: Appeal, writer: Person, second: Person) -> bytes:
    text = acts.AnswerText(Outcome.EXPLAINED, "Жооп", "Ответ", "")
    acts.write_draft(Standing.of(writer), appeal, text, 0, is_ready=True)
    event = acts.approve(Standing.of(second), appeal, 1)
    appeal.refresh_from_db()
    return bytes(event.hash)


@pytest.fixture
def appeal(counter, vera, vasil):
    """A request whose applicant rated the answer and complained of it."""
    appeal = routed(counter.register())
    about = answer(appeal, vera, vasil)
    say(bytes(appeal.hash), AnswerRated(about, Solved.NO, "Суу жок"), bytes(appeal.last_event.hash))
    appeal.refresh_from_db()
    say(bytes(appeal.hash), ComplaintMade(WORDS, about), bytes(appeal.last_event.hash))
    appeal.refresh_from_db()
    assert appeal.body_code == ABOVE
    return appeal


def post(browser, appeal, act: str, **typed: str):
    return browser.post(f"/work/a/{appeal.number}/{act}", {f"{act}-{name}": value for name, value in typed.items()})


def test_the_body_above_has_it_in_its_lists_with_complaint_and_rating(appeal, browser_of):
    browser = browser_of(officer("gul"))
    for address in ("/work?language=en", "/work?show=complaints&language=en"):
        text = browser.get(address).content.decode()
        assert appeal.number in text
        assert "complaint" in text
    case = browser.get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert WORDS in case
    assert "Complaint about the answer" in case
    assert "not solved" in case
    assert "Суу жок" in case[case.index('id="history"') :]


def test_the_body_complained_of_is_told_and_reads_it_no_more(appeal, vera, browser_of):
    browser = browser_of(vera)
    text = browser.get("/work?show=complaints&language=en").content.decode()
    assert appeal.number in text
    assert "complaint about the answer" in text
    assert "Plenipotentiary representative of the President" in text
    for secret in (WORDS, appeal.subject, appeal.surname, f"/work/a/{appeal.number}"):
        assert secret not in text
    assert browser.get(f"/work/a/{appeal.number}").status_code == 404
    for act in ("answer", "forward", "extend", "return", "accept", "reopen"):
        assert post(browser, appeal, act, ky="Ж").status_code == 404


@pytest.mark.parametrize("name", ["alim", "bela", "registrar", "nur", "assistant", "administrator"])
def test_nobody_else_is_told_of_complaints(appeal, name, request, browser_of):
    browser = browser_of(request.getfixturevalue(name))
    assert browser.get("/work?show=complaints").status_code == 403
    assert browser.get(f"/work/a/{appeal.number}").status_code in {403, 404}


def test_another_body_is_told_nothing(appeal, browser_of):
    other = browser_of(officer("other", "AKIM@KG-O-UZG"))
    text = other.get("/work?show=complaints").content.decode()
    assert appeal.number not in text


@pytest.mark.parametrize("name", ["vera", "vasil"])
def test_who_wrote_or_signed_the_answer_decides_nothing_about_the_complaint(appeal, name, request, browser_of):
    answerer = request.getfixturevalue(name)
    grant_role(answerer, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(pk=ABOVE))
    browser = browser_of(answerer)
    page = browser.get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "somebody else decides on the complaint" in page
    assert "id_answer-ky" not in page
    refused = browser.post(
        f"/work/a/{appeal.number}/answer",
        {"answer-ky": "Жок", "answer-outcome": "4", "answer-version": "0", "ready": "1"},
    )
    assert refused.status_code == 409
    gul = officer("gul")
    acts.write_draft(Standing.of(gul), appeal, acts.AnswerText(Outcome.REFUSED, "Жок", "", ""), 0, is_ready=True)
    assert post(browser, appeal, "approve", version="1").status_code == 409
    appeal.refresh_from_db()
    assert appeal.state == State.WITH_BODY


def test_a_complaint_does_not_go_back_to_the_body_that_it_is_about(appeal, browser_of):
    browser = browser_of(officer("gul"))
    refused = post(browser, appeal, "forward", body=BODY, ky="Жол")
    assert refused.status_code == 409
    appeal.refresh_from_db()
    assert appeal.body_code == ABOVE


def test_the_body_above_accepts_and_answers_and_the_list_of_the_body_below_says_so(appeal, vera, browser_of):
    gul, jan = officer("gul"), officer("jan")
    acts.accept(Standing.of(gul), appeal, "")
    answer(appeal, gul, jan)
    assert not appeal.is_complained
    text = browser_of(vera).get("/work?show=complaints&language=en").content.decode()
    assert "decided" in text[text.index(appeal.number) :]
    assert appeal.number not in browser_of(gul).get("/work?show=complaints").content.decode()
    assert rebuild(keep=False).is_equal


def test_a_complaint_of_silence_is_called_so(counter, vera, browser_of):
    appeal = routed(counter.register(on=days_ago(60)))
    say(bytes(appeal.hash), ComplaintMade("Жооп жок"), bytes(appeal.last_event.hash))
    text = browser_of(vera).get("/work?show=complaints&language=en").content.decode()
    assert "complaint about silence" in text
    case = browser_of(officer("gul")).get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "Complaint about silence" in case


def test_an_officer_opens_a_closed_request_again_with_a_reason_and_a_new_term(counter, vera, vasil, browser_of):
    appeal = routed(counter.register(on=days_ago(40)))
    answer(appeal, vera, vasil)
    browser = browser_of(vera)
    assert "id_reopen-ky" in browser.get(f"/work/a/{appeal.number}").content.decode()
    assert post(browser, appeal, "reopen").status_code == 409
    assert post(browser, appeal, "reopen", ky="Жаңы далил", ru="Новые сведения").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.body_code, appeal.is_complained) == (State.WITH_BODY, BODY, False)
    assert appeal.due_on is not None
    assert appeal.due_on > timezone.localdate()
    page = browser.get(f"/work/a/{appeal.number}?language=ru").content.decode()
    assert "Новые сведения" in page
    assert "Начат заново" in page
    assert post(browser, appeal, "reopen", ky="Дагы").status_code in {403, 409}
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize("state", ["open", "withdrawn"])
def test_opening_again_is_offered_where_the_table_allows_it(counter, vera, browser_of, state):
    appeal = routed(counter.register())
    if state == "withdrawn":
        wish = bodies.AppealWithdrawn("Чечилди", bodies.AppealForm.ELECTRONIC)
        say(bytes(appeal.hash), wish, bytes(appeal.last_event.hash))
    page = browser_of(vera).get(f"/work/a/{appeal.number}").content.decode()
    assert ("id_reopen-ky" in page) is (state == "withdrawn")


def test_an_acceptance_is_forgotten_when_the_request_is_opened_again_for_another_body(counter, vera, vasil):
    appeal = routed(counter.register())
    acts.accept(Standing.of(vera), appeal, "")
    answer(appeal, vera, vasil)
    assert appeal.accepted_at is not None
    perform(bytes(appeal.hash), Reopened(Words("кайра"), "MIN-HEALTH"), person=vera.id.bytes)
    moved = Appeal.objects.get(hash=appeal.hash)
    assert (moved.body_code, moved.accepted_at) == ("MIN-HEALTH", None)
    assert rebuild(keep=False).is_equal


def test_what_an_applicant_did_from_a_distance_comes_home_by_the_feed(appeal, counter):
    home = FeedRow.objects.filter(site="KG-C-ALA", event__appeal=appeal.hash)
    told = set(home.values_list("event__kind", flat=True))
    assert {EventKind.ANSWER_RATED, EventKind.COMPLAINT_MADE, EventKind.FORWARDED, EventKind.DUE_RECALCULATED} <= told
