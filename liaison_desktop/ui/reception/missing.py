"""What is not filled in yet, as links that lead there: those that fit, whole, and how many more."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.reception.values import FieldPlace
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.text import Link, Text
from liaison_desktop.workplace.words import tr

GAP = 8
NAMED_MOST = 3


class Missing(QWidget):
    """Lies at the right end of its room; words are left out before they are cut."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._places: tuple[FieldPlace, ...] = ()
        self._links: list[Link] = []
        self._label = Text(lambda: tr("Not filled in yet:"), Size.SECONDARY, tone="muted", parent=self)
        self._more = Text("", Size.SECONDARY, tone="muted", figures=True, parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        look.changed.connect(self._lay)
        look.language_changed.connect(self._lay)

    def show_places(self, places: tuple[FieldPlace, ...]) -> None:
        """Name these fields; the links stay while they are the same, for this is told at every key."""
        if places == self._places:
            return
        self._places = places
        for link in self._links:
            link.hide()
            link.deleteLater()
        self._count = len(places)
        self._links = []
        for place in places[:NAMED_MOST]:
            link = Link(place.say, Size.SECONDARY, parent=self)
            link.setObjectName(f"{names.RECEPTION_MISSING}.{place.name}")
            link.clicked.connect(lambda name=place.name: self.chosen.emit(name))
            self._links.append(link)
        self.updateGeometry()
        self._lay()

    def _lay(self) -> None:
        shown = len(self._links)
        while shown > 0 and self._needed(shown) > self.width():
            shown -= 1
        with_label = bool(self._links) and self._needed(shown, with_label=True) <= self.width()
        left = self._count - shown
        self._more.say(f"+{left}")
        x = self.width() - self._needed(shown, with_label=with_label)
        parts = ((self._label, with_label), *((link, n < shown) for n, link in enumerate(self._links)))
        for part, is_shown in (*parts, (self._more, bool(left))):
            part.setVisible(is_shown)
            if is_shown:
                size = part.sizeHint()
                part.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())
                x += size.width() + look.px(GAP)

    def _needed(self, shown: int, *, with_label: bool = False) -> int:
        widths = [link.sizeHint().width() for link in self._links[:shown]]
        if with_label:
            widths.append(self._label.sizeHint().width())
        if self._count > shown:
            widths.append(self._more.sizeHint().width() or look.px(20))
        return sum(widths) + look.px(GAP) * max(0, len(widths) - 1)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._needed(len(self._links), with_label=True) + look.px(GAP), look.px(24))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(28) if self._count else 0, look.px(24))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()
