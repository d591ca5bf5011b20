"""Requests of citizens who do not exist, as bodies of `appeal_registered`."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

BISHKEK: Final = timezone(timedelta(hours=6))
EPOCH_DAY: Final = date(1970, 1, 1)


def today() -> date:
    return datetime.now(UTC).astimezone(BISHKEK).date()


def days(day: date) -> int:
    """A day as the page counts it."""
    return (day - EPOCH_DAY).days


def complaint(**changed: object) -> dict[str, object]:
    """A complaint to the akim about the district, taken at the counter today."""
    body: dict[str, object] = {
        "kind": "complaint",
        "form": "written",
        "language": "ky",
        "applicant": {"surname": "Мисалова", "given_name": "Үлгү"},
        "address": {"territory_code": "KG-C-ALA"},
        "answer_by": "phone",
        "addressee_code": "AKIM",
        "addressee_site": "KG-C-ALA",
        "categories": ["01.02"],
        "subject": "Жол",
        "text": "Жол оңдолсун.",
        "registered_on": days(today()),
        "due": {"due_on": days(today()) + 20, "working_days": 14, "article": "67/2007"},
    }
    return body | changed
