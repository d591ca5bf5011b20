"""Who wants to be told what: an address that only this server opens, and what was confirmed from it."""

from uuid import UUID

from django.db import models
from typing_extensions import override

from server_sync.contract.identifiers import uuid7


class Subscriber(models.Model):
    """An address that news go to.

    `address` is a keyed hash by which it is known again; the address itself lies in `sealed`. All news until
    `told_until` were told, the last time on the day `told_on`, by the letter `letter`; before that until `told_before`.
    A row without anything subscribed to is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    language = models.CharField(max_length=2)
    told_on = models.DateField(null=True, db_index=True)
    told_until = models.DateTimeField()
    told_before = models.DateTimeField()
    letter = models.UUIDField(null=True, db_index=True)

    @override
    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Subscription(models.Model):
    """One thing wanted: what is published of a place, a topic, to an official, by a body; empty is all of it.

    Until it is confirmed by the letter that was sent for it, it is nothing, and after `expires_at` it is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    place = models.CharField(max_length=20, blank=True, default="")
    topic = models.CharField(max_length=40, blank=True, default="")
    official = models.CharField(max_length=64, blank=True, default="")
    body = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subscriber", "place", "topic", "official", "body"], name="subscribed_to_once"
            ),
        )

    @override
    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Asked(models.Model):
    """That somebody had a letter sent to an address, for a day: bounds count these, whatever becomes of the letter.

    `place` and `address` are keyed hashes of the network place and of the mailbox. One that `is_posted` went into the
    queue; of the others the caller is told the same.
    """

    place = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    asked_at = models.DateTimeField(db_index=True)
    is_posted = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["place", "asked_at"], name="asked_from_a_place"),
            models.Index(fields=["address", "asked_at"], name="asked_to_an_address"),
        )

    @override
    def __str__(self) -> str:
        return f"asked {self.pk}"


def key_of(value: str) -> UUID | None:
    """A row's key as a form brings it; None for what is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
