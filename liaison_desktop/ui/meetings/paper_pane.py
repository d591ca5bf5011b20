"""A paper that is read: its page, and what can be done with it, by keys and buttons."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.paper_values import ReadingShown
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card
from liaison_desktop.ui.widgets.saying import Say, nothing, tell
from liaison_desktop.ui.widgets.text import Elided, Text
from liaison_desktop.workplace.words import tr

STEP = 80
"""So far a key moves a page that is larger than its room."""
WHEEL = 120
NARROW = 460
"""Below this width the buttons need all of it."""


class PagePicture(QWidget):
    """The page itself; a larger one than its room is moved by keys, wheel and mouse. ``sized`` tells the room."""

    sized = Signal(int, int)
    turned = Signal(int)
    zoomed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.PAPER_PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture: QImage | None = None
        self._word: Say | None = None
        self._corner = QPointF(0, 0)
        self._pressed_at: QPointF | None = None
        look.changed.connect(self.update)

    @property
    def picture(self) -> QImage | None:
        """What is shown."""
        return self._picture

    @property
    def words(self) -> str:
        """What stands in the page's place."""
        return "" if self._word is None else self._word()

    def show_page(self, picture: QImage) -> None:
        """Show this picture of the page."""
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture = picture
        self._keep_inside()

    def show_word(self, word: Say | None, name: Say) -> None:
        """Say this in the page's place, or nothing; ``name`` is which page of which paper it is."""
        self._word = word
        if word is not None:
            self._picture = None

        def named(_: str) -> None:
            self.setAccessibleName(name())
            self.setAccessibleDescription(self.words)
            self.update()

        tell(self, named, nothing)

    def to_top(self) -> None:
        """Show the beginning of a page."""
        self._corner = QPointF(0, 0)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(560), look.px(900))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(120))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self.sized.emit(round(self.width() * ratio), round(self.height() * ratio))
        self._keep_inside()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not self._move(step[0] * look.px(STEP), step[1] * look.px(STEP)):
            self.turned.emit(step[0] + step[1])

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if notches > 0 else -1)
        elif not self._move(0, -notches * look.px(STEP) / WHEEL) and abs(notches) >= WHEEL:
            self.turned.emit(-1 if notches > 0 else 1)
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None:
            gone = self._pressed_at - event.position()
            self._pressed_at = event.position()
            self._move(gone.x(), gone.y())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("neutral"))
        if self._word is not None:
            painter.setFont(look.font(Size.BODY))
            painter.setPen(look.color("muted"))
            room = self.rect().adjusted(look.px(16), look.px(16), -look.px(16), -look.px(16))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.words)
        elif self._picture is not None:
            size = self._picture.deviceIndependentSize()
            corner = QPointF(
                max(0.0, (self.width() - size.width()) / 2) - self._corner.x(),
                max(0.0, (self.height() - size.height()) / 2) - self._corner.y(),
            )
            painter.drawImage(corner, self._picture)

    def _move(self, right: float, down: float) -> bool:
        """Move what is seen of the page; says whether there was anything to move."""
        before = QPointF(self._corner)
        self._corner += QPointF(right, down)
        self._keep_inside()
        return self._corner != before

    def _keep_inside(self) -> None:
        size = self._picture.deviceIndependentSize() if self._picture is not None else None
        most_right = max(0.0, size.width() - self.width()) if size is not None else 0.0
        most_down = max(0.0, size.height() - self.height()) if size is not None else 0.0
        self._corner = QPointF(max(0.0, min(self._corner.x(), most_right)), max(0.0, min(self._corner.y(), most_down)))
        self.update()


class ToolButton(Button):
    """An icon whose words are its name and its tool tip."""

    def __init__(self, icon: str, say: Say) -> None:
        super().__init__(say, Kind.QUIET, icon=icon)
        self.set_narrow(True)

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self.setToolTip(text)


class PaperPane(Card):
    """Emits what the person did; shows what the presenter says."""

    turned = Signal(int)
    gone_to = Signal(int)
    last_wanted = Signal()
    zoomed = Signal(int)
    closed = Signal()
    print_clicked = Signal()
    save_clicked = Signal()
    follow_clicked = Signal()
    to_all_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=8, gap=6, parent=parent)
        self.setObjectName(names.PAPER_PANE)
        self._shown: ReadingShown | None = None
        self._title = Elided("", strong=True)
        self._title.setObjectName(names.PAPER_TITLE)
        self._place = Text("", figures=True)
        self._place.setObjectName(names.PAPER_PLACE)
        self._zoom = Text("", Size.SECONDARY, tone="muted", figures=True)
        self.page = PagePicture()
        self.before = self._button("before", "caret-left", lambda: tr("Page before"))
        self.next = self._button("next", "caret-right", lambda: tr("Next page"))
        self.smaller = self._button("smaller", "magnifying-glass-minus", lambda: tr("Smaller"))
        self.larger = self._button("larger", "magnifying-glass-plus", lambda: tr("Larger"))
        self.follow = Button(_say_follow, icon="broadcast")
        self.follow.setObjectName(names.PAPER_BUTTON.format(name="follow"))
        self.to_all = Button(_say_show, icon="projector-screen")
        self.to_all.setObjectName(names.PAPER_BUTTON.format(name="to_all"))
        self.printing = self._button("print", "printer", lambda: tr("Print"))
        self.saving = self._button("save", "download-simple", lambda: tr("Save a copy"))
        self.close_button = self._button("close", "x", lambda: tr("Put the paper away"))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title, 1)
        head.addWidget(self.follow)
        head.addWidget(self.to_all)
        head.addWidget(self.close_button)
        foot = self._foot = QHBoxLayout()
        foot.setSpacing(6)
        for part in (self.before, self._place, self.next):
            foot.addWidget(part)
        foot.addStretch(1)
        for part in (self.smaller, self._zoom, self.larger, self.printing, self.saving):
            foot.addWidget(part)
        self.column.addLayout(head)
        self.column.addWidget(self.page, 1)
        self.column.addLayout(foot)
        self.before.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(lambda: self.turned.emit(1))
        self.smaller.clicked.connect(lambda: self.zoomed.emit(-1))
        self.larger.clicked.connect(lambda: self.zoomed.emit(1))
        self.follow.clicked.connect(self.follow_clicked)
        self.to_all.clicked.connect(self.to_all_clicked)
        self.printing.clicked.connect(self.print_clicked)
        self.saving.clicked.connect(self.save_clicked)
        self.close_button.clicked.connect(self.closed)
        self.page.turned.connect(self.turned)
        self.page.zoomed.connect(self.zoomed)

    def _button(self, name: str, icon: str, say: Say) -> Button:
        button = ToolButton(icon, say)
        button.setObjectName(names.PAPER_BUTTON.format(name=name))
        return button

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < look.px(NARROW)
        self._zoom.setVisible(not is_narrow)
        self._foot.setSpacing(2 if is_narrow else 6)

    def show_reading(self, shown: ReadingShown) -> None:
        """Show which page it is and what can be done with it."""
        before, self._shown = self._shown, shown
        if before is None or (before.page, before.pages) != (shown.page, shown.pages):
            self.page.to_top()
        self._title.say(shown.title)
        self._place.say(lambda: tr("{page} of {pages}", page=shown.page, pages=shown.pages))
        self._zoom.say(lambda: tr("{percent} %", percent=shown.zoom))
        self.before.setEnabled(shown.page > 1)
        self.next.setEnabled(shown.page < shown.pages)
        for button in (self.smaller, self.larger, self.printing, self.saving):
            button.setEnabled(shown.can_keep)
        self.smaller.setEnabled(shown.can_keep and shown.zoom > 100)
        self.follow.setVisible(shown.follows is not None)
        self.follow.set_icon("check" if shown.follows else "broadcast")
        self.follow.say(_say_following if shown.follows else _say_follow)
        self.to_all.setVisible(shown.to_all is not None)
        self.to_all.set_icon("check" if shown.to_all else "projector-screen")
        self.to_all.say(_say_shown if shown.to_all else _say_show)
        self.page.show_word(
            shown.word,
            lambda: tr("{title}, page {page} of {pages}", title=shown.title(), page=shown.page, pages=shown.pages),
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match Qt.Key(event.key()):
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space:
                self.turned.emit(1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_Backspace:
                self.turned.emit(-1)
            case Qt.Key.Key_Home:
                self.gone_to.emit(1)
            case Qt.Key.Key_End:
                self.last_wanted.emit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoomed.emit(1)
            case Qt.Key.Key_Minus:
                self.zoomed.emit(-1)
            case Qt.Key.Key_0:
                self.zoomed.emit(0)
            case Qt.Key.Key_Escape:
                self.closed.emit()
            case Qt.Key.Key_P if control:
                self.print_clicked.emit()
            case Qt.Key.Key_S if control:
                self.save_clicked.emit()
            case _:
                super().keyPressEvent(event)
                return
        event.accept()


def _say_follow() -> str:
    return tr("Follow the desk")


def _say_following() -> str:
    return tr("You follow the desk")


def _say_show() -> str:
    return tr("Show to all")


def _say_shown() -> str:
    return tr("Shown to all")
