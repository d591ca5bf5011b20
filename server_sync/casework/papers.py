"""Working papers of a body about a request: its own notes, what it contributes. Kept while typed, never shown outside.

They are no events: they go with the request's words when it is erased, and stay behind when it is forwarded.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.casework.access import is_of_body
from server_sync.casework.acts import hold_with_words
from server_sync.casework.models import CheckItem, WorkingPaper
from server_sync.common.refusals import Refused
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Person

ITEMS_MOST: Final = 50
"""Lines of one checklist."""
NOTES: Final = WorkingPaper.Kind.NOTES


@dataclass(frozen=True, slots=True)
class OwnPapers:
    """The notes and the checklist of the body that has the request."""

    notes: WorkingPaper | None
    items: tuple[CheckItem, ...]
    done: int


def paper_of(appeal: Appeal, body_code: str, kind: WorkingPaper.Kind) -> WorkingPaper | None:
    """A body's paper of a kind about a request."""
    papers = WorkingPaper.objects.select_related("written_by")
    return papers.filter(appeal=bytes(appeal.hash), body_code=body_code, kind=kind).first()


def write(
    appeal: Appeal, body_code: str, kind: WorkingPaper.Kind, person: Person, text: str, seen_version: int
) -> WorkingPaper:
    """Keep what is written. Raises Refused `paper_changed` (a colleague wrote meanwhile), `request_erased`."""
    said = {"text": text, "written_by": person, "changed_at": timezone.now()}
    named = {"appeal": bytes(appeal.hash), "body_code": body_code, "kind": kind}
    if seen_version == 0:
        try:
            with transaction.atomic():
                hold_with_words(appeal)
                return WorkingPaper.objects.create(**named, **said)
        except IntegrityError as taken:
            raise Refused("paper_changed") from taken
    if WorkingPaper.objects.filter(**named, version=seen_version).update(version=seen_version + 1, **said) != 1:
        raise Refused("paper_changed")
    return WorkingPaper.objects.get(**named)


def drop_papers(appeal_hash: bytes, body_code: str | None = None) -> None:
    """Delete what bodies, or one of them, had written about a request. Call inside a transaction."""
    whose = {} if body_code is None else {"body_code": body_code}
    WorkingPaper.objects.filter(appeal=appeal_hash, **whose).delete()
    CheckItem.objects.filter(appeal=appeal_hash, **whose).delete()


def own_papers(standing: Standing, appeal: Appeal) -> OwnPapers | None:
    """What the body that has the request wrote for itself; None for everybody else."""
    if not is_of_body(standing, appeal):
        return None
    items = tuple(_items(appeal).select_related("done_by")[:ITEMS_MOST])
    done = sum(item.done_at is not None for item in items)
    return OwnPapers(paper_of(appeal, appeal.body_code, NOTES), items, done)


def note(standing: Standing, appeal: Appeal, text: str, seen_version: int) -> WorkingPaper:
    """Keep the body's notes. Raises Refused `not_allowed` and as `write`."""
    _demand_own(standing, appeal)
    return write(appeal, appeal.body_code, NOTES, standing.person, text, seen_version)


def add_item(standing: Standing, appeal: Appeal, words: str) -> None:
    """Put a line on the checklist. Raises Refused `not_allowed`, `too_many_items`, `request_erased`."""
    _demand_own(standing, appeal)
    with transaction.atomic():
        hold_with_words(appeal)
        if _items(appeal).count() >= ITEMS_MOST:
            raise Refused("too_many_items")
        CheckItem.objects.create(
            appeal=bytes(appeal.hash), body_code=appeal.body_code, words=words, added_by=standing.person
        )


def tick_item(standing: Standing, appeal: Appeal, item: UUID, *, is_done: bool) -> None:
    """Say that a line is done, or that it is not. Raises Refused `not_allowed`, `item_gone`."""
    _demand_own(standing, appeal)
    done = {"done_by": standing.person, "done_at": timezone.now()} if is_done else {"done_by": None, "done_at": None}
    if _items(appeal).filter(pk=item).update(**done) != 1:
        raise Refused("item_gone")


def drop_item(standing: Standing, appeal: Appeal, item: UUID) -> None:
    """Take a line off the checklist; one that is gone already is gone. Raises Refused `not_allowed`."""
    _demand_own(standing, appeal)
    _items(appeal).filter(pk=item).delete()


def _items(appeal: Appeal) -> QuerySet[CheckItem]:
    return CheckItem.objects.filter(appeal=bytes(appeal.hash), body_code=appeal.body_code)


def _demand_own(standing: Standing, appeal: Appeal) -> None:
    if not is_of_body(standing, appeal):
        raise Refused("not_allowed")
