"""Loads sites and responsible bodies from the shipped reference data into the tables, and keeps the book at hand."""

from functools import lru_cache

from django.db import transaction

from server_sync.common.resources import resource
from server_sync.contract.reference import ReferenceBook
from server_sync.workplaces.models import Body, Site


@lru_cache(maxsize=1)
def book() -> ReferenceBook:
    """Give the shipped reference data: sites, categories, positions, calendar; read once for a process."""
    folder = resource("reference")
    return ReferenceBook.from_texts({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.csv")})
