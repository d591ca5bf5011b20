"""Keeps the bytes of papers, enciphered, beside the attachments of offices: who may fetch them, and when they go."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from server_sync.blobs import storage
from server_sync.blobs.needed import unneeded
from server_sync.common.retention import kept
from server_sync.contract.blobs import unseal_pieces
from server_sync.contract.meetings import MeetingState
from server_sync.meetings.paper_models import MeetingPaper
from server_sync.workplaces.models import CENTRE

EVERY_S: Final = 3_600.0
"""How often is looked for bytes that nobody needs."""

_looked_at_s: list[float] = []


def is_for(site_code: str, blob_id: bytes) -> bool:
    """Whether an office may fetch these bytes: they are a paper's of a meeting to which it is invited, and that is."""
    named = MeetingPaper.objects.filter(blob_id=blob_id, withdrawn_at=None)
    held = named.exclude(meeting__state=MeetingState.CANCELLED)
    return held.filter(meeting__invitations__site=site_code).exists()


def plain(paper: MeetingPaper) -> bytes:
    """Give the file as it was brought. Raises Refused `not_here`, NotAuthentic `blob_damaged`."""
    return b"".join(unseal_pieces(storage.read_whole(CENTRE, bytes(paper.blob_id)), bytes(paper.blob_key)))


def drop(blob_ids: Iterable[bytes]) -> None:
    """Let go of the bytes of papers, but for those that another paper needs, or another room."""
    storage.drop(CENTRE, unneeded(blob_ids))


def drop_unneeded(now: datetime) -> None:
    """Let go, once an hour, of bytes of the centre that nothing names: those of an adding that was cut short."""
    if _looked_at_s and time.monotonic() - _looked_at_s[0] < EVERY_S:
        return
    _looked_at_s[:] = [time.monotonic()]
    drop(storage.kept_before(CENTRE, now - kept("paper")))
    storage.drop_unknown(CENTRE, now - kept("paper"))


def needed(blob_ids: Sequence[bytes]) -> list[bytes]:
    """Which of these are a paper's that was not withdrawn."""
    papers = MeetingPaper.objects.filter(blob_id__in=blob_ids, withdrawn_at=None)
    return [bytes(blob_id) for blob_id in papers.values_list("blob_id", flat=True)]
