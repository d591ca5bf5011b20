"""Writes the tables and drawings inside docs/protocol.md from the code, between its `made:` marks.

Run `python -m docs.make_protocol`; with `--check` it only says, by its exit status, whether the page is up to date.
"""

import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Final, Union, get_args, get_origin

from docs import make_codes
from server_sync.contract import (
    authentication,
    bodies,
    chat,
    closed,
    events,
    interpreting,
    meeting_lines,
    meetings,
    messages,
    signing,
    workflow,
)
from server_sync.contract.events import BODY_OF, EventKind
from server_sync.contract.evidence import acknowledgement, certificate, receipt
from server_sync.contract.messages import ROW_OF
from server_sync.contract.shapes import DAYS_MOST

PAGE: Final = Path(__file__).resolve().parent / "protocol.md"
MARKED: Final = re.compile(r"<!-- made: (\w+) -->\n.*?<!-- end -->", re.DOTALL)

CERTIFICATES: Final = (certificate.KeyCertificate, certificate.WorkplaceCertificate, certificate.Revocation)
ACKNOWLEDGEMENTS: Final = (
    acknowledgement.Acknowledgement,
    acknowledgement.CustodyRange,
    acknowledgement.BlobAcknowledgement,
)
MESSAGES: Final = (
    messages.Sealed,
    messages.EnrolRequest,
    messages.EnrolReply,
    messages.PersonRequest,
    messages.PersonReply,
    messages.RoleScope,
    messages.ExchangeRequest,
    messages.RawEvent,
    messages.SentErased,
    messages.Health,
    messages.ExchangeReply,
    messages.ResultRun,
    messages.FeedPage,
    messages.RawRow,
    messages.WitnessedCheckpoint,
    messages.MissingErased,
    messages.BlobReply,
    meetings.MeetingCall,
    meetings.VoteAsked,
    meetings.MeetingReply,
    closed.MeetingKeys,
    closed.KeyWish,
    closed.KeysGiven,
    closed.KeyBox,
    closed.KeyGiven,
    closed.KeysWished,
    closed.KeyWished,
    messages.Refusal,
)
PARTS: Final = (
    bodies.Applicant,
    bodies.Address,
    bodies.Attachment,
    bodies.DueTerm,
    bodies.Words,
    bodies.MeetingPlan,
    bodies.Invited,
    bodies.AgendaItem,
    bodies.Attended,
    bodies.OfficeVote,
    bodies.SaidLine,
    bodies.ReceptionWish,
    bodies.ReceptionOutcome,
)
TOLD_AS_TEXT: Final = (
    meetings.Stage,
    meetings.Seat,
    meetings.Hand,
    meetings.RunningVote,
    meetings.Guest,
    interpreting.Interpreter,
    interpreting.Bounds,
    meetings.Desk,
    meetings.Present,
    meetings.Noted,
    meetings.Caption,
    chat.ChatLine,
)
ENUMS: Final = (
    bodies.AppealKind,
    bodies.AppealForm,
    bodies.AnswerBy,
    bodies.Sex,
    bodies.Outcome,
    bodies.Solved,
    bodies.MeetingPart,
    bodies.VoteChoice,
)


def main() -> int:
    """Write the page anew, or compare it."""
    kept = PAGE.read_text("utf-8")
    made = fill(kept)
    if "--check" in sys.argv[1:]:
        return 0 if made == kept else 1
    PAGE.write_text(made, "utf-8")
    return 0


def fill(page: str) -> str:
    """Put today's tables between the marks; KeyError for a mark that nobody fills."""
    sections = all_sections()
    return MARKED.sub(lambda found: f"<!-- made: {found[1]} -->\n{sections[found[1]]}\n<!-- end -->", page)


def all_sections() -> dict[str, str]:
    """Make every section that the page may ask for."""
    return {
        "labels": table(("label", "signed or authenticated with it"), labels()),
        "header": structures((events.Header,)),
        "kinds": table(("kind", "name", "says"), kinds()),
        "bodies": structures(BODY_OF[kind] for kind in EventKind),
        "parts": structures(PARTS),
        "enums": "\n".join(enumeration(enum) for enum in ENUMS),
        "certificates": enumeration(certificate.KeyPurpose) + "\n\n" + structures(CERTIFICATES),
        "acknowledgements": structures(ACKNOWLEDGEMENTS),
        "verdicts": enumeration(receipt.Verdict),
        "messages": structures(MESSAGES),
        "acts": enumeration(meetings.MeetingAct) + "\n" + enumeration(meeting_lines.Line),
        "stage": "\n\n".join(text_structure(cls) for cls in TOLD_AS_TEXT),
        "rows": table(("kind", "name", "means"), rows()) + "\n\n" + structures(ROW_OF.values()),
        "results": enumeration(messages.Status) + "\n" + enumeration(messages.Standing),
        "headers": table(("header", "holds"), headers()),
        "statuses": table(("code", "status"), make_codes.statuses()),
        "log_statuses": make_codes.log_statuses(),
        "roles": table(("kind", "name", "who may write it", "or how"), make_codes.roles()),
        "letters": table(("typed", "", "by look", "by sound"), make_codes.letters()),
        "remains": table(("kind", "what stays"), make_codes.remains()),
        "tables": table(("name", "columns that a program needs"), make_codes.tables()),
        "codes": make_codes.codes(),
        "terms": table(("kind", "from", "until", "working days", "article", "entered on"), make_codes.terms()),
        "states": f"```mermaid\n{workflow.as_mermaid()}\n```",
    }


def labels() -> Iterator[tuple[str, str]]:
    """Every label with its use."""
    uses = {
        signing.CHAIN_HEAD: "workplace key: `epoch ‖ seq u64 ‖ c`",
        signing.KEY_CERTIFICATE: "root key: the map without its signature",
        signing.WORKPLACE_CERTIFICATE: "directory key: the map without its signature",
        signing.REVOCATION: "directory key: the map without its signature",
        signing.ACKNOWLEDGEMENT: "reply key: the message's bytes",
        signing.BLOB_ACKNOWLEDGEMENT: "reply key: the message's bytes",
        signing.REQUEST: "workplace key: `request_hash ‖ time i64`",
        signing.REPLY: "reply key: `request_hash ‖ status u16 ‖ H(body)`",
        signing.ENROL_REQUEST: "HMAC under the code's key: the request's bytes",
        signing.ENROL_REPLY: "HMAC under the code's key: `H(request) ‖ reply`",
        signing.MEETING_KEY_WISH: "meeting ‖ epoch ‖ the public key that a PC wants a meeting's key sealed to",
        signing.MEETING_KEY: "meeting ‖ number (4 bytes) ‖ sealed key ‖ `who`",
    }
    return ((f"`{label.decode()}`", uses[label]) for label in signing.LABELS)


def headers() -> Iterator[tuple[str, str]]:
    """The HTTP headers of signed calls."""
    yield f"`{authentication.EPOCH_HEADER}`", "the asking epoch, 32 lower-case hexadecimal digits"
    yield f"`{authentication.NONCE_HEADER}`", "16 random bytes, 32 lower-case hexadecimal digits; new for every attempt"
    yield f"`{authentication.TIME_HEADER}`", "the asking clock, milliseconds UTC in decimal"
    yield f"`{authentication.SIGNATURE_HEADER}`", "base64 of the 64 bytes of the signature"
    yield f"`{authentication.REPLY_HEADER}`", "in replies: base64 of signature(64) ‖ reply key id(8)"
    yield f"`{authentication.OFFSET_HEADER}`", "in a 200 to `HEAD`: `OFFSET;open` or `OFFSET;complete`"
    yield f"`{authentication.REFUSAL_HEADER}`", "in a refusal of `HEAD`: base64 of what its body would be"
    yield f"`{authentication.UNREAD_HEADER}`", "in a refusal of a body not read: its announced length, decimal"


def kinds() -> Iterator[tuple[str, str, str]]:
    """Every kind of event."""
    for kind in EventKind:
        body = BODY_OF[kind]
        yield str(int(kind)), f"`{kind.name.lower()}`", f"[{body.__name__}](#{body.__name__.lower()}): {purpose(body)}"


def rows() -> Iterator[tuple[str, str, str]]:
    """Every kind of feed row."""
    for kind, row in ROW_OF.items():
        yield str(int(kind)), f"`{kind.name.lower()}`", f"[{row.__name__}](#{row.__name__.lower()}): {purpose(row)}"


def structures(classes: Iterable[type]) -> str:
    """Describe classes that travel, one after another."""
    return "\n\n".join(structure(cls) for cls in classes)


def structure(cls: type) -> str:
    """Describe a class that travels: what it is for, its keys, types and limits."""
    form = "array, in this order" if getattr(cls, "AS_ARRAY", False) else "map"
    hints = typing.get_type_hints(cls)
    lines = []
    for field in sorted(dataclasses.fields(cls), key=lambda one: one.metadata["key"]):
        written = type_name(hints[field.name], field.metadata)
        absent = "" if field.default is dataclasses.MISSING or form != "map" else default_name(field.default)
        lines.append((str(field.metadata["key"]), f"`{field.name}`", written, absent))
    columns = ("key", "field", "type", "left out when") if form == "map" else ("place", "field", "type", "")
    if form != "map":
        return f"#### {cls.__name__}\n\n{about(cls)} ({form})\n\n" + table(columns[:3], (line[:3] for line in lines))
    return f"#### {cls.__name__}\n\n{about(cls)}\n\n" + table(columns, lines)


def text_structure(cls: type) -> str:
    """Describe a class that travels as an object of JSON: what it is for, its members and what they hold."""
    hints = typing.get_type_hints(cls)
    lines = ((f"`{field.name}`", text_type_name(hints[field.name])) for field in dataclasses.fields(cls))
    return f"##### {cls.__name__}\n\n{about(cls)}\n\n" + table(("member", "holds"), lines)


def text_type_name(hint: Any) -> str:
    """Name what a member of an object holds."""
    if get_origin(hint) is tuple:
        return f"list of {text_type_name(get_args(hint)[0])}"
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(arm for arm in get_args(hint) if arm is not types.NoneType)
        return f"{text_type_name(inner)}, or `null`"
    if hint is bodies.Words:
        return "object of three texts: `ky`, `ru`, `en`"
    if issubclass(hint, StrEnum):
        return "one of " + ", ".join(f"`{one.value}`" for one in hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return ", ".join(f"{one.value} `{one.name.lower()}`" for one in hint)
    return {bool: "`true` or `false`", int: "whole number ≥ 0", str: "text"}[hint]


def type_name(hint: object, rules: typing.Mapping[str, int | None]) -> str:
    """Name a type as CDDL would, with its limit."""
    origin, limit, size, least = get_origin(hint), rules["limit"], rules["size"], rules["at_least"]
    if origin in (Union, types.UnionType):
        inner = next(arm for arm in get_args(hint) if arm is not types.NoneType)
        return type_name(inner, rules)
    if origin is tuple:
        items = type_name(get_args(hint)[0], {**rules, "limit": None})
        return f"list of {items}" + (f", ≤ {limit:,}" if limit else "")
    if origin is dict:
        return "map of words to texts or numbers"
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint.__name__
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if hint is bool:
        return "bool"
    if hint is date:
        return f"int, days since 1970-01-01, ±{DAYS_MOST:,}"
    if hint is int:
        bounds = ([f"≥ {bound(least)}"] if least is not None else []) + ([f"≤ {bound(limit)}"] if limit else [])
        return ", ".join(["int", *bounds])
    if hint is bytes:
        return f"bytes({size})" if size else f"bytes ≤ {limit:,}" if limit else "bytes"
    return f"text ≤ {limit or 2_000:,}"


def bound(number: int) -> str:
    """Write a limit as people read it."""
    for power in (62, 63, 32):
        if abs(number) == 2**power:
            return f"{'-' if number < 0 else ''}2^{power}"
    return f"{number:,}"


def default_name(default: object) -> str:
    """Say which value is not written."""
    if default is None:
        return "absent"
    if default is False:
        return "false"
    if isinstance(default, bytes):
        return f"{len(default)} zero bytes" if default else "empty"
    if isinstance(default, str | tuple):
        return "empty"
    if dataclasses.is_dataclass(default):
        return "all of it is left out"
    return f"{int(default)}" if isinstance(default, int) else str(default)


def enumeration(enum: type[IntEnum]) -> str:
    """List an enumeration's numbers on one line."""
    members = ", ".join(f"{int(member)} `{member.name.lower()}`" for member in enum)
    return f"**{enum.__name__}**: {members}. {purpose(enum)}"


def purpose(cls: type) -> str:
    """The first sentence of what a class says of itself."""
    return about(cls).split(". ")[0].rstrip(".").split("\n")[0] + "."


def about(cls: type) -> str:
    """What a class says of itself, as one paragraph."""
    return " ".join((inspect.getdoc(cls) or "").split())


def table(columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """Write a Markdown table."""
    head = [f"| {' | '.join(columns)} |", f"|{'|'.join('---' for _ in columns)}|"]
    return "\n".join([*head, *(f"| {' | '.join(line)} |" for line in lines)])


if __name__ == "__main__":
    sys.exit(main())
