"""Any bytes from outside become a value or a refusal by name: never another error, never much memory."""

import dataclasses
import tracemalloc
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docs import make_protocol
from server_sync.contract import blobs, bodies, codec, events, frames, messages
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes
from server_sync.contract.events import BODY_OF, Event, EventKind, Header, frame_event, make_event, read_event
from server_sync.contract.messages import ExchangeRequest, FeedPage, RawEvent, RawRow, Sealed, rows_of
from server_sync.contract.shapes import from_plain, to_plain
from tests.contract import make_vectors

TRAVELLING: tuple[type, ...] = (
    Header,
    *BODY_OF.values(),
    *messages.ROW_OF.values(),
    *make_protocol.MESSAGES,
    *make_protocol.PARTS,
    *make_protocol.CERTIFICATES,
    *make_protocol.ACKNOWLEDGEMENTS,
)
MEBIBYTE = 2**20

odd_numbers = (
    st.integers(-3, 30) | st.integers(-(2**64), 2**64) | st.sampled_from([2**31, 2**63, -(2**63), 255, 65_536])
)
odd_texts = st.text(max_size=8) | st.sampled_from(["", "ky", "\x00", "Ѳ", "x" * 3_000])
odd_bytes = st.binary(max_size=8) | st.sampled_from([bytes(8), bytes(16), bytes(32), bytes(64), bytes(1_100)])
leaves = st.none() | st.booleans() | odd_numbers | odd_texts | odd_bytes
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.integers(-1, 24) | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=20,
)


def value_or_refusal(read: Callable[[], Any]) -> Any:
    """Give what was read, or None for a refusal by name. Every other error goes through and fails the test."""
    try:
        return read()
    except ContractError as refusal:
        assert refusal.code.replace("_", "").isalnum()  # noqa: PT017 — whether it refuses is open, how is not
        return None


def memory_peak(work: Callable[[], Any]) -> int:
    """Bytes that Python held at most while something worked."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_in_its_only_form_or_refused(raw):
    value = value_or_refusal(lambda: [codec.decode(raw, 200)])
    if value is not None:
        assert codec.encode(value[0]) == raw


@settings(max_examples=400)
@given(anything, st.data())
def test_cbor_with_a_changed_byte_is_a_value_in_its_only_form_or_refused(value, data):
    try:
        raw = bytearray(cbor2.dumps(value, canonical=True))
    except UnicodeEncodeError:
        return
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    read = value_or_refusal(lambda: [codec.decode(bytes(raw), 100_000)])
    if read is not None:
        assert codec.encode(read[0]) == raw


def shared_laughs() -> bytes:
    """Five arrays of a hundred places, each place the array before: 10^10 places in 1.5 kB (tags 28 and 29)."""
    layers = [b"\xd8\x1c\x98\x64" + b"\x00" * 100]
    layers += [b"\xd8\x1c\x98\x64" + (b"\xd8\x1d" + cbor2.dumps(layer)) * 100 for layer in range(4)]
    return bytes([0x80 + len(layers)]) + b"".join(layers)


def repeated_text() -> bytes:
    """A text of 64 KiB named again ten thousand times: 650 MB in 95 kB (tags 256 and 25)."""
    return b"\xd9\x01\x00\x99\x27\x10\x5a\x00\x01\x00\x00" + b"a" * 65_536 + b"\xd8\x19\x00" * 9_999


GREEDY = {
    "shared arrays": shared_laughs(),
    "a repeated text": repeated_text(),
    "a big float with a huge exponent": bytes.fromhex("c5821b7fffffffffffffff03"),
    "a huge number": b"\xc2\x5a\x00\x10\x00\x00" + b"\xff" * MEBIBYTE,
    "a fraction of nothing": bytes.fromhex("d81e820100"),
    "a pattern": b"\xd8\x23\x6a(a+)+$(((((",
    "an array of 2^32": bytes.fromhex("9affffffff"),
    "a map of 2^63": bytes.fromhex("bb7fffffffffffffff"),
    "bytes of 2^40": bytes.fromhex("5b0000010000000000"),
    "a text of 2^31": bytes.fromhex("7a7fffffff"),
    "a million levels of arrays": b"\x81" * 1_000_000 + b"\x00",
    "a hundred thousand levels of maps": b"\xa1\x00" * 100_000 + b"\x00",
    "a hundred thousand tags": b"\xc6" * 100_000 + b"\x00",
    "an unknown tag": bytes.fromhex("da0010000005"),
}


@pytest.mark.parametrize("name", GREEDY)
def test_greedy_cbor_is_refused_for_little_memory(name):
    def refuse() -> None:
        with pytest.raises(MalformedBytes):
            codec.decode(GREEDY[name], 16 * MEBIBYTE)

    assert memory_peak(refuse) < 4 * MEBIBYTE


@settings(max_examples=300)
@given(st.sampled_from(TRAVELLING), anything)
def test_any_value_is_a_structure_or_refused_by_name(cls, plain):
    read = value_or_refusal(lambda: from_plain(cls, plain))
    if read is not None:
        assert to_plain(read) == plain


@st.composite
def nearly_right(draw: st.DrawFn) -> tuple[type, Any]:
    """A map or array with the right keys and, mostly, the right types, and something odd in one place."""
    cls = draw(st.sampled_from(TRAVELLING))
    fields = sorted(dataclasses.fields(cls), key=lambda field: field.metadata["key"])
    values = {}
    for field in fields:
        if field.default is not dataclasses.MISSING and draw(st.booleans()):
            continue
        size = field.metadata["size"]
        right: st.SearchStrategy[Any] = (
            st.just(bytes(size)) if size else st.integers(0, 3) | st.just("ky") | st.just([]) | st.just(b"")
        )
        values[field.metadata["key"]] = draw(right | leaves)
    if getattr(cls, "AS_ARRAY", False):
        return cls, list(values.values())
    return cls, values


@settings(max_examples=500)
@given(nearly_right())
def test_a_nearly_right_structure_is_read_exactly_or_refused_by_name(case):
    cls, plain = case
    read = value_or_refusal(lambda: from_plain(cls, plain))
    if read is not None:
        assert to_plain(read) == plain


@pytest.mark.parametrize("cls", [messages.Health, messages.FeedPage, bodies.Words, bodies.Applicant])
def test_a_default_that_was_written_is_refused(cls):
    assert from_plain(cls, {}) == cls()
    field = dataclasses.fields(cls)[0]
    written: Any = field.default
    with pytest.raises(InvalidField, match="default_written"):
        from_plain(cls, {field.metadata["key"]: written})


REGISTERED = make_vectors._events()[0]


@settings(max_examples=300)
@given(st.binary(max_size=300), st.binary(max_size=40), st.binary(max_size=300))
def test_any_three_byte_strings_are_an_event_or_refused_by_name(header, salt, body):
    value_or_refusal(lambda: read_event(frame_event(header, salt, body)))


@settings(max_examples=300)
@given(st.sampled_from(["header", "body"]), st.data())
def test_an_event_with_a_changed_byte_is_another_event_or_refused_by_name(part, data):
    raw = bytearray(getattr(REGISTERED, part))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    changed = dataclasses.replace(REGISTERED, **{part: bytes(raw)})
    assert changed.hash != REGISTERED.hash
    read = value_or_refusal(lambda: read_event(changed))
    if read is not None and not isinstance(read.body, events.UnknownBody):
        assert codec.encode(to_plain(read.header)) == changed.header
        assert codec.encode(to_plain(read.body)) == changed.body


@given(st.integers(1, 65_535), st.integers(1, 65_535), st.binary(max_size=100))
@example(EventKind.APPEAL_REGISTERED, 2, b"\xff")
@example(17, 1, b"")
def test_an_event_of_the_future_is_kept_whatever_its_body(kind, version, body):
    header = dataclasses.replace(events.read_header(REGISTERED.header), kind=kind, body_version=version)
    event = Event(codec.encode(to_plain(header)), REGISTERED.salt, body)
    if kind not in set(EventKind) or version > events.BODY_VERSION:
        assert read_event(event).body == events.UnknownBody(kind, version)
    else:
        value_or_refusal(lambda: read_event(event))


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_frame_or_refused_by_name(raw):
    assert value_or_refusal(lambda: frames.unpack(Sealed, raw)) is None
    assert value_or_refusal(lambda: frames.unpack(ExchangeRequest, raw)) is None


SEALED = frames.pack(Sealed(b"message", bytes(32), bytes(16)))


@settings(max_examples=300)
@given(st.data())
def test_a_frame_with_a_changed_byte_is_a_message_or_refused_by_name(data):
    raw = bytearray(SEALED)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    value_or_refusal(lambda: frames.unpack(Sealed, bytes(raw)))


@given(st.integers(0, len(SEALED) - 1))
def test_half_a_frame_is_refused(length):
    with pytest.raises(MalformedBytes):
        frames.unpack(Sealed, SEALED[:length])


@given(st.binary(min_size=1, max_size=600))
def test_what_follows_a_frame_is_refused(tail):
    with pytest.raises(MalformedBytes):
        frames.unpack(Sealed, SEALED + tail)


def bomb(size_bytes: int) -> bytes:
    """A zstd frame that opens to so many zeros, without saying so in its head."""
    compressor = zstandard.ZstdCompressor(level=19).compressobj()
    opened = b"".join(compressor.compress(bytes(MEBIBYTE)) for _ in range(size_bytes // MEBIBYTE))
    return opened + compressor.flush()


@pytest.mark.parametrize(("claims", "code"), [(False, "malformed_zstd"), (True, "too_large")])
def test_a_bomb_stops_at_its_limit(claims, code):
    raw = zstandard.compress(bytes(256 * MEBIBYTE)) if claims else bomb(256 * MEBIBYTE)
    assert len(raw) < frames.FRAME_LIMIT_BYTES

    def refuse() -> None:
        with pytest.raises(MalformedBytes, match=code):
            frames.unpack(Sealed, raw, limit_bytes=64 * 1024)

    assert memory_peak(refuse) < 40 * MEBIBYTE


@pytest.mark.parametrize("window_log", [10, 27])
def test_a_frame_that_does_not_tell_its_size_is_refused_whatever_window_it_wants(window_log):
    options = zstandard.ZstdCompressionParameters(window_log=window_log, write_content_size=False)
    compressor = zstandard.ZstdCompressor(compression_params=options).compressobj()
    raw = compressor.compress(b"x" * 100) + compressor.flush()
    with pytest.raises(MalformedBytes, match="malformed_zstd"):
        frames.expand(raw)


def test_a_huge_frame_is_refused_before_it_is_opened():
    with pytest.raises(MalformedBytes, match="too_large"):
        frames.expand(bytes(frames.FRAME_LIMIT_BYTES + 1))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 65_535) | st.sampled_from([1, 2, 3, 20, 23]), st.binary(max_size=60)), max_size=5)
)
def test_any_feed_page_is_rows_or_refused_by_name(rows):
    page = FeedPage(first=1, rows=tuple(RawRow(kind, raw) for kind, raw in rows))
    value_or_refusal(lambda: rows_of(page))


def test_a_feed_page_cannot_claim_more_rows_than_a_page_holds():
    page = FeedPage(first=1, rows=(RawRow.of(messages.Confirmed(1, messages.ROWS_IN_PAGE + 1)),))
    with pytest.raises(InvalidField, match="too_many"):
        rows_of(page)


def test_an_event_beyond_its_limits_is_refused_and_one_at_them_is_kept():
    most = RawEvent(bytes(1_024), bytes(16), bytes(256 * 1_024))
    assert most.event().size_bytes == 1_024 + 16 + 256 * 1_024
    for header, salt, body in ((1_025, 16, 1), (1, 15, 1), (1, 17, 1), (1, 16, 256 * 1_024 + 1)):
        with pytest.raises(MalformedBytes):
            frame_event(bytes(header), bytes(salt), bytes(body))


def test_a_registration_of_the_longest_text_is_an_event():
    read = read_event(REGISTERED).body
    assert isinstance(read, bodies.AppealRegistered)
    longest = dataclasses.replace(read, text="Ң" * bodies.TEXT_CHARACTERS)
    event = make_event(events.read_header(REGISTERED.header), longest, REGISTERED.salt)
    assert read_event(frame_event(event.header, event.salt, event.body)).body == longest
    with pytest.raises(InvalidField, match="text_too_long"):
        from_plain(
            bodies.AppealRegistered, to_plain(dataclasses.replace(read, text="Ң" * (bodies.TEXT_CHARACTERS + 1)))
        )


@given(st.lists(st.binary(max_size=100), max_size=4), st.binary(min_size=32, max_size=32))
def test_any_bytes_are_no_attachment_of_ours(chunks, key):
    assert value_or_refusal(lambda: list(blobs.unseal_pieces(chunks, key))) is None
