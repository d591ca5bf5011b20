"""Files go with a request of the portal: judged by what they hold, closed until they are sent, opened by officers."""

import io
import struct
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as running
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from server_sync.appeals.models import Appeal, Attachment
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.blobs import storage
from server_sync.blobs.models import Blob
from server_sync.blobs.needed import unneeded
from server_sync.contract.blobs import unseal
from server_sync.contract.workflow import Role
from server_sync.pages.brought import OF_WORD
from server_sync.portal.models import Draft, DraftFile
from server_sync.portal.writing import drafts, files, photos
from server_sync.portal.writing.photos import says_place, without_place
from server_sync.workplaces.models import CENTRE, Person, RoleGrant
from tests.server.conftest import SINCE
from tests.server.meetings.pdfs import pdf
from tests.server.portal.writers import MAIL, MATTER, Citizen, text

pytestmark = pytest.mark.django_db

LATITUDE = struct.pack("<6I", 42, 1, 52, 1, 3000, 100)


@pytest.fixture(autouse=True)
def _mail(settings, centre) -> None:
    settings.LIAISON_MAIL = MAIL


@pytest.fixture
def citizen() -> Citizen:
    one = Citizen(language="en")
    assert one.send("matter", MATTER).status_code == 302
    return one


def photo(*, place: bool = True) -> bytes:
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    if place:
        exif[0x8825] = {1: "N", 2: (42.0, 52.0, 30.0), 3: "E", 4: (74.0, 36.0, 0.0)}
    Image.new("RGB", (64, 48), "green").save(held, "JPEG", exif=exif)
    return held.getvalue()


def packed(*parts: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return held.getvalue()


DOCX = (("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<w/>"))


def bring(citizen: Citizen, name: str, content: bytes):
    return citizen.browser.post("/write/files", {"file": SimpleUploadedFile(name, content)})


def parts_here() -> list[Path]:
    return list((Path(running.LIAISON_HOME) / "being-written").glob("*.part"))


class TestGoingAlong:
    def test_files_become_attachments_that_officers_open_and_a_rebuild_keeps(self, citizen, vera, browser_of):
        content = {"акт.pdf": pdf(1), "сүрөт.jpg": photo(place=False), "үн.mp3": b"ID3" + bytes(400)}
        for name, held in content.items():
            assert bring(citizen, name, held).status_code == 302, name
        citizen.fill()
        check = text(citizen.get("check"))
        assert all(name in check for name in content)
        assert citizen.send("confirm", {"code": citizen.ask_for_code()}).status_code == 302
        appeal = Appeal.objects.get()
        route_new()
        appeal.refresh_from_db()
        for _ in range(2):
            told = list(Attachment.objects.filter(appeal__number=appeal.number))
            assert [one.name for one in told] == list(content)
            for one in told:
                sealed = b"".join(storage.read_whole(CENTRE, bytes(one.blob_id)))
                assert unseal(sealed, bytes(one.blob_key)) == content[one.name]
                assert unneeded([bytes(one.blob_id)]) == []
            rebuild(keep=True)
        assert not DraftFile.objects.exists()
        browser = browser_of(vera)
        assert all(name in text(browser.get(f"/work/a/{appeal.number}")) for name in content)
        one = Attachment.objects.filter(appeal__number=appeal.number)[0]
        given = browser.get(f"/work/a/{appeal.number}/file/{one.pk}")
        assert b"".join(given.streaming_content) == content["акт.pdf"]
        elsewhere = Person.objects.create_person("башка", None, surname="Тест", given_name="Тест")
        RoleGrant.objects.create(person=elsewhere, role=Role.CASE_OFFICER, body_id="PM", from_on=SINCE)
        assert browser_of(elsewhere).get(f"/work/a/{appeal.number}/file/{one.pk}").status_code == 404

    def test_pieces_come_in_order_go_on_after_a_cut_and_make_the_same_file(self, citizen):
        content = pdf(1) + bytes(600_000)
        browser = citizen.browser
        asked = {"name": "чоң.pdf", "size": str(len(content)), "mark": "17"}
        begun = browser.post("/write/files/begin", asked).json()
        size = files.PIECE_BYTES

        def send(offset: int, piece: bytes):
            kind = "application/octet-stream"
            return browser.post(f"{begun['piece']}?offset={offset}", piece, content_type=kind).json()

        assert send(0, content[:size]) == {"here": size, "whole": False}
        assert send(0, content[:size])["here"] == size  # the answer was lost, and it is sent again
        assert send(2 * size, content[2 * size :])["code"] == "offset_wrong"
        assert send(size, b"")["code"] == "file_empty"
        (part,) = parts_here()
        assert b"%PDF" not in part.read_bytes()
        with part.open("ab") as torn:
            torn.write(b"half a piece of a program that was killed")
        assert browser.post("/write/files/begin", asked).json() == begun | {"here": size}
        assert "Choose the same file again" in text(citizen.get("files"))
        assert f'data-piece="{size}"' in text(citizen.get("files", "?language=ru"))  # for a program: no separators
        send(size, content[size : 2 * size])
        assert send(2 * size, content[2 * size :]) == {"here": len(content), "whole": True}
        assert parts_here() == []
        assert citizen.submit().attachments.get().size_bytes == len(content)

    def test_nobody_but_the_browser_that_brought_it_reaches_a_file(self, citizen):
        bring(citizen, "жашыруун.pdf", pdf(1))
        row = DraftFile.objects.get()
        assert "жашыруун".encode() not in bytes(row.sealed)
        blob = b"".join(storage.read_whole(CENTRE, bytes(row.blob_id or b"")))
        assert b"%PDF" not in blob
        other = Citizen("198.51.100.4")
        other.send("matter", MATTER)
        assert other.browser.post("/write/files", {"out": str(row.id)}).status_code == 302
        assert DraftFile.objects.count() == 1
        kind = "application/octet-stream"
        assert other.browser.post(f"/write/files/{row.id}?offset=0", b"x", content_type=kind).status_code == 409

    def test_what_is_taken_out_thrown_away_or_over_leaves_no_byte(self, citizen, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            bring(citizen, "a.pdf", pdf(1))
            bring(citizen, "b.pdf", pdf(2))
            citizen.browser.post("/write/files/begin", {"name": "c.pdf", "size": "999999", "mark": "1"})
            assert Blob.objects.count() == 2
            citizen.browser.post("/write/files", {"out": str(DraftFile.objects.order_by("begun_at")[0].id)})
        assert Blob.objects.count() == 1
        with django_capture_on_commit_callbacks(execute=True):
            Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
            drafts.forget_old()
        assert (Blob.objects.count(), DraftFile.objects.count(), parts_here()) == (0, 0, [])


class TestJudging:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("сүрөт.jpg", b"MZ\x90\x00" + bytes(600), "A file of this kind is not taken"),
            ("сүрөт.jpg", b"\x7fELF" + bytes(600), "A file of this kind is not taken"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "A file of this kind"),
            ("a.html", b"<script>alert(1)</script>", "A file of this kind"),
            ("a.txt", b"MZ\x90\x00", "A file of this kind"),
            ("a.docx", packed(("run.exe", b"MZ")), "A file of this kind"),
            ("a.docx", packed(*DOCX, ("word/vbaProject.bin", b"x")), "has macros"),
            ("a.docx", packed(*DOCX, ("word/media/1", bytes(64_000_000))), "far too large unpacked"),
            ("a.docx", packed(*DOCX)[:-10], "damaged"),
            ("a.mp3", b"plain words", "A file of this kind"),
            ("a.pdf", b"", "The file is empty"),
        ],
        ids=["exe", "elf", "svg", "html", "text", "zip", "macros", "bomb", "torn", "sound", "empty"],
    )
    def test_a_file_is_what_it_holds_and_a_bad_one_is_refused_in_words(self, citizen, name, content, words):
        answer = bring(citizen, name, content)
        assert answer.status_code == 400
        assert words in text(answer)
        begun = citizen.browser.post("/write/files/begin", {"name": name, "size": str(len(content)), "mark": ""})
        if begun.status_code == 200:
            kind = "application/octet-stream"
            told = citizen.browser.post(f"{begun.json()['piece']}?offset=0", content, content_type=kind)
            assert words in told.json()["words"]
        assert not DraftFile.objects.exists()
        assert not Blob.objects.exists()

    def test_a_path_in_a_name_is_left_out_and_documents_are_taken(self, citizen):
        sent = {"name": "..\\..\\Windows\\акт.docx", "size": str(len(packed(*DOCX))), "mark": ""}
        begun = citizen.browser.post("/write/files/begin", sent).json()
        kind = "application/octet-stream"
        told = citizen.browser.post(f"{begun['piece']}?offset=0", packed(*DOCX), content_type=kind).json()
        assert told["whole"]
        (file,) = citizen.submit().attachments.all()
        assert (file.name, file.media_type) == ("акт.docx", OF_WORD)

    @pytest.mark.parametrize("name", ["\u202egpj.exe.pdf", "а" * 300 + ".pdf", "", "..", "a\x07.pdf", " "])
    def test_a_name_that_shows_something_else_or_nothing_is_refused(self, citizen, name):
        begun = citizen.browser.post("/write/files/begin", {"name": name, "size": "10", "mark": ""})
        assert "The name of the file" in begun.json()["words"]

    def test_how_many_and_how_much_is_bounded_for_a_draft_a_place_and_in_all(self, citizen, monkeypatch):
        monkeypatch.setattr(files, "FILES_MOST", 2)
        for n in range(2):
            assert bring(citizen, f"{n}.pdf", pdf(1)).status_code == 302
        assert "ten at most" in text(bring(citizen, "3.pdf", pdf(1)))
        monkeypatch.setattr(files, "FILES_MOST", 10)
        bounds = {"TOGETHER_BYTES": "30 MB", "OF_A_PLACE_BYTES": "no room", "ALL_BYTES": "no room", "TRIES_MOST": "ten"}
        for bound, words in bounds.items():
            with monkeypatch.context() as patched:
                patched.setattr(files, bound, 1)
                assert words in text(bring(citizen, "3.pdf", pdf(1))), bound
        large = bring(citizen, "4.pdf", pdf(1) + bytes(files.FILE_BYTES + 100_000))
        assert large.status_code == 413
        assert "at most 10 MB" in text(large)
        assert DraftFile.objects.count() == 2
        nobody = Citizen("198.51.100.7")
        assert bring(nobody, "1.pdf", pdf(1) + bytes(100_000)).status_code == 413  # no draft, no large form


class TestPlaces:
    def test_a_photograph_says_where_it_was_taken_and_that_is_taken_out_when_asked(self, citizen):
        content = photo()
        bring(citizen, "үй.jpg", content)
        shown = text(citizen.get("files"))
        assert "says where it was taken" in shown
        row = DraftFile.objects.get()
        before = row.blob_id
        assert citizen.browser.post("/write/files", {"place": str(row.id)}).status_code == 302
        assert "says where it was taken" not in text(citizen.get("files"))
        file = citizen.submit().attachments.get()
        sealed = b"".join(storage.read_whole(CENTRE, bytes(file.blob_id)))
        sent = Image.open(io.BytesIO(unseal(sealed, bytes(file.blob_key))))
        assert sent.getexif()[0x0112] == 6  # which way up it is stays
        assert not sent.getexif().get_ifd(0x8825)
        assert bytes(before or b"") != bytes(file.blob_id)

    def test_what_says_nothing_or_is_damaged_stays_as_it_is(self):
        for content in (photo(place=False), b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff", pdf(1), photo()[:60]):
            assert without_place(content) == content or not says_place(without_place(content))
        held = io.BytesIO()
        Image.new("RGB", (8, 8)).save(held, "PNG", exif=Image.open(io.BytesIO(photo())).getexif())
        assert says_place(held.getvalue())
        cleaned = without_place(held.getvalue())
        assert not says_place(cleaned)
        assert Image.open(io.BytesIO(cleaned)).size == (8, 8)


def test_a_picture_made_to_keep_the_processor_busy_is_looked_through_in_bounded_steps():
    entries, inside = 400, 400
    lists = b"".join(struct.pack("<HHII", 0x8825, 4, 1, 8 + 2 + entries * 12) for _ in range(entries))
    traps = b"".join(struct.pack("<HHII", 2, 7, 4_000_000, 0) for _ in range(inside))
    exif = b"II*\0" + struct.pack("<IH", 8, entries) + lists + struct.pack("<H", inside) + traps + bytes(4_000_000)
    chunk = struct.pack(">I", len(exif)) + b"eXIf" + exif + bytes(4)
    picture = b"\x89PNG\r\n\x1a\n" + chunk
    assert photos.without_place(picture) == b"\x89PNG\r\n\x1a\n"
    small = exif[:60_000]
    calls: list[int] = []

    def number(_tiff: bytes, at: int, _order: str) -> int:
        calls.append(at)
        return 64

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(photos, "_number", number)
        photos._of_exif(small)
    assert len(calls) <= 3, "the same list of places is emptied once"


def test_what_was_announced_and_never_came_takes_nobodys_room(citizen):
    for mark in ("1", "2"):
        begun = citizen.browser.post("/write/files/begin", {"name": "a.jpg", "size": "10485760", "mark": mark})
        assert begun.status_code == 200, begun.content
    assert files._sum(DraftFile.objects.all()) == 0
