"""Enrolled PCs: workplaces, the epochs of their stores, the codes that made them, what they report of themselves."""

from datetime import datetime
from functools import cached_property

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.identifiers import uuid7
from server_sync.workplaces.models.people import Person
from server_sync.workplaces.models.territory import Site


class Workplace(models.Model):
    """An enrolled PC of a site; its 16 bytes of id stand in its certificates.

    `is_wall`: the PC of a big screen in a hall, with nobody before it. It is told of meetings alone, for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="workplaces")
    name = models.CharField(max_length=100, blank=True, default="")
    is_wall = models.BooleanField(default=False, editable=False)
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("site", "enrolled_at")

    @override
    def __str__(self) -> str:
        return f"{self.site_id} {self.id}"


class Epoch(models.Model):
    """One incarnation of a workplace's store: a number slot that is never reissued, a key, a chain.

    `last_seq` and `chain` are the newest event in custody and the chain after it (the genesis before any); custody
    moves them on under this row's lock.
    """

    id = BytesField(length=16, primary_key=True)
    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="epochs")
    site = models.ForeignKey(Site, models.PROTECT, related_name="epochs")
    slot = models.CharField(max_length=8)
    public_key = BytesField(length=32, unique=True)
    key_id = BytesField(length=8, db_index=True)
    certificate = models.BinaryField()
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seq = models.BigIntegerField(default=0)
    chain = BytesField(length=32)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")

    class Meta:
        ordering = ("site", "opened_at")
        constraints = (models.UniqueConstraint(fields=["site", "slot"], name="slot_never_reissued"),)

    @override
    def __str__(self) -> str:
        return f"{self.site_id}-{self.slot}"


class EnrolmentCode(models.Model):
    """A one-time code that makes a PC a workplace of a site.

    The code itself is not kept: `id` is derived from it and `sealed_mac_key` opens only with the server's secret.
    `answer` is the first reply to `used_key`, given again byte for byte.
    """

    id = BytesField(length=16, primary_key=True)
    sealed_mac_key = models.BinaryField()
    site = models.ForeignKey(Site, models.PROTECT, related_name="enrolment_codes")
    is_wall = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="enrolment_codes")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.OneToOneField(Workplace, models.PROTECT, null=True, related_name="enrolment_code")
    used_key = BytesField(length=32, null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        ordering = ("made_at",)

    @override
    def __str__(self) -> str:
        return f"{self.site_id} {self.id.hex()[:8]}"


class Contact(models.Model):
    """What a workplace said of itself at its newest exchange; no personal data, no network address.

    `clock_offset_ms`: its clock minus ours. `oldest_waiting_at`: when its oldest unsent event was made, by our clock.
    `stopped_code` says why it gives no numbers, `stop` names that stop.
    """

    workplace = models.OneToOneField(Workplace, models.CASCADE, primary_key=True, related_name="contact")
    last_contact_at = models.DateTimeField(db_index=True)
    waiting_events = models.BigIntegerField(default=0)
    waiting_blobs = models.BigIntegerField(default=0)
    oldest_waiting_at = models.DateTimeField(null=True)
    quarantined = models.BigIntegerField(default=0)
    clock_offset_ms = models.BigIntegerField(default=0)
    version = models.CharField(max_length=64, blank=True, default="")
    disk_free_bytes = models.BigIntegerField(default=0)
    disk_total_bytes = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    stopped_code = models.CharField(max_length=64, blank=True, default="")
    stop = BytesField[bytes | None, bytes | None](length=16, null=True)

    @override
    def __str__(self) -> str:
        return f"{self.workplace_id}"


class LiftedStop(models.Model):
    """A stop of numbering that two people lifted; the PC learns of it with its next exchange."""

    stop = BytesField(length=16, primary_key=True)
    epoch = models.ForeignKey(Epoch, models.PROTECT, related_name="lifted_stops")
    lifted_at = models.DateTimeField(default=timezone.now, editable=False)
    first_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    @override
    def __str__(self) -> str:
        return f"{self.epoch_id.hex()} {self.stop.hex()}"


class Familiar(models.Model):
    """A PC at which a person signed in with the right password: strangers' guesses do not make them wait there."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="familiar")
    workplace = models.ForeignKey(Workplace, models.CASCADE, related_name="familiar")
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "workplace"], name="familiar_once"),)

    @override
    def __str__(self) -> str:
        return f"{self.person_id} at {self.workplace_id}"


class Revocation(models.Model):
    """The end of an epoch: what it signed after `last_good_seq` waits until two people release it.

    `statement` is the signed revocation that names no log, as programs of before read it; both go into the common feed.
    """

    epoch = models.OneToOneField(Epoch, models.PROTECT, primary_key=True, related_name="revocation")
    last_good_seq = models.BigIntegerField()
    revoked_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="revocations")
    reason = models.CharField(max_length=300)
    statement = models.BinaryField()

    @override
    def __str__(self) -> str:
        return f"{self.epoch_id.hex()} after {self.last_good_seq}"

    @cached_property
    def log_size(self) -> int | None:
        """The first leaf that came too late, in whichever log: a log begins with the leaves of the one before it."""
        return min((one.size for one in self.in_logs.all()), default=None)

    def came_before(self, leaf: int, taken_at: datetime) -> bool:
        """Whether it came before an event did, which is then held.

        By the leaf, as for everybody's check of a receipt; by the clock where a withdrawal of before names no log yet.
        """
        return taken_at > self.revoked_at if self.log_size is None else leaf >= self.log_size


class RevocationInLog(models.Model):
    """Where a public log stood when an epoch ended: its leaves from `size` on came too late, whatever their `seq`.

    `statement` is the signed revocation that says so. A log of a lost database may be named that is in no table.
    """

    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="in_logs")
    origin = models.CharField(max_length=100)
    size = models.BigIntegerField()
    statement = models.BinaryField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["revocation", "origin"], name="named_once_in_a_log"),)

    @override
    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"
