"""How loosely the form stands in the height there is: everything in sight at once as long as that can be."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout

from liaison_desktop.ui.reception.attachments import Attachments
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.fields import Field, TextField

GAP = 16
"""Between the text and the files."""


@dataclass(frozen=True, slots=True)
class Way:
    """The gap between the form's lines, and the lines of the text and of the names that are seen at least."""

    gap: int
    lines: int
    signed: int
    is_tight: bool = False


LOOSE = Way(8, 4, 2)
WAYS = (LOOSE, Way(5, 3, 1), Way(4, 2, 1, is_tight=True))
NEARLY = 1.2
"""How much too high the tightest may be and still be better than the loosest: only a little has to be scrolled."""


class FormRoom:
    """Takes the loosest way that needs no scrolling; where much must be scrolled, nothing is squeezed for it."""

    def __init__(
        self, column: QVBoxLayout, text_field: Field, text: TextField, signatories: TextField, files: Attachments
    ) -> None:
        self._column, self._text_field, self._text = column, text_field, text
        self._signatories, self._files = signatories, files
        self._way = LOOSE

    def fit(self, wanted: int, room: int, *, is_narrow: bool, is_collective: bool) -> None:
        """The form wants a height as it stands, and there is so much room."""

        def high(way: Way) -> int:
            return self._high(way, is_narrow, is_collective)

        rest = wanted - high(self._way)
        otherwise = WAYS[-1] if rest + high(WAYS[-1]) <= room * NEARLY else LOOSE
        way = next((one for one in WAYS if rest + high(one) <= room), otherwise)
        if way != self._way:
            self._way = way
            self._column.setSpacing(way.gap)
            self._text.set_lines(way.lines)
            self._signatories.set_lines(way.signed)
            self._files.set_tight(way.is_tight)

    def _high(self, way: Way, is_narrow: bool, is_collective: bool) -> int:
        """The height, this way, of what is higher or lower by the way the form stands."""
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        gaps = sum(1 for item in items if item is not None and not item.isEmpty()) - 1
        line = look.px(21)
        text = self._text_field.minimumSizeHint().height() + (way.lines - self._way.lines) * line
        files = self._files.least(way.is_tight) if not self._files.isHidden() else 0
        written = text + GAP + files if is_narrow else max(text, files)
        return gaps * way.gap + written + (way.signed * line if is_collective else 0)
