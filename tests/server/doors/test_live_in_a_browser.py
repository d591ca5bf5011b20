"""The viewer's page in a real browser: the broadcast plays, with captions, as sound alone, and ends."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.contract.bodies import Words
from server_sync.contract.meetings import HandOrder
from server_sync.doors import live
from server_sync.meetings.acts import close_meeting, open_meeting, plan_meetings
from server_sync.meetings.live_models import Live
from server_sync.meetings.papers import adding
from server_sync.meetings.papers.adding import NewPaper
from server_sync.workplaces.models import Person
from tests.server.doors.broadcasts import CAPTIONS, broadcast
from tests.server.doors.test_guests_in_a_browser import keep
from tests.server.meetings.live.guests import wait_until
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import NAME, plan
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = f"/live/{NAME.hex()}"
SECONDS = 20_000
TELEPHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
SCREEN = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def folder(assistant: Person) -> Iterator[Path]:
    """Where the broadcast of a public meeting that goes on belongs."""
    plan_meetings(assistant.id.bytes, NAME, [plan(timezone.now() + timedelta(minutes=30), is_public=True)])
    open_meeting(assistant.id.bytes, NAME)
    yield live.folder_of(NAME)
    shutil.rmtree(live.folder_of(NAME), ignore_errors=True)


def plays(page: Page) -> bool:
    return bool(page.evaluate("document.getElementById('video').currentTime > 0.5"))


def caption(page: Page) -> str:
    showing = "[...document.getElementById('video').textTracks].filter((one) => one.mode === 'showing')"
    return str(page.evaluate(f"{showing}.flatMap((one) => [...(one.activeCues || [])]).map((one) => one.text).join()"))


def test_the_broadcast_begins_by_itself_plays_with_captions_and_as_sound_alone_and_ends(folder, assistant, page):
    page.goto(f"{PAGE}?language=en")
    expect(page.locator("#said")).to_contain_text("has not begun yet")
    broadcast(folder)
    expect(page.locator("#badge")).to_have_text("Live", timeout=SECONDS)
    wait_until(lambda: plays(page), "the broadcast plays")
    assert page.evaluate("document.getElementById('video').videoWidth") == 320
    wait_until(lambda: caption(page) == CAPTIONS["ky"], "the Kyrgyz captions are shown")
    page.locator("#tongue").select_option("ru")
    wait_until(lambda: caption(page) == CAPTIONS["ru"], "the Russian captions are shown")
    page.locator("#tongue").select_option("")
    wait_until(lambda: caption(page) == "", "captions are put away")
    page.get_by_role("button", name="Sound only").click()
    wait_until(lambda: page.evaluate("document.getElementById('video').videoWidth === 0"), "there is no picture")
    wait_until(lambda: plays(page), "the sound plays")
    close_meeting(assistant.id.bytes, NAME)
    expect(page.locator("#said")).to_have_text("The meeting is over.", timeout=SECONDS)
    assert not page.complaints


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_the_viewers_page_can_be_read(folder, open_page, theme, language):
    broadcast(folder)
    for options in (TELEPHONE, SCREEN):
        page = open_page(color_scheme=theme, **options)
        page.goto(f"{PAGE}?language={language}")
        expect(page.locator("#sound-only")).to_be_visible(timeout=SECONDS)
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(BROKEN_WORDS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert not page.complaints


def test_the_page_that_the_desk_shows_stands_below_the_picture_of_a_public_meeting(folder, assistant, open_page):
    paper = bytes(range(48, 64))
    adding.add_paper(assistant.id.bytes, NAME, NewPaper(paper, Words("Көмүр", "Уголь", "Coal"), 1, pdf(2)))
    broadcast(folder)
    pages = [open_page(**options) for options in (TELEPHONE, SCREEN)]
    for page in pages:
        page.goto(f"{PAGE}?language=ru")
        expect(page.locator("#sound-only")).to_be_visible(timeout=SECONDS)
        expect(page.locator("#paper")).to_be_hidden()
    live_row = Live(pk=NAME, version=1, order=HandOrder.FIRST, counted_at=timezone.now(), paper=paper, page=2)
    live_row.save()
    shown = "(page => !page.hidden && page.naturalWidth > 0)(document.getElementById('paper-page'))"
    for n, page in enumerate(pages):
        wait_until(partial(page.evaluate, shown), "the page is shown", 60)
        expect(page.locator("#paper-title")).to_have_text("Уголь")
        keep(page, f"viewer-paper-{n}")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(BROKEN_WORDS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    Live.objects.filter(pk=NAME).update(paper=None, page=0)
    for page in pages:
        expect(page.locator("#paper")).to_be_hidden(timeout=SECONDS)
        assert not page.complaints
