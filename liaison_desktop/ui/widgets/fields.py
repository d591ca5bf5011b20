"""Fields: a label above, the control, and below it one line for a hint, a warning or an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import IconButton
from liaison_desktop.ui.widgets.letter_keys import letter_of
from liaison_desktop.ui.widgets.saying import Say, nothing, tell
from liaison_desktop.ui.widgets.text import Glyph, Text
from server_sync.contract.limits import settle_pasted

TONES = {"danger": "warning-circle", "warning": "warning", "success": "check", "muted": "info"}


_UNSEEN: Final = re.compile("[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]")
"""Marks without a picture that cells and pages bring along: soft hyphens, joiners, turns of direction."""

_ENDS_IN_QT: Final = str.maketrans("\u2028\u2029", "\n\n")
"""How a document holds its line ends. Its own plain text would also make a space of every space that does not break."""


def in_one_line(text: str) -> str:
    """What was pasted, as one line: line ends and tabs are spaces, marks that nobody sees are left out."""
    seen = _UNSEEN.sub("", text)
    settled = settle_pasted(seen)
    return settled.strip() if settled != seen else seen


def _units(text: str) -> int:
    """How many places Qt counts for a text: two for a letter beyond the first plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class LineField(QLineEdit):
    """One line to type in, 36 high; an icon may stand at its left.

    ``reads`` makes what was typed easier to read while the field has not the keyboard; the text stays as it was typed.
    """

    left = Signal()

    def __init__(
        self,
        *,
        icon: str = "",
        say: Say = nothing,
        figures: bool = False,
        reads: Callable[[str], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._figures, self._trailing, self._reads = icon, figures, 0, reads
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        tell(self, self.setPlaceholderText, say)
        self.textEdited.connect(self._keep_in_one_line)
        look.changed.connect(self._dress)
        self._dress()

    def _keep_in_one_line(self, text: str) -> None:
        line = in_one_line(text) if self.echoMode() is QLineEdit.EchoMode.Normal else text
        if line != text:
            behind = len(text) - self.cursorPosition()
            with QSignalBlocker(self):
                self.selectAll()
                self.insert(line)  # which can be taken back, as the pasting can
            self.setCursorPosition(max(0, len(line) - behind))

    def set_tone(self, tone: str) -> None:
        """``danger`` or ``warning`` marks the edge; nothing takes the mark away."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)  # gives back the letters of the size in which the style first saw the field
            self.style().polish(self)
            self.setFont(look.font(figures=self._figures))

    def pick_out(self, sign: str) -> None:
        """Select the first such sign, so that what nobody sees can be deleted."""
        before, found, _ = self.text().partition(sign)
        if found:
            self.setSelection(_units(before), _units(sign))

    def keep_free(self, width: int) -> None:
        """Keep room at the right for buttons lying on the field."""
        self._trailing = width
        self._dress()

    def set_figures(self, figures: bool) -> None:
        """Type in figures of one width."""
        self._figures = figures
        self._dress()

    def _dress(self) -> None:
        self.setFont(look.font(figures=self._figures))
        self.setFixedHeight(look.px(36))
        self.setTextMargins(look.px(28) if self._icon else 0, 0, self._trailing, 0)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(72), look.px(36))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = letter_of(event)
        if letter and not self.isReadOnly():
            self.write(letter)
            return
        super().keyPressEvent(event)

    def write(self, letters: str) -> None:
        """Write at the cursor as typing does, so that whoever listens to typing hears it."""
        self.insert(letters)
        self.textEdited.emit(self.text())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def shown(self) -> str | None:
        """Words to stand in the field while it has not the keyboard; None for what was typed."""
        if self.hasFocus() or not self.text() or self.echoMode() is not QLineEdit.EchoMode.Normal:
            return None
        room, metrics = self._words_box().width(), QFontMetrics(self.font())
        easier = self._reads(self.text()) if self._reads is not None else self.text()
        if easier != self.text() and metrics.horizontalAdvance(easier) <= room:
            return easier
        if metrics.horizontalAdvance(self.text()) <= room:
            return None
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _words_box(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        margins = self.textMargins()
        return box.adjusted(margins.left() + 2, 0, -margins.right() - 2, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.shown()
        if words is None:
            super().paintEvent(event)
            self.paint_icon(QPainter(self))
            return
        painter = QPainter(self)
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setFont(self.font())
        painter.setPen(look.color("text" if self.isEnabled() else "muted"))
        painter.drawText(self._words_box().adjusted(0, 0, 4, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        self.paint_icon(painter)

    def paint_icon(self, painter: QPainter) -> None:
        """The icon at the left."""
        if self._icon:
            where = QRect(look.px(9), 0, look.px(22), self.height())
            icons.paint(painter, where, self._icon, look.color("muted"), look.px(20))


class MaskedField(LineField):
    """A personal number: whole while it is typed, later only its first and last signs until the eye is pressed."""

    def __init__(self, *, say: Say = nothing, parent: QWidget | None = None) -> None:
        super().__init__(say=say, figures=True, parent=parent)
        self._open = False
        self._mask: str | None = None
        self._button = IconButton("eye", nothing, tone="muted", side=32, parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._turn)

    def set_eye_words(self, say: Say) -> None:
        """What the eye says to a screen reader."""
        self._button.say(say)

    def set_mask(self, masked: str) -> None:
        """What is shown instead of the number."""
        self._mask = masked
        self.update()

    @property
    def is_masked(self) -> bool:
        """Whether the number is hidden at this moment."""
        return bool(not self._open and not self.hasFocus() and self.text() and self._mask)

    def _turn(self) -> None:
        self._open = not self._open
        self._button.set_icon("eye-slash" if self._open else "eye")
        self.update()

    @override
    def _dress(self) -> None:
        self._trailing = look.px(32)
        super()._dress()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = look.px(32)
        self._button.setGeometry(self.width() - side - 2, (self.height() - side) // 2, side, side)

    @override
    def shown(self) -> str | None:
        return self._mask if self.is_masked else super().shown()


class TextField(QTextEdit):
    """Several lines of plain text; what is pasted loses its dress and keeps every letter."""

    left = Signal()

    def __init__(self, *, lines: int = 4, say: Say = nothing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tell(self, self.setPlaceholderText, say)
        look.changed.connect(self._dress)
        self._dress()

    def text(self) -> str:
        """What was typed, to the letter."""
        return self.document().toRawText().translate(_ENDS_IN_QT)

    def set_text(self, text: str) -> None:
        """Show a text kept from before."""
        if text != self.text():
            self.setPlainText(text)
            self._space_lines()

    def pick_out(self, sign: str) -> None:
        """Select the first such sign, so that what nobody sees can be deleted."""
        before, found, _ = self.text().partition(sign)
        if found:
            cursor = self.textCursor()
            cursor.setPosition(_units(before))
            cursor.setPosition(_units(before + sign), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def set_tone(self, tone: str) -> None:
        """``danger`` or ``warning`` marks the edge."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)  # gives back the letters of the size in which the style first saw the field
            self.style().polish(self)
            self.setFont(look.font())

    def set_lines(self, lines: int) -> None:
        """Ask for the room of so many lines at least."""
        if lines != self._lines:
            self._lines = lines
            self.setMinimumHeight(self._high())
            self.updateGeometry()

    def insert(self, letters: str) -> None:
        """Write letters at the cursor."""
        self.textCursor().insertText(letters)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop: what ends a line in a word processor or a PDF ends one here, and is seen to."""
        if source.hasText():
            self.insert(settle_pasted(source.text(), is_long=True))
            self.ensureCursorVisible()

    def _dress(self) -> None:
        self.setFont(look.font())
        self.setMinimumHeight(self._high())
        self._space_lines()

    def _high(self) -> int:
        return look.px(21) * self._lines + look.px(16)

    def _space_lines(self) -> None:
        block = QTextBlockFormat()
        block.setLineHeight(look.px(21), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        undoable = self.document().isUndoRedoEnabled()
        self.document().setUndoRedoEnabled(False)
        cursor.select(QTextCursor.SelectionType.Document)
        with QSignalBlocker(self):  # other clothes are no other words: nobody has typed
            cursor.mergeBlockFormat(block)
        self.document().setUndoRedoEnabled(undoable)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(240), self._high())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(72), self._high())  # Qt's own asks for the room of its scroll bars

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = letter_of(event)
        if letter and not self.isReadOnly():
            self.insert(letter)
            return
        super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Field(QWidget):
    """A control with its words: label above, note at the label's right, hint or message below.

    The message line takes room only while it speaks.
    """

    def __init__(
        self,
        label: Say,
        control: QWidget,
        *,
        optional: Say | None = None,
        hint: Say | None = None,
        named: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._hint = hint
        self._good = False
        self._label = Text(label, Size.SECONDARY, strong=True)
        self._label.setBuddy(named or control)
        self._note = Text("", Size.SECONDARY, tone="muted")
        self._note_icon = Glyph("check", "success", 16)
        self._note_icon.hide()
        self._message = Text("", Size.SECONDARY, tone="muted", wrap=True)
        self._message_icon = Glyph("info", "muted", 16)
        self._top = QHBoxLayout()
        self._top.setSpacing(look.px(8))
        self._top.addWidget(self._label)
        if optional is not None:
            self._note.say(optional)
        else:
            self._note.hide()
        self._top.addStretch(0)
        self._top.addWidget(self._note_icon)
        self._top.addWidget(self._note)
        self._top.addStretch(1 if optional is not None else 0)
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(look.px(6))
        below.addWidget(self._message_icon, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._message, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        column.addLayout(self._top)
        column.addWidget(control, 1 if isinstance(control, TextField) else 0)
        column.addWidget(self._below)
        if not isinstance(control, TextField):
            column.addStretch(1)
        tell(control, control.setAccessibleName, label)
        self.quiet()

    def add_to_label(self, widget: QWidget) -> None:
        """Put something at the right end of the label's line, such as the letter buttons."""
        self._top.addWidget(widget)

    def say_error(self, say: Say) -> None:
        """Name what is wrong and how to put it right; the edge turns to danger."""
        self._speak("danger", say)

    def say_warning(self, say: Say) -> None:
        """A soft check: the clerk decides, nothing is refused."""
        self._speak("warning", say)

    def say_good(self, say: Say) -> None:
        """A short good word at the right of the label."""
        self._good = True
        self._note_icon.show()
        self._note.say(say)
        self._note.set_tone("success")
        self._note.show()

    def quiet(self) -> None:
        """Back to the hint, or to silence."""
        self._mark("")
        self.control.setAccessibleDescription("")
        self._note_icon.hide()
        if self._good:
            self._good = False
            self._note.hide()
        if self._hint is None:
            self._below.hide()
        else:
            self._message_icon.set_icon("info", "muted")
            self._message.set_tone("muted")
            self._message.say(self._hint)
            self._below.show()

    def message(self) -> str:
        """What stands below at the moment."""
        return self._message.text() if not self._below.isHidden() else ""

    def lend_message(self) -> QWidget:
        """Give the message's line to a row of fields, which shows it below them all."""
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(self._below)
        return self._below

    def message_width(self) -> int:
        """What the message would take on one line."""
        words = QFontMetrics(self._message.font()).horizontalAdvance(self._message.text())
        return words + self._message_icon.width() + look.px(6) + 2

    def _speak(self, tone: str, say: Say) -> None:
        self._mark(tone)
        self._message_icon.set_icon(TONES[tone], tone)
        self._message.set_tone(tone)
        self._message.say(say)
        self.control.setAccessibleDescription(self._message.text())
        self._below.show()

    def _mark(self, tone: str) -> None:
        mark = getattr(self.control, "set_tone", None)
        if mark is not None:
            mark(tone)


class FieldRow(QWidget):
    """Fields side by side whose messages stand below them all: one line there, where a narrow field would need three.

    A message begins below its field when it has the room to its right, else as near to it as it can. Where the form is
    narrow the fields from ``breaks`` on stand in a second line.
    """

    def __init__(self, *fields: tuple[Field, int], breaks: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._rows.setSpacing(12)
        said = QVBoxLayout()
        said.setSpacing(2)
        self._lent: list[tuple[Field, QWidget]] = []
        for line in (fields[:breaks], fields[breaks:]):
            row = QHBoxLayout()
            row.setSpacing(12)
            for field, share in line:
                row.addWidget(field, share)
            if line:
                self._rows.addLayout(row, sum(share for _field, share in line))
        for field, _share in fields:
            below = field.lend_message()
            said.addWidget(below)
            self._lent.append((field, below))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        column.addLayout(self._rows)
        column.addLayout(said)

    def set_narrow(self, narrow: bool) -> None:
        """Stand in two lines, or in one."""
        ways = QBoxLayout.Direction
        self._rows.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._rows.setSpacing(8 if narrow else 12)

    def _place(self) -> None:
        for field, below in self._lent:
            left = max(0, min(field.x(), self.width() - field.message_width()))
            below.setContentsMargins(left, 0, 0, 0)

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._place()
        return done
