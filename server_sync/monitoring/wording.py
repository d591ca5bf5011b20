"""Says an office's state in words: for a tile a few letters, for the list a chip, for a reader a sentence."""

from datetime import timedelta
from typing import assert_never

from django.utils.translation import gettext

from server_sync.monitoring.standing import Health, Standing, Trouble
from server_sync.pages.tilemap import Tile
from server_sync.pages.wording import short_span, size, span

ICON_OF = {
    Trouble.SILENT: "silent",
    Trouble.UNSENT: "unsent",
    Trouble.QUARANTINED: "quarantine",
    Trouble.CLOCK: "clock",
    Trouble.DISK: "disk",
    Trouble.STOPPED: "lock",
}


def offset(value: timedelta) -> str:
    """A clock's error with its sign, in one piece on any line."""
    if abs(value) < timedelta(seconds=1):
        return gettext("%(n)s s") % {"n": 0}
    words = f"{'−' if value < timedelta(0) else '+'}{span(value)}"
    return words.replace(" ", "\u00a0")


def chip(site: Health) -> str:
    """The state in a word or two."""
    if site.standing is Standing.NOT_CONNECTED:
        return gettext("not connected yet")
    if not site.troubles:
        return gettext("in order")
    return trouble(site, site.troubles[0])


def trouble(site: Health, kind: Trouble) -> str:
    """One trouble in a word or two."""
    match kind:
        case Trouble.SILENT:
            return gettext("silent for %(span)s") % {"span": span(site.silence or timedelta(0))}
        case Trouble.UNSENT:
            return gettext("not sent")
        case Trouble.QUARANTINED:
            return gettext("in quarantine")
        case Trouble.CLOCK:
            return gettext("clock")
        case Trouble.DISK:
            return gettext("disk")
        case Trouble.STOPPED:
            return gettext("gives no numbers")
        case _:
            assert_never(kind)


def value(site: Health) -> str:
    """What stands in a tile below the name."""
    if not site.troubles:
        return ""
    match site.troubles[0]:
        case Trouble.SILENT:
            return short_span(site.silence or timedelta(0))
        case Trouble.UNSENT:
            return str(site.waiting)
        case Trouble.QUARANTINED:
            return str(site.quarantined)
        case Trouble.CLOCK:
            return offset(site.clock_offset or timedelta(0))
        case Trouble.DISK:
            return f"{site.disk_used_percent}%"
        case Trouble.STOPPED:
            return gettext("stop")


def told_troubles(site: Health) -> list[Trouble]:
    """The troubles worth telling: of a silent office nobody needs to hear that it sends nothing."""
    return [kind for kind in site.troubles if not (kind is Trouble.UNSENT and Trouble.SILENT in site.troubles)]


def explanations(site: Health) -> list[str]:
    """All that is wrong at an office, each in a sentence or two."""
    return [explanation(site, kind) for kind in told_troubles(site)]


def explanation(site: Health, kind: Trouble) -> str:
    """What a trouble means and what to do, in one or two sentences."""
    match kind:
        case Trouble.SILENT if site.last_contact_at is None:
            return gettext("The PC was enrolled and has never called. Ring the office.")
        case Trouble.SILENT:
            told = gettext("Nothing waited there when it last called.")
            if site.waiting:
                told = gettext("Events that wait there, safe, as it last said: %(n)s.") % {"n": site.waiting}
            return f"{told} " + gettext("Ring the office: power, line or PC.")
        case Trouble.UNSENT:
            told = gettext("Events that wait: %(n)s. Age of the oldest: %(span)s.")
            return told % {"n": site.waiting, "span": span(site.oldest_age or timedelta(0))}
        case Trouble.QUARANTINED:
            told = gettext("Events that could not be entered in the register: %(n)s. They are kept; a person decides.")
            return told % {"n": site.quarantined}
        case Trouble.CLOCK:
            told = gettext("The clock of the PC is off by %(offset)s. Have it set right.")
            return told % {"offset": offset(site.clock_offset or timedelta(0))}
        case Trouble.DISK:
            told = gettext("The disk is %(percent)s%% full, %(free)s are free. Have room made.")
            return told % {"percent": site.disk_used_percent, "free": size(site.disk_free_bytes)}
        case Trouble.STOPPED:
            return gettext("A PC of the office gives no numbers any more. Central operators see why among the doubts.")
        case _:
            assert_never(kind)


LOOK_OF = {
    Standing.SILENT: "bad",
    Standing.ATTENTION: "warn",
    Standing.IN_ORDER: "calm",
    Standing.NOT_CONNECTED: "absent",
}


def tile(site: Health, href: str) -> Tile:
    """The office on the map."""
    return Tile(
        title=f"{site.name}: {chip(site)}",
        look=LOOK_OF[site.standing],
        href=href,
        value=value(site),
        icon=ICON_OF[site.troubles[0]] if site.troubles else "",
    )


def icon_of(site: Health) -> str:
    """The sign of an office's state."""
    if site.standing is Standing.NOT_CONNECTED:
        return "plug"
    return ICON_OF[site.troubles[0]] if site.troubles else "check"
