"""Puts the line and what waits into words."""

from __future__ import annotations

from datetime import datetime

from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE, DeliveryState, LineState, OutboxItem, Waiting, Witnesses
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.values import LineShown, WaitingRow
from liaison_desktop.ui.requests.telling import EVENTS
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.events import EventKind

LINE_ICONS = {
    LineState.UNKNOWN: "hourglass",
    LineState.OFFLINE: "wifi-slash",
    LineState.WEAK: "wifi-low",
    LineState.ONLINE: "wifi-high",
    LineState.FOREIGN: "warning",
}


def line(state: LineState, waiting: Waiting, last_at: datetime | None, running: bool) -> LineShown:
    """The state of the line: short for the top bar, a title and a sentence for Delivery."""
    icon = "arrows-down-up" if running else LINE_ICONS[state]
    count = waiting.appeals or waiting.events
    to_put_right = waiting.returned + waiting.to_correct

    def waits() -> str:
        if waiting.appeals:
            return ntr("{n} request waits here safely", "{n} requests wait here safely", waiting.appeals)
        return ntr("{n} record waits here safely", "{n} records wait here safely", waiting.events)

    def delivered() -> str:
        if last_at is None:
            return tr("All is delivered")
        return tr("All is delivered, {time}", time=formats.lately(last_at))

    def short() -> str:
        if running:
            return tr("Exchange with the centre is under way")
        words = _state_word(state)
        if to_put_right:
            return tr("The centre asks to put right: {n}", n=to_put_right)
        if count:
            return f"{words} · {waits()}" if words else waits()
        return f"{words} · {delivered()}" if words and state is not LineState.ONLINE else delivered()

    return LineShown(
        say=short,
        tone="danger" if to_put_right else "primary",
        icon=icon,
        short_icon="warning-circle" if to_put_right and not running else icon,
        title=_title(state, count or to_put_right),
        body=_body(state, waiting, last_at),
    )


def has_line(state: LineState) -> bool:
    """Whether the centre was reached last: then things wait their turn, and not for the line."""
    return state in (LineState.ONLINE, LineState.WEAK)


def _state_word(state: LineState) -> str:
    match state:
        case LineState.UNKNOWN:
            return ""
        case LineState.OFFLINE:
            return tr("No line")
        case LineState.WEAK:
            return tr("The line is weak")
        case LineState.ONLINE:
            return ""
        case LineState.FOREIGN:
            return tr("Something else answers on the line")


def _title(state: LineState, count: int) -> Say:
    match state:
        case LineState.UNKNOWN:
            return lambda: tr("The line has not been tried yet")
        case LineState.OFFLINE:
            return lambda: tr("No line")
        case LineState.WEAK:
            return lambda: tr("The line is weak")
        case LineState.ONLINE:
            return (lambda: tr("The line is there")) if count else (lambda: tr("Everything is delivered"))
        case LineState.FOREIGN:
            return lambda: tr("Something else answers on the line")


def _body(state: LineState, waiting: Waiting, last_at: datetime | None) -> Say:
    count = waiting.appeals or waiting.events

    def words() -> str:
        parts = []
        if state is LineState.FOREIGN:
            parts.append(
                tr(
                    "It is not the centre: perhaps a page of the provider wants a sign-in. Open any website in the"
                    " browser, or call the provider. Nothing was sent to it."
                )
            )
        elif state is LineState.OFFLINE and count:
            parts.append(tr("What waits here is safe. It goes by itself when the line is back."))
        elif state is LineState.OFFLINE:
            parts.append(tr("Requests can be registered. They go by themselves when the line is back."))
        if last_at is not None:
            parts.append(tr("Last contact with the centre: {time}.", time=formats.lately(last_at)))
        return " ".join(parts)

    return words


def waiting_row(item: OutboxItem, state: LineState) -> WaitingRow:
    """One thing of the outbox, with the reason why it waits while the line is as it is."""
    why, tone, icon = _why(item, state)
    key = item.event.hex() + (item.blob_id.hex() if item.blob_id else "")
    return WaitingRow(
        key=key,
        number=item.number.rpartition("-")[0] if item.number else tr("This workplace"),
        what=_what(item),
        why=why,
        tone=tone,
        icon=icon,
        since_at=item.since_at,
        size_bytes=item.size_bytes,
    )


def _what(item: OutboxItem) -> Say:
    if item.blob_id is not None:
        return lambda: item.name or tr("attachment")
    if item.kind == EventKind.APPEAL_REGISTERED:
        return lambda: tr("request")
    if item.kind == EventKind.SESSION_OPENED:
        return lambda: tr("beginning of work")
    if item.kind == EventKind.SESSION_CLOSED:
        return lambda: tr("end of work")
    return EVENTS.get(item.kind, lambda: tr("record"))


def _why(item: OutboxItem, state: LineState) -> tuple[Say, str, str]:
    match item.state:
        case DeliveryState.HELD:
            return (lambda: tr("At the centre; waits for a person there")), "warning", "pause-circle"
        case DeliveryState.QUARANTINED if item.code in DECIDED_AT_CENTRE or item.appeal is None:
            return (lambda: tr("Two people there decide")), "warning", "pause-circle"
        case DeliveryState.QUARANTINED | DeliveryState.RETURNED:
            return (lambda: tr("The centre asks to put it right")), "danger", "warning-circle"
        case _:
            pass
    if not has_line(state):
        return (lambda: tr("Waits for the line")), "text", "hourglass"
    if item.state is DeliveryState.SENT:
        return (lambda: tr("Awaits confirmation")), "primary", "arrow-up"
    if item.blob_id is not None and item.sent_bytes and item.size_bytes:
        part = min(99, item.sent_bytes * 100 // item.size_bytes)
        return (lambda: tr("Being sent, {part}%", part=part)), "primary", "arrow-up"
    if item.blob_id is not None:
        return (lambda: tr("Goes after the texts")), "text", "pause-circle"
    return (lambda: tr("Waits its turn")), "text", "hourglass"


def oldest(waiting: Waiting) -> Say:
    """Since when the oldest waits."""
    at = waiting.oldest_at
    if at is None:
        return lambda: ""
    return lambda: tr(
        "the oldest since {time}, {span}",
        time=formats.lately(at),
        span=formats.span((formats.by_this_computer() - at).total_seconds()),
    )


def witnesses(seen: Witnesses) -> Say:
    """Who else saw the public log lately, in one line."""
    if seen.sites >= seen.wanted:
        return lambda: tr("{n} or more other offices saw the public log in the last 7 days.", n=seen.wanted)
    if not seen.sites:
        return lambda: tr(
            "No other office has confirmed the public log in the last 7 days yet; {wanted} are wanted.",
            wanted=seen.wanted,
        )
    return lambda: ntr(
        "{n} other office saw the public log in the last 7 days; {wanted} are wanted.",
        "{n} other offices saw the public log in the last 7 days; {wanted} are wanted.",
        seen.sites,
        wanted=seen.wanted,
    )
