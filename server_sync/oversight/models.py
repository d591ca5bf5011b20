"""Proposals that wait for a second person, and what became of them. Rows name events and requests by their hashes."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.appeals.applying import Decision
from server_sync.common.fields import BytesField
from server_sync.contract.bodies import SHORT_CHARACTERS
from server_sync.contract.identifiers import uuid7
from server_sync.workplaces.models import Person


class Stage(models.IntegerChoices):
    """Where a proposal stands; it leaves OPEN once and for ever."""

    OPEN = 1
    CONFIRMED = 2
    DECLINED = 3
    TAKEN_BACK = 4


class Proposal(models.Model):
    """What one person would do and why; `closed_by` confirmed, declined or took it back, with a note.

    `done` are the events of it that a confirmation carried out before its last step: it may have been cut short, or the
    proposal ended meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.OPEN)
    reason = models.CharField(max_length=SHORT_CHARACTERS, blank=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=SHORT_CHARACTERS, blank=True)
    done = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @override
    def __str__(self) -> str:
        return f"proposal {self.id}"


class DoubtProposal(Proposal):
    """A decision about one event, or about a run that begins with it; only one at a time can wait.

    A run (oversight.runs) is told by its last place in custody and by how many events it had when it was proposed.
    """

    event = BytesField(length=32, db_index=True)
    last_leaf = models.BigIntegerField(null=True)
    covers = models.PositiveIntegerField(default=1)
    decision = models.CharField(max_length=40, choices=[(decision.value, decision.name) for decision in Decision])

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(stage=Stage.OPEN), name="one_open_proposal_per_doubt"
            ),
        )


class StopProposal(Proposal):
    """To let a PC of an office number on after one stop; only one at a time can wait for it."""

    stop = BytesField(length=16, db_index=True)
    epoch = BytesField(length=16)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["stop"], condition=models.Q(stage=Stage.OPEN), name="one_open_proposal_per_stop"
            ),
        )


class ErasureProposal(Proposal):
    """An erasure of a whole request, or of the one `event` of it; only one at a time can wait for a request."""

    appeal = BytesField(length=32, db_index=True)
    event = BytesField[bytes | None, bytes | None](length=32, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["appeal"], condition=models.Q(stage=Stage.OPEN), name="one_open_proposal_per_erasure"
            ),
        )
