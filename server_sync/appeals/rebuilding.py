"""Makes the register anew from the journal and compares: what is stored must be what the events say."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Manager, QuerySet

from server_sync.appeals.actions import EPOCH_OF_EVENT, catch_up, interpret
from server_sync.appeals.applying import Before, Register
from server_sync.appeals.models import Answer, Appeal, Attachment, HistoryEntry, Link, Summary
from server_sync.contract.messages import Status
from server_sync.journal.models import Event, Reading
from server_sync.workplaces.models import Site


@dataclass(frozen=True, slots=True)
class Projected:
    """A table that is made from events: its rows, what anchors a row to its event, and the columns to compare."""

    rows: Manager[Any]
    anchors: tuple[str, ...]
    columns: tuple[str, ...]


_OF_APPEAL: Final = ("appeal__hash", "event__hash")
PROJECTIONS: Final = (
    Projected(
        Appeal.objects,
        ("hash", "event__hash", "last_event__hash"),
        (
            "number",
            "is_second",
            "site_id",
            "epoch_id",
            "state",
            "state_before_return",
            "registered_at",
            "registered_on",
            "taken_at",
            "clerk",
            "kind",
            "form",
            "language",
            "surname",
            "given_name",
            "patronymic",
            "pin",
            "no_pin_reason",
            "document",
            "birth_on",
            "sex",
            "phone",
            "email",
            "territory_code",
            "settlement",
            "street",
            "answer_by",
            "addressee_code",
            "addressee_site",
            "categories",
            "subject",
            "text",
            "is_collective",
            "signatories_count",
            "signatories",
            "repeat_of",
            "due_on",
            "due_working_days",
            "due_article",
            "due_is_provisional",
            "is_extended",
            "body_code",
            "co_bodies",
            "routed_by",
            "accepted_at",
            "answered_at",
            "answered_on",
            "told_on",
            "copies",
            "has_doubt",
            "is_erased",
        ),
    ),
    Projected(HistoryEntry.objects, _OF_APPEAL, ("kind", "at", "person", "state_after", "is_out_of_turn")),
    Projected(
        Answer.objects,
        _OF_APPEAL,
        ("outcome", "text_ky", "text_ru", "text_en", "body_code", "signed_by", "reference", "at", "is_late", "rating"),
    ),
    Projected(
        Attachment.objects,
        _OF_APPEAL,
        ("site_id", "blob_id", "blob_key", "name", "media_type", "size_bytes", "is_lost"),
    ),
    Projected(
        Summary.objects,
        _OF_APPEAL,
        ("subject_ky", "subject_ru", "subject_en", "text_ky", "text_ru", "text_en", "published_at", "words"),
    ),
    Projected(Link.objects, _OF_APPEAL, ("other_hash", "kind")),
)
READINGS: Final = Projected(
    Reading.objects, ("event__hash",), ("status", "code", "is_out_of_turn", "is_marked", "awaited")
)
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The register as stored against the register as the events make it: rows of each that the other lacks."""

    events: int
    rows: int
    only_stored: tuple[str, ...]
    only_rebuilt: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.only_stored and not self.only_rebuilt


def rebuild(*, keep: bool) -> Comparison:
    """Make all projections anew in one transaction and compare; `keep` lets the new ones stand."""
    with transaction.atomic():
        catch_up(sorted(Site.objects.values_list("pk", flat=True)))  # and nobody writes meanwhile
        stored = set(_rows())
        before = _before(Reading.objects.all())
        for projected in reversed(PROJECTIONS):
            projected.rows.all().delete()
        Reading.objects.all().delete()
        count = _interpret_all(before)
        rebuilt = set(_rows())
        if not keep:
            transaction.set_rollback(True)
    return Comparison(
        events=count,
        rows=len(rebuilt),
        only_stored=tuple(sorted(stored - rebuilt)),
        only_rebuilt=tuple(sorted(rebuilt - stored)),
    )


def rebuild_one(appeal_hash: bytes) -> None:
    """Make one request anew from its events, as after an erasure. Call inside a transaction, its site's feed locked.

    What was let in or refused before stays so: an erasure decides nothing about an event.
    """
    events = Event.custody.filter(appeal=appeal_hash).select_related(*EPOCH_OF_EVENT).order_by("leaf")
    of_others = list(Link.objects.filter(appeal__hash=appeal_hash).exclude(event__in=events))
    Appeal.objects.filter(hash=appeal_hash).delete()  # and, by cascade, what hangs on it
    readings = Reading.objects.filter(event__in=events)
    before = _before(readings, is_binding=True)
    Link.objects.filter(event__in=events).delete()  # of a twin, which hang on the other request
    readings.delete()
    interpret(events, Register(before=before))
    appeal = Appeal.objects.filter(hash=appeal_hash).first()
    if appeal is not None:  # what is said of a twin of it is said by that one's events
        said = [Link(appeal=appeal, other_hash=one.other_hash, event=one.event, kind=one.kind) for one in of_others]
        Link.objects.bulk_create(said)


def _before(readings: QuerySet[Reading], *, is_binding: bool = False) -> dict[int, Before]:
    """How events were read; binding for those whose words are gone, or for all."""
    erased = set(readings.filter(event__body=None).values_list("event_id", flat=True))
    rows = readings.values_list("event_id", "status", "code")
    return {event: Before(Status(status), code, is_binding or event in erased) for event, status, code in rows}


def _interpret_all(before: dict[int, Before]) -> int:
    count = 0
    last_leaf = -1
    while True:
        chunk = list(Event.custody.filter(leaf__gt=last_leaf).select_related(*EPOCH_OF_EVENT).order_by("leaf")[:CHUNK])
        if not chunk:
            return count
        interpret(chunk, Register(before=before))
        count += len(chunk)
        last_leaf = chunk[-1].leaf


def _rows() -> Iterator[str]:
    """Every projected row as one line that does not depend on row numbers; a hash stands for what people wrote."""
    for projected in (*PROJECTIONS, READINGS):
        name = projected.rows.model.__name__
        for values in projected.rows.values_list(*projected.anchors, *projected.columns).iterator(CHUNK):
            plain = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in values]
            written = json.dumps(plain, cls=DjangoJSONEncoder, ensure_ascii=False)
            yield f"{name} {hashlib.sha256(written.encode()).hexdigest()}"
