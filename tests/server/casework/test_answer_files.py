"""Files go with an answer: what is approved is what was read, the citizen and the office get them, nobody else does."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Attachment
from server_sync.appeals.rebuilding import rebuild
from server_sync.blobs import storage
from server_sync.blobs.models import Blob
from server_sync.casework import answer_files
from server_sync.casework.models import AnswerDraft, AnswerFile
from server_sync.contract.blobs import unseal
from server_sync.contract.bodies import Outcome
from server_sync.contract.events import EventKind
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.workflow import Role
from server_sync.meetings.papers import keeping
from server_sync.pages.brought import OF_EXCEL, OF_WORD
from server_sync.workplaces.models import CENTRE, Body
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import act, said
from tests.server.conftest import SINCE, Office
from tests.server.counter import Counter, routed
from tests.server.meetings.pdfs import pdf

pytestmark = pytest.mark.django_db

NAME = "Акт текшерүү.pdf"
PAPER = pdf(1)
BLOB_PATH = "/sync/v1/blob/"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(storage, "_folder", lambda _site: tmp_path)


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_vasil(vasil, browser_of):
    return browser_of(vasil)


def brought(name: str = NAME, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PAPER if content is None else content)


def write(browser, appeal, version: int = 0, *files: SimpleUploadedFile, **typed: str):
    """Send the form of the answer as a page without script does."""
    text = {"answer-outcome": Outcome.SATISFIED.value, "answer-ky": "Жооп", "answer-version": version}
    return browser.post(f"/work/a/{appeal.number}/answer", {**text, "answer-added": list(files), **typed})


def sent(appeal, as_vera, as_vasil) -> Attachment:
    assert write(as_vera, appeal, 0, brought(), ready="1").status_code == 302
    assert act(as_vasil, appeal, "approve", version=1).status_code == 302
    return Attachment.objects.get(appeal=appeal)


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, name)
    return held.getvalue()


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_kept_with_the_draft_and_its_text_and_is_opened_by_the_body(appeal, as_vera, as_vasil):
    assert write(as_vera, appeal, 0, brought(), attach="1").status_code == 302
    draft, file = AnswerDraft.objects.get(), AnswerFile.objects.get()
    assert (draft.text_ky, draft.version, file.name, file.media_type) == ("Жооп", 1, NAME, "application/pdf")
    address = f"/work/a/{appeal.number}/draft/{file.id}"
    assert address in as_vasil.get(f"/work/a/{appeal.number}").content.decode()
    answer = as_vasil.get(address)
    assert content_of(answer) == PAPER
    assert "attachment" in answer.headers["Content-Disposition"]
    assert PAPER not in storage.path_of(CENTRE, bytes(file.blob_id)).read_bytes()


def test_a_file_is_taken_out_again_and_its_bytes_go(appeal, as_vera, django_capture_on_commit_callbacks):
    write(as_vera, appeal, 0, brought(), brought("экинчи.pdf"), attach="1")
    first, second = AnswerFile.objects.all()
    with django_capture_on_commit_callbacks(execute=True):
        assert write(as_vera, appeal, 1, **{"answer-drop": str(first.id)}).status_code == 302
    assert [one.pk for one in AnswerFile.objects.all()] == [second.pk]
    assert AnswerDraft.objects.get().version == 2
    assert storage.size_of(CENTRE, bytes(first.blob_id)) is None


def test_what_is_approved_is_what_was_read_files_too(appeal, as_vera, as_vasil):
    write(as_vera, appeal, 0, brought(), ready="1")
    act(as_vera, appeal, "take-back", version=1)
    write(as_vera, appeal, 2, brought("экинчи.pdf"), ready="1")
    assert act(as_vasil, appeal, "approve", version=1).status_code == 409
    assert act(as_vasil, appeal, "approve", version=3).status_code == 302
    body, _ = said(appeal, EventKind.ANSWERED)
    assert [one.name for one in body.attachments] == [NAME, "экинчи.pdf"]
    assert not AnswerFile.objects.exists()


def test_the_office_reads_the_names_and_fetches_the_bytes_and_no_other_office_does(
    appeal, counter, office_b, as_vera, as_vasil
):
    file = sent(appeal, as_vera, as_vasil)
    answer = counter.wire.ask("GET", BLOB_PATH + bytes(file.blob_id).hex())
    assert unseal(content_of(answer), bytes(file.blob_key)) == PAPER
    assert Counter(office_b).wire.ask("GET", BLOB_PATH + bytes(file.blob_id).hex()).status_code == 404
    assert rebuild(keep=False).is_equal


def test_the_applicant_opens_the_files_of_the_answer_and_nobody_else_does(appeal, as_vera, as_vasil, counter):
    file = sent(appeal, as_vera, as_vasil)
    address = f"/a/{appeal.number}/file/{file.pk}"
    assert Client().get(address).status_code == as_vera.get(address).status_code == 404
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt))})
    page = browser.get(f"/a/{appeal.number}").content.decode()
    assert NAME in page
    assert address in page
    answer = browser.get(address)
    assert content_of(answer) == PAPER
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser.get(f"/a/{appeal.number}/file/{10**30}").status_code == 404
    other = routed(counter.register())
    assert browser.get(f"/a/{other.number}/file/{file.pk}").status_code == 404


WRONG = {
    "file_empty": brought(content=b""),
    "a picture by its name": brought("сүрөт.png", b"no picture at all"),
    "a program": brought("setup.exe", b"MZ" + bytes(100)),
    "an archive": brought("баары.zip", archive("a.txt")),
    "an archive as Word": brought("жооп.docx", archive("a.txt")),
    "a sheet of macros": brought("эсеп.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin")),
    "bytes as text": brought("текст.txt", b"\x00\xff" * 20),
    "a page": brought("барак.html", b"<script>alert(1)</script>"),
}


@pytest.mark.parametrize("file", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_paper_is_refused_in_words_and_nothing_of_it_is_kept(appeal, as_vera, file):
    file.seek(0)
    answer = write(as_vera, appeal, 0, brought(), file, attach="1")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Кошулган жок" in text
    assert ">\nЖооп</textarea>" in text  # what was typed is on the page
    assert not AnswerDraft.objects.exists()
    assert not Blob.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("жооп.docx", archive("[Content_Types].xml", "word/document.xml"), OF_WORD),
        ("эсеп.xlsx", archive("xl/workbook.xml"), OF_EXCEL),
        ("текст.txt", "Саламатсызбы".encode(), "text/plain"),
        ("скан.jpg", PAPER, "application/pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(appeal, as_vera, name, content, kind):
    assert write(as_vera, appeal, 0, brought(name, content), attach="1").status_code == 302
    assert AnswerFile.objects.get().media_type == kind


def test_files_of_an_answer_are_bounded_in_number_and_bytes(appeal, as_vera, monkeypatch):
    monkeypatch.setattr(answer_files, "FILES_MOST", 2)
    assert write(as_vera, appeal, 0, brought(), brought("2.pdf"), attach="1").status_code == 302
    assert write(as_vera, appeal, 1, brought("3.pdf"), attach="1").status_code == 409
    monkeypatch.setattr(answer_files, "FILES_MOST", 10)
    monkeypatch.setattr(answer_files, "TOGETHER_BYTES", 3 * len(PAPER) - 1)
    assert write(as_vera, appeal, 1, brought("3.pdf"), attach="1").status_code == 409
    monkeypatch.setattr(answer_files, "FILE_BYTES", 10)
    assert write(as_vera, appeal, 1, brought("4.pdf"), attach="1").status_code == 409
    assert AnswerDraft.objects.get().version == 1
    assert Blob.objects.count() == 2


def test_a_full_disk_takes_no_file_and_says_so(appeal, as_vera, monkeypatch):
    monkeypatch.setattr("server_sync.common.room.has_room_for_offices", lambda: False)
    assert write(as_vera, appeal, 0, brought(), attach="1").status_code == 409
    assert not Blob.objects.exists()


def test_what_is_kept_while_typed_takes_no_file_and_loses_none(appeal, as_vera):
    write(as_vera, appeal, 0, brought(), attach="1")
    kept = as_vera.post(
        f"/work/a/{appeal.number}/keep",
        {"answer-ky": "Дагы", "answer-version": 1, "answer-added": [brought("2.pdf")]},
    )
    assert kept.json()["version"] == 2
    assert [one.name for one in AnswerFile.objects.all()] == [NAME]


def test_an_officer_of_another_body_opens_no_file_of_a_draft(appeal, as_vera, bela, browser_of):
    write(as_vera, appeal, 0, brought(), attach="1")
    grant_role(bela, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(code="PLENIPOT@KG-O"))
    file = AnswerFile.objects.get()
    assert browser_of(bela).get(f"/work/a/{appeal.number}/draft/{file.id}").status_code == 404


def test_files_go_with_a_request_that_is_forwarded_or_erased(
    appeal, as_vera, as_vasil, administrator, second_administrator, django_capture_on_commit_callbacks
):
    write(as_vera, appeal, 0, brought(), attach="1")
    with django_capture_on_commit_callbacks(execute=True):
        act(as_vera, appeal, "forward", body="PM", ky="Аларга")
    assert not Blob.objects.exists()
    assert not AnswerFile.objects.exists()


def test_an_erasure_takes_the_keys_of_files_that_were_sent_and_of_those_that_wait(
    appeal, as_vera, as_vasil, administrator, second_administrator, monkeypatch
):
    monkeypatch.setattr(keeping, "_looked_at_s", [])
    sent(appeal, as_vera, as_vasil)
    keeping.drop_unneeded(timezone.now() + timedelta(days=2))
    assert Blob.objects.count() == 1
    erase_request(bytes(appeal.hash), "чечим", administrator.id.bytes, second_administrator.id.bytes)
    assert not Attachment.objects.exists()
    monkeypatch.setattr(keeping, "_looked_at_s", [])
    keeping.drop_unneeded(timezone.now() + timedelta(days=2))
    assert not Blob.objects.exists()


def test_bytes_of_a_draft_stay_while_it_waits(appeal, as_vera, monkeypatch):
    monkeypatch.setattr(keeping, "_looked_at_s", [])
    write(as_vera, appeal, 0, brought(), attach="1")
    keeping.drop_unneeded(timezone.now() + timedelta(days=40))
    assert Blob.objects.count() == 1
