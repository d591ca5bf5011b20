"""The Meetings screen: the next meeting and the list of all, beside it camera, sound and line to be tried before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.meetings.faults import Part
from liaison_desktop.meetings.messages import Device
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.line_view import LinePart
from liaison_desktop.ui.meetings.lobby_view import LobbyView
from liaison_desktop.ui.meetings.picture import LevelBars, OwnPicture
from liaison_desktop.ui.meetings.values import LineVerdict, NoPicture, Verdict
from liaison_desktop.ui.meetings.verdict_line import VerdictLine
from liaison_desktop.ui.shell.view import Screen
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card, Rule, Scroll, boxed, row
from liaison_desktop.ui.widgets.picker import Option, Picker
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import tr


class DeviceRow(QWidget):
    """One part of the equipment: its label, the choice, what belongs beside it, and the verdict."""

    def __init__(self, icon: str, label: Say, empty: Say, name: str) -> None:
        super().__init__()
        self.picker = Picker(icon, label, empty)
        self.picker.setObjectName(name)
        self.picker.offer((), "")
        self.verdict = VerdictLine()
        self.verdict.setObjectName(f"{name}.verdict")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(Text(label, Size.SECONDARY, strong=True))
        self._action: tuple[Button, str] | None = None
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        self._line.addWidget(self.picker, 1)
        self.column.addLayout(self._line)
        self.column.addWidget(self.verdict)

    def add_action(self, button: Button, icon: str) -> None:
        """Put what can be done with the device beside the choice."""
        self._action = (button, icon)
        self._line.addWidget(button)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._action is not None:
            button, icon = self._action
            is_narrow = self.width() < look.px(420)
            button.set_bare(is_narrow)
            button.set_icon("" if is_narrow else icon)


class Meetings(Screen):
    """Emits what the person did; shows what the presenter says. ``opened`` and ``left`` tell when it is to be seen."""

    opened = Signal()
    left = Signal()
    sized = Signal(int, int)
    device_chosen = Signal(Part, str)
    play_clicked = Signal()
    record_clicked = Signal()
    look_again_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.MEETINGS)
        self.picture = OwnPicture()
        self.picture.setObjectName(names.MEETINGS_PICTURE)
        self.picture.sized.connect(self.sized)
        self._build_devices()
        self.lobby = LobbyView()
        shown = Card(pad=16, gap=12)
        shown.column.addWidget(self.picture)
        shown.column.addWidget(Rule())
        shown.column.addLayout(self._build_line())
        self.line = LinePart()
        shown.column.addWidget(self.line)
        trying = QVBoxLayout()
        trying.setSpacing(12)
        trying.addWidget(shown)
        trying.addWidget(self._devices)
        tried = boxed(trying)
        tried.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.lobby.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self._columns.addWidget(tried, 6, Qt.AlignmentFlag.AlignTop)
        self._columns.addWidget(self.lobby, 5, Qt.AlignmentFlag.AlignTop)
        body = QVBoxLayout()
        body.setContentsMargins(24, 16, 24, 12)
        body.setSpacing(12)
        body.addWidget(self.lobby.head)
        body.addWidget(self.lobby.word)
        body.addLayout(self._columns)
        body.addStretch(1)
        inner = QWidget()
        inner.setLayout(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(inner, self))
        for key, button in (("F5", self.again), ("F6", self.line.button), ("F7", self.play), ("F8", self.record)):
            QShortcut(QKeySequence(key), self).activated.connect(button.click)

    def _build_devices(self) -> None:
        self._devices = Card(pad=16, gap=10)
        self.again = Button(lambda: tr("Look for devices again"), Kind.QUIET, key="F5", icon="arrows-clockwise")
        self.again.setObjectName(names.MEETINGS_AGAIN)
        title = Text(lambda: tr("Try camera and sound"), Size.SECTION, strong=True, wrap=True)
        head = row(title, self.again, gap=12)
        head.setStretch(0, 1)
        self._devices.column.addLayout(head)
        self.camera = DeviceRow(
            "video-camera", lambda: tr("Camera"), lambda: tr("no camera"), names.MEETINGS_DEVICE.format(part="camera")
        )
        self.microphone = DeviceRow(
            "microphone",
            lambda: tr("Microphone"),
            lambda: tr("no microphone"),
            names.MEETINGS_DEVICE.format(part="microphone"),
        )
        self.speaker = DeviceRow(
            "speaker-high",
            lambda: tr("Loudspeaker"),
            lambda: tr("no loudspeaker"),
            names.MEETINGS_DEVICE.format(part="speaker"),
        )
        self.level = LevelBars(lambda: tr("How loud the microphone is"))
        self.level.setObjectName(names.MEETINGS_LEVEL)
        self.microphone.column.insertWidget(2, self.level)
        self.record = Button(lambda: tr("Record and listen"), key="F8", icon="record")
        self.record.setObjectName(names.MEETINGS_RECORD)
        self.play = Button(lambda: tr("Play a melody"), key="F7", icon="play")
        self.play.setObjectName(names.MEETINGS_PLAY)
        self.microphone.add_action(self.record, "record")
        self.speaker.add_action(self.play, "play")
        self.rows = {Part.CAMERA: self.camera, Part.MICROPHONE: self.microphone, Part.SPEAKER: self.speaker}
        for part, one in self.rows.items():
            one.picker.picked.connect(lambda code, part=part: self.device_chosen.emit(part, code))
            if part is not Part.CAMERA:
                self._devices.column.addWidget(Rule())
            self._devices.column.addWidget(one)
        self._devices.column.addWidget(
            Text(
                lambda: tr(
                    "Nothing is sent: picture and sound stay on this computer, and end when you leave this screen."
                ),
                Size.SECONDARY,
                tone="muted",
                wrap=True,
            )
        )
        self.record.clicked.connect(self.record_clicked)
        self.play.clicked.connect(self.play_clicked)
        self.again.clicked.connect(self.look_again_clicked)

    def _build_line(self) -> QHBoxLayout:
        self._line_icon = Glyph("cell-signal-none", "primary", 22)
        self._line_title = Text("", Size.SECTION, strong=True, wrap=True)
        self._line_title.setObjectName(names.MEETINGS_LINE)
        self._line_body = Text("", tone="muted", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._line_title)
        words.addWidget(self._line_body)
        line = row(self._line_icon, boxed(words), gap=10)
        line.setAlignment(self._line_icon, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return line

    # what the presenter asks

    def show_devices(self, part: Part, devices: tuple[Device, ...], code: str) -> None:
        """What there is, and which is used."""
        self.rows[part].picker.offer(tuple(Option(one.code, one.name) for one in devices), code)

    def show_verdict(self, part: Part, verdict: Verdict) -> None:
        """What can be said of one part."""
        self.rows[part].verdict.show_verdict(verdict)

    def show_no_picture(self, instead: NoPicture | None) -> None:
        """Words in the picture's place, or the picture."""
        self.picture.show_no_picture(instead)

    def show_level(self, part: float) -> None:
        """How loud the microphone is, from 0 to 1."""
        self.level.show_level(part)

    def show_ready(self, *, play: bool, record: bool) -> None:
        """Whether a melody can be played and a sample recorded now."""
        self.play.set_busy(not play)
        self.record.set_busy(not record)

    def show_line(self, line: LineVerdict) -> None:
        """What is known of the line."""
        self._line_icon.set_icon(line.icon, "primary")
        self._line_title.say(line.title)
        self._line_body.say(line.body)
        self._line_body.setVisible(bool(line.body()))

    @override
    def keys(self) -> tuple[tuple[str, Say], ...]:
        return (
            ("F5", lambda: tr("Look for devices again")),
            ("F6", lambda: tr("Measure the line")),
            ("F7", lambda: tr("Play a melody")),
            ("F8", lambda: tr("Record and listen")),
        )

    @override
    def take_keyboard(self) -> None:
        if self.lobby.head.all.isVisible():
            self.lobby.head.all.setFocus()
            return
        chosen = next((one.picker for one in self.rows.values() if one.picker.isEnabled()), None)
        (chosen or self.again).setFocus()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.opened.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.left.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side_by_side = self.width() >= look.px(700)
        directions = QBoxLayout.Direction  # where there is no room beside it, the meeting stands above
        self._columns.setDirection(directions.LeftToRight if side_by_side else directions.BottomToTop)
