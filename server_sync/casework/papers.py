"""Working papers of a body about a request: its own notes, what it contributes. Kept while typed, never shown outside.

They are no events: they go with the request's words when it is erased, and stay behind when it is forwarded.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.casework.acts import hold_with_words
from server_sync.casework.models import WorkingPaper
from server_sync.common.refusals import Refused
from server_sync.workplaces.models import Person


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
