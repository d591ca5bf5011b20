"""Parts of a meeting's screens: the buttons below the pictures, and the line that says how this office stands."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui.keys_named import named
from liaison_desktop.ui.meetings.room_values import Sign
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.saying import Say, fixed, tell
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

TINTS = {
    "neutral": ("neutral", "text"),
    "primary": ("primary_tint", "primary"),
    "success": ("success_tint", "success"),
    "warning": ("warning_tint", "warning"),
    "attention": ("attention", "attention_ink"),
}


class StageButton(Painted):
    """An icon over its word: how a thing stands, or what a press does; its key stands in the tool tip."""

    def __init__(self, icon: str, say: Say, key: str, *, danger: bool = False, parent: QWidget | None = None) -> None:
        self._icon, self._key, self._danger = icon, key, danger
        self._tone, self._is_busy, self._is_narrow = "", False, False
        self._tip: Say = say
        super().__init__(say, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def is_live(self) -> bool:
        """Whether a press does anything now."""
        return not self._is_busy

    def show_state(self, icon: str, say: Say, tip: Say, *, tone: str = "", busy: bool = False) -> None:
        """Show how the thing stands; ``tip`` says what a press does, ``busy`` that it does nothing now."""
        self._icon, self._tone, self._is_busy, self._tip = icon, tone, busy, tip
        self.say(say)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone where room is short; the words stay its name and tool tip."""
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self.updateGeometry()
            self.update()

    def full_width(self) -> int:
        """How wide it is with its word."""
        width = QFontMetrics(look.font(Size.SECONDARY, strong=True)).horizontalAdvance(self.text())
        return max(look.px(72), width + look.px(24))

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self.setToolTip(tr("{act} ({key})", act=self._tip(), key=named(self._key)))

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(52) if self._is_narrow else self.full_width(), look.px(52))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse() and not self._is_busy
        ground, ink = TINTS[self._tone] if self._tone else ("neutral" if over else "surface", "text")
        edge = ink if self._tone and self._tone != "attention" else "control"
        if self._danger:
            ground, ink, edge = ("danger_tint" if over else "surface"), "danger", "danger"
        if self._is_busy:
            ground, ink, edge = "surface", "muted", "line"
        painter.setPen(QPen(look.color(edge), 1))
        painter.setBrush(look.color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        side = look.px(20)
        if self._is_narrow:
            icons.paint(painter, self.rect(), self._icon, look.color(ink), side)
            return
        icons.paint(painter, QRect(0, look.px(6), self.width(), side), self._icon, look.color(ink), side)
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color(ink))
        top = look.px(28)
        under = QRect(0, top, self.width(), self.height() - top - look.px(4))
        painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), self.text())


class SignLine(QWidget):
    """How this office stands in the meeting, with an icon on a tint; wraps rather than being cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Sign("info", "neutral", fixed(""))
        self._words = Text("", strong=True, wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(look.px(40), 5, 12, 5)
        line.addWidget(self._words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.update)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def tone(self) -> str:
        """In which tone."""
        return self._sign.tone

    def show_sign(self, sign: Sign) -> None:
        """Say this."""
        self._sign = sign
        self._words.set_tone(TINTS[sign.tone][1])
        self._words.say(sign.say)
        tell(self, self.setAccessibleName, sign.say)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ground, ink = TINTS[self._sign.tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(ground))
        painter.drawRoundedRect(self.rect(), 6, 6)
        box = QRect(look.px(12), 0, look.px(20), self.height())
        icons.paint(painter, box, self._sign.icon, QColor(look.color(ink)), look.px(20))
