"""Asks of an office's event whether its author could write it there and then, and whether its number can be true.

Offices work for weeks without a line, so a role counts that held on any day on which the event can have been made: not
before the last server time its maker had seen, not after it came. A clock that is wrong by years changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from server_sync.appeals.refusals import Quarantine
from server_sync.contract.events import FIRST_OF_CENTRE, NO_PERSON, EventKind, Header, read_header
from server_sync.contract.evidence.chain import advance
from server_sync.contract.workflow import OF_WALLS, Role, may_be_by_rule, who_may
from server_sync.journal.custody import BRANCHES_MOST, utc
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE, Person, RoleGrant, Workplace
from server_sync.workplaces.people import works_at

BISHKEK: Final = ZoneInfo("Asia/Bishkek")
AHEAD: Final = timedelta(days=1)
"""How far a PC may be in the new year before the centre is, and its clock off before that is doubtful."""

NOWHERE: Final = 2**63
"""A counter that no number goes on from: of a history whose beginning is not found."""

RELEASED: Final = "released"
LINKED: Final = "linked"
REPLACED: Final = "replaced"
"""Code of the reading of a registration that a correction brought in."""

NOT_ON_MERIT: Final = frozenset({RELEASED, LINKED, REPLACED})
"""Codes of readings of what people or a correction let in: what follows may go on from their numbers, and need not."""


@dataclass(slots=True)
class _Numbering:
    """How far the numbers of one history of an epoch have been followed.

    `counter` and `year` are of the last registration that was accepted for what it is; `highest` is the highest counter
    that people let in after it, or its own; `explained` counts what came after it that accounts for a number:
    registrations that were refused or let in, and holes.
    """

    seq: int
    counter: int
    year: int
    highest: int
    explained: int = 0


@dataclass(slots=True)
class Authority:
    """What one run of interpretation has already asked about authors and numbers."""

    _grants: dict[tuple[str, bytes], list[RoleGrant]] = field(default_factory=dict)
    _numbers: dict[bytes, dict[int | None, _Numbering]] = field(default_factory=dict)
    _walls: dict[UUID, bool] = field(default_factory=dict)

    def demand(self, event: Event, header: Header) -> None:
        """Raise Quarantine unless the author could write this event at this office.

        Codes: `not_for_offices`, `not_for_walls`, `person_missing`, `person_unknown`, `role_missing`. The centre's own
        acts were checked when they were done.
        """
        if event.epoch.site_id == CENTRE:
            return
        demand_of_offices(event, header)
        kind = EventKind(header.kind)
        if kind not in OF_WALLS and self._is_of_wall(event):
            raise Quarantine("not_for_walls")
        if header.person == NO_PERSON:
            if may_be_by_rule(kind):
                return
            raise Quarantine("person_missing")
        earliest, latest = (local_day(end) for end in span(event, header))
        for grant in self._grants_of(event, header.person):
            if _holds(grant, earliest, latest, event.taken_at) and who_may(kind, Role(grant.role)):
                return
        if not Person.objects.filter(pk=UUID(bytes=header.person), created_at__lte=event.taken_at).exists():
            raise Quarantine("person_unknown")
        raise Quarantine("role_missing")

    def demand_number(self, event: Event, header: Header) -> None:
        """Raise Quarantine unless the number follows the one before it in its history of the epoch.

        Codes: `number_missing`; `counter_wrong` (no gaps, but for registrations that are held back or that a `hole`
        stands for); `year_wrong` (not before the number before it, not after the event came). What a registration says
        that is not accepted is no measure for the next (I18). The histories of a cloned PC count each for themselves;
        one that came beside the trunk gives no counter that the trunk has not come to: a copy would take the coming
        numbers before the PC gives them to citizens. What they gave twice is found by the register's unique numbers.
        """
        if event.epoch.site_id == CENTRE:
            return
        if header.counter < 1:
            raise Quarantine("number_missing")
        before = self._before(event)
        if not before.counter < header.counter <= before.highest + 1 + before.explained:
            raise Quarantine("counter_wrong")
        if event.branch is not None and header.counter > self._trunk(event).highest:
            raise Quarantine("counter_wrong")
        if not before.year <= header.year <= local_day(event.taken_at + AHEAD).year:
            raise Quarantine("year_wrong")

    def needs_readings(self, event: Event) -> bool:
        """Whether the next `demand_number` asks the database what became of the events before this one."""
        if event.epoch.site_id == CENTRE:
            return False
        known = self._followed(event)
        return known is None or (event.branch is not None and None not in self._numbers[bytes(event.epoch_id)])

    def follow(self, event: Event, *, accepted: Header | None = None, explains: bool = False) -> None:
        """Note what became of an event: its number is `accepted`, it `explains` one, or neither."""
        known = self._followed(event)
        if known is None:
            several = self._numbers.get(bytes(event.epoch_id), {})
            further = several.get(event.branch)
            is_read_again = further is not None and event.seq <= further.seq
            if not is_read_again or accepted is not None or explains:  # else it waited, and says nothing of numbers
                several.pop(event.branch, None)
            return
        known.seq = event.seq
        if accepted is not None:
            known.counter = known.highest = accepted.counter
            known.year, known.explained = accepted.year, 0
        elif explains:
            known.explained += 1

    def forget_numbers(self, event: Event) -> None:
        """Ask the database anew for the numbers of this event's epoch."""
        self._numbers.pop(bytes(event.epoch_id), None)

    def _grants_of(self, event: Event, person: bytes) -> list[RoleGrant]:
        site = event.epoch.site
        known = self._grants.get((site.pk, person))
        if known is None:
            held = RoleGrant.objects.filter(person_id=UUID(bytes=person)).select_related("body")
            known = self._grants[site.pk, person] = [grant for grant in held if works_at(grant, site)]
        return known

    def _is_of_wall(self, event: Event) -> bool:
        """Whether the PC of a hall's wall wrote it, where nobody works."""
        workplace = event.epoch.workplace_id
        if workplace not in self._walls:
            self._walls[workplace] = Workplace.objects.filter(pk=workplace, is_wall=True).exists()
        return self._walls[workplace]

    def _followed(self, event: Event) -> _Numbering | None:
        """The numbers of an event's history, if they were followed up to the event before it."""
        known = self._numbers.get(bytes(event.epoch_id), {}).get(event.branch)
        return known if known is not None and known.seq == event.seq - 1 else None

    def _before(self, event: Event) -> _Numbering:
        """The numbers of an event's history as they stand before it."""
        known = self._followed(event)
        if known is None:
            way = _way_back(event)
            known = _Numbering(event.seq - 1, NOWHERE, 0, NOWHERE) if way is None else _numbering(event, way)
            self._numbers.setdefault(bytes(event.epoch_id), {})[event.branch] = known
        return known

    def _trunk(self, event: Event) -> _Numbering:
        """The numbers of the trunk as far as it had come when an event of another history came."""
        several = self._numbers.setdefault(bytes(event.epoch_id), {})
        if None not in several:
            trunk = Event.custody.filter(epoch_id=event.epoch_id, branch=None, leaf__lt=event.leaf)
            newest = trunk.order_by("-seq").values_list("seq", flat=True).first() or 0
            several[None] = _numbering(event, [(None, newest + 1)])
        return several[None]


def demand_of_offices(event: Event, header: Header) -> None:
    """Raise Quarantine `not_for_offices` for an act of the centre's that an office wrote: nobody can let that in."""
    if event.epoch.site_id != CENTRE and header.kind >= FIRST_OF_CENTRE:
        raise Quarantine("not_for_offices")


def _numbering(event: Event, way: Sequence[tuple[int | None, int]]) -> _Numbering:
    """Follow the numbers of an epoch on a way back from an event: stretches of histories, each before a seq."""
    last_seq = way[0][1] - 1
    counters, explained = [0], 0
    for branch, until in way:
        stretch = Q(epoch_id=event.epoch_id, branch=branch, seq__lt=until, leaf__lt=event.leaf)
        earlier = Event.accepted.filter(stretch, kind=EventKind.APPEAL_REGISTERED).only("header", "seq")
        last = earlier.exclude(reading__code__in=NOT_ON_MERIT).order_by("-seq").first()
        since = 0 if last is None else last.seq
        counters += [read_header(bytes(one.header)).counter for one in earlier.filter(seq__gt=since)]
        between = stretch & Q(seq__gt=since)
        explained += Event.custody.filter(between, kind=EventKind.APPEAL_REGISTERED).count()
        explained += Event.accepted.filter(between, kind=EventKind.HOLE).count()
        if last is not None:
            header = read_header(bytes(last.header))
            highest = max(header.counter, *counters)
            return _Numbering(last_seq, header.counter, header.year, highest, explained)
    return _Numbering(last_seq, 0, local_day(event.epoch.opened_at).year, max(counters), explained)


def _way_back(event: Event) -> list[tuple[int | None, int]] | None:
    """The histories that lead from an event back to the beginning of its epoch; None when none does, or too many."""
    branch, until = event.branch, event.seq
    way: list[tuple[int | None, int]] = []
    while len(way) < BRANCHES_MOST:
        way.append((branch, until))
        if branch is None:
            return way
        first = Event.custody.only("seq", "hash", "chain").get(leaf=branch)
        if first.seq == 1:
            return way
        before = Event.custody.filter(epoch_id=event.epoch_id, seq=first.seq - 1).only("chain", "branch", "hash")
        chains = {advance(bytes(one.chain), bytes(first.hash)): one.branch for one in before}
        if bytes(first.chain) not in chains:
            return None
        branch, until = chains[bytes(first.chain)], first.seq
    return None


def span(event: Event, header: Header) -> tuple[datetime, datetime]:
    """Between which moments an event can have been made, whatever the clock of its PC said."""
    seen = utc(header.server_time_ms) if header.server_time_ms else event.epoch.opened_at
    return min(max(seen, event.epoch.opened_at), event.taken_at), event.taken_at


def _holds(grant: RoleGrant, earliest: date, latest: date, taken_at: datetime) -> bool:
    """A role given or ended later with a date in the past does not change what was decided of an event before."""
    begun = grant.from_on <= latest and grant.granted_at <= taken_at
    is_ended = grant.until_on is not None and (grant.ended_at is None or grant.ended_at <= taken_at)
    return begun and not (is_ended and grant.until_on is not None and grant.until_on < earliest)


@lru_cache(maxsize=1_024)
def local_day(moment: datetime) -> date:
    """The day it is in Bishkek at a moment; the events of a batch ask of the same few again and again."""
    return moment.astimezone(BISHKEK).date()
