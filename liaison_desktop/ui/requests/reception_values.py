"""What the card of a request shows of a conversation about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class ReceptionShown:
    """A conversation in words, and what the office can do about it now.

    `asked` is the event that began it, `meeting` is held for it, `opens_at` and `over_at` are between which moments it
    can be begun.
    """

    state: Say | None
    tone: str
    icon: str
    lines: tuple[Say, ...]
    may_ask: bool
    may_take_back: bool = False
    may_note: bool = False
    asked: bytes = b""
    meeting: bytes | None = None
    opens_at: datetime | None = None
    over_at: datetime | None = None

    def can_begin(self, now: datetime) -> bool:
        """Whether the room can be entered at a moment."""
        return self.opens_at is not None and self.over_at is not None and self.opens_at <= now <= self.over_at

    def can_note(self, now: datetime) -> bool:
        """Whether anything can have come of it at a moment."""
        return self.may_note and self.opens_at is not None and self.opens_at <= now
