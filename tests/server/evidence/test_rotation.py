"""A key of the centre gets its successor: nobody is cut off, nothing is half done."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from server_sync.common.home import write_private
from server_sync.common.refusals import Refused
from server_sync.contract import authentication, frames
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.evidence.acknowledgement import open_acknowledgement
from server_sync.contract.evidence.certificate import KeyCertificate, KeyPurpose, WorkplaceCertificate
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.messages import EXCHANGE_PATH, ExchangeReply, KeyRow, RawRow, RowKind, rows_of
from server_sync.contract.signing import sha256
from server_sync.evidence import keys as key_module
from server_sync.evidence import rotation
from server_sync.evidence.keys import DAY_MS, CentreKeys, centre_keys, key_ring, keys_folder, make_keys
from server_sync.evidence.log import append_leaves, newest_checkpoint
from server_sync.evidence.rotation import put_away, rotate_key
from server_sync.journal.directory import announce, announce_key, publish_missing
from server_sync.journal.models import CommonRow
from tests.server.exchange.offices import REQUEST, PlainOffice

SIGNING = (KeyPurpose.DIRECTORY, KeyPurpose.LOG, KeyPurpose.REPLY)


@pytest.fixture
def folder(centre: Any, settings: Any, tmp_path: Path) -> Path:
    """This centre's keys, to be changed by this test alone; its roots lie on a medium."""
    home = tmp_path / "home"
    shutil.copytree(keys_folder(), home / "keys")
    (tmp_path / "medium").mkdir()
    for root in (home / "keys").glob("root-*.key"):
        root.rename(tmp_path / "medium" / root.name)
    settings.LIAISON_HOME = home
    with transaction.atomic():
        publish_missing()
    return home / "keys"


@pytest.fixture
def medium(folder: Path, tmp_path: Path) -> Path:
    return tmp_path / "medium"


@pytest.fixture
def let_days_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def go_on(days: int) -> None:
        later = SimpleNamespace(time_ns=lambda: time.time_ns() + days * DAY_MS * 1_000_000)
        monkeypatch.setattr(key_module, "time", later)
        monkeypatch.setattr(rotation, "time", later)

    return go_on


def rotate(folder: Path, medium: Path, purpose: KeyPurpose) -> KeyCertificate:
    return rotate_key(folder, purpose, medium, announce=announce_key)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def announced() -> list[bytes]:
    """The keys the common feed tells of, by their ids."""
    rows = CommonRow.objects.filter(row_kind=RowKind.KEY).order_by("number")
    entries = [RawRow(row.row_kind, bytes(row.raw)).entry() for row in rows]
    return [KeyCertificate.from_bytes(one.certificate).key_id for one in entries if isinstance(one, KeyRow)]


@pytest.mark.parametrize("purpose", list(KeyPurpose))
def test_a_successor_is_certified_announced_and_held_beside_the_old_key(folder, medium, purpose):
    before = files(folder)
    fresh = rotate(folder, medium, purpose)
    assert announced()[-1] == fresh.key_id
    assert key_ring().certificates(purpose)[0] == fresh
    assert files(folder) - before == {
        f"{purpose.name.lower()}-{fresh.key_id.hex()}.key",
        f"certificates/{purpose.name.lower()}-{fresh.key_id.hex()}.cert",
    }
    assert before <= files(folder)


def test_both_log_keys_sign_every_checkpoint_for_90_days(folder, medium, let_days_pass):
    old = centre_keys().log.public
    rotate(folder, medium, KeyPurpose.LOG)
    new = centre_keys().log.public
    assert new != old

    def published(name: bytes) -> str:
        with transaction.atomic():
            append_leaves([sha256(name)])
        return newest_checkpoint().text

    both = published(b"both")
    origin = both.splitlines()[0]
    assert open_checkpoint(both, old, origin) == open_checkpoint(both, new, origin)
    let_days_pass(91)
    alone = published(b"alone")
    assert open_checkpoint(alone, new, origin).size == 2
    with pytest.raises(NotAuthentic):
        open_checkpoint(alone, old, origin)


def test_replies_are_signed_by_the_key_that_offices_know_until_90_days_are_over(folder, medium, let_days_pass):
    old = centre_keys().reply.public
    fresh = rotate(folder, medium, KeyPurpose.REPLY)
    assert centre_keys().reply.public == old
    let_days_pass(91)
    assert centre_keys().reply.public.raw == fresh.public_key


def test_a_workplace_of_the_new_directory_key_is_announced_after_that_key(folder, medium, enrolled):
    """Even when the command was stopped before it could tell of the key."""
    fresh = rotate_key(folder, KeyPurpose.DIRECTORY, medium, announce=lambda _certificate: None)
    office = enrolled("KG-T")
    assert WorkplaceCertificate.from_bytes(bytes(office.epoch.certificate)).issuer == fresh.key_id
    with transaction.atomic():
        announce(office.epoch)
    kinds = list(CommonRow.objects.order_by("number").values_list("row_kind", flat=True))
    assert kinds[-2:] == [RowKind.KEY, RowKind.WORKPLACE]
    assert announced()[-1] == fresh.key_id


def test_what_the_old_keys_signed_stays_valid(folder, medium, office_a):
    for purpose in SIGNING:
        rotate(folder, medium, purpose)
    assert key_ring().workplace(bytes(office_a.epoch.id)) is not None


def test_an_old_key_is_put_away_after_90_days_and_its_certificate_stays(folder, medium, let_days_pass):
    certificates = {name for name in files(folder) if name.startswith("certificates/")}
    rotate(folder, medium, KeyPurpose.LOG)
    assert put_away(folder) == ()
    let_days_pass(91)
    assert put_away(folder) == (folder / "put-away" / "log.key",)
    assert certificates < files(folder)
    assert put_away(folder) == ()
    assert centre_keys().log.public.raw == key_ring().certificates(KeyPurpose.LOG)[0].public_key
    rotate(folder, medium, KeyPurpose.LOG)
    assert len(centre_keys().logs) == 2


@pytest.mark.parametrize("step", ["key", "announcement", "certificate"])
def test_a_rotation_interrupted_at_any_step_has_changed_nothing(folder, medium, monkeypatch, step):
    told, ring, serving = announced(), key_ring().certificates(KeyPurpose.LOG), centre_keys()
    written = write_private

    def pull_the_plug(path: Path, content: bytes) -> None:
        if (path.suffix == ".key") == (step == "key"):
            raise KeyboardInterrupt
        written(path, content)

    def announce_or_not(certificate: KeyCertificate) -> None:
        if step == "announcement":
            raise KeyboardInterrupt
        announce_key(certificate)

    if step != "announcement":
        monkeypatch.setattr(rotation, "write_private", pull_the_plug)
    with pytest.raises(KeyboardInterrupt):
        rotate_key(folder, KeyPurpose.LOG, medium, announce=announce_or_not)
    monkeypatch.undo()
    assert (announced(), key_ring().certificates(KeyPurpose.LOG)) == (told, ring)
    assert [one.public for one in centre_keys().logs] == [serving.log.public]
    rotate(folder, medium, KeyPurpose.LOG)
    assert len([name for name in files(folder) if name.startswith("log-")]) == 1


def test_roots_that_are_missing_or_foreign_and_a_running_rotation_are_refused_by_name(folder, medium, tmp_path):
    (tmp_path / "empty").mkdir()
    make_keys(tmp_path / "other", tmp_path / "foreign")
    before = files(folder)
    for roots, code in ((tmp_path / "empty", "roots_missing"), (tmp_path / "foreign", "roots_wrong")):
        with pytest.raises(Refused) as refused:
            rotate(folder, roots, KeyPurpose.LOG)
        assert refused.value.code == code
    assert files(folder) == before
    rotate(folder, medium, KeyPurpose.LOG)
    with pytest.raises(Refused) as refused:
        rotate(folder, medium, KeyPurpose.LOG)
    assert (refused.value.code, refused.value.params["days"]) == ("rotation_running", 90)
    rotate(folder, medium, KeyPurpose.REPLY)


def test_the_command_says_what_it_did_and_what_hinders_it(folder, medium, tmp_path):
    said = StringIO()
    call_command("rotate_key", purpose="log", roots=medium, stdout=said)
    assert announced()[-1].hex() in said.getvalue()
    with pytest.raises(CommandError, match="90 more days"):
        call_command("rotate_key", purpose="log", roots=medium)
    with pytest.raises(CommandError, match=r"root-1\.key"):
        call_command("rotate_key", purpose="reply", roots=tmp_path)


def test_the_command_tells_the_offices_what_an_interrupted_one_did_not(folder, medium):
    fresh = rotate_key(folder, KeyPurpose.REPLY, medium, announce=lambda _certificate: None)
    with pytest.raises(CommandError):
        call_command("rotate_key", purpose="reply", roots=medium)
    assert announced()[-1] == fresh.key_id


def exchanged(office: PlainOffice, ring: KeyRing) -> ExchangeReply:
    """One exchange as an office with these keys has it: nothing is believed that they do not prove."""
    body = frames.pack(office.request())
    nonce = authentication.new_nonce()
    now_ms = time.time_ns() // 1_000_000
    headers = authentication.sign_request(office.key, "POST", EXCHANGE_PATH, body, nonce, office.epoch, now_ms)
    answer = Client().post(EXCHANGE_PATH, body, content_type=frames.MEDIA_TYPE, headers=headers)
    named = authentication.request_hash("POST", EXCHANGE_PATH, body, nonce, office.epoch)
    authentication.verify_reply(ring, named, answer.status_code, dict(answer.items()), answer.content)
    reply = frames.unpack(ExchangeReply, answer.content)
    open_acknowledgement(reply.acknowledgement, ring)
    open_checkpoint(reply.checkpoint, ring.keys(KeyPurpose.LOG), reply.checkpoint.splitlines()[0])
    for _, entry in rows_of(reply.common):
        if isinstance(entry, KeyRow):
            ring.add_key(entry.certificate)
    office.take(reply)
    return reply


def test_an_office_that_knows_only_the_old_keys_goes_on_learns_the_new_and_then_works_with_them_alone(
    folder, medium, office_a, let_days_pass
):
    held: CentreKeys = centre_keys()
    ring = KeyRing(held.root_bytes, held.certificate_bytes, [bytes(office_a.epoch.certificate)])
    stranger = KeyRing(held.root_bytes, held.certificate_bytes)
    office = PlainOffice(bytes(office_a.epoch.id), office_a.key, bytes(office_a.epoch.certificate))
    office.write(REQUEST)
    exchanged(office, ring)
    successors = [rotate(folder, medium, purpose) for purpose in SIGNING]
    let_days_pass(80)  # it was away for weeks
    office.write(replace(REQUEST, subject="Экинчи"))
    exchanged(office, ring)
    for fresh in successors:
        assert fresh in ring.certificates(fresh.purpose)
    let_days_pass(91)
    put_away(folder)
    office.write(replace(REQUEST, subject="Үчүнчү"))
    exchanged(office, ring)
    assert centre_keys().reply.public != held.reply.public
    office.write(replace(REQUEST, subject="Төртүнчү"))
    with pytest.raises(NotAuthentic):
        exchanged(office, stranger)
