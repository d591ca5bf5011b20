"""Deterministic CBOR (RFC 8949, section 4.2): one value, one row of bytes.

A reader demands that only form, because cbor2 accepts duplicate keys and overlong numbers that would let one event have
two hashes, and builds whatever is announced.
"""

from collections.abc import Callable
from typing import Final, NoReturn

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
    _demand_plain(value, 0)
    try:
        return bytes(cbor2.dumps(value, canonical=True))
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


def _demand_plain(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedBytes("too_deep", limit=MAX_DEPTH)
    if type(value) is dict:
        for key, item in value.items():
            if type(key) is not int and type(key) is not str:
                raise MalformedBytes("not_encodable")
            _demand_plain(key, depth)
            _demand_plain(item, depth + 1)
    elif type(value) is list or type(value) is tuple:
        for item in value:
            _demand_plain(item, depth + 1)
    elif type(value) is str:
        if not value.isascii() and not _is_scalar_text(value):
            raise MalformedBytes("lone_surrogate")
    elif type(value) is int:
        if not -(2**63) <= value < 2**64:
            raise MalformedBytes("number_too_large")
    elif value is not None and type(value) is not bool and type(value) is not bytes:
        raise MalformedBytes("not_encodable")


def _is_scalar_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
