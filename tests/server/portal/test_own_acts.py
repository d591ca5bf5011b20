"""What applicants do with their own requests by number and code: in each state, once, few of a kind, looked over."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase, erase_request
from server_sync.appeals.models import Appeal, Complaint, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.casework import acts
from server_sync.casework.models import Reminded
from server_sync.contract.bodies import (
    LeftWithoutConsideration,
    Outcome,
    ReturnedToOffice,
    Solved,
    Words,
)
from server_sync.contract.events import EventKind
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.workflow import Role, State, allowed
from server_sync.pages.access import Standing
from server_sync.portal import by_applicant
from server_sync.portal.accounts import keeping, requests
from server_sync.portal.by_applicant import A_DAY
from server_sync.portal.models import OwnRequest
from server_sync.programs.models import ProgramKey, WrittenBy
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db
ABOVE = "PLENIPOT-PRES@KG-C"


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


@pytest.fixture
def answered(appeal, vera, vasil):
    return answer(appeal, vera, vasil)


def answer(appeal, vera, vasil):
    text = acts.AnswerText(Outcome.EXPLAINED, "Жооп кыргызча", "Ответ по-русски", "7-12")
    acts.write_draft(Standing.of(vera), appeal, text, 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)
    appeal.refresh_from_db()
    return appeal


def overdue(counter):
    return routed(counter.register(on=days_ago(60)))


def opened(appeal) -> Client:
    browser = Client()
    code = short_code(bytes(appeal.event.salt))
    assert browser.post(f"/a/{appeal.number}", {"code": code}).status_code == 302
    return browser


def address(appeal, act: str, language: str = "en") -> str:
    return f"/a/{appeal.number}/say/{act}?language={language}"


def fields(browser, appeal, act: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser would send them."""
    form = browser.get(address(appeal, act)).context["form"]
    return {name: form[name].value() for name in ("seen", "about")}


TYPED = {
    "rate": {"solved": "3", "comment": "Суу дагы эле жок"},
    "complain": {"text": "Жооп маани боюнча эмес"},
    "add": {"text": "Коңшулар да ушундай"},
    "withdraw": {"text": "Маселе чечилди"},
}
KINDS = {
    "rate": EventKind.ANSWER_RATED,
    "complain": EventKind.COMPLAINT_MADE,
    "add": EventKind.APPEAL_SUPPLEMENTED,
    "withdraw": EventKind.APPEAL_WITHDRAWN,
}


def send(browser, appeal, act: str, **changed: str):
    typed = {**fields(browser, appeal, act), **TYPED[act], **changed, "send": "1"}
    return browser.post(address(appeal, act), typed)


def count(appeal, act: str) -> int:
    return HistoryEntry.objects.filter(appeal=appeal, kind=KINDS[act]).count()


def in_state(state: State, counter, vera, vasil, registrar) -> Appeal:
    appeal: Appeal = counter.register() if state is State.REGISTERED else routed(counter.register())
    match state:
        case State.ANSWERED:
            answer(appeal, vera, vasil)
        case State.RETURNED_TO_OFFICE:
            perform(bytes(appeal.hash), ReturnedToOffice(Words("Дарек")), person=registrar.id.bytes)
        case State.LEFT_WITHOUT_CONSIDERATION:
            perform(bytes(appeal.hash), LeftWithoutConsideration("repeat", Words("н")), person=vera.id.bytes)
        case State.WITHDRAWN:
            assert send(opened(appeal), appeal, "withdraw").status_code == 302
        case State.REGISTERED | State.WITH_BODY:
            pass
    appeal.refresh_from_db()
    assert appeal.state == state
    return appeal


@pytest.mark.parametrize("act", sorted(TYPED))
@pytest.mark.parametrize("state", list(State))
def test_an_act_is_offered_and_taken_in_the_states_of_the_table_and_in_no_other(
    counter, vera, vasil, registrar, state, act
):
    appeal = in_state(state, counter, vera, vasil, registrar)
    browser = opened(appeal)
    may = allowed(KINDS[act], Role.APPLICANT, state)
    if act == "rate":
        may = may and state is State.ANSWERED
    if act == "complain":  # of silence only after the term, of which there is a test of its own
        may = state in {State.ANSWERED, State.LEFT_WITHOUT_CONSIDERATION}
    page = browser.get(f"/a/{appeal.number}").content.decode()
    assert (f"/say/{act}" in page) is may
    before = count(appeal, act)
    if may:
        assert send(browser, appeal, act).status_code == 302
        assert count(appeal, act) == before + 1
        return
    assert browser.get(address(appeal, act)).status_code == 302
    newest = {"seen": bytes(appeal.last_event.hash).hex(), "about": ""}
    assert browser.post(address(appeal, act), {**newest, **TYPED[act]}).status_code in {200, 409}
    assert browser.post(address(appeal, act), {**newest, **TYPED[act], "send": "1"}).status_code == 409
    assert count(appeal, act) == before


@pytest.mark.parametrize("act", sorted(TYPED))
def test_pressed_twice_it_is_said_once(appeal, vera, vasil, act):
    if act in {"rate", "complain"}:
        answer(appeal, vera, vasil)
    browser = opened(appeal)
    typed = {**fields(browser, appeal, act), **TYPED[act], "send": "1"}
    for _ in range(3):
        assert browser.post(address(appeal, act), typed).status_code == 302
    assert count(appeal, act) == 1


@pytest.mark.parametrize("act", sorted(TYPED))
def test_nothing_is_written_before_it_was_looked_over(appeal, vera, vasil, act):
    if act in {"rate", "complain"}:
        answer(appeal, vera, vasil)
    browser = opened(appeal)
    typed = {**fields(browser, appeal, act), **TYPED[act]}
    look = browser.post(address(appeal, act), typed)
    assert look.status_code == 200
    text = unescape(look.content.decode())
    for value in TYPED[act].values():
        assert value in text or value == "3"
    assert "What follows" in text
    assert count(appeal, act) == 0
    again = browser.post(address(appeal, act), {**typed, "change": "1"})
    assert again.status_code == 200
    assert list(TYPED[act].values())[-1] in unescape(again.content.decode())
    assert count(appeal, act) == 0


def test_a_complaint_says_before_where_it_goes_why_and_until_when(answered):
    text = unescape(opened(answered).get(address(answered, "complain")).content.decode())
    assert "Plenipotentiary representative of the President" in text
    assert "14 working days" in text
    assert "Whoever wrote or signed the answer does not decide" in text


def test_a_complaint_is_with_the_body_above_at_once_and_its_term_is_new(answered):
    old = answered.due_on
    assert send(opened(answered), answered, "complain").status_code == 302
    answered.refresh_from_db()
    assert (answered.state, answered.body_code) == (State.WITH_BODY, ABOVE)
    assert answered.is_complained
    assert answered.accepted_at is None
    assert answered.due_on >= old
    assert answered.counted_from == timezone.localdate()
    complaint = Complaint.objects.get()
    assert (complaint.body_code, complaint.sent_to) == (BODY, ABOVE)
    assert rebuild(keep=False).is_equal


def test_silence_is_complained_of_when_the_term_is_over_and_not_before(appeal, counter, registrar):
    browser = opened(appeal)
    assert "/say/complain" not in browser.get(f"/a/{appeal.number}").content.decode()
    told = browser.get(address(appeal, "complain"), follow=True).content.decode()
    assert "you may complain after that day" in told
    silent = overdue(counter)
    assert silent.state == State.WITH_BODY
    browser = opened(silent)
    assert "/say/complain" in browser.get(f"/a/{silent.number}").content.decode()
    assert send(browser, silent, "complain").status_code == 302
    silent.refresh_from_db()
    assert silent.body_code == ABOVE
    assert silent.due_on > timezone.localdate()
    assert rebuild(keep=False).is_equal


def test_the_body_above_that_stays_silent_is_complained_of_too(counter):
    silent = overdue(counter)
    assert send(opened(silent), silent, "complain").status_code == 302
    Appeal.objects.filter(pk=silent.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    silent.refresh_from_db()
    assert send(opened(silent), silent, "complain", text="Дагы унчукпайт").status_code == 302
    silent.refresh_from_db()
    assert silent.body_code == "PRES-ADMIN"


def test_a_rating_stands_at_the_answer_and_can_be_changed(answered):
    browser = opened(answered)
    assert send(browser, answered, "rate").status_code == 302
    assert answered.answers.get().rating == Solved.NO
    page = browser.get(f"/a/{answered.number}?language=en").content.decode()
    assert "not solved" in page
    assert "Суу дагы эле жок" in page[page.index('id="history"') :]
    assert send(browser, answered, "rate", solved="2").status_code == 302
    assert answered.answers.get().rating == Solved.PARTLY


def test_an_answer_that_came_since_the_page_was_opened_is_not_rated_unread(answered, vera, vasil):
    browser = opened(answered)
    typed = {**fields(browser, answered, "complain"), **TYPED["complain"], "send": "1"}
    rated = {**fields(browser, answered, "rate"), **TYPED["rate"], "send": "1"}
    acts.reopen(Standing.of(vera), answered, Words("кайра"))
    answered.refresh_from_db()
    answer(answered, vera, vasil)
    for act, sent in (("complain", typed), ("rate", rated)):
        refused = browser.post(address(answered, act), sent)
        assert refused.status_code == 409
        assert "the answer is not the one that you read" in refused.content.decode()
        assert count(answered, act) == 0


@pytest.mark.parametrize("act", ["rate", "add"])
def test_so_many_of_a_kind_on_one_day_and_no_more_and_what_was_typed_stays(appeal, vera, vasil, act):
    if act == "rate":
        answer(appeal, vera, vasil)
    browser = opened(appeal)
    name = "comment" if act == "rate" else "text"
    for n in range(A_DAY):
        assert send(browser, appeal, act, **{name: f"{n} жолу"}).status_code == 302
    refused = send(browser, appeal, act, **{name: "Дагы бир"})
    assert refused.status_code == 429
    text = refused.content.decode()
    assert "Дагы бир" in text
    assert "tomorrow" in text
    assert count(appeal, act) == A_DAY


def test_more_of_a_kind_than_the_register_keeps_is_refused_in_words(appeal, monkeypatch):
    monkeypatch.setattr(by_applicant, "OF_A_KIND_MOST", 2)
    browser = opened(appeal)
    for n in range(2):
        send(browser, appeal, "add", text=f"{n} жолу")
    refused = send(browser, appeal, "add", text="үчүнчү")
    assert refused.status_code == 409
    assert "no more can be kept" in refused.content.decode()


@pytest.mark.parametrize(
    "text",
    ["", "   \n ", "а\x00б", "а\x07б", "а\u202eб", "ы" * 4_001],
    ids=["none", "blank", "nul", "bell", "turn", "long"],
)
@pytest.mark.parametrize("act", ["complain", "add", "withdraw"])
def test_what_cannot_be_kept_is_said_beside_the_field(appeal, vera, vasil, act, text):
    if act == "complain":
        answer(appeal, vera, vasil)
    refused = send(opened(appeal), appeal, act, text=text)
    assert refused.status_code == 400
    assert 'id="id_text-error"' in refused.content.decode()
    assert count(appeal, act) == 0


def test_markup_is_text(appeal):
    browser = opened(appeal)
    text = '<script>alert("1")</script>'
    look = browser.post(address(appeal, "add"), {**fields(browser, appeal, "add"), "text": text})
    assert "<script>alert" not in look.content.decode()
    send(browser, appeal, "add", text=text)
    assert "<script>alert" not in browser.get(f"/a/{appeal.number}").content.decode()


@pytest.mark.parametrize("wrong", [{}, {"seen": "x"}, {"seen": "0" * 64}, {"about": "'"}, {"solved": "9"}])
def test_a_forged_form_breaks_nothing(answered, wrong):
    browser = opened(answered)
    sent = {**TYPED["rate"], "send": "1", **wrong}
    assert browser.post(address(answered, "rate"), sent).status_code in {400, 409}
    assert count(answered, "rate") == 0


def test_ten_megabytes_are_turned_away_unread(appeal):
    large = opened(appeal).post(address(appeal, "add"), {"text": "ы" * 5_000_000})
    assert large.status_code == 413


@pytest.mark.expects_log("django.security.csrf")
def test_a_form_of_another_site_does_nothing(appeal):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = opened(appeal).cookies
    typed = {**fields(opened(appeal), appeal, "withdraw"), **TYPED["withdraw"], "send": "1"}
    assert strict.post(address(appeal, "withdraw"), typed).status_code == 403
    assert count(appeal, "withdraw") == 0


@pytest.mark.expects_log("django.security.csrf")
def test_a_form_that_grew_old_gives_back_what_was_typed(appeal):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = opened(appeal).cookies
    typed = {**TYPED["add"], "send": "1"}
    given_back = strict.post(address(appeal, "add"), typed, headers={"sec-fetch-site": "same-origin"})
    assert given_back.status_code == 403
    assert TYPED["add"]["text"] in given_back.content.decode()
    assert "/work" not in given_back.content.decode()


@pytest.mark.parametrize("act", sorted(TYPED))
def test_nobody_acts_without_the_code(appeal, vera, vasil, act, browser_of):
    if act in {"rate", "complain"}:
        answer(appeal, vera, vasil)
    typed = {**fields(opened(appeal), appeal, act), **TYPED[act], "send": "1"}
    for browser in (Client(), browser_of(vera)):
        assert browser.get(address(appeal, act)).headers["Location"] == f"/a/{appeal.number}"
        assert browser.post(address(appeal, act), typed).status_code == 403
    assert count(appeal, act) == 0


def test_what_was_typed_when_the_half_hour_was_over_goes_on_after_the_code(appeal):
    browser = opened(appeal)
    typed = {**fields(browser, appeal, "add"), **TYPED["add"]}
    browser.post(f"/a/{appeal.number}/close")
    asked = browser.post(address(appeal, "add"), typed)
    assert asked.status_code == 403
    assert "The code once more" in asked.content.decode()
    kept = {"kept.text": TYPED["add"]["text"]}
    wrong = browser.post(address(appeal, "add"), {**kept, "code": "000000"})
    assert wrong.status_code == 403
    assert TYPED["add"]["text"] in wrong.content.decode()
    code = short_code(bytes(appeal.event.salt))
    form = browser.post(address(appeal, "add"), {**kept, "code": code})
    assert form.status_code == 200
    assert TYPED["add"]["text"] in form.content.decode()
    assert count(appeal, "add") == 0
    assert send(browser, appeal, "add").status_code == 302


def test_guesses_at_the_code_beside_a_form_are_as_slow_as_at_the_case(appeal):
    browser = Client()
    code = short_code(bytes(appeal.event.salt))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(6):
        browser.post(address(appeal, "add"), {"kept.text": "а", "code": wrong})
    assert browser.post(address(appeal, "add"), {"kept.text": "а", "code": code}).status_code == 429


def test_of_an_erased_request_nothing_can_be_said_any_more(
    appeal, administrator, second_administrator, monkeypatch, tmp_path
):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    browser = opened(appeal)
    typed = {**fields(browser, appeal, "add"), **TYPED["add"], "send": "1"}
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(bytes(appeal.hash), "сот чечими", **both)
    assert browser.post(address(appeal, "add"), typed).headers["Location"] == f"/a/{appeal.number}"
    assert not Appeal.objects.get().history.filter(kind=EventKind.APPEAL_SUPPLEMENTED).exists()


@pytest.mark.parametrize(("language", "words"), [("ky", "Даттануу"), ("ru", "Пожаловаться"), ("en", "Complain")])
def test_the_pages_speak_three_languages(answered, language, words):
    assert words in opened(answered).get(address(answered, "complain", language)).content.decode()


def test_an_unknown_act_and_an_odd_number_lead_nowhere(appeal):
    assert opened(appeal).get(f"/a/{appeal.number}/say/erase").status_code == 404
    assert Client().get("/a/XXX-99/say/rate").status_code == 302


def test_on_paper_the_answer_is_in_both_languages(answered):
    page = opened(answered).get(f"/a/{answered.number}").content.decode()
    paper = page[page.index('class="on-paper"') :]
    assert "Ответ по-русски" in paper[: paper.index("</div>")]


def test_an_erased_part_leaves_a_request_its_citizen_and_its_traces_and_an_erased_request_nobody(
    appeal, administrator, second_administrator
):
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    requests.add(keeping.account_of("gulnara@example.org"), bytes(appeal.hash))
    key = ProgramKey.objects.create(name="Шаар", about="", until_on=timezone.localdate(), proposed_by=administrator)
    WrittenBy.objects.create(appeal=bytes(appeal.hash), key=key)
    Reminded.objects.create(appeal=bytes(appeal.hash), body_code=BODY, due_on=timezone.localdate(), step="over")
    send(opened(appeal), appeal, "add")
    addition = HistoryEntry.objects.get(appeal=appeal, kind=KINDS["add"])
    erase(bytes(addition.event.hash), "14", **both)
    assert (OwnRequest.objects.count(), WrittenBy.objects.count(), Reminded.objects.count()) == (1, 1, 1)
    erase_request(bytes(appeal.hash), "14", **both)
    assert (OwnRequest.objects.count(), WrittenBy.objects.count(), Reminded.objects.count()) == (0, 0, 0)
