"""What a withdrawn PC brings costs the other PCs of its office a row of their feed a day, however much it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.appeals.applying import Decision
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve, resolve_alike
from server_sync.contract.bodies import AppealSupplemented, SessionClosed
from server_sync.contract.messages import EventRow, Quarantined, Released, Status
from server_sync.journal.models import Event, Intake, Reading
from server_sync.workplaces.models import Revocation
from tests.server.appeals.lives import withdraw_pc
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.oversight.conftest import noor

__all__ = ["noor"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mate(plain: Callable[..., PlainOffice], enrolled: Callable[..., object]) -> PlainOffice:
    """Another PC of the office."""
    office: PlainOffice = plain(enrolled("KG-C-ALA"))
    return office


def flood(office: PlainOffice, *counts: int) -> None:
    """Deliver so many events in each of some batches."""
    for count in counts:
        for _ in range(count):
            office.write(SessionClosed(1))
        office.exchange()


def news(office: PlainOffice) -> Sequence[object]:
    before = len(office.feed)
    office.exchange()
    return office.feed[before:]


@pytest.mark.parametrize("counts", [(120,), (1, 50, 69), (1,) * 12])
def test_a_flood_is_one_row_in_whatever_batches(ala, mate, counts):
    request = ala.write(REQUEST)
    ala.exchange()
    withdraw_pc(ala)
    news(mate)
    ala.write(AppealSupplemented("дагы"), appeal=request.hash)
    flood(ala, *counts)
    assert news(mate) == [Quarantined(ala.events[1].hash, "after_revocation")]
    assert Reading.objects.filter(status=Status.AFTER_REVOCATION).count() == 1 + sum(counts)


def test_the_next_day_has_a_row_of_its_own(ala, mate):
    withdraw_pc(ala)
    flood(ala, 3)
    long_ago = timezone.now() - timedelta(days=2)
    Intake.objects.update(on=timezone.localdate(long_ago))
    Revocation.objects.update(revoked_at=long_ago)
    flood(ala, 2, 2)
    told = [Quarantined(ala.events[at].hash, "after_revocation") for at in (0, 3)]
    assert news(mate) == told


def test_what_was_brought_before_the_withdrawal_is_told_as_ever(ala, mate):
    ala.write(replace(REQUEST, categories=("99.99",)))
    ala.write(replace(REQUEST, categories=("99.98",)))
    ala.exchange()
    withdraw_pc(ala)
    flood(ala, 2)
    told = [entry for entry in news(mate) if isinstance(entry, Quarantined)]
    assert [(one.event, one.code) for one in told] == [
        (ala.events[0].hash, "category_unknown"),
        (ala.events[1].hash, "category_unknown"),
        (ala.events[2].hash, "after_revocation"),
    ]


def test_what_the_office_was_not_told_of_is_kept_out_without_a_word_and_let_in_whole(ala, mate, nur, noor):
    request = ala.write(REQUEST)
    ala.exchange()
    withdraw_pc(ala)
    for place in range(9):
        ala.write(AppealSupplemented(f"дагы {place}"), appeal=request.hash)
    late = ala.write(replace(REQUEST, subject="кеч келген"))
    ala.exchange()
    news(mate)
    both = {"person": nur.id.bytes, "second_person": noor.id.bytes}
    held = list(Event.custody.select_related("epoch").filter(epoch=ala.epoch, seq__range=(3, 10)))
    lived = HistoryEntry.objects.count()
    assert resolve_alike(held, Decision.KEEP_OUT, "ууру", **both) == 8
    assert news(mate) == []
    assert HistoryEntry.objects.count() == lived
    resolve(late.hash, Decision.RELEASE, "кагазы бар", **both)
    told = news(mate)
    assert [type(entry) for entry in told] == [EventRow, EventRow, Released]
    assert told[-1] == Released(late.hash)
    assert Appeal.objects.filter(subject="кеч келген").exists()
    resolve(ala.events[1].hash, Decision.KEEP_OUT, "ууру", **both)
    assert [type(entry) for entry in news(mate)] == [EventRow]  # the one that the office was told of
    assert rebuild(keep=False).is_equal
