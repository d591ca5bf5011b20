"""Says which requests a role reaches: by the office that registered them, those of the portal by where they belong.

The portal is nobody's office. A request of it is reached by whoever reaches the place of its addressee, else the place
where its citizen lives; one of neither belongs to the whole country.
"""

from collections.abc import Collection

from django.db.models import Q

from server_sync.appeals.models import Appeal
from server_sync.appeals.routing import hub, place_of
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reach import Reach


def covers(reach: Reach, appeal: Appeal, bodies: Collection[str] = ()) -> bool:
    """Whether a request is reached that is with these bodies."""
    return reach.covers(reached_at(appeal), bodies)


def reached_at(appeal: Appeal) -> str:
    """The site at which a request is reached: where it was registered, or, of the portal's, where it belongs."""
    return place_of(appeal) if appeal.site_id == CENTRE else appeal.site_id


def requests_of(reach: Reach, prefix: str = "", body: str = "body_code") -> Q:
    """Choose the requests that are reached; `prefix` leads from a table to its request, as `appeal__`.

    `body` is the column that names the body they are with.
    """
    bodies: dict[frozenset[str] | None, list[str]] = {}
    chosen = Q(pk__in=())
    for part in reach.parts:
        if part.body is not None:
            bodies.setdefault(part.offices, []).append(part.body)
        elif part.offices is None:
            return Q()
        else:
            chosen |= _within(part.offices, prefix)
    for offices, several in bodies.items():  # by one list: an officer may act for dozens of bodies
        of_bodies = Q(**{f"{body}__in": sorted(set(several))})
        chosen |= of_bodies if offices is None else _within(offices, prefix) & of_bodies
    return chosen


def _within(offices: frozenset[str], prefix: str) -> Q:
    site, addressee, territory = (f"{prefix}{name}" for name in ("site", "addressee_site", "territory_code"))
    of_portal = Q(**{f"{addressee}__in": offices}) | Q(**{addressee: "", f"{territory}__in": offices})
    if hub() in offices:
        of_portal |= Q(**{addressee: "", territory: ""})
    return Q(**{f"{site}__in": offices}) | (Q(**{site: CENTRE}) & of_portal)
