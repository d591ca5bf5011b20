"""Events that are written many at once mean what they would mean one by one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from server_sync.appeals import actions, applying, rebuilding
from server_sync.appeals.actions import catch_up, interpret
from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import AppealForm, AppealWithdrawn, Body, ReturnedToOffice, Routed, Words
from server_sync.contract.messages import EventRow, Status
from server_sync.contract.workflow import State
from server_sync.evidence.log import current_log
from server_sync.journal import centre, feeds
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import CENTRE
from tests.server.appeals.lives import live_a_whole_life, live_among_others
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db
AKIM, PREMIER = "AKIM@KG-C-ALA", "PM"


def said_together(*acts: tuple[bytes, Body]) -> list[tuple[Status, str]]:
    """Write acts of the centre in one go, whatever becomes of them; give what each was read as."""
    with transaction.atomic():
        catch_up(["KG-C-ALA"])
        events = write(*acts)
        feeds.append(interpret(events), current_log().server_epoch)
    readings = {reading.event_id: reading for reading in Reading.objects.filter(event__in=events)}
    return [(Status(readings[event.pk].status), readings[event.pk].code) for event in events]


def write(*acts: tuple[bytes, Body]) -> list[Event]:
    return centre.write([centre.Act(body, appeal) for appeal, body in acts], datetime.now(UTC))


def delivered(office: PlainOffice, count: int) -> list[bytes]:
    hashes = [office.write(REQUEST).hash for _ in range(count)]
    office.exchange()
    return hashes


def test_what_comes_out_does_not_depend_on_how_events_are_parted(ala, chuy, staff, registrar, monkeypatch):
    first = live_a_whole_life(ala, staff)
    several = delivered(ala, 5)
    said_together((several[0], Routed(PREMIER)), (bytes([7]) * 32, Routed(AKIM)), (several[0], Routed(AKIM)))
    ala.write(AppealWithdrawn("чарчадым", AppealForm.ORAL), appeal=several[1])
    ala.exchange()
    said_together((several[1], Routed(AKIM)), (several[2], Routed(AKIM, reason=Words("а\0б"))))
    perform(several[3], ReturnedToOffice(Words("Дарек")), person=registrar.id.bytes)
    delivered(chuy, 3)
    route_new()
    live_among_others(ala, chuy, staff, first)
    route_new()
    for chunk, together in ((1, 500), (2, 1), (7, 3), (1_000, 2), (1_000, 500)):
        monkeypatch.setattr(rebuilding, "CHUNK", chunk)
        monkeypatch.setattr(actions, "BULK", together)
        compared = rebuild(keep=False)
        assert compared.is_equal, (chunk, together, compared)


def test_routings_of_one_request_in_one_go_come_in_turn_and_out_of_turn(ala):
    (of,) = delivered(ala, 1)
    assert said_together((of, Routed(PREMIER, "r1")), (of, Routed(AKIM, "r2"))) == [(Status.REGISTERED, "")] * 2
    appeal = Appeal.objects.select_related("last_event").get()
    assert (appeal.state, appeal.body_code, appeal.routed_by, appeal.has_doubt) == ("with_body", PREMIER, "r1", True)
    entries = HistoryEntry.objects.filter(event__epoch__site=CENTRE)
    assert [entry.is_out_of_turn for entry in entries] == [False, True]
    assert {entry.state_after for entry in entries} == {State.WITH_BODY}
    assert [entry.event_id for entry in entries][-1] == appeal.last_event_id
    ala.exchange()
    told = [entry for entry in ala.feed if isinstance(entry, EventRow)]
    assert [entry.out_of_turn for entry in told] == [False, True]


def test_one_that_is_refused_is_quarantined_by_name_and_holds_back_none(ala):
    several = delivered(ala, 3)
    wrong = Routed(AKIM, reason=Words("а\0б"))
    assert said_together((several[0], Routed(AKIM)), (several[1], wrong), (several[2], Routed(AKIM))) == [
        (Status.REGISTERED, ""),
        (Status.QUARANTINED, "control_character"),
        (Status.REGISTERED, ""),
    ]
    states = Appeal.objects.order_by("id").values_list("state", "body_code")
    assert list(states) == [("with_body", AKIM), ("registered", ""), ("with_body", AKIM)]
    assert rebuild(keep=False).is_equal


def test_one_whose_request_has_not_come_waits_and_is_applied_when_it_comes(ala):
    here = delivered(ala, 1)[0]
    coming = ala.write(REQUEST)
    assert said_together((coming.hash, Routed(PREMIER)), (here, Routed(AKIM))) == [
        (Status.WAITING, ""),
        (Status.REGISTERED, ""),
    ]
    ala.exchange()
    assert Appeal.objects.get(hash=coming.hash).body_code == PREMIER
    assert not Reading.objects.exclude(status=Status.REGISTERED).exists()
    assert rebuild(keep=False).is_equal


def test_when_the_database_refuses_them_together_each_is_tried_alone(ala, monkeypatch):
    def refuse(*_: object) -> None:
        raise IntegrityError

    delivered(ala, 3)
    monkeypatch.setattr(applying, "update_rows", refuse)
    assert route_new()[0] == 3
    assert set(Appeal.objects.values_list("state", flat=True)) == {State.WITH_BODY}
    assert rebuild(keep=False).is_equal


def test_a_routing_by_rule_asks_the_database_as_often_for_many_as_for_one(ala, django_assert_max_num_queries):
    delivered(ala, 1)
    with django_assert_max_num_queries(60) as asked:
        route_new()
    once = len(asked)
    delivered(ala, 40)
    with django_assert_max_num_queries(once + 10):
        assert route_new()[0] == 40
