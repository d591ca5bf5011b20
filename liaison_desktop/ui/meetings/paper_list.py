"""The papers of a meeting one below the other: of which item, how much of each is here, and the way to read it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.paper_values import PaperRow
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card, Scroll, boxed, column, row
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import ntr, tr


class OpenButton(Button):
    """Opens one paper; whoever does not see the row hears which."""

    def __init__(self, title: Say) -> None:
        self._title = title
        super().__init__(lambda: tr("Read"), Kind.SECONDARY, icon="book-open")

    @override
    def _put(self, text: str) -> None:
        super()._put(text)
        self.setAccessibleName(f"{text}: {self._title()}")


class PaperLine(QWidget):
    """One paper; its words change while it comes, and the keyboard stays where it is."""

    def __init__(self, shown: PaperRow) -> None:
        super().__init__()
        self._icon = Glyph(shown.state.icon, shown.state.tone, 16)
        self._title = Text(shown.title, strong=True, wrap=True)
        self._about = Text(shown.about, Size.SECONDARY, tone="muted", wrap=True)
        self._state = Text(shown.state.say, Size.SECONDARY, wrap=True)
        self.read = OpenButton(shown.title)
        self.read.setObjectName(names.PAPER_READ)
        state = row(self._icon, self._state, gap=6)
        state.setStretch(1, 1)
        words = column(self._title, self._about, state, gap=2)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(boxed(words), 1)
        line.addWidget(self.read, 0, Qt.AlignmentFlag.AlignTop)
        self.show_paper(shown)

    def show_paper(self, shown: PaperRow) -> None:
        """Show how it stands."""
        self._icon.set_icon(shown.state.icon, shown.state.tone)
        self._state.say(shown.state.say)
        self._state.set_tone(shown.state.tone)
        self._about.say(shown.about)
        self._title.set_tone("muted" if shown.state.tone == "danger" else "text")
        self.read.setVisible(shown.can_open)

    def text(self) -> str:
        """What it says."""
        return f"{self._title.text()} {self._about.text()} {self._state.text()}"


class PaperLines(QWidget):
    """Emits which paper the person wants to read."""

    wanted = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.PAPERS)
        self.lines: dict[bytes, PaperLine] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(12)

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """Show these in this order; those that are there already stay."""
        wanted = [one.paper for one in rows]
        if wanted != list(self.lines):
            for line in self.lines.values():
                self._rows.removeWidget(line)
                line.hide()
                line.deleteLater()
            self.lines = {one.paper: self._line(one) for one in rows}
        for one in rows:
            self.lines[one.paper].show_paper(one)

    def _line(self, shown: PaperRow) -> PaperLine:
        line = PaperLine(shown)
        line.read.clicked.connect(lambda: self.wanted.emit(shown.paper))
        self._rows.addWidget(line)
        return line


class PapersCard(Card):
    """The papers beside the lobby's agenda; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__(pad=16, gap=10)
        self._count = Text("", tone="muted")
        self.papers = PaperLines()
        head = row(Text(lambda: tr("Papers"), Size.SECTION, strong=True, wrap=True), self._count)
        head.setStretch(0, 1)
        self.column.addLayout(head)
        self.column.addWidget(self.papers)
        self.hide()

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """Show these."""
        self.papers.show_papers(rows)
        standing = sum(one.state.tone != "danger" for one in rows)
        self._count.say(lambda: ntr("{n} paper", "{n} papers", standing))
        self.setVisible(bool(rows))


class PapersPage(Scroll):
    """The papers beside the room's pictures."""

    def __init__(self) -> None:
        self.papers = PaperLines()
        inner = QWidget()
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self.papers)
        inside.addStretch(1)
        super().__init__(inner)

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """Show these."""
        self.papers.show_papers(rows)
