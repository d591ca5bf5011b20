"""Offers whom to write to: by the matter and its place as the law's rules have it, or by name, position and place.

A request goes to the position, whoever holds it; who does today stands beside it.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext

from server_sync.contract.reference import Body, FoundBody, Level
from server_sync.officials.directory import FoundPerson, directory
from server_sync.officials.wording import said_of
from server_sync.portal.writing.drafts import Said
from server_sync.workplaces.reference import reference_book

OFFERED: Final = 10
OFFERED_MOST: Final = 50
MATTERS_MOST: Final = 3
"""So many subjects are looked at when what was typed names a matter."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A public official who is offered: code, name, what stands beside it, and whether they are of a village.

    `who`: who holds the position today; `left`: who was found by name and held it before, or left it a few days ago.
    """

    code: str
    name: str
    about: str = ""
    is_rural: bool = False
    who: str = ""
    left: str = ""


def by_rule(said: Said, language: str, on: date) -> Offer | None:
    """Who answers such a matter in that place, with the reason."""
    return _routed(said.category, said.place, language, on)


def search(query: str, place: str, language: str, on: date, *, is_all: bool = False) -> tuple[list[Offer], bool]:
    """Officials by words of their name, position and place, and those who answer the matter that was typed.

    Says whether there are more than are given.
    """
    limit = OFFERED_MOST if is_all else OFFERED
    book = reference_book()
    found: dict[str, Offer] = {}
    for person in directory().find(query, on, limit + 1):
        offer = _of_person(person, language, on)
        if offer is not None:
            found.setdefault(offer.code, offer)
    for one in book.find_bodies(query, (place,), language, limit + 1, on=on):
        if not (found and one.guess.value):  # somebody is called so: nothing has to be guessed at
            found.setdefault(one.body.code, _offer(one, language, on))
    if query.strip():
        for matter in book.find_categories(query, language, MATTERS_MOST):
            offer = _routed(matter.category.code, place, language, on)
            if offer is not None and not matter.guess.value:
                found.setdefault(offer.code, offer)
    offers = list(found.values())
    return offers[:limit], len(offers) > limit


def named(code: str, language: str, on: date) -> Offer | None:
    """An official by their code, whether there still is one or not."""
    body = reference_book().body(code)
    return None if body is None else _offer(FoundBody(body), language, on)


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
    return _offer(FoundBody(later, body), language, on) if later is not body and later.exists_on(on) else None


def _routed(category: str, place: str, language: str, on: date) -> Offer | None:
    book = reference_book()
    where = place or next(site.code for site in book.sites if not site.parent)
    routing = book.route(category=category, territory=where, addressee="", on=on)
    body = None if routing is None else book.body(routing.body_code)
    if routing is None or body is None:
        return None
    return replace(_offer(FoundBody(body), language, on), about=routing.reason.said_in(language))


def _of_person(found: FoundPerson, language: str, on: date) -> Offer | None:
    """The position of somebody who was found by name; whoever holds it today if they do not any more."""
    body = reference_book().body(found.line.body_code)
    now = reference_book().body_on(body, on) if body is not None else None
    if body is None or now is None or not now.exists_on(on):
        return None
    offer = _offer(FoundBody(now, None if now is body else body), language, on)
    name = found.line.name.said_in(language)
    if found.line.village:
        told = gettext("%(name)s: %(village)s") % {"name": name, "village": found.line.village}
        return replace(offer, who=told if found.is_now else "", left="" if found.is_now else told)
    if found.is_now:
        return offer if offer.who.endswith(name) else replace(offer, who=name)
    return replace(offer, left=name) if found.line.since_on <= on else offer


def _offer(found: FoundBody, language: str, on: date) -> Offer:
    body = found.body
    about = []
    if found.formerly is not None:
        about.append(gettext("formerly: %(name)s") % {"name": found.formerly.names.said_in(language)})
    site = reference_book().site(body.site_code)
    if site is not None:
        about.append(site.name.said_in(language))
    known = directory()
    left = known.left_lately(body.code, on)
    return Offer(
        body.code,
        body.names.said_in(language),
        " · ".join(about),
        body.level is Level.RURAL,
        said_of(known.held(body.code, on), language),
        left.name.said_in(language) if left is not None else "",
    )
