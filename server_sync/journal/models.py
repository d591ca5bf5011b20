"""Tables of the journal. `Event` is append-only: triggers refuse deleting, and changing anything but an erasure."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.events import Event as EventBytes
from server_sync.contract.messages import Status
from server_sync.workplaces.models import Epoch, Site


class AcceptedEvents(models.Manager["Event"]):
    """Events that the register has taken in. What is quarantined, held or not understood is none of them."""

    @override
    def get_queryset(self) -> models.QuerySet["Event"]:
        return super().get_queryset().filter(reading__status=Status.REGISTERED)


class Event(models.Model):
    """An event in custody, as the bytes that came; salt and body go when it is erased, the hash and chain stay.

    Whoever asks for events says which: `accepted`, those that mean something, or `custody`, all that came, for the
    journal's own work and for the lists of what is doubtful. An event that was refused must change nothing (I18), so
    there is no third way (tests/checks/test_events_asked_for.py).

    `remains` comes with an erasure: what the event decided, without its words (contract.erasure). `chain` is the
    epoch's chain after this event, `leaf` its place in the public log, `appeal` the hash of the registering event (its
    own for a registration, absent for sessions and the like). `branch` says in which history of its epoch it came: none
    for the trunk, which is what came first at each place, otherwise the leaf with which that history begins.
    """

    hash = BytesField(length=32, unique=True)
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    kind = models.PositiveIntegerField()
    appeal = BytesField[bytes | None, bytes | None](length=32, null=True)
    header = models.BinaryField()
    salt = BytesField[bytes | None, bytes | None](length=16, null=True)
    body = models.BinaryField(null=True)
    remains = models.BinaryField(null=True)
    body_hash = BytesField(length=32)
    chain = BytesField(length=32)
    leaf = models.BigIntegerField(unique=True)
    branch = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField()

    custody: ClassVar[models.Manager["Event"]] = models.Manager()
    accepted: ClassVar[AcceptedEvents] = AcceptedEvents()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["epoch", "seq", "hash"], name="one_event_per_seq_and_hash"),)
        indexes = (models.Index(fields=["appeal", "id"], name="events_of_an_appeal"),)

    @override
    def __str__(self) -> str:
        return f"event {self.hash.hex()[:12]}"

    @property
    def size_bytes(self) -> int:
        """Bytes of what came."""
        return len(self.header) + len(self.body or b"") + len(self.salt or b"")

    @property
    def is_erased(self) -> bool:
        """Whether its words are gone."""
        return self.body is None

    @property
    def said(self) -> bytes:
        """The body, or what remains of it; empty when nothing does."""
        return bytes((self.remains if self.body is None else self.body) or b"")

    def bytes_as_came(self) -> EventBytes:
        """The event as it travels; an erased one has an empty salt and body."""
        return EventBytes(bytes(self.header), bytes(self.salt or b""), bytes(self.body or b""))


class Reading(models.Model):
    """What the server made of an event in custody; a projection, rebuilt with the rest.

    `code` says why it is not applied, or who let it in. `doubt`: it is applied, and something about it is doubtful, or
    `stands` when two people have looked at that; `is_marked` while nobody has.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="reading")
    status = models.PositiveSmallIntegerField(choices=[(status.value, status.name.lower()) for status in Status])
    code = models.CharField(max_length=64, blank=True, default="")
    doubt = models.CharField(max_length=32, blank=True, default="")
    is_out_of_turn = models.BooleanField(default=False)
    is_marked = models.BooleanField(default=False)
    awaited = BytesField[bytes | None, bytes | None](length=32, null=True)

    class Meta:
        indexes = (
            models.Index(fields=["status"], name="readings_by_status"),
            models.Index(fields=["event"], condition=models.Q(is_marked=True), name="readings_marked"),
            models.Index(fields=["awaited"], condition=models.Q(awaited__isnull=False), name="readings_awaited"),
        )

    @override
    def __str__(self) -> str:
        return f"{Status(self.status).name.lower()} {self.code}".strip()


class LateReading(models.Model):
    """An event that an update of the program made understandable: it is read in this turn, not in that of its coming.

    `turn` is the size of custody then: it is read before the event of that leaf. What had been told to offices by then
    stays true, and a register made anew reads it in the same turn.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="+")
    turn = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.event_id} before leaf {self.turn}"


class FeedHead(models.Model):
    """The last number of one site's feed; its row lock makes the feed gapless. `common` has a head of its own."""

    COMMON: ClassVar[str] = "*"

    name = models.CharField(max_length=16, primary_key=True)
    last = models.BigIntegerField(default=0)

    @override
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

    @override
    def __str__(self) -> str:
        return f"{self.site_id} {self.number}"


class CommonRow(models.Model):
    """One change for all sites: keys, workplaces, revocations, calendar, reference data."""

    server_epoch = models.BigIntegerField()
    number = models.BigIntegerField()
    row_kind = models.PositiveIntegerField()
    raw = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["server_epoch", "number"], name="one_row_per_common_number"),)

    @override
    def __str__(self) -> str:
        return f"common {self.number}"


class ChainHead(models.Model):
    """A workplace's signature over its events 1…seq, as it came; the proof that these events are its own."""

    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="heads")
    seq = models.BigIntegerField()
    chain = BytesField(length=32)
    signature = BytesField(length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["epoch", "seq", "chain"], name="one_head_per_chain"),)

    @override
    def __str__(self) -> str:
        return f"{self.epoch_id.hex()} {self.seq}"


class Unread(models.Model):
    """A batch in custody that has not been interpreted yet: `count` consecutive leaves of one site.

    Written with the batch, gone with its interpretation: what a crash left between the two is found again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="unread")
    first_leaf = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.count} of {self.site_id} from leaf {self.first_leaf}"


class Fork(models.Model):
    """An epoch whose history has two branches: its store was cloned or put back; a doubt that people resolve.

    `event` is the first that came of the second branch. Both branches are kept and interpreted.
    """

    epoch = models.OneToOneField(Epoch, on_delete=models.PROTECT, primary_key=True, related_name="fork")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")

    @override
    def __str__(self) -> str:
        return f"fork of {self.epoch_id.hex()}"


class Intake(models.Model):
    """How much an epoch brought into custody on a day, so that no PC fills the centre's disk.

    `held_from` is the leaf of the first that a withdrawn PC brought on that day: of all of them it alone is told to the
    office.
    """

    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="intake")
    on = models.DateField()
    size_bytes = models.BigIntegerField(default=0)
    held_from = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["epoch", "on"], name="one_intake_per_day"),)

    @override
    def __str__(self) -> str:
        return f"{self.epoch_id.hex()} {self.on}"
