"""A crowd of strangers is shown one page; whoever is none, or says something, is shown what stands now."""

import re
from http import HTTPStatus

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from server_sync.contract.evidence.receipt import short_code
from server_sync.pages import once_a_moment
from server_sync.pages.once_a_moment import forget_pages
from tests.server.conftest import Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([0-9A-Za-z]{64})"')


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    """A moment that lasts a whole test."""
    monkeypatch.setattr(once_a_moment, "KEPT_S", 600.0)
    forget_pages()
    yield
    forget_pages()


@pytest.fixture
def appeal(office_a: Office):
    return routed(Counter(office_a).register())


@pytest.fixture
def counting():
    """A view that says how often it was asked."""
    made = []

    @once_a_moment.once_a_moment
    def view(request):
        made.append(request.path)
        return HttpResponse(f"page {len(made)}", status=404 if "gone" in request.path else 200)

    def ask(path="/", method="get", language="ky", **cookies):
        request = getattr(RequestFactory(), method)(path)
        request.COOKIES.update(cookies)
        with translation.override(language):
            return view(request).content.decode()

    return ask


def test_strangers_are_shown_the_page_that_was_made_for_another(counting):
    cookies = {settings.LANGUAGE_COOKIE_NAME: "ky"}
    assert [counting(), counting(), counting(csrftoken="x"), counting(**cookies)] == ["page 1"] * 4


def test_pages_of_other_addresses_and_languages_are_told_apart(counting):
    told = [counting(), counting("/?q=1"), counting("/?q=2"), counting(language="ru"), counting("/other")]
    assert told == [f"page {place}" for place in range(1, 6)]
    assert counting("/?q=1") == "page 2"


@pytest.mark.parametrize("cookie", ["sessionid", "known", "writing", "messages", "anything"])
def test_whoever_has_a_cookie_of_their_own_is_shown_a_page_of_their_own(counting, cookie):
    counting()
    assert [counting(**{cookie: "x"}), counting(**{cookie: "x"}), counting()] == ["page 2", "page 3", "page 1"]


@pytest.mark.parametrize("method", ["post", "head"])
def test_only_reading_is_answered_by_a_kept_page(counting, method):
    counting()
    assert counting(method=method) == "page 2"


def test_what_was_not_found_is_looked_for_anew(counting):
    assert [counting("/gone"), counting("/gone")] == ["page 1", "page 2"]


def test_after_the_moment_a_page_is_made_anew(counting, monkeypatch):
    monkeypatch.setattr(once_a_moment, "KEPT_S", 1e-9)
    assert [counting(), counting()] == ["page 1", "page 2"]


def test_however_many_addresses_are_asked_for_the_room_is_bounded(counting, monkeypatch):
    monkeypatch.setattr(once_a_moment, "MOST_BYTES", 60)
    for place in range(1_000):
        counting(f"/?q={place}")
    assert once_a_moment._PAGES._bytes <= 60
    assert len(once_a_moment._PAGES._made) < 12
    assert counting(f"/?q={'a' * 1_000}") != counting(f"/?q={'a' * 1_000}")


def test_each_stranger_gets_a_token_of_their_own_with_which_the_form_is_taken(appeal):
    browsers = [Client(enforce_csrf_checks=True) for _ in range(3)]
    tokens = [TOKEN.findall(one.get(f"/a/{appeal.number}").content.decode())[0] for one in browsers]
    assert len(set(tokens)) == 3
    assert len({one.cookies["csrftoken"].value for one in browsers}) == 3
    code = short_code(bytes(appeal.event.salt))
    for browser, token in zip(browsers, tokens, strict=True):
        sent = browser.post(
            f"/a/{appeal.number}",
            {"code": code, "csrfmiddlewaretoken": token},
            headers={"referer": "https://testserver/"},
        )
        assert sent.status_code == HTTPStatus.FOUND


def test_a_case_that_was_opened_is_shown_to_no_stranger_and_closes_at_once(appeal):
    stranger, applicant = Client(), Client()
    stranger.get(f"/a/{appeal.number}")
    applicant.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt))})
    assert appeal.subject in applicant.get(f"/a/{appeal.number}").content.decode()
    assert appeal.subject not in stranger.get(f"/a/{appeal.number}").content.decode()
    assert appeal.subject not in Client().get(f"/a/{appeal.number}").content.decode()
    applicant.post(f"/a/{appeal.number}/close")
    assert appeal.subject not in applicant.get(f"/a/{appeal.number}").content.decode()


@pytest.mark.parametrize("path", ["/", "/requests", "/totals"])
def test_a_page_shown_again_is_the_same_to_the_byte_with_its_headers(centre, path):
    first, second = Client().get(path), Client().get(path)
    assert first.content == second.content
    names = set(first.headers) | set(second.headers)
    assert {name: first.headers.get(name) for name in names} == {name: second.headers.get(name) for name in names}
