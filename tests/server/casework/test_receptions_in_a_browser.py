"""A conversation on the officer's page as it is used: by keyboard, on a screen and a telephone, in both themes."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.appeals import receiving
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import ReceptionOutcome, ReceptionSaid, ReceptionWish
from server_sync.contract.receptions import ReceptionState
from server_sync.meetings.models import Meeting
from tests.server.conftest import PASSWORD, Office
from tests.server.counter import Counter, routed
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, TELEPHONE, chromium, open_page, page

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def asked(counter: Counter) -> Appeal:
    appeal = routed(counter.register())
    days = (timezone.localdate() + timedelta(days=3), timezone.localdate() + timedelta(days=4))
    wish = ReceptionWish(by_video=True, days=days, note="Суу түтүгү жөнүндө сүйлөшөм", needs_interpreter=True)
    say(counter, appeal, ReceptionSaid(wish))
    return appeal


def say(counter: Counter, appeal: Appeal, body: ReceptionSaid) -> None:
    counter.wire.write(body, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()


def sign_in(page: Page, language: str = "en") -> None:
    page.goto(f"/sign-in?language={language}")
    page.locator("#login").fill("vera")
    page.locator("#word").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def set_day(page: Page) -> None:
    """By the keyboard alone."""
    page.locator("summary", has_text="Set day and hour").press("Enter")
    page.locator("#id_reception-day").fill(f"{timezone.localdate() + timedelta(days=3):%d.%m.%Y}")
    page.locator("#id_reception-at").fill("10:30")
    page.locator("#id_reception-ru").fill("Заместитель акима")
    page.get_by_role("button", name="Set it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The conversation is set.")


def test_a_day_is_set_a_link_made_and_the_outcome_noted_by_the_keyboard_alone(vera, asked, page):
    sign_in(page)
    page.goto(f"/work/a/{asked.number}")
    set_day(page)
    page.get_by_role("button", name="Make the link").press("Enter")
    expect(page.locator("#link")).to_contain_text("/meetings/guest#")
    picture(page, "officer-link")
    page.goto(f"/work/a/{asked.number}")
    expect(page.locator("#link")).to_have_count(0)
    page.locator("summary", has_text="Write down what came of it").press("Enter")
    page.locator("#id_outcome-promised_on").fill("31.12.2026")
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.locator("#id_outcome-said")).to_be_focused()
    page.locator("#id_outcome-said").fill("Показан источник")
    page.locator("#id_outcome-promised").fill("Труба")
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Written down.")
    row = receiving.newest(asked)
    assert row is not None
    assert row.state == ReceptionState.HELD
    assert not page.complaints


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_every_word_can_be_read_on_a_screen_and_a_telephone(vera, counter, asked, open_page, language, theme):
    first = open_page()
    sign_in(first)
    first.goto(f"/work/a/{asked.number}")
    set_day(first)
    outcome = ReceptionOutcome("Сүйлөштүк " * 20, "Түтүк", None, "Келет", "Асанов")
    say(counter, asked, ReceptionSaid(outcome=outcome, meeting=bytes(Meeting.objects.get().pk)))
    for screen, options in {"wide": {}, "telephone": TELEPHONE, "narrow": NARROW}.items():
        shown = open_page(color_scheme=theme, **options)
        sign_in(shown, language)
        shown.goto(f"/work/a/{asked.number}")
        for one in shown.locator("#reception summary").all():
            one.press("Enter")
        assert shown.evaluate(CONTRAST) == []
        assert shown.evaluate(BROKEN_WORDS) == []
        assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        picture(shown, f"officer-{language}-{theme}-{screen}")
        assert not shown.complaints
