"""Loads sites and responsible bodies from the shipped reference data into the tables, and keeps the book at hand."""

from functools import lru_cache

from django.db import transaction

from server_sync.common.resources import resource
from server_sync.contract.reference import ReferenceBook
from server_sync.workplaces.models import Body, Site


@lru_cache(maxsize=1)
def reference_book() -> ReferenceBook:
    """Give the shipped reference data: sites, categories, positions, calendar; read once for a process."""
    folder = resource("reference")
    return ReferenceBook.from_texts({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.csv")})


def load_reference() -> None:
    for code, number_code, kind in (
        ("KG-HALL", "HAL", "hall"),
        ("KG-C", "CHY", "province"),
        ("KG-C-ALA", "ALA", "district"),
        ("WEB", "WEB", "portal"),
    ):
        Site.objects.get_or_create(
            code=code, defaults=dict(number_code=number_code, kind=kind, name_ky=code, name_ru=code, name_en=code)
        )
    for code in ("AKIM@KG-C-ALA",):
        Body.objects.get_or_create(
            code=code, defaults=dict(position_code="AKIM", site_id="KG-C-ALA", name_ky=code, name_ru=code, name_en=code)
        )
