"""Knows what a person may do: which roles they hold on a day, where, and for which body."""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.events import EventKind
from server_sync.contract.messages import PersonReply, PersonRequest, RoleScope
from server_sync.contract.workflow import Role, who_may
from server_sync.workplaces.models import Body, Epoch, Familiar, Person, RoleGrant, Site
from server_sync.workplaces.models.people import fold_login
from server_sync.workplaces.passwords import change_password, check_password
from server_sync.workplaces.reach import FOR_A_BODY, reach_of
from server_sync.workplaces.throttle import Guesser

ROLES_TOLD_MOST: Final = 100
"""So many of a person's roles a PC hears of (contract.messages.PersonReply); nobody holds as many at one site."""
HUB_KINDS: Final = frozenset({"hall", "president"})
"""Sites whose PCs central staff work at."""


def local_today() -> date:
    """The day it is in Bishkek; roles begin and end with local days."""
    return timezone.localdate()


def grants_on(on: date) -> QuerySet[RoleGrant]:
    """List the roles that hold on a day, both ends included."""
    not_over = Q(until_on=None) | Q(until_on__gte=on)
    return RoleGrant.objects.filter(not_over, from_on__lte=on, person__is_active=True)


def roles_of(person: Person, on: date | None = None) -> tuple[RoleGrant, ...]:
    """List a person's roles on a day (today), with site and body."""
    held = grants_on(on or local_today()).filter(person=person)
    return tuple(held.select_related("site", "body", "body__site").order_by("from_on", "id"))


def has_role(person: Person, role: Role, on: date | None = None) -> bool:
    """Whether a person holds a role anywhere on a day (today)."""
    return grants_on(on or local_today()).filter(person=person, role=role).exists()


def bodies_of(person: Person, on: date | None = None) -> tuple[Body, ...]:
    """List the bodies a person acts for on a day (today)."""
    held = grants_on(on or local_today()).filter(person=person, body__isnull=False)
    return tuple(Body.objects.filter(grants__in=held).select_related("site").distinct())


def may(
    person: Person,
    kind: EventKind,
    *,
    site_code: str,
    body_code: str | None,
    on: date | None = None,
) -> bool:
    """Whether a person may write an event of this kind about an appeal of that site, which is with that body."""
    reach = reach_of(grant for grant in roles_of(person, on) if who_may(kind, Role(grant.role)))
    return reach.covers(site_code, [body_code] if body_code else ())


def check_person(message: PersonRequest, epoch: Epoch) -> PersonReply:
    """Answer a person's first sign-in on a PC: who they are and what they may do at that PC's site.

    A one-time password is changed by the same call, once the person has a role there. Raises Refused as
    `check_password` and `change_password` do, `no_role_here` when none of their roles holds at the site, and
    `password_must_change` when no new one came.
    """
    pc, familiar = str(epoch.workplace_id), Familiar.objects.filter(workplace=epoch.workplace_id)
    # PostgreSQL takes no NUL in a text, and nobody has one in their login
    knows = "\x00" not in message.login and familiar.filter(person__login=fold_login(message.login)).exists()
    guesser = Guesser(f"pc {pc}", pc if knows else "", is_enrolled=True)
    person = _checked(message, guesser)
    roles = tuple(_scope(grant) for grant in roles_of(person) if works_at(grant, epoch.site))
    if not roles:
        raise Refused("no_role_here")
    if not knows:
        Familiar.objects.get_or_create(person=person, workplace_id=epoch.workplace_id)
    if person.must_change_password:
        if not message.new_password:
            raise Refused("password_must_change")
        change_password(person, message.password, message.new_password, guesser)
    return PersonReply(
        person=person.id.bytes,
        login=person.login,
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        language=person.language,
        roles=roles,
    )


def _checked(message: PersonRequest, guesser: Guesser) -> Person:
    """Say whose password it is; one that a lost answer has changed already is the new one."""
    try:
        return check_password(message.login, message.password, guesser)
    except Refused as refused:
        if refused.code != "sign_in_wrong" or not message.new_password:
            raise
        return check_password(message.login, message.new_password, guesser)


def grant_role(
    person: Person,
    role: Role,
    *,
    from_on: date,
    site: Site | None = None,
    body: Body | None = None,
    until_on: date | None = None,
    acting: bool = False,
    by: Person | None = None,
) -> RoleGrant:
    """Give a person a role; raises Refused `role_needs_body`, `role_needs_site`, `role_ends_before_it_begins`."""
    if role in FOR_A_BODY and body is None:
        raise Refused("role_needs_body")
    if role == Role.CLERK and site is None:
        raise Refused("role_needs_site")
    if until_on is not None and until_on < from_on:
        raise Refused("role_ends_before_it_begins")
    return RoleGrant.objects.create(
        person=person,
        role=role,
        site=site,
        body=body,
        from_on=from_on,
        until_on=until_on,
        acting=acting,
        granted_by=by,
    )


def roles_to_come(person: Person) -> list[RoleGrant]:
    """The roles that a person holds today or will hold."""
    not_over = Q(until_on=None) | Q(until_on__gte=local_today())
    held = RoleGrant.objects.filter(not_over, person=person)
    return list(held.select_related("site", "body", "body__site").order_by("from_on", "id"))


def end_role(grant: RoleGrant, last_on: date) -> date:
    """Let a role end with a day, its first at the earliest; gives the day. The row stays as history.

    Raises Refused `role_ended` when it ends by then already.
    """
    last_on = max(last_on, grant.from_on)
    longer = Q(until_on=None) | Q(until_on__gt=last_on)
    with transaction.atomic():
        ended = RoleGrant.objects.filter(longer, pk=grant.pk).update(until_on=last_on, ended_at=timezone.now())
    if ended != 1:
        raise Refused("role_ended")
    return last_on


def scopes_at(person: Person, site: Site) -> tuple[RoleScope, ...]:
    """The roles that a person holds or will hold at a site, as its PCs are told of them."""
    if not person.is_active:
        return ()
    held = [_scope(grant) for grant in roles_to_come(person) if works_at(grant, site)]
    return tuple(held[:ROLES_TOLD_MOST])


def works_at(grant: RoleGrant, site: Site) -> bool:
    """Whether a role brings a person to a site's PC; what the PC holds is that site's citizens' requests."""
    if grant.site_id is None and grant.body is None:
        return site.kind in HUB_KINDS
    return grant.site_id in {None, site.pk} and (grant.body is None or grant.body.site_id == site.pk)


def _scope(grant: RoleGrant) -> RoleScope:
    return RoleScope(
        role=grant.role,
        site_code=grant.site_id or "",
        body_code=grant.body_id or "",
        from_on=grant.from_on,
        until_on=grant.until_on,
    )
