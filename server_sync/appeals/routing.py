"""Sends new requests to the body that is to answer, by dated rules, and says why in words."""

from datetime import date
from functools import lru_cache

import structlog
from django.db import transaction

from server_sync.appeals.actions import catch_up
from server_sync.appeals.acts import perform_by_rule
from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import Routed, Words
from server_sync.contract.reference import Routing
from server_sync.contract.workflow import State
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

log = structlog.get_logger(__name__)
BATCH = 200


def suggest(appeal: Appeal) -> Routing | None:
    """Find the rule for a request, None when no rule fits and a registrar decides."""
    if appeal.is_erased or not appeal.categories:
        return None
    return _rule(appeal.categories[0], place_of(appeal), appeal.addressee_code, appeal.registered_on)


def place_of(appeal: Appeal) -> str:
    """Where a request belongs: to its addressee's place, else its office's; one of the portal to where it is lived."""
    if appeal.addressee_site or appeal.site_id != CENTRE:
        return appeal.addressee_site or appeal.site_id
    return appeal.territory_code or hub()


def hub() -> str:
    """The site that lies in no other: what has no place belongs to the whole country."""
    return next(site.code for site in reference_book().sites if not site.parent)


@lru_cache(maxsize=4_096)
def _rule(category: str, territory: str, addressee: str, on: date) -> Routing | None:
    """The rule of the book; much the same is asked all day, and every rule is looked at for an answer."""
    return reference_book().route(category=category, territory=territory, addressee=addressee, on=on)


def route_new(after: int = 0, limit: int = BATCH) -> tuple[int, int]:
    """Route the oldest requests after row `after` that a rule fits.

    Returns how many were routed and the last row looked at; from there the next call goes on. What no rule fits waits
    for a registrar.
    """
    with transaction.atomic():
        waiting = Appeal.objects.filter(state=State.REGISTERED, is_erased=False, pk__gt=after).order_by("pk")
        found = list(waiting.values_list("pk", "site_id")[:limit])
        if not found:
            return 0, after
        catch_up(sorted({site_code for _, site_code in found}))
        acts = []
        for appeal in waiting.filter(pk__in=[pk for pk, _ in found]).select_related("last_event"):
            routing = suggest(appeal)
            if routing is not None:
                reason = Words(routing.reason.ky, routing.reason.ru, routing.reason.en)
                acts.append((appeal, Routed(routing.body_code, routing.rule_id, reason)))
        perform_by_rule(acts)
    if acts:
        log.info("routed", count=len(acts))
    return len(acts), found[-1][0]
