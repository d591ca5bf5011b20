"""Pages of a citizen's account as they are used: on a screen and a telephone, in each language."""

import os

import pytest
from playwright.sync_api import expect

from server_sync.pages.cookies import named
from server_sync.portal.accounts.wanted import Identity
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, chromium, open_page, page
from tests.server.portal.writers import MAIL, WRITER, Citizen, code_of

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")
EMAIL = WRITER["email"]


@pytest.fixture(autouse=True)
def _mail(settings, centre) -> None:
    settings.LIAISON_MAIL = MAIL
    settings.LIAISON_IDENTITY = Identity("https://id.example.org", "kattar", "x")  # so that every way is shown


def is_readable(page, name: str) -> None:
    for screen, (width, height) in {"wide": (1366, 768), "narrow": (360, 740)}.items():
        page.set_viewport_size({"width": width, "height": height})
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{screen}.png", full_page=True)
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(BROKEN_WORDS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_every_page_of_an_account_can_be_read_and_is_walked_by_the_keyboard(open_page, language, theme):
    shown = open_page(color_scheme=theme)
    shown.goto(f"/my?language={language}")
    is_readable(shown, f"my-sign-in-{language}")
    shown.locator("#email").fill(EMAIL)
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/my/code")
    is_readable(shown, f"my-code-{language}")
    shown.locator("#code").fill(code_of(EMAIL))
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/my")
    is_readable(shown, f"my-empty-{language}")
    writer = Citizen(language=language)
    writer.browser.cookies[named("citizen")] = next(
        one["value"] for one in shown.context.cookies() if one["name"] == named("citizen")
    )
    writer.writer |= {"details": "1"}
    for _ in range(2):
        writer.fill()
        writer.send("check", {})
    shown.goto("/my")
    is_readable(shown, f"my-requests-{language}")
    shown.goto("/my/account")
    is_readable(shown, f"my-account-{language}")
    shown.goto("/my/delete")
    is_readable(shown, f"my-delete-{language}")
    shown.goto("/my")
    shown.locator(".list button").first.focus()
    shown.keyboard.press("Enter")
    expect(shown.locator(".own-acts")).to_be_visible()
