"""Pages of the central operator: the board of all offices and the page of one."""

import csv
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from server_sync.contract.workflow import Role
from server_sync.monitoring import wording
from server_sync.monitoring.board import COLUMNS, Board, gather, in_order_of
from server_sync.monitoring.letters import gather_letters
from server_sync.monitoring.meetings import gather_meetings
from server_sync.monitoring.one_site import look_at
from server_sync.monitoring.standing import Health, Standing, Trouble
from server_sync.pages.access import Standing as PersonStanding
from server_sync.pages.access import open_to
from server_sync.pages.quarantine_words import quarantine, reason
from server_sync.pages.tilemap import Words, tile_map

WATCHERS: Final = (Role.CENTRAL_OPERATOR, Role.ADMINISTRATOR)
REFRESH_S: Final = 20
CSV_COLUMNS: Final = (
    *("code", "office", "state", "troubles", "last_contact", "waiting_events", "waiting_files"),
    *("oldest_waiting_minutes", "clock_offset_ms", "disk_used_percent", "disk_free_bytes", "quarantined"),
    *("workplaces", "versions"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One office in the list, in words."""

    site: Health
    href: str
    chip: str
    look: str
    icon: str
    clock: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """One office that asks for somebody, with all that is wrong there."""

    title: str
    href: str
    look: str
    icon: str
    lines: tuple[str, ...]


@require_safe
@open_to(*WATCHERS)
def board(request: HttpRequest, standing: PersonStanding) -> HttpResponse:
    """The board as a page."""
    return render(request, "monitoring/board.html", {**_told(request, standing), "every_s": refresh_s()})


@require_safe
@open_to(*WATCHERS)
def live(request: HttpRequest, standing: PersonStanding) -> HttpResponse:
    """The part of the board that changes, for the page that stands open."""
    return render(request, "monitoring/live.html", _told(request, standing))


def refresh_s() -> int:
    """How often an open board asks again."""
    return int(getattr(settings, "LIAISON_BOARD_REFRESH_S", REFRESH_S))


def _told(request: HttpRequest, standing: PersonStanding) -> dict[str, Any]:
    seen = gather(timezone.now(), standing.reach(*WATCHERS).offices)
    chosen = request.GET.get("show")
    shows_all = chosen == "all" if chosen in {"all", "attention"} else not seen.asking
    column = request.GET.get("sort", "state")
    column = column if column in COLUMNS else "state"
    is_reversed = request.GET.get("order") == "reverse"
    sites = in_order_of(seen.sites if shows_all else seen.asking, column, reverse=is_reversed)
    return {
        "board": seen,
        "sentence": seen.sentence(),
        "not_connected": seen.count(Standing.NOT_CONNECTED) if seen.connected else 0,
        "meetings": gather_meetings(seen.now),
        "letters": gather_letters(seen.now),
        "map": draw(seen),
        "alarms": [_alarm(site) for site in seen.asking],
        "rows": [_row(site) for site in sites],
        "shows_all": shows_all,
        "columns": _headers(request, column, is_reversed=is_reversed),
        "query": request.GET.urlencode(),
    }


def draw(seen: Board, current: str = "") -> SafeString:
    """The board on the map."""
    tiles = {site.code: wording.tile(site, reverse("board_site", args=[site.code])) for site in seen.sites}
    return tile_map(tiles, gettext("Map of the offices"), Words.NAMED, current)


def _row(site: Health) -> Row:
    return Row(
        site=site,
        href=reverse("board_site", args=[site.code]),
        chip=wording.chip(site),
        look={Standing.SILENT: "bad", Standing.ATTENTION: "warn"}.get(site.standing, ""),
        icon=wording.icon_of(site),
        clock=wording.offset(site.clock_offset) if site.clock_offset is not None else "",
    )


def _alarm(site: Health) -> Alarm:
    return Alarm(
        title=f"{site.name}: {wording.chip(site)}",
        href=reverse("board_site", args=[site.code]),
        look="bad" if site.standing is Standing.SILENT else "warn",
        icon=wording.icon_of(site),
        lines=tuple(wording.explanations(site)),
    )


def _headers(request: HttpRequest, column: str, *, is_reversed: bool) -> list[dict[str, Any]]:
    words = {
        "name": gettext("Office"),
        "state": gettext("State"),
        "contact": gettext("Last contact"),
        "waiting": gettext("Waiting"),
        "oldest": gettext("Oldest"),
        "clock": gettext("Clock"),
        "disk": gettext("Disk"),
        "version": gettext("Version"),
    }
    headers = []
    for name, word in words.items():
        query = request.GET.copy()
        query["sort"] = name
        query.pop("order", None)
        if name == column and not is_reversed:
            query["order"] = "reverse"
        headers.append(
            {
                "word": word,
                "href": f"{reverse('board')}?{query.urlencode()}#list",
                "sorted": ("descending" if is_reversed else "ascending") if name == column else "",
                "is_figure": name in {"contact", "waiting", "oldest", "clock", "disk", "version"},
            }
        )
    return headers


@require_safe
@open_to(*WATCHERS)
def as_csv(request: HttpRequest, standing: PersonStanding) -> HttpResponse:
    """The whole board as a table for a spreadsheet: UTF-8 with its mark, plain numbers."""
    seen = gather(timezone.now(), standing.reach(*WATCHERS).offices)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    moment = timezone.localtime(seen.now)
    response["Content-Disposition"] = f'attachment; filename="board-{moment:%Y-%m-%d-%H%M}.csv"'
    table = csv.writer(response)
    table.writerow(CSV_COLUMNS)
    for site in seen.sites:
        table.writerow([cell(value) for value in _csv_row(site)])
    return response


def _csv_row(site: Health) -> list[str | int | None]:
    contact, age, offset = site.last_contact_at, site.oldest_age, site.clock_offset
    return [
        site.code,
        site.name,
        site.standing.name.lower(),
        " ".join(trouble.name.lower() for trouble in site.troubles),
        timezone.localtime(contact).isoformat(timespec="seconds") if contact else "",
        site.waiting,
        site.waiting_blobs,
        int(age.total_seconds() // 60) if age is not None else "",
        round(offset.total_seconds() * 1000) if offset is not None else "",
        site.disk_used_percent,
        site.disk_free_bytes or "",
        site.quarantined,
        len(site.reports),
        " ".join(site.versions),
    ]


def cell(value: str | int | None) -> str | int | None:
    """Keep a text from being taken for a formula by a spreadsheet; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


@require_safe
@open_to(*WATCHERS)
def site(request: HttpRequest, standing: PersonStanding, code: str) -> HttpResponse:
    """One office: its PCs, their epochs, how many events came, what is in quarantine (codes and numbers only)."""
    only = standing.reach(*WATCHERS).offices
    seen = gather(timezone.now(), only)
    health = next((found for found in seen.sites if found.code == code), None)
    if health is None:
        raise Http404
    look = look_at(code)
    told = {
        "site": health,
        "row": _row(health),
        "lines": [
            (wording.ICON_OF[trouble], wording.explanation(health, trouble))
            for trouble in wording.told_troubles(health)
        ],
        "is_connected": health.standing is not Standing.NOT_CONNECTED,
        "is_silent": Trouble.SILENT in health.troubles,
        "look": look,
        "quarantined": [
            {"event": event, "title": quarantine(event.code).title, "exactly": reason(event.code)}
            for event in look.quarantined
        ],
        "may_decide": standing.reach(Role.CENTRAL_OPERATOR).covers(code),
        "map": draw(seen, current=code),
        "now": seen.now,
    }
    return render(request, "monitoring/site.html", told)
