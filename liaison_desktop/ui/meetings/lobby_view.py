"""The meeting that is open: when it is, its agenda, who is invited; and the list of all others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.decision_cards import DecisionsCard
from liaison_desktop.ui.meetings.lobby_values import AgendaShown, DecisionShown, LobbyShown, MeetingLine, RuleShown
from liaison_desktop.ui.meetings.paper_list import PapersCard
from liaison_desktop.ui.meetings.vote_view import VoteList
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card, boxed, clear, column, row
from liaison_desktop.ui.widgets.messages import Badge, MessageBar
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Glyph, Link, Text
from liaison_desktop.workplace.words import tr

LINES_SHOWN = 5


def _when(one: MeetingLine) -> tuple[Part, ...]:
    return (Part(one.when(), strong=True),)


def _title(one: MeetingLine) -> tuple[Part, ...]:
    return (Part(one.title()),)


def _state(one: MeetingLine) -> tuple[Part, ...]:
    if one.state is None:
        return ()
    tone = "muted" if one.state.tone == "neutral" else one.state.tone
    return (Part(one.state.say(), tone, icon=one.state.icon),)


COLUMNS = (
    Column("when", lambda: tr("When"), _when, 104, fits=True),
    Column("title", lambda: tr("Meeting"), _title, 0, least=160),
    Column("state", lambda: tr("State"), _state, 88, fits=True),
)


class LobbyHead(QWidget):
    """Title and chair at the left, when it is at the right; one below the other where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.all = Link(lambda: tr("All meetings"))
        self.all.setObjectName(names.MEETINGS_ALL)
        self.title = Text("", Size.TITLE, strong=True, wrap=True)
        self.title.setObjectName(names.MEETINGS_TITLE)
        self.chair = Text("", tone="muted", wrap=True)
        self.day = Text("", tone="muted")
        self.hours = Text("", Size.SECTION, strong=True, figures=True)
        self.zone = Text(lambda: tr("Bishkek time"), tone="muted")
        self.state = Badge("", "primary", "clock", tall=True)
        self.state.setObjectName(names.MEETINGS_STATE)
        self._when = boxed(column(self.day, row(self.hours, self.zone, 1), gap=2))
        self._beside = boxed(row(self._when, self.state, 1, gap=24))
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        self._line.addWidget(boxed(column(self.all, self.title, self.chair, gap=2)), 1)
        self._line.addWidget(self._beside)

    def show_meeting(self, shown: LobbyShown | None) -> None:
        """Say what the meeting is; without one, what this screen is."""
        self._beside.setVisible(shown is not None)
        if shown is None:
            self.title.say(lambda: tr("Meetings"))
            self.chair.say(lambda: tr("What the centre plans for this office stands here, with and without a line."))
            return
        self.title.say(shown.title)
        self.chair.say(shown.chair)
        self.day.say(shown.day)
        self.hours.say(shown.hours)
        self.state.show_state(shown.state.say, shown.state.tone, shown.state.icon)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        beside = self.width() >= look.px(820)
        self._line.setDirection(directions.LeftToRight if beside else directions.TopToBottom)


class AgendaCard(Card):
    """The matters in their order; those that this office reports on stand out."""

    def __init__(self) -> None:
        super().__init__(pad=16, gap=10)
        self.setObjectName(names.MEETINGS_AGENDA)
        self._length = Text("", tone="muted")
        self._none = Text(lambda: tr("The centre has not sent an agenda."), tone="muted", wrap=True)
        self._note = Text("", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self.column.addLayout(row(Text(lambda: tr("Agenda"), Size.SECTION, strong=True), 1, self._length))
        self.column.addWidget(self._none)
        self.column.addLayout(self._rows)
        self.column.addWidget(self._note)

    def show_meeting(self, shown: LobbyShown) -> None:
        """Show its matters and the words that stand beside them."""
        clear(self._rows)
        for item in shown.agenda:
            self._rows.addLayout(_agenda_row(item))
        self._none.setVisible(not shown.agenda)
        self._length.say(shown.length)
        self._note.say(shown.note)
        self._note.setVisible(bool(shown.note()))


def _agenda_row(item: AgendaShown) -> QHBoxLayout:
    number = Text(f"{item.place}", strong=True, tone="muted", figures=True)
    number.setFixedWidth(look.px(20))
    title = Text(item.title, strong=item.is_own, wrap=True)
    words = column(title, gap=2)
    if item.is_own:
        words.addWidget(
            Badge(lambda: tr("Your office reports"), "primary", "microphone"), 0, Qt.AlignmentFlag.AlignLeft
        )
    elif item.who():
        words.addWidget(Text(item.who, Size.SECONDARY, tone="muted", wrap=True))
    minutes = Text(item.minutes, tone="muted", figures=True)
    line = row(number, boxed(words), minutes, gap=8)
    line.setAlignment(number, Qt.AlignmentFlag.AlignTop)
    line.setAlignment(minutes, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return line


class AboutCard(Card):
    """What this office is in the meeting, what becomes of picture and sound, and who is invited."""

    def __init__(self) -> None:
        super().__init__(pad=16, gap=10)
        self._rules = QVBoxLayout()
        self._rules.setSpacing(10)
        self._count = Text("", tone="muted", wrap=True)
        self.who = Button(lambda: tr("Who is invited"), Kind.QUIET, icon="users")
        self.who.setObjectName(names.MEETINGS_GUESTS)
        self.who.setCheckable(True)
        self._guests = QVBoxLayout()
        self._guests.setSpacing(6)
        self._list = boxed(self._guests)
        self._list.hide()
        self.column.addLayout(self._rules)
        line = row(self._count, self.who)
        line.setStretch(0, 1)
        self.column.addLayout(line)
        self.column.addWidget(self._list)
        self.who.toggled.connect(self._list.setVisible)

    def show_meeting(self, shown: LobbyShown) -> None:
        """Show the rules of a meeting and its guests."""
        clear(self._rules)
        for rule in shown.rules:
            self._rules.addLayout(_rule(rule))
        self._count.say(shown.invited)
        clear(self._guests)
        for guests in shown.guests:
            self._guests.addWidget(Text(guests, Size.SECONDARY, wrap=True))


def _rule(rule: RuleShown) -> QHBoxLayout:
    icon = Glyph(rule.icon, "primary", 20)
    line = row(icon, Text(rule.say, wrap=True), gap=10)
    line.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return line


class ListCard(Card):
    """All meetings of this office: to come, and on demand those that were."""

    chosen = Signal(bytes)

    def __init__(self) -> None:
        super().__init__(pad=16, gap=8)
        self.column.setContentsMargins(1, 12, 1, 6)
        self._coming: tuple[MeetingLine, ...] = ()
        self._past: tuple[MeetingLine, ...] = ()
        self._chosen = b""
        self.earlier = Button(lambda: tr("Earlier meetings"), Kind.QUIET, icon="clock-counter-clockwise")
        self.earlier.setObjectName(names.MEETINGS_EARLIER)
        self.earlier.setCheckable(True)
        self.table = RowsTable(COLUMNS, lambda: tr("Meetings of this office"))
        self.table.setObjectName(names.MEETINGS_TABLE)
        head = row(Text(lambda: tr("All meetings"), Size.SECTION, strong=True, wrap=True), self.earlier)
        head.setStretch(0, 1)
        head.setContentsMargins(16, 0, 8, 0)
        self.column.addLayout(head)
        self.column.addWidget(self.table)
        self.earlier.toggled.connect(self._lay)
        self.table.current_changed.connect(self._on_current)

    def show_lines(self, coming: tuple[MeetingLine, ...], past: tuple[MeetingLine, ...], chosen: bytes) -> None:
        """Show the lines; the chosen one is marked."""
        self._coming, self._past, self._chosen = coming, past, chosen
        self.earlier.setVisible(bool(past) and bool(coming))
        self.setVisible(bool(coming or past))
        self._lay()

    def _lay(self) -> None:
        rows = (*self._coming, *self._past) if self.earlier.isChecked() or not self._coming else self._coming
        self.table.blockSignals(True)
        self.table.show_rows(rows, lambda line: line.meeting, self._chosen)
        self.table.blockSignals(False)
        self.table.setFixedHeight(look.px(40) + look.px(36) * min(max(len(rows), 1), LINES_SHOWN))

    def _on_current(self, line: MeetingLine | None) -> None:
        if line is not None:
            self.chosen.emit(line.meeting)


class LobbyView(QWidget):
    """The right side of the screen; its head and its word stand above both sides. Emits which meeting is wanted."""

    chosen = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = LobbyHead()
        self.word = MessageBar()
        self.word.setObjectName(names.MEETINGS_WORD)
        self.agenda, self.about, self.list = AgendaCard(), AboutCard(), ListCard()
        self.papers = PapersCard()
        self.votes = VoteList()
        self.decisions = DecisionsCard(lambda: tr("Decisions"), names.MEETINGS_DECISIONS)
        self.to_do = DecisionsCard(lambda: tr("What meetings asked this office to do"), names.MEETINGS_TO_DO)
        self.nothing = Card(pad=20, gap=6)
        self.nothing.setObjectName(names.MEETINGS_NOTHING)
        self.nothing.column.addWidget(
            Text(lambda: tr("No meeting is planned for this office"), Size.SECTION, strong=True, wrap=True)
        )
        self.nothing.column.addWidget(
            Text(
                lambda: tr(
                    "When the centre plans one, it comes with the next exchange and stays here. Camera and sound can be"
                    " tried at any time."
                ),
                tone="muted",
                wrap=True,
            )
        )
        self._join: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        shown = (self.nothing, self.votes, self.decisions, self.agenda, self.papers, self.about, self.to_do, self.list)
        for part in shown:
            self._column.addWidget(part)
        self.list.chosen.connect(self.chosen)
        self.head.all.clicked.connect(self.list.table.setFocus)
        self.show_meeting(None)
        self.show_lines((), (), b"")

    def show_meeting(self, shown: LobbyShown | None) -> None:
        """Show a meeting whole, or that there is none."""
        self.head.show_meeting(shown)
        self.nothing.setVisible(shown is None)
        self.agenda.setVisible(shown is not None)
        self.about.setVisible(shown is not None)
        self.decisions.show_decisions(shown.decisions if shown is not None else ())
        self.word.setVisible(shown is not None and shown.word is not None)
        if shown is not None:
            self.agenda.show_meeting(shown)
            self.about.show_meeting(shown)
            if shown.word is not None:
                self.word.tell(shown.word.tone, shown.word.icon, shown.word.title, shown.word.body)

    def show_to_do(self, to_do: tuple[DecisionShown, ...]) -> None:
        """Show what this office has to do of the other meetings."""
        self.to_do.show_decisions(to_do)

    def show_lines(self, coming: tuple[MeetingLine, ...], past: tuple[MeetingLine, ...], chosen: bytes) -> None:
        """Show the list of meetings, and the way down to it."""
        self.list.show_lines(coming, past, chosen)
        self.head.all.setVisible(bool(coming or past))

    def show_joinable(self, way_in: QWidget | None) -> None:
        """Put the way into the meeting above what is said of it, or take it away; it belongs to whoever gives it.

        Above, because on a small screen nobody should have to look for it.
        """
        if self._join is not None:
            self._column.removeWidget(self._join)
            self._join.hide()
        self._join = way_in
        if way_in is not None:
            self._column.insertWidget(0, way_in)
            way_in.show()
