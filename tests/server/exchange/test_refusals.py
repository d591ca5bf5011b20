"""Every no has a name and the centre's signature, and changes nothing."""

import shutil
import time
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.urls import resolve

from server_sync.common import room
from server_sync.contract import authentication, codec, frames, reference
from server_sync.contract.events import BODY_LIMIT_BYTES
from server_sync.contract.messages import (
    BLOB_PATH,
    EVENTS_IN_BATCH,
    EXCHANGE_PATH,
    REFERENCE_PATH,
    RawEvent,
    ReferenceRow,
    Refusal,
)
from server_sync.evidence.keys import key_ring
from server_sync.exchange.calls import REQUEST_MOST_BYTES
from server_sync.journal import custody
from server_sync.journal.models import Event, FeedRow
from server_sync.workplaces.reference import reference_texts
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.exchange.test_standing import revoke

pytestmark = pytest.mark.django_db


def said(office: PlainOffice, method: str, path: str, body: bytes = b"", *, late_ms: int = 0) -> tuple[int, Refusal]:
    """Ask, and demand that the answer is the centre's own and a named no."""
    nonce = authentication.new_nonce()
    now_ms = time.time_ns() // 1_000_000 - late_ms
    headers = authentication.sign_request(office.key, method, path, body, nonce, office.epoch, now_ms)
    answer = office.client.generic(method, path, body, content_type=frames.MEDIA_TYPE, headers=headers)
    named = authentication.request_hash(method, path, body, nonce, office.epoch)
    authentication.verify_reply(key_ring(), named, answer.status_code, dict(answer.items()), answer.content)
    return answer.status_code, frames.unpack(Refusal, answer.content)


def test_an_address_that_is_none_of_ours_and_a_wrong_method_are_answered_by_name(ala):
    for path in ("/sync/v2/exchange", "/sync/v1/", BLOB_PATH + "ab", BLOB_PATH + "G" * 64):
        status, refusal = said(ala, "POST", path, b"words")
        assert (status, refusal.code) == (404, "path_unknown")
    status, refusal = said(ala, "GET", EXCHANGE_PATH)
    assert (status, refusal.code) == (405, "method_not_allowed")
    status, refusal = said(ala, "DELETE", BLOB_PATH + "00" * 32)
    assert (status, refusal.code) == (405, "method_not_allowed")


def test_a_clock_that_is_off_is_told_the_time(ala):
    ala.write(REQUEST)
    body = frames.pack(ala.request())
    for late_ms in (authentication.TOLERANCE_MS + 5_000, -authentication.TOLERANCE_MS - 5_000, 10**12):
        status, refusal = said(ala, "POST", EXCHANGE_PATH, body, late_ms=late_ms)
        assert (status, refusal.code) == (401, "request_time")
        assert abs(refusal.server_time_ms - time.time_ns() // 1_000_000) < 60_000
    assert not Event.custody.exists()


def test_another_epochs_exchange_and_another_suite_are_refused(ala, chuy):
    chuy.write(REQUEST)
    status, raw = ala.post(chuy.request())
    assert (status, frames.unpack(Refusal, raw).code) == (400, "foreign_epoch")
    stolen = replace(ala.request(), events=chuy.request().events, last_seq=1, head_seq=1)
    status, raw = ala.post(stolen)
    assert (status, frames.unpack(Refusal, raw).code) == (400, "foreign_epoch")
    status, raw = ala.post(replace(ala.request(), suite=2))
    assert (status, frames.unpack(Refusal, raw).code) == (426, "suite_unknown")
    assert not Event.custody.exists()


def test_a_head_that_the_pc_did_not_sign_is_refused(ala):
    ala.write(REQUEST)
    for changes, code in (({"signature": bytes(64)}, "signature_wrong"), ({"chain": bytes(32)}, "chain_wrong")):
        status, raw = ala.post(replace(ala.request(), **changes))
        assert (status, frames.unpack(Refusal, raw).code) == (409, code)
    ala.exchange()
    refusal = ala.refused(head_seq=1, chain=bytes(32))
    assert (refusal.code, refusal.params) == ("chain_wrong", {"seq": 1, "expects_seq": 1})
    assert Event.custody.count() == 1


def test_a_batch_out_of_order_is_refused(ala):
    for _ in range(3):
        ala.write(REQUEST)
    first, _, third = (RawEvent.of(event) for event in ala.events)
    assert ala.refused(events=(first, third)).code == "seq_not_consecutive"
    assert not Event.custody.exists()


def test_an_event_that_is_too_large_is_refused_by_name(ala):
    made = ala.write(REQUEST)
    huge = RawEvent(made.header, made.salt, bytes(BODY_LIMIT_BYTES + 1))
    assert ala.refused(events=(huge,)).code == "too_large"
    assert not Event.custody.exists()


def test_half_a_request_is_not_taken_for_a_whole_one(ala):
    ala.write(REQUEST)
    body = frames.pack(ala.request())
    for announced in (str(len(body) + 100), "many", "-1"):
        asked = RequestFactory().post(EXCHANGE_PATH, body, content_type=frames.MEDIA_TYPE)
        broken = WSGIRequest({**asked.META, "CONTENT_LENGTH": announced, "wsgi.input": BytesIO(body)})
        answer = resolve(EXCHANGE_PATH).func(broken)
        assert answer.status_code == 408
        assert frames.unpack(Refusal, answer.content).code == "request_cut_short"
    assert not Event.custody.exists()


def test_a_head_seq_that_is_not_the_last_events_is_refused_by_its_field(ala):
    ala.write(REQUEST)
    refusal = ala.refused(head_seq=2)
    assert (refusal.code, refusal.params) == ("out_of_order", {"field": "head_seq", "limit": 1})


def test_the_answer_to_a_body_that_was_not_read_is_bound_to_its_announced_length(ala):
    body = bytes(REQUEST_MOST_BYTES + 1)
    nonce = authentication.new_nonce()
    headers = authentication.sign_request(ala.key, "POST", EXCHANGE_PATH, body, nonce, ala.epoch, 0)
    answer = ala.client.post(EXCHANGE_PATH, body, content_type=frames.MEDIA_TYPE, headers=headers)
    told = dict(answer.items())
    assert told[authentication.UNREAD_HEADER] == str(len(body))
    named = authentication.unread_request_hash("POST", EXCHANGE_PATH, len(body), nonce, ala.epoch)
    authentication.verify_reply(key_ring(), named, 413, told, answer.content)
    refusal = frames.unpack(Refusal, answer.content)
    assert (answer.status_code, refusal.code, refusal.params) == (
        413,
        "too_large",
        {"size": len(body), "limit": REQUEST_MOST_BYTES},
    )


@pytest.mark.parametrize("path", [BLOB_PATH + "00" * 32, EXCHANGE_PATH, "/sync/v2/exchange"])
def test_a_refused_head_brings_what_is_signed_in_a_header(ala, path):
    nonce, now_ms = authentication.new_nonce(), time.time_ns() // 1_000_000
    headers = authentication.sign_request(ala.key, "HEAD", path, b"", nonce, ala.epoch, now_ms)
    answer = ala.client.head(path, headers=headers)
    told = dict(answer.items())
    raw = authentication.read_bare_refusal(told, frames.FRAME_LIMIT_BYTES)
    named = authentication.request_hash("HEAD", path, b"", nonce, ala.epoch)
    authentication.verify_reply(key_ring(), named, answer.status_code, told, raw)
    codes = {404: {"not_here", "path_unknown"}, 405: {"method_not_allowed"}}
    assert answer.content == b""
    assert frames.unpack(Refusal, raw).code in codes[answer.status_code]


@pytest.mark.expects_log("Insufficient Storage")
def test_the_reserve_of_the_disk_is_kept_and_exchanges_without_events_go_on(ala, monkeypatch):
    usage = SimpleNamespace(total=1000, used=901, free=99)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    ala.exchange()
    ala.write(REQUEST)
    status, raw = ala.post(ala.request())
    refusal = frames.unpack(Refusal, raw)
    assert (status, refusal.code) == (507, "no_room")
    assert refusal.retry_after_s > 0
    monkeypatch.setattr(room, "RESERVE_PERCENT", 9)
    ala.exchange()
    assert Event.custody.count() == 1


@pytest.mark.expects_log("Insufficient Storage")
def test_one_pc_cannot_fill_the_centres_disk_in_a_day(ala, chuy, monkeypatch):
    ala.write(REQUEST)
    ala.exchange()
    share = ala.events[0].size_bytes + custody.EVENT_COSTS_BYTES + 100
    monkeypatch.setattr(custody, "DAY_MOST_BYTES", share)
    ala.write(REQUEST)
    status, raw = ala.post(ala.request())
    assert (status, frames.unpack(Refusal, raw).code) == (507, "quota_reached")
    chuy.write(REQUEST)
    chuy.exchange()
    monkeypatch.undo()
    ala.exchange()
    assert Event.custody.count() == 3


@pytest.mark.expects_log("Insufficient Storage")
def test_a_withdrawn_pc_has_a_small_share_of_a_day(ala, chuy, monkeypatch):
    most = EVENTS_IN_BATCH * (custody.EVENT_COSTS_BYTES + 1_024)
    assert most < custody.WITHDRAWN_DAY_MOST_BYTES < custody.DAY_MOST_BYTES / 20
    ala.write(REQUEST)
    ala.exchange()
    revoke(ala, 1)
    share = 2 * (ala.events[0].size_bytes + custody.EVENT_COSTS_BYTES) + 100
    monkeypatch.setattr(custody, "WITHDRAWN_DAY_MOST_BYTES", share)
    ala.write(REQUEST)
    ala.exchange()
    ala.write(REQUEST)
    status, raw = ala.post(ala.request())
    assert (status, frames.unpack(Refusal, raw).code) == (507, "quota_reached")
    for _ in range(3):
        chuy.write(REQUEST)
    chuy.exchange()
    assert Event.custody.count() == 5


def test_no_refusal_writes_a_row(ala):
    ala.write(REQUEST)
    before = FeedRow.objects.count()
    ala.refused(signature=bytes(64))
    assert (Event.custody.count(), FeedRow.objects.count()) == (0, before)


def test_a_refused_field_is_named_with_its_structure_and_the_event_by_its_place(ala):
    first, second = ala.write(REQUEST), ala.write(REQUEST)
    plain: Any = codec.decode(second.header, 1_024)
    cases = (
        ({**plain, 1: 0}, {"code": "out_of_range", "field": "Header.seq", "at_least": 1, "limit": 2**63 - 1}),
        ({**plain, 3: "now"}, {"code": "wrong_type", "field": "Header.wall_ms"}),
        ({**plain, 23: 1}, {"code": "unknown_key", "field": "Header", "key": "23"}),
    )
    for header, told in cases:
        broken = RawEvent(codec.encode(header), second.salt, second.body)
        refusal = ala.refused(events=(RawEvent.of(first), broken))
        assert {"code": refusal.code, **(refusal.params or {})} == {**told, "event": 1}
    assert not Event.custody.exists()


def test_a_program_that_was_shipped_without_tables_gets_them_signed(ala):
    for name in reference.FILES:
        path = f"{REFERENCE_PATH}{name}"
        nonce = authentication.new_nonce()
        now_ms = time.time_ns() // 1_000_000
        headers = authentication.sign_request(ala.key, "GET", path, b"", nonce, ala.epoch, now_ms)
        answer = ala.client.get(path, headers=headers)
        named = authentication.request_hash("GET", path, b"", nonce, ala.epoch)
        authentication.verify_reply(key_ring(), named, 200, dict(answer.items()), answer.content)
        assert frames.unpack(ReferenceRow, answer.content) == ReferenceRow(name, reference_texts()[name])
    for name in ("glossary.csv", "nothing.csv"):
        assert ala.ask("GET", f"{REFERENCE_PATH}{name}").status_code == 404
    assert ala.client.get(f"{REFERENCE_PATH}{reference.TERMS}").status_code == 401
