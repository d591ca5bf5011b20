"""Keeps the lines of a meeting's chat that came here, in their order, each once, however they came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server_sync.contract.chat import ChatLine

LINES_SHOWN: Final = 300


class ChatLines:
    """The chat of one visit to a meeting."""

    def __init__(self) -> None:
        self._lines: dict[int, ChatLine] = {}
        self._last = 0
        self._read = 0

    @property
    def after(self) -> int:
        """How far the centre need not tell again, as `MeetingCall.chat_after` says it."""
        return self._last + 1

    def take(self, lines: Iterable[ChatLine]) -> bool:
        """Keep what came; says whether something between was missed, so that the centre has to be asked."""
        is_missed = False
        for line in lines:
            is_missed |= self._last > 0 and line.number > self._last + 1
            if line.text:
                if line.number > self._last or line.number in self._lines:
                    self._lines[line.number] = line
            else:
                self._lines.pop(line.number, None)
            self._last = max(self._last, line.number)
        return is_missed

    def shown(self) -> tuple[ChatLine, ...]:
        """The newest lines in their order."""
        return tuple(self._lines[number] for number in sorted(self._lines)[-LINES_SHOWN:])

    def read(self) -> None:
        """The person has seen all that is here."""
        self._read = self._last

    def unread(self, who: str) -> int:
        """How many lines of others the person has not seen."""
        return sum(number > self._read and line.who != who for number, line in self._lines.items())
