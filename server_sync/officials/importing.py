"""Takes a file of the directory: what it would change is shown first, and taking it twice changes nothing.

Rows are laid over what stands, each by its key; what the file does not name stays, so that each body may keep its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.workflow import Role
from server_sync.officials.directory import Directory, directory, forget_directory, newest_entry
from server_sync.officials.models import Entry, Import
from server_sync.officials.rows import FILE_BYTES, BadRow, Line, What, read
from server_sync.workplaces.models import Person
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import reach_of

STANDING_MOST: Final = 30_000
"""Rows that stand at once: each page has all of them in memory."""
WAITING_MOST: Final = 20
NAME_CHARACTERS: Final = 255
_HEADS: Final = frozenset({What.HOLDER, What.VACANT})


@dataclass(frozen=True, slots=True)
class Change:
    """A row with its line in the file, and what stood in its place."""

    line: int
    now: Line
    before: Line | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `ended` are people whose last day comes by it, by a row of their own or by who follows."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    ended: tuple[Change, ...]
    unchanged: int
    bad: tuple[BadRow, ...]

    @property
    def writes(self) -> int:
        """Rows that would be written."""
        return len(self.new) + len(self.changed)


def demand_may(person: Person) -> None:
    """Raise Refused `role_missing` unless the person is an administrator of the whole network."""
    held = reach_of(grant for grant in roles_of(person) if grant.role == Role.ADMINISTRATOR)
    if held.offices is not None:
        raise Refused("role_missing", role=Role.ADMINISTRATOR.value)


def bring(name: str, content: bytes, by: Person) -> Import:
    """Keep a file until it is taken.

    Raises Refused `role_missing`, `files_waiting` (too many are looked at and not taken), and as `rows.read`.
    """
    demand_may(by)
    if len(content) > FILE_BYTES:
        raise Refused("file_too_large")
    read(content)
    forget_old()
    if Import.objects.exclude(content=b"").filter(taken_at=None).count() >= WAITING_MOST:
        raise Refused("files_waiting")
    return Import.objects.create(name=name[:NAME_CHARACTERS], content=content, by=by, seen_until=newest_entry())


def preview(content: bytes) -> Preview:
    """Say what a file would change now; raises Refused as `rows.read`, and `directory_full`."""
    known = directory()
    given = read(content)
    new: list[Change] = []
    changed: list[Change] = []
    ended: list[Change] = []
    unchanged = 0
    for at, line in given.good:
        before = known.standing.get(line.key)
        if before == line:
            unchanged += 1
            continue
        (new if before is None else changed).append(Change(at, line, before))
        ended.extend(_ended_by(known, at, line, before))
    if len(known.standing) + len(new) > STANDING_MOST:
        raise Refused("directory_full", limit=STANDING_MOST)
    return Preview(tuple(new), tuple(changed), tuple(ended), unchanged, given.bad)


def take(file: Import, by: Person) -> Import:
    """Write down what a file changes; the second time it says what came of the first.

    Raises Refused `role_missing`, `file_gone` (its day is over), `written_meanwhile`: somebody wrote since it was
    looked at, so look again.
    """
    demand_may(by)
    with transaction.atomic():
        first = Import.objects.order_by("pk").values("pk")[:1]
        list(Import.objects.select_for_update().filter(pk__in=[row["pk"] for row in first]))  # one writer at a time
        row = Import.objects.select_for_update().get(pk=file.pk)
        if row.taken_at is not None:
            return row
        if not row.content:
            raise Refused("file_gone")
        newest = newest_entry()
        if newest != row.seen_until:
            Import.objects.filter(pk=row.pk).update(seen_until=newest)
            is_behind = True
        else:
            is_behind = False
            forget_directory()
            _write(row, preview(bytes(row.content)), by)
    if is_behind:
        raise Refused("written_meanwhile")
    forget_directory()
    return row


def take_at_once(name: str, content: bytes, by: Person) -> Import:
    """Bring a file and take it, for a command that showed what it would do."""
    with transaction.atomic():
        return take(bring(name, content, by), by)


def forget_old() -> int:
    """Let go of files that nobody took."""
    old = Import.objects.filter(taken_at=None, brought_at__lt=timezone.now() - kept("table")).exclude(content=b"")
    return old.update(content=b"")


def taken_lately(most: int) -> Sequence[Import]:
    """The files taken last."""
    return list(Import.objects.exclude(taken_at=None).select_related("by").order_by("-taken_at")[:most])


def _write(row: Import, told: Preview, by: Person) -> None:
    now = timezone.now()
    Entry.objects.bulk_create(
        [
            Entry(**asdict(change.now), written_at=now, written_by=by, brought_by=row)
            for change in sorted((*told.new, *told.changed), key=lambda change: change.line)
        ],
        batch_size=500,
    )
    row.content, row.taken_at, row.by = b"", now, by
    row.seen_until = Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    row.new, row.changed, row.ended = len(told.new), len(told.changed), len(told.ended)
    row.unchanged, row.bad = told.unchanged, len(told.bad)
    row.save()


def _ended_by(known: Directory, at: int, line: Line, before: Line | None) -> list[Change]:
    """Whose time ends by a row: its own by a last day, or that of whoever holds the position on the day before."""
    if line.is_withdrawn:
        return []
    if before is not None and before.until_on is None and line.until_on is not None:
        return [Change(at, line, before)]
    if line.what not in _HEADS or before is not None:
        return []
    last = [one for one in known.of(line.body_code, line.village) if one.what is What.HOLDER]
    ending = [one for one in last if one.since_on < line.since_on and known.last_day(one) is None]
    return [Change(at, line, one) for one in ending[-1:]]
