"""Section 1 of the page: deterministic CBOR, structures by their tables, and the zstd frame around a message."""

from typing import Final

import cbor2
import zstandard

from tests.stranger.page import Field, Kind, Message, Structure, Value, the_page

LEVELS: Final = 16
OPENED_AT_MOST: Final = 16 * 1024 * 1024


class Refused(Exception):
    """What came is not what the page allows; `code` is the page's word for it."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code} {field}".strip())
        self.code = code
        self.field = field


def encode(value: Value) -> bytes:
    """Write the only form of a value."""
    return cbor2.dumps(value, canonical=True)


def decode(raw: bytes) -> Value:
    """Read a value and refuse every second way of writing it."""
    try:
        value: Value = cbor2.loads(raw)
    except (cbor2.CBORError, ValueError, OverflowError, MemoryError, RecursionError) as broken:
        raise Refused("malformed_cbor") from broken
    _only_plain(value, LEVELS)
    if encode(value) != raw:
        raise Refused("not_canonical")
    return value


def _only_plain(value: Value, levels: int) -> None:
    """No floats, tags or `undefined`, no numbers beyond 64 bits, and not too deep."""
    match value:
        case bool() | bytes() | str() | None:
            return
        case int() if -(2**64) <= value < 2**64:
            return
        case list() if levels:
            for one in value:
                _only_plain(one, levels - 1)
        case dict() if levels:
            for key, one in value.items():
                _only_plain(key, levels - 1)
                _only_plain(one, levels - 1)
        case list() | dict():
            raise Refused("too_deep")
        case _:
            raise Refused("malformed_cbor")


def pack(name: str, /, **values: Value) -> bytes:
    """Write a structure of the page from values by the fields' names; what may be left out is."""
    return encode(_outward(the_page().structures[name], values))


def unpack(name: str, raw: bytes) -> Message:
    """Read a structure of the page; what was left out is there again."""
    return _inward(the_page().structures[name], decode(raw))


def plain(name: str, values: Message) -> Value:
    """Give a structure as it stands inside another: a map with integer keys, or an array."""
    return _outward(the_page().structures[name], values)


def press(message: bytes) -> bytes:
    """Put a message into one zstd frame that tells its content size."""
    return zstandard.ZstdCompressor(write_content_size=True).compress(message)


def open_frame(body: bytes) -> bytes:
    """Take a message out of its frame, and nothing may follow it."""
    try:
        size = zstandard.frame_content_size(body)
        if not 0 <= size <= OPENED_AT_MOST:
            raise Refused("too_large" if size > OPENED_AT_MOST else "malformed_zstd")
        opening = zstandard.ZstdDecompressor().decompressobj()
        message = opening.decompress(body)
    except zstandard.ZstdError as broken:
        raise Refused("malformed_zstd") from broken
    if not opening.eof or opening.unused_data or len(message) != size:
        raise Refused("malformed_zstd")
    return message


def _outward(structure: Structure, values: Message) -> Value:
    unknown = set(values) - {field.name for field in structure.fields}
    if unknown:
        raise Refused("unknown_key", f"{structure.name}.{min(unknown)}")
    written = {field: _written(field, structure, values) for field in structure.fields}
    if structure.is_array:
        return [written[field] for field in structure.fields]
    return {field.key: value for field, value in written.items() if not _is_left_out(field, value)}


def _written(field: Field, structure: Structure, values: Message) -> Value:
    if field.name in values:
        return _value_outward(field.kind, values[field.name])
    if field.left_out:
        return default_of(field)
    raise Refused("missing", f"{structure.name}.{field.name}")


def _value_outward(kind: Kind, value: Value) -> Value:
    match kind.sort, value:
        case "structure", dict():
            return _outward(the_page().structures[kind.name], value)
        case "list", list() if kind.of is not None:
            return [_value_outward(kind.of, one) for one in value]
        case "choice", str():
            return the_page().enums[kind.name][value]
        case _:
            return value


def _inward(structure: Structure, value: Value) -> Message:
    fields = structure.fields
    if structure.is_array:
        if not isinstance(value, list):
            raise Refused("wrong_type", structure.name)
        if len(value) != len(fields):
            raise Refused("missing" if len(value) < len(fields) else "unknown_key", structure.name)
        return {field.name: _checked(field, one, structure) for field, one in zip(fields, value, strict=True)}
    if not isinstance(value, dict):
        raise Refused("wrong_type", structure.name)
    unknown = set(value) - {field.key for field in fields}
    if unknown:
        raise Refused("unknown_key", f"{structure.name}.{next(iter(unknown))}")
    found: Message = {}
    for field in fields:
        if field.key not in value:
            if not field.left_out:
                raise Refused("missing", f"{structure.name}.{field.name}")
            default = default_of(field)
            found[field.name] = None if default is None else _read(field.kind, default)
            continue
        if _is_left_out(field, value[field.key]):
            raise Refused("default_written", f"{structure.name}.{field.name}")
        found[field.name] = _checked(field, value[field.key], structure)
    return found


def _checked(field: Field, value: Value, structure: Structure) -> Value:
    try:
        return _read(field.kind, value)
    except Refused as no:
        raise no if no.field else Refused(no.code, f"{structure.name}.{field.name}") from no


def _read(kind: Kind, value: Value) -> Value:
    match kind.sort, value:
        case "int", int() if not isinstance(value, bool):
            if not kind.lowest <= value <= kind.highest:
                raise Refused("out_of_range")
        case "choice", int() if not isinstance(value, bool):
            words = {number: word for word, number in the_page().enums[kind.name].items()}
            if value not in words:
                raise Refused("unknown_value")
            return words[value]
        case "bytes", bytes():
            if not kind.lowest <= len(value) <= kind.highest:
                raise Refused("wrong_size" if kind.lowest == kind.highest else "too_large")
        case "text", str():
            if len(value) > kind.highest:
                raise Refused("text_too_long")
        case "bool", bool():
            pass
        case "words", dict():
            if not all(isinstance(key, str) and isinstance(one, str | int) for key, one in value.items()):
                raise Refused("wrong_type")
        case "structure", dict() | list():
            return _inward(the_page().structures[kind.name], value)
        case "list", list() if kind.of is not None:
            if len(value) > kind.highest:
                raise Refused("too_many")
            return [_read(kind.of, one) for one in value]
        case _:
            raise Refused("wrong_type")
    return value


def default_of(field: Field) -> Value:
    """The value that is never written, from the column *left out when*."""
    match field.left_out:
        case "absent":
            return None
        case "empty":
            return {"bytes": b"", "text": "", "list": []}[field.kind.sort]
        case "false":
            return False
        case "16 zero bytes":
            return bytes(16)
        case "all of it is left out":
            return {}
        case number:
            return int(number)


def _is_left_out(field: Field, value: Value) -> bool:
    if not field.left_out:
        return False
    default = default_of(field)
    return type(value) is type(default) and value == default
