"""Where an office is found and when: what the centre knows of it, dated."""

from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.contract.territory import Names
from server_sync.workplaces.models.people import Person
from server_sync.workplaces.models.territory import Site


class OfficeDetails(models.Model):
    """Address, telephone and hours of an office from a day on; an empty one is not known.

    Rows are added and never changed: of those that have begun the newest holds.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="details")
    since_on = models.DateField()
    address_ky = models.CharField(max_length=300, blank=True)
    address_ru = models.CharField(max_length=300, blank=True)
    address_en = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    hours_ky = models.CharField(max_length=300, blank=True)
    hours_ru = models.CharField(max_length=300, blank=True)
    hours_en = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["site", "since_on", "id"], name="details_of_an_office"),)

    @override
    def __str__(self) -> str:
        return f"{self.site_id} since {self.since_on}"

    @property
    def address(self) -> Names:
        """The address in the three languages."""
        return Names(self.address_ky, self.address_ru, self.address_en)

    @property
    def hours(self) -> Names:
        """The hours in the three languages."""
        return Names(self.hours_ky, self.hours_ru, self.hours_en)
