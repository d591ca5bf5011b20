"""Papers on the pages: laid to a meeting with words for all that is none, taken away with a reason, read as files."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from server_sync.contract.bodies import PAPER_LIMIT_BYTES, Attended
from server_sync.meetings import acts
from server_sync.meetings.models import Meeting, MeetingPaper
from server_sync.meetings.papers import adding
from server_sync.workplaces.models import Person
from tests.server.meetings.pdfs import broken_pdf, locked_pdf, pdf
from tests.server.meetings.planning import NAME, SPEAKER, WHY, plan

pytestmark = pytest.mark.django_db
ADDRESS = f"/meetings/{NAME.hex()}"
PAPERS = f"{ADDRESS}/papers"
PAPER = "7" * 32


@pytest.fixture
def browser(assistant: Person, browser_of: Callable[[Person], Client]) -> Client:
    client = browser_of(assistant)
    client.cookies["language"] = "en"
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    return client


def text(response) -> str:
    return str(response.content.decode())


def typed(content: bytes | None = None, file: str = "баяндама.pdf", **changes: str) -> dict[str, object]:
    brought = SimpleUploadedFile(file, pdf() if content is None else content, "application/pdf")
    said: dict[str, object] = {"name": PAPER, "title_ky": "Көмүр", "title_ru": "Уголь", "item": "1", "file": brought}
    return said | changes


def test_a_paper_is_added_listed_and_read_as_it_was_brought(browser):
    content = pdf(3)
    done = browser.post(PAPERS, typed(content), follow=True)
    assert "The paper is added" in text(done), text(done)
    for address in (PAPERS, ADDRESS):
        page = text(browser.get(address))
        assert "Көмүр" in page
        assert "3 pages" in page
    answer = browser.get(f"{PAPERS}/{PAPER}")
    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert bytes(MeetingPaper.objects.get().content_hash) == sha256(content).digest()


def test_the_same_form_sent_twice_adds_one_paper(browser):
    content = pdf()
    for _ in range(2):
        assert "The paper is added" in text(browser.post(PAPERS, typed(content), follow=True))
    assert MeetingPaper.objects.count() == 1
    assert "has added a paper already" in text(browser.post(PAPERS, typed(pdf(1))))


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"content": b"PK\x03\x04 word"}, 409, "is no PDF, whatever its name says"),
        ({"content": b""}, 409, "is no PDF"),
        ({"content": broken_pdf()}, 409, "is damaged"),
        ({"content": locked_pdf()}, 409, "opens with a password only"),
        ({"content": b"%PDF-" + bytes(PAPER_LIMIT_BYTES)}, 400, "more than 15 MB"),
        ({"title_ky": " ", "title_ru": ""}, 400, "Write a title"),
        ({"title_ky": "а" * 301}, 400, "300"),
        ({"title_ky": "а\x01б"}, 400, "control character"),
        ({"item": "9"}, 400, "Select a valid choice"),
        ({"name": "x"}, 400, "cannot be read"),
    ],
)
def test_what_is_no_paper_is_said_beside_its_field_and_what_was_typed_stays(browser, changes, status, words):
    refused = browser.post(PAPERS, typed(**changes))
    assert refused.status_code == status
    assert words in text(refused)
    assert "Уголь" in text(refused) or not changes.get("title_ru", "x")
    assert not MeetingPaper.objects.exists()


def test_a_form_without_a_file_is_said_to_need_one(browser):
    refused = browser.post(PAPERS, {name: value for name, value in typed().items() if name != "file"})
    assert (refused.status_code, "This field is required" in text(refused)) == (400, True)


def test_more_than_may_be_are_refused_in_words(browser, monkeypatch):
    monkeypatch.setattr(adding, "PAPERS_MOST", 0)
    refused = browser.post(PAPERS, typed())
    assert (refused.status_code, "at most 30 papers" in text(refused)) == (409, True)


def test_a_form_larger_than_any_is_refused_in_words_before_it_is_read(browser):
    refused = browser.post(PAPERS, typed(), CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert (refused.status_code, "too large" in text(refused)) == (413, True)
    assert "15 MB" in text(refused)


def test_a_paper_is_withdrawn_with_a_reason_and_opens_no_more(browser):
    browser.post(PAPERS, typed())
    asked = text(browser.get(f"{PAPERS}?withdraw={PAPER}"))
    assert "Leave it as it is" in asked
    assert "Write why" in text(browser.post(PAPERS, {"paper": PAPER, "reason_ky": " "}))
    done = browser.post(PAPERS, {"paper": PAPER, "reason_ru": "Старые <i>цифры</i>"}, follow=True)
    assert "is withdrawn" in text(done)
    assert "Старые &lt;i&gt;цифры&lt;/i&gt;" in text(browser.get(PAPERS))
    assert browser.get(f"{PAPERS}/{PAPER}").status_code == 404
    assert browser.post(PAPERS, {"paper": PAPER, "reason_ru": "Ещё раз"}).status_code == 409
    assert browser.post(PAPERS, {"paper": "0" * 32, "reason_ru": "Нет"}).status_code == 409
    assert "<textarea" not in text(browser.get(f"{PAPERS}?withdraw={PAPER}")).split('aria-labelledby="new"')[0]


@pytest.mark.parametrize("address", ["x", "0" * 32, "7" * 31, "Ж" * 32, "7" * 33])
def test_what_is_no_paper_of_the_meeting_is_not_found(browser, address):
    browser.post(PAPERS, typed())
    assert browser.get(f"{PAPERS}/{address}").status_code == 404
    assert browser.get(f"{PAPERS}?withdraw={address}").status_code == 200


def test_papers_stand_in_the_minutes_under_their_item_on_the_page_and_on_paper(browser, assistant):
    browser.post(PAPERS, typed())
    browser.post(PAPERS, typed(name="8" * 32, title_ky="Жалпы маалымат", title_ru="", item="0"))
    person = assistant.id.bytes
    acts.open_meeting(person, NAME)
    acts.close_meeting(person, NAME, (Attended(SPEAKER, 1_800),))
    page = text(browser.get(f"{ADDRESS}/minutes?lang=ky"))
    assert page.index("Көмүр") < page.index("Жалпы маалымат")
    assert "2 бет" in page
    assert browser.get(f"{ADDRESS}/minutes?lang=ru&as=pdf").headers["Content-Type"] == "application/pdf"
    assert browser.post(PAPERS, typed(name="9" * 32)).status_code == 409
    assert "<form" not in text(browser.get(PAPERS)).split("<main")[-1]
    assert f"{PAPERS}/{PAPER}" in text(browser.get(ADDRESS))


def test_a_cancelled_meeting_takes_no_papers(browser, assistant):
    browser.post(PAPERS, typed())
    acts.cancel_meeting(assistant.id.bytes, NAME, WHY)
    page = browser.get(f"{PAPERS}?withdraw={PAPER}")
    assert (page.status_code, 'type="file"' in text(page)) == (200, False)
    assert browser.post(PAPERS, typed(name="9" * 32)).status_code == 409
    assert Meeting.objects.get().papers.count() == 1


def test_a_paper_of_a_cancelled_meeting_is_withdrawn_on_its_page(browser, assistant):
    browser.post(PAPERS, typed())
    acts.cancel_meeting(assistant.id.bytes, NAME, WHY)
    assert f"?withdraw={PAPER}" in text(browser.get(PAPERS))
    assert "<textarea" in text(browser.get(f"{PAPERS}?withdraw={PAPER}"))
    done = browser.post(PAPERS, {"paper": PAPER, "reason_ru": "Не тот файл"}, follow=True)
    assert "is withdrawn" in text(done)
    assert MeetingPaper.objects.get().withdrawn_at is not None
