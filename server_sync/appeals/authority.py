"""Asks of an office's event whether its author could write it there and then, and whether its number can be true.

Offices work for weeks without a line, so a role counts that held on any day on which the event can have been made: not
before the last server time its maker had seen, not after it came. A clock that is wrong by years changes nothing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

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
"""How far a PC may be in the new year before the centre is."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    seq: int
    counter: int
    year: int


@dataclass(slots=True)
class Authority:
    """What one run of interpretation has already asked about authors and numbers."""

    _grants: dict[tuple[str, bytes], list[RoleGrant]] = field(default_factory=dict)
    _numbers: dict[bytes, _Numbered] = field(default_factory=dict)
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
        earliest, latest = _span(event, header)
        for grant in self._grants_of(event, header.person):
            if _holds(grant, earliest, latest, event.taken_at) and who_may(kind, Role(grant.role)):
                return
        if not Person.objects.filter(pk=UUID(bytes=header.person)).exists():
            raise Quarantine("person_unknown")
        raise Quarantine("role_missing")

    def demand_number(self, event: Event, header: Header) -> None:
        """Raise Quarantine unless the number follows the one before it in the epoch.

        Codes: `number_missing`, `counter_wrong` (a counter without gaps, but for registrations that a `hole` stands
        for), `year_wrong` (not before the number before it, not after the event came). Two branches of a cloned PC
        count twice; what they gave twice is found by the register's unique numbers.
        """
        if event.epoch.site_id == CENTRE or self._is_after_fork(event):
            return
        if header.counter < 1:
            raise Quarantine("number_missing")
        before = self._before(event)
        self._numbers[bytes(event.epoch_id)] = _Numbered(event.seq, header.counter, header.year)
        most = before.counter + 1
        if header.counter > most:
            lost = Event.objects.filter(epoch_id=event.epoch_id, kind=EventKind.HOLE)
            most += lost.filter(seq__gt=before.seq, seq__lt=event.seq).count()
        if not before.counter < header.counter <= most:
            raise Quarantine("counter_wrong")
        if not before.year <= header.year <= _local_day(event.taken_at + AHEAD).year:
            raise Quarantine("year_wrong")

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

    def _before(self, event: Event) -> _Numbered:
        """The number given before this one in its epoch."""
        known = self._numbers.get(bytes(event.epoch_id))
        if known is not None and known.seq < event.seq:
            return known
        earlier = Event.objects.filter(epoch_id=event.epoch_id, kind=EventKind.APPEAL_REGISTERED, seq__lt=event.seq)
        last = earlier.order_by("-seq").only("header", "seq").first()
        if last is None:
            return _Numbered(0, 0, _local_day(event.epoch.opened_at).year)
        header = read_header(bytes(last.header))
        return _Numbered(last.seq, header.counter, header.year)


def _span(event: Event, header: Header) -> tuple[date, date]:
    """The local days on which an event can have been made, whatever the clock of its PC said."""
    earliest = utc(header.server_time_ms) if header.server_time_ms else event.epoch.opened_at
    return _local_day(min(earliest, event.taken_at)), _local_day(event.taken_at)


def _holds(grant: RoleGrant, earliest: date, latest: date, taken_at: datetime) -> bool:
    """A role given later with a date in the past does not change what was decided of an event before."""
    begun = grant.from_on <= latest and grant.granted_at <= taken_at
    return begun and (grant.until_on is None or grant.until_on >= earliest)


def _local_day(moment: datetime) -> date:
    return moment.astimezone(BISHKEK).date()
