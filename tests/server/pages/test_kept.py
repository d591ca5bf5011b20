"""What an officer typed is not lost when the session ended meanwhile, or the form grew old."""

import re

import pytest
from django.conf import settings
from django.test import Client

from server_sync.appeals.models import Appeal
from server_sync.casework.models import AnswerDraft
from server_sync.contract.bodies import Outcome
from server_sync.workplaces.models import Person
from tests.server.conftest import PASSWORD, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db
WRITTEN = "Жооптун узун сөздөрү «тырмакча» & <белги> менен"
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    return routed(Counter(office_a).register())


def typed(text: str = WRITTEN) -> dict[str, str]:
    answer = {"outcome": str(Outcome.SATISFIED.value), "ky": text, "ru": "", "version": "0"}
    return {f"answer-{name}": value for name, value in answer.items()}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page as its browser would send them."""
    from html import unescape

    return {name: unescape(value) for name, value in FIELD.findall(page)}


def sign_in(browser: Client, person: Person, **more: str):
    return browser.post("/sign-in", {"login": person.login, "password": PASSWORD, **more})


@pytest.mark.parametrize("length", [1, 300])
def test_an_answer_sent_after_the_session_ended_is_there_after_sign_in(appeal, vera, length):
    browser = Client()
    sign_in(browser, vera)
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    text = " ".join([WRITTEN] * length)
    refused = browser.post(f"/work/a/{appeal.number}/answer", typed(text))
    page = refused.content.decode()
    assert refused.status_code == 403
    assert "no-store" in refused.headers["Cache-Control"]
    assert not AnswerDraft.objects.exists()
    wrong = browser.post("/sign-in", {"login": vera.login, "password": "wrong", **hidden(page)}).content.decode()
    again = sign_in(browser, vera, **hidden(wrong)).content.decode()
    assert f'action="/work/a/{appeal.number}/answer"' in again
    sent = browser.post(f"/work/a/{appeal.number}/answer", hidden(again))
    assert sent.status_code == 302
    assert AnswerDraft.objects.get().text_ky == text


@pytest.mark.expects_log("django.security.csrf")
def test_a_form_that_grew_old_comes_back_with_what_was_typed(appeal, vera):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(vera)
    here = {"Origin": "http://testserver"}
    old = browser.post(f"/work/a/{appeal.number}/answer", typed(), headers=here)
    assert old.status_code == 403
    page = old.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    fields = {**hidden(page), "csrfmiddlewaretoken": token[1]}
    assert browser.post(f"/work/a/{appeal.number}/answer", fields, headers=here).status_code == 302
    assert AnswerDraft.objects.get().text_ky == WRITTEN


@pytest.mark.expects_log("django.security.csrf")
def test_a_form_of_another_site_gets_nothing_back(appeal, vera):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(vera)
    for headers in ({"Origin": "https://elsewhere.test"}, {}):
        foreign = browser.post(f"/work/a/{appeal.number}/answer", typed(), headers=headers)
        assert foreign.status_code == 403
        assert "Жооптун" not in foreign.content.decode()


@pytest.mark.parametrize("target", ["/sign-out", "/password", "https://elsewhere.test/", "//elsewhere.test", "", "/no"])
def test_a_sign_in_carries_on_to_pages_of_the_staff_only(vera, target):
    answer = sign_in(Client(), vera, kept_to=target, **{"kept.text": WRITTEN})
    assert answer.status_code == 302
    assert "elsewhere" not in answer.headers["Location"]


@pytest.mark.expects_log("django.security.csrf")
def test_a_password_is_never_shown_again(centre, vera):
    browser = Client(enforce_csrf_checks=True)
    here = {"Origin": "http://testserver"}
    for path in ("/sign-in", "/password"):
        told = browser.post(path, {"login": vera.login, "password": PASSWORD, "old": PASSWORD}, headers=here)
        assert told.status_code == 403
        assert PASSWORD not in told.content.decode()


def test_somebody_who_never_signed_in_here_still_sends_no_large_form(appeal):
    large = Client().post(f"/work/a/{appeal.number}/answer", typed("ы" * 100_000))
    assert large.status_code == 413
