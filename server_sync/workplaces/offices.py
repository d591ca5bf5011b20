"""Where the offices are found and when: what was shipped, with what an administrator wrote down laid over it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import OfficeDetails, Person, Site
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import reach_of
from server_sync.workplaces.reference import reference_texts

TABLE: Final = "site_details.csv"
NOTHING: Final = Names("", "", "")


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of an office from a day on; an empty field is not known."""

    since_on: date | None = None
    address: Names = NOTHING
    phone: str = ""
    hours: Names = NOTHING

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (any(self.address) or self.phone or any(self.hours))


def details_on(on: date) -> dict[str, Details]:
    """What is known of the offices on a day, by site; one of which nothing is known is not there."""
    found = {code: details for code, details in _shipped() if details.since_on is None or details.since_on <= on}
    for row in OfficeDetails.objects.filter(since_on__lte=on).order_by("since_on", "pk"):
        found[row.site_id] = Details(row.since_on, row.address, row.phone, row.hours)
    return {code: details for code, details in found.items() if not details.is_empty}


def write_details(site: Site, since_on: date, changes: Mapping[str, str], by: Person) -> OfficeDetails:
    """Write down what changes from a day on; what is not named stays as it stands on that day.

    Raises Refused `role_missing` unless the person is an administrator whose role reaches the office.
    """
    held = reach_of(grant for grant in roles_of(by) if grant.role == Role.ADMINISTRATOR)
    if not held.covers(site.code):
        raise Refused("role_missing", role=Role.ADMINISTRATOR.value)
    now = details_on(since_on).get(site.code, Details())
    stands = {
        **dict(zip(("address_ky", "address_ru", "address_en"), now.address, strict=True)),
        "phone": now.phone,
        **dict(zip(("hours_ky", "hours_ru", "hours_en"), now.hours, strict=True)),
    }
    return OfficeDetails.objects.create(site=site, since_on=since_on, written_by=by, **(stands | dict(changes)))


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, Details], ...]:
    """The shipped rows, the oldest first."""
    rows = csv.DictReader(io.StringIO(reference_texts()[TABLE]))
    read = [
        (
            row["code"],
            Details(
                date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                Names(row["address_ky"], row["address_ru"], row["address_en"]),
                row["phone"],
                Names(row["hours_ky"], row["hours_ru"], row["hours_en"]),
            ),
        )
        for row in rows
    ]
    return tuple(sorted(read, key=lambda one: one[1].since_on or date.min))
