"""Puts the chat and the desk's decisions beside the pictures: their presenters, and what each says to the other."""

from __future__ import annotations

import secrets

from PySide6.QtCore import QObject

from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.chat_presenter import ChatPresenter, ChatShown
from liaison_desktop.ui.meetings.decision_presenter import DecidingActs, DecisionPresenter, Typed
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.meetings.room_view import RoomView
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.workbench import Workbench


class Beside(QObject):
    """One for a room; ``refresh`` when the room's presenter has news."""

    def __init__(self, bench: Workbench, view: RoomView, room: RoomPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self.chat = ChatPresenter(_Chat(view), room)
        self.deciding = DecisionPresenter(
            view.deciding,
            room,
            DecidingActs(
                find=bench.words.find_territories,
                name_of=site_name,
                today=formats.today,
                calendar=lambda: bench.words.book.calendar,
                draw_id=lambda: secrets.token_bytes(16),
            ),
        )
        page, deciding = view.chat, view.deciding
        page.typed.connect(self.chat.typed)
        page.sent.connect(self.chat.send)
        page.taken_away.connect(self.chat.take_away)
        page.turned.connect(self.chat.turn)
        page.read.connect(self.chat.refresh)
        deciding.asked.connect(self.deciding.look_for)
        deciding.picked.connect(self.deciding.add)
        deciding.left_out.connect(self.deciding.leave_out)
        deciding.due_typed.connect(self.deciding.due_typed)
        deciding.written.connect(self._write)
        deciding.withdrawn.connect(self.deciding.withdraw)

    def refresh(self) -> None:
        """Show what is so now."""
        self.chat.refresh()
        self.deciding.refresh()

    def _write(self, typed: object) -> None:
        if isinstance(typed, Typed):
            self.deciding.write(typed)


class _Chat:
    """The chat's page, with its count on the button below the pictures."""

    def __init__(self, view: RoomView) -> None:
        self._view = view

    def show_chat(self, shown: ChatShown) -> None:
        self._view.chat.show_chat(shown)
        self._view.show_unread(shown.unread)

    def say_wrong(self, say: Say | None) -> None:
        self._view.chat.say_wrong(say)

    def forget_typed(self) -> None:
        self._view.chat.forget_typed()

    def is_read(self) -> bool:
        return self._view.chat.is_read()
