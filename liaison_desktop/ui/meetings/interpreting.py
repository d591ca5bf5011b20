"""Decides what this office hears of an interpretation, and what whoever interprets here is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import Into, into_of
from server_sync.contract.meetings import MeetingAct, Stage

FLOOR: Final = ""
"""Chosen by whoever hears what is spoken and no interpreter."""
SETTING: Final = "interpretation"


@dataclass(frozen=True, slots=True)
class Listens:
    """Who hears the meeting: what was chosen, and who interprets."""

    chosen: str
    say: Say
    is_missing: bool = False
    """Whether nobody interprets into what was chosen now."""


@dataclass(frozen=True, slots=True)
class Interprets:
    """Who interprets here: into what, and whether they are heard."""

    into: Into
    is_heard: bool
    is_busy: bool = False


class InterpretingView(Protocol):
    """What the presenter needs of the strip."""

    def show_listening(self, listens: Listens) -> None: ...
    def show_interpreting(self, interprets: Interprets) -> None: ...
    def show_nothing(self) -> None: ...


class InterpretingPresenter:
    """For the whole of a room; ``refresh`` when the room's presenter has news."""

    def __init__(
        self,
        view: InterpretingView,
        room: RoomPresenter,
        chosen: Callable[[], str],
        keep: Callable[[str], None],
    ) -> None:
        self._view, self._room, self._chosen, self._keep = view, room, chosen, keep
        self._is_busy = False
        self._names: dict[tuple[tuple[str, str], ...], Say] = {}

    def refresh(self) -> None:
        """Show what is so now."""
        room, stage = self._room, self._room.stage
        if self._room.plan is None or stage is None or not room.is_open:
            self._is_busy = False
            self._view.show_nothing()
            return
        into = room.into
        if into is not None:
            is_heard = room.is_microphone_on and not room.is_coughing
            self._view.show_interpreting(Interprets(into, is_heard, self._is_busy))
        elif stage.interpreters:
            chosen = self.choice()
            is_missing = chosen != FLOOR and all(one.into != chosen for one in stage.interpreters)
            self._view.show_listening(Listens(chosen, self._say(stage, chosen, is_missing=is_missing), is_missing))
        else:
            self._view.show_nothing()

    def choice(self) -> str:
        """Which interpretation this PC hears; remembered, also while nobody interprets."""
        chosen = self._chosen()
        return chosen if into_of(chosen) is not None else FLOOR

    def listen(self, into: str) -> None:
        """Hear this interpretation from now on, or what is spoken."""
        self._keep(into)
        self._room.listen()
        self.refresh()

    def turn(self, into: str = "") -> None:
        """Whoever interprets goes over to the other language; whoever listens goes on to the next choice."""
        own, stage = self._room.into, self._room.stage
        if own is not None:
            other = Into.RU if own is Into.KY else Into.KY
            if into != own:
                self._go_over(into_of(into) or other)
        elif stage is not None and stage.interpreters:
            choices = (FLOOR, Into.KY, Into.RU)
            self.listen(choices[(choices.index(self.choice()) + 1) % len(choices)])

    def cough(self, held: bool) -> None:
        """Be unheard as long as the button is held."""
        self._room.cough(held=held)

    def _go_over(self, into: Into) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        self._room.do(
            MeetingAct.INTERPRET_INTO,
            said=lambda call: replace(call, into=into),
            done=self._done,
            failed=self._failed,
        )
        self.refresh()

    def _done(self) -> None:
        self._is_busy = False

    def _failed(self, error: ContractError) -> None:
        self._is_busy = False
        self._room.note(error)

    def _say(self, stage: Stage, chosen: str, *, is_missing: bool) -> Say:
        """The same words for the same interpreters, so that what has not changed is not said again."""
        key = ((chosen, str(is_missing)), *((one.who, one.into) for one in stage.interpreters))
        if key not in self._names:
            who = [(self._room.say_who(one.who), one.into) for one in stage.interpreters]

            def said() -> str:
                named = joined(tuple(_say_by(into, name()) for name, into in who), " · ")
                return joined((tr("Nobody interprets into this language now."), named), " ") if is_missing else named

            self._names[key] = said
        return self._names[key]


def _say_by(into: Into, name: str) -> str:
    return tr("into Kyrgyz: {name}", name=name) if into is Into.KY else tr("into Russian: {name}", name=name)
