"""The chair's desk beside the pictures: the queue of hands, the offices, and what moves the meeting on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.meetings.map_page import MapPage
from liaison_desktop.ui.meetings.map_values import map_of
from liaison_desktop.ui.meetings.room_values import DeskShown, HandRow, OfficeRow, OfficeState, Speaking
from liaison_desktop.ui.meetings.times import Clock
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, Kind, Segments
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Panel, boxed, row
from liaison_desktop.ui.widgets.messages import Badge, EmptyState
from liaison_desktop.ui.widgets.saying import fixed
from liaison_desktop.ui.widgets.table import Column, Part, RowsTable
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import HandOrder

LINES = ("cell-signal-none", "cell-signal-low", "cell-signal-medium", "cell-signal-full")
STATES: dict[OfficeState, tuple[str, str]] = {
    OfficeState.ON_STAGE: ("broadcast", "primary"),
    OfficeState.WAITS: ("hand-waving", "warning"),
    OfficeState.HAND: ("hand", "warning"),
    OfficeState.INTERPRETS: ("translate", "primary"),
    OfficeState.HERE: ("check", "success"),
    OfficeState.LOST: ("wifi-slash", "danger"),
    OfficeState.OUT: ("sign-out", "danger"),
    OfficeState.ABSENT: ("minus", "muted"),
}


class _HandTable(RowsTable):
    """Enter gives the floor, Delete takes the hand out of the queue."""

    lowered = Signal(object)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current() is not None:
            self.lowered.emit(self.current())
            return
        super().keyPressEvent(event)


class DeskTabs(QObject):
    """Two lists and a foot that belong together; emits what the chair's assistant did."""

    call = Signal(str)
    call_next = Signal()
    thank = Signal(str)
    thank_speaker = Signal()
    lower = Signal(str)
    silence = Signal(str)
    show_large = Signal(str)
    put_out = Signal(str)
    let_in = Signal(str)
    interpret = Signal(str)
    offices_turned = Signal(str)
    order = Signal(str)
    next_item = Signal()
    begin = Signal()
    end = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: DeskShown | None = None
        self._build_hands()
        self._build_offices()
        self._build_foot()

    def _build_hands(self) -> None:
        self.speaking = Panel("primary_tint", radius=6)
        self._speaks = Elided("", strong=True)
        self._speaks_for = Text("", strong=True, figures=True, tone="primary")
        self.thanks = Button(lambda: tr("Thank"), key="F5")
        self.thanks.setObjectName(names.DESK_THANK_SPEAKER)
        self.thanks.clicked.connect(self.thank_speaker)
        self._time_is_up = Badge(lambda: tr("Time is up"), "danger", "timer")
        self._time_is_up.setObjectName(names.DESK_TIME_IS_UP)
        line = row(Glyph("microphone", "primary"), self._speaks, self._speaks_for, self.thanks)
        self._speaking_column = QVBoxLayout(self.speaking)
        self._speaking_column.setContentsMargins(10, 6, 6, 6)
        self._speaking_column.setSpacing(4)
        self._speaking_column.addLayout(line)
        self._speaking_column.addLayout(row(self._time_is_up, 1))
        self.orders = Segments(
            (
                (HandOrder.ITEM, lambda: tr("by item")),
                (HandOrder.FIRST, lambda: tr("by first hand")),
                (HandOrder.LEAST, lambda: tr("who spoke least")),
            ),
            lambda: tr("Order of the queue"),
            small=True,
        )
        self.orders.setObjectName(names.DESK_ORDER)
        self.orders.chosen.connect(self.order)
        self.queue = _HandTable(
            (
                Column("office", lambda: tr("Office"), _hand_parts, least=120),
                Column(
                    "spoken", lambda: tr("Spoke"), lambda one: (Part(_minutes(one.spoken_s), "muted"),), 84, right=True
                ),
                Column("line", lambda: tr("Line"), _line_parts, 92),
            ),
            lambda: tr("Queue"),
        )
        self.queue.setObjectName(names.DESK_QUEUE)
        self.queue.opened.connect(lambda one: self.call.emit(one.who))
        self.queue.lowered.connect(lambda one: self.lower.emit(one.who))
        self._nobody = EmptyState(
            "hand",
            lambda: tr("Nobody asks for the floor"),
            lambda: tr("Raised hands stand here in their order. Any office can be called in Offices."),
        )
        self._lower = Button(lambda: tr("Lower the hand"), key="Del")
        self._lower.setObjectName(names.DESK_LOWER)
        self._lower.clicked.connect(self._on_lower)
        self._queue_or_nobody = QStackedLayout()
        queue_or_nobody = boxed(self._queue_or_nobody)  # before the pages, or the first would be a window of its own
        self._queue_or_nobody.addWidget(self.queue)
        self._queue_or_nobody.addWidget(self._nobody)
        self.hands = QWidget()
        column = QVBoxLayout(self.hands)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.speaking)
        column.addWidget(self.orders)
        column.addWidget(queue_or_nobody, 1)
        column.addLayout(row(1, self._lower))

    def _build_offices(self) -> None:
        self._tally = Text("", Size.SECONDARY, tone="muted", wrap=True, figures=True)
        self._tally.setObjectName(names.DESK_TALLY)
        self.office_list = RowsTable(
            (
                Column("office", lambda: tr("Office"), _office_parts, least=120),
                Column(
                    "spoken", lambda: tr("Spoke"), lambda one: (Part(_minutes(one.spoken_s), "muted"),), 84, right=True
                ),
                Column("line", lambda: tr("Line"), _line_parts, 92),
            ),
            lambda: tr("Offices"),
        )
        self.office_list.setObjectName(names.DESK_OFFICES)
        self.office_list.current_changed.connect(lambda _row: self._show_acts())
        self.office_list.opened.connect(self._on_opened)
        self.acts = {
            "call": Button(lambda: tr("Give the floor"), key="Enter"),
            "thank": Button(lambda: tr("Thank"), key="Enter"),
            "silence": Button(lambda: tr("Turn the microphone off")),
            "show": Button(lambda: tr("Show large")),
            "interpret": Button(_say_interpret),
            "let_in": Button(lambda: tr("Let in"), key="Enter"),
            "put_out": Button(lambda: tr("Send out"), Kind.DANGER),
        }
        self.map = MapPage()
        self.map.call.connect(self.call)
        self.map.thank.connect(self.thank)
        self.map.chosen.connect(lambda _site: self._choose_as_on_map())
        self.map.opened.connect(lambda _site: self._enter_acts())
        self.offices_as = Segments(
            ((LIST, lambda: tr("List")), (MAP, lambda: tr("Map"))),
            lambda: tr("How the offices are shown"),
            small=True,
        )
        self.offices_as.setObjectName(names.DESK_OFFICES_AS)
        self.offices_as.chosen.connect(self._turn_offices)
        self._list_or_map = QStackedWidget()
        self._list_or_map.addWidget(self.office_list)
        self._list_or_map.addWidget(self.map)
        self._acts_box = QWidget()
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._acts_box)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self._leave_acts)
        flow = Flow(6)
        self._acts_box.setLayout(flow)
        for name, button in self.acts.items():
            button.setObjectName(names.DESK_ACT.format(name=name))
            button.clicked.connect(lambda _checked=False, name=name: self._on_act(name))
            flow.addWidget(button)
        self.offices = QWidget()
        column = QVBoxLayout(self.offices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        top = row(self._tally, self.offices_as)
        top.setStretch(0, 1)
        column.addLayout(top)
        column.addWidget(self._list_or_map, 1)
        column.addWidget(self._acts_box)

    def _build_foot(self) -> None:
        self.foot = QWidget()
        self.next = Button("", Kind.PRIMARY, key="F9", tall=True)
        self.next.setObjectName(names.DESK_NEXT)
        self.next.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.next.clicked.connect(self.press_next)
        self.item = Button("", key="F8")
        self.item.setObjectName(names.DESK_ITEM)
        self.item.clicked.connect(self.next_item)
        self._end = Button(lambda: tr("End the meeting"), Kind.DANGER)
        self._end.setObjectName(names.DESK_END_MEETING)
        self._end.clicked.connect(self.end)
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._further = flow = Flow(6)
        for button in (self.item, self._end):
            flow.addWidget(button)
        column.addWidget(self.next)
        self._further_box = boxed(flow)
        column.addWidget(self._further_box)

    def keep_room_for_queue(self, wanted: bool) -> None:
        """In a low window the queue has the room of what is pressed less often: that stands below the agenda."""
        self._further_box.setVisible(not wanted)

    def add_to_foot(self, button: Button) -> None:
        """Put a further thing that moves the meeting on beside the others."""
        self._further.addWidget(button)

    # the offices as a list or as a map

    @property
    def is_map(self) -> bool:
        """Whether the offices stand on the map."""
        return self._list_or_map.currentWidget() is self.map

    def show_offices_as(self, shown: str) -> None:
        """Show the offices as a list or as the map."""
        self.offices_as.set_value(MAP if shown == MAP else LIST)
        self._list_or_map.setCurrentWidget(self.map if shown == MAP else self.office_list)
        self._choose_as_on_map()

    def _turn_offices(self, shown: str) -> None:
        self.show_offices_as(shown)
        self.offices_turned.emit(shown)

    def _choose_as_on_map(self) -> None:
        """What is chosen on the map is chosen in the list, to which the acts below belong."""
        tile = self.map.current
        if not self.is_map or tile is None:
            return
        rows = self.office_list.rows()
        keys = (tile.who, "" if tile.who else tile.site)
        place = next((n for n, one in enumerate(rows) if (one.who, "" if one.who else one.site) == keys), None)
        if place is not None:
            self.office_list.choose(place)

    def _enter_acts(self) -> None:
        """Go on to the acts of the office that was opened on the map."""
        self._choose_as_on_map()
        first = next((button for button in self.acts.values() if not button.isHidden()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_acts(self) -> None:
        (self.map if self.is_map else self.office_list).setFocus(Qt.FocusReason.OtherFocusReason)

    # what the person does

    def press_next(self) -> None:
        """Begin the meeting, or give the floor to the next."""
        if self._shown is None or not self.next.is_live:
            return
        if not self._shown.is_begun:
            self.begin.emit()
        elif self._next_of(self._shown) is not None:
            self.call_next.emit()

    def press_thank(self) -> None:
        """Thank whoever has the floor."""
        if self._shown is not None and self._shown.speaking is not None:
            self.thank_speaker.emit()

    def press_item(self) -> None:
        """Go on to the next item."""
        if self._shown is not None and self._shown.next_item:
            self.next_item.emit()

    def _on_lower(self) -> None:
        one = self.queue.current()
        if isinstance(one, HandRow):
            self.lower.emit(one.who)

    def _on_opened(self, one: OfficeRow) -> None:
        for name in ("call", "thank", "let_in"):
            if not self.acts[name].isHidden():
                self._on_act(name)
                return

    def _on_act(self, name: str) -> None:
        one = self.office_list.current()
        if not isinstance(one, OfficeRow) or not one.who:
            return
        signals = {
            "call": self.call,
            "thank": self.thank,
            "silence": self.silence,
            "show": self.show_large,
            "let_in": self.let_in,
            "interpret": self.interpret,
            "put_out": self.put_out,
        }
        signals[name].emit(one.who)

    # what the presenter asks

    def show_desk(self, shown: DeskShown) -> None:
        """Show the queue, the offices and what can be done."""
        before, self._shown = self._shown, shown
        if before is None or before.hands != shown.hands:
            self.queue.show_rows(shown.hands, lambda one: one.who)
        if before is None or before.offices != shown.offices:
            self.office_list.show_rows(shown.offices, lambda one: one.who or one.site)
            self._choose_as_on_map()
            self._show_acts()
        self.map.show_map(map_of(shown))
        self._queue_or_nobody.setCurrentIndex(0 if shown.hands else 1)
        self._lower.setVisible(bool(shown.hands))
        self.orders.setVisible(len(shown.hands) > 1)
        self.orders.set_value(shown.order)
        self._show_speaking(shown.speaking)
        self._tally.say(
            lambda: (
                tr(
                    "On stage {seats} of {most} · here {here} of {invited}",
                    seats=shown.seats,
                    most=shown.seats_most,
                    here=shown.here,
                    invited=shown.invited,
                )
                + " · "
                + _say_quorum(shown)
            )
        )
        self._tally.set_tone("muted" if shown.here >= shown.quorum else "warning")
        self._show_foot(shown)

    def _show_speaking(self, speaking: Speaking | None) -> None:
        self.speaking.setVisible(speaking is not None)
        if speaking is not None:
            clock = Clock(speaking.gone_s, speaking.most_s)
            self._speaks.say(speaking.name)
            self._speaks_for.set_tone("danger" if clock.is_over else "primary")
            self._speaks_for.say(fixed(clock.figures))
            self._time_is_up.setVisible(clock.is_over)

    def _show_foot(self, shown: DeskShown) -> None:
        first = self._next_of(shown)
        self.next.setVisible(not shown.is_begun or first is not None)
        self.next.set_busy(shown.is_busy)
        if not shown.is_begun:
            self.next.say(lambda: tr("Begin the meeting"))
        elif first is not None:
            self.next.say(lambda: tr("Give the floor: {name}", name=first.name()))
        self.item.setVisible(bool(shown.next_item))
        self.item.say(lambda: tr("To item {number}", number=shown.next_item) if shown.next_item else "")
        self._end.setVisible(shown.is_begun)

    @staticmethod
    def _next_of(shown: DeskShown) -> HandRow | None:
        return next((one for one in shown.hands if one.is_here), None)

    def _show_acts(self) -> None:
        one = self.office_list.current()
        chosen = one if isinstance(one, OfficeRow) and one.who else None
        is_begun = self._shown is not None and self._shown.is_begun
        state = chosen.state if chosen is not None else OfficeState.ABSENT
        is_on_stage = chosen is not None and chosen.has_seat
        is_other = chosen is not None and not chosen.is_own
        seen = {
            "call": is_begun and is_other and state in (OfficeState.HAND, OfficeState.HERE),
            "thank": is_on_stage and is_other,
            "silence": is_on_stage and is_other,
            "show": is_on_stage,
            "interpret": (chosen is not None and bool(chosen.into)) or state in (OfficeState.HAND, OfficeState.HERE),
            "let_in": state in (OfficeState.OUT, OfficeState.WAITS),
            "put_out": is_other and state is not OfficeState.OUT and chosen is not None,
        }
        keyboard = self._acts_box.window().focusWidget()
        for name, button in self.acts.items():
            button.setVisible(bool(seen[name]))
        if any(button is keyboard and button.isHidden() for button in self.acts.values()):
            self._leave_acts()  # not on what comes next, which acts on another
        is_silenced = chosen is not None and chosen.is_silenced
        self.acts["silence"].say(_say_unsilence if is_silenced else _say_silence)
        self.acts["interpret"].say(_say_no_interpreter if chosen is not None and chosen.into else _say_interpret)
        self.acts["show"].say(_say_unshow if chosen is not None and chosen.is_shown else _say_show)
        self._acts_box.setVisible(any(seen.values()))


LIST, MAP = "list", "map"
_NOT_IN = (OfficeState.ABSENT, OfficeState.OUT, OfficeState.WAITS)


def _minutes(seconds: int) -> str:
    return formats.span(seconds) if seconds >= 30 else ""


def _hand_parts(one: HandRow) -> tuple[Part, ...]:
    words = f"{one.place}  {one.name()}"
    about = tr("reply") if one.is_reply else (tr("item {number}", number=one.item) if one.item else "")
    parts = (Part(words, "text" if one.is_here else "muted", one.place == 1),)
    return (*parts, Part(about, "primary" if one.is_reply else "muted", size=Size.SECONDARY)) if about else parts


def _office_parts(one: OfficeRow) -> tuple[Part, ...]:
    icon, tone = STATES[one.state]
    name = tr("{name} (you)", name=one.name()) if one.is_own else one.name()
    is_quiet = one.state is OfficeState.ABSENT
    parts = (Part("", tone, icon=icon), Part(name, "muted" if is_quiet else "text", one.state is OfficeState.ON_STAGE))
    marks = (Part("", "warning", icon="microphone-slash"),) if one.is_silenced else ()
    large = (Part("", "primary", icon="corners-out"),) if one.is_shown else ()
    return (*parts, *marks, *large, Part(say_state(one.state), tone, size=Size.SECONDARY, right=True))


def _line_parts(one: HandRow | OfficeRow) -> tuple[Part, ...]:
    if isinstance(one, OfficeRow) and (one.is_own or one.state in _NOT_IN):
        return (Part(""),)
    icon = Part("", "muted" if one.line > 1 else "warning", icon=LINES[one.line])
    match one.told_line:
        case Line.THIN:
            return (icon, Part(tr("thin"), "warning", size=Size.SECONDARY))
        case Line.SOUND:
            return (icon, Part(tr("sound"), "warning", size=Size.SECONDARY))
        case _:
            return (icon,)


def say_state(state: OfficeState) -> str:
    """How an office stands, in a word."""
    match state:
        case OfficeState.ON_STAGE:
            return tr("on stage")
        case OfficeState.WAITS:
            return tr("waits at the door")
        case OfficeState.HAND:
            return tr("asks")
        case OfficeState.INTERPRETS:
            return tr("interprets")
        case OfficeState.HERE:
            return tr("is here")
        case OfficeState.LOST:
            return tr("line lost")
        case OfficeState.OUT:
            return tr("sent out")
        case OfficeState.ABSENT:
            return tr("not here")


def _say_quorum(shown: DeskShown) -> str:
    """Whether as many offices are there as have to be; guests are none."""
    if shown.here >= shown.quorum:
        return tr("quorum of {quorum} is there", quorum=shown.quorum)
    return tr("quorum of {quorum}: {missing} missing", quorum=shown.quorum, missing=shown.quorum - shown.here)


def _say_interpret() -> str:
    return tr("Let interpret")


def _say_no_interpreter() -> str:
    return tr("End interpreting")


def _say_silence() -> str:
    return tr("Turn the microphone off")


def _say_unsilence() -> str:
    return tr("Give the microphone back")


def _say_show() -> str:
    return tr("Show large")


def _say_unshow() -> str:
    return tr("Show as the others")
