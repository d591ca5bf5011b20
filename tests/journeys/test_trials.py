"""The small inputs through windows, centre, officers and the public page; `tests/trials` says what is right."""

import html
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect, sync_playwright

from liaison_desktop.services import drafting
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.registering import register_appeal
from proving.counter import opened
from proving.demo.__main__ import TYPED_LEAST
from proving.demo.pages import CHROMIUM
from proving.demo.showing import Shown
from proving.demo.story import SITES, Story, Wish
from proving.demo.summing import missing, sum_up
from proving.officers import Browser
from proving.world import wait_until
from tests.desktop.office import make_draft
from tests.desktop.printing.papers import words_on
from tests.trials.lines import DEMONSTRATION, FILES, KINDS, lines_of, stored

NAMES = lines_of("demo-names-and-marks")
PATIENCE_S = 60
FILE = re.compile(r'href="(/work/a/[^"]+/file/\d+)"')


class Played:
    """A whole demonstration of the file, whose centre still answers."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.told = sum_up(story)
        self.missing = missing(story, self.told, by_widgets=TYPED_LEAST)
        shown = story.kept.shown
        self.numbers = {asked.id: shown[str(at)]["number"] for at, asked in enumerate(story.asked) if str(at) in shown}
        self.codes = {one["number"]: one["code"] for one in story.found["receipts"]}

    def officer(self, number: str) -> Browser:
        """The browser of an officer of the body that a request was sent to."""
        body = self.row(number)["body_code"]
        browser = Browser(self.story.centre.address)
        browser.sign_in(next(one for one in self.story.centre.people() if body in one["bodies"]))
        return browser

    def row(self, number: str) -> dict[str, str]:
        """What the central register holds of a request."""
        file = self.story.centre.home / "db.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as register:
            register.row_factory = sqlite3.Row
            asked = "SELECT * FROM appeals_appeal WHERE number = ?"
            return dict(register.execute(asked, (number,)).fetchone())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    wish = Wish(DEMONSTRATION, 16, 3, tmp_path_factory.mktemp("trials") / "out", resume=False, pictures=False)
    story = Story(wish, Shown(StringIO()))
    try:
        story.run()
        for office in story.offices:  # they would go on calling while the pages are read
            office.stop()
        yield Played(story)
    finally:
        story.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "These tests drive Debian's browser: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def test_names_and_marks_to_local_bodies_end_with_all_figures(played: Played) -> None:
    assert played.missing == []
    assert (played.told["requests"], played.told["registered"], played.told["refused"]) == (16, 16, [])
    assert played.numbers.keys() == NAMES.keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_centre_keeps_what_was_said(played: Played, name: str) -> None:
    right, row = stored(NAMES[name]), played.row(played.numbers[name])
    for field in ("surname", "given_name", "phone", "subject", "text"):
        assert row[field].strip() == right[field], field


@pytest.mark.parametrize("name", NAMES)
def test_the_paper_names_the_applicant_as_written(played: Played, name: str) -> None:
    right = stored(NAMES[name])
    paper = played.story.wish.out / "receipts" / f"{played.numbers[name]}.pdf"
    words = "".join(unicodedata.normalize("NFC", words_on(paper.read_bytes())).split())
    assert "\N{WHITE SQUARE}" not in words
    for part in (right["surname"], right["given_name"]):
        assert "".join(unicodedata.normalize("NFC", part).split()) in words


@pytest.mark.parametrize("name", NAMES)
def test_the_officer_reads_what_was_said(played: Played, name: str) -> None:
    right, number = stored(NAMES[name]), played.numbers[name]
    with played.officer(number) as browser:
        page = browser.open(f"/work/a/{number}")
    for field in ("surname", "given_name", "subject", "text"):
        assert html.escape(right[field]) in page, field


@pytest.mark.parametrize("name", NAMES)
def test_the_applicant_reads_on_the_public_page_what_was_said(played: Played, chromium: Chromium, name: str) -> None:
    right, number = stored(NAMES[name]), played.numbers[name]
    with closing(chromium.new_context(base_url=played.story.centre.address)) as context:
        page = context.new_page()
        page.goto(f"/a/{number}?language=ru")
        page.locator("#code").fill(played.codes[number])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(right["subject"])
        assert right["text"] in page.locator("p.said").all_inner_texts()


@pytest.fixture(scope="module")
def with_files(played: Played, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The number of a request with all the files, delivered from a PC of its own and sent to its body."""
    centre = played.story.centre
    clerk = centre.person("clerk", SITES[0])

    def register(desk: Desk) -> str:
        draft = make_draft(subject="Тиркемелер", categories=("13.03",))
        drafting.save_draft(desk, draft)
        for name in KINDS:
            drafting.attach_file(desk, draft.draft_id, name, (FILES / name).read_bytes())
        return register_appeal(desk, drafting.open_draft(desk, draft.draft_id)).number

    with opened(tmp_path_factory.mktemp("pc") / "home", centre.address) as pc:
        pc.enrol(centre.enrolment_code(SITES[0]))
        pc.sign_in(clerk["login"], clerk["password"])
        number = pc.on_desk(register)
        wait_until(lambda: pc.exchange()["drained"], PATIENCE_S, "the files are at the centre")
    wait_until(lambda: played.row(number)["body_code"], PATIENCE_S, "the request is sent to its body")
    return number


def test_the_officer_gets_each_file_whole_and_named_as_what_it_is(played: Played, with_files: str) -> None:
    got: dict[str, bytes] = {}
    with played.officer(with_files) as browser:
        for address in FILE.findall(browser.open(f"/work/a/{with_files}")):
            answer = browser._session.get(played.story.centre.address + address, timeout=PATIENCE_S)
            called = re.search(r"filename(?:\*=utf-8'')?=?\"?([^\"]+)\"?$", answer.headers["Content-Disposition"])
            assert called is not None
            got[unquote(called[1])] = answer.content
    assert got == {opened_as: (FILES / name).read_bytes() for name, (_, opened_as) in KINDS.items()}
