"""The card of one request: who and what, the answer, whether the applicant knows, files, and the history."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.attachments import icon_of
from liaison_desktop.ui.reception.values import AttachedRow
from liaison_desktop.ui.requests.reception_panel import ReceptionPanel
from liaison_desktop.ui.requests.values import AnswerShown, CardShown, HistoryRow
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Card, Panel, Rule, Scroll, boxed, clear, row
from liaison_desktop.ui.widgets.messages import Badge, EmptyState
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Glyph, Link, NumberText, Text
from liaison_desktop.workplace.words import tr


class Dot(QWidget):
    """A point of the history's thread; the newest is filled."""

    def __init__(self, *, first: bool, last: bool) -> None:
        super().__init__()
        self._first, self._last = first, last
        self.setFixedWidth(16)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(7.5, look.px(11))
        painter.setPen(QPen(look.color("control"), 1.5))
        if not self._first:
            painter.drawLine(QPointF(7.5, 0), middle)
        if not self._last:
            painter.drawLine(middle, QPointF(7.5, self.height()))
        painter.setPen(QPen(look.color("success" if self._first else "control"), 2))
        painter.setBrush(look.color("success" if self._first else "surface"))
        painter.drawEllipse(QRectF(middle.x() - 4, middle.y() - 4, 8, 8))


class AnswerPanel(Panel):
    """An answer on its quiet ground."""

    open_file = Signal(str)

    def __init__(self, answer: AnswerShown) -> None:
        super().__init__("success_tint", radius=6)
        body = QVBoxLayout(self)
        body.setContentsMargins(12, 10, 12, 10)
        body.setSpacing(6)

        def title() -> str:
            day = formats.day(formats.local(answer.at).date())
            if answer.reference:
                return tr("Answer of {day}, No. {reference}", day=day, reference=_bare(answer.reference))
            return tr("Answer of {day}", day=day)

        head = row(Glyph("envelope-open", "success"), Text(title, strong=True, tone="success", wrap=True), gap=8)
        head.setStretch(1, 1)
        body.addLayout(head)
        body.addWidget(Text(answer.outcome, Size.SECONDARY, strong=True))
        words = Text(answer.text, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(words)
        body.addWidget(
            Text(lambda: tr("Signed by: {name}", name=answer.signed_by), Size.SECONDARY, tone="muted", wrap=True)
        )
        for file in answer.attachments:
            line = FileRow(file)
            line.opened.connect(self.open_file)
            body.addWidget(line)


class FileRow(QWidget):
    """A file that can be opened."""

    opened = Signal(str)

    def __init__(self, file: AttachedRow) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        link = Link(file.name)
        link.setObjectName(f"requests.file.{file.key}")
        link.clicked.connect(lambda: self.opened.emit(file.key))
        line.addWidget(Glyph(icon_of(file.media_type), "muted"))
        line.addWidget(link)
        line.addStretch(1)
        line.addWidget(Text(lambda: formats.size(file.size_bytes), Size.SECONDARY, tone="muted", figures=True))


class RequestCard(Card):
    """Everything known of the chosen request."""

    told_clicked = Signal()
    file_clicked = Signal(str)
    copy_clicked = Signal()
    reception_clicked = Signal(str)

    def __init__(self, *, is_beside: bool = False) -> None:
        """`is_beside`: it stands beside a meeting's room and shows what can be read, with no act but the outcome's."""
        super().__init__(pad=0, gap=0)
        self.setObjectName(names.REQUESTS_CARD)
        self._is_beside = is_beside
        self._shown: CardShown | None = None
        self._open_pin = False
        self._empty = EmptyState(
            "files", lambda: tr("No request is chosen"), lambda: tr("Choose a request in the list to read it whole.")
        )
        self._inner = QWidget()
        self._body = QVBoxLayout(self._inner)
        self._body.setContentsMargins(16, 14, 12, 14)
        self._body.setSpacing(10)
        self._scroll = Scroll(self._inner)
        self.column.addWidget(self._empty, 1)
        self.column.addWidget(self._scroll, 1)
        self._scroll.hide()

    def show_card(self, card: CardShown | None) -> None:
        """Show a request, or that none is chosen."""
        if card is None or self._shown is None or card.appeal != self._shown.appeal:
            self._open_pin = False
            self._scroll.verticalScrollBar().setValue(0)
        self._shown = card
        self._empty.setVisible(card is None)
        self._scroll.setVisible(card is not None)
        whole = None if card is None else self._written(card)
        clear(self._body)
        if whole is not None:
            self._body.addWidget(whole)
            whole.show()  # at once: what was there goes when this is to be seen, and nothing stands empty between
            self._body.activate()

    def _written(self, card: CardShown) -> QWidget:
        """The card's words, whole before anybody sees them."""
        body = QVBoxLayout()
        body.setSpacing(10)
        number = NumberText(Size.SECTION)
        number.setObjectName(names.REQUESTS_NUMBER)
        number.show_number(card.number)
        due = card.due.due_on
        body.addLayout(row(number, 1))
        badges = Flow(8)
        badges.addWidget(Badge(card.state, card.state_tone, card.state_icon))
        if due is not None:
            badges.addWidget(Badge(lambda: tr("due {day}", day=formats.short_day(due)), "neutral", "clock"))
        body.addLayout(badges)
        if card.subject:
            body.addWidget(Text(card.subject, strong=True, wrap=True))
        for doubt in card.doubts:
            line = row(Glyph("warning", "warning"), Text(doubt, Size.SECONDARY, tone="warning", wrap=True), gap=8)
            line.setStretch(1, 1)
            body.addLayout(line)
        for answer in card.answers:
            panel = AnswerPanel(answer)
            panel.open_file.connect(self.file_clicked)
            body.addWidget(panel)
        if card.answers:
            body.addWidget(self._told(card))
        if card.reception is not None:
            self._section(body, lambda: tr("Conversation"))
            conversation = ReceptionPanel(card.reception, is_beside=self._is_beside)
            conversation.pressed.connect(self.reception_clicked)
            body.addWidget(conversation)
            body.addWidget(Rule())
        body.addLayout(self._facts(card))
        if card.text:
            self._section(body, lambda: tr("Text"))
            words = Text(card.text, wrap=True)
            words.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            words.setAccessibleName(tr("Text of the request"))
            words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            body.addWidget(words)
        if card.attachments:
            self._section(body, lambda: tr("Attachments"))
            for file in card.attachments:
                line_of = FileRow(file)
                line_of.opened.connect(self.file_clicked)
                body.addWidget(line_of)
        self._section(body, lambda: tr("History"))
        thread = QVBoxLayout()
        thread.setSpacing(0)
        for place, event in enumerate(card.history):
            thread.addWidget(_HistoryLine(event, first=place == 0, last=place == len(card.history) - 1))
        body.addLayout(thread)
        body.addStretch(1)
        return boxed(body)

    def _section(self, body: QVBoxLayout, say: Say) -> None:
        body.addWidget(Rule())
        body.addWidget(Text(say, Size.SECONDARY, strong=True, tone="muted"))

    def _facts(self, card: CardShown) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        place = 0
        for label, words in card.facts:
            if not words():
                continue
            grid.addWidget(Text(label, Size.SECONDARY, tone="muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(words, wrap=True, figures=True), place, 1)
            place += 1
        if card.pin:
            grid.addWidget(Text(lambda: tr("PIN"), Size.SECONDARY, tone="muted"), place, 0)
            pin = Text(card.pin if self._open_pin else card.pin_masked, figures=True)
            eye = IconButton("eye", lambda: tr("Show or hide the PIN"), tone="muted", side=26, size=18)
            eye.setObjectName("requests.pin.eye")

            def turn() -> None:
                self._open_pin = not self._open_pin
                pin.say(card.pin if self._open_pin else card.pin_masked)
                eye.set_icon("eye-slash" if self._open_pin else "eye")

            eye.clicked.connect(turn)
            grid.addLayout(row(pin, 1, eye), place, 1)
        return grid

    def _told(self, card: CardShown) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        tone = "success" if card.told else "warning"
        line.addWidget(Glyph("check-circle" if card.told else "phone", tone))
        line.addWidget(Text(card.told_words, strong=not card.told, tone=tone, wrap=True), 1)
        if card.may_tell and not card.told and not self._is_beside:
            mark = Button(lambda: tr("Mark"), Kind.LINK)
            mark.setObjectName(names.REQUESTS_TOLD)
            mark.clicked.connect(self.told_clicked)
            line.addWidget(mark)
        return holder


class _HistoryLine(QWidget):
    """One event: when, what, and perhaps a note."""

    def __init__(self, event: HistoryRow, *, first: bool, last: bool) -> None:
        super().__init__()
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 6)
        words.setSpacing(0)
        words.addWidget(Text(event.say, strong=first, wrap=True))
        if event.note is not None:
            words.addWidget(Text(event.note, Size.SECONDARY, tone="muted", wrap=True))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Dot(first=first, last=last))
        when = Text(
            lambda: _when_of(event),
            Size.SECONDARY,
            tone="muted",
            figures=True,
        )
        when.setMinimumHeight(look.px(22))
        line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)


def _when_of(event: HistoryRow) -> str:
    day = formats.short_day(formats.local(event.at).date())
    return f"{day} {formats.clock(event.at)}" if event.is_hour_known else day


def _bare(reference: str) -> str:
    """A reference without the sign for a number before it, which the words around have."""
    return reference.strip().removeprefix("№").strip()
