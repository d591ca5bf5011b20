"""What the program says: quiet badges, message bars, short notes that pass, and what an empty place will hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind
from liaison_desktop.ui.widgets.layout import ActionBar, Panel
from liaison_desktop.ui.widgets.saying import Say, fixed, tell
from liaison_desktop.ui.widgets.text import Glyph, Text

GROUNDS = {
    "primary": ("primary_tint", "primary"),
    "success": ("success_tint", "success"),
    "warning": ("warning_tint", "warning"),
    "danger": ("danger_tint", "danger"),
    "neutral": ("neutral", "muted"),
}


class Badge(QWidget):
    """A state in a word with its icon on a quiet tint; never colour alone."""

    def __init__(
        self,
        say: Say | str = "",
        tone: str = "neutral",
        icon: str = "",
        *,
        tall: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone, self._icon, self._tall, self._text = tone, icon, tall, ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred if tall else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._dress)
        self.say(say)

    def text(self) -> str:
        """The words of the badge."""
        return self._text

    def tone(self) -> str:
        """Its tone."""
        return self._tone

    def say(self, say: Say | str) -> None:
        """Show these words."""
        tell(self, self._put, fixed(say) if isinstance(say, str) else say)

    def show_state(self, say: Say | str, tone: str, icon: str) -> None:
        """Show a state: words, tone and icon together."""
        self._tone, self._icon = tone, icon
        self.say(say)

    def _put(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._dress()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()

    def _wanted(self) -> int:
        width = QFontMetrics(look.font(Size.SECONDARY, strong=True)).horizontalAdvance(self._text)
        return width + look.px(20) + (look.px(22) if self._icon else 0)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._wanted(), look.px(32 if self._tall else 24))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._wanted(), look.px(110)) if self._tall else self._wanted(), self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ground, ink = GROUNDS[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(ground))
        painter.drawRoundedRect(self.rect(), 6 if self._tall else 5, 6 if self._tall else 5)
        x = look.px(10)
        if self._icon:
            icons.paint(painter, QRect(x, 0, look.px(16), self.height()), self._icon, look.color(ink), look.px(16))
            x += look.px(22)
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color(ink))
        room = self.width() - x - look.px(8)
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(self._text if text != self._text else "")
        painter.drawText(QRect(x, 0, room + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), text)


class MessageBar(Panel):
    """What happened, what it means, what to do; an action may stand at its right."""

    def __init__(self, tone: str = "primary", icon: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(GROUNDS[tone][0], radius=6, parent=parent)
        self._icon = Glyph(icon, GROUNDS[tone][1], 20)
        self._title = Text("", strong=True, tone=GROUNDS[tone][1], wrap=True)
        self._body = Text("", wrap=True)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._body)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(self._actions)

    def text(self) -> str:
        """Title and body as one text."""
        return f"{self._title.text()} {self._body.text()}".strip()

    def tell(self, tone: str, icon: str, title: Say | str, body: Say | str = "") -> None:
        """Say it."""
        self.set_ground(GROUNDS[tone][0])
        self._icon.set_icon(icon, GROUNDS[tone][1])
        self._title.set_tone(GROUNDS[tone][1])
        self._title.say(title)
        self._body.say(body)
        self._title.setVisible(bool(self._title.text()))
        self._body.setVisible(bool(self._body.text()))
        self.setAccessibleName(self.text())
        self.show()

    def add_action(self, button: Button) -> Button:
        """Put a button at the right."""
        self._actions.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button


class Toast(Panel):
    """A short word at the foot of the window that goes by itself, with a way back while it stands.

    It lies over the words of the bar of actions, so that it covers neither an answer nor a button.
    """

    STAY_MS = 6000

    def __init__(self, window: QWidget) -> None:
        super().__init__("text", radius=8, parent=window)
        self.setObjectName("toast")
        self._words = Text("", tone="surface", wrap=True)
        self._undo = Button("", Kind.SECONDARY)
        self._undo.setObjectName("toast.undo")
        self._close = IconButton("x", "", tone="surface", side=28, size=16)
        self._on_undo: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._undo.clicked.connect(self._undone)
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._words)
        row.addWidget(self._undo)
        row.addWidget(self._close)
        window.installEventFilter(self)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def set_close_words(self, say: Say) -> None:
        """What the little cross says."""
        self._close.say(say)

    def show_word(self, say: Say | str, undo: Say | None = None, on_undo: Callable[[], None] | None = None) -> None:
        """Say something for six seconds; ``on_undo`` takes it back."""
        self._words.say(say)
        self._on_undo = on_undo
        self._undo.setVisible(undo is not None)
        if undo is not None:
            self._undo.say(undo)
        self.show()
        self.place()
        self.raise_()
        self._timer.start(self.STAY_MS)

    def place(self) -> None:
        """Lie at the foot of the window, at the left."""
        window = self.parentWidget()
        if window is None:
            return
        bar = next((one for one in window.findChildren(ActionBar) if one.isVisible()), None)
        if bar is None:
            left, width, foot = look.px(24), window.width() - look.px(48), window.height() - look.px(24)
        else:  # over what the bar says, beside what can be pressed there, and over no answer
            at = bar.mapTo(window, bar.rect().topLeft())
            left, width, foot = at.x() + look.px(12), bar.free_width() - look.px(16), window.height() - look.px(10)
            if width < look.px(400):
                width, foot = bar.width() - look.px(24), at.y() - look.px(8)
        others = self._close.sizeHint().width() + look.px(52)
        others += self._undo.sizeHint().width() if not self._undo.isHidden() else 0
        words = QFontMetrics(self._words.font()).horizontalAdvance(self._words.text()) + 2
        self._words.setFixedWidth(max(look.px(180), min(words, width - others)))
        self.adjustSize()
        self.move(left, foot - self.height())

    def _undone(self) -> None:
        self.hide()
        if self._on_undo is not None:
            self._on_undo()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False


class EmptyState(QWidget):
    """Says what will stand here and how it comes."""

    def __init__(self, icon: str, title: Say, body: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text(title, Size.SECTION, strong=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = Text(body, tone="muted", wrap=True)
        self._body.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._body.setMaximumWidth(look.px(420))
        self._body.setMinimumWidth(240)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._body, 10)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Glyph(icon, "control", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        column.addLayout(middle)
        column.addStretch(2)

    def say(self, title: Say, body: Say) -> None:
        """Say something else."""
        self._title.say(title)
        self._body.say(body)


class ProgressBar(QWidget):
    """How far a work has come, 0…1000; without an end known it says so by words beside it, not by running about."""

    def __init__(self, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = 0
        self.setFixedHeight(10)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tell(self, self.setAccessibleName, say)
        look.changed.connect(self.update)

    def set_part(self, part: float) -> None:
        """From 0 to 1."""
        self._part = round(max(0.0, min(1.0, part)) * 1000)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("primary_tint"))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 5, 5)
        if self._part:
            painter.setBrush(look.color("primary"))
            painter.drawRoundedRect(QRectF(0, 0, max(10.0, box.width() * self._part / 1000), box.height()), 5, 5)
