"""Working papers of bodies, kept apart from events and never shown outside the body; and who looked at what.

Rows name a request by the hash of its registering event: the register's own rows may be rebuilt at any time.
"""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import Outcome
from server_sync.contract.identifiers import uuid7
from server_sync.workplaces.models import Person


class AnswerDraft(models.Model):
    """An answer on its way: written by one person, waiting for another, or sent back with a note.

    `version` grows with every change of the text, so that what is approved is what was read. The outcome is chosen by
    the writer, not beforehand: none until then, and what waits to be checked has one.
    """

    class Stage(models.IntegerChoices):
        """Where a draft stands; an approved one is no draft any more but an event."""

        WRITING = 1
        WAITING = 2
        SENT_BACK = 3

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appeal = BytesField(length=32)
    body_code = models.CharField(max_length=64)
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.WRITING)
    version = models.PositiveIntegerField(default=1)
    outcome = models.PositiveSmallIntegerField(null=True, choices=[(item.value, item.name.lower()) for item in Outcome])
    text_ky = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    ground = models.CharField(max_length=40, blank=True, default="")
    """Why the request is to be left without consideration, instead of an outcome (resources/reference/grounds.csv)."""
    reference = models.CharField(max_length=64, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="answer_drafts")
    changed_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    note_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="answer_notes")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["appeal", "body_code"], name="one_draft_per_body"),)
        indexes = (models.Index(fields=["body_code", "stage"], name="drafts_of_a_body"),)

    @override
    def __str__(self) -> str:
        return f"draft {self.id}"


class AnswerFile(models.Model):
    """A file that is to go with an answer; its ciphertext lies among the centre's own (`casework.answer_files`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(AnswerDraft, models.CASCADE, related_name="files")
    blob_id = BytesField(length=32, unique=True)
    blob_key = BytesField(length=32)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("added_at", "id")

    @override
    def __str__(self) -> str:
        return f"file {self.id}"


class SecondLook(models.Model):
    """Who approved what their colleague wrote, of an event that does not say so itself."""

    event = BytesField(length=32, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    @override
    def __str__(self) -> str:
        return f"second look {self.pk}"


class WorkingPaper(models.Model):
    """What officers of a body write for themselves about a request, or for the body that answers.

    `version` grows with every change: nobody writes over what a colleague wrote meanwhile.
    """

    class Kind(models.IntegerChoices):
        """What a paper is."""

        CONTRIBUTION = 1
        NOTES = 2

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appeal = BytesField(length=32)
    body_code = models.CharField(max_length=64)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["appeal", "body_code", "kind"], name="one_paper_of_a_kind"),)

    @override
    def __str__(self) -> str:
        return f"paper {self.id}"


class AnswerTemplate(models.Model):
    """A text that a body answers with again and again, in Kyrgyz, Russian or both; an ended one is offered no more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body_code = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    text_ky = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["body_code", "ended_at"], name="templates_of_a_body"),)

    @override
    def __str__(self) -> str:
        return f"template {self.id}"


class CheckItem(models.Model):
    """One line of a body's own list of what is to be done about a request."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appeal = BytesField(length=32)
    body_code = models.CharField(max_length=64)
    words = models.CharField(max_length=300)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("added_at", "id")
        indexes = (models.Index(fields=["appeal", "body_code"], name="checklist_of_a_body"),)

    @override
    def __str__(self) -> str:
        return f"item {self.id}"


class CoTask(models.Model):
    """What a co-executor is asked for, and whether it has contributed; that it is one, the request's events say."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appeal = BytesField(length=32)
    body_code = models.CharField(max_length=64)
    asked = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["appeal", "body_code"], name="one_task_of_a_body"),)
        indexes = (models.Index(fields=["body_code", "done_at"], name="tasks_of_a_body"),)

    @override
    def __str__(self) -> str:
        return f"task {self.id}"


class Proposal(models.Model):
    """A summary that one editor proposes to publish, until another confirms it or gives it back with a note.

    The texts stand as they were typed and `answers` say what becomes of each finding, by its mark: what is confirmed is
    looked at anew by the rules of that day. `version` grows with every change, so that what is confirmed was read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appeal = BytesField(length=32, unique=True)
    version = models.PositiveIntegerField(default=1)
    texts = models.JSONField()
    answers = models.JSONField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    """Why it was given back; empty while it waits."""
    note_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    @override
    def __str__(self) -> str:
        return f"proposal {self.id}"


class Redaction(models.Model):
    """What was struck out of a request before it was published, or kept and why; without the words, append-only."""

    appeal = BytesField(length=32, db_index=True)
    event = BytesField(length=32)
    """The publishing that it belongs to."""
    field = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=32)
    is_struck = models.BooleanField()
    why = models.CharField(max_length=16, blank=True)
    count = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    @override
    def __str__(self) -> str:
        return f"redaction {self.pk}"


class Look(models.Model):
    """A look at a whole request by someone outside its site and body; itself on record, append-only."""

    appeal = BytesField(length=32, db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="looks")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    @override
    def __str__(self) -> str:
        return f"look {self.pk}"


class Reminded(models.Model):
    """That a step before or after the last day of a term was told, or passed over because a later one was due too.

    Another last day, or another body, begins anew. Rows of requests that wait for no answer are deleted.
    """

    appeal = BytesField(length=32)
    body_code = models.CharField(max_length=64)
    due_on = models.DateField()
    step = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["appeal", "body_code", "due_on", "step"], name="reminded_of_a_step_once"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.step} of {self.due_on}"


class RemindedDay(models.Model):
    """That the letters of a morning were queued: of several workers one does it."""

    on = models.DateField(primary_key=True)

    @override
    def __str__(self) -> str:
        return f"reminded on {self.on}"
