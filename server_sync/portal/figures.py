"""Pages of figures for everybody: all bodies and places beside each other, and one page for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from server_sync.appeals import public
from server_sync.appeals.facets import Facts
from server_sync.appeals.figures import (
    FIRST_YEAR,
    Compared,
    Of,
    Period,
    Share,
    Sort,
    Summary,
    by_office,
    compared,
    summary,
    this_year,
)
from server_sync.appeals.small import SMALL
from server_sync.contract.choosing import words_in
from server_sync.contract.folding import ALPHABET
from server_sync.pages.appeal_words import body_name, site_name
from server_sync.pages.charts import columns, interval
from server_sync.pages.figured import VERDICTS, few, heads, name_of, period_name, said, share_words, tables
from server_sync.pages.tilemap import Tile, Words, tile_map
from server_sync.pages.tiles import CENTRE, places
from server_sync.pages.wording import language_now, month_name
from server_sync.portal.published import PublicPage
from server_sync.portal.totals import SHADES, Shade, shade_width
from server_sync.portal.wanted import TYPED_MOST, Option
from server_sync.workplaces.models import CENTRE as WEB
from server_sync.workplaces.reference import reference_book

FOUND_MOST: Final = 20
NEWEST: Final = 5
YEARS: Final = 3
KEPT_STEPS: Final = (60, 75, 85, 95)
"""In per cent: where the next darker shade of the map begins."""
GIVEN, KEPT = "given", "kept"


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The country, and all bodies beside it; by words, whatever has a page of its own."""
    today, language = timezone.localdate(), language_now()
    period = Period.of(request.GET.get("period", ""), this_year(today))
    query = request.GET.get("q", "")[:TYPED_MOST]
    whole = summary(Of(), period, today)
    told = {
        "query": query,
        "found": _found(query, language, today) if query.strip() else None,
        "groups": _groups(compared(Sort.BODY, period, whole.kept), language, whole.kept, period),
        "provinces": _provinces(language, period),
        "topics": [
            _link(Of(Sort.TOPIC, one.code), language, period) for one in reference_book().categories if not one.parent
        ],
        **_shared(request, whole, language),
    }
    return render(request, "portal/figures.html", told)


@require_safe
def figures_of(request: HttpRequest, sort: str, code: str) -> HttpResponse:
    """One place, body, official or topic: what was given, how it was answered, and what of it is published."""
    of = Of.known(sort, code)
    if of is None or of.sort is Sort.COUNTRY:
        raise Http404
    today, language = timezone.localdate(), language_now()
    period = Period.of(request.GET.get("period", ""), this_year(today))
    told_of = summary(of, period, today)
    country = summary(Of(), period, today).kept
    facts = _facts(of)
    newest, published = public.published("", 1, facts)
    asked = urlencode({of.sort.value: of.code})
    told = {
        "of": of,
        "about": _about(of, language),
        "verdict": _verdict(told_of.kept, country),
        "above": _above(of, language, period),
        "below": _below(of, language, period),
        "beside": _beside(of, language, period),
        "latest": [PublicPage.of(appeal, language) for appeal in newest[:NEWEST]],
        "published": published,
        "asked": asked,
        **_shared(request, told_of, language),
    }
    return render(request, "portal/figures_of.html", told)


def _shared(request: HttpRequest, told: Summary, language: str) -> dict[str, Any]:
    """What both kinds of pages show of a summary."""
    shown = KEPT if request.GET.get("show") == KEPT else GIVEN
    drawing, legend, hides = _map(told, shown, language)
    lists = tables(told, language)
    months = [month for month in told.months if not _is_to_come(month.code)]
    period, here = told.period, {"period": told.period.code}
    sort, code = told.of.sort, told.of.code
    named = {"about": sort.value, **({"code": code} if code else {})}
    return {
        "here": "totals",
        "name": name_of(told.of, language),
        "told": told,
        "period": period,
        "period_words": period_name(period),
        "periods": _periods(timezone.localdate(), period),
        "heads": heads(told),
        "columns": columns(months) if len(months) > 1 else "",
        "months": [_month_line(month.code, month.given, month.answers, month.in_time) for month in months],
        "tables": lists,
        "map": drawing,
        "legend": legend,
        "shown": shown,
        "shows": [
            {"name": words, "href": f"?{urlencode({**here, 'show': one})}", "is_chosen": one == shown}
            for one, words in ((GIVEN, gettext("Requests")), (KEPT, gettext("Answered in time, %")))
        ],
        "map_hides": hides,
        "hides": hides or any(table.hides for table in lists),
        "small": SMALL,
        "few": few(),
        "now": timezone.now(),
        "file_asked": urlencode({**named, **here}),
        "report_asked": urlencode({**named, "period": _quarter(period, timezone.localdate()).code}),
    }


def _is_to_come(month: str) -> bool:
    return month > f"{timezone.localdate():%Y-%m}"


def _quarter(period: Period, today: date) -> Period:
    """The quarter of which a report is offered from a page: the newest that the period has."""
    last = min(period.last, today.month) if period.year == today.year else period.last
    last = (last + 2) // 3 * 3
    return Period(period.year, last - 2, last)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month in the table below the chart."""

    name: str
    given: str
    answers: str
    in_time: str


def _month_line(code: str, *counts: int | None) -> MonthLine:
    given, answers, in_time = (gettext("kept back") if n is None else said(n, is_exact=False) for n in counts)
    return MonthLine(month_name(code), given, answers, in_time)


@dataclass(frozen=True, slots=True)
class Link:
    """A thing with figures and the address of its page."""

    name: str
    href: str
    note: str = ""


def _link(of: Of, language: str, period: Period, note: str = "") -> Link:
    return Link(name_of(of, language), address(of, period), note)


def address(of: Of, period: Period) -> str:
    """Where the figures of a thing stand."""
    path = reverse("figures_of", args=[of.sort.value, of.code]) if of.code else reverse("figures")
    return path if period == this_year(timezone.localdate()) else f"{path}?{urlencode({'period': period.code})}"


def _found(query: str, language: str, today: date) -> list[Link]:
    """Whatever has a page of its own, by words and folded letters: officials and bodies, places, topics."""
    book, period = reference_book(), this_year(today)
    links: list[Link] = []
    for found in book.find_bodies(query, (), language, FOUND_MOST):
        links.append(_link(Of(Sort.OFFICIAL, found.body.code), language, period, gettext("requests addressed to it")))
        links.append(_link(Of(Sort.BODY, found.body.code), language, period, gettext("what it considers and answers")))
    for category, _guess in book.find_categories(query, language, FOUND_MOST):
        of = Of(Sort.TOPIC, category.code.partition(".")[0])
        link = _link(of, language, period, gettext("topic"))
        if link not in links:
            links.append(link)
    wanted = [word.folded for word in words_in(query)]
    for site in book.sites:
        words = [word.folded for word in words_in(" ".join(site.name))]
        if wanted and all(any(word.startswith(one) for word in words) for one in wanted):
            links.insert(0, _link(Of(Sort.PLACE, site.code), language, period, gettext("requests registered there")))
    return links[: 3 * FOUND_MOST]


@dataclass(frozen=True, slots=True)
class Rival:
    """A body beside the others."""

    name: str
    href: str
    answers: str
    words: str
    percent: int
    line: SafeString


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies between which no difference is told, in the order of their names."""

    title: str
    look: str
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """Bodies that can be compared with the country, and the names of those of which too little is known."""

    compared: tuple[Group, ...]
    too_few: tuple[Link, ...]


def _groups(found: Sequence[Compared], language: str, country: Share | None, period: Period) -> Groups:
    named = sorted(((body_name(one.code, language), one) for one in found), key=lambda pair: _alphabetical(pair[0]))
    groups = []
    for verdict, look in ((1, "good"), (0, ""), (-1, "warn")):
        rivals = tuple(
            Rival(
                name=name,
                href=address(Of(Sort.BODY, one.code), period),
                answers=number_format(one.answers, force_grouping=True),
                words=gettext("%(low)s to %(high)s %%") % {"low": one.kept.low, "high": one.kept.high},
                percent=one.kept.percent,
                line=interval(one.kept, country),
            )
            for name, one in named
            if one.kept is not None and one.verdict == verdict
        )
        if rivals:
            groups.append(Group(str(VERDICTS[verdict]), look, rivals))
    book = reference_book()
    few_of = tuple(
        Link(name, address(Of(Sort.BODY, one.code), period))
        for name, one in named
        if one.kept is None and book.body(one.code) is not None
    )
    return Groups(tuple(groups), few_of)


_ORDER: Final = {letter: place for place, letter in enumerate(ALPHABET)}


def _alphabetical(name: str) -> list[int]:
    """The order of a Kyrgyz dictionary: ң after н, ө after о, ү after у."""
    return [_ORDER.get(letter, ord(letter) - 0x10000) for letter in name.lower()]


@dataclass(frozen=True, slots=True)
class Province:
    """A province with the offices in it."""

    link: Link | None
    offices: tuple[Link, ...]


def _provinces(language: str, period: Period) -> list[Province]:
    groups: dict[str, list[str]] = {}
    for place in places():
        groups.setdefault(place.province, []).append(place.code)
    told = []
    for province, codes in groups.items():
        head = None if province == CENTRE else _link(Of(Sort.PLACE, province), language, period)
        rest = [*codes, WEB] if province == CENTRE else [code for code in codes if code != province]
        told.append(Province(head, tuple(_link(Of(Sort.PLACE, code), language, period) for code in rest)))
    return told


def _verdict(share: Share | None, country: Share | None) -> str:
    """How a share stands to the country's, in words."""
    if share is None or country is None:
        return ""
    told = {"percent": country.percent}
    match share.beside(country):
        case 1:
            return gettext("More than in the whole country (%(percent)s %%), and not by chance.") % told
        case -1:
            return gettext("Less than in the whole country (%(percent)s %%), and not by chance.") % told
        case _:
            return gettext("In the whole country %(percent)s %%: no difference can be told.") % told


def _about(of: Of, language: str) -> str:
    """What the figures of such a thing are of."""
    match of.sort:
        case Sort.PLACE if of.is_province:
            return gettext("Requests registered at the office of the province and at those in it.")
        case Sort.PLACE if of.code == WEB:
            return gettext("Requests written on the portal.")
        case Sort.PLACE:
            return gettext("Requests registered at this office.")
        case Sort.BODY:
            return gettext("Requests that are with this body, and its answers.")
        case Sort.OFFICIAL:
            return gettext("Requests addressed to this official, whoever considers and answers them.")
        case _:
            return gettext("Requests about this topic, with all that lies in it.")


def _above(of: Of, language: str, period: Period) -> Link | None:
    """What a thing lies in."""
    if of.sort is Sort.PLACE and of.code != WEB and not of.is_province:
        province = reference_book().territory.province(of.code)
        return _link(Of(Sort.PLACE, province.code), language, period) if province and province.code != of.code else None
    return None


def _below(of: Of, language: str, period: Period) -> list[Link]:
    if not of.is_province:
        return []
    return [_link(Of(Sort.PLACE, code), language, period) for code in of.codes[1:]]


def _beside(of: Of, language: str, period: Period) -> Link | None:
    """The same position as a body, or the same body as an official."""
    match of.sort:
        case Sort.BODY:
            other = Of(Sort.OFFICIAL, of.code)
            return Link(gettext("Requests addressed to this official"), address(other, period))
        case Sort.OFFICIAL:
            other = Of(Sort.BODY, of.code)
            return Link(gettext("What this body considers and answers"), address(other, period))
        case _:
            return None


def _facts(of: Of) -> Facts:
    match of.sort:
        case Sort.PLACE:
            return Facts(place=of.code)
        case Sort.BODY:
            return Facts(body=of.code)
        case Sort.OFFICIAL:
            return Facts(official=of.code)
        case _:
            return Facts(topic=of.code)


def _periods(today: date, chosen: Period) -> list[Option]:
    """Years, and the quarters of the newest two."""
    offered = []
    for year in range(today.year, max(FIRST_YEAR, today.year - YEARS) - 1, -1):
        offered.append(Period(year, 1, 12))
        last = (today.month + 2) // 3 if year == today.year else 4
        if year >= today.year - 1:
            offered += [Period(year, quarter * 3 - 2, quarter * 3) for quarter in range(last, 0, -1)]
    if chosen not in offered:
        offered.append(chosen)
    return [Option(one.code, period_name(one), one == chosen) for one in offered]


def _map(told: Summary, shown: str, language: str) -> tuple[SafeString, list[Shade], bool]:
    """The map of requests given, or of terms kept, by the office that registered."""
    given, kept = by_office(told.of, told.period)
    if shown == KEPT:
        return _map_of_shares(told, kept, language)
    width = shade_width([count for code, count in given.items() if count and code != WEB])
    tiles, used, hides = {}, set(), False
    for place in places():
        if place.code not in given:
            continue
        count, name = given[place.code], site_name(place.code, language)
        href = address(Of(Sort.PLACE, place.code), told.period)
        if count is None:
            hides = True
            tiles[place.code] = Tile(": ".join((name, gettext("kept back"))), "kept", href)
            continue
        shade = min(SHADES, (count - 1) // width + 1) if count else 0
        used.add(shade)
        words = ngettext("%(n)s request", "%(n)s requests", count) % {"n": number_format(count)} if count else few()
        tiles[place.code] = Tile(f"{name}: {words}", f"d{shade}", href, value=_short(count))
    legend = [
        Shade(f"d{one}", f"{number_format((one - 1) * width + SMALL)}–{number_format(one * width + SMALL - 1)}")
        for one in sorted(used - {0})
    ]
    return _drawn(told, tiles, gettext("Requests by office")), legend, hides


def _map_of_shares(told: Summary, kept: dict[str, Share | None], language: str) -> tuple[SafeString, list[Shade], bool]:
    tiles, used = {}, set()
    for place in places():
        if place.code not in kept:
            continue
        share, name = kept[place.code], site_name(place.code, language)
        href = address(Of(Sort.PLACE, place.code), told.period)
        shade = 0 if share is None else 1 + sum(share.percent >= step for step in KEPT_STEPS)
        used.add(shade)
        value = "" if share is None else str(share.percent)
        tiles[place.code] = Tile(f"{name}: {share_words(share)}", f"d{shade}", href, value=value)
    bounds = [0, *KEPT_STEPS, 101]
    legend = [Shade(f"d{one}", f"{bounds[one - 1]}–{bounds[one] - 1} %") for one in sorted(used - {0})]
    return _drawn(told, tiles, gettext("Answered in time by office, in per cent")), legend, False


def _drawn(told: Summary, tiles: dict[str, Tile], label: str) -> SafeString:
    current = told.of.code if told.of.sort is Sort.PLACE else ""
    return tile_map(tiles, label, Words.FIGURES, current)


def _short(count: int) -> str:
    if count < 1_000:
        return str(count) if count else ""
    return gettext("%(n)sk") % {"n": number_format(count / 1_000, 1 if count < 10_000 else 0)}
