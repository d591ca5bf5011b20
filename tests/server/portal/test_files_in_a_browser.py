"""Files are added in a browser over a line that breaks, and its page is read on a screen and a telephone."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server_sync.portal.models import DraftFile
from tests.server.meetings.pdfs import pdf
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, chromium, open_page, page
from tests.server.portal.writers import MAIL, MATTER

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")
CUT_AT = 2 * 256 * 1024


@pytest.fixture(autouse=True)
def _mail(settings, centre) -> None:
    settings.LIAISON_MAIL = MAIL


def test_a_file_goes_on_after_a_lost_line_and_a_closed_page(open_page, tmp_path: Path):
    paper = tmp_path / "акт.pdf"
    paper.write_bytes(pdf(1) + bytes(1_200_000))
    shown = open_page().context.new_page()  # the browser's own words about the lost line are no fault of a page
    shown.goto("/write/matter?language=ky")
    for name in ("subject", "text"):
        shown.fill(f"[name={name}]", MATTER[name])
    for name in ("category", "place"):
        shown.select_option(f"[name={name}]", MATTER[name])
    shown.check(f"[name=kind][value={MATTER['kind']}]")
    shown.locator("button.primary").click()
    shown.wait_for_url("**/write/addressee")
    cut = re.compile(rf"offset={CUT_AT}$")
    shown.route(cut, lambda route: route.abort())
    shown.goto("/write/files")
    shown.set_input_files("#file", paper)
    shown.locator("#bring button:not([type])").click()
    expect(shown.locator("[data-lost]")).to_be_visible(timeout=60_000)
    assert DraftFile.objects.get().here_bytes == CUT_AT
    shown.unroute(cut)
    sent: list[int] = []
    shown.on("request", lambda one: sent.append(int(one.url.partition("offset=")[2])) if "offset=" in one.url else None)
    shown.goto("/write/files")
    expect(shown.locator(".list .warn")).to_be_visible()
    if PICTURES:
        shown.screenshot(path=f"{PICTURES}/files-cut.png", full_page=True)
    shown.set_input_files("#file", paper)
    shown.locator("#bring button:not([type])").click()
    expect(shown.locator(".list li")).to_contain_text("акт.pdf", timeout=60_000)
    expect(shown.locator(".list .warn")).to_have_count(0, timeout=60_000)
    assert min(sent) == CUT_AT  # nothing was sent twice
    assert DraftFile.objects.get().blob_id is not None
    for name, size in {"wide": {"width": 1366, "height": 800}, "narrow": NARROW["viewport"]}.items():
        shown.set_viewport_size(size)
        for step in ("files", "check"):
            shown.goto(f"/write/{step}?language=ru")
            if PICTURES:
                shown.screenshot(path=f"{PICTURES}/files-{step}-{name}.png", full_page=True)
            assert shown.evaluate(CONTRAST) == []
            assert shown.evaluate(BROKEN_WORDS) == []
            assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
