"""Offices witness the public log: what they signed is kept, published, and told to the others."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.checkpoint import (
    Checkpoint,
    cosign,
    cosignatures_of,
    cosigner_name,
    open_checkpoint,
    verify_cosignature,
)
from server_sync.contract.evidence.merkle import verify_consistency
from server_sync.contract.messages import Standing
from server_sync.contract.signing import PrivateKey, PublicKey, sha256
from server_sync.evidence import cosignatures
from server_sync.evidence.log import append_leaves, current_log, newest_checkpoint, stand_of_log
from server_sync.evidence.models import Cosignature
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Site
from tests.server.exchange.offices import REQUEST, PlainOffice

DAY_S = 24 * 3600


def now_s() -> int:
    return int(datetime.now(UTC).timestamp())


def grow(name: bytes = b"more") -> None:
    with transaction.atomic():
        append_leaves([sha256(name, bytes([at])) for at in range(3)])
        newest_checkpoint()


def cosigned(office: PlainOffice, *, key: PrivateKey | None = None, time_s: int | None = None) -> dict[str, object]:
    """What an exchange says that cosigns the newest checkpoint."""
    published = newest_checkpoint()
    seen = Checkpoint(published.origin, published.size, published.root)
    line = cosign(key or office.key, cosigner_name(office.epoch), seen, now_s() if time_s is None else time_s)
    return {
        "checkpoint_size": published.size,
        "checkpoint_root": published.root,
        "cosignature": line,
        "server_epoch": published.server_epoch,
    }


def keep(office: PlainOffice, now: datetime) -> None:
    """Keep what this PC cosigns at a moment."""
    asked = office.request(**cosigned(office, time_s=int(now.timestamp())))
    cosignatures.keep_cosignature(Epoch.objects.get(pk=office.epoch), asked, now)


def sites_of(note: str) -> list[str]:
    """Which sites' lines a note carries, by the contract's own reading."""
    return sorted(Cosignature.objects.get(line=line).site_id for line in cosignatures_of(note))


@pytest.fixture
def talas(enrolled, plain):
    return plain(enrolled("KG-T"))


def test_a_cosignature_is_kept_as_the_line_it_came_in(ala):
    grow()
    asked = cosigned(ala)
    ala.exchange(**asked)
    kept = Cosignature.objects.get()
    assert (kept.size, kept.line, kept.site_id) == (3, asked["cosignature"], "KG-C-ALA")
    assert abs(kept.signed_at.timestamp() - now_s()) < 60


def test_the_same_cosignature_again_changes_nothing(ala):
    grow()
    noon_s = now_s() // DAY_S * DAY_S + DAY_S // 2
    asked = cosigned(ala, time_s=noon_s)
    ala.exchange(**asked)
    ala.exchange(**asked)
    ala.exchange(**{**asked, "cosignature": cosigned(ala, time_s=noon_s - 1)["cosignature"]})
    assert list(Cosignature.objects.values_list("line", flat=True)) == [asked["cosignature"]]


def test_a_log_that_stands_still_is_seen_anew_on_another_day(ala):
    grow()
    keep(ala, datetime.now(UTC) - timedelta(days=2))
    ala.exchange(**cosigned(ala))
    assert Cosignature.objects.count() == 2
    (line,) = cosignatures_of(cosignatures.with_cosignatures(newest_checkpoint()))
    assert line == Cosignature.objects.latest("signed_at").line


def test_a_pc_is_kept_once_a_day_by_the_centres_clock_whatever_it_signs(ala):
    first = ""
    for size in (3, 6, 9):
        grow(bytes([size]))
        for off_s in (-DAY_S + 60, 0, DAY_S - 60):
            asked = cosigned(ala, time_s=now_s() + off_s)
            first = first or str(asked["cosignature"])
            ala.exchange(**asked)
    assert list(Cosignature.objects.values_list("line", flat=True)) == [first]
    today = timezone.localtime().replace(hour=0, minute=0, second=5)
    grow(b"tomorrow")
    for moment in (today + timedelta(days=1), today + timedelta(days=2, seconds=-10), today + timedelta(days=2)):
        keep(ala, moment)
    assert Cosignature.objects.count() == 3


def test_lines_of_before_stay_readable_however_many_a_pc_signed(ala, chuy, nobody: Client):
    grow()
    for office in (ala, chuy):
        office.exchange(**cosigned(office))
    kept = Cosignature.objects.get(site="KG-C-ALA")
    for at in range(1, 6):
        Cosignature(
            log=kept.log,
            size=kept.size,
            epoch_id=ala.epoch,
            site_id="KG-C-ALA",
            signed_at=kept.signed_at - timedelta(minutes=at),
            line=f"— {at}",
        ).save()
    told = nobody.get("/log/cosignatures").json()["cosignatures"]
    assert [one["cosignature"] for one in told] == list(
        Cosignature.objects.exclude(kept_on=None).order_by("site__number_code").values_list("line", flat=True)
    )
    assert sites_of(nobody.get("/log/checkpoint?size=3").content.decode()) == ["KG-C", "KG-C-ALA"]
    (seen,) = chuy.exchange(**cosigned(chuy)).witnessed
    assert sites_of(seen.note) == ["KG-C-ALA"]


@pytest.mark.django_db(transaction=True)
def test_a_table_with_several_lines_of_a_day_is_brought_up_to_date_as_it_is(ala):
    grow()
    before, now = [("evidence", "0002_cosignatures")], datetime.now(UTC)
    executor = MigrationExecutor(connection)
    try:
        executor.migrate(before)
        lines = executor.loader.project_state(before).apps.get_model("evidence", "Cosignature").objects
        for size in (1, 2, 3):
            said = {"site_id": "KG-C-ALA", "signed_at": now, "signed_on": now.date(), "line": f"— {size}"}
            lines.create(log_id=1, epoch_id=ala.epoch, size=size, **said)
    finally:
        MigrationExecutor(connection).migrate([("evidence", "0003_one_cosignature_a_day")])
    assert list(Cosignature.objects.order_by("size").values_list("line", flat=True)) == ["— 1", "— 2", "— 3"]
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Cosignature.objects.update(site="KG-C")


def test_a_cosignature_cannot_be_changed_or_removed(ala):
    grow()
    ala.exchange(**cosigned(ala))
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Cosignature.objects.update(site="KG-C")
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Cosignature.objects.all()._raw_delete(Cosignature.objects.db)


@pytest.mark.parametrize("wrong", ["key", "root", "size", "site", "time", "words", "origin"])
def test_a_cosignature_that_does_not_hold_is_not_kept_and_the_events_are_taken(ala, chuy, wrong):
    grow()
    asked = cosigned(ala)
    root = bytes(range(32))
    if wrong == "key":
        asked = cosigned(ala, key=chuy.key)
    elif wrong == "root":
        other = Checkpoint(current_log().origin, 3, root)
        asked |= {"checkpoint_root": root, "cosignature": cosign(ala.key, cosigner_name(ala.epoch), other, now_s())}
    elif wrong == "size":
        asked |= {"checkpoint_size": 2}
    elif wrong == "site":
        asked = cosigned(chuy)
    elif wrong == "time":
        asked = cosigned(ala, time_s=now_s() + 3 * DAY_S)
    elif wrong == "words":
        asked |= {"cosignature": "— somebody else"}
    elif wrong == "origin":
        other = Checkpoint("elsewhere", 3, newest_checkpoint().root)
        asked |= {"cosignature": cosign(ala.key, cosigner_name(ala.epoch), other, now_s())}
    ala.write(REQUEST)
    reply = ala.exchange(**asked)
    assert reply.acknowledgement
    assert reply.expects_seq == 2
    assert not Cosignature.objects.exists()


def test_a_withdrawn_or_copied_pc_is_no_witness(ala, chuy, office_b, centre):
    ala.write(REQUEST)
    ala.exchange()
    copy = ala.clone()
    ala.write(REQUEST)
    ala.exchange()
    copy.write(replace(REQUEST, subject="Башка"))
    copy.exchange()
    assert ala.exchange(**cosigned(ala)).standing is Standing.FORKED
    revoke_epoch(
        office_b.epoch,
        0,
        centre.keys.directory,
        by=None,
        reason="stolen",
        announce=lambda _epoch: None,
        log=stand_of_log,
    )
    assert chuy.exchange(**cosigned(chuy)).standing is Standing.REVOKED
    assert not Cosignature.objects.exists()


def test_what_a_pc_cosigned_counts_no_more_once_it_is_withdrawn(ala, office_a, centre):
    grow()
    ala.exchange(**cosigned(ala))
    revoke_epoch(
        office_a.epoch,
        0,
        centre.keys.directory,
        by=None,
        reason="stolen",
        announce=lambda _epoch: None,
        log=stand_of_log,
    )
    assert Cosignature.objects.count() == 1
    assert cosignatures_of(cosignatures.with_cosignatures(newest_checkpoint())) == ()
    assert cosignatures.last_seen(centre.log) == ()


def test_the_answer_to_a_cosignature_says_who_else_saw_the_log(ala, chuy, talas, centre):
    grow(b"first")
    chuy.exchange(**cosigned(chuy))
    grow(b"second")
    talas.exchange(**cosigned(talas))
    grow(b"third")
    reply = ala.exchange(**cosigned(ala))
    assert [open_checkpoint(one.note, centre.keys.log.public, centre.log.origin).size for one in reply.witnessed] == [
        6,
        3,
    ]
    assert [sites_of(one.note) for one in reply.witnessed] == [["KG-T"], ["KG-C"]]
    newest = newest_checkpoint()
    for one in reply.witnessed:
        seen = open_checkpoint(one.note, centre.keys.log.public, centre.log.origin)
        verify_consistency(seen.size, newest.size, one.consistency, seen.root, newest.root)


def test_a_site_is_no_witness_for_itself_and_old_words_are_not_told(ala, chuy, talas, enrolled, plain):
    grow()
    second = plain(enrolled("KG-C-ALA"))
    second.exchange(**cosigned(second))
    chuy.exchange(**cosigned(chuy))
    row = Cosignature.objects.get(site="KG-C")
    Cosignature(
        log=row.log,
        size=row.size,
        epoch_id=talas.epoch,
        site_id="KG-T",
        signed_at=datetime.now(UTC) - timedelta(days=8),
        kept_on=datetime.now(UTC).date() - timedelta(days=8),
        line="— old",
    ).save()
    (told,) = ala.exchange(**cosigned(ala)).witnessed
    assert sites_of(told.note) == ["KG-C"]


def test_who_saw_the_log_is_told_in_answer_to_a_cosignature_alone(ala, chuy):
    grow()
    chuy.exchange(**cosigned(chuy))
    assert ala.exchange().witnessed == ()


def test_of_a_whole_network_an_office_is_told_a_few_sites_in_few_bytes(ala, enrolled, plain):
    grow()
    for site in Site.objects.exclude(pk__in=("WEB", "KG-C-ALA")).order_by("pk")[:12]:
        office = plain(enrolled(site.pk))
        office.exchange(**cosigned(office))
    (told,) = ala.exchange(**cosigned(ala)).witnessed
    assert len(cosignatures_of(told.note)) == cosignatures.SITES_TOLD
    assert len(told.note) < 1_500


def test_a_stranger_checks_the_published_note_with_cryptography_alone(ala, chuy, nobody: Client):
    """Reads the C2SP note by its specification, with nothing of ours but the certificate's public key."""
    grow()
    for office in (ala, chuy):
        office.exchange(**cosigned(office))
    note = nobody.get("/log/checkpoint?size=3").content.decode()
    text, _, lines = note.partition("\n\n")
    keys = {}
    for one in nobody.get("/log/keys").json()["workplaces"]:
        certificate = WorkplaceCertificate.from_bytes(base64.b64decode(one["certificate"]))
        keys[f"workplace/{certificate.epoch.hex()}"] = (one["number_code"], certificate.public_key)
    seen = {}
    for line in lines.splitlines():
        _, name, encoded = line.split(" ")
        if name not in keys:
            continue
        number_code, public_key = keys[name]
        blob = base64.b64decode(encoded)
        assert blob[:4] == sha256(name.encode(), b"\n\x04", public_key)[:4]
        time_s = int.from_bytes(blob[4:12], "big")
        covered = f"cosignature/v1\ntime {time_s}\n{text}\n".encode()
        Ed25519PublicKey.from_public_bytes(public_key).verify(blob[12:], covered)
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(public_key).verify(blob[12:], covered + b" ")
        seen[number_code] = time_s
    assert set(seen) == {"ALA", Site.objects.get(pk="KG-C").number_code}
    assert all(abs(time_s - now_s()) < 60 for time_s in seen.values())


def test_the_newest_checkpoint_that_enough_sites_saw_is_found(ala, chuy, nobody: Client):
    grow(b"first")
    for office in (ala, chuy):
        keep(office, datetime.now(UTC) - timedelta(days=1))
    grow(b"second")
    ala.exchange(**cosigned(ala))

    def size_of(sites: int) -> str:
        return str(nobody.get(f"/log/checkpoint?cosigned={sites}").content.decode().splitlines()[1])

    assert (size_of(1), size_of(2)) == ("6", "3")
    missing = nobody.get("/log/checkpoint?cosigned=5")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_cosigned")
    assert nobody.get("/log/checkpoint?cosigned=0").status_code == 400


def test_a_checkpoint_that_gained_a_line_is_sent_again_and_no_other(ala, chuy, nobody: Client):
    grow()
    first = nobody.get("/log/checkpoint?size=3")
    assert "immutable" not in first["Cache-Control"]
    tag = {"If-None-Match": first["ETag"]}
    assert nobody.get("/log/checkpoint?size=3", headers=tag).status_code == 304
    chuy.exchange(**cosigned(chuy))
    again = nobody.get("/log/checkpoint?size=3", headers=tag)
    assert again.status_code == 200
    assert sites_of(again.content.decode()) == ["KG-C"]


def test_every_sites_newest_cosignature_is_published_with_what_it_saw(ala, chuy, nobody: Client):
    grow(b"first")
    for office in (ala, chuy):
        keep(office, datetime.now(UTC) - timedelta(days=1))
    grow(b"second")
    ala.exchange(**cosigned(ala))
    told = nobody.get("/log/cosignatures").json()
    assert [(one["number_code"], one["size"]) for one in told["cosignatures"]] == [
        ("ALA", 6),
        (Site.objects.get(pk="KG-C").number_code, 3),
    ]
    newest = newest_checkpoint()
    seen = Checkpoint(told["origin"], newest.size, newest.root)
    line = told["cosignatures"][0]["cosignature"]
    assert (
        verify_cosignature(line, PublicKey(ala.key.public.raw), cosigner_name(ala.epoch), seen)
        == (told["cosignatures"][0]["time"])
    )


def test_the_page_of_the_log_tells_its_growth_by_what_offices_signed_and_who_watches(ala, chuy, nobody: Client):
    grow(b"first")
    for office in (ala, chuy):
        keep(office, datetime.now(UTC) - timedelta(days=1))
    grow(b"second")
    ala.exchange(**cosigned(ala))
    nobody.cookies["language"] = "en"
    page = nobody.get("/log").content.decode()
    assert "+3" in page, "what came between the two days"
    assert "6 in all; signed by 1 office" in page
    assert "2 signed the seal" in page
    assert '<a href="/log/proof/consistency?from=3">' in page
    assert nobody.get("/log/proof/consistency?from=3").status_code == 200
    assert newest_checkpoint().text.splitlines()[0] in page


def test_the_page_of_a_log_without_entries_says_so(nobody: Client, centre):
    nobody.cookies["language"] = "en"
    page = nobody.get("/log").content.decode()
    assert "There are 0 entries now." in page
    assert "have not signed on two days yet" in page
