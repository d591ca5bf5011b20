"""What was decreed of single days: the table behind the calendar that terms are counted by."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.contract.deadlines import Decree
from server_sync.workplaces.models.people import Person


class DecreedDay(models.Model):
    """One decree about one day, with its reason and who wrote it down; the newest of a day holds.

    Rows are added and never changed: a day that is taken back is a row of its own.
    """

    on = models.DateField()
    decree = models.PositiveSmallIntegerField(choices=[(one.value, one.name.lower()) for one in Decree])
    reason_ky = models.CharField(max_length=300)
    reason_ru = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300)
    decreed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decreed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["on", "id"], name="decrees_of_a_day"),)

    @override
    def __str__(self) -> str:
        return f"{self.on} {Decree(self.decree).name.lower()}"
