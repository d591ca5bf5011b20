"""Whoever sees little has pages large and in strong contrast, without a script, and nobody is known by it."""

import pytest
from django.test import Client

from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db
SHEET = "pages/sight.css"
PORTAL = ("/", "/write", "/requests", "/totals", "/offices", "/verify", "/log", "/kept", "/a", "/sign-in", "/nothing")


def test_every_page_of_the_portal_has_the_switch_and_keeps_what_was_asked(office_a):
    appeal = routed(Counter(office_a).register())
    for address in (*PORTAL, f"/a/{appeal.number}"):
        page = Client().get(f"{address}?q=суу").content.decode()
        assert 'class="sight" href="?q=%D1%81%D1%83%D1%83&amp;sight=large"' in page, address
        assert SHEET not in page


def test_the_choice_holds_on_the_next_page_until_it_is_taken_back(centre):
    browser = Client()
    assert SHEET in browser.get("/?sight=large").content.decode()
    assert browser.cookies["sight"].value == "large"
    for address in PORTAL:
        page = browser.get(address).content.decode()
        assert SHEET in page, address
        assert 'href="?sight=usual"' in page, address
    assert SHEET not in browser.get("/requests?sight=usual").content.decode()
    assert SHEET not in browser.get("/").content.decode()


def test_what_nobody_can_choose_changes_nothing(centre):
    browser = Client()
    assert SHEET not in browser.get("/?sight=huge").content.decode()
    assert "sight" not in browser.cookies
    browser.cookies["sight"] = "huge"
    assert SHEET not in browser.get("/").content.decode()
