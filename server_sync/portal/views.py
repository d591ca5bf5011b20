"""Pages for everyone; of the register they read `appeals.public` and nothing else."""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from server_sync.appeals import public
from server_sync.appeals.facets import Facts
from server_sync.appeals.small import SMALL
from server_sync.contract.territory import Names
from server_sync.letters.queue import are_letters_sent
from server_sync.pages.appeal_words import site_name
from server_sync.pages.figured import few
from server_sync.pages.once_a_moment import once_a_moment
from server_sync.pages.paging import page_of
from server_sync.pages.tiles import CENTRE, places
from server_sync.pages.wording import language_now
from server_sync.portal import totals as figures
from server_sync.portal.follow import is_mistyped, parse_number
from server_sync.portal.published import PublicPage
from server_sync.portal.wanted import Wanted
from server_sync.workplaces.models import CENTRE as WEB
from server_sync.workplaces.offices import details_on
from server_sync.workplaces.reference import reference_book

LATEST: Final = 5
NARROWINGS: Final = 64
"""So many ways of narrowing requests down are kept as drawn, some thirty kilobytes each."""


@require_safe
@once_a_moment
def home(request: HttpRequest) -> HttpResponse:
    """The first page: where is my request, what was answered, how to write, the year in figures."""
    counted = public.totals(timezone.localdate())
    latest, published = public.published()
    drawing, legend, hides = figures.map_of(counted, language_now())
    told = {
        "totals": counted,
        "states": figures.by_state(counted),
        "kinds": figures.by_kind(counted),
        "map": drawing,
        "legend": legend,
        "hides": hides,
        "few": few(),
        "latest": [PublicPage.of(appeal, language_now()) for appeal in latest[:LATEST]],
        "published": published,
        "offices": len(places()),
        "is_open": are_letters_sent(),
    }
    return render(request, "portal/home.html", told)


@require_safe
@once_a_moment
def requests(request: HttpRequest) -> HttpResponse:
    """Published requests, searched without regard to special letters."""
    wanted = Wanted.of(request.GET.dict())
    query = wanted.query
    page = page_of(request.GET.get("page", ""))
    found, total = public.published(query, page, wanted.facts)
    pages = max(1, -(-total // public.PAGE))
    page = min(page, pages)
    told = {
        "here": "requests",
        "query": query,
        "narrowing": _narrowing(wanted.facts, timezone.localdate(), language_now()),
        "asked": wanted.address,
        "is_filtered": bool(wanted.facts),
        "body": wanted.facts.body,
        "body_name": wanted.body_name(language_now()),
        "official": wanted.facts.official,
        "official_name": wanted.official_name(language_now()),
        "number": parse_number(query) or "",
        "is_mistyped": is_mistyped(query),
        "found": [PublicPage.of(appeal, language_now()) for appeal in found],
        "total": total,
        "is_cut": bool(query.strip() or wanted.facts) and total >= public.FOUND_MOST,
        "page": page,
        "pages": pages,
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if page < pages else None,
    }
    return render(request, "portal/requests.html", told)


@lru_cache(maxsize=NARROWINGS)
def _narrowing(facts: Facts, today: date, language: str) -> str:
    """The lists by which requests are narrowed down: hundreds of lines that change with what is chosen and the day."""
    return render_to_string("portal/narrowing.html", {"choices": Wanted("", facts).choices(today, language)})


@require_safe
@once_a_moment
def totals(request: HttpRequest) -> HttpResponse:
    """All counts of the register that can be shown."""
    counted = public.totals(timezone.localdate())
    drawing, legend, hides = figures.map_of(counted, language_now())
    tables = {
        "kinds": figures.by_kind(counted),
        "states": figures.by_state(counted),
        "months": figures.by_month(counted),
        "ratings": figures.by_rating(counted),
        "offices": figures.by_office(counted, language_now()),
    }
    told = {
        "here": "totals",
        "totals": counted,
        "map": drawing,
        "legend": legend,
        "hides": hides or any(table.hides for table in tables.values()),
        "rated": figures.rated(counted),
        "small": SMALL,
        "few": few(),
        "silent_offices": sum(cell.count == 0 for cell in counted.by_site if cell.name != WEB),
        "now": timezone.now(),
        **tables,
    }
    return render(request, "portal/totals.html", told)


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Where the offices are, when they are open and what to bring; what is not known says so."""
    sites = {site.code: site for site in reference_book().sites}
    known = details_on(timezone.localdate())
    groups: dict[str, list[dict[str, Any]]] = {}
    for place in places():
        site = sites[place.code]
        groups.setdefault(place.province, []).append(
            {
                "code": place.code,
                "name": site.name.said_in(language_now()),
                "seat": site.seat.said_in(language_now()),
                "known": known.get(place.code),
                "address": _said(known[place.code].address) if place.code in known else "",
                "hours": _said(known[place.code].hours) if place.code in known else "",
            }
        )
    told = {
        "here": "offices",
        "groups": [
            {"name": "" if province == CENTRE else site_name(province, language_now()), "offices": found}
            for province, found in groups.items()
        ],
        "count": len(sites),
    }
    return render(request, "portal/offices.html", told)


def _said(names: Names) -> str:
    """A text in the language of the page, else in one in which it was written down."""
    return names.said_in(language_now()) or names.ky or names.ru or names.en
