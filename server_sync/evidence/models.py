"""The public log as tables: leaves, inner nodes of the tree, signed checkpoints. Append-only by triggers."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.workplaces.models import Epoch, Site


class Log(models.Model):
    """One origin of the public log; a server restored from a backup opens the next one.

    `server_epoch` counts them from 1. This row's lock puts leaves in order; `size` is how many there are.
    """

    server_epoch = models.PositiveIntegerField(primary_key=True)
    origin = models.CharField(max_length=100, unique=True)
    size = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)

    @override
    def __str__(self) -> str:
        return self.origin


class Leaf(models.Model):
    """The hash of one event, at the place it was taken into custody."""

    pk = models.CompositePrimaryKey("log_id", "index")
    log = models.ForeignKey(Log, models.PROTECT, related_name="leaves", db_index=False)
    index = models.BigIntegerField()
    event_hash = BytesField(length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event_hash", "log"], name="one_leaf_per_event"),)

    @override
    def __str__(self) -> str:
        return f"{self.log_id}/{self.index}"


class Node(models.Model):
    """The root of a full subtree: 2^level leaves from index · 2^level on (level ≥ 1; level 0 is the leaves)."""

    pk = models.CompositePrimaryKey("log_id", "level", "index")
    log = models.ForeignKey(Log, models.PROTECT, related_name="nodes", db_index=False)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = BytesField(length=32)

    @override
    def __str__(self) -> str:
        return f"{self.log_id}/{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed root of the log, kept for ever as it was published (C2SP text)."""

    pk = models.CompositePrimaryKey("log_id", "size")
    log = models.ForeignKey(Log, models.PROTECT, related_name="checkpoints", db_index=False)
    size = models.BigIntegerField()
    root = BytesField(length=32)
    text = models.TextField()
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    @override
    def __str__(self) -> str:
        return f"{self.log_id}/{self.size}"


class Cosignature(models.Model):
    """An office's signed word that it saw the log grow consistently up to a size, as the line it came in.

    The first of an epoch on a day by our clock (`kept_on`): a log that stands still over the holidays is seen anew each
    day, and no PC fills the table. What came before that rule has no `kept_on`, and may be several of a day.
    """

    log = models.ForeignKey(Log, models.PROTECT, related_name="cosignatures", db_index=False)
    size = models.BigIntegerField()
    epoch = models.ForeignKey(Epoch, models.PROTECT, related_name="cosignatures")
    kept_on = models.DateField(null=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="cosignatures")
    signed_at = models.DateTimeField(db_index=True)
    line = models.CharField(max_length=500)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "epoch", "kept_on"], name="one_cosignature_a_day"),)
        indexes = (
            models.Index(fields=["log", "site", "signed_at"], name="cosignatures_of_a_site"),
            models.Index(fields=["log", "size", "site", "signed_at"], name="cosignatures_of_a_size"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.log_id}/{self.size} {self.site_id}"
