"""Offers whom to write to: by the matter and its place as the law's rules have it, or by name, position and place."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext

from server_sync.contract.reference import Body, FoundBody, Level
from server_sync.portal.writing.drafts import Said
from server_sync.workplaces.reference import reference_book

OFFERED: Final = 10
OFFERED_MOST: Final = 50
MATTERS_MOST: Final = 3
"""So many subjects are looked at when what was typed names a matter."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A public official who is offered: code, name, what stands beside it, and whether they are of a village."""

    code: str
    name: str
    about: str = ""
    is_rural: bool = False


def by_rule(said: Said, language: str, on: date) -> Offer | None:
    """Who answers such a matter in that place, with the reason."""
    return _routed(said.category, said.place, language, on)


def search(query: str, place: str, language: str, on: date, *, is_all: bool = False) -> tuple[list[Offer], bool]:
    """Officials by words of their name, position and place, and those who answer the matter that was typed.

    Says whether there are more than are given.
    """
    limit = OFFERED_MOST if is_all else OFFERED
    book = reference_book()
    found = {
        one.body.code: _offer(one, language) for one in book.find_bodies(query, (place,), language, limit + 1, on=on)
    }
    if query.strip():
        for matter in book.find_categories(query, language, MATTERS_MOST):
            offer = _routed(matter.category.code, place, language, on)
            if offer is not None and not matter.guess.value:
                found.setdefault(offer.code, offer)
    offers = list(found.values())
    return offers[:limit], len(offers) > limit


def named(code: str, language: str) -> Offer | None:
    """An official by their code, whether there still is one or not."""
    body = reference_book().body(code)
    return None if body is None else _offer(FoundBody(body), language)


def of_today(code: str, on: date) -> Body | None:
    """The official that a code means, if there is one on a day."""
    body = reference_book().body(code)
    return body if body is not None and body.exists_on(on) else None


def after(code: str, language: str, on: date) -> Offer | None:
    """Who stands on a day where somebody stood who is no more."""
    book = reference_book()
    body = book.body(code)
    if body is None:
        return None
    later = book.body_on(body, on)
    return _offer(FoundBody(later, body), language) if later is not body and later.exists_on(on) else None


def _routed(category: str, place: str, language: str, on: date) -> Offer | None:
    book = reference_book()
    where = place or next(site.code for site in book.sites if not site.parent)
    routing = book.route(category=category, territory=where, addressee="", on=on)
    body = None if routing is None else book.body(routing.body_code)
    if routing is None or body is None:
        return None
    return Offer(body.code, body.names.said_in(language), routing.reason.said_in(language), body.level is Level.RURAL)


def _offer(found: FoundBody, language: str) -> Offer:
    body = found.body
    about = []
    if found.formerly is not None:
        about.append(gettext("formerly: %(name)s") % {"name": found.formerly.names.said_in(language)})
    site = reference_book().site(body.site_code)
    if site is not None:
        about.append(site.name.said_in(language))
    return Offer(body.code, body.names.said_in(language), " · ".join(about), body.level is Level.RURAL)
