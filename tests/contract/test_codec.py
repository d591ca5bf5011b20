"""One value, one row of bytes."""

import tracemalloc

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import codec, messages
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.walking import demand_only_form

numbers = st.integers(-(2**63), 2**64 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.binary(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 23), inner, max_size=4),
    max_leaves=12,
)

FOREIGN = {
    "duplicate keys": b"\xa2\x00\x01\x00\x02",
    "an overlong number": b"\x18\x01",
    "an overlong length": b"\x58\x01a",
    "a float": b"\xf9\x3c\x00",
    "a tag": b"\xc0\x61a",
    "an endless list": b"\x9f\x01\xff",
    "a lone surrogate": b"\x63\xed\xa0\x80",
    "half a number": b"\x1b\xff",
    "undefined": b"\xf7",
    "keys that are bytes": b"\xa1\x41a\x01",
    "something after the end": b"\x01\x02",
    "a list that claims to be huge": b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "nothing": b"",
    "a big number": b"\xc2\x41\x01",
    "keys out of order": b"\xa2\x01\x01\x00\x01",
    "five thousand levels": b"\x81" * 5_000 + b"\x01",
    "a simple value": b"\xe0",
}


@given(plain)
def test_what_is_written_is_read_back_the_same(value: object) -> None:
    raw = codec.encode(value)
    assert codec.decode(raw, 10_000) == value
    assert codec.encode(codec.decode(raw, 10_000)) == raw


@pytest.mark.parametrize("name", FOREIGN)
def test_bytes_that_are_not_the_only_form_are_refused(name: str) -> None:
    with pytest.raises(MalformedBytes):
        codec.decode(FOREIGN[name], 10_000)


ANNOUNCED: dict[str, tuple[bytes, str]] = {
    "sixteen million numbers": (b"\x9a\x00\xff\xff\xf0" + bytes(0xFFFFF0), "too_many_items"),
    "eight million pairs in maps of one": (
        b"\x9a\x00\x3f\xff\xff" + b"\xa1\x00\x00" * 0x3FFFFF,
        "too_many_items",
    ),
    "a list of empty lists": (b"\x9a\x00\x0f\xff\xff" + b"\x80" * 0xFFFFF, "too_many_items"),
    "lists that announce more than there is": (b"\x9a\x00\x01\x00\x00" * 10_000, "malformed_cbor"),
    "many levels": (b"\x81" * 100_000 + b"\x01", "too_deep"),
}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_what_is_announced_is_weighed_before_anything_is_built(name: str) -> None:
    raw, code = ANNOUNCED[name]
    tracemalloc.start()
    try:
        with pytest.raises(MalformedBytes, match=code):
            codec.decode(raw, 16 * 1024 * 1024)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000


def walked(raw: bytes) -> object:
    demand_only_form(raw)
    return cbor2.loads(raw)


@pytest.mark.parametrize("name", FOREIGN)
def test_the_walk_refuses_whatever_is_not_the_only_form(name: str) -> None:
    with pytest.raises((MalformedBytes, cbor2.CBORDecodeError)):
        walked(FOREIGN[name])


def test_sixteen_levels_are_read() -> None:
    value: list[object] = []
    for _ in range(16):
        value = [value]
    raw = codec.encode(value)
    assert codec.decode(raw, 100) == value


def test_the_fullest_reply_is_below_the_limit_of_items() -> None:
    rows = [[1, b"row"]] * 10_000
    results = [[1, 1, 1, "code", b""]] * messages.EVENTS_IN_BATCH
    missing = [[b"header", b"salt", b"body"]] * messages.EVENTS_IN_BATCH
    reply = {5: results, 6: {1: rows}, 7: {1: rows}, 13: missing}
    raw = codec.encode(reply)
    assert codec.decode(raw, len(raw)) == reply


odd_keys = numbers | texts | st.binary(max_size=3)
odd = st.recursive(
    plain | st.floats() | st.integers(-(2**70), 2**70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_keys, inner, max_size=4),
    max_leaves=12,
)


@given(odd, st.booleans(), st.data())
def test_the_walk_agrees_with_reading_and_writing_again(value: object, canonical: bool, data: st.DataObject) -> None:
    raw = bytearray(cbor2.dumps(value, canonical=canonical))
    if data.draw(st.booleans()):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = cbor2.loads(bytes(raw))
        is_only_form = codec.encode(read) == raw
    except (MalformedBytes, cbor2.CBORDecodeError, ValueError, TypeError, OverflowError):
        is_only_form = False
    try:
        walked(bytes(raw))
    except (MalformedBytes, cbor2.CBORDecodeError):
        assert not is_only_form
    else:
        assert is_only_form


@given(st.binary(max_size=60))
def test_any_bytes_are_read_exactly_or_refused_by_name(raw: bytes) -> None:
    try:
        value = codec.decode(raw, 10_000)
    except MalformedBytes:
        return
    assert codec.encode(value) == raw


@pytest.mark.parametrize("value", [1.5, {b"x": 1}, "\ud800", {1: object()}, 2**64, {1: {2}}])
def test_what_has_no_only_form_is_not_written(value: object) -> None:
    with pytest.raises(MalformedBytes):
        codec.encode(value)


def test_a_message_beyond_its_limit_is_not_opened() -> None:
    with pytest.raises(MalformedBytes, match="too_large"):
        codec.decode(codec.encode("a" * 100), 99)
