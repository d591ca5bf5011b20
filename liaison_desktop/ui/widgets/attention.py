"""What was not seen is not agreed to: a key meant for the screen before does nothing on the one that just came up."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.workplace.clock import SystemClock


class Attention:
    """Knows since when the screen, or the question over it, has stood before the person.

    F9 goes from the form to the review, from there to the number and its paper: pressed twice in haste, or held, it
    would register what nobody has read.
    """

    SEEN_AFTER_MS = 500

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.seen_after_ms = self.SEEN_AFTER_MS
        self._now_ms = now_ms
        self._turned_ms = -self.SEEN_AFTER_MS

    def reckon_by(self, now_ms: Callable[[], int]) -> None:
        """Take a clock of running milliseconds; what stands there now counts as seen."""
        self._now_ms = now_ms
        self._turned_ms = now_ms() - self.SEEN_AFTER_MS

    def turn(self) -> None:
        """Another screen or question stands before the person."""
        self._turned_ms = self._now_ms()

    @property
    def has_seen(self) -> bool:
        """Whether what stands there has stood long enough to be seen."""
        return self.left_ms == 0

    @property
    def left_ms(self) -> int:
        """How long it takes until it counts as seen."""
        return max(0, self.seen_after_ms - (self._now_ms() - self._turned_ms))


attention = Attention(SystemClock().monotonic_ms)
"""The attention of the one person at the window."""
