"""The words of what the centre said lately."""

from __future__ import annotations

from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE
from liaison_desktop.store.delivery import Notice
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.values import ConfirmedRow
from liaison_desktop.ui.errors import say_code
from liaison_desktop.ui.requests.telling import EVENTS
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.deadlines import Decree
from server_sync.contract.events import EventKind

WARNINGS = frozenset(
    {
        *("quarantined", "not_in_log", "log_contradicts_itself", "key_not_believed", "lost_at_centre", "decree_lost"),
        *("revoked", "rolled_back", "forked"),
    }
)


def confirmed(notice: Notice) -> ConfirmedRow:
    """A word of the centre as a line of Delivery."""
    tone = "warning" if notice.kind in WARNINGS else "success"
    return ConfirmedRow(notice.at, _title(notice), _note(notice), tone)


def _title(notice: Notice) -> Say:
    number = formats.unbroken(notice.number.rpartition("-")[0] or notice.number)
    events = notice.params.get("events", 0)
    match notice.kind:
        case "acknowledged" if isinstance(events, int):
            return lambda: ntr("{n} record received", "{n} records received", events)
        case "calendar_changed":
            return lambda: tr("The calendar of days off was renewed")
        case "decree_lost":
            return lambda: tr("The restored centre does not know a decreed day any more")
        case "reference_changed":
            return lambda: tr("The reference data were renewed")
        case "server_renewed":
            return lambda: tr("The centre was restored; everything is sent again")
        case "lost_at_centre":
            return lambda: tr("Lost at the centre")
        case "sent_again":
            return lambda: tr("The centre asks for some records again")
        case "given_back":
            return lambda: tr("The centre gave records back")
        case "withdrawn":
            return lambda: tr("Passed on to another office: {number}", number=number)
        case "quarantined" if notice.params.get("code") in DECIDED_AT_CENTRE:
            return lambda: tr("Two people at the centre decide: {number}", number=number or tr("beginning of work"))
        case "quarantined":
            return lambda: tr("The centre asks to put this right: {number}", number=number)
        case "released":
            return lambda: tr("Taken after all: {number}", number=number)
        case "not_in_log":
            return lambda: tr("The public log does not hold a record")
        case "log_contradicts_itself":
            return lambda: tr("The public log contradicts itself")
        case "stop_lifted":
            return lambda: tr("The centre lets this computer give numbers again")
        case "key_not_believed":
            return lambda: tr("A key of the centre is not believed")
        case _:
            pass
    event = _event_of(notice.kind)
    if event is not None:
        say = EVENTS[event]
        return (lambda: f"{say()}: {number}") if number else say
    kind = notice.kind
    return lambda: say_code(kind)


def _note(notice: Notice) -> Say:
    match notice.kind:
        case "acknowledged":
            return lambda: tr("the centre's signature is right")
        case "calendar_changed":
            return _decreed(
                ".".join(reversed(str(notice.params.get("day", "")).split("-"))), notice.params.get("became")
            )
        case "decree_lost":
            lost = ".".join(reversed(str(notice.params.get("day", "")).split("-")))
            return lambda: tr("{day}: counted as in the calendar until it is decreed anew", day=lost)
        case "lost_at_centre":
            requests = notice.params.get("requests", 0)
            count = requests if isinstance(requests, int) else 0
            return lambda: ntr(
                "{n} request is as in the register again", "{n} requests are as in the register again", count
            )
        case "quarantined":
            code = str(notice.params.get("code", ""))
            return lambda: say_code(code) if code else ""
        case _:
            at = notice.at
            return lambda: formats.day(formats.local(at).date())


def _decreed(day: str, became: object) -> Say:
    """What the centre said of a day; notices of an earlier version name the day alone."""
    match became:
        case Decree.OFF:
            return lambda: tr("{day}: a day off", day=day)
        case Decree.WORKING:
            return lambda: tr("{day}: a working day", day=day)
        case Decree.TAKEN_BACK:
            return lambda: tr("{day}: as before, the decree was taken back", day=day)
        case _:
            return lambda: day


def _event_of(kind: str) -> EventKind | None:
    try:
        event = EventKind[kind.upper()]
    except KeyError:
        return None
    return event if event in EVENTS else None
