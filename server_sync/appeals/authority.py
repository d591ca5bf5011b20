"""Asks of an office's event whether its author could write it there and then, and whether its number can be true.

Offices work for weeks without a line, so a role counts that held on any day on which the event can have been made: not
before the last server time its maker had seen, not after it came. A clock that is wrong by years changes nothing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from server_sync.appeals.refusals import Quarantine
from server_sync.contract.events import NO_PERSON, EventKind, Header, read_header
from server_sync.contract.workflow import Role, may_be_by_rule, who_may
from server_sync.journal.custody import utc
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE, Person, RoleGrant
from server_sync.workplaces.people import works_at

FIRST_OF_CENTRE: Final = 100
"""Kinds from here on are written by the centre alone."""

BISHKEK: Final = ZoneInfo("Asia/Bishkek")
AHEAD: Final = timedelta(days=1)
"""How far a PC may be in the new year before the centre is, and its clock off before that is doubtful."""

RELEASED: Final = "released"
LINKED: Final = "linked"
NOT_ON_MERIT: Final = frozenset({RELEASED, LINKED})
"""Codes of readings that people let in: those that follow may go on from their numbers, and need not."""


@dataclass(slots=True)
class _Numbering:
    """How far an epoch's numbers have been followed.

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
    _numbers: dict[bytes, _Numbering] = field(default_factory=dict)
    _forks: dict[bytes, int | None] = field(default_factory=dict)

    def demand(self, event: Event, header: Header) -> None:
        """Raise Quarantine unless the author could write this event at this office.

        Codes: `not_for_offices`, `person_missing`, `person_unknown`, `role_missing`. The centre's own acts were checked
        when they were done.
        """
        if event.epoch.site_id == CENTRE:
            return
        if header.kind >= FIRST_OF_CENTRE:
            raise Quarantine("not_for_offices")
        kind = EventKind(header.kind)
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
        """Raise Quarantine unless the number follows the one before it in the epoch.

        Codes: `number_missing`; `counter_wrong` (no gaps, but for registrations that are held back or that a `hole`
        stands for); `year_wrong` (not before the number before it, not after the event came). What a registration says
        that is not accepted is no measure for the next (I18). Two branches of a cloned PC count twice: each number is
        held against what is possible at all, and what they gave twice is found by the register's unique numbers.
        """
        if event.epoch.site_id == CENTRE:
            return
        if header.counter < 1:
            raise Quarantine("number_missing")
        if self._is_after_fork(event):
            _demand_possible(event, header)
            return
        before = self._before(event)
        if not before.counter < header.counter <= before.highest + 1 + before.explained:
            raise Quarantine("counter_wrong")
        if not before.year <= header.year <= local_day(event.taken_at + AHEAD).year:
            raise Quarantine("year_wrong")

    def needs_readings(self, event: Event) -> bool:
        """Whether the next `demand_number` asks the database what became of the events before this one."""
        known = self._numbers.get(bytes(event.epoch_id))
        return (known is None or known.seq != event.seq - 1) and self._is_numbered(event)

    def follow(self, event: Event, *, accepted: Header | None = None, explains: bool = False) -> None:
        """Note what became of an event: its number is `accepted`, it `explains` one, or neither."""
        known = self._numbers.get(bytes(event.epoch_id))
        if known is None:
            return
        if known.seq != event.seq - 1:  # events in between are none of this run
            self.forget_numbers(event)
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

    def _is_numbered(self, event: Event) -> bool:
        return event.epoch.site_id != CENTRE and not self._is_after_fork(event)

    def _is_after_fork(self, event: Event) -> bool:
        epoch = bytes(event.epoch_id)
        if epoch not in self._forks:
            fork = getattr(event.epoch, "fork", None)
            self._forks[epoch] = None if fork is None else fork.event.leaf
        first = self._forks[epoch]
        return first is not None and event.leaf >= first

    def _grants_of(self, event: Event, person: bytes) -> list[RoleGrant]:
        site = event.epoch.site
        known = self._grants.get((site.pk, person))
        if known is None:
            held = RoleGrant.objects.filter(person_id=UUID(bytes=person)).select_related("body")
            known = self._grants[site.pk, person] = [grant for grant in held if works_at(grant, site)]
        return known

    def _before(self, event: Event) -> _Numbering:
        """The numbers of the epoch as they stand before an event."""
        known = self._numbers.get(bytes(event.epoch_id))
        if known is not None and known.seq == event.seq - 1:
            return known
        earlier = Event.accepted.filter(epoch_id=event.epoch_id, seq__lt=event.seq, leaf__lt=event.leaf)
        earlier = earlier.filter(kind=EventKind.APPEAL_REGISTERED).only("header", "seq").order_by("-seq")
        last = earlier.exclude(reading__code__in=NOT_ON_MERIT).first()
        if last is None:
            since, counter, year = 0, 0, local_day(event.epoch.opened_at).year
        else:
            header = read_header(bytes(last.header))
            since, counter, year = last.seq, header.counter, header.year
        let_in = [read_header(bytes(one.header)).counter for one in earlier.filter(seq__gt=since)]
        between = Q(epoch_id=event.epoch_id, seq__gt=since, seq__lt=event.seq, leaf__lt=event.leaf)
        refused = Event.custody.filter(between, kind=EventKind.APPEAL_REGISTERED).count()
        holes = Event.accepted.filter(between, kind=EventKind.HOLE).count()
        found = _Numbering(event.seq - 1, counter, year, max(counter, *let_in, 0), refused + holes)
        self._numbers[bytes(event.epoch_id)] = found
        return found


def _demand_possible(event: Event, header: Header) -> None:
    """Raise Quarantine for a number of a second branch that no honest program can have come to.

    Each number took an event of its epoch, and its year is one in which the epoch was open.
    """
    if header.counter > event.seq:
        raise Quarantine("counter_wrong")
    if not local_day(event.epoch.opened_at).year <= header.year <= local_day(event.taken_at + AHEAD).year:
        raise Quarantine("year_wrong")


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
