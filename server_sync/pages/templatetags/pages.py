"""Words and signs that every page writes in the same way."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from server_sync.contract.direction import isolate
from server_sync.pages import icons, tilemap, wording
from server_sync.pages.language import PARAMETER
from server_sync.pages.sections import Entry, entries
from server_sync.pages.sight import LARGE, USUAL, sees_large
from server_sync.pages.sight import PARAMETER as SIGHT
from server_sync.workplaces.models import RoleGrant

NAMELESS = "PC"
"""The name that an office's program sends for a PC to which nobody gave one."""

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(tilemap.sign, name="sign")


@register.simple_tag
def languages(request: HttpRequest) -> list[dict[str, str | bool]]:
    """The language switch: links to this same page in each language."""
    current = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    links: list[dict[str, str | bool]] = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy() if request.method in {"GET", "HEAD"} else request.GET.__class__(mutable=True)
        query[PARAMETER] = code
        links.append({"code": code, "name": str(name), "href": f"?{query.urlencode()}", "chosen": code == current})
    return links


@register.simple_tag
def sight(request: HttpRequest) -> dict[str, str | bool]:
    """How the page is shown, and the link to this same page shown otherwise."""
    is_large = sees_large(request)
    query = request.GET.copy() if request.method in {"GET", "HEAD"} else request.GET.__class__(mutable=True)
    query[SIGHT] = USUAL if is_large else LARGE
    return {"is_large": is_large, "href": f"?{query.urlencode()}"}


@register.filter
def span(value: timedelta | None) -> str:
    """A length of time in its largest whole unit: 26 hours are "26 h", three days "3 days"."""
    return "" if value is None else wording.span(value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A time in Bishkek with its date, for people and for programs."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), f"{local:%d.%m.%Y %H:%M}")


@register.filter
def day(value: date | None) -> SafeString | str:
    """A date, for people and for programs."""
    return "" if value is None else format_html('<time datetime="{}">{}</time>', value.isoformat(), f"{value:%d.%m.%Y}")


@register.filter
def named_day(value: date) -> str:
    """A date with its weekday, where somebody is asked to look at it."""
    return wording.named_day(value)


@register.filter
def number(value: str) -> SafeString:
    """A registration number: figures of one width, letters spaced a little, never broken."""
    return format_html('<span class="number">{}</span>', value)


@register.filter
def said(value: str | Iterable[str] | None) -> SafeString | str:
    """Words of a person, each in a direction of its own: whatever they hold, what stands beside keeps its place."""
    if not value:
        return ""
    words = [value] if isinstance(value, str) else value
    return format_html_join(", ", "<bdi>{}</bdi>", ((each,) for each in words))


@register.filter
def pc(letter: str, name: str = "") -> SafeString | str:
    """How a PC is told from others of its office: its letter in the numbers, and the name it was given."""
    words = gettext("PC %(letter)s") % {"letter": letter}
    return words if name in ("", NAMELESS) else format_html("{} · <bdi>{}</bdi>", words, name)


@register.filter
def isolated(value: str) -> str:
    """The same where no element can stand, as in the title of a page."""
    return isolate(value)


@register.filter
def size(value: int) -> str:
    """A number of bytes in words."""
    return wording.size(value)


@register.simple_tag
def bar(value: int, largest: int) -> SafeString:
    """A bar as long as its value beside the largest of its kind; the figure stands beside it in words."""
    width = round(1000 * value / largest) if largest else 0
    return format_html(
        '<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect width="{}" height="10"/></svg>',
        width,
    )


@register.simple_tag
def sections(request: HttpRequest) -> list[Entry]:
    """The entries of the head that this person may open."""
    return entries(request)


@register.simple_tag
def role_words(grant: RoleGrant) -> str:
    """A role in words, with where it holds and until when."""
    return wording.role(grant)
