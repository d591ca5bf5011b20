"""Kyrgyz opens first; a choice is kept; one address for all languages."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_page_opens_in_kyrgyz_whatever_the_browser_prefers(centre):
    page = Client(headers={"accept-language": "ru,en"}).get("/")
    assert page.headers["Content-Language"] == "ky"
    assert '<html lang="ky">' in page.content.decode()


def test_a_choice_holds_on_the_next_page_and_keeps_what_was_asked(centre):
    browser = Client()
    page = browser.get("/requests?q=суу&language=ru")
    assert '<html lang="ru">' in page.content.decode()
    assert "q=%D1%81%D1%83%D1%83&amp;language=en" in page.content.decode()
    assert '<html lang="ru">' in browser.get("/offices").content.decode()


def test_an_unknown_language_changes_nothing(centre):
    browser = Client()
    page = browser.get("/?language=xx")
    assert '<html lang="ky">' in page.content.decode()
    assert "language" not in browser.cookies


def test_answers_vary_by_cookie_so_that_no_cache_mixes_languages(centre):
    assert "Cookie" in Client().get("/").headers["Vary"]
