"""Decides which meeting is open on the screen, and asks anew when the centre says something of meetings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from liaison_desktop.domain.decisions import own_first
from liaison_desktop.domain.meetings import MeetingRow, MeetingSeen
from liaison_desktop.services.conferring import MeetingsHere
from liaison_desktop.ui.meetings import decision_telling, lobby_telling
from liaison_desktop.ui.meetings.lobby_values import DecisionShown, LobbyShown, MeetingLine
from server_sync.contract.meetings import MeetingState


class LobbyScreen(Protocol):
    """What the presenter needs of the screen."""

    def show_meeting(self, shown: LobbyShown | None) -> None: ...
    def show_to_do(self, to_do: tuple[DecisionShown, ...]) -> None: ...
    def show_lines(self, coming: tuple[MeetingLine, ...], past: tuple[MeetingLine, ...], chosen: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class LobbyActs:
    """What the presenter may ask for."""

    listed: Callable[[Callable[[MeetingsHere], None]], None]
    whole: Callable[[bytes, Callable[[MeetingSeen], None]], None]
    now: Callable[[], datetime]
    site_code: str
    site_name: Callable[[str], str]
    days_left: Callable[[date], int]
    """Working days until a day; negative when it has passed."""


class LobbyPresenter:
    """Shows the next meeting until the person chooses another."""

    def __init__(self, view: LobbyScreen, acts: LobbyActs) -> None:
        self._view, self._acts = view, acts
        self._here = MeetingsHere()
        self._seen: MeetingSeen | None = None
        self._chosen = b""
        self._is_chosen = False
        self.opened: Callable[[MeetingSeen | None], None] = lambda _seen: None
        """Hears which meeting is shown, anew when it changes."""

    def refresh(self) -> None:
        """Ask anew for what there is."""
        self._acts.listed(self._listed)

    def choose(self, meeting: bytes) -> None:
        """The person wants to see this one."""
        if meeting and meeting != self._chosen:
            self._chosen, self._is_chosen = meeting, True
            self._acts.whole(meeting, self._show)

    def tick(self) -> None:
        """A minute has passed: what is to come is nearer; what has passed is no longer the next."""
        if any(row.ends_at <= self._acts.now() for row in self._here.coming):
            self.refresh()
        else:
            self._tell()

    def _listed(self, here: MeetingsHere) -> None:
        self._here = here
        known = {row.meeting for row in (*here.coming, *here.past)}
        if not self._is_chosen or self._chosen not in known:
            self._is_chosen = False
            self._chosen = _next(here.coming)
        if self._chosen:
            self._acts.whole(self._chosen, self._show)
        else:
            self._show(None)

    def _show(self, seen: MeetingSeen | None) -> None:
        if seen is not None and seen.meeting != self._chosen:
            return  # another one was chosen while this one was looked for
        self._seen = seen
        self._tell()
        self.opened(seen)

    def _tell(self) -> None:
        now, acts = self._acts.now(), self._acts
        coming = tuple(lobby_telling.line(row, now) for row in self._here.coming)
        past = tuple(lobby_telling.line(row, now) for row in self._here.past)
        self._view.show_lines(coming, past, self._chosen)
        self._view.show_meeting(None if self._seen is None else self._shown(self._seen, now))
        titles = dict(self._here.titles)
        self._view.show_to_do(
            tuple(
                decision_telling.to_do(one, titles.get(one.meeting), acts.days_left)
                for one in self._here.to_do
                if self._seen is None or one.meeting != self._seen.meeting
            )
        )

    def _shown(self, seen: MeetingSeen, now: datetime) -> LobbyShown:
        acts = self._acts
        shown = lobby_telling.lobby(seen, acts.site_code, now, acts.site_name)
        decisions = own_first(seen.decisions, acts.site_code)
        told = (decision_telling.decision(one, acts.site_code, acts.site_name, acts.days_left) for one in decisions)
        return replace(shown, decisions=tuple(told))


def _next(coming: tuple[MeetingRow, ...]) -> bytes:
    """The meeting that this office goes to next; one that is open before all others."""
    held = [row for row in coming if row.state is not MeetingState.CANCELLED and row.part is not None]
    held.sort(key=lambda row: (row.state is not MeetingState.OPEN, row.starts_at))
    return next((row.meeting for row in (*held, *coming)), b"")
