"""The room of a meeting: pictures, what this office can do below them, agenda and people beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.keys_named import on_both_keyboards
from liaison_desktop.ui.meetings.canvas import Canvas
from liaison_desktop.ui.meetings.caption_strip import CaptionStrip
from liaison_desktop.ui.meetings.chat_view import ChatPage
from liaison_desktop.ui.meetings.closed_mark import ClosedMark
from liaison_desktop.ui.meetings.decision_view import DecidingPage
from liaison_desktop.ui.meetings.desk_view import DeskTabs
from liaison_desktop.ui.meetings.interpreting_view import InterpretingStrip
from liaison_desktop.ui.meetings.line_view import LineChoice
from liaison_desktop.ui.meetings.paper_list import PapersPage
from liaison_desktop.ui.meetings.paper_pane import PaperPane
from liaison_desktop.ui.meetings.paper_values import PaperRow, ReadingShown
from liaison_desktop.ui.meetings.room_values import (
    AgendaRow,
    Bar,
    DeskShown,
    Head,
    Notice,
    PersonRow,
    Scene,
    ScreenShown,
    Sign,
    Switch,
)
from liaison_desktop.ui.meetings.room_widgets import SignLine, StageButton
from liaison_desktop.ui.meetings.shared_bar import SharedBar
from liaison_desktop.ui.meetings.tiles import Layout
from liaison_desktop.ui.meetings.times import Clock
from liaison_desktop.ui.meetings.times_dialog import TimesDeskPart
from liaison_desktop.ui.meetings.vote_dialog import VoteDeskPart
from liaison_desktop.ui.meetings.vote_view import VoteList
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.dialogs import Question
from liaison_desktop.ui.widgets.drawer import WIDTH as DRAWER
from liaison_desktop.ui.widgets.drawer import Drawer
from liaison_desktop.ui.widgets.layout import Card
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Elided, Text
from liaison_desktop.workplace.words import tr

WIDE = 1000
"""From this width on the list stands beside the pictures; below it lies over them when asked for."""
LOW = 560
SIDE, DESK_SIDE, MAP_SIDE = 320, 460, 552
BAR_GAP = 8
MAP_FROM = 1100
"""So wide a window has room for the wide map beside the pictures."""
LINES = ("cell-signal-none", "cell-signal-low", "cell-signal-medium", "cell-signal-full")

KEYS = {
    "microphone": "M",
    "camera": "V",
    "share": "S",
    "hand": "H",
    "reply": "R",
    "layout": "G",
    "agenda": "A",
    "people": "P",
    "queue": "Q",
    "chat": "C",
    "decisions": "D",
    "papers": "O",
    "leave": "Alt+L",
}


class RoomView(QWidget):
    """Emits what the person did; shows what the presenters say."""

    sized = Signal(int, int)
    microphone_clicked = Signal()
    camera_clicked = Signal()
    share_clicked = Signal()
    hand_clicked = Signal()
    reply_clicked = Signal()
    layout_clicked = Signal()
    leave_clicked = Signal()
    again_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.ROOM)
        self.canvas = Canvas()
        self.canvas.setObjectName(names.ROOM_CANVAS)
        self.canvas.sized.connect(self.sized)
        self.canvas.pressed.connect(self.take_keyboard)
        self.sign = SignLine()
        self.sign.setObjectName(names.ROOM_SIGN)
        self.pane = PaperPane()
        self.pane.hide()
        self.line = LineChoice(names.ROOM_LINE)
        self.line.setMaximumWidth(look.px(240))
        self.votes = VoteList()
        self.votes.let_go.connect(self._keep_keyboard)
        self._shown = ""
        self._agenda_rows: tuple[AgendaRow, ...] = ()
        self._people_rows: tuple[PersonRow, ...] = ()
        self._is_desk = self._may_decide = False
        self._unread = 0
        self._build_side()
        self._build_buttons()
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addLayout(self._build_head())
        self.shared = SharedBar("S")
        left.addWidget(self.shared)
        pictures = QHBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(self.canvas, 2)
        pictures.addWidget(self.pane, 3)
        left.addLayout(pictures, 1)
        left.addWidget(self.votes)
        self.captions = CaptionStrip(self)
        left.addWidget(self.captions)
        self.interpreting = InterpretingStrip(self)
        left.addWidget(self.interpreting)
        signs = QHBoxLayout()
        signs.setSpacing(8)
        signs.addWidget(self.sign, 1)
        signs.addWidget(self.line)
        left.addLayout(signs)
        left.addLayout(self._bar)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(16)
        self._row.addLayout(left, 1)
        self._row.addWidget(self.side)
        self.drawer = Drawer(self, lambda: tr("Close"))
        self.drawer.closed.connect(self._side_closed)
        for name, letter_of_it in KEYS.items():
            for letter in on_both_keyboards(letter_of_it):
                key = QShortcut(QKeySequence(letter), self)  # wherever the keyboard is, while this is seen
                key.setAutoRepeat(False)
                key.activated.connect(lambda name=name: self._press(name))
                key.activatedAmbiguously.connect(lambda name=name: self._press(name))
        for letter, act in (
            ("F5", self.desk.press_thank),
            ("F8", self.desk.press_item),
            ("F9", self.desk.press_next),
            ("N", self._open_line),
            ("T", self.captions.turn),
            ("I", lambda: self.interpreting.turned.emit("")),
        ):
            for one in on_both_keyboards(letter):
                key = QShortcut(QKeySequence(one), self)
                key.setAutoRepeat(False)
                key.activated.connect(act)
        look.changed.connect(self._fit)
        look.language_changed.connect(self._fit_words)
        self.show_bar(Bar())
        self._show_side("agenda")

    # building

    def _build_head(self) -> QHBoxLayout:
        self._item = Badge("", "neutral")
        self._title = Elided("", strong=True)
        self._title.setObjectName(names.ROOM_TITLE)
        self._time = Text("", figures=True, tone="muted")
        self._speaker_time = Badge("", "neutral", "timer")
        self._speaker_time.setObjectName(names.ROOM_SPEAKER_TIME)
        self._speaker_time.setMaximumWidth(look.px(280))
        self._speaker_time.hide()
        self._recorded = Badge(lambda: tr("Recorded"), "danger", "record")
        self._recorded.setObjectName(names.ROOM_RECORDED)
        self._public = Badge(lambda: tr("Shown on the site"), "warning", "globe")
        self._public.setObjectName(names.ROOM_PUBLIC)
        self._closed = ClosedMark(self)
        self._back = Button(lambda: tr("Back to meetings"))
        self._back.setObjectName(names.ROOM_BACK)
        self._back.clicked.connect(self.leave_clicked)
        self._again = Button(lambda: tr("Enter here again"))
        self._again.setObjectName(names.ROOM_AGAIN)
        self._again.clicked.connect(self.again_clicked)
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (
            self._item,
            self._title,
            self._speaker_time,
            self._closed,
            self._recorded,
            self._public,
            self._time,
            self._again,
            self._back,
        ):
            head.addWidget(part, 1 if part is self._title else 0)
        return head

    def _build_buttons(self) -> None:
        self.buttons = {
            "microphone": StageButton("microphone-slash", lambda: tr("Microphone off"), "M"),
            "camera": StageButton("video-camera-slash", lambda: tr("Camera off"), "V"),
            "share": StageButton("screencast", lambda: tr("Share screen"), "S"),
            "hand": StageButton("hand", lambda: tr("Raise hand"), "H"),
            "reply": StageButton("hand-pointing", lambda: tr("Reply"), "R"),
            "layout": StageButton("squares-four", lambda: tr("Grid"), "G"),
            "agenda": StageButton("list-numbers", lambda: tr("Agenda"), "A"),
            "people": StageButton("users", lambda: tr("Participants"), "P"),
            "queue": StageButton("hand-palm", lambda: tr("Chair's desk"), "Q"),
            "decisions": StageButton("clipboard-text", lambda: tr("Decisions"), "D"),
            "papers": StageButton("files", lambda: tr("Papers"), "O"),
            "chat": StageButton("chats-circle", lambda: tr("Chat"), "C"),
            "leave": StageButton("sign-out", lambda: tr("Leave"), "Alt+L", danger=True),
        }
        self._bar = QHBoxLayout()
        self._bar.setSpacing(BAR_GAP)
        for name, button in self.buttons.items():
            button.setObjectName(names.ROOM_BUTTON.format(name=name))
            button.clicked.connect(lambda _checked=False, name=name: self._press(name))
            if name == "layout":
                self._bar.addStretch(1)
            self._bar.addWidget(button)
        self.buttons["share"].hide()
        self.buttons["queue"].hide()
        self.buttons["decisions"].hide()
        self.buttons["papers"].hide()

    def _build_side(self) -> None:
        self.agenda = RowsTable(
            (
                Column("item", lambda: tr("Agenda"), _item_parts),
                Column(
                    "minutes", lambda: tr("min"), lambda row: (Part(str(row.minutes or ""), "muted"),), 56, right=True
                ),
            ),
            lambda: tr("Agenda"),
        )
        self.agenda.setObjectName(names.ROOM_AGENDA)
        self.people = RowsTable(
            (Column("office", lambda: tr("Participants"), _person_parts),), lambda: tr("Participants")
        )
        self.people.setObjectName(names.ROOM_PEOPLE)
        self.desk = DeskTabs(self)
        self.vote_desk = VoteDeskPart(self)
        self.desk.add_to_foot(self.vote_desk.button)
        self.times = TimesDeskPart(self)
        self.desk.add_to_foot(self.times.button)
        self.desk.offices_turned.connect(lambda _as: self._fit())
        self._pages = QStackedWidget()
        self.chat, self.deciding, self.papers = ChatPage(), DecidingPage(), PapersPage()
        self.chat.escaped.connect(self.take_keyboard)
        for page in (
            self.agenda,
            self.people,
            self.desk.hands,
            self.desk.offices,
            self.chat,
            self.deciding,
            self.papers,
        ):
            self._pages.addWidget(page)
        self.side = Card(pad=8, gap=6)
        self._tabs = Segments(
            (("agenda", lambda: tr("Agenda")), ("people", lambda: tr("Participants"))),
            lambda: tr("What stands beside the pictures"),
        )
        self._tabs.setObjectName(names.ROOM_TABS)
        self._desk_tabs = Segments(
            (
                ("queue", lambda: tr("Queue")),
                ("offices", lambda: tr("Offices")),
                ("agenda", lambda: tr("Agenda")),
            ),
            lambda: tr("What stands beside the pictures"),
        )
        self._desk_tabs.setObjectName(names.ROOM_DESK_TABS)
        self._desk_tabs.hide()
        for tabs in (self._tabs, self._desk_tabs):
            tabs.chosen.connect(self._show_side)
            self.side.column.addWidget(tabs)
        self.side.column.addWidget(self._pages, 1)
        self.side.column.addWidget(self.desk.foot)
        self.desk.foot.hide()

    # what the person does

    def _press(self, name: str) -> None:
        button = self.buttons[name]
        if button.isHidden() or not button.is_live:
            return
        match name:
            case "microphone":
                self.microphone_clicked.emit()
            case "camera":
                self.camera_clicked.emit()
            case "share":
                self.share_clicked.emit()
            case "hand":
                self.hand_clicked.emit()
            case "reply":
                self.reply_clicked.emit()
            case "layout":
                self.layout_clicked.emit()
            case "leave":
                self.leave_clicked.emit()
            case "people" if self._is_desk:
                self._turn_side("offices")
            case _:
                self._turn_side(name)

    def _open_line(self) -> None:
        if self.line.isVisible():
            self.line.open_list()

    def _turn_side(self, name: str) -> None:
        """Bring a list out, or put it away when it is there."""
        if self._shown == name:
            self._put_side_away()
        else:
            self._show_side(name)
            self._open_side()
            if name == "chat":
                self.chat.field.setFocus(Qt.FocusReason.OtherFocusReason)
            elif name == "decisions":
                self.deciding.take_keyboard()

    def _show_side(self, name: str) -> None:
        self._shown = name
        pages: dict[str, QWidget] = {
            "agenda": self.agenda,
            "people": self.people,
            "queue": self.desk.hands,
            "offices": self.desk.offices,
            "chat": self.chat,
            "decisions": self.deciding,
            "papers": self.papers,
        }
        self._pages.setCurrentWidget(pages[name])
        self._tabs.set_value(name)
        self._desk_tabs.set_value(name)
        self._fit_side()
        self._show_foot()
        self._show_toggled()
        self._fit_words()

    def _show_foot(self) -> None:
        """What moves the meeting on; in a low window the lists of the queue and of offices need its room."""
        is_low = self.height() < look.px(LOW)
        of_its_own = self._shown in ("chat", "decisions", "papers")
        self.desk.keep_room_for_queue(is_low and self._shown == "queue")
        self.desk.foot.setVisible(self._is_desk and not of_its_own and not (is_low and self._shown == "offices"))

    def _open_side(self) -> None:
        if self._is_narrow:
            self.drawer.hold(self.side)
            self.side.show()
            self.drawer.open_drawer()
        else:
            self.side.show()

    def _put_side_away(self) -> None:
        self._shown = ""
        if self.drawer.isVisible():
            self.drawer.close_drawer()
        else:
            self.side.hide()
        self._show_toggled()
        self._keep_keyboard()

    def _side_closed(self) -> None:
        self._shown = ""
        self._show_toggled()
        self._keep_keyboard()

    def _keep_keyboard(self) -> None:
        """Where the keyboard was is gone: the keys of this screen work on."""
        if self.isVisible() and not self._has_keyboard:  # else somebody works on another screen
            self.take_keyboard()

    @property
    def _has_keyboard(self) -> bool:
        """Whether the keyboard is here, or comes here when a question before the window is answered."""
        typing: QWidget | None = self.window().focusWidget()  # its stub knows no None
        return typing is not None and self.isAncestorOf(typing) and typing.isVisible()

    def _show_toggled(self) -> None:
        for name, sides in _SIDES:
            is_out = self._shown in sides and (not self._is_narrow or self.drawer.isVisible())
            icon, words = _WORDS[name]
            self.buttons[name].show_state(icon, words, words, tone="primary" if is_out else "")
        self._show_unread()

    def _show_unread(self) -> None:
        is_out = self._shown == "chat" and (not self._is_narrow or self.drawer.isVisible())
        unread = 0 if is_out else self._unread
        words: Say = (lambda: tr("Chat · {count}", count=unread)) if unread else _say_chat
        tone = "primary" if is_out else "attention" if unread else ""
        self.buttons["chat"].show_state("chats-circle", words, _say_chat_tip, tone=tone)

    def show_unread(self, count: int) -> None:
        """How many lines of the chat were not seen."""
        if count != self._unread:
            self._unread = count
            self._show_unread()
            self._fit_words()

    def take_keyboard(self) -> None:
        """Put the keyboard to what is most likely pressed next."""
        for name in ("hand", "microphone", "agenda"):
            if not self.buttons[name].isHidden():
                self.buttons[name].setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def keys(self) -> tuple[tuple[str, Say], ...]:
        """The keys that work here."""
        of_all: tuple[tuple[str, Say], ...] = (
            ("M", lambda: tr("Microphone on or off, on stage")),
            ("V", lambda: tr("Camera on or off, on stage")),
            ("S", lambda: tr("Share a screen of this computer, on stage, or stop")),
            ("H", lambda: tr("Raise the hand, or take it back")),
            ("R", lambda: tr("Raise the hand as a reply to whoever speaks")),
            ("G", lambda: tr("All pictures of equal size, or the speaker large")),
            ("A, P", lambda: tr("Agenda, participants")),
            ("1, 2, 3", lambda: tr("In a vote: for, against, abstain")),
            ("O", lambda: tr("Papers: page up and down turn the pages, plus and minus zoom, Esc puts away")),
            ("C", lambda: tr("Chat: Enter sends, Esc goes back to the other keys")),
            ("T", lambda: tr("Captions of what is spoken: away or back")),
            ("I", lambda: tr("Hear an interpreter, or what is spoken; whoever interprets: the other direction")),
            ("N", lambda: tr("What is taken of the meeting: as the line allows, or less")),
            ("Alt+L", lambda: tr("Leave the meeting")),
        )
        of_desk: tuple[tuple[str, Say], ...] = (
            ("Q", lambda: tr("Chair's desk")),
            ("F7", lambda: tr("Open a vote, or count it")),
            ("D", lambda: tr("Write down what was decided; Ctrl+Enter sends it")),
            ("F9", lambda: tr("Give the floor to the next in the queue")),
            ("F5", lambda: tr("Thank whoever has the floor")),
            ("F8", lambda: tr("Go on to the next item")),
            ("F4", lambda: tr("Times of speakers and of the item")),
        )
        if not self._may_decide:
            of_desk = tuple(one for one in of_desk if one[0] not in OF_DECIDING)
        return of_all + of_desk if self._is_desk else of_all

    # what the presenters ask

    def show_head(self, head: Head) -> None:
        """Which item is spoken of, and for how long already."""
        self._title.say(head.title)
        self._recorded.setVisible(head.is_recorded)
        self._public.setVisible(head.is_public)
        self._closed.setVisible(head.is_closed)
        self._item.setVisible(bool(head.item))
        self._item.say(lambda: tr("Item {item} of {items}", item=head.item, items=head.items))
        item = Clock(head.gone_s, head.bound_s or head.minutes * 60)
        self._time.setVisible(bool(head.item))
        self._time.set_tone(item.tone)
        self._time.say(item.say)
        self._speaker_time.setVisible(head.speaker is not None)
        if head.speaker is not None:
            name, clock = head.speaker, Clock(head.speaker_s, head.speaker_most_s)
            self._speaker_time.show_state(
                lambda: f"{clock.say()} · {name()}", "danger" if clock.is_over else "neutral", "timer"
            )

    def show_notice(self, notice: Notice | None) -> None:
        """Words in the pictures' place, with a way on where there is one."""
        self.canvas.show_notice(notice)
        act = notice.act if notice is not None else ""
        self._back.setVisible(bool(act))
        self._again.setVisible(act == "again")
        self.sign.setVisible(not act)
        self.line.setVisible(not act)
        self.buttons["leave"].setVisible(not act)
        if act and self.isVisible():
            (self._again if act == "again" else self._back).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sign(self, sign: Sign) -> None:
        """How this office stands."""
        self.sign.show_sign(sign)

    def show_scene(self, scene: Scene) -> None:
        """Whose pictures are seen, and where."""
        self.canvas.show_scene(scene)

    def show_bar(self, bar: Bar) -> None:
        """How the buttons stand."""
        typing = QApplication.focusWidget()
        self._show_switch("microphone", bar.microphone, "microphone", "microphone-slash", _MICROPHONE)
        self._show_switch("camera", bar.camera, "video-camera", "video-camera-slash", _CAMERA)
        hand = self.buttons["hand"]
        hand.setVisible(bar.hand is not Switch.HIDDEN)
        if bar.place:
            hand.show_state(
                "hand",
                lambda: tr("Hand raised: place {place}", place=bar.place),
                lambda: tr("Take the hand back"),
                tone="attention",
                busy=bar.hand is Switch.BUSY,
            )
        else:
            hand.show_state("hand", _say_raise, _say_raise, busy=bar.hand is Switch.BUSY)
        reply = self.buttons["reply"]
        reply.setVisible(bar.reply is not Switch.HIDDEN)
        reply.show_state("hand-pointing", _say_reply, _say_reply_tip, busy=bar.reply is Switch.BUSY)
        is_grid = bar.layout is Layout.GRID
        layout = self.buttons["layout"]
        layout.setVisible(bar.count > 1)
        layout.show_state(
            "user-square" if is_grid else "squares-four",
            _say_speaker if is_grid else lambda: tr("Grid · {count}", count=bar.count),
            _say_speaker_tip if is_grid else _say_grid_tip,
        )
        self._fit_words()
        if isinstance(typing, StageButton) and self.isAncestorOf(typing) and typing.isHidden():
            self.take_keyboard()

    def show_share(self, switch: Switch, shown: ScreenShown) -> None:
        """How the button of the shared screen stands; it says that the screen is seen only while it is."""
        typing = QApplication.focusWidget()
        words = _SHARE if shown in (ScreenShown.SEEN, ScreenShown.NOT) else (_say_shared, *_SHARE[1:])
        self._show_switch("share", switch, "screencast", "screencast", words)
        self._fit_words()
        if typing is self.buttons["share"] and typing.isHidden():
            self.take_keyboard()

    def _show_switch(self, name: str, switch: Switch, on: str, off: str, words: tuple[Say, Say, Say, Say]) -> None:
        button = self.buttons[name]
        button.setVisible(switch is not Switch.HIDDEN)
        is_on = switch is Switch.ON
        button.show_state(
            on if is_on else off,
            words[0 if is_on else 1],
            words[2 if is_on else 3],
            tone="success" if is_on else "",
            busy=switch is Switch.BUSY,
        )

    def show_agenda(self, rows: tuple[AgendaRow, ...]) -> None:
        """The items, and which is spoken of."""
        if rows != self._agenda_rows:
            current = next((row.number for row in rows if row.is_current), None)
            before = next((row.number for row in self._agenda_rows if row.is_current), None)
            self._agenda_rows = rows
            self.agenda.show_rows(rows, lambda row: row.number, current if current != before else None)
            if current is None:
                self.agenda.choose_nothing()  # what is chosen looks as what is spoken of

    def show_captions(self, lines: tuple[str, ...] | None) -> None:
        """What is spoken now, in writing."""
        self.captions.show_lines(lines)

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """The papers of the meeting, where it has any."""
        self.papers.show_papers(rows)
        if self.buttons["papers"].isHidden() == bool(rows):
            self.buttons["papers"].setVisible(bool(rows))
            if not rows and self._shown == "papers":
                self._show_side("queue" if self._is_desk else "agenda")
            self._fit_words()

    def show_reading(self, shown: ReadingShown | None) -> None:
        """A paper beside the pictures, or none."""
        had_keyboard = self._has_keyboard
        if shown is not None:
            self.pane.show_reading(shown)
        self.pane.setVisible(shown is not None)
        if had_keyboard:
            self._keep_keyboard()

    def read_paper(self) -> None:
        """The person opened a paper: the keyboard turns its pages."""
        if self._is_narrow:
            self._put_side_away()
        if not self.pane.isHidden():
            self.pane.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_people(self, rows: tuple[PersonRow, ...]) -> None:
        """Who is there."""
        if rows != self._people_rows:
            self._people_rows = rows
            self.people.show_rows(rows, lambda row: row.who or row.site)

    def ask_leave(self, leave: Callable[[], None]) -> None:
        """On stage: ask whether to go."""
        _ask(
            self,
            names.ROOM_LEAVE,
            Question(
                self,
                lambda: tr("Leave the meeting?"),
                lambda: tr("This office is on stage. The others will not see and hear it any more."),
                lambda: tr("Leave"),
                lambda: tr("Stay"),
                danger=True,
            ),
            leave,
        )

    def show_desk(self, shown: DeskShown | None) -> None:
        """The chair's desk beside the pictures, where this is the desk."""
        is_desk = shown is not None
        may_decide = shown is not None and shown.may_decide
        if (is_desk, may_decide) != (self._is_desk, self._may_decide):
            self._is_desk, self._may_decide = is_desk, may_decide
            self._tabs.setVisible(not is_desk)
            self._desk_tabs.setVisible(is_desk)
            self.buttons["queue"].setVisible(is_desk)
            self.buttons["decisions"].setVisible(may_decide)
            self._show_side("queue" if is_desk else "agenda")
            self._fit()
        if shown is not None:
            self.desk.show_desk(shown)

    def ask_begin(self, begin: Callable[[], None]) -> None:
        """Ask whether the meeting begins now."""
        _ask(
            self,
            names.DESK_BEGIN,
            Question(
                self,
                lambda: tr("Begin the meeting?"),
                lambda: tr("All offices in the waiting room see and hear the stage from now on."),
                lambda: tr("Begin the meeting"),
                lambda: tr("Back"),
            ),
            begin,
        )

    def ask_end(self, end: Callable[[], None]) -> None:
        """Ask whether the meeting ends for all."""
        _ask(
            self,
            names.DESK_END,
            Question(
                self,
                lambda: tr("End the meeting for all?"),
                lambda: tr("Every office is let out, and nobody can come back. Who was there is written down."),
                lambda: tr("End the meeting"),
                lambda: tr("Back"),
                danger=True,
            ),
            end,
        )

    def ask_put_out(self, name: Say, put_out: Callable[[], None]) -> None:
        """Ask whether an office is sent away."""
        _ask(
            self,
            names.DESK_PUT_OUT,
            Question(
                self,
                lambda: tr("Send {name} out of the meeting?", name=name()),
                lambda: tr("It comes back only when the desk lets it in again."),
                lambda: tr("Send out"),
                lambda: tr("Back"),
                danger=True,
            ),
            put_out,
        )

    # room

    @property
    def _is_narrow(self) -> bool:
        return self.width() < look.px(WIDE)

    def _fit(self) -> None:
        had_keyboard = self._has_keyboard
        low = self.height() < look.px(LOW)
        side, edge = (12, 6) if low else (24, 12)
        self._row.setContentsMargins(side, edge, side, edge)
        self._fit_side()
        if self._is_narrow:
            if self.side.parentWidget() is self and not self.drawer.isVisible():
                self._row.removeWidget(self.side)
                self.drawer.hold(self.side)
                self.drawer.hide()
                self._shown = ""  # nothing is out any more: the next press brings a list
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(16_777_215)
        elif self.side.parentWidget() is not self:
            self.drawer.give_back()
            self._row.addWidget(self.side)
            self.side.setVisible(True)
            if not self._shown:
                self._show_side("queue" if self._is_desk else "agenda")
        self._show_foot()
        self._show_toggled()
        self._fit_words()
        if had_keyboard:
            self._keep_keyboard()

    def _fit_side(self) -> None:
        """The map of the offices wants more room than a list, where there is some."""
        is_map = self._is_desk and self._shown == "offices" and self.desk.is_map
        self.drawer.set_width(MAP_SIDE if is_map else DRAWER)
        if self._is_narrow:
            return
        has_map = is_map and self.width() >= look.px(MAP_FROM)
        width = MAP_SIDE if has_map else DESK_SIDE
        self.side.setFixedWidth(look.px(width if self._is_desk else SIDE))

    def _fit_words(self) -> None:
        """Where not all words find room, the lists' and the layout's icons stand alone, then the others'."""
        seen = {name: one for name, one in self.buttons.items() if not one.isHidden()}
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        if not self._is_narrow and self.side.isVisible():
            room -= self.side.width() + self._row.spacing()
        gaps = BAR_GAP * len(seen)
        wide = {name: one.full_width() for name, one in seen.items()}
        narrow: set[str] = set()
        for name in (
            "agenda",
            "people",
            "decisions",
            "papers",
            "queue",
            "chat",
            "layout",
            "share",
            "reply",
            "leave",
            "camera",
            "microphone",
        ):
            taken = sum(look.px(52) if one in narrow else width for one, width in wide.items()) + gaps
            if taken <= room:
                break
            narrow.add(name)
        for name, one in seen.items():
            one.set_narrow(name in narrow)
        least = sum(look.px(52) if name in narrow else width for name, width in wide.items())
        self._bar.setSpacing(max(2, min(BAR_GAP, (room - least) // max(1, len(seen)))))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))


def _ask(parent: QWidget, name: str, question: Question, act: Callable[[], None]) -> None:
    if any(one.isVisible() for one in parent.window().findChildren(Question, name)):
        question.deleteLater()
        return
    question.setObjectName(name)
    question.accepted.connect(act)
    question.finished.connect(question.deleteLater)
    question.open()


def _item_parts(row: AgendaRow) -> tuple[Part, ...]:
    icon, tone = ("play", "primary") if row.is_current else ("check", "success") if row.is_done else ("", "text")
    words = f"{row.number}  {row.title()}"
    return (Part(words, "muted" if row.is_done else tone, row.is_current, icon=icon),)


def _person_parts(row: PersonRow) -> tuple[Part, ...]:
    name = tr("{name} (you)", name=row.name()) if row.is_own else row.name()
    if row.is_on_stage:
        return (Part(name, strong=True, icon="broadcast"), Part(tr("on stage"), "primary", right=True))
    if row.place:
        return (Part(name, icon="hand"), Part(tr("place {place}", place=row.place), "warning", right=True))
    if row.is_here:
        return (Part(name, icon=LINES[row.line] if not row.is_own else "user"),)
    return (Part(name, "muted", icon="minus"), Part(tr("not here"), "muted", right=True))


def _say_chat() -> str:
    return tr("Chat")


def _say_chat_tip() -> str:
    return tr("Read and write in the chat")


def _say_decisions() -> str:
    return tr("Decisions")


def _say_papers() -> str:
    return tr("Papers")


def _say_agenda() -> str:
    return tr("Agenda")


def _say_people() -> str:
    return tr("Participants")


def _say_desk() -> str:
    return tr("Chair's desk")


def _say_raise() -> str:
    return tr("Raise hand")


def _say_reply() -> str:
    return tr("Reply")


def _say_reply_tip() -> str:
    return tr("Raise the hand as a reply to whoever speaks")


def _say_speaker() -> str:
    return tr("Speaker")


def _say_speaker_tip() -> str:
    return tr("Show the speaker large")


def _say_grid_tip() -> str:
    return tr("Show all pictures in equal size")


OF_DECIDING: Final = ("F7", "D")
"""Keys of what nobody does in a conversation with a citizen."""
_SIDES = (
    ("agenda", ("agenda",)),
    ("people", ("people", "offices")),
    ("queue", ("queue",)),
    ("decisions", ("decisions",)),
    ("papers", ("papers",)),
)
"""Which button stands for which of the lists beside the pictures."""
_WORDS: dict[str, tuple[str, Say]] = {
    "agenda": ("list-numbers", _say_agenda),
    "people": ("users", _say_people),
    "queue": ("hand-palm", _say_desk),
    "decisions": ("clipboard-text", _say_decisions),
    "papers": ("files", _say_papers),
}
_MICROPHONE: tuple[Say, Say, Say, Say] = (
    lambda: tr("Microphone on"),
    lambda: tr("Microphone off"),
    lambda: tr("Turn the microphone off"),
    lambda: tr("Turn the microphone on"),
)
_CAMERA: tuple[Say, Say, Say, Say] = (
    lambda: tr("Camera on"),
    lambda: tr("Camera off"),
    lambda: tr("Turn the camera off"),
    lambda: tr("Turn the camera on"),
)


def _say_shared() -> str:
    """What the button says while the screen is on its way, or the line carries none."""
    return tr("Screen is shared")


_SHARE: tuple[Say, Say, Say, Say] = (
    lambda: tr("Screen is seen"),
    lambda: tr("Share screen"),
    lambda: tr("Stop sharing the screen"),
    lambda: tr("Let everybody see a screen of this computer"),
)
