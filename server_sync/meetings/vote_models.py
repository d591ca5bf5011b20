"""Tables of votes: what offices were asked, how they voted, what came of it; projections, as those of `models` are.

`VoteKey` alone is none: it is what opens the choices of a secret vote, and is deleted when they are counted.
"""

from typing import Final

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import VoteChoice
from server_sync.journal.models import Event
from server_sync.meetings.texts import said
from server_sync.workplaces.models import Site

VOTE_BYTES: Final = 16


class Vote(models.Model):
    """One question put to the offices of a meeting.

    `event` opened it, `closing` counted it. `offices` are the codes of those that may vote. The counts are 0 until it
    is closed, and stay so where `is_told` is false.
    """

    id = BytesField(length=VOTE_BYTES, primary_key=True)
    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="votes")
    question_ky = models.TextField(blank=True)
    question_ru = models.TextField(blank=True)
    question_en = models.TextField(blank=True)
    item = models.PositiveSmallIntegerField(default=0)
    offices = models.JSONField(default=list)
    quorum = models.PositiveSmallIntegerField()
    sealing_key = BytesField[bytes | None, bytes | None](length=32, null=True)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    in_favour = models.PositiveSmallIntegerField(default=0)
    against = models.PositiveSmallIntegerField(default=0)
    abstained = models.PositiveSmallIntegerField(default=0)
    spoilt = models.PositiveSmallIntegerField(default=0)
    is_told = models.BooleanField(default=True)
    is_quorate = models.BooleanField(default=False)
    is_adopted = models.BooleanField(default=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    closing = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("opened_at", "id")
        indexes = (models.Index(fields=["closed_at", "ends_at"], name="votes_to_close"),)

    @override
    def __str__(self) -> str:
        return f"vote {self.id.hex()[:12]}"

    @property
    def is_secret(self) -> bool:
        """Whether nobody learns how an office voted."""
        return self.sealing_key is not None

    @property
    def is_open(self) -> bool:
        """Whether it has not been counted yet."""
        return self.closing_id is None

    @property
    def question(self) -> str:
        """The question in the language of this moment, or in the first that it has."""
        return said(self, "question")


class Ballot(models.Model):
    """The last vote of an office that came in time; `choice` is absent in a secret vote."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="ballots")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    choice = models.PositiveSmallIntegerField(
        choices=[(choice.value, choice.name.lower()) for choice in VoteChoice], null=True
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("site",)
        constraints = (models.UniqueConstraint(fields=["vote", "site"], name="one_ballot_of_a_site"),)

    @override
    def __str__(self) -> str:
        return f"ballot of {self.site_id}"


class VoteKey(models.Model):
    """What opens the sealed choices of a secret vote until they are counted, itself sealed under the server's secret.

    No event says it: a register made anew leaves it as it is.
    """

    vote = BytesField(length=VOTE_BYTES, primary_key=True)
    sealed = models.BinaryField()

    @override
    def __str__(self) -> str:
        return f"key of vote {self.vote.hex()[:12]}"
