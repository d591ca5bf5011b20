"""Examples of the page's structures made from their tables alone, and every way of breaking them that a table knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.stranger.encoding import default_of, encode
from tests.stranger.page import Field, Kind, Structure, Value, the_page

LARGE: Final = 5_000
"""Limits above this one are not tried: an event of 100,001 letters for each field would try patience only."""


@dataclass(frozen=True)
class Broken:
    """A structure that a reader must refuse, the field that is wrong, and the code that says why."""

    field: str
    what: str
    wire: Any
    code: str

    @property
    def raw(self) -> bytes:
        return encode(self.wire)


def smallest(name: str) -> Any:
    """The structure with the fields that cannot be left out, each as small as its row allows."""
    structure = the_page().structures[name]
    return _laid_out(structure, {field.key: _least(field.kind) for field in structure.fields if not field.left_out})


def largest(name: str) -> Any:
    """The structure with every field written."""
    structure = the_page().structures[name]
    filled = {field.key: _filled(field) for field in structure.fields}
    return _laid_out(structure, {key: value for key, value in filled.items() if value is not None})


def broken(name: str) -> Iterator[Broken]:
    """Every break of one structure that its table forbids, and of what lies inside it."""
    structure = the_page().structures[name]
    whole = largest(name)
    if not structure.is_array:
        yield Broken(name, "a key that no row has", {**whole, len(structure.fields): 0}, "unknown_key")
    for field in structure.fields:
        named = f"{name}.{field.name}"
        for what, value, code in _breaks(field):
            of_another_type = code == "wrong_type" and field.kind.sort == "structure"
            wrong = field.kind.name if of_another_type else named
            yield Broken(wrong, what, _with(whole, field.key, value), code)
        for inner in _inside(field.kind):
            yield Broken(inner.field, inner.what, _with(whole, field.key, inner.wire), inner.code)
        if not field.left_out and not structure.is_array:
            rest = {key: value for key, value in whole.items() if key != field.key}
            yield Broken(named, "missing", rest, "missing")


def at_limits(name: str) -> Iterator[Broken]:
    """The structure with one field after another at the very limit of its row: a reader takes it, whatever it means."""
    structure = the_page().structures[name]
    whole = largest(name)
    for field in structure.fields:
        for value in _limits(field):
            yield Broken(f"{name}.{field.name}", "at its limit", _with(whole, field.key, value), "")
        if field.kind.sort == "structure":
            for inner in at_limits(field.kind.name):
                yield Broken(inner.field, inner.what, _with(whole, field.key, inner.wire), "")


def _limits(field: Field) -> Iterator[Value]:
    kind = field.kind
    match kind.sort:
        case "int":
            yield from (edge for edge in (kind.highest, kind.lowest) if field.left_out != str(edge))
        case "text" if kind.highest <= LARGE:
            yield "я" * kind.highest
        case "bytes" if kind.highest <= LARGE:
            yield b"x" * kind.highest
        case "list" if kind.highest <= LARGE and kind.of is not None:
            yield [_least(kind.of)] * kind.highest
        case _:
            pass


def _inside(kind: Kind) -> Iterator[Broken]:
    if kind.sort == "structure":
        yield from broken(kind.name)
    elif kind.of is not None and kind.of.sort == "structure":
        for one in broken(kind.of.name):
            yield Broken(one.field, one.what, [one.wire], one.code)


def _with(whole: Any, key: int, value: object) -> Any:
    """The same map or array with one value changed."""
    if isinstance(whole, dict):
        return {**whole, key: value}
    return [*whole[:key], value, *whole[key + 1 :]]


def _laid_out(structure: Structure, wire: dict[int, Any]) -> Any:
    return [wire[field.key] for field in structure.fields] if structure.is_array else wire


def _breaks(field: Field) -> Iterator[tuple[str, Value, str]]:
    kind = field.kind
    if kind.sort != "choice":
        yield "another type", "x" if kind.sort in {"int", "bool"} else 7, "wrong_type"
    if field.left_out and field.left_out != "absent":
        yield "its default is written", default_of(field), "default_written"
    match kind.sort:
        case "choice":
            yield "no such choice", max(the_page().enums[kind.name].values()) + 1, "unknown_value"
        case "int":
            if 0 < kind.highest < 2**62:
                yield "a number too large", kind.highest + 1, "out_of_range"
            if kind.lowest > -(2**62):
                yield "a number too small", kind.lowest - 1, "out_of_range"
        case "bytes" if kind.highest <= LARGE:
            code = "wrong_size" if kind.lowest == kind.highest else "too_large"
            yield "a byte too many", bytes(kind.highest) + b"x", code
        case "text" if kind.highest <= LARGE:
            yield "a letter too many", "я" * (kind.highest + 1), "text_too_long"
        case "list" if kind.highest <= LARGE and kind.of is not None:
            yield "one too many", [_least(kind.of)] * (kind.highest + 1), "too_many"
        case _:
            pass


def _least(kind: Kind) -> Any:
    match kind.sort:
        case "int":
            return max(kind.lowest, 0)
        case "choice":
            return min(the_page().enums[kind.name].values())
        case "bytes":
            return bytes(kind.lowest)
        case "text":
            return ""
        case "bool":
            return False
        case "list":
            return []
        case "words":
            return {}
        case _:
            return smallest(kind.name)


def _filled(field: Field) -> Any:
    """A value that is written in this field; None where only the default is known, as for the suite."""
    kind = field.kind
    match kind.sort:
        case "int":
            number = max(kind.lowest, 0) + 1
            return None if field.left_out == str(number) else number
        case "choice":
            return max(the_page().enums[kind.name].values())
        case "bytes":
            return b"\x01" * max(kind.lowest, 1)
        case "text":
            return "я" * min(kind.highest, 2)
        case "bool":
            return True
        case "list" if kind.of is not None:
            return [_filled(Field(0, field.name, kind.of, ""))]
        case "words":
            return {"a": 1}
        case _:
            return largest(kind.name)
