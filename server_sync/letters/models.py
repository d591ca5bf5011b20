"""What waits to be sent, and how many went on a day; of a letter that went nothing stays."""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.identifiers import uuid7


class Letter(models.Model):
    """One letter that waits for the mail server.

    Until `claimed_until` somebody is sending it. `handed_at` is written before its text is handed over and taken back
    when the server says that it did not take it: of one that still has it nobody knows, and it is not sent again. After
    `useful_until` it says nothing to anybody. `caller` is a keyed hash of the network place that had it written, for
    bounds; empty for a letter of the centre's own. `about` is the hash of the request it tells of. `html` is the same
    as `text` with links to press. `unsubscribe` is the address by which whoever gets it ends its kind (RFC 8058).
    One that `is_bulk` waits behind all that somebody sits and waits for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    unsubscribe = models.CharField(max_length=300, blank=True, default="")
    is_bulk = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    about = BytesField[bytes | None, bytes | None](length=32, null=True, db_index=True)
    caller = models.CharField(max_length=64, blank=True, default="", db_index=True)

    @override
    def __str__(self) -> str:
        return f"letter {self.pk}"


class Mention(models.Model):
    """A published request that a letter which waits tells of among others."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="mentions")
    request = BytesField(length=32, db_index=True)

    @override
    def __str__(self) -> str:
        return f"mention in {self.letter_id}"


class PostDay(models.Model):
    """How many letters of a day were sent, perhaps sent, refused for good, or grown old while they waited."""

    on = models.DateField(primary_key=True)
    sent = models.PositiveIntegerField(default=0)
    perhaps_sent = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    too_late = models.PositiveIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"letters of {self.on}"


class TextMessage(models.Model):
    """One text message that waits for the gateway; columns as at a letter. `to` is a telephone in E.164."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.CharField(max_length=16)
    text = models.CharField(max_length=400)
    queued_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"text message {self.pk}"


class TextHour(models.Model):
    """How many text messages were asked for in an hour: each costs, and a bound holds for all together."""

    hour = models.DateTimeField(primary_key=True)
    asked = models.PositiveIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"text messages of {self.hour}"
