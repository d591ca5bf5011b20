"""One value, one row of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import codec
from server_sync.contract.errors import MalformedBytes

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
