"""The votes of a meeting: three choices and their confirmation while one goes on, its count when it is over."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.vote_telling import CHOICES, CONFIRMS
from liaison_desktop.ui.meetings.vote_values import VoteShown
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Card, boxed, row
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import tr
from server_sync.contract.bodies import VoteChoice

KEYS: Final = {VoteChoice.FOR: "1", VoteChoice.AGAINST: "2", VoteChoice.ABSTAIN: "3"}
ICONS: Final = {VoteChoice.FOR: "check", VoteChoice.AGAINST: "x", VoteChoice.ABSTAIN: "minus"}


class VoteCard(Card):
    """One vote; emits what the person did."""

    pressed = Signal(bytes, object)
    confirmed = Signal(bytes)
    went_back = Signal(bytes)
    put_away = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=12, gap=6, parent=parent)
        self.setObjectName(names.VOTE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._vote = b""
        self._question = Text("", Size.SECTION, strong=True, wrap=True)
        self._question.setObjectName(names.VOTE_QUESTION)
        self._state = Badge("", "neutral", "info")
        self._close = Button(lambda: tr("Close"), Kind.QUIET)
        self._close.setObjectName(names.VOTE_CLOSE)
        self._close.clicked.connect(lambda: self.put_away.emit(self._vote))
        head = row(self._question, self._state, self._close)
        head.setStretch(0, 1)
        self._about = Text("", Size.SECONDARY, tone="muted", wrap=True, figures=True)
        self._about.setObjectName(names.VOTE_ABOUT)
        self._counts = Text("", strong=True, wrap=True, figures=True)
        self._counts.setObjectName(names.VOTE_COUNTS)
        self._names = Text("", Size.SECONDARY, wrap=True)
        self._build_choices()
        self._told_icon = Glyph("info", "muted", 20)
        self._told = Text("", wrap=True)
        self._told.setObjectName(names.VOTE_OWN)
        told = row(self._told_icon, self._told)
        told.setStretch(1, 1)
        self._own = boxed(told)
        self.column.addLayout(head)
        for part in (self._about, self._counts, self._names, self._choices, self._confirm, self._own):
            self.column.addWidget(part)
        for choice, key in KEYS.items():
            short = QShortcut(QKeySequence(key), self)
            short.setAutoRepeat(False)
            short.activated.connect(lambda choice=choice: self._press(choice))

    def _build_choices(self) -> None:
        self.choices = {}
        flow = Flow(8)
        for choice, say in CHOICES.items():
            button = Button(say, key=KEYS[choice], icon=ICONS[choice], tall=True)
            button.setObjectName(names.VOTE_CHOICE.format(choice=choice.name.lower()))
            button.clicked.connect(lambda _checked=False, choice=choice: self._press(choice))
            self.choices[choice] = button
            flow.addWidget(button)
        self._choices = boxed(flow)
        self.confirm = Button("", Kind.PRIMARY, key="Enter", tall=True)
        self.confirm.setObjectName(names.VOTE_CONFIRM)
        self.confirm.clicked.connect(lambda: self.confirmed.emit(self._vote))
        self.back = Button(lambda: tr("Back"), key="Esc", tall=True)
        self.back.setObjectName(names.VOTE_BACK)
        self.back.clicked.connect(lambda: self.went_back.emit(self._vote))
        self._confirm = boxed(row(self.confirm, self.back, 1))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._confirm.isHidden():
            self.went_back.emit(self._vote)
            return
        super().keyPressEvent(event)

    def show_vote(self, shown: VoteShown) -> None:
        """Show this vote; the keyboard goes to the confirmation when a choice was pressed, and back after it."""
        typing: QWidget | None = self.window().focusWidget()  # its stub knows no None
        had_keyboard = typing is not None and self.isAncestorOf(typing)
        was_asked = not self._confirm.isHidden()
        self._vote = shown.vote
        self._question.say(shown.question)
        self._state.show_state(shown.state.say, shown.state.tone, shown.state.icon)
        self._about.say(shown.about)
        self._close.setVisible(shown.may_put_away)
        for part, say in ((self._counts, shown.counts), (self._names, shown.names)):
            part.setVisible(say is not None)
            if say is not None:
                part.say(say)
        pressed = shown.pressed
        self._choices.setVisible(shown.may_vote and pressed is None)
        self._confirm.setVisible(pressed is not None)
        for choice, button in self.choices.items():
            button.set_kind(Kind.PRIMARY if choice is shown.own else Kind.SECONDARY)
        if pressed is not None:
            self.confirm.say(CONFIRMS[pressed])
            self.confirm.set_busy(shown.is_busy)
        self._own.setVisible(shown.told is not None)
        if shown.told is not None:
            self._told_icon.set_icon(shown.told.icon, shown.told.tone)
            self._told.set_tone("text" if shown.told.tone == "muted" else shown.told.tone)
            self._told.say(shown.told.say)
        if pressed is not None and not was_asked:
            self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)
        elif was_asked and pressed is None and had_keyboard and shown.may_vote:
            self.choices[VoteChoice.FOR].setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, choice: VoteChoice) -> None:
        if not self._choices.isHidden():
            self.pressed.emit(self._vote, choice)


class VoteList(QWidget):
    """The votes of a meeting, one below the other; takes no room without one."""

    pressed = Signal(bytes, object)
    confirmed = Signal(bytes)
    went_back = Signal(bytes)
    put_away = Signal(bytes)
    let_go = Signal()
    """The keyboard was here, and what it was on is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.cards: list[VoteCard] = []
        self.hide()

    def show_votes(self, votes: tuple[VoteShown, ...]) -> None:
        """Show these votes."""
        had_keyboard = self._has_keyboard
        while len(self.cards) < len(votes):
            card = VoteCard()
            for signal, own in (
                (card.pressed, self.pressed),
                (card.confirmed, self.confirmed),
                (card.went_back, self.went_back),
                (card.put_away, self.put_away),
            ):
                signal.connect(own)
            self.cards.append(card)
            self._column.addWidget(card)
        self.setVisible(bool(votes))
        for card, shown in zip(self.cards, votes, strict=False):
            card.show()
            card.show_vote(shown)
        for card in self.cards[len(votes) :]:
            card.hide()
        if had_keyboard and not self._has_keyboard:
            self.let_go.emit()

    @property
    def _has_keyboard(self) -> bool:
        typing: QWidget | None = self.window().focusWidget()  # its stub knows no None
        return typing is not None and self.isAncestorOf(typing) and typing.isVisible()
