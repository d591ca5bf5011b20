"""The directory of officials for everyone: by place, by name, and a page for each position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from server_sync.appeals import public
from server_sync.appeals.facets import Facts
from server_sync.contract.reference import Body, Level
from server_sync.contract.territory import Site, SiteKind
from server_sync.letters.queue import are_letters_sent
from server_sync.officials.directory import Directory, FoundPerson, directory
from server_sync.officials.rows import Line
from server_sync.officials.wording import said_of
from server_sync.pages.wording import language_now
from server_sync.portal.published import PublicPage
from server_sync.workplaces.reference import reference_book

TYPED_MOST: Final = 100
FOUND: Final = 30
VILLAGES_SHOWN: Final = 200
NEWEST: Final = 5
BEFORE_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A position in a list: who holds it, as far as it is known, and what led to it when it is called otherwise."""

    address: str
    name: str
    who: str
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with the days of their time."""

    name: str
    since_on: date
    until_on: date | None = None


@require_safe
def officials(request: HttpRequest) -> HttpResponse:
    """Positions of the country or of a place, or what was found by a name, a position, a place."""
    today, language = timezone.localdate(), language_now()
    query = request.GET.get("q", "")[:TYPED_MOST]
    book = reference_book()
    site = book.site(request.GET.get("place", ""))
    told: dict[str, Any] = {"here": "officials", "query": query, "site": site}
    if query.strip():
        told["found"] = _found(query, site, today, language)
    else:
        told |= _listed(site, today, language)
    return render(request, "portal/officials.html", told)


@require_safe
def official(request: HttpRequest, code: str) -> HttpResponse:
    """A position: who holds it, since when, when they receive, how to write to them, what was asked of them."""
    today, language = timezone.localdate(), language_now()
    book, known = reference_book(), directory()
    body = book.body(code)
    if body is None:
        raise Http404
    village = request.GET.get("village", "")[:TYPED_MOST]
    if village and not known.of(code, village):
        raise Http404
    held, contact = known.held(code, today, village), known.contact(code, today, village)
    after = book.body_on(body, today)
    newest, count = public.published(facts=Facts(body=code), size=NEWEST)
    told = {
        "here": "officials",
        "code": code,
        "name": body.names.said_in(language),
        "village": village,
        "trail": _trail(book.site(body.site_code), language),
        "is_over": not body.exists_on(today),
        "after": _row(after, known, today, language) if after is not body and after.exists_on(today) else None,
        "held": held,
        "holder": _person(held.holder, known, language),
        "acting": _person(held.acting, known, language),
        "deputies": [_person(one, known, language) for one in held.deputies],
        "left": _person(held.left or known.left_lately(code, today, village), known, language),
        "before": [_person(one, known, language) for one in known.before(code, today, village)[:BEFORE_SHOWN]],
        "week": [_reception(one, today, language) for one in known.week(code, today, village)],
        "has_hours": bool(known.schedule(code, today, village)),
        "contact": contact,
        "contact_place": "" if contact is None else contact.place.said_in(language),
        "villages": [] if village else _villages(body, known, today, language),
        "is_rural": body.level is Level.RURAL,
        "write": f"{reverse('write_matter')}?{urlencode({'to': code})}" if body.exists_on(today) else "",
        "is_open": are_letters_sent(),
        "newest": [PublicPage.of(one, language) for one in newest],
        "count": count,
        "all": f"{reverse('requests')}?{urlencode({'body': code})}",
    }
    return render(request, "portal/official.html", told)


def address_of(code: str, village: str = "") -> str:
    """The page of a position."""
    asked = f"?village={quote(village)}" if village else ""
    return reverse("official", args=[code]) + asked


def _found(query: str, site: Site | None, today: date, language: str) -> list[Row]:
    """People first, then positions and places; what was called otherwise says what it is today."""
    book, known = reference_book(), directory()
    rows: dict[str, Row] = {}
    for one in known.find(query, today, FOUND):
        row = _of_person(one, known, today, language)
        rows.setdefault(row.address, row)
    for found in book.find_bodies(query, (site.code,) if site is not None else (), language, FOUND, on=today):
        if rows and found.guess.value:
            break  # somebody is called so: nothing has to be guessed at
        note = ""
        if found.formerly is not None:
            note = gettext("formerly: %(name)s") % {"name": found.formerly.names.said_in(language)}
        row = _row(found.body, known, today, language, note)
        rows.setdefault(row.address, row)
    return list(rows.values())[:FOUND]


def _of_person(found: FoundPerson, known: Directory, today: date, language: str) -> Row:
    line = found.line
    body = reference_book().body(line.body_code)
    if body is None:
        return Row(address_of(line.body_code, line.village), line.body_code, line.name.said_in(language))
    now = reference_book().body_on(body, today)
    row = _row(now, known, today, language, village=line.village if now is body else "")
    if found.is_now:
        held = known.held(line.body_code, today, line.village)
        if line in held.deputies:
            return Row(row.address, row.name, gettext("deputy: %(name)s") % {"name": line.name.said_in(language)})
        return row
    last = known.last_day(line)
    told = {"name": line.name.said_in(language), "position": body.names.said_in(language)}
    if line.since_on > today:
        note = gettext("%(name)s begins on %(day)s") % (told | {"day": f"{line.since_on:%d.%m.%Y}"})
    elif last is not None:
        note = gettext("%(name)s held the position “%(position)s” until %(day)s") % (told | {"day": f"{last:%d.%m.%Y}"})
    else:
        note = gettext("%(name)s held the position “%(position)s”") % told
    return Row(row.address, row.name, row.who, row.place, note)


def _row(body: Body, known: Directory, today: date, language: str, note: str = "", village: str = "") -> Row:
    site = reference_book().site(body.site_code)
    held = known.held(body.code, today, village)
    place = " · ".join(part for part in (site.name.said_in(language) if site is not None else "", village) if part)
    return Row(address_of(body.code, village), body.names.said_in(language), said_of(held, language), place, note)


def _listed(site: Site | None, today: date, language: str) -> dict[str, Any]:
    book, known = reference_book(), directory()
    code = site.code if site is not None else ""
    here = [body for body in book.bodies if body.site_code == code and body.exists_on(today)]
    below = (
        [one for one in book.sites if one.parent == code]
        if site is not None
        else [one for one in book.sites if one.kind is SiteKind.PROVINCE]
    )
    return {
        "trail": _trail(site, language)[:-1],
        "place_name": site.name.said_in(language) if site is not None else "",
        "rows": [_row(body, known, today, language) for body in here],
        "below": [(one.code, one.name.said_in(language)) for one in below],
    }


def _trail(site: Site | None, language: str) -> list[tuple[str, str]]:
    """The places in which a place lies, the widest first, itself last; the hall is no territory."""
    if site is None:
        return []
    above = [one for one in reference_book().territory.ancestors(site.code) if one.kind is not SiteKind.HALL]
    return [(one.code, one.name.said_in(language)) for one in (*reversed(list(above)), site)]


def _person(line: Line | None, known: Directory, language: str) -> Person | None:
    return None if line is None else Person(line.name.said_in(language), line.since_on, known.last_day(line))


def _reception(day: Any, today: date, language: str) -> dict[str, Any]:
    return {
        "day": day.on,
        "weekday": date_format(day.on, "l"),
        "is_today": day.on == today,
        "off": None if day.off is None else day.off.said_in(language),
        "slots": [
            {
                "opens": slot.opens,
                "closes": slot.closes,
                "place": slot.place.said_in(language),
                "by_appointment": slot.by_appointment,
            }
            for slot in day.slots
        ],
    }


def _villages(body: Body, known: Directory, today: date, language: str) -> Sequence[Row]:
    villages = known.villages(body.code)[:VILLAGES_SHOWN]
    held = ((village, known.held(body.code, today, village)) for village in villages)
    return [Row(address_of(body.code, village), village, said_of(one, language)) for village, one in held]
