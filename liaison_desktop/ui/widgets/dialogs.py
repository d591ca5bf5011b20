"""Questions over the window, with buttons in the person's language; Esc is always the way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.focus import FocusRing
from liaison_desktop.ui.widgets.layout import Panel, Whole, row
from liaison_desktop.ui.widgets.locking import locking
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.text import Elided, Glyph, Link, Text
from liaison_desktop.workplace.words import tr

RADIUS, VEIL = 10, 0.45
"""How round a dialog's corners are, and how dark the window beneath."""


class _Veil(QWidget):
    """Darkens the window while a question stands before it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _shade())


class Dialog(QDialog):
    """A question or a small form in the middle of the window, opened by ``open()`` and never blocking.

    Where nobody may compose windows its ground is opaque and a mask cuts off its corners: what is see-through would
    be black there.
    """

    def __init__(self, parent: QWidget, title: Say, *, width: int = 520) -> None:
        super().__init__(parent.window())
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._is_opaque = not composes()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not self._is_opaque)
        self._width = width
        tell(self, self.setWindowTitle, title)
        self.ground = Panel("surface", edge="control", radius=RADIUS)
        self.column = QVBoxLayout(self.ground)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(12)
        self.title = Text(title, Size.SECTION, strong=True, wrap=True)
        self.column.addWidget(self.title)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.column.addLayout(self.body, 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.buttons.addStretch(1)
        self.column.addSpacing(4)
        self.column.addLayout(self.buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.ground)
        self._ring = FocusRing(self)
        self._veil: _Veil | None = None
        self._only_tells = False
        locking.listen(self)

    def add_button(
        self, say: Say, kind: Kind = Kind.SECONDARY, *, key: str = "", name: str = "", waits: bool = False
    ) -> Button:
        """Add a button at the right end."""
        button = Button(say, kind, key=key, tall=True, waits=waits)
        button.setObjectName(name)
        self.buttons.addWidget(button)
        return button

    def add_close(self, name: str) -> Button:
        """Add the way out of a dialog that only tells something: Esc, and Enter wherever the keyboard is."""
        self._only_tells = True
        close = self.add_button(lambda: tr("Close"), key="Esc", name=name)
        close.clicked.connect(self.reject)
        close.setFocus()
        return close

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if self._only_tells:
                self.reject()
            return
        super().keyPressEvent(event)

    def width_in(self) -> int:
        """How wide the body is: the dialog's own width, or less in a narrow window."""
        window = self.parentWidget()
        wanted = look.px(self._width)
        return (min(wanted, window.width() - 32) if window is not None else wanted) - 48

    def _fit(self, least: int = 0) -> None:
        """Take the height that the words need, ``least`` or more, and stand in the middle of the window."""
        window = self.parentWidget()
        if window is None:
            return
        width = self.width_in() + 48
        self.setFixedWidth(width)
        self.ensurePolished()
        layout = self.layout()
        wanted = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        wanted = wanted if wanted > 0 else self.sizeHint().height()
        wanted = max(wanted, self.minimumSizeHint().height(), least)
        self.setFixedHeight(min(wanted, window.height() - 24))
        corner = window.mapToGlobal(window.rect().center())
        self.move(corner.x() - width // 2, corner.y() - self.height() // 2)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_opaque:
            self.setMask(_without_corners(self.rect()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """What the mask leaves of a corner outside the edge looks like the veiled window beneath."""
        if not self._is_opaque:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("canvas"))
        painter.fillRect(self.rect(), _shade())

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._veil is not None:
            self._fit(self.height())  # what was said meanwhile needs room; what fell silent leaves it, so nothing jumps
        return done

    @override
    def showEvent(self, event: object) -> None:
        attention.turn()
        window = self.parentWidget()
        if window is not None:
            self._fit()
            self._veil = _Veil(window)
            window.installEventFilter(self)

    @override
    def hideEvent(self, event: object) -> None:
        attention.turn()
        if self._veil is not None:
            self._veil.hide()
            self._veil.deleteLater()
            self._veil = None
        window = self.parentWidget()
        if window is not None and window.isVisible():
            window.activateWindow()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._veil is not None and isinstance(watched, QWidget):
            self._veil.setGeometry(watched.rect())
            self._fit()
        return False


def _shade() -> QColor:
    """What lies over the window while a question stands before it."""
    shade = look.color("rail")
    shade.setAlphaF(VEIL)
    return shade


def composes() -> bool:
    """Whether windows are surely composed; on X11 that is another program's work, which may not run, or end."""
    return QGuiApplication.platformName() != "xcb"


def _without_corners(box: QRect) -> QRegion:
    """The box with round corners; a pixel that the edge covers in part stays."""
    shape = QRegion(box)
    for line in range(RADIUS):
        cut = int(RADIUS - (RADIUS**2 - (RADIUS - line - 0.5) ** 2) ** 0.5)
        for y in (box.top() + line, box.bottom() - line):
            shape -= QRegion(box.left(), y, cut, 1)
            shape -= QRegion(box.right() + 1 - cut, y, cut, 1)
    return shape


class ActDialog(Dialog):
    """A form that does one thing: F9 does it once it was seen, Esc goes back, a refusal is said inside."""

    act_clicked = Signal()
    discard_clicked = Signal()

    def __init__(
        self, parent: QWidget, title: Say, act: Say, *, name: str, width: int = 560, danger: bool = False
    ) -> None:
        super().__init__(parent, title, width=width)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._message = MessageBar()
        self._message.hide()
        self.column.insertWidget(2, self._message)
        self.back = self.add_button(lambda: tr("Back"), key="Esc", name=f"{name}.back")
        kind = Kind.DANGER if danger else Kind.PRIMARY
        self.act = self.add_button(act, kind, key="F9", name=f"{name}.act", waits=True)
        self.back.clicked.connect(self.reject)
        self.act.clicked.connect(self._press)
        key = QShortcut(QKeySequence("F9"), self)
        key.setAutoRepeat(False)
        key.activated.connect(self._press)

    def show_refused(self, say: Say) -> None:
        """Say why it was not done; everything typed stays."""
        self.act.set_busy(False)
        self._message.tell("danger", "warning-circle", lambda: tr("Not done"), say)

    def add_keeping(self) -> None:
        """Say below the fields whether what is typed is on the disk, and let it be thrown away."""
        self._saved_icon = Glyph("info", "muted", 16)
        self._saved = Elided(
            lambda: tr("Everything typed is saved within a second"), Size.SECONDARY, tone="muted", figures=True
        )
        self._saved.setObjectName(f"{self.objectName()}.saved")
        self.discard = Link(lambda: tr("Throw away what is typed"), Size.SECONDARY)
        self.discard.setObjectName(f"{self.objectName()}.discard")
        self.discard.clicked.connect(self.discard_clicked)
        self.discard.hide()
        line = row(self._saved_icon, self._saved, self.discard)
        line.setStretch(1, 1)
        self.column.insertLayout(self.column.indexOf(self._message), line)
        QWidget.setTabOrder(self.act, self.discard)  # what is thrown away comes last

    def show_saved(self, say: Say, tone: str, icon: str) -> None:
        """Say whether what is typed is on the disk."""
        self._saved_icon.set_icon(icon, tone)
        self._saved.say(say)
        self._saved.set_tone(tone)
        self.discard.setVisible(icon != "info")

    def show_kept(self, say: Say) -> None:
        """Say that what was typed before stands here again."""
        self.show_saved(say, "primary", "note-pencil")

    def let_scroll(self) -> None:
        """Where the window is too low for the fields they are scrolled; what was said and the buttons stay in sight."""
        self.column.removeItem(self.body)
        self.body.setParent(None)
        self.body.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self.body)
        self.column.insertWidget(1, Whole(inner, self.width_in), 1)

    def show_done(self) -> None:
        """It is written: close."""
        self.accept()

    def _press(self) -> None:
        if self.act.is_live:
            self._message.hide()  # what was said of the time before is no answer to this one
            self.act.set_busy(True)
            self.act_clicked.emit()


class Question(Dialog):
    """A yes-or-back question about one act; the safe way back has the keyboard first."""

    def __init__(self, parent: QWidget, title: Say, body: Say, act: Say, back: Say, *, danger: bool = False) -> None:
        super().__init__(parent, title, width=460)
        self.body.addWidget(Text(body, wrap=True))
        self.back = self.add_button(back, name="question.back")
        self.act = self.add_button(act, Kind.DANGER if danger else Kind.PRIMARY, name="question.act")
        self.back.clicked.connect(self.reject)
        self.act.clicked.connect(self.accept)
        self.back.setFocus()
