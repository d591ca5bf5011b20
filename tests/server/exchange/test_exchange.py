"""What the routine call promises to an office."""

from dataclasses import replace
from typing import Any

import pytest

from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.rebuilding import rebuild
from server_sync.contract import codec, frames
from server_sync.contract.bodies import Address, AppealCorrected, AppealForm, AppealWithdrawn, SessionOpened
from server_sync.contract.events import Event, Header, read_header
from server_sync.contract.evidence.acknowledgement import open_acknowledgement
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.merkle import verify_range
from server_sync.contract.messages import (
    Confirmed,
    EventRow,
    Quarantined,
    RawEvent,
    Refusal,
    RowKind,
    Standing,
    Status,
    WrongField,
)
from server_sync.contract.shapes import to_plain
from server_sync.contract.workflow import State
from server_sync.evidence.keys import centre_keys, key_ring
from server_sync.journal.directory import announce, publish_missing
from server_sync.journal.models import CommonRow, FeedRow
from server_sync.journal.models import Event as StoredEvent
from server_sync.workplaces.models import Epoch
from tests.server.exchange.offices import REQUEST, THIS_YEAR, PlainOffice

pytestmark = pytest.mark.django_db


def test_what_was_registered_offline_is_in_the_register_once(ala: PlainOffice) -> None:
    for at in range(20):
        ala.write(replace(REQUEST, subject=f"Суу {at}"))
    reply = ala.exchange()
    assert [(run.seq_from, run.count, run.status) for run in reply.results] == [(1, 20, Status.REGISTERED)]
    assert Appeal.objects.count() == 20
    assert Appeal.objects.filter(state=State.REGISTERED, site="KG-C-ALA").count() == 20
    assert ala.feed == [Confirmed(1, 20)]
    again = ala.exchange()
    assert (again.results, again.feed.rows, again.acknowledgement) == ((), (), b"")


def test_the_acknowledgement_and_the_range_proof_stand_by_themselves(ala: PlainOffice) -> None:
    for _ in range(7):
        ala.write(REQUEST)
    reply = ala.exchange()
    ring = key_ring()
    told = open_acknowledgement(reply.acknowledgement, ring)
    assert (told.epoch, told.chain) == (ala.epoch, ala.chain_at(7))
    held = told.ranges[-1]
    checkpoint = open_checkpoint(reply.checkpoint, centre_keys().log.public, reply.checkpoint.split("\n", 1)[0])
    hashes = [event.hash for event in ala.events]
    verify_range(hashes, held.leaf_from, checkpoint.size, reply.range_proof, checkpoint.root)


def test_a_batch_sent_again_changes_nothing_and_gets_its_first_answer(ala: PlainOffice) -> None:
    ala.write(REQUEST)
    asked = ala.request()
    _, first = ala.post(asked)
    rows = FeedRow.objects.count()
    _, second = ala.post(asked)
    read_first, read_second = (frames.unpack(type(ala.exchange()), raw) for raw in (first, second))
    assert read_first.results == read_second.results
    assert (Appeal.objects.count(), StoredEvent.custody.count()) == (1, 1)
    assert FeedRow.objects.count() == rows


def test_an_office_sees_nothing_of_another_office(ala: PlainOffice, chuy: PlainOffice) -> None:
    ala.write(replace(REQUEST, text="канарейка-үнү"))
    ala.exchange()
    _, raw = chuy.post(chuy.request())
    assert "канарейка".encode() not in frames.expand(raw)


def test_the_other_pc_of_a_site_gets_the_whole_request(ala: PlainOffice, enrolled, plain) -> None:
    second = plain(enrolled("KG-C-ALA"))
    made = ala.write(REQUEST)
    ala.exchange()
    second.exchange()
    row = second.feed[0]
    assert isinstance(row, EventRow)
    assert row.event() == made
    assert row.number.startswith(f"ALA-{THIS_YEAR % 100}-A-00001-")


def test_a_gap_is_refused_with_the_seq_that_is_wanted(ala: PlainOffice) -> None:
    ala.write(REQUEST)
    ala.write(REQUEST)
    ala.sent = 1
    refusal = ala.refused()
    assert (refusal.code, refusal.params) == ("gap", {"expects_seq": 1})
    assert StoredEvent.custody.count() == 0


def test_a_request_with_an_unknown_category_is_in_custody_and_quarantined_by_name(ala: PlainOffice) -> None:
    ala.write(replace(REQUEST, categories=("99.99",)))
    ala.write(REQUEST)
    reply = ala.exchange()
    assert [(run.status, run.code) for run in reply.results] == [
        (Status.QUARANTINED, "category_unknown"),
        (Status.REGISTERED, ""),
    ]
    assert StoredEvent.custody.count() == 2
    assert isinstance(ala.feed[0] if isinstance(ala.feed[0], Quarantined) else ala.feed[1], Quarantined)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"categories": ("99.99",)}, "category_unknown", "categories"),
        ({"text": " "}, "text_empty", "text"),
        ({"addressee_code": "KHAN"}, "addressee_unknown", "addressee_code"),
        ({"address": Address(territory_code="KG-X")}, "territory_unknown", "territory_code"),
    ],
)
def test_a_quarantine_tells_the_office_which_field_is_wrong(
    ala: PlainOffice, wrong: dict[str, Any], code: str, field: str
) -> None:
    event = ala.write(replace(REQUEST, **wrong))
    ala.exchange()
    assert ala.feed == [Quarantined(event.hash, code), WrongField(event.hash, field)]


def test_the_common_feed_begins_with_the_keys_before_any_workplace_that_they_certify(ala: PlainOffice) -> None:
    announce(Epoch.objects.get(pk=ala.epoch))
    publish_missing()
    kinds = list(CommonRow.objects.order_by("number").values_list("row_kind", flat=True))
    keys = len(centre_keys().certificates)
    assert kinds[: keys + 1] == [RowKind.KEY] * keys + [RowKind.WORKPLACE]
    assert RowKind.KEY not in kinds[keys:]


def test_a_quarantine_for_what_is_no_field_names_none(ala: PlainOffice) -> None:
    event = ala.write(REQUEST, person=bytes(16))
    ala.exchange()
    assert ala.feed == [Quarantined(event.hash, "person_missing")]


def test_bytes_that_are_no_such_body_name_the_structure_and_its_field(ala: PlainOffice) -> None:
    made = ala.write(REQUEST)
    whole: Any = codec.decode(made.body, 10_000)
    ala.events[-1] = replace(made, body=codec.encode({**whole, 0: 99}))
    ala.exchange()
    named = [entry.field for entry in ala.feed if isinstance(entry, WrongField)]
    assert named == ["AppealRegistered.kind"]


def test_a_correction_brings_a_quarantined_request_in_with_its_own_number(ala: PlainOffice) -> None:
    wrong = ala.write(replace(REQUEST, categories=("99.99",)))
    ala.write(AppealWithdrawn(reason="өзү чечилди", expressed=AppealForm.ORAL), appeal=wrong.hash)
    assert [run.status for run in ala.exchange().results] == [Status.QUARANTINED, Status.WAITING]
    ala.write(AppealCorrected(reason="категория", categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash)
    assert [run.status for run in ala.exchange().results] == [Status.REGISTERED]
    appeal = Appeal.objects.get()
    assert (bytes(appeal.hash), appeal.categories, appeal.state) == (wrong.hash, ["11.04"], State.WITHDRAWN)
    assert appeal.number.startswith(f"ALA-{THIS_YEAR % 100}-A-00001-")


def test_an_event_that_overtakes_its_request_waits_for_it(ala: PlainOffice, enrolled, plain) -> None:
    second = plain(enrolled("KG-C-ALA"))
    request = ala.write(REQUEST)
    second.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    reply = second.exchange()
    assert [(run.status, run.awaited) for run in reply.results] == [(Status.WAITING, request.hash)]
    ala.exchange()
    assert Appeal.objects.get().state == State.WITHDRAWN


def test_an_event_out_of_turn_is_kept_and_marked_for_a_person(ala: PlainOffice) -> None:
    request = ala.write(REQUEST)
    for _ in range(2):
        ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    ala.exchange()
    assert list(HistoryEntry.objects.values_list("is_out_of_turn", flat=True)) == [False, False, True]
    assert Appeal.objects.get().has_doubt


def test_an_event_of_the_future_is_kept_and_the_rest_goes_on(ala: PlainOffice) -> None:
    header = replace(_header_of(ala.write(SessionOpened(role="clerk", program="1.0"))), kind=999)
    ala.events[0] = Event(codec.encode(to_plain(header)), bytes(16), b"words of tomorrow")
    ala.write(REQUEST)
    reply = ala.exchange()
    assert [(run.status, run.code) for run in reply.results] == [
        (Status.STORED, "kind_unknown"),
        (Status.REGISTERED, ""),
    ]
    assert bytes(StoredEvent.custody.get(seq=1).body or b"") == b"words of tomorrow"


def test_a_cloned_pc_is_seen_at_once_and_both_branches_are_kept(ala: PlainOffice) -> None:
    ala.write(REQUEST)
    ala.exchange()
    clone = replace(ala, events=list(ala.events), feed=[])
    ala.write(replace(REQUEST, subject="биринчи"))
    clone.write(replace(REQUEST, subject="экинчи"), random=77)
    assert ala.exchange().standing is Standing.GOOD
    status, raw = clone.post(clone.request())
    reply = frames.unpack(type(ala.exchange()), raw)
    assert (status, reply.standing) == (200, Standing.FORKED)
    assert set(Appeal.objects.values_list("subject", flat=True)) >= {"биринчи", "экинчи"}


def test_a_pc_put_back_by_a_backup_gets_its_events_back(ala: PlainOffice) -> None:
    ala.write(REQUEST)
    ala.exchange()
    lost = ala.write(replace(REQUEST, subject="жоголгон"))
    ala.exchange()
    ala.events.pop()
    ala.sent = 1
    reply = ala.exchange()
    assert reply.standing is Standing.ROLLED_BACK
    assert [raw.event() for raw in reply.missing] == [lost]


def test_bytes_that_are_not_ours_are_refused_by_name_and_change_nothing(ala: PlainOffice) -> None:
    ala.write(REQUEST)
    good = frames.pack(ala.request())
    bomb = frames.compress(bytes(64 * 1024 * 1024))
    duplicate_keys = frames.compress(b"\xa2\x00\x01\x00\x02")
    for raw, code in (
        (b"", "malformed_zstd"),
        (b"<html>portal</html>", "malformed_zstd"),
        (good[:-3], "malformed_zstd"),
        (bomb, "too_large"),
        (duplicate_keys, "not_canonical"),
        (frames.compress(codec.encode([1])), "wrong_type"),
    ):
        status, answer = ala.post_raw(raw)
        assert status in (400, 413)
        assert frames.unpack(Refusal, answer).code == code
    unread = ala.client.post("/sync/v1/exchange", bytes(frames.FRAME_LIMIT_BYTES + 1), content_type=frames.MEDIA_TYPE)
    assert (unread.status_code, frames.unpack(Refusal, unread.content).code) == (413, "too_large")
    assert StoredEvent.custody.count() == 0


def test_an_event_changed_on_the_way_breaks_the_chain(ala: PlainOffice) -> None:
    made = ala.write(REQUEST)
    forged = RawEvent(made.header, made.salt, made.body[:-1] + b"\x02")
    assert ala.refused(events=(forged,)).code == "chain_wrong"
    assert StoredEvent.custody.count() == 0


def test_a_stranger_and_a_wrong_clock_are_told_apart(ala: PlainOffice, chuy: PlainOffice) -> None:
    ala.write(REQUEST)
    ala.key, key = chuy.key, ala.key
    assert ala.refused().code == "request_forged"
    ala.key = key
    assert ala.client.post("/sync/v1/exchange", b"", content_type="x/y").status_code == 401


def test_the_register_is_what_the_events_say(ala: PlainOffice) -> None:
    request = ala.write(REQUEST)
    ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    ala.write(replace(REQUEST, categories=("99.99",)))
    ala.exchange()
    assert rebuild(keep=False).is_equal
    Appeal.objects.update(subject="бурмаланган")
    found = rebuild(keep=True)
    assert (len(found.only_stored), len(found.only_rebuilt)) == (1, 1)
    assert Appeal.objects.get().subject == REQUEST.subject


def _header_of(event: Event) -> Header:
    return read_header(event.header)
