"""Ң Ө Ү for keyboards that have not got them: three small buttons that write into the field last typed in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QTextEdit, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Painted
from liaison_desktop.ui.widgets.fields import LineField
from liaison_desktop.ui.widgets.letter_keys import KEYS
from liaison_desktop.ui.widgets.saying import fixed

LETTERS = "ңөү"


class _Letter(Painted):
    """One letter; it never takes the keyboard from the field."""

    def __init__(self, letter: str, parent: QWidget) -> None:
        super().__init__(fixed(letter.upper()), parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(KEYS[letter])

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(32), look.px(24))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("control"), 1))
        painter.setBrush(look.color("primary_tint" if self.isDown() else "neutral" if self.underMouse() else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color("text"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


class LetterButtons(QWidget):
    """The three letters beside a long field: capital after Shift or at the start of a sentence, small otherwise."""

    def __init__(self, fallback: QTextEdit | LineField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fallback = fallback
        self._last: QTextEdit | LineField = fallback
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(6))
        for letter in LETTERS:
            button = _Letter(letter, self)
            button.setObjectName(f"letter.{letter}")
            button.clicked.connect(lambda _checked=False, one=letter: self.write(one))
            row.addWidget(button)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._remember)

    def write(self, letter: str) -> None:
        """Write the letter into the field last typed in, and give it the keyboard back."""
        field = self._last
        shift = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        if isinstance(field, QTextEdit):
            before = field.toPlainText()[: field.textCursor().position()]
            field.textCursor().insertText(letter.upper() if shift or _starts(before) else letter)
        else:
            before = field.text()[: field.cursorPosition()]
            field.write(letter.upper() if shift or not before.strip() else letter)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember(self, _old: QWidget | None, new: QWidget | None) -> None:
        if isinstance(new, (LineField, QTextEdit)) and new.window() is self.window() and not new.isReadOnly():
            self._last = new


def _starts(before: str) -> bool:
    """Whether a sentence starts after ``before``."""
    text = before.rstrip(" ")
    return not text or (text[-1] in ".!?\n…" and text != before) or text.endswith("\n")
