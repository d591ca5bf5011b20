"""The few signs that stand beside words: drawn in one line, 20 × 20, coloured by the text they belong to."""

from collections.abc import Iterable
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_RING: Final = "M10 2.7a7.3 7.3 0 1 1 0 14.6 7.3 7.3 0 0 1 0-14.6z"
_SHEET: Final = "M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16"

ICONS: Final = {
    "alert": _RING + "M10 6.3v4.6M10 13.4v.1",
    "answer": "M3 4.5h14v9.2H9l-4 3.3v-3.3H3zM6.5 8h7M6.5 10.7h4.5",
    "back": "M16.5 10h-13M8.5 5l-5 5 5 5",
    "building": "M4 17.2V3.5h8.2v13.7M12.2 8H16v9.2M2.3 17.2h15.4M6.7 6.8h2.8M6.7 9.8h2.8M6.7 12.8h2.8",
    "calendar": "M3 4.5h14v12.7H3zM3 8.3h14M6.7 2.7v3.2M13.3 2.7v3.2",
    "check": _RING + "M6.7 10.2l2.3 2.3 4.4-4.7",
    "clip": "M13.7 6.2l-6 6.1a1.5 1.5 0 0 0 2.1 2.1l6.2-6.2a3 3 0 0 0-4.3-4.3L5.3 10.4a4.6 4.6 0 0 0 6.5 6.5l4.7-4.8",
    "clock": _RING + "M10 5.8V10l2.9 1.9",
    "cross": _RING + "M7.3 7.3l5.4 5.4M12.7 7.3l-5.4 5.4",
    "disk": "M2.3 6h15.4v8H2.3zM14.2 10v.1M5.3 10h4",
    "down": "M10 3v9.3M6 8.6l4 3.9 4-3.9M3 13v4h14v-4",
    "draft": "M12.5 3.8l3.7 3.7L7.5 16.2l-4.3.6.6-4.3zM10.6 5.7l3.7 3.7",
    "eye": (
        "M1.8 10S4.8 4.6 10 4.6 18.2 10 18.2 10 15.2 15.4 10 15.4 1.8 10 1.8 10z"
        "M10 7.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z"
    ),
    "file": _SHEET + "M7.5 10.5h6M7.5 13.5h6",
    "hidden": (
        "M3 3l14 14M8.2 5a8 8 0 0 1 1.8-.2c5.2 0 8.2 5.2 8.2 5.2a14 14 0 0 1-2.5 3"
        "M5.6 6.6A13 13 0 0 0 1.8 10s3 5.4 8.2 5.4c1.4 0 2.6-.4 3.7-.9M8.4 8.4a2.4 2.4 0 0 0 3.3 3.3"
    ),
    "lock": "M4.2 8.7h11.6v8.5H4.2zM6.9 8.7V5.8a3.1 3.1 0 0 1 6.2 0v2.9M10 12v2",
    "log": "M3.5 5h.1M3.5 10h.1M3.5 15h.1M7 5h10M7 10h10M7 15h10",
    "office": "M3 17.2V8l7-4.7L17 8v9.2M2.3 17.2h15.4M8 17.2v-4.7h4v4.7",
    "part": _RING + "M6.5 10h7",
    "person": "M10 3.2a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8zM3.5 17a6.6 6.6 0 0 1 13 0",
    "plug": "M7.3 2.8v4M12.7 2.8v4M5 6.8h10v2.7a5 5 0 0 1-10 0zM10 14.5v3",
    "quarantine": "M3 6.5l7-3.7 7 3.7v7.3l-7 3.6-7-3.6zM3 6.5l7 3.7 7-3.7M10 10.2v7.2",
    "return": "M7.5 4.5L3.3 8.7l4.2 4.2M3.3 8.7h8.4a4.2 4.2 0 0 1 0 8.4H9",
    "route": (
        "M4.7 12.9a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM15.3 3.1a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"
        "M13.3 5.1H7a2.6 2.6 0 0 0 0 5.2h6a2.3 2.3 0 0 1 0 4.6H6.7"
    ),
    "scales": "M10 3v14M6.5 17h7M4 5.5h12M4 5.5L1.9 11a2.2 2.2 0 0 0 4.2 0zM16 5.5L13.9 11a2.2 2.2 0 0 0 4.2 0z",
    "search": "M8.8 3.3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM12.8 12.8l4 4",
    "shield": "M10 2.6l6.5 2.1v4.8c0 4-2.8 6.6-6.5 7.9-3.7-1.3-6.5-3.9-6.5-7.9V4.7zM7 9.8l2.2 2.2 3.9-4.1",
    "silent": (
        "M3 3l14 14M2 8.2a11.6 11.6 0 0 1 4.2-2.6M9 4.9a11.7 11.7 0 0 1 9 3.3M4.6 11a8 8 0 0 1 3.5-2.1"
        "M12.5 9.1a8 8 0 0 1 2.9 1.9M7.3 13.7a4.3 4.3 0 0 1 5.4 0M10 16.5v.1"
    ),
    "send": "M17.3 2.7L2.7 8.3l5.9 3.1 3.1 5.9zM17.3 2.7l-8.7 8.7",
    "sort": "M6 8l4 4 4-4",
    "two": (
        "M7.2 4.2a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4zM2 16a5.3 5.3 0 0 1 10.4 0"
        "M12.5 4.5a2.7 2.7 0 0 1 0 4.9M14.5 11.5A5.3 5.3 0 0 1 18 16"
    ),
    "unsent": "M10 12.3V3M6 6.7L10 2.8l4 3.9M3 11.5v5.7h14v-5.7",
    "warning": "M10 3.2l7.7 13.6H2.3zM10 8.3v4M10 14.5v.1",
}


def icon(name: str) -> SafeString:
    """Draw an icon beside words; it says nothing by itself, so it is hidden from screen readers."""
    return format_html('<svg class="i" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


def symbols(names: Iterable[str]) -> SafeString:
    """Define icons once inside an SVG, to be placed by `<use href="#i-name">`."""
    return format_html_join(
        "", '<symbol id="i-{}" viewBox="0 0 20 20"><path d="{}"/></symbol>', ((n, ICONS[n]) for n in sorted(names))
    )
