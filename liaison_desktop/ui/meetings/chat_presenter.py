"""Decides what the chat of a meeting shows and takes: whoever is in the room writes, the desk takes lines away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from liaison_desktop.domain.times import moment
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.bodies import CHAT_CHARACTERS
from server_sync.contract.errors import ContractError
from server_sync.contract.limits import is_blank
from server_sync.contract.meetings import MeetingAct, MeetingCall, MeetingState, site_of


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A line: who wrote it and when."""

    number: int
    name: Say
    at: str
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ChatShown:
    """The chat as it stands; `why_not` says why nothing can be written now."""

    rows: tuple[ChatRow, ...] = ()
    unread: int = 0
    is_desk: bool = False
    is_closed: bool = False
    is_busy: bool = False
    why_not: Say | None = None


class ChatView(Protocol):
    """What the presenter needs of the chat."""

    def show_chat(self, shown: ChatShown) -> None: ...
    def say_wrong(self, say: Say | None) -> None: ...
    def forget_typed(self) -> None: ...
    def is_read(self) -> bool: ...


class ChatPresenter:
    """``refresh`` when the room's presenter has news."""

    def __init__(self, view: ChatView, room: RoomPresenter) -> None:
        self._view, self._room = view, room
        self._is_busy = False

    def refresh(self) -> None:
        """Show what is so now."""
        if not self._room.is_in:
            self._is_busy = False
        if self._view.is_read():
            self._room.chat.read()
        self._view.show_chat(self._shown())

    def typed(self, text: str) -> None:
        """Say at once what is too long: nothing is cut."""
        over = len(text.strip()) - CHAT_CHARACTERS
        if over > 0:
            self._view.say_wrong(
                lambda: ntr(
                    "{n} letter too many: at most {most} go into one line. Send it in parts.",
                    "{n} letters too many: at most {most} go into one line. Send it in parts.",
                    over,
                    most=CHAT_CHARACTERS,
                )
            )
        else:
            self._view.say_wrong(None)

    def send(self, text: str) -> None:
        """Write a line; what was typed stays until the centre has it."""
        line = text.strip()
        if is_blank(line) or self._is_busy or self._why_not() is not None:
            return
        if len(line) > CHAT_CHARACTERS:
            self.typed(text)
            return

        def done() -> None:
            self._is_busy = False
            self._view.forget_typed()
            self.refresh()

        self._is_busy = True
        self._do(MeetingAct.SAY, lambda call: replace(call, text=line), done)

    def take_away(self, number: int) -> None:
        """The desk takes a line away."""
        self._do(MeetingAct.UNSAY, lambda call: replace(call, line=number))

    def turn(self) -> None:
        """The desk closes the chat, or opens it again."""
        stage = self._room.stage
        is_closed = stage is not None and stage.is_chat_closed
        self._do(MeetingAct.OPEN_CHAT if is_closed else MeetingAct.CLOSE_CHAT, lambda call: call)

    def _do(
        self,
        act: MeetingAct,
        said: Callable[[MeetingCall], MeetingCall],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._room.do(act, said=said, done=done, failed=self._failed)
        self.refresh()

    def _failed(self, error: ContractError) -> None:
        self._is_busy = False
        self._room.note(error)
        self.refresh()

    def _shown(self) -> ChatShown:
        room, stage = self._room, self._room.stage
        return ChatShown(
            rows=tuple(
                ChatRow(
                    line.number,
                    room.say_site(site_of(line.who)),
                    formats.clock(moment(line.said_ms)),
                    line.text,
                    line.who == room.who,
                )
                for line in room.chat.shown()
            ),
            unread=room.chat.unread(room.who),
            is_desk=room.desk is not None and room.is_open and not (room.plan is not None and room.plan.is_closed),
            is_closed=stage is not None and stage.is_chat_closed,
            is_busy=self._is_busy,
            why_not=self._why_not(),
        )

    def _why_not(self) -> Say | None:
        stage = self._room.stage
        if stage is None or not self._room.is_open:
            return _say_not_here
        if self._room.plan is not None and self._room.plan.is_closed:
            return _say_off
        if stage.state is not MeetingState.OPEN:
            return _say_not_begun
        if stage.is_chat_closed and self._room.desk is None:
            return _say_closed
        return None


def _say_not_here() -> str:
    return tr("Nothing can be written: this office is not in the meeting.")


def _say_not_begun() -> str:
    return tr("The chat opens when the meeting begins.")


def _say_off() -> str:
    return tr("In a closed meeting there is no chat: the centre would read it. What is to be said is said on stage.")


def _say_closed() -> str:
    return tr("The chair's desk has closed the chat. Raise the hand to say something.")
