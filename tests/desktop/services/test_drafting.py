"""Nothing typed is lost, and a file that is none is told so."""

from dataclasses import replace

import pytest

from liaison_desktop.domain.drafts import ActDraft
from liaison_desktop.domain.errors import AttachmentRefused, DiskFull, NotFound, StoreDamaged
from liaison_desktop.services import acts, drafting, reading
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store.blobs import blob_path, sweep
from server_sync.contract.events import EventKind
from server_sync.contract.file_kinds import fitting_name
from server_sync.contract.identifiers import uuid7
from tests.desktop.office import Office, make_draft
from tests.desktop.services.faults import fill_disk, free_disk

JPEG = b"\xff\xd8\xff\xe0" + b"p" * 100_000


def test_a_draft_is_there_after_the_power_went(office: Office):
    draft = make_draft(text="жарым")
    drafting.save_draft(office.desk, draft)
    drafting.save_draft(office.desk, make_draft(draft_id=draft.draft_id, text="жарымы жазылды"))
    office.restart()
    (row,) = drafting.list_drafts(office.desk)
    assert row.surname == "Турдубаева"
    assert drafting.open_draft(office.desk, row.draft_id).text == "жарымы жазылды"


def test_several_drafts_stand_side_by_side_and_one_is_thrown_away(office: Office):
    drafts = [make_draft() for _ in range(3)]
    for draft in drafts:
        drafting.save_draft(office.desk, draft)
        office.clock.go_on(1000)
    file = drafting.attach_file(office.desk, drafts[1].draft_id, "скан.jpg", JPEG)
    path = blob_path(office.desk.store, file.blob_id)
    assert path.is_file()
    drafting.discard_draft(office.desk, drafts[1].draft_id)
    drafting.discard_draft(office.desk, drafts[1].draft_id)
    assert [row.draft_id for row in drafting.list_drafts(office.desk)] == [drafts[0].draft_id, drafts[2].draft_id]
    assert not path.exists()


def test_an_attached_file_lies_encrypted_and_comes_back_whole(office: Office):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    for content in (JPEG, b"\xff\xd8\xff" + b"canary", b"\xff\xd8\xff" + bytes(3 * 65536)):
        file = drafting.attach_file(office.desk, draft.draft_id, "скан.jpg", content)
        assert drafting.open_file(office.desk, file.blob_id, file.blob_key) == content
    assert drafting.open_draft(office.desk, draft.draft_id).attachments[0].size_bytes == len(JPEG)
    assert all(b"pppp" not in path.read_bytes() for path in office.home.blobs.rglob("*") if path.is_file())


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
WEBP = b"RIFF\x54\x00\x00\x00WEBPVP8 " + bytes(70)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("name", "content", "kind", "opened_as"),
    [
        ("скан.pdf", JPEG, "image/jpeg", "скан.pdf.jpg"),
        ("скрин.png", JPEG, "image/jpeg", "скрин.png.jpg"),
        ("фото справки.jpg", PNG, "image/png", "фото справки.jpg.png"),
        ("IMG-20261120-WA0007.jpg", WEBP, "image/webp", "IMG-20261120-WA0007.jpg.webp"),
        ("IMG_0001.jpg", HEIC, "image/heic", "IMG_0001.jpg.heic"),
        ("IMG_0002.HEIC", HEIC, "image/heic", "IMG_0002.HEIC"),
        ("сүрөт.jfif", JPEG, "image/jpeg", "сүрөт.jfif"),
        ("сүрөт.jpe", JPEG, "image/jpeg", "сүрөт.jpe"),
        ("сүрөт", JPEG, "image/jpeg", "сүрөт"),
        ("до_говор.pdf", b"%PDF-1.4", "application/pdf", "до_говор.pdf"),
        ("кат.pdf", b"\r\n%PDF-1.4 ...", "application/pdf", "кат.pdf"),
        ("кат.doc", b"{\\rtf1 x}", "application/rtf", "кат.doc.rtf"),
        (
            "кат.docx",
            b"PK\x03\x04" + bytes(30),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "кат.docx",
        ),
        ("үн.m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A ", "audio/mp4", "үн.m4a"),
        ("үн.wav", b"RIFF\x54\x00\x00\x00WAVEfmt ", "audio/wav", "үн.wav"),
        ("тизме.txt", "BM деген эмне".encode(), "text/plain", "тизме.txt"),
    ],
)
def test_a_file_is_what_its_bytes_are(office: Office, name: str, content: bytes, kind: str, opened_as: str):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    file = drafting.attach_file(office.desk, draft.draft_id, name, content)
    assert (file.name, file.media_type) == (name, kind)
    assert fitting_name(file.name, file.media_type) == opened_as


def test_a_line_end_in_a_file_s_name_is_a_space(office: Office):
    assert drafting.seal_file(office.desk, "а\nб.txt", b"abc").name == "а б.txt"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("бош.pdf", b"", "attachment_empty"),
        ("сүрөт.jpg", b"<html>not a picture</html>", "picture_unreadable"),
        ("сүрөт.PNG", b"\xff\xd8\xff", "picture_unreadable"),
        ("кат.pdf", b"kat" * 1000, "attachment_unreadable"),
        ("кат.pdf", b"MZ" * 1000, "attachment_is_program"),
        ("сүрөт.jpg", b"\x7fELF\x02\x01\x01", "attachment_is_program"),
        ("ж" * 300 + ".txt", b"abc", "text_too_long"),
        ("a\x00b.txt", b"abc", "control_character"),
        ("чоң.bin", bytes(drafting.ATTACHMENT_LIMIT_BYTES + 1), "attachment_too_large"),
    ],
)
def test_a_file_that_cannot_be_attached_says_why_and_leaves_nothing(
    office: Office, name: str, content: bytes, code: str
):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    with pytest.raises(AttachmentRefused) as refused:
        drafting.attach_file(office.desk, draft.draft_id, name, content)
    assert refused.value.code == code
    assert drafting.open_draft(office.desk, draft.draft_id).attachments == ()
    assert not [path for path in office.home.blobs.rglob("*") if path.is_file()]


def test_a_draft_that_is_gone_takes_no_file(office: Office):
    with pytest.raises(NotFound):
        drafting.attach_file(office.desk, uuid7(), "а.txt", b"abc")


def test_a_damaged_file_is_told_and_never_shown(office: Office):
    file = drafting.seal_file(office.desk, "скан.jpg", JPEG)
    path = blob_path(office.desk.store, file.blob_id)
    raw = bytearray(path.read_bytes())
    raw[70_000] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(StoreDamaged):
        drafting.open_file(office.desk, file.blob_id, file.blob_key)
    path.unlink()
    with pytest.raises(NotFound):
        drafting.open_file(office.desk, file.blob_id, file.blob_key)


def test_a_full_disk_keeps_the_last_saved_draft(office: Office):
    draft = make_draft(text="биринчи")
    drafting.save_draft(office.desk, draft)
    fill_disk(office.desk.store)
    with pytest.raises(DiskFull):
        drafting.save_draft(office.desk, make_draft(draft_id=draft.draft_id, text="э" * 100_000))
    free_disk(office.desk.store)
    assert drafting.open_draft(office.desk, draft.draft_id).text == "биринчи"


def test_what_a_crash_between_file_and_row_left_is_swept_away(office: Office):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    kept = drafting.attach_file(office.desk, draft.draft_id, "скан.jpg", JPEG)
    orphan = office.home.blobs / "ab" / ("ab" * 32)
    orphan.parent.mkdir()
    orphan.write_bytes(b"half")
    assert sweep(office.desk.store) == 1
    assert not orphan.exists()
    assert drafting.open_file(office.desk, kept.blob_id, kept.blob_key) == JPEG


@pytest.mark.parametrize("content", [b"abc", JPEG])
def test_a_file_sealed_for_an_open_form_stays_whatever_draft_is_thrown_away_meanwhile(office: Office, content: bytes):
    made = register_appeal(office.desk, make_draft())
    chosen = drafting.seal_file(office.desk, "кошумча.jpg" if content is JPEG else "кошумча.txt", content)
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    first = drafting.attach_file(office.desk, draft.draft_id, "а.txt", b"first")
    second = drafting.attach_file(office.desk, draft.draft_id, "б.txt", b"second")
    drafting.detach_file(office.desk, draft.draft_id, first.blob_id)
    drafting.discard_draft(office.desk, draft.draft_id)
    for gone in (first, second):
        with pytest.raises(NotFound):
            drafting.open_file(office.desk, gone.blob_id, gone.blob_key)
    acts.supplement_appeal(office.desk, made.event, "", (chosen,))
    assert drafting.open_file(office.desk, chosen.blob_id, chosen.blob_key) == content


def test_a_file_chosen_in_a_form_that_was_never_sent_goes_with_the_next_start(office: Office):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    kept = drafting.attach_file(office.desk, draft.draft_id, "скан.jpg", JPEG)
    left = drafting.seal_file(office.desk, "кошумча.jpg", JPEG)
    path = blob_path(office.desk.store, left.blob_id)
    assert path.exists()
    office.restart()
    assert not path.exists()
    with pytest.raises(NotFound):
        drafting.open_file(office.desk, left.blob_id, left.blob_key)
    assert drafting.open_file(office.desk, kept.blob_id, kept.blob_key) == JPEG


def test_a_new_draft_begins_at_the_office_and_is_empty(office: Office):
    draft = drafting.new_draft(office.desk, "ru")
    assert draft.is_empty
    assert draft.territory_code == "KG-C-ALA"


def test_a_registered_draft_can_be_the_beginning_of_a_repeated_one(office: Office):
    first = register_appeal(office.desk, make_draft())
    second = register_appeal(office.desk, make_draft(repeat_of=first.event))
    card = reading.appeal_card(office.desk, second.event)
    assert [row.number for row in card.repeats] == [first.number]


@pytest.mark.parametrize("kind", [EventKind.APPEAL_CORRECTED, EventKind.APPEAL_SUPPLEMENTED, EventKind.APPLICANT_TOLD])
def test_what_is_typed_about_a_request_is_there_after_a_restart(office: Office, kind: EventKind):
    made = register_appeal(office.desk, make_draft())
    other = register_appeal(office.desk, make_draft())
    form = replace(make_draft(), surname="Бек\ud800уулу", as_typed=(("addressee", "министр"),))
    draft = ActDraft(
        appeal=made.event,
        kind=kind,
        texts=(("reason", "Ката\nсөз"), ("note", "")),
        corrected=form if kind is EventKind.APPEAL_CORRECTED else None,
        files=("арыз.pdf",),
    )
    drafting.save_act_draft(office.desk, draft)
    office.restart()
    found = drafting.find_act_draft(office.desk, made.event, kind)
    assert found is not None
    assert found.person == office.alim.person
    corrected = found.draft.corrected
    assert replace(found.draft, corrected=None) == replace(draft, corrected=None)
    if corrected is not None:
        assert replace(corrected, draft_id=form.draft_id, attachments=()) == replace(form, attachments=())
    assert drafting.find_act_draft(office.desk, other.event, kind) is None
    assert drafting.find_act_draft(office.desk, made.event, EventKind.APPEAL_WITHDRAWN) is None
    drafting.discard_act_draft(office.desk, made.event, kind)
    assert drafting.find_act_draft(office.desk, made.event, kind) is None


def test_an_act_takes_away_what_was_typed_for_it_and_nothing_else(office: Office):
    made = register_appeal(office.desk, make_draft())
    for kind in (EventKind.APPEAL_WITHDRAWN, EventKind.APPEAL_SUPPLEMENTED):
        drafting.save_act_draft(office.desk, ActDraft(appeal=made.event, kind=kind, texts=(("reason", "сөз"),)))
    acts.supplement_appeal(office.desk, made.event, "Дагы айтарым бар")
    assert drafting.find_act_draft(office.desk, made.event, EventKind.APPEAL_SUPPLEMENTED) is None
    assert drafting.find_act_draft(office.desk, made.event, EventKind.APPEAL_WITHDRAWN) is not None
