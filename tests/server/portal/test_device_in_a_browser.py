"""What is typed while there is no line stays in the browser if its writer says so, and nowhere after it was sent."""

import os

import pytest
from playwright.sync_api import Page, expect

from server_sync.portal.models import Draft
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, chromium, open_page, page
from tests.server.portal.writers import MAIL, MATTER, cookie_of

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")
STORED = "JSON.stringify(localStorage)"


@pytest.fixture(autouse=True)
def _mail(settings, centre) -> None:
    settings.LIAISON_MAIL = MAIL


def fill(shown: Page) -> None:
    for name in ("subject", "text"):
        shown.fill(f"[name={name}]", MATTER[name])
    for name in ("category", "place"):
        shown.select_option(f"[name={name}]", MATTER[name])
    shown.check(f"[name=kind][value={MATTER['kind']}]")


def act(shown: Page, name: str) -> None:
    shown.locator(f"#device [data-do={name}]:visible").click()


def test_what_is_typed_without_a_line_comes_back_after_a_closed_page_and_goes_when_it_is_sent(open_page):
    shown = open_page()
    shown.goto("/write/matter?language=ky")
    shown.context.set_offline(True)
    expect(shown.locator("#device [data-on~=ask-away]").first).to_be_visible()
    fill(shown)
    assert shown.evaluate(STORED) == "{}"  # nobody said yes
    for language_shown, size in {"wide": {"width": 1366, "height": 768}, "narrow": NARROW["viewport"]}.items():
        shown.set_viewport_size(size)
        if PICTURES:
            shown.screenshot(path=f"{PICTURES}/device-{language_shown}.png", full_page=True)
        assert shown.evaluate(CONTRAST) == []
        assert shown.evaluate(BROKEN_WORDS) == []
    act(shown, "keep")
    shown.fill("[name=subject]", f"{MATTER['subject']}, экинчи жума")
    shown.locator("button.primary").click()
    assert shown.url.endswith("/write/matter?language=ky")  # nothing is sent into the void
    shown.context.set_offline(False)
    again = shown.context.new_page()
    shown.close()
    again.goto("/write/matter")
    expect(again.locator("#device [data-on=brought]").first).to_be_visible()
    expect(again.locator("[name=subject]")).to_have_value(f"{MATTER['subject']}, экинчи жума")
    expect(again.locator("[name=text]")).to_have_value(MATTER["text"])
    again.locator("button.primary").click()
    again.wait_for_url("**/write/addressee")
    again.wait_for_function("localStorage.length === 0")
    assert Draft.objects.count() == 1


def test_a_step_that_did_not_come_is_kept_on_and_a_shared_device_keeps_nothing(open_page):
    shown = open_page()
    shown.goto("/write/matter?language=en")
    act(shown, "offer")
    act(shown, "keep")
    shown.fill("[name=text]", MATTER["text"])
    assert MATTER["text"].splitlines()[0] in shown.evaluate(STORED)
    page_of_errors = shown.context.new_page()  # the browser's own words about a refused form are no fault of a page
    shown.close()
    page_of_errors.goto("/write/matter")
    page_of_errors.locator("button.primary").click()
    expect(page_of_errors.locator("[role=alert]")).to_be_visible()
    assert MATTER["text"].splitlines()[0] in page_of_errors.evaluate(STORED)
    act(page_of_errors, "forget")
    assert page_of_errors.evaluate(STORED) == "{}"
    page_of_errors.fill("[name=subject]", MATTER["subject"])
    assert page_of_errors.evaluate(STORED) == "{}"


@pytest.mark.parametrize(
    ("page_left", "button", "after"),
    [
        ("/my", "form[action$='/sign-out'] button", "**/my/sign-in"),
        ("/my/account", "form[action$='/sign-out'] button", "**/my/sign-in"),
        ("/my/delete", "#delete button", "**/my/delete"),
    ],
)
def test_whoever_signs_out_or_deletes_the_account_leaves_nothing_on_the_device(
    open_page, live_server, page_left, button, after
):
    shown = open_page()
    shown.context.add_cookies([cookie_of("gulnara@example.org", live_server.url)])
    shown.goto("/write/matter?language=ky")
    act(shown, "offer")
    act(shown, "keep")
    shown.fill("[name=subject]", MATTER["subject"])
    shown.goto(page_left)
    assert MATTER["subject"] in shown.evaluate(STORED)
    with shown.expect_navigation(url=after):
        shown.locator(button).click()
    assert shown.evaluate(STORED) == "{}"


def test_who_throws_a_draft_away_or_says_no_leaves_nothing_and_pin_and_document_are_never_kept(open_page):
    shown = open_page()
    shown.goto("/write/matter?language=ru")
    fill(shown)
    shown.locator("button.primary").click()
    shown.wait_for_url("**/write/addressee")
    shown.goto("/write/writer")
    act(shown, "offer")
    act(shown, "refuse")
    shown.fill("[name=surname]", "Өмүрбекова")
    assert shown.evaluate(STORED) == "{}"
    shown.reload()
    act(shown, "offer")
    act(shown, "keep")
    for name, value in (("surname", "Өмүрбекова"), ("pin", "20101199950017"), ("document", "AN1234567")):
        shown.fill(f"[name={name}]", value)
    stored = shown.evaluate(STORED)
    assert "Өмүрбекова" in stored
    assert "20101199950017" not in stored
    assert "AN1234567" not in stored
    shown.goto("/write")
    shown.locator("form[action$='/throw-away'] button").click()
    shown.wait_for_function("localStorage.length === 0")
