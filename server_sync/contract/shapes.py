"""Typed values ↔ what may travel: frozen dataclasses as CBOR maps with integer keys 0–31.

A class says its keys with `key(n)`; a field with a default is left out while it has it. Reading is strict: a missing
or unknown key, a default that was written, a wrong type or a broken limit is an InvalidField naming the field, so a
value has one row of bytes and nothing half-right goes further.

    @dataclass(frozen=True, slots=True)
    class Address:
        territory_code: str = key(0, limit=16)
        text: str = key(1, limit=500, default="")

A class with `AS_ARRAY: ClassVar = True` travels as an array in the order of its keys, all fields written.
"""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from server_sync.contract.errors import InvalidField

DAY_ZERO: Final = date(1970, 1, 1)
TEXT_LIMIT: Final = 2_000
"""Characters a text field holds when it does not say its own limit."""

ITEMS_LIMIT: Final = 10_000
"""Items a list or bytes a byte string holds when the field does not say its own limit."""

DAYS_MOST: Final = 100_000
"""Days before or after the first of 1970 that a date may be away from it."""

T = TypeVar("T")
_Writer = Callable[[Any], Any]
_Reader = Callable[[Any], Any]


def key(
    number: int,
    *,
    limit: int | None = None,
    size: int | None = None,
    at_least: int | None = None,
    default: Any = dataclasses.MISSING,
) -> Any:
    """Place a field at an integer key 0–31; from 24 on it takes a second byte.

    `limit`: most characters, bytes or items, or the greatest number; `size`: exact bytes; `at_least`: smallest number.
    For lists of texts or bytes `size` is that of each item and `limit` the count.
    """
    if not 0 <= number <= 31:
        raise ValueError(f"key {number} is too large")
    metadata = {"key": number, "limit": limit, "size": size, "at_least": at_least}
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(metadata=metadata, default=default)


def to_plain(value: Any) -> Any:
    """Turn a typed value into what codec.encode writes."""
    return _converters(type(value))[0](value)


def from_plain(cls: type[T], plain: object) -> T:
    """Read a typed value out of what codec.decode gave, or raise InvalidField."""
    value: T = _converters(cls)[1](plain)
    return value


def keys_of(cls: type) -> dict[str, int]:
    """List a class's fields with their integer keys, for documents and their tests."""
    return {field.name: field.metadata["key"] for field in dataclasses.fields(cls)}


_KNOWN: dict[type, tuple[_Writer, _Reader]] = {}


def _converters(cls: type) -> tuple[_Writer, _Reader]:
    known = _KNOWN.get(cls)
    if known is None:
        known = _KNOWN[cls] = _compile(cls)
    return known


def _compile(cls: type) -> tuple[_Writer, _Reader]:
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls.__name__} does not travel")
    hints = typing.get_type_hints(cls)
    fields = sorted(dataclasses.fields(cls), key=lambda field: field.metadata["key"])
    numbers = [field.metadata["key"] for field in fields]
    if len(set(numbers)) != len(numbers):
        raise TypeError(f"{cls.__name__} uses a key twice")
    named = [(field, f"{cls.__name__}.{field.name}") for field in fields]
    parts = [(field, *_for_type(hints[field.name], name, field.metadata)) for field, name in named]
    if getattr(cls, "AS_ARRAY", False):
        return _array(cls, parts)
    return _map(cls, parts)


_Part = tuple["dataclasses.Field[Any]", _Writer, _Reader]


def _map(cls: type, parts: list[_Part]) -> tuple[_Writer, _Reader]:
    written = [(field.metadata["key"], field.name, field.default, write) for field, write, _ in parts]
    readers = {field.metadata["key"]: (field.name, read, field.default) for field, _, read in parts}
    needed = {field.metadata["key"]: field.name for field in (p[0] for p in parts) if _is_required(field)}
    where = cls.__name__

    def write_map(value: Any) -> dict[int, Any]:
        plain = {}
        for number, name, default, write in written:
            item = getattr(value, name)
            if item is not default and item != default:
                plain[number] = write(item)
        return plain

    def read_map(plain: Any) -> Any:
        if type(plain) is not dict:
            raise InvalidField("wrong_type", field=where)
        values = {}
        for number, item in plain.items():
            known = readers.get(number) if type(number) is int else None
            if known is None:
                raise InvalidField("unknown_key", field=where, key=str(number)[:20])
            name, read, default = known
            value = values[name] = read(item)
            if value == default:  # one that is missing equals nothing that is read
                raise InvalidField("default_written", field=f"{where}.{name}")
        if not needed.keys() <= plain.keys():
            missing = next(name for number, name in needed.items() if number not in plain)
            raise InvalidField("missing", field=f"{where}.{missing}")
        return cls(**values)

    return write_map, read_map


def _array(cls: type, parts: list[_Part]) -> tuple[_Writer, _Reader]:
    writers = [(field.name, write) for field, write, _ in parts]
    readers = [read for _, _, read in parts]
    where = cls.__name__

    def write_array(value: Any) -> list[Any]:
        return [write(getattr(value, name)) for name, write in writers]

    def read_array(plain: Any) -> Any:
        if type(plain) is not list or len(plain) != len(readers):
            raise InvalidField("wrong_type", field=where)
        return cls(*[read(item) for read, item in zip(readers, plain, strict=True)])

    return write_array, read_array


def _is_required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _for_type(hint: Any, name: str, rules: Any) -> tuple[_Writer, _Reader]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arm for arm in get_args(hint) if arm is not types.NoneType]
        if len(inner) != 1:
            raise TypeError(f"{name}: a union travels only as X | None")
        write, read = _for_type(inner[0], name, rules)
        return (
            lambda value: None if value is None else write(value),
            lambda plain: None if plain is None else read(plain),
        )
    if origin is tuple:
        return _list_of(get_args(hint)[0], name, rules)
    if origin is dict:
        return lambda value: dict(value), _small_map(name)
    if hint is bool:
        return _same, _boolean(name)
    if hint is int:
        return int, _whole_number(name, rules["at_least"], rules["limit"])
    if hint is str:
        return _same, _text(name, rules["limit"])
    if hint is bytes:
        return _same, _octets(name, rules["size"], rules["limit"])
    if hint is date:
        return _write_date, _day(name)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return int, _enumerated(hint, name)
    return _converters(hint)


def _same(value: Any) -> Any:
    return value


def _list_of(item_type: Any, name: str, rules: Any) -> tuple[_Writer, _Reader]:
    write, read = _for_type(item_type, name, {**rules, "limit": None})
    most = rules["limit"] or ITEMS_LIMIT

    def read_list(plain: Any) -> Any:
        if type(plain) is not list:
            raise InvalidField("wrong_type", field=name)
        if len(plain) > most:
            raise InvalidField("too_many", field=name, limit=most)
        return tuple([read(item) for item in plain])

    return (lambda value: [write(item) for item in value]), read_list


def _small_map(name: str) -> _Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not dict or len(plain) > 64:
            raise InvalidField("wrong_type", field=name)
        for word, item in plain.items():
            if type(word) is not str or len(word) > 64 or type(item) not in (str, int):
                raise InvalidField("wrong_type", field=name)
            if type(item) is str and len(item) > TEXT_LIMIT:
                raise InvalidField("text_too_long", field=name, limit=TEXT_LIMIT)
        return dict(plain)

    return read


def _boolean(name: str) -> _Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not bool:
            raise InvalidField("wrong_type", field=name)
        return plain

    return read


def _whole_number(name: str, at_least: int | None, limit: int | None) -> _Reader:
    least = 0 if at_least is None else at_least
    most = 2**63 - 1 if limit is None else limit

    def read(plain: Any) -> Any:
        if type(plain) is not int:
            raise InvalidField("wrong_type", field=name)
        if not least <= plain <= most:
            raise InvalidField("out_of_range", field=name, at_least=least, limit=most)
        return plain

    return read


def _text(name: str, limit: int | None) -> _Reader:
    most = TEXT_LIMIT if limit is None else limit

    def read(plain: Any) -> Any:
        if type(plain) is not str:
            raise InvalidField("wrong_type", field=name)
        if len(plain) > most:
            raise InvalidField("text_too_long", field=name, limit=most)
        return plain

    return read


def _octets(name: str, size: int | None, limit: int | None) -> _Reader:
    most = ITEMS_LIMIT if limit is None else limit

    def read(plain: Any) -> Any:
        if type(plain) is not bytes:
            raise InvalidField("wrong_type", field=name)
        if size is not None and len(plain) != size:
            raise InvalidField("wrong_size", field=name, size=size)
        if size is None and len(plain) > most:
            raise InvalidField("too_large", field=name, limit=most)
        return plain

    return read


def _write_date(value: date) -> int:
    return (value - DAY_ZERO).days


def _day(name: str) -> _Reader:
    def read(plain: Any) -> Any:
        if type(plain) is not int:
            raise InvalidField("wrong_type", field=name)
        if not -DAYS_MOST <= plain <= DAYS_MOST:
            raise InvalidField("out_of_range", field=name, at_least=-DAYS_MOST, limit=DAYS_MOST)
        return DAY_ZERO + timedelta(days=plain)

    return read


def _enumerated(enum: type[IntEnum], name: str) -> _Reader:
    members = {int(member): member for member in enum}

    def read(plain: Any) -> Any:
        member = members.get(plain) if type(plain) is int else None
        if member is None:
            raise InvalidField("unknown_value", field=name)
        return member

    return read
