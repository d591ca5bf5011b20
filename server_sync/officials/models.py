"""The directory as it was written down: entries are added and never changed, each with the file that brought it."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.workplaces.models import Person


class Import(models.Model):
    """A file of the directory: looked at first, then taken; its bytes go when it is taken or a day has passed.

    `seen_until` is the newest entry when it was last compared: what was written since is compared anew.
    """

    name = models.CharField(max_length=255)
    content = models.BinaryField(default=b"")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    seen_until = models.BigIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["taken_at"], name="files_taken"),)

    @override
    def __str__(self) -> str:
        return f"file {self.pk}"


class Entry(models.Model):
    """One thing that was written down of a position: of those about the same the newest holds.

    What is about the same, `rows.Line.key` says. `is_withdrawn`: it was written by mistake and never was.
    """

    what = models.CharField(max_length=16)
    body_code = models.CharField(max_length=64, db_index=True)
    village = models.CharField(max_length=100, blank=True)
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    name_ky = models.CharField(max_length=100, blank=True)
    name_ru = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=100, blank=True)
    weekday = models.PositiveSmallIntegerField(null=True)
    opens = models.CharField(max_length=5, blank=True)
    closes = models.CharField(max_length=5, blank=True)
    by_appointment = models.BooleanField(default=False)
    place_ky = models.CharField(max_length=200, blank=True)
    place_ru = models.CharField(max_length=200, blank=True)
    place_en = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(Import, models.PROTECT, related_name="entries")

    @override
    def __str__(self) -> str:
        return f"{self.what} {self.body_code} since {self.since_on}"
