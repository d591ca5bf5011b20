"""Where the offices are found and when: what was shipped, with what an administrator wrote down laid over it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.reference_rows import Details
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import OfficeDetails, Person, Site
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import reach_of
from server_sync.workplaces.reference import reference_book

NOTHING: Final = Names("", "", "")


def details_on(on: date) -> dict[str, Details]:
    """What is known of the offices on a day, by site; one of which nothing is known is not there."""
    book = reference_book()
    found = {one.site_code: shipped for one in book.details if (shipped := book.details_of(one.site_code, on))}
    for row in OfficeDetails.objects.filter(since_on__lte=on).order_by("since_on", "pk"):
        found[row.site_id] = Details(
            site_code=row.site_id, valid_from_on=row.since_on, address=row.address, phone=row.phone, hours=row.hours
        )
    return {code: details for code, details in found.items() if not details.is_empty}


def write_details(site: Site, since_on: date, changes: Mapping[str, str], by: Person) -> OfficeDetails:
    """Write down what changes from a day on; what is not named stays as it stands on that day.

    Raises Refused `role_missing` unless the person is an administrator whose role reaches the office.
    """
    held = reach_of(grant for grant in roles_of(by) if grant.role == Role.ADMINISTRATOR)
    if not held.covers(site.code):
        raise Refused("role_missing", role=Role.ADMINISTRATOR.value)
    now = details_on(since_on).get(site.code)
    stands = {
        **dict(zip(("address_ky", "address_ru", "address_en"), now.address if now else NOTHING, strict=True)),
        "phone": now.phone if now else "",
        **dict(zip(("hours_ky", "hours_ru", "hours_en"), now.hours if now else NOTHING, strict=True)),
    }
    return OfficeDetails.objects.create(site=site, since_on=since_on, written_by=by, **(stands | dict(changes)))
