"""Lengths of time and sizes in words, in the language of the moment."""

from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from server_sync.contract.workflow import Role
from server_sync.workplaces.models import RoleGrant

ROLES = {
    Role.CLERK: _("reception clerk"),
    Role.AKIM: _("head of a body"),
    Role.PLENIPOTENTIARY: _("plenipotentiary representative"),
    Role.CHAIR_ASSISTANT: _("assistant of the chair"),
    Role.CAPTIONER: _("captioner"),
    Role.CASE_OFFICER: _("case officer"),
    Role.REGISTRAR: _("registrar"),
    Role.PUBLIC_EDITOR: _("public editor"),
    Role.CENTRAL_OPERATOR: _("central operator"),
    Role.PRESS_OFFICER: _("press officer"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.APPLICANT: _("applicant"),
    Role.EVERYONE: _("everyone"),
}


def language_now() -> str:
    """The language of this moment."""
    return get_language() or "ky"


def named_day(day: date) -> str:
    """A day with the weekday beside it, by which a slip of the month is seen: `05.12.2026, Saturday`."""
    weekday = date_format(day, "l")
    return f"{day:%d.%m.%Y}, {weekday if language_now() == 'en' else weekday.lower()}"


def month_name(month: str) -> str:
    """`2026-11` as a month and year in words."""
    year, number = month.split("-")
    return capital(date_format(date(int(year), int(number), 1), "F Y"))


def capital(words: object) -> str:
    """Words that begin a line."""
    said = str(words)
    return said[:1].upper() + said[1:]


def span(value: timedelta) -> str:
    """A length of time in its largest whole unit, down to seconds: `3 days`, `26 h`, `12 min`, `5 s`."""
    seconds = int(abs(value).total_seconds())
    if seconds >= 2 * 86_400:
        days = seconds // 86_400
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if seconds >= 3_600:
        return gettext("%(n)s h") % {"n": seconds // 3_600}
    if seconds >= 60:
        return gettext("%(n)s min") % {"n": seconds // 60}
    return gettext("%(n)s s") % {"n": seconds}


def short_span(value: timedelta) -> str:
    """A length of time in the few letters that fit into a tile."""
    if value >= timedelta(days=2):
        return gettext("%(n)s d") % {"n": value.days}
    return span(value)


def size(count_bytes: int) -> str:
    """A number of bytes in kB, MB or GB, one decimal below ten."""
    value, unit = float(count_bytes), gettext("B")
    for larger in (gettext("kB"), gettext("MB"), gettext("GB")):
        if value < 1_000:
            break
        value, unit = value / 1_000, larger
    shown = number_format(value, 1 if value < 10 and count_bytes >= 1_000 else 0)
    return f"{shown}\u00a0{unit}"


def wait(seconds: int) -> str:
    """How long somebody has to wait, in seconds or whole minutes, never less than it is."""
    if seconds < 60:
        return gettext("%(n)s s") % {"n": seconds}
    return gettext("%(n)s min") % {"n": -(-seconds // 60)}


def role(grant: RoleGrant) -> str:
    """A role with where it holds and until which day."""
    known = {item.value for item in Role}
    said = str(ROLES[Role(grant.role)]) if grant.role in known else grant.role
    for place in (grant.body, grant.site):
        if place is not None:
            said = f"{said} · {place.name}"
    if grant.acting:
        said = " · ".join((said, gettext("acting")))
    if grant.until_on is not None:
        until = gettext("until %(day)s") % {"day": f"{grant.until_on:%d.%m.%Y}"}
        said = f"{said} · {until}"
    return said
