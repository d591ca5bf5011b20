"""What of sharing a screen is seen here: its button, the choice among small pictures, the bar that says it is seen."""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QPixmap, QShortcut
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from liaison_desktop.meetings.messages import Display, Displays
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.room_values import ScreenShown, Switch
from liaison_desktop.ui.meetings.room_view import RoomView
from liaison_desktop.ui.meetings.shared_bar import SharedBar
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

PICTURE = (240, 135)
"""How large a screen stands in the choice."""


class ScreenCard(Painted):
    """One screen by its picture; a press shares it."""

    def __init__(self, number: int, display: Display, parent: QWidget | None = None) -> None:
        self._picture = QPixmap()
        if display.picture:
            self._picture.loadFromData(QByteArray(base64.b64decode(display.picture)))
        size = f"{display.width}×{display.height}"
        super().__init__(lambda: tr("Screen {number}: {size}", number=number, size=size), parent)
        self.setObjectName(names.ROOM_SCREEN.format(code=display.code))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(PICTURE[0]) + 16, look.px(PICTURE[1]) + look.px(28) + 16)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        over = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(look.color("primary" if over else "control"), 2 if over else 1))
        painter.setBrush(look.color("primary_tint" if over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        box = QRect(8, 8, look.px(PICTURE[0]), look.px(PICTURE[1]))
        if not self._picture.isNull():
            fits = self._picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(box.center().x() - fits.width() // 2, box.center().y() - fits.height() // 2, 0, 0)
            place.setSize(fits)
            painter.drawPixmap(place, self._picture)
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color("text"))
        under = QRect(8, box.bottom() + 1, box.width(), self.height() - box.bottom() - 5)
        painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), self.text())


class ScreenChoice(Dialog):
    """Which screen everybody shall see: by a press on its picture, or by its number."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, lambda: tr("Which screen shall everybody in the meeting see?"), width=860)
        self.setObjectName(names.ROOM_SCREENS)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._words = Text(lambda: tr("The screens are being looked for"), wrap=True)
        self._words.setObjectName(names.ROOM_SCREENS_WORDS)
        self.body.addWidget(self._words)
        self._cards: list[ScreenCard] = []
        self.back = self.add_button(lambda: tr("Back"), key="Esc", name=f"{names.ROOM_SCREENS}.back")
        self.back.clicked.connect(self.reject)
        self.back.setFocus()

    def show_displays(self, displays: tuple[Display, ...]) -> None:
        """Offer these; or say why there is none, and what can be done."""
        if self._cards:
            return
        if not displays:
            self._words.say(
                lambda: tr(
                    "This computer shows no program what stands on its screen. Under Linux with Wayland sign out and "
                    "choose the session with Xorg; on other computers ask who looks after yours to allow it."
                )
            )
            return
        self._words.say(
            lambda: tr(
                "All that stands on it is seen, also what comes up by itself. Close first what nobody is to see."
            )
        )
        flow = Flow()
        for number, display in enumerate(displays, 1):
            card = ScreenCard(number, display)
            card.clicked.connect(lambda _checked=False, code=display.code: self.chosen.emit(code))
            key = QShortcut(QKeySequence(str(number)), self)
            key.setAutoRepeat(False)
            key.activated.connect(card.click)
            flow.addWidget(card)
            self._cards.append(card)
        self.body.addLayout(flow)
        self._cards[0].show()  # the keyboard comes to nothing that is not to be seen yet
        self._cards[0].setFocus(Qt.FocusReason.OtherFocusReason)


class SharingPart(QObject):
    """Holds together what stands in the room and over other screens; emits what the person did."""

    pressed = Signal()
    chosen = Signal(str)
    put_away = Signal()
    stopped = Signal()

    def __init__(self, room: RoomView) -> None:
        super().__init__(room)
        self._room = room
        self._choice: ScreenChoice | None = None
        self.over_others = SharedBar("Ctrl+Shift+S")
        self.is_elsewhere = False
        room.share_clicked.connect(self.pressed)
        for bar in (room.shared, self.over_others):
            bar.stop_clicked.connect(self.stopped)
        self._shown = ScreenShown.NOT

    def show_elsewhere(self, is_elsewhere: bool) -> None:
        """Whether another screen than the room is open, where the bar has to stand as well."""
        self.is_elsewhere = is_elsewhere
        self.show_shared(self._shown)

    def show_share(self, switch: Switch, shown: ScreenShown) -> None:
        """How the button stands."""
        self._room.show_share(switch, shown)

    def show_shared(self, shown: ScreenShown) -> None:
        """Say in both places whether a screen is seen."""
        self._shown = shown
        self._room.shared.show_shared(shown)
        self.over_others.show_shared(shown if self.is_elsewhere else ScreenShown.NOT)

    def open_choice(self) -> None:
        """Ask which screen."""
        self._choice = ScreenChoice(self._room)
        self._choice.chosen.connect(self.chosen)
        self._choice.finished.connect(self._closed)
        self._choice.open()

    def show_choice(self, displays: Displays) -> None:
        """Offer these screens."""
        if self._choice is not None:
            self._choice.show_displays(displays.displays)

    def close_choice(self) -> None:
        """Ask no more."""
        if self._choice is not None:
            self._choice.accept()

    def _closed(self) -> None:
        self._choice = None
        self.put_away.emit()
