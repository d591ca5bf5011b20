"""What stands beside the form: earlier requests of this person, a possible repeat, what the law says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from liaison_desktop.ui import formats
from liaison_desktop.ui.reception.values import EarlierRow, Notice, TwinRow
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Card, Panel, Rule, boxed, clear, column, row
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.text import Glyph, Link, Text
from liaison_desktop.workplace.words import tr


class Earlier(Card):
    """Earlier requests of the same person at this office."""

    opened = Signal(bytes)

    def __init__(self) -> None:
        super().__init__(pad=12, gap=6)
        self.column.addWidget(Text(lambda: tr("Earlier requests at this office"), strong=True, wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.column.addLayout(self._rows)
        self.hide()

    def show_rows(self, rows: tuple[EarlierRow, ...]) -> None:
        """Show them, newest first; none hides the card."""
        clear(self._rows)
        for place, earlier in enumerate(rows):
            if place:
                self._rows.addWidget(Rule())
            link = Link(earlier.number, Size.SECONDARY)
            link.setObjectName(f"reception.earlier.{place}")
            link.clicked.connect(lambda appeal=earlier.appeal: self.opened.emit(appeal))
            badge = Badge(earlier.state, earlier.tone, earlier.icon)
            head = Flow(6)
            head.addWidget(link)
            head.addWidget(badge)
            self._rows.addWidget(boxed(column(head, Text(earlier.subject, wrap=True), gap=4)))
        self.setVisible(bool(rows))


class Twin(Panel):
    """A request that may be about the same matter: compare it, or link this one as its repeat."""

    compare_clicked = Signal(bytes)
    link_clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__("warning_tint", radius=10)
        self._twin: TwinRow | None = None
        self._number = Link("")
        self._number.setObjectName("reception.twin.number")
        self._subject = Text("", wrap=True)
        self._compare = Button(lambda: tr("Compare"))
        self._compare.setObjectName("reception.twin.compare")
        self._link = Button(lambda: tr("Link as a repeat"))
        self._link.setObjectName("reception.twin.link")
        self._linked = Badge(lambda: tr("linked as a repeat"), "success", "check")
        self._number.clicked.connect(self._on_compare)
        self._compare.clicked.connect(self._on_compare)
        self._link.clicked.connect(self._on_link)
        body = QVBoxLayout(self)
        body.setContentsMargins(12, 12, 12, 12)
        body.setSpacing(8)
        title = Text(lambda: tr("May be a repeat"), strong=True, tone="warning")
        body.addLayout(row(Glyph("copy", "warning"), title, 1, gap=8))
        body.addWidget(self._number, 0, Qt.AlignmentFlag.AlignLeft)
        body.addWidget(self._subject)
        body.addWidget(self._linked, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = Flow(6)
        buttons.addWidget(self._compare)
        buttons.addWidget(self._link)
        body.addLayout(buttons)
        self.hide()

    def show_twin(self, twin: TwinRow | None) -> None:
        """Show it, or hide the card."""
        self._twin = twin
        self.setVisible(twin is not None)
        if twin is None:
            return
        self._number.say(twin.number)
        known = twin

        def words() -> str:
            text = tr("{subject}. Registered: {day}.", subject=known.subject, day=formats.day(known.registered_on))
            if known.due_on is None:
                return text
            return text + " " + tr("Answer due: {day}.", day=formats.day(known.due_on))

        self._subject.say(words)
        self._linked.setVisible(twin.linked)
        self._link.say((lambda: tr("Not a repeat")) if twin.linked else (lambda: tr("Link as a repeat")))

    def _on_compare(self) -> None:
        if self._twin is not None:
            self.compare_clicked.emit(self._twin.appeal)

    def _on_link(self) -> None:
        if self._twin is not None:
            self.link_clicked.emit(None if self._twin.linked else self._twin.appeal)


class Law(Card):
    """What the law says of this request, with the due date if it were registered today."""

    how_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(pad=14, gap=8)
        self.column.addWidget(Text(lambda: tr("By law"), strong=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.column.addLayout(self._rows)

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show a sentence each; one with more to say has a link."""
        clear(self._rows)
        for place, notice in enumerate(notices):
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(Text(notice.say, wrap=True))
            if notice.more is not None:
                link = Link(lambda: tr("How it is counted"), Size.SECONDARY)
                link.setObjectName(f"reception.law.how.{place}")
                link.clicked.connect(notice.more)
                words.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            line = QHBoxLayout()
            line.setSpacing(10)
            line.addWidget(Glyph(notice.icon, "muted"), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(words, 1)
            self._rows.addLayout(line)


class Beside(QWidget):
    """The whole column."""

    def __init__(self) -> None:
        super().__init__()
        self.earlier, self.twin, self.law = Earlier(), Twin(), Law()
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.earlier)
        body.addWidget(self.twin)
        body.addWidget(self.law)
        body.addStretch(1)
