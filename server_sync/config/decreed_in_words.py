"""Says in words which decreed days stand now, and apart from them which were taken back."""

from collections.abc import Iterator

from server_sync.contract.deadlines import Decree
from server_sync.workplaces.decrees import newest_decrees
from server_sync.workplaces.models import DecreedDay

_BECAME = {Decree.OFF: "off", Decree.WORKING: "working"}


def decreed_in_words() -> Iterator[str]:
    """One line each; those taken back count as in the calendar again."""
    newest = newest_decrees()
    standing = [row for row in newest if row.decree != Decree.TAKEN_BACK]
    taken_back = [row for row in newest if row.decree == Decree.TAKEN_BACK]
    yield "These days are decreed over the calendar:" if standing else "No day is decreed."
    yield from (f"  {row.on} {_BECAME[Decree(row.decree)]}: {_why(row)}" for row in standing)
    if taken_back:
        yield "Decreed once and taken back; they are what the calendar says of them:"
        yield from (f"  {row.on}: {_why(row)}" for row in taken_back)


def _why(row: DecreedDay) -> str:
    return f"{row.reason_en} ({row.decreed_by.login})"
