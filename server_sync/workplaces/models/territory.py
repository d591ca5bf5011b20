"""Where people work and who answers: sites and responsible bodies, loaded from the reference data."""

from typing import Final

from django.db import models
from django.utils.translation import get_language
from typing_extensions import override

CENTRE: Final = "WEB"
"""The site of the centre itself: the portal and the officers write their events there."""


class Named(models.Model):
    """Something with a name in each of the three languages."""

    name_ky = models.CharField(max_length=300)
    name_ru = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the language of this moment, Kyrgyz when there is none."""
        match get_language():
            case "ru":
                return self.name_ru
            case "en":
                return self.name_en
            case _:
                return self.name_ky


class Site(Named):
    """One of the 63 points of the network, or the centre; its codes never change."""

    code = models.CharField(max_length=16, primary_key=True)
    number_code = models.CharField(max_length=3, unique=True)
    kind = models.CharField(max_length=16)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    class Meta:
        ordering = ("code",)

    @override
    def __str__(self) -> str:
        return self.code


class Body(Named):
    """A public official or office that answers: a position in a territory, as `POSITION` or `POSITION@SITE`.

    `valid_from_on`/`valid_until_on`: the first and the last day it existed; a body that ends keeps its row.
    """

    code = models.CharField(max_length=64, primary_key=True)
    position_code = models.CharField(max_length=40, db_index=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="bodies")
    valid_from_on = models.DateField(null=True)
    valid_until_on = models.DateField(null=True)

    class Meta:
        ordering = ("code",)

    @override
    def __str__(self) -> str:
        return self.code
