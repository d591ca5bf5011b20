"""Draws figures as inline SVG that prints and needs no script; the same figures stand beside it in words."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from server_sync.appeals.figures import Month, Share

HIGH: Final = 150
STEP: Final = 80
BAR: Final = 32
HEAD: Final = 22
"""Room above the highest bar for its figure."""
FOOT: Final = 24
"""Room below the bars for the months."""


def columns(months: Sequence[Month]) -> SafeString:
    """Requests given and answers by month as pairs of columns, each with its figure above it."""
    largest = max((n for month in months for n in (month.given, month.answers) if n), default=1)
    drawn, names = [], []
    for place, month in enumerate(months):
        left = place * STEP + (STEP - 2 * BAR - 2) // 2
        for at, (look, count) in enumerate((("given", month.given), ("answers", month.answers))):
            if count:
                shown = _short(count, is_alone=look == "given")
                height = max(1, round(HIGH * count / largest))
                x, y = left + at * (BAR + 2), HEAD + HIGH - height
                drawn.append((look, x, y, BAR, height, x + BAR // 2, y - 5, shown))
        names.append((place * STEP + STEP // 2, HEAD + HIGH + 17, _month(month.code)))
    return format_html(
        '<svg class="columns" role="img" aria-label="{}" viewBox="0 0 {} {}">'
        '<path class="ground" d="M0 {}h{}"/>{}<g class="months">{}</g></svg>',
        gettext("Requests given and answers by month; the table below has the figures"),
        STEP * len(months),
        HEAD + HIGH + FOOT,
        HEAD + HIGH,
        STEP * len(months),
        format_html_join(
            "",
            '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/><text x="{}" y="{}">{}</text>',
            drawn,
        ),
        format_html_join("", '<text x="{}" y="{}">{}</text>', names),
    )


def interval(share: Share, country: Share | None) -> SafeString:
    """Between what a share may lie, as a line with a mark in it; the dotted one is the country's."""
    line = "" if country is None else format_html('<path class="country" d="M{} 0v20"/>', country.percent)
    return format_html(
        '<svg class="interval" viewBox="-2 0 104 20" preserveAspectRatio="none" aria-hidden="true">{}'
        '<path class="reach" d="M{} 10h{}"/><path class="mark" d="M{} 4v12"/></svg>',
        line,
        share.low,
        max(1, share.high - share.low),
        share.percent,
    )


def _month(code: str) -> str:
    year, number = code.split("-")
    return date_format(date(int(year), int(number), 1), "M").lower()


def _short(count: int, *, is_alone: bool) -> str:
    """A count above its column; two large ones beside each other have no room, and the table has both."""
    if count < 10_000:
        return str(count) if is_alone or count < 1_000 else ""
    if not is_alone:
        return ""
    return gettext("%(n)sk") % {"n": number_format(count / 1_000, 0)}
