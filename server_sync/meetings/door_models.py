"""Tables of those who come to a meeting by a browser, and of the words that are typed while it is spoken.

As the tables of `live_models` they are no projection: no event says what stands here, and it is gone some time after
the meeting.
"""

from typing import Final

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.identifiers import EPOCH_BYTES
from server_sync.contract.meetings import CAPTION_CHARACTERS, GUEST_NAME_CHARACTERS, CaptionLanguage
from server_sync.meetings.live_models import MEETING_BYTES

PARTS: Final = (MeetingPart.SPEAKER, MeetingPart.VIEWER)
"""What a guest may be: none leads, and none stands for an office."""
HASH_BYTES: Final = 32


class GuestLink(models.Model):
    """The way in of one guest: who they are in words, and hashes of the link's secret and of the browser's.

    `guest` stands where a PC has its epoch. `session` is of the browser that used the link last; another one is
    somebody else until the desk lets them in.
    """

    meeting = BytesField(length=MEETING_BYTES)
    guest = BytesField(length=EPOCH_BYTES, unique=True)
    name = models.CharField(max_length=GUEST_NAME_CHARACTERS)
    part = models.PositiveSmallIntegerField(choices=[(part.value, part.name.lower()) for part in PARTS])
    secret = BytesField(length=HASH_BYTES, unique=True)
    session = BytesField[bytes | None, bytes | None](length=HASH_BYTES, null=True, unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at", "pk")
        indexes = (models.Index(fields=["meeting", "made_at"], name="guests_of_a_meeting"),)

    @override
    def __str__(self) -> str:
        return self.guest.hex()[:12]


class Caption(models.Model):
    """A line that a captioner typed; the key grows with each, so whoever read up to one asks for those after it."""

    meeting = BytesField(length=MEETING_BYTES)
    language = models.CharField(max_length=2, choices=[(one.value, one.name.lower()) for one in CaptionLanguage])
    text = models.CharField(max_length=CAPTION_CHARACTERS)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["meeting", "language", "id"], name="captions_in_order"),)

    @override
    def __str__(self) -> str:
        return f"{self.language} {self.pk}"
