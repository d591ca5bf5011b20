"""The centre's keys are made once, for one purpose each, and seen by their owner alone."""

import stat

import pytest

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.evidence import keys as key_files
from server_sync.evidence.keys import centre_keys, key_ring, make_keys


def test_private_keys_can_be_read_by_their_owner_alone(tmp_path):
    make_keys(tmp_path / "keys")
    for path in (tmp_path / "keys").glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_roots_can_be_kept_elsewhere(tmp_path):
    kept = make_keys(tmp_path / "keys", tmp_path / "stick")
    assert {path.parent for path in kept} == {tmp_path / "stick"}
    assert not list((tmp_path / "keys").glob("root-*.key"))
    assert len(list((tmp_path / "keys").glob("root-*.pub"))) == 2


def test_keys_are_never_overwritten(tmp_path):
    make_keys(tmp_path / "keys")
    before = {path.name: path.read_bytes() for path in (tmp_path / "keys").glob("*.key")}
    with pytest.raises(Refused) as refused:
        make_keys(tmp_path / "keys")
    assert refused.value.code == "keys_exist"
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").glob("*.key")} == before


def test_making_that_is_interrupted_leaves_no_half_set(tmp_path, monkeypatch):
    def pull_the_plug(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(key_files, "issue_key_certificate", pull_the_plug)
    with pytest.raises(KeyboardInterrupt):
        make_keys(tmp_path / "keys")
    monkeypatch.undo()
    assert make_keys(tmp_path / "keys")


def test_each_key_is_certified_for_its_purpose_alone(centre):
    ring = key_ring()
    held = centre_keys()
    now_ms = held.certificates[0].not_before_ms + 1
    assert ring.key(held.directory.public.key_id, KeyPurpose.DIRECTORY, now_ms) == held.directory.public
    assert ring.key(held.log.public.key_id, KeyPurpose.LOG, now_ms) == held.log.public
    assert ring.key(held.reply.public.key_id, KeyPurpose.REPLY, now_ms) == held.reply.public
    assert [one.purpose for one in ring.certificates(KeyPurpose.COURIER)] == [KeyPurpose.COURIER]


def test_missing_keys_are_told_with_what_to_do(tmp_path, settings):
    settings.LIAISON_HOME = tmp_path
    with pytest.raises(NotSetUp) as missing:
        centre_keys()
    assert missing.value.code == "keys_missing"
    assert "make_keys" in missing.value.advice


def test_a_damaged_key_is_told_and_not_replaced(tmp_path, settings):
    settings.LIAISON_HOME = tmp_path
    make_keys(tmp_path / "keys")
    (tmp_path / "keys" / "reply.key").write_bytes(b"half a k")
    with pytest.raises(NotSetUp) as damaged:
        centre_keys()
    assert damaged.value.code == "keys_damaged"


def test_the_centre_is_a_workplace_of_its_own_site(centre):
    certificate = key_ring().workplace(centre.epoch.id)
    assert certificate is not None
    assert (certificate.number_code, certificate.slot) == ("WEB", "A")
    assert certificate.public_key == centre_keys().centre.public.raw
