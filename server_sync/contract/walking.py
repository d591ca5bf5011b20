"""Walks over CBOR without building anything of it, and demands that it is small, shallow and in its only form.

Half a kilobyte can announce millions of items, so what is built is decided before: every item announced must have room
in the bytes that are there, all together must be few, and nesting shallow (RFC 8949, sections 4.2.1, 5.3 and 10).
"""

from typing import Final

from server_sync.contract.errors import MalformedBytes

MAX_DEPTH: Final = 16
"""Levels of nesting a reader accepts."""

MAX_ITEMS: Final = 2**17
"""Items a reader accepts, keys of maps among them: the fullest reply that its fields allow has 100,000."""

_NUMBER, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _OTHER = range(8)
_STRINGS: Final = frozenset({_BYTES, _TEXT})
_HOLDING: Final = frozenset({_LIST, _MAP})
_KEYS: Final = frozenset({_NUMBER, _NEGATIVE, _TEXT})
_SHORT: Final = 24
"""An additional number below this is the value itself; from here on it tells how many bytes the value takes."""
_LEAST_IN: Final = {24: 24, 25: 2**8, 26: 2**16, 27: 2**32}
_ENDLESS: Final = 31
_PLAIN_OTHERS: Final = frozenset({0xF4, 0xF5, 0xF6})
"""False, true and null; no floats, no undefined."""
_WHOLE_IN_A_BYTE: Final = frozenset({*range(_SHORT), *range(0x20, 0x38), 0x40, 0x60, 0x80, 0xA0, *_PLAIN_OTHERS})
"""Small numbers, and what is empty: nothing more is to be said of them where no key is awaited."""


def demand_only_form(raw: bytes) -> None:
    """Check bytes before they are read, or raise MalformedBytes.

    Codes: `malformed_cbor`, `not_canonical`, `not_encodable`, `number_too_large`, `too_deep`, `too_many_items`. Whether
    texts are UTF-8 is left to whoever builds them.
    """
    size = len(raw)
    at = items = 0
    left, is_map, last_key = 1, False, b""
    outer: list[tuple[int, bool, bytes]] = []
    while True:
        while not left:
            if not outer:
                if at != size:
                    raise MalformedBytes("malformed_cbor")
                return
            left, is_map, last_key = outer.pop()
        if at >= size:
            raise MalformedBytes("malformed_cbor")
        first = raw[at]
        if not is_map and first in _WHOLE_IN_A_BYTE:
            at, left = at + 1, left - 1
            continue
        start = at
        kind, value = first >> 5, first & 31
        at += 1
        if value >= _SHORT and kind != _OTHER:
            value, at = _long(raw, at, kind, value)
        if kind in _STRINGS:
            at += value
            if at > size:
                raise MalformedBytes("malformed_cbor")
        elif kind >= _TAG:
            _demand_plain_other(first, kind)
        elif kind == _NEGATIVE and value >= 2**63:
            raise MalformedBytes("number_too_large")
        if is_map and not left & 1:
            last_key = _next_key(kind, raw[start:at], last_key)
        left -= 1
        if kind in _HOLDING and value:
            announced = value if kind == _LIST else 2 * value
            items += announced
            if announced > size - at:
                raise MalformedBytes("malformed_cbor")
            if items > MAX_ITEMS:
                raise MalformedBytes("too_many_items", limit=MAX_ITEMS)
            outer.append((left, is_map, last_key))
            if len(outer) > MAX_DEPTH:
                raise MalformedBytes("too_deep", limit=MAX_DEPTH)
            left, is_map, last_key = announced, kind == _MAP, b""


def _long(raw: bytes, at: int, kind: int, told: int) -> tuple[int, int]:
    """Read a value that follows in bytes of its own; it must need them."""
    if told == _ENDLESS and _BYTES <= kind <= _MAP:
        raise MalformedBytes("not_canonical")
    least = _LEAST_IN.get(told)
    if least is None:
        raise MalformedBytes("malformed_cbor")
    end = at + (1 << (told - _SHORT))
    if end > len(raw):
        raise MalformedBytes("malformed_cbor")
    value = int.from_bytes(raw[at:end])
    if value < least:
        raise MalformedBytes("not_canonical")
    return value, end


def _demand_plain_other(first: int, kind: int) -> None:
    if kind == _TAG:
        raise MalformedBytes("malformed_cbor")
    if first not in _PLAIN_OTHERS:
        raise MalformedBytes("not_encodable")


def _next_key(kind: int, written: bytes, before: bytes) -> bytes:
    """Keys are numbers or words, each once, the shorter first."""
    if kind not in _KEYS:
        raise MalformedBytes("not_encodable")
    if before and (len(written), written) <= (len(before), before):
        raise MalformedBytes("not_canonical")
    return written
