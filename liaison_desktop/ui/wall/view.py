"""A hall's wall: the clock and what comes next, or the meeting, in letters for five metres; no mouse, five keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.canvas import Canvas
from liaison_desktop.ui.meetings.caption_strip import CaptionStrip
from liaison_desktop.ui.meetings.paper_pane import PaperPane
from liaison_desktop.ui.meetings.paper_values import PaperRow, ReadingShown
from liaison_desktop.ui.meetings.room_values import AgendaRow, Bar, Head, Notice, PersonRow, Scene, Sign
from liaison_desktop.ui.meetings.room_widgets import SignLine
from liaison_desktop.ui.meetings.times import Clock
from liaison_desktop.ui.meetings.vote_values import VoteShown
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.wall import telling
from liaison_desktop.ui.wall.values import ComingRow, Press, Waiting
from liaison_desktop.ui.widgets.layout import Card, boxed, clear
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say, tell
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.workplace.words import tr

HIGH: Final = 1_080
FAR: Final = 200
"""Text at this size, in per cent, is read from five metres on a screen of so many lines."""
CLOCK_PART: Final = 0.2
"""How much of the wall's height the hour takes."""


def text_size(high: int) -> int:
    """The size of the text, in per cent, for a wall of so many pixels in height."""
    return max(100, round(FAR * high / HIGH))


class BigClock(QWidget):
    """The hour, as large as the wall has room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName(names.WALL_CLOCK)

    def text(self) -> str:
        """What it shows."""
        return self._text

    def say(self, say: Say) -> None:
        """Show this hour."""
        tell(self, self._put, say)

    def fit(self, high: int) -> None:
        """Take this height."""
        self.setFixedHeight(high)

    def _put(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = look.font(Size.NUMBER, strong=True, figures=True)
        font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(max(10, round(self.height() * 0.86)))
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._text)


class WaitingPage(QWidget):
    """While nothing runs."""

    def __init__(self, office: Say) -> None:
        super().__init__()
        self.setObjectName(names.WALL_WAITING)
        self.clock = BigClock()
        self._day = Text("", Size.TITLE, tone="muted")
        self._heading = Text(lambda: tr("Next meetings"), Size.SECTION, tone="muted")
        self._next = QVBoxLayout()
        self._next.setSpacing(look.px(10))
        self._said: tuple[tuple[str, str, str, bool], ...] | None = None
        self.trouble: Say | None = None
        """Why nothing is shown; None while all is well."""
        self._line_icon = Glyph("wifi-slash", "warning", 20)
        self._line = Text("", wrap=True)
        self._line.setObjectName(names.WALL_LINE)
        line = QHBoxLayout()
        line.setSpacing(look.px(10))
        line.addWidget(self._line_icon)
        line.addWidget(self._line, 1)
        self._line_row = boxed(line)
        for unknown in (self._heading, self._line_row):
            unknown.hide()  # until the store was read
        column = QVBoxLayout(self)
        pad = look.px(32)
        column.setContentsMargins(pad, look.px(20), pad, look.px(16))
        column.setSpacing(look.px(8))
        column.addWidget(Text(office, Size.SECTION, strong=True, tone="muted", wrap=True))
        column.addStretch(2)
        column.addWidget(self.clock)
        column.addWidget(self._day)
        column.addStretch(2)
        column.addWidget(self._heading)
        column.addLayout(self._next)
        column.addStretch(3)
        column.addWidget(self._line_row)

    def text(self) -> str:
        """All that it says, for whoever cannot see it."""
        return "\n".join(one.text() for one in self.findChildren(Text) if not one.isHidden())

    def show_waiting(self, waiting: Waiting) -> None:
        """Show the hour, and what comes next."""
        self.clock.say(waiting.clock)
        self._day.say(waiting.day)
        self._line.say(waiting.line)
        self._line_row.setVisible(waiting.is_line_lost)
        said = tuple((one.when(), one.title(), one.note(), one.is_cancelled) for one in waiting.rows)
        if said != self._said:
            self._said, self.trouble = said, None
            self._lay(waiting.rows)

    def show_trouble(self, trouble: Say) -> None:
        """Say in the place of what comes next why nothing does."""
        clear(self._next)
        self._said, self.trouble = None, trouble
        self._heading.hide()
        self._line_row.hide()
        self._next.addWidget(Text(trouble, Size.TITLE, strong=True, tone="danger", wrap=True))

    def _lay(self, rows: tuple[ComingRow, ...]) -> None:
        clear(self._next)
        self._heading.setVisible(bool(rows))
        if not rows:
            self._next.addWidget(Text(lambda: tr("No meeting is planned"), Size.TITLE, strong=True, wrap=True))
            self._next.addWidget(
                Text(
                    lambda: tr("When one is, it stands here, and this screen goes to it by itself."),
                    Size.SECTION,
                    tone="muted",
                    wrap=True,
                )
            )
        for place, one in enumerate(rows):
            self._next.addWidget(_coming(one, is_first=place == 0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.clock.fit(round(self.height() * CLOCK_PART))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))


def _coming(row: ComingRow, *, is_first: bool) -> QWidget:
    size = Size.TITLE if is_first else Size.SECTION
    when = Text(row.when, size, strong=True, tone="danger" if row.is_cancelled else "primary", figures=True)
    title = Text(row.title, size, strong=is_first, wrap=True)
    note = Text(row.note, Size.BODY, tone="danger" if row.is_cancelled else "muted", wrap=True)
    words = QVBoxLayout()
    words.setSpacing(look.px(2))
    words.addWidget(title)
    words.addWidget(note)
    note.setVisible(is_first or row.is_cancelled)
    line = QHBoxLayout()
    line.setSpacing(look.px(20))
    line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    when.setFixedWidth(look.px(210))
    when.setWordWrap(True)
    return boxed(line)


class WallVote(Card):
    """The vote that matters now: what is asked, how many voted, what came of it. Nobody votes from a wall."""

    def __init__(self) -> None:
        super().__init__(pad=look.px(10), gap=look.px(4))
        self.setObjectName(names.WALL_VOTE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._question = Text("", Size.SECTION, strong=True, wrap=True)
        self._state = Badge("", "neutral", "info")
        head = QHBoxLayout()
        head.addWidget(self._question, 1)
        head.addWidget(self._state)
        self._about = Text("", tone="muted", wrap=True, figures=True)
        self._counts = Text("", Size.SECTION, strong=True, wrap=True, figures=True)
        self.column.addLayout(head)
        self.column.addWidget(self._about)
        self.column.addWidget(self._counts)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return "\n".join(one.text() for one in (self._question, self._about, self._counts) if not one.isHidden())

    def show_votes(self, votes: tuple[VoteShown, ...]) -> None:
        """Show the one of a running meeting, or none."""
        self.setVisible(bool(votes))
        if votes:
            shown = votes[-1]
            self._question.say(shown.question)
            self._state.show_state(shown.state.say, shown.state.tone, shown.state.icon)
            self._about.say(shown.about)
            self._counts.setVisible(shown.counts is not None)
            if shown.counts is not None:
                self._counts.say(shown.counts)


class WallPaper(PaperPane):
    """The page that the desk shows; on a wall nothing is printed, saved or turned."""

    def __init__(self) -> None:
        super().__init__()
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hide_buttons()

    @override
    def show_reading(self, shown: ReadingShown) -> None:
        super().show_reading(shown)
        self._hide_buttons()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._zoom.hide()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def _hide_buttons(self) -> None:
        self._zoom.hide()
        for one in (
            *(self.before, self.next, self.smaller, self.larger),
            *(self.printing, self.saving, self.close_button, self.follow, self.to_all),
        ):
            one.hide()


class PressRow(QWidget):
    """The buttons of the remote control, over the lower edge of the wall while they are wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.WALL_PRESSES)
        self._presses: tuple[Press, ...] = ()
        self._chosen = 0
        self.hide()

    @property
    def words(self) -> tuple[str, ...]:
        """What stands on the buttons."""
        return tuple(one.say() for one in self._presses)

    @property
    def chosen(self) -> str:
        """What a press on Enter does."""
        return self._presses[self._chosen].say() if self._presses else ""

    def show_presses(self, presses: tuple[Press, ...], chosen: int) -> None:
        """Show these, one of them chosen."""
        self._presses, self._chosen = presses, chosen
        self.setVisible(bool(presses))
        if presses:
            self.setAccessibleName(tr("Remote control: {chosen}", chosen=self.chosen))
            self.fit()
            self.raise_()
            self.update()

    def fit(self) -> None:
        """Lie over the lower edge of the wall."""
        wall = self.parentWidget()
        if wall is not None:
            high = look.px(84)
            self.setGeometry(0, wall.height() - high, wall.width(), high)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.color("rail"))
        if not self._presses:
            return
        gap, pad = look.px(8), look.px(10)
        wide = (self.width() - 2 * pad - gap * (len(self._presses) - 1)) // len(self._presses)
        wide = min(wide, look.px(260))
        left = (self.width() - wide * len(self._presses) - gap * (len(self._presses) - 1)) // 2
        for place, one in enumerate(self._presses):
            box = QRect(left + place * (wide + gap), pad, wide, self.height() - 2 * pad)
            self._paint(painter, one, box, is_chosen=place == self._chosen)

    def _paint(self, painter: QPainter, press: Press, box: QRect, *, is_chosen: bool) -> None:
        ink = look.color("on_primary" if is_chosen else "rail_text")
        painter.setPen(QPen(look.color("focus"), look.px(2)) if is_chosen else QPen(look.color("control"), 1))
        painter.setBrush(look.color("primary" if is_chosen else "rail"))
        painter.drawRoundedRect(QRectF(box), 8, 8)
        side = look.px(22)
        icons.paint(painter, QRect(box.left(), box.top() + look.px(6), box.width(), side), press.icon, ink, side)
        painter.setPen(ink)
        words = QRect(box.left() + 4, box.top() + look.px(30), box.width() - 8, box.height() - look.px(32))
        wrapped = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        size = Size.SECONDARY
        painter.setFont(look.font(size, strong=True))
        needed = painter.boundingRect(QRect(0, 0, words.width(), 10_000), wrapped, press.say()).height()
        if needed > words.height():
            font = look.font(size, strong=True)
            font.setPixelSize(round(font.pixelSize() * max(0.6, words.height() / needed)))
            painter.setFont(font)
        painter.drawText(words, wrapped, press.say())


class MeetingPage(QWidget):
    """While a meeting runs: pictures, the paper beside them, words below."""

    sized = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.WALL_MEETING)
        self.canvas = Canvas()
        self.canvas.setObjectName(names.ROOM_CANVAS)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.sized.connect(self.sized)
        self.pane: PaperPane = WallPaper()
        self.pane.hide()
        self.vote = WallVote()
        self.captions = CaptionStrip(self)
        self.sign = SignLine()
        self.sign.setObjectName(names.ROOM_SIGN)
        self._is_over = False
        self._clock = Text("", Size.SECTION, strong=True, figures=True)
        self._item = Badge("", "neutral")
        self._title = Elided("", Size.SECTION, strong=True)
        self._title.setObjectName(names.ROOM_TITLE)
        self._time = Text("", Size.BODY, figures=True, tone="muted")
        self._speaker_time = Badge("", "neutral", "timer")
        self._recorded = Badge(lambda: tr("Recorded"), "danger", "record")
        self._public = Badge(lambda: tr("Shown on the site"), "warning", "globe")
        self._closed = Badge(lambda: tr("Encrypted"), "neutral", "lock")
        head = QHBoxLayout()
        head.setSpacing(look.px(8))
        for part in (
            *(self._item, self._title, self._speaker_time, self._closed),
            *(self._recorded, self._public, self._time, self._clock),
        ):
            head.addWidget(part, 1 if part is self._title else 0)
        pictures = QHBoxLayout()
        pictures.setSpacing(look.px(8))
        pictures.addWidget(self.canvas, 2)
        pictures.addWidget(self.pane, 3)
        column = QVBoxLayout(self)
        pad = look.px(8)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.px(6))
        column.addLayout(head)
        column.addLayout(pictures, 1)
        column.addWidget(self.vote)
        column.addWidget(self.captions)
        column.addWidget(self.sign)
        self.show_head(Head(lambda: ""))

    def show_clock(self, clock: Say) -> None:
        """The hour, which stands over the meeting too."""
        self._clock.say(clock)

    # what the room's presenters ask

    def show_head(self, head: Head) -> None:
        """Which item is spoken of, and for how long already."""
        self._title.say(head.title)
        self._recorded.setVisible(head.is_recorded)
        self._public.setVisible(head.is_public)
        self._closed.setVisible(head.is_closed)
        self._item.setVisible(bool(head.item) and not self._is_over)
        self._item.say(lambda: tr("Item {item} of {items}", item=head.item, items=head.items))
        item = Clock(head.gone_s, head.bound_s or head.minutes * 60)
        self._time.setVisible(bool(head.item) and not self._is_over)
        self._time.set_tone(item.tone)
        self._time.say(item.say)
        self._speaker_time.setVisible(head.speaker is not None)
        if head.speaker is not None:
            clock = Clock(head.speaker_s, head.speaker_most_s)
            self._speaker_time.show_state(clock.say, "danger" if clock.is_over else "neutral", "timer")

    def show_notice(self, notice: Notice | None) -> None:
        """Words in the pictures' place, or the pictures."""
        self.canvas.show_notice(telling.notice(notice))
        self._is_over = notice is not None and bool(notice.act)
        self.sign.setVisible(not self._is_over)
        if self._is_over:
            for part in (self._item, self._time, self._speaker_time, self.captions):
                part.hide()

    def show_sign(self, sign: Sign) -> None:
        """How this hall stands."""
        self.sign.show_sign(sign)

    def show_scene(self, scene: Scene) -> None:
        """Whose pictures are seen, and where."""
        self.canvas.show_scene(scene)

    def show_bar(self, bar: Bar) -> None:
        """The buttons are the remote control's (`WallView.bar`)."""

    def show_agenda(self, rows: tuple[AgendaRow, ...]) -> None:
        """The head says which item it is."""

    def show_people(self, rows: tuple[PersonRow, ...]) -> None:
        """Who is there is the desk's matter."""

    def show_captions(self, lines: tuple[str, ...] | None) -> None:
        """What is typed of what is spoken."""
        self.captions.show_lines(lines)

    def ask_leave(self, leave: Callable[[], None]) -> None:
        """Nobody is asked on a wall."""
        leave()

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """A wall lists no papers: it shows what the desk shows."""

    def show_reading(self, shown: ReadingShown | None) -> None:
        """The page that the desk shows, or none."""
        if shown is not None:
            self.pane.show_reading(shown)
        self.pane.setVisible(shown is not None)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))


class WallView(QWidget):
    """Emits what was pressed on the remote control; shows what the presenter says."""

    pressed = Signal()
    stepped = Signal(int)
    went_back = Signal()

    def __init__(self, office: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.WALL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.waiting, self.meeting = WaitingPage(office), MeetingPage()
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.waiting)
        self._pages.addWidget(self.meeting)
        self.presses = PressRow(self)

    @property
    def is_in_meeting(self) -> bool:
        """Whether the meeting is seen."""
        return self._pages.currentWidget() is self.meeting

    def show_waiting(self, waiting: Waiting) -> None:
        """Show the clock and what comes next."""
        self.waiting.show_waiting(waiting)
        self._pages.setCurrentWidget(self.waiting)
        self.presses.raise_()

    def show_trouble(self, trouble: Say) -> None:
        """Say why nothing can be shown."""
        self.waiting.show_trouble(trouble)
        self._pages.setCurrentWidget(self.waiting)

    def show_meeting(self) -> None:
        """Show the meeting."""
        self._pages.setCurrentWidget(self.meeting)
        self.presses.raise_()

    def show_presses(self, presses: tuple[Press, ...], chosen: int) -> None:
        """Show the buttons of the remote control, or none."""
        self.presses.show_presses(presses, chosen)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Select | Qt.Key.Key_Space:
                if not event.isAutoRepeat():
                    self.pressed.emit()
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Escape | Qt.Key.Key_Back:
                self.went_back.emit()
            case _:
                pass  # nothing else does anything on a wall
        event.accept()

    def focus_rect(self) -> QRect:
        """Nothing is framed: the whole wall has the keys."""
        return QRect()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut of the program works on a wall
            return True
        return super().event(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.presses.fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(640), look.px(360))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(320, 180)
