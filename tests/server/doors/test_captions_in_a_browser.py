"""A captioner at work: typed by keyboard, sent by Enter, read by a guest on a telephone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.contract.bodies import MeetingPart
from server_sync.contract.meetings import MeetingAct, who_of
from server_sync.contract.workflow import Role
from server_sync.meetings import guests
from server_sync.meetings.models import Meeting
from server_sync.workplaces.models import Person
from tests.server.conftest import PASSWORD
from tests.server.doors.test_guests_in_a_browser import SCREEN, SECONDS, TELEPHONE, demand_readable, enter
from tests.server.meetings.live.calling import LEADS, somebody
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = f"/meetings/{NAME.hex()}/captions"


@pytest.fixture
def captioner(centre) -> Person:
    person = somebody("captioner", Role.CAPTIONER, LEADS)
    person.set_password(PASSWORD)
    person.must_change_password = False
    person.save()
    return person


def sign_in(page: Page, language: str = "en") -> None:
    page.goto(f"/sign-in?language={language}")
    page.locator("#login").fill("captioner")
    page.locator("#word").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/captions")


def test_what_is_typed_and_sent_by_enter_is_read_by_a_guest(begun, captioner, assistant, open_page):
    link, secret = guests.make_link(assistant, Meeting.objects.get(pk=NAME), "Асан", MeetingPart.VIEWER, timezone.now())
    phone = open_page(**TELEPHONE)
    enter(phone, begun, who_of("guest", link.guest), secret)
    page = open_page(**SCREEN)
    sign_in(page)
    page.locator("#lines a, .said-lines a").first.press("Enter")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.type("Суу бир айда келет.")
    page.keyboard.press("Enter")
    page.keyboard.type("Жол да оңдолот.")
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_have_value("")
    expect(page.locator("#lines li")).to_have_count(2)
    expect(phone.locator("#captions")).to_contain_text("Жол да оңдолот.", timeout=SECONDS)
    expect(phone.locator("#captions")).to_contain_text("Суу бир айда келет.")
    phone.locator("#tongue").select_option("ru")
    expect(phone.locator("#captions")).to_be_hidden()
    assert not phone.complaints  # of a room that ends under it a browser has its own words
    begun.call(MeetingAct.CLOSE)
    expect(page.locator("#not-open")).to_be_visible(timeout=SECONDS)
    page.locator("#line").fill("Кеч калган сап")
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_be_visible()
    expect(page.locator("#line")).to_have_value("Кеч калган сап")
    assert not page.complaints


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_the_captioners_pages_can_be_read(begun, captioner, open_page, language):
    for theme in ("light", "dark"):
        for options in (TELEPHONE, SCREEN):
            page = open_page(color_scheme=theme, **options)
            sign_in(page, language)
            demand_readable(page)
            page.goto(PAGE)
            page.locator("#line").fill("Суу бир айда келет.")
            page.keyboard.press("Enter")
            expect(page.locator("#lines li").first).to_be_visible()
            demand_readable(page)
            assert not page.complaints
