"""Tables of meetings: projections of the centre's events, made anew with the register and compared.

Nothing here is written but by `meetings.planned`. Who sits where at this moment is no projection and stands in tables
of its own.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import get_language
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.meetings import MeetingState
from server_sync.journal.models import Event
from server_sync.meetings.door_models import Caption, GuestLink
from server_sync.meetings.live_models import MEETING_BYTES, Done, Hand, Live, Present, Seat
from server_sync.workplaces.models import Site

__all__ = [
    "MEETING_BYTES",
    "Attendance",
    "Caption",
    "Done",
    "GuestLink",
    "Hand",
    "Invitation",
    "Live",
    "Meeting",
    "Present",
    "Seat",
]

_LANGUAGES: Final = ("ky", "ru", "en")


class Meeting(models.Model):
    """One meeting as it is planned now and where it stands.

    `event` brought the newest plan, `last_event` the last word about the meeting. `agenda` is a list of items: `title`
    by language, `speaker` (a site's code, or empty), `minutes`, and `papers`, each with `blob_id` and `blob_key` as
    hexadecimal digits, `name`, `media_type`, `size_bytes`. `planned_by` called it first.
    """

    id = BytesField(length=MEETING_BYTES, primary_key=True)
    title_ky = models.TextField(blank=True)
    title_ru = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    note_ky = models.TextField(blank=True)
    note_ru = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    seats = models.PositiveSmallIntegerField()
    series = BytesField[bytes | None, bytes | None](length=MEETING_BYTES, null=True)
    is_recorded = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)
    agenda = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=[(state.value, state.name.lower()) for state in MeetingState])
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancel_reason_ky = models.TextField(blank=True)
    cancel_reason_ru = models.TextField(blank=True)
    cancel_reason_en = models.TextField(blank=True)
    planned_by = models.UUIDField(null=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    last_event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("starts_at", "id")
        indexes = (
            models.Index(fields=["state", "starts_at"], name="meetings_to_come"),
            models.Index(fields=["series", "starts_at"], name="meetings_of_a_series"),
        )

    @override
    def __str__(self) -> str:
        return f"meeting {self.id.hex()[:12]}"

    @property
    def address(self) -> str:
        """What an address of the pages calls it by."""
        return self.id.hex()

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def title(self) -> str:
        """The title in the language of this moment, or in the first that it has."""
        return self._said("title")

    @property
    def note(self) -> str:
        """What was written beside the plan, as `title`."""
        return self._said("note")

    @property
    def cancel_reason(self) -> str:
        """Why it is not held, as `title`."""
        return self._said("cancel_reason")

    def _said(self, column: str) -> str:
        languages = (get_language() or _LANGUAGES[0], *_LANGUAGES)
        said = (str(getattr(self, f"{column}_{one}", "")) for one in languages)
        return next((text for text in said if text), "")


class Invitation(models.Model):
    """An office that is asked to a meeting, and as what."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    part = models.PositiveSmallIntegerField(choices=[(part.value, part.name.lower()) for part in MeetingPart])

    class Meta:
        ordering = ("part", "site")
        constraints = (models.UniqueConstraint(fields=["meeting", "site"], name="one_invitation_of_a_site"),)

    @override
    def __str__(self) -> str:
        return f"{self.site_id} as {MeetingPart(self.part).name.lower()}"


class Attendance(models.Model):
    """An office that was at a meeting, and for how long."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField()

    class Meta:
        ordering = ("site",)
        constraints = (models.UniqueConstraint(fields=["meeting", "site"], name="one_attendance_of_a_site"),)

    @override
    def __str__(self) -> str:
        return f"{self.site_id} for {self.seconds} s"
