"""The whole case is a paper for those who work on it: all of it, bounded, and for nobody else."""

import pypdfium2
import pytest

from server_sync.appeals.models import Appeal
from server_sync.casework import acts
from server_sync.casework.acts import AnswerText
from server_sync.casework.case_paper import _CASES
from server_sync.contract.bodies import Attachment, Outcome
from server_sync.evidence.log import find_leaf
from server_sync.pages.access import Standing
from tests.server.conftest import Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(office_a: Office, vera, vasil) -> Appeal:
    file = Attachment(b"\x07" * 32, b"\x08" * 32, "акт.pdf", "application/pdf", 1_234)
    appeal = routed(Counter(office_a).register(text="Суу жок. " * 900, attachments=(file,)))
    writer, second = Standing.of(vera), Standing.of(vasil)
    acts.write_draft(
        writer, appeal, AnswerText(Outcome.SATISFIED, "Суу берилди", "Вода подана", "12-3"), 0, is_ready=True
    )
    acts.approve(second, appeal, 1)
    appeal.refresh_from_db()
    return appeal


def pages_of(answer) -> list[str]:
    assert answer.headers["Content-Type"] == "application/pdf"
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)]


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_the_paper_holds_request_answer_steps_files_and_proof_with_a_header_on_each_page(
    appeal, vera, browser_of, language
):
    pages = pages_of(browser_of(vera).get(f"/work/a/{appeal.number}/case.pdf?lang={language}"))
    assert len(pages) > 2
    for place, page in enumerate(pages, start=1):
        assert appeal.number in page
        assert f"{place} / {len(pages)}" in page
    whole = " ".join(" ".join(pages).split())
    for words in (
        *(appeal.surname, "Вода подана", "12-3", vera.full_name, "акт.pdf"),
        *("0707 0707", bytes(appeal.hash).hex()[:4], f" {find_leaf(bytes(appeal.hash)).index} "),
    ):
        assert words in whole, words
    assert whole.count("Суу жок.") >= 800


def test_the_paper_is_of_those_who_work_on_it(appeal, editor, registrar, nur, browser_of):
    for person in (editor, registrar, nur):
        assert browser_of(person).get(f"/work/a/{appeal.number}/case.pdf").status_code in {403, 404}


def test_while_another_paper_is_drawn_the_page_says_so_and_nothing_is_lost(appeal, vera, browser_of):
    browser = browser_of(vera)
    with _CASES:
        answer = browser.get(f"/work/a/{appeal.number}/case.pdf?language=en")
    assert answer.status_code == 302
    assert "Another paper is being drawn" in browser.get(answer.headers["Location"]).content.decode()
