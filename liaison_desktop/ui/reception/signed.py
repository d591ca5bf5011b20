"""Those who signed a collective request: how many they are, and their names, one a line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.fields import Field, TextField
from liaison_desktop.ui.widgets.layout import Panel
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import ntr

OPEN_LEAST, OPEN_MOST = 4, 8
"""Lines of the list while one types in it."""


class Signed(Panel):
    """The list opens over what lies below it while it has the keyboard, as other lists do, so that nothing jumps."""

    def __init__(self, count: Field, written: Field, area: TextField, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent=parent)
        self._area = area
        self._is_open = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tally = Text("", Size.SECONDARY, tone="muted", figures=True)
        self._tally.setObjectName(names.RECEPTION_SIGNATORIES_TALLY)
        written.add_to_label(self._tally)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(count, 1)
        line.addWidget(written, 3)
        area.textChanged.connect(self._count)
        area.installEventFilter(self)
        self._count()

    @property
    def is_open(self) -> bool:
        """Whether the list lies open over what is below."""
        return self._is_open

    def _count(self) -> None:
        lines = len(_named(self._area.text()))
        self._tally.say((lambda: ntr("{n} name", "{n} names", lines)) if lines else "")
        if self._is_open:
            self._stretch()

    def _stretch(self) -> None:
        lines = min(OPEN_MOST, max(OPEN_LEAST, len(self._area.text().split("\n")) + 1))
        more = look.px(21) * lines + look.px(16) - self._area.minimumHeight()
        wanted = self._whole_rows(self.sizeHint().height() + max(0, more))
        if self.height() != wanted:
            self.resize(self.width(), wanted)

    def _whole_rows(self, height: int) -> int:
        """So high that no row below is covered in part."""
        layout = self._around()
        bottom = self.y() + height
        rows = [layout.itemAt(place) for place in range(layout.count())] if layout is not None else []
        cut = [row.geometry() for row in rows if row is not None and row.widget() is not self]
        return max((row.bottom() + 1 for row in cut if row.top() < bottom <= row.bottom()), default=bottom) - self.y()

    def _around(self) -> QLayout | None:
        around = self.parentWidget()
        return around.layout() if around is not None else None

    def _fold(self) -> None:
        self._is_open = False
        layout = self._around()
        if layout is not None:
            layout.invalidate()
            layout.activate()
        self._area.verticalScrollBar().setValue(0)  # closed, it shows the first who signed

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_open:  # the form was laid out anew meanwhile
            self._stretch()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and self._area.isEnabled():
            self._is_open = True
            self.raise_()
            self._stretch()
        elif (
            event.type() == QEvent.Type.FocusOut
            and isinstance(event, QFocusEvent)
            and event.reason() is not Qt.FocusReason.ActiveWindowFocusReason
        ):
            self._fold()
        return False


def _named(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
