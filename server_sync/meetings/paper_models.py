"""The table of the papers of meetings, a projection as that of the meetings is; the bytes lie with the attachments."""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.journal.models import Event
from server_sync.meetings.live_models import MEETING_BYTES
from server_sync.meetings.texts import said


class MeetingPaper(models.Model):
    """A paper of a meeting, and whether it is of it still.

    `item` is its place in the agenda from 1, 0 for the whole meeting. `event` brought it, `last_event` is the last word
    about it.
    """

    id = BytesField(length=MEETING_BYTES, primary_key=True)
    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="papers")
    item = models.PositiveSmallIntegerField(default=0)
    title_ky = models.TextField(blank=True)
    title_ru = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    blob_id = BytesField(length=32)
    blob_key = BytesField(length=32)
    size_bytes = models.PositiveIntegerField()
    content_hash = BytesField(length=32)
    pages = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    reason_ky = models.TextField(blank=True)
    reason_ru = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    last_event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("item", "added_at", "id")
        indexes = (models.Index(fields=["blob_id"], name="papers_of_a_blob"),)

    @override
    def __str__(self) -> str:
        return f"paper {self.id.hex()[:12]}"

    @property
    def address(self) -> str:
        """What the pages call it by."""
        return self.id.hex()

    @property
    def title(self) -> str:
        """The title in the language of this moment, or in the first that it has."""
        return said(self, "title")

    @property
    def reason(self) -> str:
        """Why it was withdrawn, as `title`."""
        return said(self, "reason")
