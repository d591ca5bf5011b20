"""Makes the register anew from the journal and compares: what is stored must be what the events say."""

import hashlib
import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet

from server_sync.appeals.actions import EPOCH_OF_EVENT, KIND_UNKNOWN, catch_up, interpret, understand
from server_sync.appeals.applying import Before, Register
from server_sync.appeals.counting import uncount
from server_sync.appeals.matters import Projected, all_projections
from server_sync.appeals.models import (
    Answer,
    Appeal,
    Attachment,
    Complaint,
    Counted,
    Figure,
    HistoryEntry,
    Link,
    Reception,
    Summary,
)
from server_sync.contract.bodies import ResolvedByPerson
from server_sync.contract.events import EventKind
from server_sync.contract.messages import Status
from server_sync.journal import centre
from server_sync.journal.models import Event, LateReading, Reading
from server_sync.workplaces.models import Site

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
            "counted_from",
            "counted_as",
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
            "is_complained",
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
    Projected(Complaint.objects, _OF_APPEAL, ("answer", "is_of_answer", "body_code", "sent_to", "at")),
    Projected(Reception.objects, _OF_APPEAL, ("state", "meeting", "starts_at")),
    Projected(Counted.objects, ("appeal__hash",), ("facts",)),
    Projected(Figure.objects, (), ("about", "month", "code", "what", "site", "n")),
)
READINGS: Final = Projected(
    Reading.objects, ("event__hash",), ("status", "code", "doubt", "is_out_of_turn", "is_marked", "awaited")
)
REFUSED: Final = Q(reading__status__in=(Status.QUARANTINED, Status.AFTER_REVOCATION)) & ~Q(
    kind=EventKind.APPEAL_REGISTERED
)
"""What changed nothing in the register; a refused registration may still be put right by a correction."""
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
        for projected in reversed((*PROJECTIONS, *all_projections())):
            projected.rows.all().delete()
        Reading.objects.all().delete()
        count = _interpret_in_turn(Event.custody.all(), before)
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

    What was let in or refused before stays so: an erasure decides nothing about an event. So what was refused, and
    nobody decided about, is not looked at: another PC may have heaped much more of it on a request than the register
    takes.
    """
    decided = [act.body.about for act in centre.acts_of(ResolvedByPerson, only=Q(appeal=appeal_hash))]
    events = Event.custody.filter(appeal=appeal_hash).exclude(REFUSED & ~Q(hash__in=decided))
    of_others = list(Link.objects.filter(appeal__hash=appeal_hash).exclude(event__in=events))
    uncount(appeal_hash)
    Appeal.objects.filter(hash=appeal_hash).delete()  # and, by cascade, what hangs on it
    readings = Reading.objects.filter(event__in=events)
    before = _before(readings, is_binding=True)
    Link.objects.filter(event__in=events).delete()  # of a twin, which hang on the other request
    readings.delete()
    _interpret_in_turn(events, before)
    appeal = Appeal.objects.filter(hash=appeal_hash).first()
    if appeal is not None:  # what is said of a twin of it is said by that one's events
        said = [Link(appeal=appeal, other_hash=one.other_hash, event=one.event, kind=one.kind) for one in of_others]
        Link.objects.bulk_create(said)


def _before(readings: QuerySet[Reading], *, is_binding: bool = False) -> dict[int, Before]:
    """How events were read; binding for those of requests of which words are gone, or for all.

    Whether a correction leaves a request in order, or a supplement has room, hangs on what others said of it.
    """
    gone: set[int] = set()
    maimed: set[bytes] = set()
    if not is_binding:
        for row, appeal in Event.custody.filter(body=None).values_list("pk", "appeal"):
            gone.add(row)
            maimed |= {bytes(appeal)} if appeal is not None else set()
    rows = readings.values_list("event_id", "event__appeal", "status", "code", "doubt")
    return {
        event: Before(
            Status(status), code, doubt, is_binding or event in gone or (appeal is not None and bytes(appeal) in maimed)
        )
        for event, appeal, status, code, doubt in rows
    }


def _interpret_in_turn(events: QuerySet[Event], before: dict[int, Before]) -> int:
    """Interpret events in order of custody, and in their turn those that an update made understandable.

    What was not understood when it was read last stays so until it is read anew (appeals.understanding).
    """
    of_late = LateReading.objects.filter(event__in=events.values("pk")).order_by("turn", "event__leaf")
    late = list(of_late.select_related(*(f"event__{name}" for name in EPOCH_OF_EVENT)))
    count, first = 0, 0
    stored = Before(Status.STORED, KIND_UNKNOWN, "", is_binding=False)
    strange = {row for row, one in before.items() if (one.status, one.code) == (Status.STORED, KIND_UNKNOWN)}
    before_late = before | {one.event_id: stored for one in late}
    for turn, several in groupby(late, key=attrgetter("turn")):
        waiting = [one.event for one in several]
        too_new = strange.union(one.event_id for one in late if one.turn >= turn)
        count += _interpret_range(events.filter(leaf__gte=first, leaf__lt=turn), before_late, too_new)
        understand(waiting, before)
        first = turn
    return count + _interpret_range(events.filter(leaf__gte=first), before, strange)


def _interpret_range(events: QuerySet[Event], before: dict[int, Before], too_new: AbstractSet[int]) -> int:
    count, last_leaf = 0, -1
    further = events.select_related(*EPOCH_OF_EVENT).order_by("leaf")
    while chunk := list(further.filter(leaf__gt=last_leaf)[:CHUNK]):
        interpret(chunk, Register(before=before, too_new=too_new))
        count += len(chunk)
        last_leaf = chunk[-1].leaf
    return count


def _rows() -> Iterator[str]:
    """Every projected row as one line that does not depend on row numbers; a hash stands for what people wrote."""
    for projected in (*PROJECTIONS, *all_projections(), READINGS):
        name = projected.rows.model.__name__
        for values in projected.rows.values_list(*projected.anchors, *projected.columns).iterator(CHUNK):
            plain = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in values]
            written = json.dumps(plain, cls=DjangoJSONEncoder, ensure_ascii=False)
            yield f"{name} {hashlib.sha256(written.encode()).hexdigest()}"
