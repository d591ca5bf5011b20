"""The screen of a request just registered: its number, its term counted openly, the receipt as it will be printed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QApplication, QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.reception.review import counting_lines, due_words, fill_calendar
from liaison_desktop.ui.reception.values import RegisteredFacts
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.buttons import Button, Kind, Segments
from liaison_desktop.ui.widgets.calendar import DueCalendar
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import ActionBar, Card, Scroll, boxed, clear, column, row
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Elided, Glyph, Link, NumberText, Text
from liaison_desktop.workplace.words import ntr, tr

NUMBER_SIDE, SCROLL_BAR = 20, 12
DUE_BESIDE_FROM = 580
"""Width, in pixels of plain text, from which the days of the term stand beside its words."""


class Preview(QWidget):
    """A page of paper as it will come from the printer."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.REGISTERED_PREVIEW)
        self._page: QImage | None = None
        self._say_waiting = tr
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    @property
    def has_page(self) -> bool:
        """Whether a page is shown."""
        return self._page is not None

    def show_page(self, page: QImage | None) -> None:
        """Show a rendered page, or that it is being made."""
        self._page = page
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(386), 548)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, 240)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._page is None:
            painter.setPen(look.color("muted"))
            painter.setFont(look.font())
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("The receipt is being made"))
            return
        size = self._page.size().scaled(self.size() - QSize(2, 2), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF((self.width() - size.width()) / 2, 1, size.width(), size.height())
        painter.drawImage(box, self._page)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("control"), 1))
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))


class Registered(QWidget):
    """The whole screen."""

    print_clicked = Signal()
    save_clicked = Signal()
    next_clicked = Signal()
    drafts_clicked = Signal()
    how_clicked = Signal()
    paper_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.REGISTERED)
        self._facts: RegisteredFacts | None = None
        self._drafts_open = 0
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self._build_number())
        left.addWidget(self._build_due())
        left.addWidget(self._build_people())
        left.addStretch(1)
        inner = boxed(left)
        self._scroll = Scroll(inner)
        self._right = self._build_paper()
        self._body = QHBoxLayout()
        self._body.setContentsMargins(24, 24, 24, 12)
        self._body.setSpacing(24)
        self._body.addWidget(self._scroll, 1)
        self._body.addWidget(self._right)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._body, 1)
        whole.addWidget(self._build_bar())
        for key, signal in (("F9", self.print_clicked), ("F2", self.next_clicked), ("Ctrl+S", self.save_clicked)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(signal if key != "F9" else self._press_print)
        look.language_changed.connect(self._say_due)
        look.changed.connect(self._fit_number)
        for dressed in (look.changed, look.language_changed):
            dressed.connect(self._fit_bar)

    def _build_number(self) -> Card:
        card = Card(pad=20, gap=8)
        card.column.setContentsMargins(NUMBER_SIDE, 14, NUMBER_SIDE, 14)
        title = Text(lambda: tr("The request is registered"), Size.TITLE, strong=True)
        card.column.addLayout(row(Glyph("check-circle", "success", 22), title, 1, gap=10))
        self.number = NumberText(Size.NUMBER)
        self.number.setObjectName(names.REGISTERED_NUMBER)
        self.copy = Button(lambda: tr("Copy"), Kind.QUIET, icon="copy")
        self.copy.setObjectName(names.REGISTERED_COPY)
        self.copy.clicked.connect(self._copy)
        number_line = Flow(8)
        number_line.addWidget(self.number)
        number_line.addWidget(self.copy)
        card.column.addLayout(number_line)
        self._when = Text("", tone="muted", figures=True)
        self.short_code = NumberText(Size.SECTION)
        self.short_code.setObjectName(names.REGISTERED_SHORT_CODE)
        code = row(Text(lambda: tr("Short code for the telephone"), tone="muted"), self.short_code, gap=10)
        moments = Flow(24)
        moments.addWidget(self._when)
        moments.addWidget(boxed(code))
        card.column.addLayout(moments)
        self.notice = MessageBar()
        card.column.addWidget(self.notice)
        return card

    def _build_due(self) -> Card:
        self._due_card = Card(pad=20, gap=10)
        self._due_card.column.setContentsMargins(20, 14, 20, 14)
        self._due_title = Text("", Size.SECTION, strong=True, wrap=True)
        self._due_title.setObjectName(names.REGISTERED_DUE)
        self._due_lines = QVBoxLayout()
        self._due_lines.setSpacing(10)
        how = Link(lambda: tr("How it is counted"))
        how.setObjectName("registered.how")
        how.clicked.connect(self.how_clicked)
        self._how = how
        self.calendar = DueCalendar(lambda: tr("The days of the term"))
        words = column(self._due_title, self._due_lines, row(how, 1), 1, gap=10)
        both = self._due_parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        both.setSpacing(16)
        both.addLayout(words, 1)
        both.addWidget(self.calendar, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._due_card.column.addLayout(both)
        return self._due_card

    def _build_people(self) -> Card:
        card = Card(pad=14, gap=6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self._people: dict[str, Text] = {}
        places: tuple[tuple[str, Say, int, int], ...] = (
            ("applicant", lambda: tr("From whom"), 0, 0),
            ("addressee", lambda: tr("To whom"), 1, 0),
            ("category", lambda: tr("Matter"), 0, 2),
            ("answer_by", lambda: tr("Answer"), 1, 2),
        )
        for name, say, line, place in places:
            label = Text(say, Size.SECONDARY, tone="muted")
            label.setContentsMargins(0, look.px(2), 0, 0)
            grid.addWidget(label, line, place, Qt.AlignmentFlag.AlignTop)
            self._people[name] = Text("", wrap=True)
            grid.addWidget(self._people[name], line, place + 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        card.column.addLayout(grid)
        return card

    def _build_paper(self) -> QWidget:
        self.paper = Segments((("a5", "A5"), ("roll", lambda: tr("80 mm"))), lambda: tr("Paper"))
        self.paper.setObjectName("registered.paper")
        self.paper.set_value("a5")
        self.paper.chosen.connect(self.paper_chosen)
        self.save = Button(lambda: tr("Save as PDF"), Kind.QUIET, icon="file-pdf")
        self.save.setObjectName(names.REGISTERED_SAVE)
        self.save.clicked.connect(self.save_clicked)
        self.preview = Preview()
        return boxed(column(row(self.paper, 1, self.save), self.preview, gap=12))

    def _build_bar(self) -> ActionBar:
        bar = self._bar = ActionBar()
        self._stored = Elided("", figures=True, least=0)
        self._drafts = Link("")
        self._drafts.setObjectName("registered.drafts")
        self._drafts.clicked.connect(self.drafts_clicked)
        self.next = Button(lambda: tr("Next citizen"), key="F2", tall=True)
        self.next.setObjectName(names.REGISTERED_NEXT)
        self.next.clicked.connect(self.next_clicked)
        self.print = Button(lambda: tr("Print the receipt"), Kind.PRIMARY, key="F9", tall=True, waits=True)
        self.print.setObjectName(names.REGISTERED_PRINT)
        self.print.clicked.connect(self._press_print)
        bar.row.addWidget(Glyph("check-circle", "success"))
        bar.row.addWidget(self._stored, 1)
        bar.row.addWidget(self._drafts)
        bar.row.addWidget(self.next)
        bar.row.addWidget(self.print)
        return bar

    # what the presenter asks

    def show_registered(self, facts: RegisteredFacts, drafts_open: int) -> None:
        """Show the number and everything known of it; the keyboard is on printing."""
        self._facts = facts
        self.number.show_number(facts.number)
        self._fit_number()
        self.short_code.show_number(f"{facts.short_code[:3]} {facts.short_code[3:]}")
        self._when.say(lambda: _registered_words(facts))
        self._drafts_open = drafts_open
        self._drafts.say(lambda: ntr("{n} more draft is open", "{n} more drafts are open", drafts_open))
        self._people["applicant"].say(facts.applicant)
        self._people["addressee"].say(facts.addressee)
        self._people["category"].say(facts.category)
        self._people["answer_by"].say(facts.answer_by)
        self.preview.show_page(None)
        self._say_due()
        self.show_printing(False)
        self._fit_bar()
        self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_notice(self, tone: str, icon: str, title: Say, body: Say) -> None:
        """Say where the request is and what happens with it."""
        self.notice.tell(tone, icon, title, body)

    def show_printing(self, busy: bool) -> None:
        """While the paper is sent to the printer; the keyboard stays there, and a copy has to be meant."""
        self.print.set_busy(busy)
        if not busy:
            attention.turn()
            self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_print(self, say: Say) -> None:
        """What the main button does now: print, or print a copy."""
        self.print.say(say)
        self._fit_bar()

    def _say_due(self) -> None:
        facts = self._facts
        if facts is None:
            return
        due = facts.due
        clear(self._due_lines)
        if due.due_on is None:
            self._due_title.say(lambda: tr("No term for an answer"))
            self._due_lines.addWidget(Text(lambda: tr("Thanks are recorded and passed on."), wrap=True))
        else:
            self._due_title.say(lambda: tr("Answer due: {day}", day=due_words(due)))
        for icon, say in counting_lines(due)[:4]:
            line = row(Glyph(icon, "muted"), Text(say, wrap=True), gap=10)
            line.setStretch(1, 1)
            self._due_lines.addLayout(line)
        self._how.setVisible(due.due_on is not None)
        self.calendar.setVisible(due.days is not None)
        if due.days is not None:
            fill_calendar(self.calendar, due.days)

    def _press_print(self) -> None:
        if self.print.is_live:
            self.print_clicked.emit()

    def _copy(self) -> None:
        if self._facts is not None:
            QApplication.clipboard().setText(self._facts.number)
            self.copy.say(lambda: tr("Copied"))

    @override
    def resizeEvent(self, event: object) -> None:
        self._right.setVisible(self.width() >= look.px(900))
        self._right.setFixedWidth(min(460, max(300, self.width() * 30 // 100)))
        self._fit_number()
        self._fit_bar()

    def _fit_bar(self) -> None:
        """That it is written here is read whole: its longer words give way first, then the drafts, last the keys."""
        facts = self._facts
        if facts is None:
            return
        for is_bare, has_drafts, is_short in (
            (False, True, False),
            (False, True, True),
            (False, False, False),
            (False, False, True),
            (True, False, True),
        ):
            self._stored.say(partial(_written_words, facts, is_short=is_short))
            for button in (self.next, self.print):
                button.set_bare(is_bare)
            self._drafts.setVisible(has_drafts and self._drafts_open > 0)
            parts = [self._stored, self.next, self.print, *((self._drafts,) if not self._drafts.isHidden() else ())]
            margins, gap = self._bar.row.contentsMargins(), self._bar.row.spacing()
            room = self._bar.width() - margins.left() - margins.right() - look.px(24) - gap * len(parts)
            if sum(part.sizeHint().width() for part in parts) <= room:
                break

    def _fit_number(self) -> None:
        """The number is whole in every window, however large the letters are."""
        beside = self._right.width() + self._body.spacing() if not self._right.isHidden() else 0
        margins = self._body.contentsMargins()
        room = self.width() - beside - margins.left() - margins.right() - 2 * NUMBER_SIDE - SCROLL_BAR
        self.number.fit(room)
        ways = QBoxLayout.Direction
        self._due_parts.setDirection(ways.LeftToRight if room >= look.px(DUE_BESIDE_FROM) else ways.TopToBottom)


def _registered_words(facts: RegisteredFacts) -> str:
    """When it was registered; an hour that no clock to be believed measured is not said."""
    moment = formats.day_and_clock(facts.registered_at, is_hour_known=facts.is_hour_known)
    return tr("{moment}, Bishkek time", moment=moment) if facts.is_hour_known else moment


def _written_words(facts: RegisteredFacts, *, is_short: bool = False) -> str:
    if is_short and facts.is_hour_known:
        return tr("Written: {time}", time=formats.clock(facts.registered_at))
    if not facts.is_hour_known:
        return tr("Written on this computer")
    return tr("Written on this computer: {time}", time=formats.clock(facts.registered_at))
