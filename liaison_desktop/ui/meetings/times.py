"""How long a speaker and an item may go on: what the desk sets, and how the time that is left is told to all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import BOUND_S_MOST
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingState

MINUTES_MOST: Final = BOUND_S_MOST // 60
FIELDS: Final = ("speaker", "item")


@dataclass(frozen=True, slots=True)
class TimesTyped:
    """Minutes as they were typed; nothing is no bound."""

    speaker: str
    item: str


class TimesView(Protocol):
    """What the presenter needs of the desk's form of times."""

    def show_times_button(self, shown: bool) -> None: ...
    def open_form(self, typed: TimesTyped, *, has_item: bool) -> None: ...
    def show_wrong(self, field: str, say: Say) -> None: ...
    def show_refused(self, say: Say) -> None: ...
    def close_form(self) -> None: ...


class TimesPresenter:
    """Shown at the desk of a meeting that has begun."""

    def __init__(self, view: TimesView, room: RoomPresenter) -> None:
        self._view, self._room = view, room

    def refresh(self) -> None:
        """Offer the form where this is the desk."""
        stage = self._room.stage
        is_begun = stage is not None and stage.state is MeetingState.OPEN
        self._view.show_times_button(is_begun and self._room.desk is not None and self._room.is_open)

    def press(self) -> None:
        """Open the form with what holds now."""
        stage = self._room.stage
        if stage is not None:
            bounds = stage.bounds
            self._view.open_form(
                TimesTyped(_minutes(bounds.speaker_s), _minutes(bounds.item_s)), has_item=stage.item > 0
            )

    def set(self, typed: TimesTyped) -> None:
        """Let the time of each speaker and of the present item be this."""
        stage = self._room.stage
        if stage is None:
            return
        wanted = {}
        for field in FIELDS:
            seconds = _seconds(getattr(typed, field))
            if seconds is None:
                self._view.show_wrong(field, _say_wrong)
                return
            wanted[field] = seconds
        bounds = stage.bounds
        acts = []
        if wanted["speaker"] != bounds.speaker_s:
            acts.append((0, wanted["speaker"]))
        if stage.item and wanted["item"] != bounds.item_s:
            acts.append((stage.item, wanted["item"]))
        self._next(acts)

    def _next(self, acts: list[tuple[int, int]]) -> None:
        """One after the other, so that what was refused is said beside what was typed."""
        if not acts:
            self._view.close_form()
            return
        (item, seconds), *others = acts

        def said(call: MeetingCall) -> MeetingCall:
            return replace(call, bound_s=seconds)

        self._room.do(MeetingAct.SET_BOUND, item=item, said=said, done=lambda: self._next(others), failed=self._refused)

    def _refused(self, error: ContractError) -> None:
        self._view.show_refused(lambda: say_error(error))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that goes on, and its bound; 0 where there is none."""

    gone_s: int
    most_s: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the bound was passed."""
        return 0 < self.most_s < self.gone_s

    @property
    def tone(self) -> str:
        """The colour of its figures."""
        return "danger" if self.is_over else "muted"

    @property
    def figures(self) -> str:
        """``03:12 / 05:00``, or without a bound ``03:12``."""
        return f"{span(self.gone_s)} / {span(self.most_s)}" if self.most_s else span(self.gone_s)

    def say(self) -> str:
        """The figures, and in words when the time is up."""
        return tr("{time} · time is up", time=self.figures) if self.is_over else self.figures


def _say_wrong() -> str:
    return tr("Whole minutes from 1 to {most}, or nothing.", most=MINUTES_MOST)


def span(seconds: int) -> str:
    """``03:12``, ``1:03:12``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _minutes(seconds: int) -> str:
    return str(-(-seconds // 60)) if seconds else ""


def _seconds(typed: str) -> int | None:
    text = typed.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MINUTES_MOST))):
        return None
    minutes = int(text)
    return minutes * 60 if 1 <= minutes <= MINUTES_MOST else None
