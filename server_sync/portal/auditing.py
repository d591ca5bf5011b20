"""The pages by which the register is watched: the public log, and how long what is kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from server_sync.common.retention import rules
from server_sync.evidence import cosignatures, growth
from server_sync.evidence.log import current_log, newest_checkpoint
from server_sync.evidence.models import Log
from server_sync.pages.appeal_words import site_name
from server_sync.pages.once_a_moment import once_a_moment
from server_sync.pages.tiles import places
from server_sync.pages.wording import language_now
from server_sync.workplaces.models import Revocation, Site

DAYS: Final = 14
SEALED_MOST: Final = 10
LATELY: Final = timedelta(days=7)
"""Who cosigned within so long is a witness of today's log."""


@dataclass(frozen=True, slots=True)
class Witness:
    """An office that looks at the log from outside: the size it signed last, and when."""

    name: str
    size: int
    signed_at: datetime
    is_lately: bool


@dataclass(frozen=True, slots=True)
class Grown:
    """A day of the log, and how much came to it since the day before on which offices signed."""

    day: growth.Seen
    entries: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule of how long something is kept, in words; without days it is kept without end."""

    what: str
    days: int | None
    then: str
    since: date
    is_to_come: bool


@require_safe
@once_a_moment
def public_log(request: HttpRequest) -> HttpResponse:
    """What the log is, how it grows, who watches it, and how anybody checks it."""
    log, newest = current_log(), newest_checkpoint()
    watching, silent = witnesses(log, language_now())
    days = grown(growth.seen_by_day(log, DAYS + 1))
    told = {
        "here": "log",
        "newest": newest,
        "sealed": growth.newest_sealed(log, SEALED_MOST),
        "growth": days,
        "largest": max((one.entries for one in days), default=0),
        "watching": watching,
        "silent": silent,
        "lately": sum(one.is_lately for one in watching),
        "offices": len(watching) + len(silent),
        "logs": growth.logs(),
        "withdrawn": Revocation.objects.count(),
    }
    return render(request, "portal/log.html", told)


def grown(days: tuple[growth.Seen, ...]) -> tuple[Grown, ...]:
    """What came to the log from one day to the next, by what offices saw, the newest day first."""
    return tuple(Grown(day, max(0, day.size - before.size)) for before, day in pairwise(days))[::-1]


def witnesses(log: Log, language: str) -> tuple[tuple[Witness, ...], tuple[str, ...]]:
    """The offices that signed within ninety days, those who did lately first, and the names of the others."""
    seen = {one.number_code: one for one in cosignatures.last_seen(log)}
    codes = dict(Site.objects.values_list("code", "number_code"))
    since = timezone.now() - LATELY
    watching, silent = [], []
    for place in places():
        name, one = site_name(place.code, language), seen.get(codes.get(place.code, ""))
        if one is None:
            silent.append(name)
        else:
            watching.append(Witness(name, one.size, one.signed_at, one.signed_at > since))
    return tuple(sorted(watching, key=lambda one: not one.is_lately)), tuple(silent)


@require_safe
@once_a_moment
def how_long(request: HttpRequest) -> HttpResponse:
    """How long what is kept, by the rules of today and those that come."""
    today, language = timezone.localdate(), language_now()
    rows = [
        Kept(rule.what.said_in(language), rule.days, rule.then.said_in(language), rule.valid_from_on, is_to_come)
        for rule in rules()
        if (is_to_come := rule.valid_from_on > today) or rule.holds_on(today)
    ]
    return render(request, "portal/kept.html", {"here": "kept", "rows": rows, "today": today})
