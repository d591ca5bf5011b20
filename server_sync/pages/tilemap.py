"""Draws the whole country as one inline SVG of 63 tiles: links that say their office and its value in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from server_sync.pages.icons import symbols
from server_sync.pages.tiles import COLUMNS, ROWS, emblem, places, province_outline
from server_sync.pages.wording import language_now

PITCH: Final = 56
TILE: Final = 52
"""A tile's side; the style sheets give it to all tiles (SVG 2), which keeps the map small."""
GAP: Final = (PITCH - TILE) // 2
HEAD: Final = 36
"""Room above the first row for a province's name, at the size that a telephone gives it."""


class Words(StrEnum):
    """What stands in the tiles: the office's short name with a value below it, or one figure alone."""

    NAMED = "named"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Tile:
    """One office on the map.

    `look` is the class that colours it, `title` what it says in words (name and value), `value` the few letters in it.
    """

    title: str
    look: str
    href: str = ""
    value: str = ""
    icon: str = ""


def tile_map(tiles: Mapping[str, Tile], label: str, words: Words, current: str = "") -> SafeString:
    """Draw the map; `tiles` by site code, those that are missing stay empty ground."""
    language = language_now()
    drawn = []
    for place in places():
        tile = tiles.get(place.code)
        if tile is None:
            continue
        x, y = place.column * PITCH + GAP, place.row * PITCH + GAP
        drawn.append(
            (
                "a" if tile.href else "g",
                format_html(' href="{}"', tile.href) if tile.href else "",
                f"{tile.look} here" if place.code == current else tile.look,
                mark_safe(' aria-current="true"') if place.code == current and tile.href else "",
                tile.title,
                x,
                y,
                _inside(tile, place.short(language), words, x, y),
                "a" if tile.href else "g",
            )
        )
    return format_html(
        '<svg class="map {}" role="group" aria-label="{}" viewBox="-1 {} {} {}">{}'
        '<path class="edge" d="{}"/><g class="names" aria-hidden="true">{}</g>{}</svg>',
        words.value,
        label,
        -HEAD,
        COLUMNS * PITCH + 2,
        ROWS * PITCH + HEAD + 1,
        symbols({tile.icon for tile in tiles.values() if tile.icon}),
        province_outline(PITCH),
        _province_names(),
        format_html_join("", '<{}{} class="{}"{}><title>{}</title><rect x="{}" y="{}"/>{}</{}>', drawn),
    )


def _inside(tile: Tile, short: str, words: Words, x: int, y: int) -> SafeString:
    if words is Words.FIGURES:
        return format_html('<text x="{}" y="{}" aria-hidden="true">{}</text>', x + TILE // 2, y + TILE // 2, tile.value)
    inside = format_html('<text x="{}" y="{}" aria-hidden="true">{}</text>', x + 5, y + 17, short)
    if tile.value:
        inside += format_html('<text class="v" x="{}" y="{}" aria-hidden="true">{}</text>', x + 5, y + 42, tile.value)
    if tile.icon:
        inside += format_html(
            '<use href="#i-{0}" x="{1}" y="{2}" width="12" height="12"/>'
            '<use class="l" href="#i-{0}" x="{3}" y="{4}" width="34" height="34"/>',
            tile.icon,
            x + 38,
            y + 6,
            x + 9,
            y + 9,
        )
    return inside


def _province_names() -> SafeString:
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (416, -7, "middle", pgettext("province on the map", "Chuy")),
            (162, 40, "end", pgettext("province on the map", "Talas")),
            (680, 189, "start", pgettext("province on the map", "Issyk-Kul")),
            (510, 301, "start", pgettext("province on the map", "Naryn")),
            (218, 313, "end", pgettext("province on the map", "Jalal-Abad")),
            (454, 370, "start", pgettext("province on the map", "Osh")),
            (2, 382, "start", pgettext("province on the map", "Batken")),
        ),
    )


def sign() -> SafeString:
    """The pages' sign: the map as 63 dots."""
    return format_html('<svg class="sign" viewBox="0 0 59 35" aria-hidden="true"><path d="{}"/></svg>', emblem())
