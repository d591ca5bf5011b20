"""Deterministic CBOR (RFC 8949, section 4.2): one value, one row of bytes.

A reader demands that only form, because cbor2 accepts duplicate keys and overlong numbers that would let one event have
two hashes, and builds whatever is announced.
"""

from collections.abc import Callable, Collection
from typing import Any, Final, NoReturn

import cbor2

from server_sync.contract.errors import MalformedBytes
from server_sync.contract.walking import MAX_DEPTH, demand_only_form

Plain = None | bool | int | str | bytes | list["Plain"] | dict[int, "Plain"] | dict[str, "Plain"]
"""What may travel: no floats, no tags, no undefined, maps keyed by small integers or by words."""

SMALL_BYTES: Final = 16 * 1024
"""So many bytes cannot become more than a megabyte or two, whatever they say."""


def encode(value: object) -> bytes:
    """Write a value in its only form; tuples are written as lists.

    Raises MalformedBytes `not_encodable` for floats, tags and lone surrogates.
    """
    is_in_order = _demand_plain((value,), 0)
    try:
        return bytes(cbor2.dumps(value, canonical=not is_in_order))
    except (cbor2.CBOREncodeError, UnicodeEncodeError, ValueError) as failure:
        raise MalformedBytes("not_encodable") from failure


def decode(raw: bytes, limit_bytes: int) -> Plain:
    """Read bytes from outside, or raise MalformedBytes: `too_large`, `malformed_cbor`, `not_canonical` and the like.

    Of many bytes nothing is built before they were walked over (`walking`): what is read has few items and is in its
    only form. A few cost less to be read and written again.
    """
    if len(raw) > limit_bytes:
        raise MalformedBytes("too_large", size=len(raw), limit=limit_bytes)
    is_small = len(raw) <= SMALL_BYTES
    if not is_small:
        demand_only_form(raw)
    try:
        value: Plain = cbor2.loads(raw, semantic_decoders=_NO_TAGS)
    except (cbor2.CBORDecodeError, ValueError, OverflowError, RecursionError, MemoryError, TypeError) as failure:
        raise MalformedBytes("malformed_cbor") from failure
    if is_small and encode(value) != raw:
        raise MalformedBytes("not_canonical")
    return value


def _refuse_tag(*_: object) -> NoReturn:
    raise cbor2.CBORDecodeError("tag")


class _NoTags(dict[int, Callable[..., NoReturn]]):
    """Stands in for the decoder of every tag: shared values and texts (tags 28, 25) make gigabytes out of kilobytes."""

    def __missing__(self, tag: int) -> Callable[..., NoReturn]:
        return _refuse_tag


_NO_TAGS: Final = _NoTags()


def _demand_plain(items: Collection[Any], depth: int) -> bool:
    """Demand values that may travel; says whether each map among them has its keys in their only order already.

    Maps keyed by small integers are written in that order, and are by far the most; sorting them costs as much again.
    """
    if depth > MAX_DEPTH and items:
        raise MalformedBytes("too_deep", limit=MAX_DEPTH)
    is_in_order = True
    for item in items:
        kind = type(item)
        if kind is str:
            if not item.isascii() and not _is_scalar_text(item):
                raise MalformedBytes("lone_surrogate")
        elif kind is int:
            if not -(2**63) <= item < 2**64:
                raise MalformedBytes("number_too_large")
        elif kind is list or kind is tuple:
            is_in_order &= _demand_plain(item, depth + 1)
        elif kind is dict:
            is_in_order &= _demand_keys(item)
            is_in_order &= _demand_plain(item.values(), depth + 1)
        elif item is not None and kind is not bool and kind is not bytes:
            raise MalformedBytes("not_encodable")
    return is_in_order


def _demand_keys(plain: dict[Any, object]) -> bool:
    """Demand keys that may travel; says whether they are numbers, each greater than the one before it."""
    last = -1
    for number in plain:
        if type(number) is not int or not last < number < 2**64:
            break
        last = number
    else:
        return True
    if any(type(one) is not int and type(one) is not str for one in plain):
        raise MalformedBytes("not_encodable")
    _demand_plain(plain.keys(), 0)
    return False


def _is_scalar_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
