"""Tables of meetings: projections of the centre's events, made anew with the register and compared.

Nothing here is written but by `meetings.planned`. Who sits where at this moment is no projection and stands in tables
of its own.
"""

from datetime import datetime, timedelta

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import CHAT_CHARACTERS, MeetingPart
from server_sync.contract.meetings import MeetingState
from server_sync.journal.models import Event
from server_sync.meetings.closed_models import KeyHolder, KeyPlace
from server_sync.meetings.door_models import Caption, GuestLink
from server_sync.meetings.live_models import MEETING_BYTES, Done, Hand, Live, Present, Seat, WrittenLine
from server_sync.meetings.paper_models import MeetingPaper
from server_sync.meetings.spoken_models import Interpreter
from server_sync.meetings.texts import said
from server_sync.meetings.vote_models import Ballot, Vote, VoteKey
from server_sync.workplaces.models import Site

__all__ = [
    "MEETING_BYTES",
    "Attendance",
    "Ballot",
    "Caption",
    "Done",
    "GuestLink",
    "Hand",
    "Interpreter",
    "Invitation",
    "KeptLine",
    "KeyHolder",
    "KeyPlace",
    "Live",
    "Meeting",
    "MeetingDecision",
    "MeetingPaper",
    "Present",
    "Seat",
    "Vote",
    "VoteKey",
    "WrittenLine",
]


def name_at(address: str) -> bytes | None:
    """The name of what has this address, as a meeting's or a paper's `address` says it; None for what is no address."""
    try:
        name = bytes.fromhex(address)
    except ValueError:
        return None
    return name if len(name) == MEETING_BYTES and name.hex() == address else None


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
        return said(self, "title")

    @property
    def note(self) -> str:
        """What was written beside the plan, as `title`."""
        return said(self, "note")

    @property
    def cancel_reason(self) -> str:
        """Why it is not held, as `title`."""
        return said(self, "cancel_reason")


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


class MeetingDecision(models.Model):
    """What a meeting decided, and whether it holds still.

    `executors` are codes of sites, `requests` registration numbers, both in the order in which they were written.
    `event` took it, `last_event` is the last word about it.
    """

    id = BytesField(length=MEETING_BYTES, primary_key=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    item = models.PositiveSmallIntegerField(default=0)
    text_ky = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    executors = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    requests = models.JSONField(default=list)
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    reason_ky = models.TextField(blank=True)
    reason_ru = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    last_event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("item", "taken_at", "id")

    @override
    def __str__(self) -> str:
        return f"decision {self.id.hex()[:12]}"

    @property
    def address(self) -> str:
        """What the pages call it by."""
        return self.id.hex()

    @property
    def text(self) -> str:
        """What is decided, in the language of this moment or in the first that it has."""
        return said(self, "text")

    @property
    def reason(self) -> str:
        """Why it was withdrawn, as `text`."""
        return said(self, "reason")


class KeptLine(models.Model):
    """A line of a meeting's chat that was kept at its end."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="kept_lines")
    place = models.PositiveIntegerField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    text = models.CharField(max_length=CHAT_CHARACTERS, blank=True)

    class Meta:
        ordering = ("place",)
        constraints = (models.UniqueConstraint(fields=["meeting", "place"], name="one_kept_line_of_a_place"),)

    @override
    def __str__(self) -> str:
        return f"{self.place} by {self.site_id}"
