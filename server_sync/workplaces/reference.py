"""Loads sites and responsible bodies from the shipped reference data into the tables, and keeps the book at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from django.db import transaction

from server_sync.common.resources import resource
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.territory import Names
from server_sync.workplaces.models import CENTRE, Body, Site
from server_sync.workplaces.models.territory import Named

CENTRE_KIND: Final = "centre"
CENTRE_NAMES: Final = Names("Борбордук реестр", "Центральный реестр", "Central register")
"""The centre is no office: it stands beside the 63 sites of the reference data."""
NAMES: Final = ("name_ky", "name_ru", "name_en")

Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many sites and bodies there are, and how many of them are new or changed."""

    sites: int
    bodies: int
    changed: int


@lru_cache(maxsize=1)
def reference_book() -> ReferenceBook:
    """Give the shipped reference data: sites, categories, positions, calendar; read once for a process."""
    return ReferenceBook.from_texts(reference_texts())


@lru_cache(maxsize=1)
def reference_texts() -> Mapping[str, str]:
    """Give the shipped tables as they are written, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in resource("reference").glob("*.csv")}


def load_reference() -> Loaded:
    """Bring sites and bodies up to the book; what the book no longer has stays, because events name it."""
    book = reference_book()
    sites = {
        CENTRE: Site(code=CENTRE, number_code=CENTRE, kind=CENTRE_KIND, parent_id=None, **_names(CENTRE_NAMES)),
        **{
            site.code: Site(
                code=site.code,
                number_code=site.number_code,
                kind=site.kind,
                parent_id=site.parent or None,
                **_names(site.name),
            )
            for site in book.sites
        },
    }
    bodies = {
        body.code: Body(
            code=body.code,
            position_code=body.position_code,
            site_id=body.site_code or None,
            valid_from_on=body.valid_from_on,
            valid_until_on=body.valid_to_on,
            **_names(body.names),
        )
        for body in book.bodies
    }
    with transaction.atomic():
        changed = _bring_up(Site, sites, ("kind", "parent_id", *NAMES))
        changed += _bring_up(Body, bodies, ("position_code", "site_id", "valid_from_on", "valid_until_on", *NAMES))
    return Loaded(len(sites), len(bodies), changed)


def _bring_up(model: type[Row], wanted: Mapping[str, Row], columns: tuple[str, ...]) -> int:
    rows = model._default_manager.values_list("pk", *columns)  # noqa: SLF001 (the documented name of the manager)
    known = {code: tuple(values) for code, *values in rows}
    new = [row for code, row in wanted.items() if code not in known]
    moved = [
        row
        for code, row in wanted.items()
        if code in known and known[code] != tuple(getattr(row, column) for column in columns)
    ]
    model._default_manager.bulk_create(new, ignore_conflicts=True)  # noqa: SLF001
    model._default_manager.bulk_update(moved, [column.removesuffix("_id") for column in columns])  # noqa: SLF001
    return len(new) + len(moved)


def _names(names: Names) -> dict[str, str]:
    return {"name_ky": names.ky, "name_ru": names.ru, "name_en": names.en}
