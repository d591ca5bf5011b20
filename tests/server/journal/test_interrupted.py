"""A stop between custody and interpretation loses nothing, and order is that of custody whoever comes first."""

from datetime import UTC, datetime

import pytest

from server_sync.appeals import understanding
from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    AppealForm,
    AppealWithdrawn,
    ReturnedToOffice,
    Routed,
    Words,
)
from server_sync.contract.events import EventKind
from server_sync.contract.messages import Confirmed, Status
from server_sync.journal import custody
from server_sync.journal.models import Event, Unread
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db


def custody_alone(office: PlainOffice) -> None:
    """What a batch comes to when the program is killed before it is read."""
    custody.take(office.epoch, office.request(), datetime.now(UTC))


def test_what_was_only_in_custody_is_read_at_the_next_start(ala):
    for _ in range(3):
        ala.write(REQUEST)
    custody_alone(ala)
    assert (Appeal.objects.count(), Unread.objects.get().count) == (0, 3)
    understanding.interpret_waiting()
    assert (Appeal.objects.count(), Unread.objects.count()) == (3, 0)
    reply = ala.exchange()
    assert [(run.seq_from, run.count, run.status) for run in reply.results] == [(1, 3, Status.REGISTERED)]
    assert ala.feed == [Confirmed(1, 3)]


def test_what_was_only_in_custody_is_read_by_the_next_exchange_of_the_site(ala, plain, enrolled):
    ala.write(REQUEST)
    custody_alone(ala)
    plain(enrolled("KG-C-ALA")).exchange()
    assert Appeal.objects.count() == 1


def test_an_officer_acts_on_a_request_as_it_is_with_all_that_came_before(ala, registrar):
    request = ala.write(REQUEST)
    ala.exchange()
    ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    custody_alone(ala)
    with pytest.raises(Refused, match="not_in_this_state"):
        perform(request.hash, Routed("AKIM@KG-C-ALA"), person=registrar.id.bytes)
    assert rebuild(keep=False).is_equal


def test_events_of_a_request_stand_in_order_of_custody(ala, registrar):
    request = ala.write(REQUEST)
    ala.exchange()
    perform(request.hash, Routed("AKIM@KG-C-ALA"), person=registrar.id.bytes)
    ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    custody_alone(ala)
    understanding.interpret_waiting()
    entries = list(HistoryEntry.objects.values_list("event__leaf", "kind"))
    kinds = [EventKind.APPEAL_REGISTERED, EventKind.ROUTED, EventKind.APPEAL_WITHDRAWN]
    assert [kind for _, kind in entries] == kinds
    assert entries == sorted(entries)


def test_an_act_without_a_person_or_one_that_cannot_be_applied_leaves_no_event(ala, registrar):
    request = ala.write(REQUEST)
    ala.exchange()
    count = Event.custody.count()
    with pytest.raises(Refused, match="person_missing"):
        perform(request.hash, ReturnedToOffice(Words("Т")))
    with pytest.raises(Refused, match="control_character"):
        perform(request.hash, ReturnedToOffice(Words("а\0б")), person=registrar.id.bytes)
    assert Event.custody.count() == count
    assert Appeal.objects.get().state == "registered"
