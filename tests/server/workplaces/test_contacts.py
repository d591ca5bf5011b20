"""The board knows what each workplace said last, however odd its clock is."""

import time
from datetime import timedelta

import pytest

from server_sync.common.refusals import Refused
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.messages import ExchangeRequest, Health
from server_sync.evidence.keys import key_ring
from server_sync.evidence.log import stand_of_log
from server_sync.workplaces.contacts import STILL_THERE, is_delivering, record_contact
from server_sync.workplaces.epochs import find_epoch, open_epoch, revocation_of, revoke_epoch
from server_sync.workplaces.models import Contact, Epoch

DAY_MS = 24 * 3600 * 1000
WELL = Health()


def exchange(epoch: Epoch, *, clock_ms: int | None = None, health: Health = WELL, version: str = "0.1.0"):
    return ExchangeRequest(
        epoch=epoch.id,
        last_seq=7,
        head_seq=0,
        chain=bytes(32),
        signature=bytes(64),
        clock_ms=time.time_ns() // 1_000_000 if clock_ms is None else clock_ms,
        health=health,
        versions={"program": version},
    )


def test_the_newest_report_replaces_the_one_before(office_a):
    record_contact(office_a.epoch, exchange(office_a.epoch, health=Health(waiting_events=9, oldest_waiting_ms=60_000)))
    record_contact(office_a.epoch, exchange(office_a.epoch, health=Health(disk_free_bytes=5 * 10**9)))
    contact = Contact.objects.get(workplace=office_a.workplace)
    assert (contact.waiting_events, contact.oldest_waiting_at, contact.disk_free_bytes) == (0, None, 5 * 10**9)
    assert (contact.version, contact.last_seq) == ("0.1.0", 7)


def test_who_called_just_now_with_more_to_bring_is_delivering(office_a, office_b):
    record_contact(office_a.epoch, exchange(office_a.epoch))
    called_at = Contact.objects.get().last_contact_at
    assert not is_delivering(called_at)
    record_contact(office_b.epoch, exchange(office_b.epoch, health=Health(waiting_events=9)))
    called_at = Contact.objects.get(workplace=office_b.workplace).last_contact_at
    assert is_delivering(called_at)
    assert not is_delivering(called_at + STILL_THERE + timedelta(seconds=1))


def test_the_age_of_the_oldest_is_kept_as_a_moment_of_our_clock(office_a):
    record_contact(office_a.epoch, exchange(office_a.epoch, health=Health(waiting_events=1, oldest_waiting_ms=DAY_MS)))
    contact = Contact.objects.get(workplace=office_a.workplace)
    assert contact.oldest_waiting_at is not None
    assert (contact.last_contact_at - contact.oldest_waiting_at).days == 1


@pytest.mark.parametrize("years", [-50, -3, 3, 50])
def test_a_clock_wrong_by_years_is_measured(office_a, years):
    off_ms = years * 365 * DAY_MS
    record_contact(office_a.epoch, exchange(office_a.epoch, clock_ms=time.time_ns() // 1_000_000 + off_ms))
    contact = Contact.objects.get(workplace=office_a.workplace)
    assert abs(contact.clock_offset_ms - off_ms) < DAY_MS


@pytest.mark.parametrize("clock_ms", [-(2**62), 0, 2**62])
def test_an_absurd_clock_and_age_break_nothing(office_a, clock_ms):
    health = Health(waiting_events=2**62, oldest_waiting_ms=2**62, disk_free_bytes=2**62)
    record_contact(office_a.epoch, exchange(office_a.epoch, clock_ms=clock_ms, health=health, version="v\x00" * 500))
    assert Contact.objects.get(workplace=office_a.workplace).waiting_events == 2**62


def test_an_unknown_epoch_is_refused_by_name(centre):
    for epoch_id in (bytes(16), b"", b"short"):
        with pytest.raises(Refused) as refused:
            find_epoch(epoch_id)
        assert refused.value.code == "epoch_unknown"


def test_a_revoked_epoch_is_withdrawn_after_its_last_good_event(centre, office_a, administrator):
    Epoch.objects.filter(pk=office_a.epoch.pk).update(last_seq=12)
    told: list[Epoch] = []
    revocation = revoke_epoch(
        find_epoch(office_a.epoch.id),
        9,
        centre.keys.directory,
        by=administrator,
        reason="stolen",
        announce=told.append,
        log=stand_of_log,
    )
    assert [epoch.id for epoch in told] == [office_a.epoch.id]
    assert Statement.from_bytes(bytes(revocation.statement)).last_good_seq == 9
    ring = key_ring()
    assert not ring.is_revoked(office_a.epoch.id, 9)
    assert ring.is_revoked(office_a.epoch.id, 10)
    assert revocation_of(office_a.epoch) == revocation


def test_an_epoch_is_revoked_once(centre, office_a, administrator):
    def revoke() -> None:
        revoke_epoch(
            office_a.epoch,
            0,
            centre.keys.directory,
            by=administrator,
            reason="x",
            announce=lambda _: None,
            log=stand_of_log,
        )

    revoke()
    with pytest.raises(Refused) as refused:
        revoke()
    assert refused.value.code == "revoked_already"


def test_what_is_not_in_custody_cannot_be_called_good(centre, office_a, administrator):
    with pytest.raises(Refused) as refused:
        revoke_epoch(
            office_a.epoch,
            5,
            centre.keys.directory,
            by=administrator,
            reason="x",
            announce=lambda _: None,
            log=stand_of_log,
        )
    assert refused.value.code == "seq_beyond_custody"


def test_a_new_epoch_of_a_workplace_follows_the_one_before(centre, office_a):
    from server_sync.contract.signing import PrivateKey

    fresh = open_epoch(
        office_a.workplace,
        PrivateKey.generate().public,
        centre.keys.directory,
        centre.log.server_epoch,
        previous=office_a.epoch,
    )
    certificate = key_ring().workplace(fresh.id)
    assert certificate is not None
    assert (certificate.previous_epoch, certificate.previous_head) == (office_a.epoch.id, office_a.epoch.chain)
    assert fresh.slot != office_a.epoch.slot
