"""Applicants' pages as they are used: read on a screen and a telephone, in both themes, by the keyboard alone."""

import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.appeals.models import Appeal
from server_sync.casework import acts
from server_sync.contract.bodies import Outcome
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.workflow import State
from server_sync.pages.access import Standing
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, TELEPHONE, chromium, open_page, page

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")


@pytest.fixture
def answered(office_a: Office, vera, vasil) -> Appeal:
    appeal: Appeal = routed(Counter(office_a).register())
    text = acts.AnswerText(Outcome.EXPLAINED, "Жооп кыргызча " * 20, "Ответ по-русски " * 20, "7-12")
    acts.write_draft(Standing.of(vera), appeal, text, 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)
    appeal.refresh_from_db()
    return appeal


def open_case(page: Page, appeal: Appeal, language: str = "en") -> None:
    page.goto(f"/a/{appeal.number}?language={language}")
    page.locator("#code").fill(short_code(bytes(appeal.event.salt or b"")))
    page.keyboard.press("Enter")
    expect(page.locator(".own-acts")).to_be_visible()


def is_readable(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_every_word_can_be_read_on_a_screen_and_a_telephone(answered, open_page, language, theme):
    for screen, options in {"wide": {}, "telephone": TELEPHONE, "narrow": NARROW}.items():
        shown = open_page(color_scheme=theme, **options)
        open_case(shown, answered, language)
        is_readable(shown, f"own-case-{language}-{theme}-{screen}")
        for act, field in (("rate", "#id_comment"), ("complain", "#id_text")):
            shown.goto(f"/a/{answered.number}/say/{act}")
            if act == "rate":
                shown.locator("button.primary").click()  # nothing was chosen
                is_readable(shown, f"own-{act}-refused-{language}-{theme}-{screen}")
                shown.locator('input[value="2"]').check()
            shown.locator(field).fill("Суу дагы эле жок. " * 30)
            is_readable(shown, f"own-{act}-{language}-{theme}-{screen}")
            shown.locator("button.primary").click()
            expect(shown.locator('button[name="send"]')).to_be_visible()
            is_readable(shown, f"own-{act}-look-{language}-{theme}-{screen}")
        shown.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)  # the half hour is over
        shown.locator('button[name="send"]').click()
        expect(shown.locator("#code")).to_be_visible()
        is_readable(shown, f"own-code-{language}-{theme}-{screen}")
        assert not shown.complaints
    assert not answered.history.filter(kind=7).exists()


def test_a_complaint_is_made_by_the_keyboard_alone(answered, page):
    open_case(page, answered)
    page.locator(".own-acts a", has_text="Complain").press("Enter")
    page.locator("#id_text").focus()
    page.keyboard.type("Суу жок")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('button[name="send"]')).to_be_visible()
    page.locator('button[name="send"]').focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your complaint is written down.")
    answered.refresh_from_db()
    assert answered.state == State.WITH_BODY
    assert timezone.now() - answered.last_event.taken_at < timedelta(minutes=5)
    assert not page.complaints


def test_on_paper_the_applicant_has_the_answer_in_both_languages(answered, page):
    open_case(page, answered, "ru")
    page.emulate_media(media="print")
    expect(page.locator(".on-paper")).to_be_visible()
    expect(page.locator(".on-paper")).to_contain_text("Ответ по-русски")
    expect(page.locator(".own-acts")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator(".on-paper")).to_be_hidden()
