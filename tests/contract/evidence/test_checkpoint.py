"""Checkpoints and cosignatures as C2SP writes them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.evidence import checkpoint as cp
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.signing import PublicKey, sha256
from tests.contract.invented import ORIGIN, Centre, phrase_key

CENTRE = Centre()
OFFICE = CENTRE.office("ALA")
POINT = Checkpoint(ORIGIN, 20_852_163, sha256(b"root"))
NOTE = cp.sign_checkpoint(CENTRE.log, ORIGIN, POINT)


def test_a_checkpoint_is_three_lines_a_blank_and_a_signature():
    origin, size, root, blank, signature, end = NOTE.split("\n")
    assert (origin, size, root) == (ORIGIN, "20852163", base64.b64encode(POINT.root).decode())
    assert blank == end == ""
    dash, name, encoded = signature.split(" ")
    blob = base64.b64decode(encoded)
    assert (dash, name) == ("\N{EM DASH}", ORIGIN)
    assert blob[:4] == sha256(ORIGIN.encode() + b"\n\x01" + CENTRE.log.public.raw)[:4]
    CENTRE.log.public.verify_as_is(blob[4:], f"{origin}\n{size}\n{root}\n".encode())


def test_it_is_read_with_the_logs_key():
    assert cp.open_checkpoint(NOTE, CENTRE.log.public, ORIGIN) == POINT
    assert cp.read_unverified(NOTE) == POINT


def test_the_key_hash_is_that_of_the_go_checksum_database():
    raw = base64.b64decode("Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert cp.verifier_key("sum.golang.org", PublicKey(raw[1:])) == (
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    )


def test_a_signed_note_of_the_go_library_verifies():
    raw = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    blob = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    assert blob[:4] == sha256(b"PeterNeumann\n", raw)[:4]
    PublicKey(raw[1:]).verify_as_is(blob[4:], text.encode())


def test_another_key_another_name_or_no_signature_is_unsigned():
    for key, name in ((OFFICE.key.public, ORIGIN), (CENTRE.log.public, "kattar.gov.kg/log/2")):
        with pytest.raises(NotAuthentic, match="checkpoint_unsigned"):
            cp.open_checkpoint(NOTE, key, name)


@pytest.mark.parametrize(
    "changed", [NOTE.replace("20852163", "20852164"), NOTE.replace(ORIGIN, "kattar.gov.kg/log/7", 1)]
)
def test_a_changed_checkpoint_is_forged(changed):
    with pytest.raises(NotAuthentic, match="checkpoint_forged"):
        cp.open_checkpoint(changed, CENTRE.log.public, ORIGIN)


def test_during_a_rotation_either_key_is_enough_and_a_bad_one_spoils_it():
    successor = phrase_key("the next log key")
    note = cp.add_signature(NOTE, successor, ORIGIN)
    assert cp.open_checkpoint(note, successor.public, ORIGIN) == POINT
    assert cp.open_checkpoint(note, (CENTRE.log.public, successor.public), ORIGIN) == POINT
    assert cp.open_checkpoint(NOTE, (CENTRE.log.public, successor.public), ORIGIN) == POINT
    forged = NOTE + note.splitlines(keepends=True)[-1].replace("AAA", "BBB")
    broken = _with_flipped_signature(note)
    assert cp.open_checkpoint(forged, CENTRE.log.public, ORIGIN) == POINT
    with pytest.raises(NotAuthentic, match="checkpoint_forged"):
        cp.open_checkpoint(broken, (CENTRE.log.public, successor.public), ORIGIN)


def _with_flipped_signature(note: str) -> str:
    *before, last = note.splitlines(keepends=True)
    head, name, encoded = last.rstrip("\n").split(" ")
    blob = bytearray(base64.b64decode(encoded))
    blob[-1] ^= 1
    return "".join(before) + f"{head} {name} {base64.b64encode(blob).decode()}\n"


def test_extension_lines_of_the_future_are_kept_and_signed():
    point = Checkpoint(ORIGIN, 1, POINT.root, ("something new",))
    note = cp.sign_checkpoint(CENTRE.log, ORIGIN, point)
    assert cp.open_checkpoint(note, CENTRE.log.public, ORIGIN) == point
    with pytest.raises(NotAuthentic):
        cp.open_checkpoint(note.replace("new", "old"), CENTRE.log.public, ORIGIN)


ROOT_LINE = base64.b64encode(POINT.root).decode()
SIGNED = NOTE.split("\n\n")[1]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        NOTE.rstrip("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE + "\n",
        NOTE.replace("20852163", "020852163"),
        NOTE.replace("20852163", "-1"),
        NOTE.replace("20852163", "+5"),
        NOTE.replace("20852163", "٥"),
        NOTE.replace("20852163", "9" * 19),
        NOTE.replace("20852163", "9" * 400),
        NOTE.replace("20852163", "1 "),
        NOTE.replace(ROOT_LINE, ROOT_LINE[:-1]),
        NOTE.replace(ROOT_LINE, ROOT_LINE.replace("=", "")),
        NOTE.replace(ROOT_LINE, base64.b64encode(bytes(31)).decode()),
        NOTE.replace(ROOT_LINE, "!" + ROOT_LINE[1:]),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace(ORIGIN, "\x07", 1),
        NOTE.replace(ORIGIN, "\ud800", 1),
        NOTE.replace(ORIGIN + "\n", "", 1),
        f"\n{NOTE}",
        NOTE.replace("—", "-"),
        NOTE.replace("— ", "—  "),
        NOTE.replace(f"— {ORIGIN}", "— a+b"),
        f"{POINT.text}\n— name AAAA\n",
        f"{POINT.text}\n" + SIGNED * 101,
        "x" * 20_000 + NOTE,
    ],
)
def test_a_note_that_is_not_in_form_is_malformed(note):
    with pytest.raises(MalformedBytes, match="checkpoint_malformed"):
        cp.open_checkpoint(note, CENTRE.log.public, ORIGIN)


@given(st.text())
def test_any_text_is_refused_by_name(text):
    with pytest.raises((MalformedBytes, NotAuthentic)):
        cp.open_checkpoint(text, CENTRE.log.public, ORIGIN)


@given(st.integers(0, len(NOTE) - 1), st.characters())
def test_one_changed_character_is_refused(at, letter):
    changed = NOTE[:at] + letter + NOTE[at + 1 :]
    if changed != NOTE:
        with pytest.raises((MalformedBytes, NotAuthentic)):
            cp.open_checkpoint(changed, CENTRE.log.public, ORIGIN)


@pytest.mark.parametrize("origin", ["", "two\nlines", "\x00", "\ud800"])
def test_an_origin_that_cannot_be_written_is_not_signed(origin):
    with pytest.raises((InvalidField, MalformedBytes)):
        cp.sign_checkpoint(CENTRE.log, ORIGIN, Checkpoint(origin, 1, bytes(32)))
    with pytest.raises(InvalidField, match="name_not_writable"):
        cp.sign_checkpoint(CENTRE.log, origin, POINT)


NAME = cp.cosigner_name(OFFICE.epoch)
LINE = cp.cosign(OFFICE.key, NAME, POINT, 1_679_315_147)


def test_a_cosignature_is_the_line_that_c2sp_asks_for():
    dash, name, encoded = LINE.split(" ")
    blob = base64.b64decode(encoded)
    assert (dash, name, len(blob)) == ("\N{EM DASH}", NAME, 4 + 8 + 64)
    assert blob[:4] == sha256(NAME.encode() + b"\n\x04" + OFFICE.key.public.raw)[:4]
    assert int.from_bytes(blob[4:12], "big") == 1_679_315_147
    OFFICE.key.public.verify_as_is(blob[12:], f"cosignature/v1\ntime 1679315147\n{POINT.text}".encode())


def test_a_cosignature_verifies_and_tells_its_time():
    assert cp.verify_cosignature(LINE, OFFICE.key.public, NAME, POINT) == 1_679_315_147


def test_a_note_with_cosignatures_is_still_the_logs_and_gives_them_back():
    note = cp.add_cosignatures(NOTE, [LINE])
    assert cp.open_checkpoint(note, CENTRE.log.public, ORIGIN) == POINT
    assert cp.cosignatures_of(note) == (LINE,)
    assert cp.cosignatures_of(NOTE) == ()


def test_a_cosignature_is_good_for_its_checkpoint_time_name_and_key_only():
    other = Checkpoint(ORIGIN, POINT.size + 1, POINT.root)
    blob = bytearray(base64.b64decode(LINE.split(" ")[2]))
    blob[11] ^= 1
    later = f"— {NAME} {base64.b64encode(blob).decode()}"
    for line, key, name, point in (
        (LINE, OFFICE.key.public, NAME, other),
        (LINE, CENTRE.log.public, NAME, POINT),
        (LINE, OFFICE.key.public, "workplace/other", POINT),
        (later, OFFICE.key.public, NAME, POINT),
        (NOTE.splitlines()[-1], CENTRE.log.public, ORIGIN, POINT),
    ):
        with pytest.raises(NotAuthentic, match="cosignature_wrong"):
            cp.verify_cosignature(line, key, name, point)


@given(st.text())
def test_any_line_is_no_cosignature(line):
    with pytest.raises((MalformedBytes, NotAuthentic)):
        cp.verify_cosignature(line, OFFICE.key.public, NAME, POINT)


@pytest.mark.parametrize("time_s", [-1, 2**63])
def test_a_time_that_cannot_be_written_is_not_signed(time_s):
    with pytest.raises(InvalidField):
        cp.cosign(OFFICE.key, NAME, POINT, time_s)
