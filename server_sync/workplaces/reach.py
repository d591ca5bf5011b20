"""Says what a role reaches: the one answer to who may see and do something where, for pages, lists and acts alike.

A role held for nothing in particular reaches the whole network. One held for a site reaches that office and all that
lie below it, a clerk's that office alone. One held for a body reaches the requests that are with the body, and no
office as a whole; held for both, only what lies in both. Callers bring the grants that hold on the day in question.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from server_sync.contract.workflow import Role
from server_sync.workplaces.models import RoleGrant, Site

FOR_A_BODY: Final = frozenset({Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY})
"""Roles that act for one body; the others act for a site, or for the whole network when none is named."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one grant reaches: these offices (None: all), and of their requests those with this body (None: all)."""

    offices: frozenset[str] | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """What some roles reach together."""

    parts: tuple[Part, ...]

    def covers(self, office: str, bodies: Collection[str] = ()) -> bool:
        """Whether an office is reached, or a request of it that is with these bodies."""
        return any(
            (part.offices is None or office in part.offices) and (part.body is None or part.body in bodies)
            for part in self.parts
        )

    @property
    def offices(self) -> frozenset[str] | None:
        """The offices that are reached whole; None for all of them."""
        whole = [part.offices for part in self.parts if part.body is None]
        if None in whole:
            return None
        return frozenset(code for codes in whole if codes is not None for code in codes)

    def of_offices(self, office: str) -> Q:
        """Choose the rows of a table whose column `office` names an office that is reached whole."""
        codes = self.offices
        return Q() if codes is None else Q(**{f"{office}__in": codes})


def reach_of(grants: Iterable[RoleGrant]) -> Reach:
    """What these grants reach together; a role without the place that it needs reaches nothing."""
    parts = []
    for grant in grants:
        if (grant.role in FOR_A_BODY and grant.body_id is None) or (grant.role == Role.CLERK and grant.site_id is None):
            continue
        parts.append(Part(_offices(grant), grant.body_id))
    return Reach(tuple(parts))


def _offices(grant: RoleGrant) -> frozenset[str] | None:
    if grant.site_id is None:
        return None
    if grant.role == Role.CLERK:
        return frozenset({grant.site_id})
    above = dict(Site.objects.values_list("code", "parent"))

    def lies_in(code: str | None) -> bool:
        return code is not None and (code == grant.site_id or lies_in(above.get(code)))

    return frozenset(code for code in above if lies_in(code))
