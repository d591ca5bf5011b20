"""Tables of the register: projections of the journal, rebuilt from it at any time and compared.

Nothing here is written but by `appeals.actions`. The state is that of contract.workflow, derived from the events in
their order of custody; "overdue" and the like are derived when read.
"""

from typing import Final

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Outcome, Sex
from server_sync.contract.receptions import ReceptionState
from server_sync.journal.models import Event
from server_sync.workplaces.models import Epoch, Site

BESIDE: Final = "~"
FINGERPRINT: Final = 12
"""So many letters of a hash people read aloud, and papers begin with them."""


def fingerprint_of(event_hash: bytes) -> str:
    """The beginning of a request's hash, by which people tell apart what has one number."""
    return event_hash.hex()[:FINGERPRINT]


class Appeal(models.Model):
    """One request of the register as it stands now.

    `hash` is that of the registering event; `number` is unique: a second event with the same number is quarantined
    until people resolve it. One that two people let in beside the first `is_second`: both stand under the number, and
    the hash tells them apart. `due_on` is a local date, absent for kinds without a term.
    """

    hash = BytesField(length=32, unique=True)
    number = models.CharField(max_length=40)
    is_second = models.BooleanField(default=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="appeals")
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="appeals")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="registers")
    last_event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=40)
    state_before_return = models.CharField(max_length=40, blank=True, default="")

    registered_at = models.DateTimeField()
    registered_on = models.DateField()
    taken_at = models.DateTimeField()
    clerk = models.UUIDField(null=True)

    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name.lower()) for kind in AppealKind])
    form = models.PositiveSmallIntegerField(choices=[(form.value, form.name.lower()) for form in AppealForm])
    language = models.CharField(max_length=2)
    surname = models.CharField(max_length=300, blank=True)
    given_name = models.CharField(max_length=300, blank=True)
    patronymic = models.CharField(max_length=300, blank=True)
    pin = models.CharField(max_length=64, blank=True)
    no_pin_reason = models.CharField(max_length=300, blank=True)
    document = models.CharField(max_length=64, blank=True)
    birth_on = models.DateField(null=True)
    sex = models.PositiveSmallIntegerField(null=True, choices=[(sex.value, sex.name.lower()) for sex in Sex])
    phone = models.CharField(max_length=64, blank=True)
    email = models.CharField(max_length=254, blank=True)
    territory_code = models.CharField(max_length=16, blank=True)
    settlement = models.CharField(max_length=300, blank=True)
    street = models.CharField(max_length=500, blank=True)
    answer_by = models.PositiveSmallIntegerField(choices=[(way.value, way.name.lower()) for way in AnswerBy])
    addressee_code = models.CharField(max_length=40)
    addressee_site = models.CharField(max_length=16, blank=True)
    categories = models.JSONField(default=list)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    is_collective = models.BooleanField(default=False)
    signatories_count = models.PositiveIntegerField(default=0)
    signatories = models.JSONField(default=list)
    repeat_of = BytesField[bytes | None, bytes | None](length=32, null=True)

    due_on = models.DateField(null=True)
    due_working_days = models.PositiveIntegerField(default=0)
    due_article = models.CharField(max_length=300, blank=True)
    due_is_provisional = models.BooleanField(default=False)
    is_extended = models.BooleanField(default=False)
    counted_from = models.DateField(null=True)
    counted_as = models.PositiveSmallIntegerField(
        null=True, choices=[(kind.value, kind.name.lower()) for kind in AppealKind]
    )
    """From which day and as which kind the term is counted since the request began anew; else as it was registered."""

    body_code = models.CharField(max_length=64, blank=True)
    co_bodies = models.JSONField(default=list)
    routed_by = models.CharField(max_length=40, blank=True)
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    told_on = models.DateField(null=True)
    copies = models.PositiveIntegerField(default=0)
    has_doubt = models.BooleanField(default=False)
    is_erased = models.BooleanField(default=False)
    is_complained = models.BooleanField(default=False)
    """Whether a complaint about it waits to be decided."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(is_second=False), name="one_first_of_a_number"
            ),
        )
        indexes = (
            models.Index(fields=["number"], name="requests_by_number"),
            # whether it is erased stands at the end, so that lists and counts are told by the index alone
            models.Index(fields=["body_code", "state", "due_on", "is_erased"], name="work_of_a_body"),
            models.Index(fields=["site", "registered_on"], name="requests_of_a_site"),
            models.Index(fields=["state", "id"], name="requests_by_state"),
        )

    @override
    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """What an address of the staff's pages calls it by: the number, of a second one with the beginning of its hash.

        Read again by `appeals.numbered`.
        """
        return f"{self.number}{BESIDE}{self.fingerprint}" if self.is_second else self.number

    @property
    def applicant_name(self) -> str:
        """Who asks; of a collective request the first."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def signed(self) -> int:
        """How many signed a collective request: as was said, or as many as are named since; 0 for one of one person."""
        return max(self.signatories_count, len(self.signatories)) if self.is_collective else 0

    @property
    def fingerprint(self) -> str:
        """What people call it by beside its number."""
        return fingerprint_of(bytes(self.hash))


class HistoryEntry(models.Model):
    """One event in the life of a request, in order of custody."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="history")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="entry")
    kind = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    state_after = models.CharField(max_length=40)
    is_out_of_turn = models.BooleanField(default=False)

    class Meta:
        ordering = ("event_id",)

    @override
    def __str__(self) -> str:
        return f"{self.kind} of {self.appeal_id}"


class Answer(models.Model):
    """An answer of a body, as sent."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="answers")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="answer")
    outcome = models.PositiveSmallIntegerField(choices=[(item.value, item.name.lower()) for item in Outcome])
    text_ky = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    body_code = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=300)
    reference = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ("event_id",)
        indexes = (models.Index(fields=["at", "appeal"], name="newest_answers"),)

    @override
    def __str__(self) -> str:
        return f"answer to {self.appeal_id}"

    @property
    def is_erased(self) -> bool:
        """Whether its words are gone: an answer always says something."""
        return not (self.text_ky or self.text_ru or self.text_en)


class Attachment(models.Model):
    """A file that an event names; its ciphertext lies in the blobs under `blob_id`, of the site `site`."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="attachments")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    blob_id = BytesField(length=32, db_index=True)
    blob_key = BytesField(length=32)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    is_lost = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    @override
    def __str__(self) -> str:
        return self.name


class Summary(models.Model):
    """The reviewed public text of a request: all that the public ever sees of what it says."""

    appeal = models.OneToOneField(Appeal, on_delete=models.CASCADE, primary_key=True, related_name="summary")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    subject_ky = models.CharField(max_length=300, blank=True)
    subject_ru = models.CharField(max_length=300, blank=True)
    subject_en = models.CharField(max_length=300, blank=True)
    text_ky = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    published_at = models.DateTimeField()
    words = models.TextField(blank=True, default="")
    """The number and the texts as `word_index.indexed` gives them, by which the public searches."""

    class Meta:
        indexes = (models.Index(fields=["published_at", "appeal"], name="newest_published"),)

    @override
    def __str__(self) -> str:
        return f"summary of {self.appeal_id}"


class Link(models.Model):
    """Two requests about the same matter, one merged into another, or a part split off."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="links")
    other_hash = BytesField(length=32)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.PositiveIntegerField()

    @override
    def __str__(self) -> str:
        return f"link of {self.appeal_id}"


class Complaint(models.Model):
    """What an applicant complained of: a body's answer, or its silence; and which body decides on it.

    `answer` is the hash of the answer as the complaint names it, `body_code` the body that had the request. It waits
    while `sent_to` is empty; a body that has none above it decides itself.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="complaints")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    answer = BytesField[bytes | None, bytes | None](length=32, null=True)
    is_of_answer = models.BooleanField(default=False)
    body_code = models.CharField(max_length=64, blank=True)
    sent_to = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("event_id",)
        indexes = (
            models.Index(fields=["sent_to", "id"], name="complaints_to_send_up"),
            models.Index(fields=["body_code", "id"], name="complaints_of_a_body"),
        )

    @override
    def __str__(self) -> str:
        return f"complaint of {self.appeal_id}"


class Reception(models.Model):
    """A conversation about a request, and where it stands; what was said of it is in its events alone.

    `event` is the wish that began it, `meeting` names the one that is or was to be held for it.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="receptions")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=[(state.value, state.name.lower()) for state in ReceptionState])
    meeting = BytesField[bytes | None, bytes | None](length=16, null=True, unique=True)
    starts_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("event_id",)
        indexes = (models.Index(fields=["state", "starts_at"], name="receptions_to_come"),)

    @override
    def __str__(self) -> str:
        return f"reception of {self.appeal_id}"


class Counted(models.Model):
    """As what a request is counted in the figures now: its facts as `appeals.counting` writes them, and no words."""

    appeal = models.OneToOneField(Appeal, on_delete=models.CASCADE, primary_key=True, related_name="counted")
    facts = models.TextField()

    @override
    def __str__(self) -> str:
        return f"facts of {self.appeal_id}"


class Figure(models.Model):
    """How many of what there are in a month: of a place, a body, an official or a topic, by the office of registration.

    `month` is year and month (202611), or a year with 00, or one of the marks of `appeals.counting`; `what` a fact of
    `appeals.counting`. Rows of an office are written under the lock of its feed alone, so no two who write meet here.
    """

    about = models.CharField(max_length=1)
    month = models.PositiveIntegerField()
    code = models.CharField(max_length=64)
    what = models.CharField(max_length=48)
    site = models.CharField(max_length=16)
    n = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["about", "month", "code", "what", "site"], name="one_figure_of_a_kind"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.about} {self.code} {self.month} {self.what}: {self.n}"


class Look(models.Model):
    """A look at a whole request by someone outside its site and body; itself on record."""

    appeal_hash = BytesField(length=32, db_index=True)
    person = models.UUIDField()
    role = models.CharField(max_length=40)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"look at {self.appeal_hash.hex()[:12]}"
