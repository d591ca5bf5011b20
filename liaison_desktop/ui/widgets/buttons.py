"""Buttons, choices and chips, painted by ourselves: key caps, check marks and counts have no place in Qt's own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.saying import Say, fixed, tell


class Kind(Enum):
    """How loud a button is; at most one PRIMARY on a screen."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    LINK = "link"
    DANGER = "danger"


class Painted(QAbstractButton):
    """What all painted buttons share: words, Enter presses as Space does; Qt has them painted at hover."""

    def __init__(self, say: Say | str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._dress)
        self.say(say)

    def say(self, say: Say | str) -> None:
        """Show these words."""
        tell(self, self._put, fixed(say) if isinstance(say, str) else say)

    def _put(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)


class Button(Painted):
    """An action: a verb, perhaps an icon, and its key in a small cap before the word.

    One that ``waits`` is grey and does nothing until the screen counts as seen; whoever hears the press asks `is_live`.
    """

    def __init__(
        self,
        say: Say | str,
        kind: Kind = Kind.SECONDARY,
        *,
        key: str = "",
        icon: str = "",
        tall: bool = False,
        waits: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._kind, self._key, self._icon, self._height = kind, key, icon, 44 if tall else 36
        self._waits, self._busy, self._looks_again = waits, False, False
        self._size = Size.BODY
        self._narrow = self._bare = False
        super().__init__(say, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def kind(self) -> Kind:
        """How loud it is now."""
        return self._kind

    @property
    def is_live(self) -> bool:
        """Whether a press does anything now."""
        return self.isEnabled() and not self._busy and not self._is_unseen()

    def set_busy(self, busy: bool) -> None:
        """Grey while what it began is under way; unlike one that is disabled it keeps the keyboard."""
        self._busy = busy
        self.update()

    def _is_unseen(self) -> bool:
        return self._waits and not attention.has_seen

    def _look_again(self) -> None:
        self._looks_again = False
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Make it louder or quieter: an action that would interrupt running work is not primary."""
        self._kind = kind
        self.update()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone where room is short; the words go into the tool tip."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.setToolTip(self.text() if narrow else "")
            self.updateGeometry()
            self.update()

    def set_bare(self, bare: bool) -> None:
        """Leave the key's cap out where room is short; F1 tells the keys."""
        if bare != self._bare:
            self._bare = bare
            self.updateGeometry()
            self.update()

    def _word_font(self) -> QFont:
        return look.font(self._size, strong=self._kind in (Kind.PRIMARY, Kind.DANGER))

    def _parts(self) -> tuple[int, int, int, int]:
        """Widths of the key cap, the icon, the words and the gap between them."""
        gap = look.px(8)
        cap = 0
        if self._key and not self._bare:
            cap = QFontMetrics(look.font(Size.SECONDARY, strong=True)).horizontalAdvance(self._key) + look.px(14)
        icon = look.px(20) if self._icon else 0
        word = 0 if self._narrow else QFontMetrics(self._word_font()).horizontalAdvance(self.text())
        return cap, icon, word, gap

    @override
    def sizeHint(self) -> QSize:
        cap, icon, word, gap = self._parts()
        shown = [part for part in (cap, icon, word) if part]
        side = look.px(4) if self._kind is Kind.LINK else look.px(14)
        return QSize(sum(shown) + gap * max(0, len(shown) - 1) + 2 * side, look.px(self._height))

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Ground, edge and words."""
        over = self.underMouse() and self.isEnabled()
        if not self.is_live:
            loud = self._kind in (Kind.PRIMARY, Kind.DANGER)
            edge = None if self._kind is Kind.LINK else look.color("line")
            return (look.color("neutral") if loud else None), edge, look.color("muted")
        match self._kind:
            case Kind.PRIMARY:
                return (
                    look.color("primary_hover" if over or self.isDown() else "primary"),
                    None,
                    look.color("on_primary"),
                )
            case Kind.DANGER:
                return look.color("danger_tint" if over else "surface"), look.color("danger"), look.color("danger")
            case Kind.SECONDARY:
                ground = "primary_tint" if self.isDown() else "neutral" if over else "surface"
                return look.color(ground), look.color("control"), look.color("text")
            case Kind.QUIET:
                return (look.color("neutral") if over else None), None, look.color("text")
            case Kind.LINK:
                return None, None, look.color("link")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_unseen() and not self._looks_again:
            self._looks_again = True
            QTimer.singleShot(attention.left_ms, self, self._look_again)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge, ink = self._colours()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if ground is not None or edge is not None:
            painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
            painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 6, 6)
        cap, icon, word, gap = self._parts()
        shown = [part for part in (cap, icon, word) if part]
        x = (self.width() - sum(shown) - gap * max(0, len(shown) - 1)) // 2
        x = max(x, look.px(4))
        height = self.height()
        if cap:
            paint_key_cap(painter, QRect(x, (height - look.px(22)) // 2, cap, look.px(22)), self._key, ink)
            x += cap + gap
        if icon:
            icons.paint(painter, QRect(x, 0, icon, height), self._icon, ink, icon)
            x += icon + gap
        if not word:
            return
        painter.setFont(self._word_font())
        painter.setPen(ink)
        room = QRect(x, 0, self.width() - x - look.px(2), height)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        if self._kind is Kind.LINK and self.underMouse():
            base = (height + painter.fontMetrics().height()) // 2 - painter.fontMetrics().descent() + 2
            painter.drawLine(x, base, x + word, base)


def paint_key_cap(painter: QPainter, box: QRect, key: str, ink: QColor) -> None:
    """A key's name in its small frame."""
    edge = QColor(ink)
    edge.setAlphaF(0.55)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(look.font(Size.SECONDARY, strong=True))
    painter.setPen(ink)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), key)


class IconButton(Painted):
    """A square button of one icon; its words are the tool tip and the accessible name."""

    def __init__(
        self,
        icon: str,
        say: Say | str,
        *,
        tone: str = "text",
        side: int = 36,
        size: int = 20,
        parent: QWidget | None = None,
    ) -> None:
        self._icon, self._tone, self._side, self._size = icon, tone, side, size
        super().__init__(say, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self.setToolTip(text)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(self._side), look.px(self._side))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("neutral"))
            painter.drawRoundedRect(self.rect(), 6, 6)
        tone = self._tone if self.isEnabled() else "control"
        icons.paint(painter, self.rect(), self._icon, look.color(tone), look.px(self._size))


_ARROWS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class _Segment(Painted):
    """One choice of a segmented row."""

    reached = Signal()

    def __init__(self, say: Say | str, value: str, small: bool, parent: QWidget) -> None:
        self.value = value
        self._size = Size.SECONDARY if small else Size.BODY
        self._height = 24 if small else 36
        self._side = 10 if small else 20
        super().__init__(say, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()  # Qt makes Tab come to where the keyboard was last, be it chosen or not

    @override
    def sizeHint(self) -> QSize:
        return self._sized(self._side)

    @override
    def minimumSizeHint(self) -> QSize:
        return self._sized(10)

    def growth(self) -> int:
        """How much wider its words are with the check mark than without."""
        plain, strong = (QFontMetrics(look.font(self._size, strong=one)) for one in (False, True))
        mark = look.px(22 if self._size is Size.BODY else 18)
        return strong.horizontalAdvance(self.text()) - plain.horizontalAdvance(self.text()) + mark

    def _sized(self, air: int) -> QSize:
        width = QFontMetrics(look.font(self._size, strong=self.isChecked())).horizontalAdvance(self.text())
        return QSize(width + self._mark() + look.px(air), look.px(self._height))

    def _mark(self) -> int:
        if not self.isChecked():
            return 0
        return look.px(22 if self._size is Size.BODY else 18)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        chosen = self.isChecked()
        live = self.isEnabled()
        if chosen:
            painter.setPen(QPen(look.color("primary" if live else "line"), 1))
            painter.setBrush(look.color("primary_tint" if live else "neutral"))
            painter.drawRoundedRect(box, 6, 6)
        elif self.underMouse() and live:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("neutral"))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 5, 5)
        ink = look.color("muted" if not live else "primary" if chosen else "text")
        painter.setFont(look.font(self._size, strong=chosen))
        width = painter.fontMetrics().horizontalAdvance(self.text())
        x = (self.width() - width - self._mark()) // 2
        if chosen:
            side = self._size.value + 1
            icons.paint(
                painter, QRect(x - look.px(2), 0, look.px(side + 4), self.height()), "check", ink, look.px(side)
            )
            x += self._mark()
        painter.setPen(ink)
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose what an arrow leads to; Qt itself only moves the keyboard while nothing is chosen yet."""
        super().keyPressEvent(event)
        group = self.group()
        if event.key() in _ARROWS and group.checkedButton() is None:
            reached = QApplication.focusWidget()
            if isinstance(reached, _Segment) and reached.group() is group:
                reached.setChecked(True)


class _SegmentRow(QHBoxLayout):
    """Asks for the room of the widest choice from the beginning, so that a check mark moves nothing beside the row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)

    @override
    def sizeHint(self) -> QSize:
        return self._with_mark(super().sizeHint())

    @override
    def minimumSize(self) -> QSize:
        return self._with_mark(super().minimumSize())

    def _with_mark(self, size: QSize) -> QSize:
        segments = [one for place in range(self.count()) if isinstance(one := self._widget(place), _Segment)]
        taken = sum(one.growth() for one in segments if one.isChecked())
        return QSize(size.width() - taken + max((one.growth() for one in segments), default=0), size.height())

    def _widget(self, place: int) -> QWidget | None:
        item = self.itemAt(place)
        return item.widget() if item is not None else None


class Segments(QWidget):
    """One choice of a few, all seen at once; the chosen one carries a check mark. Arrows move the choice.

    The keyboard comes to the chosen one, or to the first while none is chosen.
    """

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, Say | str]],
        say: Say,
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = ""
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._segments: dict[str, _Segment] = {}
        row = _SegmentRow(self)
        for value, words in choices:
            segment = _Segment(words, value, small, self)
            self._segments[value] = segment
            self._group.addButton(segment)
            row.addWidget(segment)
            segment.reached.connect(self._lead_tab)
        self._group.buttonClicked.connect(self._on_clicked)
        self._group.buttonToggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tell(self, self.setAccessibleName, say)
        look.changed.connect(self.update)
        self._lead_tab()

    @override
    def setObjectName(self, name: object) -> None:
        super().setObjectName(str(name))
        for value, segment in self._segments.items():
            segment.setObjectName(f"{name}.{value}")

    def value(self) -> str:
        """The chosen value, or nothing while none is chosen."""
        button = self._group.checkedButton()
        return button.value if isinstance(button, _Segment) else ""

    def set_value(self, value: str) -> None:
        """Choose without telling anybody; an unknown value leaves none chosen."""
        if value in self._segments:
            self._segments[value].setChecked(True)
            return
        self._group.setExclusive(False)
        for segment in self._segments.values():
            segment.setChecked(False)
        self._group.setExclusive(True)
        self._lead_tab()

    def set_tone(self, tone: str) -> None:
        """The edge in a tone such as ``danger``; nothing for the usual one."""
        self._tone = tone
        self.update()

    def _lead_tab(self) -> None:
        """Let Tab come to one: Qt would lead it to all, or to the one that was chosen for somebody before."""
        first = self._segments[self.value() or next(iter(self._segments))]
        for segment in self._segments.values():
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if segment is first else Qt.FocusPolicy.ClickFocus)

    def button(self, value: str) -> QAbstractButton:
        """The button of one choice."""
        return self._segments[value]

    @override
    def setFocus(self, *args: object) -> None:
        chosen = self.value() or next(iter(self._segments))
        self._segments[chosen].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _Segment):
            self.chosen.emit(button.value)

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        button.updateGeometry()
        if checked:
            self._lead_tab()
        if checked and isinstance(button, _Segment) and button.hasFocus():
            self.chosen.emit(button.value)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = 2 if self._tone else 1
        painter.setPen(QPen(look.color(self._tone or "control"), wide))
        painter.setBrush(look.color("surface"))
        half = wide / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 6, 6)
        painter.setPen(look.color("line"))
        segments = list(self._segments.values())
        for left, right in pairwise(segments):
            if not left.isChecked() and not right.isChecked():
                x = right.x()
                painter.drawLine(x, look.px(7), x, self.height() - look.px(8))


class Chip(Painted):
    """A filter: a word, its count, an icon of its meaning; the chosen one carries a check mark."""

    def __init__(
        self, say: Say | str, value: str, *, icon: str = "", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        self.value, self._icon, self._tone, self._count = value, icon, tone, ""
        self._is_narrow = False
        super().__init__(say, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_count(self, count: int | None) -> None:
        """Show how many rows it would leave."""
        self._count = "" if count is None else str(count)
        self.setAccessibleName(f"{self.text()} {self._count}".strip())
        self.updateGeometry()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Leave the word of one that is not chosen to its icon and tool tip, where the room is needed for the list."""
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self.setToolTip(self.text() if narrow else "")
            self.updateGeometry()
            self.update()

    def _shown(self) -> str:
        return "" if self._is_narrow and self._icon and not self.isChecked() else self.text()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._words_width() + look.px(24 + 8 * self._gaps()), look.px(36))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._words_width() + look.px(10 + 4 * self._gaps()), look.px(36))

    def _gaps(self) -> int:
        parts = (self._icon or self.isChecked(), self._shown(), self._count)
        return max(0, sum(1 for part in parts if part) - 1)

    def _words_width(self) -> int:
        """Icon, word and count without the air around them."""
        font = QFontMetrics(look.font(Size.BODY, strong=self.isChecked(), figures=True))
        icon = look.px(18) if self._icon or self.isChecked() else 0
        return icon + font.horizontalAdvance(self._shown()) + font.horizontalAdvance(self._count)

    @override
    def nextCheckState(self) -> None:
        super().nextCheckState()
        self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        over = self.underMouse()
        painter.setPen(QPen(look.color("primary" if chosen else "control"), 1))
        painter.setBrush(look.color("primary_tint" if chosen else "neutral" if over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ink = look.color("primary" if chosen else "text")
        tight = self.width() < self.sizeHint().width()
        gap = look.px(4 if tight else 8)
        x = max(look.px(5), (self.width() - self._words_width() - gap * self._gaps()) // 2)
        if chosen or self._icon:
            name, tone = ("check", "primary") if chosen else (self._icon, self._tone)
            icons.paint(painter, QRect(x, 0, look.px(18), self.height()), name, look.color(tone), look.px(18))
            x += look.px(18) + gap
        painter.setFont(look.font(Size.BODY, strong=chosen, figures=True))
        painter.setPen(ink)
        where = QRect(x, 0, self.width() - x, self.height())
        painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), self._shown())
        if self._count:
            x += painter.fontMetrics().horizontalAdvance(self._shown()) + (gap if self._shown() else 0)
            painter.setPen(look.color("primary" if chosen else "muted"))
            painter.drawText(
                QRect(x, 0, self.width() - x, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self._count
            )


def rounded(box: QRectF, radius: float) -> QPainterPath:
    """A rounded rectangle as a path."""
    path = QPainterPath()
    path.addRoundedRect(box, radius, radius)
    return path
