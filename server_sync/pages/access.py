"""Says who is asking and what they may do: the one place where pages look at roles."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from server_sync.contract.workflow import Role
from server_sync.pages.kept import MARK, SIGNED_OUT, kept_of
from server_sync.workplaces.models import Person, RoleGrant
from server_sync.workplaces.people import roles_of
from server_sync.workplaces.reach import Reach, reach_of

_KEPT = "_liaison_standing"
"""Where a request keeps who is asking, once read."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StandingView = Callable[Concatenate[HttpRequest, "Standing", P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Standing:
    """A signed-in person with the roles they hold today."""

    person: Person
    grants: tuple[RoleGrant, ...]

    @classmethod
    def of(cls, person: Person) -> "Standing":
        """A person as they stand today."""
        return cls(person, roles_of(person) if person.is_active else ())

    def has(self, *roles: Role) -> bool:
        """Whether they hold one of these roles, wherever."""
        return any(grant.role in roles for grant in self.grants)

    def bodies(self, *roles: Role) -> frozenset[str]:
        """The bodies they act for in these roles."""
        return frozenset(grant.body_id for grant in self.grants if grant.role in roles and grant.body_id)

    def reach(self, *roles: Role) -> Reach:
        """What they reach in these roles."""
        return reach_of(grant for grant in self.grants if grant.role in roles)

    def role_among(self, roles: Iterable[Role]) -> Role | None:
        """The first of these roles that they hold."""
        return next((role for role in roles if self.has(role)), None)


def standing_of(request: HttpRequest) -> Standing | None:
    """Who is asking; None for nobody. Roles are read once a request."""
    known: Standing | None = getattr(request, _KEPT, None)
    if known is not None:
        return known
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not person.is_active:
        return None
    standing = Standing.of(person)
    setattr(request, _KEPT, standing)
    return standing


def open_to(*roles: Role) -> Callable[[StandingView[P]], View[P]]:
    """Open a page to people who hold one of these roles; nobody is asked to sign in, others are refused (403)."""

    def decorate(view: StandingView[P]) -> View[P]:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            standing = standing_of(request)
            if standing is None:
                return ask_to_sign_in(request)
            if standing.person.must_change_password:
                return HttpResponseRedirect(reverse("password"))
            if not standing.has(*roles):
                raise PermissionDenied
            return view(request, standing, *args, **kwargs)

        setattr(guarded, MARK, True)
        return guarded

    return decorate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and, after it, back to a page that can be opened again; a form goes along with it."""
    kept = kept_of(request)
    if kept is not None:
        return render(request, "pages/sign_in.html", {"kept": kept, "why": SIGNED_OUT}, status=403)
    back = f"?next={quote(request.get_full_path())}" if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(reverse("sign_in") + back)
