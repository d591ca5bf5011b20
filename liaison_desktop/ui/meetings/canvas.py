"""The pictures of a meeting: one image out of shared memory, and over it names and states that are drawn once each.

All that is drawn over the pictures is kept as small pixmaps until a name, a state or the theme is another: a paint of
twenty pictures is one image and some sixty copies.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.meetings.ring import PIXEL_BYTES, FrameRing
from liaison_desktop.ui.meetings.room_values import Face, Notice, Scene
from liaison_desktop.ui.meetings.tiles import Box, Cell
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.saying import nothing, tell
from liaison_desktop.workplace.words import joined, tr

GROUND = QColor("#0B1412")
TILE = QColor("#1A2421")
WORDS = QColor("#FFFFFF")
QUIET = QColor("#A6B5AE")
SPEAKS = QColor("#6FC7BD")
SPEAKS_INK = QColor("#06201E")
ASKS = QColor("#F0B95B")
FRAME = 3
WEAK = 1
"""A line as poor as this, or gone, is said at the picture."""
SIGNALS = ("cell-signal-none", "cell-signal-low")


class Canvas(QWidget):
    """Dark in both themes, as pictures want it.

    ``sized`` tells how many pixels of the screen it has, ``pressed`` that somebody clicked on it.
    """

    sized = Signal(int, int)
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ring: Callable[[], FrameRing | None] = lambda: None
        self._scene = Scene(0, 0)
        self._notice: Notice | None = None
        self._drawn: list[tuple[QPointF, QPixmap]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        look.changed.connect(self._draw_anew)
        look.language_changed.connect(self._draw_anew)
        tell(self, self._name_it, nothing)

    @property
    def words(self) -> str:
        """What stands in the pictures' place, or who is shown and how."""
        if self._notice is not None:
            return f"{self._notice.title()} {self._notice.body()}".strip()
        return joined(say_face(face) for face in self._scene.faces)

    @property
    def scene(self) -> Scene:
        """What is shown."""
        return self._scene

    def show_scene(self, scene: Scene) -> None:
        """Show whose pictures lie where."""
        self._scene = scene
        self._draw_anew()

    def show_notice(self, notice: Notice | None) -> None:
        """Show words in the pictures' place, or the pictures."""
        self._notice = notice
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._drawn = None
        tell(self, self._name_it, nothing)
        self.update()

    def _name_it(self, _words: str) -> None:
        self.setAccessibleName(tr("Pictures of the meeting"))
        self.setAccessibleDescription(self.words)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(640), look.px(360))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(135))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self._drawn = None
        self.sized.emit(round(self.width() * ratio), round(self.height() * ratio))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._notice is not None:
            painter.fillRect(self.rect(), GROUND)
            self._paint_notice(painter, self._notice)
            return
        if not self._paint_picture(painter):
            painter.fillRect(self.rect(), GROUND)
        if self._drawn is None:
            self._drawn = self._draw()
        for at, pixmap in self._drawn:
            painter.drawPixmap(at, pixmap)

    def _paint_picture(self, painter: QPainter) -> bool:
        ring = self.ring()
        if ring is None or not self._scene.cells:
            return False
        with ring.held() as picture:
            if picture is None or (picture.width, picture.height) != (self._scene.width, self._scene.height):
                return False  # of another size it is of another moment: the next one comes at once
            row = picture.width * PIXEL_BYTES
            image = QImage(picture.pixels, picture.width, picture.height, row, QImage.Format.Format_RGB32)
            place = self._place()
            if place.size() != self.size():
                painter.fillRect(self.rect(), GROUND)
            if self.devicePixelRatioF() == 1.0 and place.size() == QSize(picture.width, picture.height):
                painter.drawImage(place.topLeft(), image)
            else:
                painter.drawImage(place, image)
            del image  # it must not outlive the hold
        return True

    def _place(self) -> QRect:
        """Where the canvas lies in the widget: over all of it, but for a screen larger than the ring."""
        factor = self._factor()
        wide, high = round(self._scene.width * factor), round(self._scene.height * factor)
        return QRect((self.width() - wide) // 2, (self.height() - high) // 2, wide, high)

    def _factor(self) -> float:
        """Pixels of the widget for one of the canvas."""
        scene = self._scene
        return min(self.width() / max(1, scene.width), self.height() / max(1, scene.height))

    def _seen(self, box: Box) -> QRect:
        factor, place = self._factor(), self._place()
        left, top = place.x() + round(box.x * factor), place.y() + round(box.y * factor)
        return QRect(left, top, round(box.width * factor), round(box.height * factor))

    # what lies over the pictures

    def _draw(self) -> list[tuple[QPointF, QPixmap]]:
        faces = {face.who: face for face in self._scene.faces}
        drawn: list[tuple[QPointF, QPixmap]] = []
        for cell in self._scene.cells:
            face = faces.get(cell.who)
            if face is None:
                continue
            picture = self._seen(cell.picture)
            if not face.has_picture:
                drawn.append(self._pixmap(picture, partial(_paint_no_picture, face)))
            elif not face.is_own and face.line <= WEAK:
                drawn.append(self._weak(picture, face))
            if cell.name is not None:
                strip = self._seen(cell.name)
                drawn.append(self._pixmap(strip, partial(_paint_strip, face)))
            else:
                drawn.append(self._pill(picture, face, cell))
            if face.has_hand and cell.name is None:
                drawn.append(self._hand(picture))
            if face.is_speaking:
                drawn += self._frame(picture)
        return drawn

    def _pixmap(self, where: QRect, paint: Callable[[QPainter, QRect], None]) -> tuple[QPointF, QPixmap]:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(max(1, round(where.width() * ratio)), max(1, round(where.height() * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRect(0, 0, where.width(), where.height()))
        painter.end()
        return QPointF(where.topLeft()), pixmap

    def _pill(self, picture: QRect, face: Face, cell: Cell) -> tuple[QPointF, QPixmap]:
        """The name over the picture, at its lower left."""
        size = Size.SECTION if cell.is_large else Size.SECONDARY
        pad, side = look.px(8), look.px(20 if cell.is_large else 16)
        icon = "microphone-slash" if face.is_silent else "microphone" if face.is_speaking else ""
        words = face.name() if not face.is_own else tr("You")
        if cell.is_large and face.is_speaking and not face.is_own:
            words = tr("{name} speaks", name=face.name())
        font = look.font(size, strong=True)
        room = picture.width() - look.px(8) - 2 * pad - (side + look.px(4) if icon else 0)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, room))
        wide = metrics.horizontalAdvance(shown) + 2 * pad + (side + look.px(4) if icon else 0)
        high = metrics.height() + look.px(8)
        gap = look.px(8 if cell.is_large else 4)
        where = QRect(picture.x() + gap, picture.bottom() + 1 - gap - high, wide, high)

        def paint(painter: QPainter, box: QRect) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_shade())
            painter.drawRoundedRect(box, 4, 4)
            x = pad
            if icon:
                ink = SPEAKS if face.is_speaking else WORDS
                icons.paint(painter, QRect(x, 0, side, box.height()), icon, ink, side)
                x += side + look.px(4)
            painter.setFont(font)
            painter.setPen(WORDS)
            painter.drawText(QRect(x, 0, box.width(), box.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)

        return self._pixmap(where, paint)

    def _hand(self, picture: QRect) -> tuple[QPointF, QPixmap]:
        side = look.px(28)
        where = QRect(picture.right() + 1 - side - look.px(4), picture.y() + look.px(4), side, side)

        def paint(painter: QPainter, box: QRect) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_shade())
            painter.drawRoundedRect(box, 4, 4)
            icons.paint(painter, box, "hand", ASKS, look.px(18))

        return self._pixmap(where, paint)

    def _weak(self, picture: QRect, face: Face) -> tuple[QPointF, QPixmap]:
        """What is said of a poor line; where the picture is small, by its bars alone."""
        side, pad = look.px(16), look.px(8)
        words = tr("The line is lost") if face.line == 0 else tr("The line is weak")
        font = look.font(Size.SECONDARY, strong=True)
        wide = QFontMetrics(font).horizontalAdvance(words) + side + 2 * pad + look.px(6)
        beside = look.px(40) if face.has_hand else 0
        if wide > picture.width() - look.px(16) - beside:
            words, wide = "", side + 2 * pad
        high = look.px(28)
        left = picture.x() + look.px(4) if face.has_hand else picture.center().x() - wide // 2
        where = QRect(left, picture.y() + look.px(4), wide, high)

        def paint(painter: QPainter, box: QRect) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_shade())
            painter.drawRoundedRect(box, 4, 4)
            icons.paint(painter, QRect(pad, 0, side, box.height()), SIGNALS[face.line], ASKS, side)
            painter.setFont(font)
            painter.setPen(ASKS)
            left = pad + side + look.px(6)
            painter.drawText(QRect(left, 0, box.width(), box.height()), int(Qt.AlignmentFlag.AlignVCenter), words)

        return self._pixmap(where, paint)

    def _frame(self, picture: QRect) -> list[tuple[QPointF, QPixmap]]:
        """Four strips round the picture of whoever speaks."""
        thick = look.px(FRAME)
        sides = (
            QRect(picture.x(), picture.y(), picture.width(), thick),
            QRect(picture.x(), picture.bottom() + 1 - thick, picture.width(), thick),
            QRect(picture.x(), picture.y(), thick, picture.height()),
            QRect(picture.right() + 1 - thick, picture.y(), thick, picture.height()),
        )
        return [self._pixmap(side, lambda painter, box: painter.fillRect(box, SPEAKS)) for side in sides]

    def _paint_notice(self, painter: QPainter, notice: Notice) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, gap = look.px(40), look.px(10)
        room = self.rect().adjusted(look.px(24), look.px(8), -look.px(24), -look.px(8))
        wrapped = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        parts: list[tuple[str, Size, bool, QColor, int]] = []
        for words, size, strong, ink in (
            (notice.title(), Size.TITLE, True, WORDS),
            (notice.body(), Size.BODY, False, QUIET),
        ):
            painter.setFont(look.font(size, strong=strong))
            high = painter.boundingRect(QRect(0, 0, room.width(), 10_000), wrapped, words).height() if words else 0
            parts.append((words, size, strong, ink, high))
        wanted = side + gap + sum(high + gap for *_rest, high in parts if high) - gap
        top = room.top() + max(0, (room.height() - wanted) // 2)
        if wanted <= room.height():
            icons.paint(painter, QRect(room.left(), top, room.width(), side), notice.icon, QUIET, side)
            top += side + gap
        for words, size, strong, ink, high in parts:
            if high:
                painter.setFont(look.font(size, strong=strong))
                painter.setPen(ink)
                painter.drawText(QRect(room.left(), top, room.width(), high), wrapped, words)
                top += high + gap


def say_face(face: Face) -> str:
    """Who is shown and how, for a screen reader."""
    states = [tr("You")] if face.is_own else []
    if face.is_speaking:
        states.append(tr("speaks"))
    if face.is_silent:
        states.append(tr("microphone off"))
    if not face.has_picture:
        states.append(tr("camera off"))
    if face.is_sharing:
        states.append(tr("shares the screen"))
    if face.has_hand:
        states.append(tr("hand raised"))
    if face.line == 0 and not face.is_own:
        states.append(tr("The line is lost"))
    return joined((face.name(), *states), " ")


def _shade() -> QColor:
    ground = QColor(GROUND)
    ground.setAlphaF(0.8)
    return ground


def _paint_no_picture(face: Face, painter: QPainter, box: QRect) -> None:
    painter.fillRect(box, TILE)
    is_lost = not face.is_own and face.line == 0
    icon = "wifi-slash" if is_lost else "video-camera-slash"
    words = tr("The line is lost") if is_lost else tr("Camera off")
    side = look.px(28 if box.height() >= look.px(90) else 20)
    painter.setFont(look.font(Size.SECONDARY))
    metrics = painter.fontMetrics()
    has_words = box.height() >= look.px(110) and metrics.horizontalAdvance(words) < box.width() - look.px(12)
    high = side + (look.px(6) + metrics.height() if has_words else 0)
    top = (box.height() - high) // 2
    icons.paint(painter, QRect(0, top, box.width(), side), icon, QUIET, side)
    if has_words:
        painter.setPen(QUIET)
        under = QRect(0, top + side + look.px(6), box.width(), metrics.height())
        painter.drawText(under, int(Qt.AlignmentFlag.AlignHCenter), words)


def _paint_strip(face: Face, painter: QPainter, box: QRect) -> None:
    """The name below a picture of the grid, with its states at the right."""
    ink = SPEAKS_INK if face.is_speaking else WORDS
    painter.fillRect(box, SPEAKS if face.is_speaking else TILE)
    side, right = look.px(16), box.right() - look.px(8)
    marks = []
    if face.has_hand:
        marks.append(("hand", SPEAKS_INK if face.is_speaking else ASKS))
    if face.is_silent:
        marks.append(("microphone-slash", ink if face.is_speaking else QUIET))
    for name, tone in marks:
        icons.paint(painter, QRect(right - side, 0, side, box.height()), name, tone, side)
        right -= side + look.px(6)
    left = look.px(8)
    if face.is_speaking:
        icons.paint(painter, QRect(left, 0, side, box.height()), "microphone", ink, side)
        left += side + look.px(6)
    painter.setFont(look.font(Size.SECONDARY, strong=True))
    painter.setPen(ink)
    room = max(0, right - left)
    name = tr("You") if face.is_own else face.name()
    words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(left, 0, room + 2, box.height()), int(Qt.AlignmentFlag.AlignVCenter), words)
