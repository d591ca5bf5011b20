"""Nothing that anybody said remains of an erased event, and everything that it decided does."""

import dataclasses
import types
import typing
from datetime import date
from enum import IntEnum
from typing import Any

import pytest

from server_sync.contract import bodies, codec
from server_sync.contract.erasure import ERASABLE, remains_of, without_words
from server_sync.contract.events import BODY_OF, EventKind, Header, read_body
from server_sync.contract.shapes import to_plain

CANARY = "канарейка"
CODES = {"language", "addressee_code", "addressee_site", "territory_code", "categories", "body_code", "from_body"} | {
    "to_body", "rule", "article", "ground", "doubt", "decision", "reference", "role", "program", "media_type"
}  # fmt: skip
"""Fields whose words are chosen from lists of the register's own, never written by anybody."""


def spoken(hint: Any, name: str, metadata: Any) -> Any:
    """A value of a field with a canary wherever somebody may write words."""
    if isinstance(hint, types.UnionType):
        return spoken(next(part for part in typing.get_args(hint) if part is not type(None)), name, metadata)
    if typing.get_origin(hint) is tuple:
        return (spoken(typing.get_args(hint)[0], name, metadata),)
    if dataclasses.is_dataclass(hint):
        return body_of(typing.cast("type", hint))
    if hint is str:
        return "ky" if name in CODES else CANARY
    if hint is bytes:
        return bytes(metadata.get("size") or 4)
    if hint is bool:
        return True
    if hint is date:
        return date(2026, 11, 26)
    if issubclass(hint, IntEnum):
        return next(iter(hint))
    return metadata.get("at_least") or 1


def body_of(cls: type) -> Any:
    """A body that has everything its kind can have."""
    hints = typing.get_type_hints(cls)
    return cls(
        **{field.name: spoken(hints[field.name], field.name, field.metadata) for field in dataclasses.fields(cls)}
    )


@pytest.mark.parametrize("kind", EventKind)
def test_no_word_of_any_kind_remains_and_what_remains_can_be_read(kind: EventKind):
    whole = body_of(BODY_OF[kind])
    raw = codec.encode(to_plain(whole))
    header = Header(bytes(16), 1, kind, 0, 0, bytes(8))
    remains = remains_of(header, raw)
    assert (kind in ERASABLE) == bool(remains)
    if kind in ERASABLE:
        assert CANARY.encode() in raw
        assert CANARY.encode() not in remains
        left = read_body(header, remains)
        assert type(left) is type(whole)
        assert without_words(typing.cast("bodies.Body", left)) == left


def test_what_an_act_decided_remains():
    due, body = date(2026, 12, 14), "AKIM@KG-C-ALA"
    said = bodies.Words("сөз", "слово", "word")
    assert without_words(bodies.Routed(body, "rule-7", said)) == bodies.Routed(body, "rule-7")
    assert without_words(bodies.Forwarded("PM", body, due, said)) == bodies.Forwarded("PM", body, due)
    assert without_words(bodies.Extended(due, said, "14")) == bodies.Extended(due, bodies.Words(), "14")
    answered = bodies.Answered(bodies.Outcome.REFUSED, said, body, "А. Акимов", bytes(16), "03-214")
    left = bodies.Answered(bodies.Outcome.REFUSED, bodies.Words(), body, "", bytes(16), "03-214")
    assert without_words(answered) == left


def test_of_a_request_its_kind_its_day_and_its_term_remain():
    whole = body_of(bodies.AppealRegistered)
    left = without_words(whole)
    assert isinstance(left, bodies.AppealRegistered)
    assert (left.kind, left.form, left.registered_on, left.due) == (
        whole.kind, whole.form, whole.registered_on, whole.due
    )  # fmt: skip
    assert (left.applicant, left.address, left.categories, left.addressee_code, left.attachments) == (
        bodies.Applicant(), bodies.Address(), (), "", ()
    )  # fmt: skip


def test_of_what_this_program_cannot_read_nothing_remains():
    future = Header(bytes(16), 1, 900, 0, 0, bytes(8))
    assert remains_of(future, codec.encode({0: CANARY})) == b""
    broken = Header(bytes(16), 1, EventKind.ROUTED, 0, 0, bytes(8))
    assert remains_of(broken, b"\xff") == b""
