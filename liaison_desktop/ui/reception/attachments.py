"""The files of a draft: added by button or by dropping them, each with its kind and size, taken away by a cross."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.values import AttachedRow
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, IconButton
from liaison_desktop.ui.widgets.layout import Scroll, clear, row
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.workplace.words import ntr, tr

GAP = 4

ICONS = {
    "image": "image",
    "application/pdf": "file-pdf",
    "audio": "music-notes",
    "video": "film-strip",
    "text": "file-text",
}


def icon_of(media_type: str) -> str:
    """The icon of a kind of file."""
    return ICONS.get(media_type) or ICONS.get(media_type.partition("/")[0], "file")


class FileLine(QWidget):
    """One file."""

    removed = Signal(str)

    def __init__(self, file: AttachedRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 2, 2, 2)
        line.setSpacing(8)
        line.addWidget(Glyph(icon_of(file.media_type), "muted"))
        line.addWidget(Elided(file.name), 1)
        line.addWidget(Text(lambda: formats.size(file.size_bytes), Size.SECONDARY, tone="muted", figures=True))
        away = IconButton("x", lambda: tr("Take {name} away", name=file.name), tone="muted", side=28, size=16)
        away.setObjectName(f"reception.attachment.remove.{file.key}")
        away.clicked.connect(lambda: self.removed.emit(file.key))
        line.addWidget(away)


class Attachments(QWidget):
    """The list and the button."""

    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[AttachedRow, ...] = ()
        self._count = Text("", Size.SECONDARY, tone="muted")
        self.add = Button(lambda: tr("Add files"), key="F6", icon="paperclip")
        self.add.setObjectName(names.RECEPTION_ATTACH)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        inner = QWidget()
        holder = QVBoxLayout(inner)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addLayout(self._list)
        holder.addStretch(1)
        self._scroll = Scroll(inner)
        self._tight = False
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._drop = _DropPlace()
        self._drop.setObjectName("reception.attachments.drop")
        self._drop.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(row(Text(lambda: tr("Attachments"), Size.SECONDARY, strong=True), self._count, 1))
        column.addWidget(self._drop, 1)
        column.addWidget(self._scroll, 1)
        column.addLayout(row(self.add, 1))
        column.addStretch(0)
        look.changed.connect(self._fit)
        self.show_files(())

    def show_files(self, files: tuple[AttachedRow, ...]) -> None:
        """List these files."""
        self._files = files
        clear(self._list)
        for file in files:
            line = FileLine(file)
            line.removed.connect(self.removed)
            self._list.addWidget(line)
        self._fit()
        total = sum(file.size_bytes for file in files)

        def count() -> str:
            return ", ".join((ntr("{n} file", "{n} files", len(files)), formats.size(total)))

        self._count.say(count if files else fixed(""))

    def set_tight(self, tight: bool) -> None:
        """Leave out the words about dropping, and show one file at a time: the form is low."""
        self._tight = tight
        self._fit()

    def least(self, tight: bool) -> int:
        """The height it needs at least."""
        return self.minimumSizeHint().height() - self._place(self._tight) + self._place(tight)

    def _place(self, tight: bool) -> int:
        """The height between label and button, with the gap above it."""
        if self._files:
            return look.px(32 if tight else 56) + GAP
        return 0 if tight else look.px(52) + GAP

    def _fit(self) -> None:
        self._scroll.setMinimumHeight(look.px(32 if self._tight else 56))
        self._drop.setMinimumHeight(look.px(52))
        self._scroll.setVisible(bool(self._files))
        self._drop.setVisible(not self._files and not self._tight)


class _DropPlace(QWidget):
    """The place that says files can be dropped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = Text(
            lambda: tr("Drop files here: a photograph, a scan, a document, a sound record"),
            Size.SECONDARY,
            tone="muted",
            wrap=True,
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.addWidget(words)

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # it takes the height that is left beside the text, and asks for none of its own

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.color("control"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
