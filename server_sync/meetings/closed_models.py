"""Tables of the keys of closed meetings while they run: boxes that nobody here can open, and who wished for them.

As those of `live_models` they are no projection, and are gone with the meeting's room.
"""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.closed import KEY_BYTES, SEALED_KEY_BYTES, WHO_CHARACTERS
from server_sync.contract.identifiers import EPOCH_BYTES
from server_sync.contract.signing import SIGNATURE_BYTES
from server_sync.meetings.live_models import MEETING_BYTES


class KeyHolder(models.Model):
    """The PC of the office that leads which drew the newest key of a meeting, and that key's number.

    `asked_at`: when it last asked, as a desk, who waits for the key.
    """

    meeting = BytesField(length=MEETING_BYTES, primary_key=True)
    number = models.PositiveIntegerField()
    who = models.CharField(max_length=WHO_CHARACTERS)
    epoch = BytesField(length=EPOCH_BYTES)
    asked_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.who} {self.number}"


class KeyPlace(models.Model):
    """A PC that wished for the key, and its box with the newest that was sealed to it (`number` 0: none yet)."""

    meeting = BytesField(length=MEETING_BYTES)
    who = models.CharField(max_length=WHO_CHARACTERS)
    epoch = BytesField(length=EPOCH_BYTES)
    public = BytesField(length=KEY_BYTES)
    wish_signature = BytesField(length=SIGNATURE_BYTES)
    number = models.PositiveIntegerField(default=0)
    sealed = BytesField[bytes | None, bytes | None](length=SEALED_KEY_BYTES, null=True)
    signature = BytesField[bytes | None, bytes | None](length=SIGNATURE_BYTES, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "who"], name="one_key_place_each"),)

    @override
    def __str__(self) -> str:
        return self.who
