"""Puts decisions of meetings into words: who does them, until when, how near or how late that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from liaison_desktop.domain.decisions import DecisionSeen
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_telling import SiteName, best
from liaison_desktop.ui.meetings.lobby_values import DecisionShown
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, ntr, tr
from server_sync.contract.bodies import Words

DaysLeft = Callable[[date], int]
NEAR_DAYS: Final = 3
"""So many working days before its day what is to be done stands out."""


def decision(one: DecisionSeen, site_code: str, site_name: SiteName, days_left: DaysLeft) -> DecisionShown:
    """A decision below its meeting, with all offices that do it."""
    is_own = one.is_done_by(site_code)

    def about() -> str:
        return joined([*_who(one, site_name), *one.requests])

    return DecisionShown(
        decision=one.decision,
        text=lambda: best(one.text),
        about=about,
        due=due(one.due_on, days_left),
        tone=tone(one.due_on, days_left) if is_own and not one.is_withdrawn else "muted",
        is_own=is_own,
        gone=(lambda: tr("Withdrawn: {reason}", reason=best(one.reason))) if one.is_withdrawn else None,
    )


def to_do(one: DecisionSeen, title: Words | None, days_left: DaysLeft) -> DecisionShown:
    """A decision among all that this office has to do, with the meeting that took it."""

    def about() -> str:
        named = best(title) if title is not None else tr("of a meeting that this office was not invited to")
        return joined([named, *one.requests])

    return DecisionShown(
        decision=one.decision,
        text=lambda: best(one.text),
        about=about,
        due=due(one.due_on, days_left),
        tone=tone(one.due_on, days_left),
        is_own=True,
    )


def due(on: date | None, days_left: DaysLeft) -> Say:
    """Until when, and how near or how late that is."""
    if on is None:
        return lambda: tr("without a day")

    def said() -> str:
        left, day = days_left(on), formats.day(on)
        if left < 0:
            return ntr("{day}: overdue by {n} working day", "{day}: overdue by {n} working days", -left, day=day)
        if left == 0:
            return tr("{day}: today is the last day", day=day)
        return ntr("until {day}: {n} working day left", "until {day}: {n} working days left", left, day=day)

    return said


def tone(on: date | None, days_left: DaysLeft) -> str:
    """How much a day stands out."""
    if on is None:
        return "muted"
    left = days_left(on)
    return "danger" if left < 0 else "warning" if left <= NEAR_DAYS else "muted"


def _who(one: DecisionSeen, site_name: SiteName) -> list[str]:
    return [site_name(code) for code in one.executors] or [tr("for all to know")]
