"""Puts meetings into words: when they are, what this office is in them, what was changed, who is invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from liaison_desktop.domain.meetings import MeetingRow, MeetingSeen
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_values import (
    AgendaShown,
    LobbyShown,
    MeetingLine,
    RuleShown,
    StateShown,
    WordShown,
)
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import current, joined, ntr, tr
from server_sync.contract.bodies import AgendaItem, MeetingPart, Words
from server_sync.contract.meetings import MeetingState

NEAR: Final = timedelta(hours=1)
SiteName = Callable[[str], str]

PARTS: Final[dict[MeetingPart, RuleShown]] = {
    MeetingPart.CHAIR: RuleShown("users-three", lambda: tr("Your office leads this meeting.")),
    MeetingPart.SPEAKER: RuleShown("microphone", lambda: tr("Your office reports.")),
    MeetingPart.OFFICE: RuleShown("hand", lambda: tr("Your office takes part and may ask for the floor.")),
    MeetingPart.VIEWER: RuleShown("eye", lambda: tr("Your office watches and listens.")),
}
_GUESTS: Final[dict[MeetingPart, Callable[[str], str]]] = {
    MeetingPart.CHAIR: lambda names: tr("Leads: {names}", names=names),
    MeetingPart.SPEAKER: lambda names: tr("Report: {names}", names=names),
    MeetingPart.OFFICE: lambda names: tr("Take part: {names}", names=names),
    MeetingPart.VIEWER: lambda names: tr("Watch: {names}", names=names),
}


def best(words: Words) -> str:
    """A text in the language now spoken, or in whichever there is."""
    return str(getattr(words, current())) or words.ky or words.ru or words.en


def line(row: MeetingRow, now: datetime) -> MeetingLine:
    """A meeting as one line of the list."""
    on = formats.local(row.starts_at).date()
    day_of = formats.short_day if on.year == formats.local(now).year else formats.day
    return MeetingLine(
        meeting=row.meeting,
        when=lambda: f"{day_of(on)}, {formats.clock(row.starts_at)}",
        title=lambda: best(row.title),
        state=None if _is_to_come(row, now) else state(row, now),
    )


def _is_to_come(row: MeetingRow, now: datetime) -> bool:
    """Whether its day and hour say all that there is to say."""
    return row.state is MeetingState.PLANNED and row.part is not None and row.starts_at > now


def state(row: MeetingRow, now: datetime) -> StateShown:
    """Where a meeting stands at this moment."""
    left = row.starts_at - now
    match row.state:
        case MeetingState.CANCELLED:
            return StateShown(lambda: tr("Cancelled"), "danger", "x-circle")
        case MeetingState.CLOSED:
            return StateShown(lambda: tr("Is over"), "neutral", "check-circle")
        case _ if row.part is None:
            return StateShown(lambda: tr("Not invited"), "neutral", "prohibit")
        case MeetingState.OPEN:
            return StateShown(lambda: tr("Goes on now"), "success", "video-camera")
        case _ if row.ends_at <= now:
            return StateShown(lambda: tr("Was not opened"), "neutral", "prohibit")
        case _ if left <= timedelta(0):
            return StateShown(lambda: tr("Is about to begin"), "warning", "clock")
        case _:
            seconds = left.total_seconds()
            tone = "warning" if left <= NEAR else "primary"
            return StateShown(lambda: tr("Begins in: {span}", span=formats.span(seconds)), tone, "clock")


def lobby(seen: MeetingSeen, site_code: str, now: datetime, site_name: SiteName) -> LobbyShown:
    """A meeting whole, as an office sees it."""
    row, plan = seen.row(site_code), seen.plan
    return LobbyShown(
        meeting=seen.meeting,
        title=lambda: best(plan.title),
        chair=lambda: tr("Led by: {office}", office=site_name(seen.chair_site)),
        day=lambda: day(row.starts_at, now),
        hours=lambda: f"{formats.clock(row.starts_at)}–{formats.clock(row.ends_at)}",
        state=state(row, now),
        word=word(seen, row),
        note=lambda: best(plan.note),
        agenda=tuple(_item(place, one, site_code, site_name) for place, one in enumerate(plan.agenda, 1)),
        length=lambda: ntr("{n} minute", "{n} minutes", plan.minutes),
        rules=_rules(seen, row),
        invited=lambda: ntr("{n} office is invited", "{n} offices are invited", len(plan.invited)),
        guests=tuple(_guests(seen, part, site_name) for part in MeetingPart if _sites(seen, part)),
    )


def day(at: datetime, now: datetime) -> str:
    """``Today, Wednesday 25.11.2026``; a day farther away without the first word."""
    on = formats.local(at).date()
    named = f"{formats.weekday_name(on)} {formats.day(on)}"
    ahead = (on - formats.local(now).date()).days
    if ahead == 0:
        return tr("Today, {day}", day=named)
    if ahead == 1:
        return tr("Tomorrow, {day}", day=named)
    return named[:1].upper() + named[1:]


def word(seen: MeetingSeen, row: MeetingRow) -> WordShown | None:
    """What everybody who knew an older plan must be told; None when nothing was changed."""

    def why() -> str:
        reason = best(seen.reason)
        return tr("Why: {reason}", reason=reason) if reason else ""

    moved_from = seen.moved_from
    if seen.state is MeetingState.CANCELLED:
        return WordShown("danger", "x-circle", lambda: tr("The meeting is not held"), why)
    if row.part is None:
        return WordShown("warning", "prohibit", lambda: tr("Your office is no longer invited"), why)
    if moved_from is not None:
        return WordShown(
            "warning",
            "clock",
            lambda: tr(
                "Moved from {before} to {after}",
                before=formats.day_and_clock(moved_from),
                after=formats.day_and_clock(seen.starts_at),
            ),
            why,
        )
    if seen.is_changed:
        return WordShown("primary", "info", lambda: tr("The plan was changed"), why)
    return None


def _item(place: int, item: AgendaItem, site_code: str, site_name: SiteName) -> AgendaShown:
    is_own = item.speaker == site_code
    return AgendaShown(
        place=place,
        title=lambda: best(item.title),
        who=lambda: site_name(item.speaker) if item.speaker and not is_own else "",
        minutes=lambda: tr("{n} min", n=item.minutes) if item.minutes else "",
        is_own=is_own,
    )


def _rules(seen: MeetingSeen, row: MeetingRow) -> tuple[RuleShown, ...]:
    plan = seen.plan
    rules = [] if row.part is None else [PARTS[row.part]]
    if plan.is_closed:
        rules.append(
            RuleShown(
                "lock", lambda: tr("Closed meeting: encrypted from office to office, neither recorded nor shown.")
            )
        )
    if plan.is_recorded:
        rules.append(RuleShown("record", lambda: tr("Picture and sound are recorded.")))
    if plan.is_public:
        rules.append(RuleShown("globe", lambda: tr("Anybody can watch it on the site.")))
    if seen.attended:
        there = len(seen.attended)
        rules.append(RuleShown("users", lambda: ntr("{n} office was there.", "{n} offices were there.", there)))
    return tuple(rules)


def _sites(seen: MeetingSeen, part: MeetingPart) -> list[str]:
    return [one.site_code for one in seen.plan.invited if one.part is part]


def _guests(seen: MeetingSeen, part: MeetingPart, site_name: SiteName) -> Say:
    return lambda: _GUESTS[part](joined(site_name(code) for code in _sites(seen, part)))
