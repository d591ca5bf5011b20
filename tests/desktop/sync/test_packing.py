"""What an exchange carries, and how much of it."""

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest

from liaison_desktop.domain.errors import StoreDamaged
from liaison_desktop.store import feed
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.sync.packing import Batch, pack
from server_sync.contract import frames
from server_sync.contract.bodies import AppealForm, AppealKind
from server_sync.contract.evidence.checkpoint import Checkpoint, cosigner_name, verify_cosignature
from server_sync.contract.messages import BATCH_MOST_BYTES, BATCH_START_BYTES, ExchangeRequest
from server_sync.contract.signing import PublicKey

SAMPLES = Path(__file__).parents[3] / "proving" / "samples" / "requests.jsonl"
WIRE_MOST_BYTES = 330
LETTERS = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя "


def packed(office, batch: Batch | None = None):
    epoch = current_epoch(office.store.connection)
    return pack(office.store, epoch, batch or Batch(), office.clock, versions={"program": "t"})


def as_sent(one) -> ExchangeRequest:
    return frames.unpack(ExchangeRequest, one.body)


def register_samples(office, count: int) -> None:
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()[:count]]
    kinds = {"complaint": 3, "application": 2, "proposal": 1, "thanks": 4}
    for row in rows:
        who = row["citizen"]
        office.clock.go_on(90_000)
        office.register(
            kind=AppealKind(kinds[row["kind"]]),
            form=AppealForm.ORAL if row["form"] == "oral" else AppealForm.WRITTEN,
            language=row["language"],
            surname=who["surname"],
            given_name=who["given_name"],
            patronymic=who.get("patronymic") or "",
            pin=who.get("pin") or "",
            birth_on=date.fromisoformat(who["birth_date"]) if who.get("birth_date") else None,
            phone=who.get("phone") or "",
            settlement=who["address"].get("settlement") or "",
            street=f"{who['address'].get('street') or ''}, {who['address'].get('house') or ''}",
            addressee_code=row["addressee"]["code"],
            addressee_site="",
            categories=tuple(row["categories"]),
            subject=row["subject"],
            text=row["text"],
        )


def test_a_batch_grows_and_shrinks_within_its_bounds():
    batch = Batch()
    assert batch.limit_bytes == BATCH_START_BYTES
    for _ in range(10):
        batch = batch.doubled()
    assert batch.limit_bytes == BATCH_MOST_BYTES
    for _ in range(20):
        batch = batch.slower(batch.limit_bytes).smaller(batch.most_events)
    assert batch.most_events == 1
    assert batch.limit_bytes > 0


def test_events_go_in_the_order_they_were_made_and_as_the_bytes_they_are(office):
    for _ in range(4):
        office.register()
    kept = office.store.connection.execute("SELECT header, salt, body FROM events ORDER BY seq").fetchall()
    sent = [(raw.header, raw.salt, raw.body) for raw in as_sent(packed(office)).events]
    assert sent == kept


def test_a_batch_of_large_texts_keeps_to_its_compressed_size(office):
    for seed in range(12):
        office.register(text="".join(Random(seed).choices(LETTERS, k=20_000)))
    one = packed(office, Batch(limit_bytes=16_000, ratio=0.02))
    assert len(one.body) <= 16_000 * 1.15
    assert one.has_more


def test_an_event_larger_than_the_batch_goes_alone(office):
    office.register(text="".join(Random(1).choices(LETTERS, k=90_000)))
    packed(office)
    one = packed(office, Batch(limit_bytes=4_096, most_events=1))
    assert len(one.events) == 1


def test_what_was_sent_and_not_answered_goes_again_as_the_same_batch(office):
    office.register()
    first = packed(office)
    office.register()
    again = packed(office)
    assert [one.hash for one in again.events] == [one.hash for one in first.events]
    assert again.has_more


def test_bytes_that_are_not_what_was_written_are_not_sent(office):
    office.register()
    connection = office.store.connection
    connection.execute("DROP TRIGGER events_are_not_changed")
    connection.execute("UPDATE events SET body = CAST(body || x'00' AS BLOB) WHERE seq = 2")
    with pytest.raises(StoreDamaged) as damaged:
        packed(office)
    assert damaged.value.code == "event_damaged"
    office.exchange()
    assert office.exchanging.news.hindrance == "event_damaged"


def test_the_office_cosigns_once_a_day_what_it_has_seen_grow(office, centre):
    office.register()
    office.exchange()
    office.exchange()
    held = feed.held_checkpoint(office.store.connection)
    assert held is not None
    line = next(one.cosignature for one in centre.exchanges if one.cosignature)
    key = PublicKey(current_epoch(office.store.connection).key.public.raw)
    seen = Checkpoint(held.origin, held.size, held.root)
    assert verify_cosignature(line, key, cosigner_name(office.epoch), seen) * 1000 <= office.clock.wall_ms()
    assert sum(bool(one.cosignature) for one in centre.exchanges) == 1
    office.exchange()
    assert sum(bool(one.cosignature) for one in centre.exchanges) == 1
    for moving in (office.clock, centre):
        moving.now_ms += 25 * 3600 * 1000
    office.clock.running_ms += 25 * 3600 * 1000
    office.exchange()
    assert sum(bool(one.cosignature) for one in centre.exchanges) == 2


def test_the_office_says_how_much_waits_and_how_it_is(office, centre):
    office.clock.go_on(60_000)
    office.register()
    office.clock.go_on(120_000)
    centre.now_ms = office.clock.now_ms
    health = as_sent(packed(office)).health
    assert health.waiting_events == 2
    assert health.oldest_waiting_ms == 180_000
    assert health.disk_total_bytes > health.disk_free_bytes > 0


def test_a_request_takes_few_bytes_on_the_wire_both_ways(office, centre):
    register_samples(office, 150)
    centre.now_ms = office.clock.now_ms
    before = len(office.line.calls)
    taken = []
    real = office.exchanging._unpack

    def note(one, answered):
        taken.append(answered.spent)
        return real(one, answered)

    office.exchanging._unpack = note
    office.exchanging._batch = Batch(limit_bytes=BATCH_MOST_BYTES)
    office.exchange()
    assert len(office.line.calls) == before + 1
    both_ways = sum(spent.bytes_up + spent.bytes_down for spent in taken)
    assert both_ways / 150 <= WIRE_MOST_BYTES
