"""The own picture, painted straight from the memory it was written to; words in its place while there is none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.meetings.ring import PIXEL_BYTES, FrameRing
from liaison_desktop.ui.meetings.values import NoPicture
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import rounded
from liaison_desktop.ui.widgets.saying import Say, nothing, tell
from liaison_desktop.workplace.words import tr

GROUND = QColor("#0B1412")
WORDS = QColor("#FFFFFF")
RADIUS = 6


class OwnPicture(QWidget):
    """Sixteen to nine, dark in both themes. ``sized`` tells how many pixels of the screen it has."""

    sized = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ring: Callable[[], FrameRing | None] = lambda: None
        self._instead: NoPicture | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        tell(self, self._name_it, nothing)
        look.changed.connect(self.update)

    def show_no_picture(self, instead: NoPicture | None) -> None:
        """Show words in the picture's place, or the picture."""
        self._instead = instead
        tell(self, self._name_it, nothing)
        self.update()

    @property
    def words(self) -> str:
        """What stands in the picture's place."""
        return "" if self._instead is None else f"{self._instead.title()} {self._instead.body()}".strip()

    def _name_it(self, _words: str) -> None:
        self.setAccessibleName(tr("Your picture"))
        self.setAccessibleDescription(self.words or _caption())
        self.update()

    @override
    def heightForWidth(self, width: int) -> int:
        return width * 9 // 16

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(568), look.px(320))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(135))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self.sized.emit(round(self.width() * ratio), round(self.height() * ratio))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(rounded(QRectF(self.rect()), RADIUS))
        painter.fillRect(self.rect(), GROUND)
        if self._instead is not None:
            self._paint_words(painter, self._instead)
        elif self._paint_picture(painter):
            self._paint_caption(painter, _caption())

    def _paint_picture(self, painter: QPainter) -> bool:
        ring = self.ring()
        if ring is None:
            return False
        with ring.held() as picture:
            if picture is None:
                return False
            row = picture.width * PIXEL_BYTES
            image = QImage(picture.pixels, picture.width, picture.height, row, QImage.Format.Format_RGB32)
            painter.drawImage(self._place_of(picture.width, picture.height), image)
            del image  # it must not outlive the hold
        return True

    def _place_of(self, width: int, height: int) -> QRect:
        """The middle of the room; one made for this room is not scaled."""
        ratio = self.devicePixelRatioF()
        wide, high = width / ratio, height / ratio
        factor = min(self.width() / wide, self.height() / high)
        if abs(factor - 1) < 0.01:
            factor = 1.0
        wide, high = wide * factor, high * factor
        return QRect(round((self.width() - wide) / 2), round((self.height() - high) / 2), round(wide), round(high))

    def _paint_caption(self, painter: QPainter, words: str) -> None:
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        metrics = painter.fontMetrics()
        most = self.width() - look.px(8)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, most - look.px(16))
        box = QRect(look.px(4), 0, metrics.horizontalAdvance(shown) + look.px(16), metrics.height() + look.px(8))
        box.moveBottom(self.height() - look.px(5))
        ground = QColor(GROUND)
        ground.setAlphaF(0.8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(WORDS)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _paint_words(self, painter: QPainter, instead: NoPicture) -> None:
        side, gap = look.px(36), look.px(8)
        room = self.rect().adjusted(look.px(20), look.px(8), -look.px(20), -look.px(8))
        wrapped = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        parts: list[tuple[str, Size, bool, int]] = []
        for words, size, strong in ((instead.title(), Size.SECTION, True), (instead.body(), Size.BODY, False)):
            painter.setFont(look.font(size, strong=strong))
            high = painter.boundingRect(QRect(0, 0, room.width(), 10_000), wrapped, words).height() if words else 0
            parts.append((words, size, strong, high))
        wanted = side + gap + sum(high + gap for *_rest, high in parts if high) - gap
        shows_icon = wanted <= room.height()
        top = room.top() + max(0, (room.height() - (wanted if shows_icon else wanted - side - gap)) // 2)
        if shows_icon:
            icons.paint(painter, QRect(room.left(), top, room.width(), side), instead.icon, WORDS, side)
            top += side + gap
        painter.setPen(WORDS)
        for words, size, strong, high in parts:
            if high:
                painter.setFont(look.font(size, strong=strong))
                painter.drawText(QRect(room.left(), top, room.width(), high), wrapped, words)
                top += high + gap


def _caption() -> str:
    return tr("As in a mirror: others see you the right way round")


class LevelBars(QWidget):
    """How loud the microphone is, as bars; the last of them say that it is too loud."""

    BARS = 20
    LOUD = 18

    def __init__(self, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lit = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tell(self, self.setAccessibleName, say)
        look.changed.connect(self.updateGeometry)

    @property
    def lit(self) -> int:
        """How many bars are lit."""
        return self._lit

    def show_level(self, part: float) -> None:
        """From 0 to 1."""
        lit = round(max(0.0, min(1.0, part)) * self.BARS)
        if lit != self._lit:
            self._lit = lit
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(20))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(100), look.px(20))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = self.width() / self.BARS
        for place in range(self.BARS):
            token = "line" if place >= self._lit else "warning" if place >= self.LOUD else "success"
            painter.setBrush(look.color(token))
            painter.drawRoundedRect(QRectF(place * step, 0, step - look.px(3), self.height()), 2, 2)
