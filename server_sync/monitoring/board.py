"""Gathers how all offices stand, from what their PCs reported; no texts, no names of citizens."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext, ngettext

from server_sync.appeals.applying import KEPT_OUT
from server_sync.contract.messages import Status
from server_sync.journal.models import Reading
from server_sync.monitoring.standing import Health, Report, Standing, judge
from server_sync.monitoring.thresholds import thresholds
from server_sync.pages.tiles import places
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.models import Contact, Site, Workplace


@dataclass(frozen=True)
class Board:
    """All offices at one moment, in the order of the map."""

    now: datetime
    sites: tuple[Health, ...]

    def count(self, standing: Standing) -> int:
        """How many offices stand so."""
        return sum(site.standing is standing for site in self.sites)

    @cached_property
    def asking(self) -> tuple[Health, ...]:
        """The offices that need somebody, the worst and longest first."""
        asking = [site for site in self.sites if site.troubles]
        return tuple(sorted(asking, key=lambda site: (site.troubles[0], -(site.silence or timedelta(0)))))

    @property
    def waiting(self) -> int:
        """How many events wait in all offices, as they last said."""
        return sum(site.waiting for site in self.sites)

    @property
    def oldest_age(self) -> timedelta | None:
        """The age of the oldest of them."""
        return max((site.oldest_age for site in self.sites if site.oldest_age), default=None)

    @property
    def connected(self) -> int:
        """How many offices have at least one enrolled PC."""
        return len(self.sites) - self.count(Standing.NOT_CONNECTED)

    def sentence(self) -> str:
        """The day in one sentence."""
        if not self.connected:
            return gettext("No office is connected yet")
        calm = self.count(Standing.IN_ORDER)
        if calm == len(self.sites):
            return gettext("All %(n)s offices in order") % {"n": calm}
        said = [ngettext("%(n)s office in order", "%(n)s offices in order", calm) % {"n": calm}]
        if silent := self.count(Standing.SILENT):
            said.append(ngettext("%(n)s silent", "%(n)s silent", silent) % {"n": silent})
        if asking := self.count(Standing.ATTENTION):
            said.append(ngettext("%(n)s asks for attention", "%(n)s ask for attention", asking) % {"n": asking})
        return ", ".join(said)


def gather(now: datetime, only: frozenset[str] | None = None) -> Board:
    """Look at all offices, or at some (`only`, by code)."""
    names = {site.code: site.name for site in Site.objects.all()}
    reports = _reports()
    quarantined = _quarantined_by_site()
    limits = thresholds()
    return Board(
        now,
        tuple(
            judge(
                place.code,
                names.get(place.code, place.code),
                reports[place.code],
                quarantined.get(place.code, 0),
                now,
                is_working_day,
                limits,
            )
            for place in places()
            if only is None or place.code in only
        ),
    )


def is_working_day(on: date) -> bool:
    """Whether offices are open on a day, by the calendar of the reference data."""
    return working_calendar().is_working(on)


def _reports() -> defaultdict[str, list[Report]]:
    """What each PC still in use said last, by site; a wall's is always on and tells nothing of how an office works."""
    in_use = Q(epochs__isnull=True) | Q(epochs__next=None, epochs__revocation=None)
    found: defaultdict[str, list[Report]] = defaultdict(list)
    for workplace in (
        Workplace.objects.filter(in_use, is_wall=False).select_related("contact").order_by("enrolled_at").distinct()
    ):
        found[workplace.site_id].append(report_of(workplace))
    return found


def report_of(workplace: Workplace) -> Report:
    """One PC's last report."""
    contact: Contact | None = getattr(workplace, "contact", None)
    if contact is None:
        return Report(str(workplace.id), workplace.name, workplace.enrolled_at)
    return Report(
        workplace=str(workplace.id),
        name=workplace.name,
        enrolled_at=workplace.enrolled_at,
        last_contact_at=contact.last_contact_at,
        waiting=contact.waiting_events,
        waiting_blobs=contact.waiting_blobs,
        oldest_waiting_at=contact.oldest_waiting_at,
        clock_offset=timedelta(milliseconds=contact.clock_offset_ms),
        version=contact.version,
        disk_free_bytes=contact.disk_free_bytes,
        disk_total_bytes=contact.disk_total_bytes,
        stopped_code=contact.stopped_code,
    )


def _quarantined_by_site() -> dict[str, int]:
    undecided = Reading.objects.filter(status=Status.QUARANTINED).exclude(code=KEPT_OUT)
    rows = undecided.values("event__epoch__site").annotate(n=Count("pk"))
    return {row["event__epoch__site"]: row["n"] for row in rows.order_by()}


_KEYS = {
    "name": lambda site: site.name,
    "state": lambda site: (site.standing, site.troubles[:1], -(site.silence or timedelta(0))),
    "contact": lambda site: -site.last_contact_at.timestamp() if site.last_contact_at else float("inf"),
    "waiting": lambda site: -site.waiting,
    "oldest": lambda site: -(site.oldest_age or timedelta(0)),
    "clock": lambda site: -abs(site.clock_offset or timedelta(0)),
    "disk": lambda site: -(site.disk_used_percent or 0),
    "version": lambda site: site.versions,
}
"""How the list can be put in order; each begins with what a person looks for."""

COLUMNS: Sequence[str] = tuple(_KEYS)


def in_order_of(sites: Iterable[Health], column: str, *, reverse: bool) -> list[Health]:
    """Sort offices by a column of the list."""
    ordered = sorted(sites, key=_KEYS.get(column, _KEYS["state"]))
    return ordered[::-1] if reverse else ordered
