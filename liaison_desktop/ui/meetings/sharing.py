"""Decides whether the others see a screen of this computer, and which: chosen by its picture, seen until it is stopped.

Only who is on stage shares. Nothing is shared without a choice, also when this computer has one screen: what stands on
it may be nobody else's to see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from liaison_desktop.meetings.messages import Displays, Shared, Told
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.meetings.room_values import ScreenShown, Switch


class SharingView(Protocol):
    """What the presenter needs of the room and of the bar over other screens."""

    def show_share(self, switch: Switch, shown: ScreenShown) -> None: ...
    def show_shared(self, shown: ScreenShown) -> None: ...
    def open_choice(self) -> None: ...
    def show_choice(self, displays: Displays) -> None: ...
    def close_choice(self) -> None: ...


class ScreenSharing:
    """One for a room; ``refresh`` when the room's presenter has news, ``heard`` for what the media process says."""

    def __init__(self, view: SharingView, room: RoomPresenter, list_screens: Callable[[], None]) -> None:
        self._view, self._room, self._list_screens = view, room, list_screens
        self._is_choosing = self._is_seen = False
        self._shown: tuple[Switch, ScreenShown] | None = None

    @property
    def is_shared(self) -> bool:
        """Whether a screen is to be seen."""
        return self._room.display is not None

    def press(self) -> None:
        """The button: choose a screen, or stop."""
        if self.is_shared:
            self.stop()
        elif self._may and not self._is_choosing:
            self._is_choosing = True
            self._view.open_choice()
            self._list_screens()

    def choose(self, code: str) -> None:
        """Let the others see this one."""
        if self._is_choosing:
            self._view.close_choice()
            self._room.share(code)

    def put_away(self) -> None:
        """The choice was closed, with or without one."""
        self._is_choosing = False

    def stop(self) -> None:
        """Let nobody see a screen any more."""
        if self.is_shared:
            self._room.share(None)

    def heard(self, told: Told) -> None:
        """The media process says something."""
        match told:
            case Displays() if self._is_choosing:
                self._view.show_choice(told)
            case Shared(shared, possible):
                self._is_seen = shared
                if not possible and self.is_shared:
                    self._room.hide_screen()
                self.refresh()
            case _:
                return

    def refresh(self) -> None:
        """Show what is so now."""
        if self._is_choosing and not self._may:
            self._view.close_choice()
        if not self.is_shared:
            self._is_seen = False
            shown = ScreenShown.NOT
        elif self._is_seen:
            shown = ScreenShown.SEEN
        else:
            shown = ScreenShown.COMING if self._room.carries_screen else ScreenShown.WITHHELD
        switch = (Switch.ON if self.is_shared else Switch.OFF) if self._may else Switch.HIDDEN
        if (switch, shown) != self._shown:
            self._shown = (switch, shown)
            self._view.show_share(switch, shown)
            self._view.show_shared(shown)

    @property
    def _may(self) -> bool:
        return self._room.is_in and self._room.may_share
