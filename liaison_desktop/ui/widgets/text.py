"""Words on a screen: plain, elided, and numbers that never break."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.saying import Say, fixed, tell

_POLISH, _STYLE_CHANGE = QEvent.Type.Polish, QEvent.Type.StyleChange
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished


class _Worded(QLabel):
    """Dresses once more when Qt has polished it: a style sheet that changes in between brings back the old colours.

    Each time a screen finds its place in a larger one, all its words hear of a change of style; before Qt has polished
    them it has taken nothing from them.
    """

    def _dress(self) -> None:
        raise NotImplementedError

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        what = event.type()
        if what is _POLISH or (what is _STYLE_CHANGE and self.testAttribute(_POLISHED)):
            self._dress()
        return done


class Text(_Worded):
    """Words in one of the sizes and colours of the product; wraps when asked."""

    def __init__(
        self,
        say: Say | str = "",
        size: Size = Size.BODY,
        *,
        strong: bool = False,
        tone: str = "text",
        wrap: bool = False,
        figures: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size, self._strong, self._tone, self._figures = size, strong, tone, figures
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        look.changed.connect(self._dress)
        self._dress()
        self.say(say)

    def say(self, say: Say | str) -> None:
        """Show these words; a function is asked again when the language changes."""
        tell(self, self.setText, fixed(say) if isinstance(say, str) else say)

    def set_tone(self, tone: str, *, strong: bool | None = None) -> None:
        """Take the colour of a token, e.g. ``danger``, and perhaps another weight."""
        self._tone = tone
        self._strong = self._strong if strong is None else strong
        self._dress()

    def set_size(self, size: Size) -> None:
        """Take letters of another size."""
        if size is not self._size:
            self._size = size
            self._dress()

    @override
    def _dress(self) -> None:
        self.setFont(look.font(self._size, strong=self._strong, figures=self._figures))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, look.color(self._tone))
        self.setPalette(palette)
        self.updateGeometry()


class Elided(QWidget):
    """One line of words cut with an ellipsis when room is short; the whole stands in the tool tip.

    With ``whole`` the words are shown uncut or not at all: half a promise is none.
    """

    def __init__(
        self,
        say: Say | str = "",
        size: Size = Size.BODY,
        *,
        strong: bool = False,
        tone: str = "text",
        figures: bool = False,
        least: int = 48,
        whole: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size, self._strong, self._tone, self._figures, self._least = size, strong, tone, figures, least
        self._whole = whole
        self._text = ""
        across = QSizePolicy.Policy.Preferred if whole else QSizePolicy.Policy.Expanding
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._dress)
        self._dress()
        self.say(say)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def say(self, say: Say | str) -> None:
        """Show these words."""
        tell(self, self._put, fixed(say) if isinstance(say, str) else say)

    def set_tone(self, tone: str) -> None:
        """Take the colour of a token."""
        self._tone = tone
        self.update()

    def _put(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _dress(self) -> None:
        self.setFont(look.font(self._size, strong=self._strong, figures=self._figures))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(look.px(self._least), self.sizeHint().width()), self.sizeHint().height())

    def shown(self) -> str:
        """What of the text stands on the screen."""
        if self._whole:
            return self._text if self.width() >= self.sizeHint().width() else ""
        return QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown()
        self.setToolTip(self._text if shown != self._text else "")
        painter = QPainter(self)
        painter.setPen(look.color(self._tone))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


class NumberText(_Worded):
    """A registration number: figures of one width, letters a little apart, never wrapped, selectable for copying."""

    def __init__(self, size: Size = Size.BODY, *, tone: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._wished, self._tone = size, size, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        look.changed.connect(self._dress)
        self._dress()

    def show_number(self, number: str) -> None:
        """Show the number whole."""
        self.setText(number)
        self.setAccessibleName(number)

    def fit(self, room: int) -> None:
        """Take the largest size, up to the wished one, in which the number is whole."""
        sizes = sorted((one for one in Size if one.value <= self._wished.value), key=lambda one: -one.value)
        whole = (one for one in sizes if QFontMetrics(self._letters(one)).horizontalAdvance(self.text()) + 2 <= room)
        size = next(whole, Size.BODY)
        if size is not self._size:
            self._size = size
            self._dress()
            self.updateGeometry()

    @override
    def _dress(self) -> None:
        self.setFont(self._letters(self._size))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, look.color(self._tone))
        self.setPalette(palette)

    @staticmethod
    def _letters(size: Size) -> QFont:
        font = look.font(size, strong=True, figures=True)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 if size is Size.NUMBER else 102)
        return font


class Link(_Worded):
    """Words one can press or reach by Tab and press with Enter or Space."""

    clicked = Signal()

    def __init__(self, say: Say | str = "", size: Size = Size.BODY, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._dress)
        self._dress()
        self.say(say)

    def say(self, say: Say | str) -> None:
        """Show these words."""
        tell(self, self._put, fixed(say) if isinstance(say, str) else say)

    def _put(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)

    @override
    def _dress(self) -> None:
        self.setFont(look.font(self._size))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, look.color("link"))
        self.setPalette(palette)

    def focus_rect(self) -> QRect:
        """Where the focus ring lies: a little outside the words."""
        return self.rect().adjusted(-4, -1, 4, 1)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and getattr(event, "key", lambda: 0)() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Space,
        ):
            self.clicked.emit()
            return True
        return super().event(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class Glyph(QWidget):
    """One icon as a part of a sentence; a word always stands beside it."""

    def __init__(self, name: str, tone: str = "muted", size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._side = name, tone, size
        look.changed.connect(self._dress)
        self._dress()

    def set_icon(self, name: str, tone: str | None = None) -> None:
        """Show another icon."""
        self._name = name
        self._tone = tone or self._tone
        self.update()

    def _dress(self) -> None:
        self.setFixedSize(look.px(self._side), look.px(self._side))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        icons.paint(QPainter(self), self.rect(), self._name, QColor(look.color(self._tone)), look.px(self._side))
