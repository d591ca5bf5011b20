"""The desk's map: 63 offices as tiles that are walked by arrows, dragged to the stage, and told by colour and shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.map_places import COLUMNS, ROWS, MapPlace, map_places, neighbour
from liaison_desktop.ui.meetings.map_values import OfficeTile, TileState
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.workplace.words import tr

OFFICE: Final = "application/x-liaison-office"
SEATED: Final = "application/x-liaison-seat"
NAMED_FROM: Final = 32
"""So wide a tile must be to hold a short name above its sign."""
STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
LOOKS: Final[dict[TileState, tuple[str, str, str, str]]] = {
    TileState.ON_STAGE: ("primary", "primary", "on_primary", "broadcast"),
    TileState.SILENT: ("primary", "primary", "on_primary", "microphone-slash"),
    TileState.HAND: ("attention", "attention_ink", "attention_ink", "hand"),
    TileState.INTERPRETS: ("primary_tint", "primary", "primary", "translate"),
    TileState.POOR: ("warning_tint", "warning", "warning", "cell-signal-low"),
    TileState.HERE: ("success_tint", "success", "success", "check"),
    TileState.LOST: ("danger_tint", "danger", "danger", "wifi-slash"),
    TileState.OUT: ("danger_tint", "danger", "danger", "sign-out"),
    TileState.ABSENT: ("surface", "control", "muted", "minus"),
}
"""Ground, edge, ink and sign of each state; who has not come has a broken edge besides."""


def say_tile(state: TileState) -> str:
    """How an office stands, in a word."""
    match state:
        case TileState.ON_STAGE:
            return tr("on stage")
        case TileState.SILENT:
            return tr("on stage, silenced")
        case TileState.HAND:
            return tr("asks")
        case TileState.INTERPRETS:
            return tr("interprets")
        case TileState.POOR:
            return tr("poor line")
        case TileState.HERE:
            return tr("is here")
        case TileState.LOST:
            return tr("line lost")
        case TileState.OUT:
            return tr("sent out")
        case TileState.ABSENT:
            return tr("not here")


def say_office(tile: OfficeTile) -> str:
    """An office with all that its tile says, in words."""
    words = say_tile(tile.state)
    if tile.place:
        words = tr("{state}, place {place}", state=words, place=tile.place)
    return tr("{name}: {state}", name=tile.name(), state=words)


class _Tile(QAbstractButton):
    """One office. The keyboard comes to one tile of the map; arrows lead on."""

    reached = Signal(str)
    walked = Signal(str, int, int)

    def __init__(self, place: MapPlace, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = place
        self.tile: OfficeTile | None = None
        self.is_dim = False
        self.is_chosen = False
        self._pressed_at: QPoint | None = None
        self.setObjectName(names.DESK_TILE.format(site=place.site))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_tile(self, tile: OfficeTile | None, *, is_dim: bool) -> None:
        """Stand so."""
        if tile == self.tile and is_dim == self.is_dim:
            return
        self.tile, self.is_dim = tile, is_dim
        self.retell()

    def retell(self) -> None:
        """Say the words again, in the language now spoken."""
        self.setVisible(self.tile is not None)
        words = say_office(self.tile) if self.tile is not None else ""
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def choose(self, chosen: bool) -> None:
        """Be the one that the acts are about."""
        self.is_chosen = chosen
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit(self.place.site)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.walked.emit(self.place.site, *step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        tile, begun = self.tile, self._pressed_at
        may = tile is not None and tile.may_call and begun is not None
        if tile is None or not may or begun is None:
            return
        if (event.position().toPoint() - begun).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)
            drag(self, OFFICE, tile.who)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tile = self.tile
        if tile is None:
            return
        ground, edge, ink, sign = LOOKS[tile.state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.3 if self.is_dim else 1.0)
        pen = QPen(look.color("focus_ring" if self.is_chosen else edge), 2 if self.is_chosen else 1)
        if tile.state is TileState.ABSENT and not self.is_chosen:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(look.color(ground))
        half = pen.widthF() / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 4, 4)
        side = self.width()
        if side < NAMED_FROM:
            icons.paint(painter, self.rect(), sign, look.color(ink), max(10, round(side * 0.62)))
            return
        strong = tile.state in (TileState.ON_STAGE, TileState.SILENT, TileState.HAND)
        painter.setFont(_letters(side, strong=strong))
        painter.setPen(look.color(ink if tile.state is not TileState.HERE else "text"))
        upper = QRect(1, 1, side - 2, side // 2)
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignCenter), self.place.short())
        lower = QRect(0, side // 2 - 1, side, side - side // 2)
        if tile.place:
            painter.drawText(lower, int(Qt.AlignmentFlag.AlignCenter), str(tile.place))
            lower = QRect(0, lower.y(), round(side * 0.45), lower.height())
        icons.paint(painter, lower, sign, look.color(ink), round(side * 0.36))


def _letters(side: int, *, strong: bool) -> QFont:
    font = look.font(Size.SECONDARY, strong=strong)
    font.setPixelSize(max(10, min(font.pixelSize(), round(side * 0.3))))
    return font


def drag(of: QWidget, kind: str, who: str) -> None:
    """Take an office along; what comes of it is the business of the place where it is let go."""
    taken = QDrag(of)
    mime = QMimeData()
    mime.setData(kind, who.encode())
    taken.setMimeData(mime)
    taken.setPixmap(of.grab())
    taken.exec(Qt.DropAction.MoveAction)


def dragged(event: QDropEvent, kind: str) -> str:
    """Who is taken along; empty for anything else."""
    mime = event.mimeData()
    return bytes(mime.data(kind).data()).decode(errors="replace") if mime.hasFormat(kind) else ""


class OfficeMap(QWidget):
    """All offices in their places. `chosen` tells the office that the keyboard or the mouse came to."""

    chosen = Signal(str)
    opened = Signal(str)
    thank = Signal(str)
    """Whoever is taken off the stage and let go here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.DESK_MAP)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tiles = {place.site: _Tile(place, self) for place in map_places()}
        for tile in self._tiles.values():
            tile.reached.connect(self.choose)
            tile.walked.connect(self._walk)
            tile.clicked.connect(lambda _checked=False, site=tile.place.site: self.opened.emit(site))
        self._chosen = ""
        look.changed.connect(self.update)
        look.language_changed.connect(self._retell)

    def show_tiles(self, tiles: tuple[OfficeTile, ...], only: TileState | None) -> None:
        """Show how all offices stand; with `only`, those of another state in the background."""
        by_site = {tile.site: tile for tile in tiles}
        for site, tile in self._tiles.items():
            known = by_site.get(site)
            tile.show_tile(known, is_dim=only is not None and known is not None and known.state is not only)
        if self._chosen not in by_site:
            first = next((place.site for place in map_places() if place.site in by_site), "")
            self._mark(first)
        tr_name = tr("Map of the offices")
        if self.accessibleName() != tr_name:
            self.setAccessibleName(tr_name)

    @property
    def current(self) -> str:
        """The office that is chosen."""
        return self._chosen

    def tile(self, site: str) -> QAbstractButton:
        """The tile of an office."""
        return self._tiles[site]

    def choose(self, site: str) -> None:
        """Choose an office, and say so."""
        if site != self._chosen:
            self._mark(site)
            self.chosen.emit(site)

    @override
    def setFocus(self, *args: object) -> None:
        tile = self._tiles.get(self._chosen)
        if tile is not None:
            tile.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self, site: str) -> None:
        for one in (self._chosen, site):
            if one in self._tiles:
                self._tiles[one].choose(one == site)
        self._chosen = site

    def _walk(self, site: str, across: int, down: int) -> None:
        of = self._tiles[site].place
        shown = tuple(place for place in map_places() if self._tiles[place.site].tile is not None)
        there = neighbour((of.column, of.row), (across, down), shown)
        if there is not None:
            self._tiles[there.site].setFocus(Qt.FocusReason.OtherFocusReason)

    def _retell(self) -> None:
        for tile in self._tiles.values():
            tile.retell()

    def _pitch(self) -> int:
        return max(12, min(self.width() // COLUMNS, self.height() // ROWS, look.px(56)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pitch = self._pitch()
        left, top = (self.width() - pitch * COLUMNS) // 2, (self.height() - pitch * ROWS) // 2
        for tile in self._tiles.values():
            place = tile.place
            tile.setGeometry(left + place.column * pitch + 1, top + place.row * pitch + 1, pitch - 2, pitch - 2)

    @override
    def sizeHint(self) -> QSize:
        return QSize(COLUMNS * look.px(40), ROWS * look.px(40))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(COLUMNS * 20, ROWS * 18)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the borders of the provinces between the tiles."""
        painter = QPainter(self)
        painter.setPen(QPen(look.color("control"), 1))
        at = {(one.place.column, one.place.row): one for one in self._tiles.values()}
        for (column, row), one in at.items():
            right, below = at.get((column + 1, row)), at.get((column, row + 1))
            box = one.geometry()
            if right is not None and right.place.province != one.place.province:
                x = box.right() + 1
                painter.drawLine(x, box.top() - 1, x, box.bottom() + 1)
            if below is not None and below.place.province != one.place.province:
                y = box.bottom() + 1
                painter.drawLine(box.left() - 1, y, box.right() + 1, y)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged(event, SEATED):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        who = dragged(event, SEATED)
        if who:
            event.acceptProposedAction()
            self.thank.emit(who)


class _SeatChip(QAbstractButton):
    """Whoever sits on stage, by the short name; taken off it by dragging."""

    def __init__(self, tile: OfficeTile, short: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self.tile, self._short = tile, short
        self._pressed_at: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keys the tile of the same office is reached
        self.setAccessibleName(say_office(tile))
        self.setToolTip(say_office(tile))

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._short())
        return QSize(max(look.px(36), width + look.px(14)), look.px(26))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        begun = self._pressed_at
        if not self.tile.may_thank or begun is None:
            return
        if (event.position().toPoint() - begun).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)
            drag(self, SEATED, self.tile.who)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ground, _edge, ink, _sign = LOOKS[self.tile.state]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(ground))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color(ink))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._short())


class StageStrip(QWidget):
    """The seats in one strip: an office that is let go here is called, one that is taken off it is thanked."""

    call = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.DESK_STAGE)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._seats: tuple[OfficeTile, ...] = ()
        self._chips: list[_SeatChip] = []
        self._is_over = False
        self.is_low = False
        look.changed.connect(self._lay)
        look.language_changed.connect(self._fill)

    def show_seats(self, seats: tuple[OfficeTile, ...]) -> None:
        """Show who sits there."""
        if seats != self._seats:
            self._seats = seats
            self._fill()

    def set_low(self, is_low: bool) -> None:
        """Be a place to let go at alone, where room is short."""
        if is_low != self.is_low:
            self.is_low = is_low
            self._fill()

    def _fill(self) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        short = {place.site: place.short for place in map_places()}
        self._chips = []
        for tile in () if self.is_low else self._seats:
            chip = _SeatChip(tile, short.get(tile.site, tile.name), self)
            chip.setFont(look.font(Size.SECONDARY, strong=True))
            chip.show()
            self._chips.append(chip)
        self.setAccessibleName(tr("Stage: drag an office here to give it the floor"))
        self.setToolTip(self.accessibleName())
        self._lay()

    def _lay(self) -> None:
        gap, pad = look.px(4), look.px(6)
        x = y = pad
        height = look.px(26)
        for chip in self._chips:
            width = min(chip.sizeHint().width(), max(1, self.width() - 2 * pad))
            if x > pad and x + width > self.width() - pad:
                x, y = pad, y + height + gap
            chip.setGeometry(x, y, width, height)
            x += width + gap
        wanted = y + height + pad
        if wanted != self.height() or self.minimumHeight() != wanted:
            self.setFixedHeight(wanted)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.color("primary" if self._is_over else "control"), 2 if self._is_over else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(look.color("primary_tint" if self._is_over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if not self._chips:
            painter.setFont(look.font(Size.SECONDARY))
            painter.setPen(look.color("muted"))
            room = self.rect().adjusted(look.px(8), 0, -look.px(8), 0)
            words = painter.fontMetrics().elidedText(self.accessibleName(), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged(event, OFFICE):
            self._is_over = True
            self.update()
            event.acceptProposedAction()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            self._is_over = False
            self.update()
        return super().event(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        who = dragged(event, OFFICE)
        if who:
            event.acceptProposedAction()
            self.call.emit(who)
