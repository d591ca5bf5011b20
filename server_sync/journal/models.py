"""Tables of the journal. `Event` is append-only: triggers refuse deleting, and changing anything but an erasure."""

from typing import ClassVar

from django.db import models

from server_sync.common.fields import BytesField
from server_sync.contract.messages import Status
from server_sync.workplaces.models import Epoch, Site


class Event(models.Model):
    """An event in custody, as the bytes that came; salt and body go when it is erased, the hash and chain stay.

    `chain` is the epoch's chain after this event, `leaf` its place in the public log, `appeal` the hash of the
    registering event (its own for a registration, absent for sessions and the like).
    """

    hash = BytesField(length=32, unique=True)
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="events")
    seq = models.BigIntegerField()
    kind = models.PositiveIntegerField()
    appeal = BytesField(length=32, null=True)
    header = models.BinaryField()
    salt = BytesField(length=16, null=True)
    body = models.BinaryField(null=True)
    body_hash = BytesField(length=32)
    chain = BytesField(length=32)
    leaf = models.BigIntegerField(unique=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["epoch", "seq", "hash"], name="one_event_per_seq_and_hash"),
        )
        indexes = (
            models.Index(fields=["appeal", "id"], name="events_of_an_appeal"),
        )

    def __str__(self) -> str:
        return f"event {self.hash.hex()[:12]}"


class Reading(models.Model):
    """What the server made of an event in custody; a projection, rebuilt with the rest."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="reading")
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name.lower()) for status in Status])
    code = models.CharField(max_length=64, blank=True, default="")
    is_out_of_turn = models.BooleanField(default=False)
    awaited = BytesField(length=32, null=True)

    class Meta:
        indexes = (
            models.Index(fields=["status"], name="readings_by_status"),
        )

    def __str__(self) -> str:
        return f"{Status(self.status).name.lower()} {self.code}".strip()


class FeedHead(models.Model):
    """The last number of one site's feed; its row lock makes the feed gapless. `common` has a head of its own."""

    COMMON: ClassVar[str] = "*"

    name = models.CharField(max_length=16, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"feed of {self.name} at {self.last}"


class FeedRow(models.Model):
    """One change for one site, numbered without a gap within a server epoch.

    `row_kind` is a contract.messages.RowKind; an EVENT row names its event, other rows carry their bytes.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="feed")
    server_epoch = models.BigIntegerField()
    number = models.BigIntegerField()
    row_kind = models.PositiveIntegerField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True)
    raw = models.BinaryField(default=b"")
    appeal_number = models.CharField(max_length=40, blank=True, default="")
    is_out_of_turn = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "server_epoch", "number"], name="one_row_per_feed_number"),
        )

    def __str__(self) -> str:
        return f"{self.site_id} {self.number}"


class CommonRow(models.Model):
    """One change for all sites: keys, workplaces, revocations, calendar, reference data."""

    server_epoch = models.BigIntegerField()
    number = models.BigIntegerField()
    row_kind = models.PositiveIntegerField()
    raw = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["server_epoch", "number"], name="one_row_per_common_number"),
        )

    def __str__(self) -> str:
        return f"common {self.number}"
