"""Keys of programs, and which requests came by which. A key itself is kept nowhere, only its hash."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import SHORT_CHARACTERS
from server_sync.contract.identifiers import uuid7
from server_sync.workplaces.models import Person


class Stage(models.IntegerChoices):
    """Where a key stands; each step is taken once."""

    PROPOSED = 1
    GIVEN = 2
    DECLINED = 3
    TAKEN_BACK = 4
    REVOKED = 5


class ProgramKey(models.Model):
    """A key of a named program: proposed by one administrator, given by another, until a day or until it is revoked.

    `about` says what the program is for and who answers for it; `scopes` what it may (`keys.Scope`); `used_on` is the
    last day on which it was used; `note` why it was declined or revoked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.PROPOSED)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=SHORT_CHARACTERS)
    scopes = models.JSONField(default=list)
    until_on = models.DateField()
    hash = BytesField[bytes | None, bytes | None](length=32, null=True, unique=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=SHORT_CHARACTERS, blank=True)
    used_on = models.DateField(null=True)

    @override
    def __str__(self) -> str:
        return f"key {self.id}"


class WrittenBy(models.Model):
    """That a request was written by a program, so that what a stolen key wrote can be found."""

    appeal = BytesField(length=32, primary_key=True)
    key = models.ForeignKey(ProgramKey, models.PROTECT, related_name="written")
    at = models.DateTimeField(default=timezone.now)

    @override
    def __str__(self) -> str:
        return f"request {self.appeal.hex()[:12]}"
