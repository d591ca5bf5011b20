"""The officer's page as it is used: files, co-executors, working papers; by keyboard, on a screen and a telephone."""

import os

import pytest
from playwright.sync_api import Page, expect

from server_sync.appeals.models import Appeal
from server_sync.casework import acts, answer_templates, co_executing, papers
from server_sync.casework.answer_files import NewFile
from server_sync.casework.models import AnswerDraft, AnswerFile
from server_sync.contract.bodies import Words
from server_sync.pages.access import Standing
from tests.server.casework.test_receptions_in_a_browser import sign_in
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.meetings.pdfs import pdf
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, TELEPHONE, chromium, open_page, page

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")
CO_BODY = "PLENIPOT-PRES@KG-C"


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    return routed(Counter(office_a).register())


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_file_is_added_and_taken_out_and_the_text_typed_meanwhile_stays(vera, appeal, page):
    sign_in(page)
    page.goto(f"/work/a/{appeal.number}")
    page.locator("#id_answer-ky").fill("Жооптун башталышы")
    page.locator("#id_answer-added").set_input_files(
        [{"name": "Акт.pdf", "mimeType": "application/pdf", "buffer": pdf(1)}]
    )
    page.get_by_role("button", name="Add them").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("kept with what you added")
    assert AnswerFile.objects.get().name == "Акт.pdf"
    page.locator("#id_answer-ky").fill("Жооптун уландысы")
    expect(page.locator("#answer [data-kept]")).to_contain_text("Kept")
    page.get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("taken out")
    assert not AnswerFile.objects.exists()
    assert AnswerDraft.objects.get().text_ky == "Жооптун уландысы"
    page.locator("#id_answer-reference").press("Enter")  # the first button of the form takes nothing out
    expect(page.get_by_role("status")).to_contain_text("The draft is kept.")
    assert not page.complaints


def test_notes_are_kept_while_typed_and_a_line_of_the_list_is_marked_by_a_key(vera, appeal, page):
    sign_in(page)
    page.locator(".cases a").first.focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Accept those marked").press("Enter")
    expect(page.locator("#results")).to_contain_text(appeal.number)
    page.goto(f"/work/a/{appeal.number}")
    page.keyboard.press("n")
    expect(page.locator("#notes")).to_be_focused()
    page.keyboard.type("Для себя")
    expect(page.locator("#papers [data-kept]")).to_contain_text("Kept")
    page.reload()
    page.keyboard.press("n")
    expect(page.locator("#notes")).to_have_value("Для себя")
    assert not page.complaints


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_every_word_can_be_read_on_a_screen_and_a_telephone(vera, appeal, open_page, language, theme):
    standing = Standing.of(vera)
    text = acts.AnswerText(None, "Суу түтүгү алмаштырылат. " * 20, "Водопровод заменят. " * 20, "7-12")
    files = [NewFile("Текшерүү актысы, 2026-жылдын ноябры, узун аталыш менен.pdf", pdf(1)), NewFile("б.txt", b"a")]
    acts.write_draft(standing, appeal, text, 0, is_ready=False, files=acts.FilesChanged(files))
    co_executing.add(standing, appeal, CO_BODY, appeal.due_on, "Түтүктүн картасын бериңиз", Words("Чогуу карашат"))
    papers.add_item(standing, appeal, "Түтүктүн картасын алуу жана инженерге чалуу")
    answer_templates.write(standing, appeal.body_code, "Суу: оңдоо мөөнөтү", "Суу берилет", "Вода будет")
    pages = {"case": f"/work/a/{appeal.number}", "list": "/work", "templates": "/work/templates"}
    for screen, options in {"wide": {}, "telephone": TELEPHONE, "narrow": NARROW}.items():
        shown = open_page(color_scheme=theme, **options)
        sign_in(shown, language)
        for name, address in pages.items():
            shown.goto(address)
            for one in shown.locator("summary").all():
                if one.is_visible():
                    one.press("Enter")
            assert shown.evaluate(CONTRAST) == [], name
            assert shown.evaluate(BROKEN_WORDS) == [], name
            assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
            picture(shown, f"casework-{name}-{language}-{theme}-{screen}")
        assert not shown.complaints
