"""The desk's form of a vote, the button that opens it, and the question before it is counted early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.meetings.vote_values import ALL, HALF, NUMBER, SECONDS, TWO_THIRDS, VoteTyped, VoteWrong
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.buttons import Button, Segments
from liaison_desktop.ui.widgets.dialogs import ActDialog, Question
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.picker import Option, Picker
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import ntr, tr
from server_sync.contract.meetings import VOTE_S

OPEN, SECRET = "open", "secret"
EARLIER_MOST: Final = 5


class VoteDialog(ActDialog):
    """What is voted on, openly or secretly, for how long, and how many have to take part."""

    asked = Signal(object)

    def __init__(self, parent: QWidget, earlier: tuple[Say, ...]) -> None:
        super().__init__(
            parent, lambda: tr("Open a vote"), lambda: tr("Open the vote"), name=names.VOTE_FORM, width=600
        )
        self.lines = {"question_ky": LineField(), "question_ru": LineField(), "offices": LineField(figures=True)}
        for name, line in self.lines.items():
            line.setObjectName(f"{names.VOTE_FORM}.{name}")
        self.kind = Segments(
            ((OPEN, lambda: tr("Open vote")), (SECRET, lambda: tr("Secret vote"))), lambda: tr("How it is voted")
        )
        self.kind.setObjectName(f"{names.VOTE_FORM}.kind")
        self.kind.set_value(OPEN)
        self.time = Picker("clock", lambda: tr("Time to vote"), lambda: "")
        self.time.setObjectName(f"{names.VOTE_FORM}.time")
        self.time.offer(tuple(Option(str(one), _span(one)) for one in SECONDS), str(VOTE_S))
        self.quorum = Segments(
            (
                (HALF, lambda: tr("half")),
                (TWO_THIRDS, lambda: tr("two thirds")),
                (ALL, lambda: tr("all")),
                (NUMBER, lambda: tr("a number")),
            ),
            lambda: tr("Quorum"),
        )
        self.quorum.setObjectName(f"{names.VOTE_FORM}.quorum")
        self.quorum.set_value(HALF)
        self.fields = {
            "question_ky": Field(lambda: tr("Question, in Kyrgyz"), self.lines["question_ky"]),
            "question_ru": Field(lambda: tr("Question, in Russian"), self.lines["question_ru"]),
            "kind": Field(
                lambda: tr("How it is voted"),
                self.kind,
                hint=lambda: tr("In a secret vote nobody learns how an office voted; at least three have to vote."),
            ),
            "time": Field(lambda: tr("Time to vote"), self.time),
            "quorum": Field(lambda: tr("Quorum: so many of the offices have to vote"), self.quorum),
            "offices": Field(lambda: tr("Number of offices"), self.lines["offices"]),
        }
        for field in self.fields.values():
            self.body.addWidget(field)
        if earlier:
            self.body.addWidget(Text(lambda: tr("Votes of this meeting"), Size.SECONDARY, strong=True))
            for say in earlier[-EARLIER_MOST:]:
                self.body.addWidget(Text(say, Size.SECONDARY, tone="muted", wrap=True))
        self.fields["offices"].hide()
        self.quorum.chosen.connect(lambda value: self.fields["offices"].setVisible(value == NUMBER))
        self.let_scroll()
        self.act_clicked.connect(lambda: self.asked.emit(self.typed()))
        self.lines["question_ky"].setFocus()

    def typed(self) -> VoteTyped:
        """What stands in the form."""
        for field in self.fields.values():
            field.quiet()
        return VoteTyped(
            question_ky=self.lines["question_ky"].text(),
            question_ru=self.lines["question_ru"].text(),
            is_secret=self.kind.value() == SECRET,
            seconds=int(self.time.code or VOTE_S),
            quorum=self.quorum.value(),
            offices=self.lines["offices"].text(),
        )

    def show_wrong(self, wrong: VoteWrong) -> None:
        """Name the field that has to be put right."""
        self.act.set_busy(False)
        self.fields[wrong.field].say_error(wrong.say)
        self.lines[wrong.field].setFocus()


class VoteDeskPart(QObject):
    """The desk's button of votes and what it opens; emits what the chair's assistant did."""

    pressed = Signal()
    asked = Signal(object)

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self.button = Button("", key="F7")
        self.button.setObjectName(names.DESK_VOTE)
        self.button.clicked.connect(self.pressed)
        self.button.hide()
        self._dialog: VoteDialog | None = None
        key = QShortcut(QKeySequence("F7"), room)
        key.setAutoRepeat(False)
        key.activated.connect(lambda: None if self.button.isHidden() else self.pressed.emit())

    def show_vote_button(self, say: Say | None) -> None:
        """Offer this, or nothing."""
        self.button.setVisible(say is not None)
        if say is not None:
            self.button.say(say)

    def open_form(self, earlier: tuple[Say, ...]) -> None:
        """Open the form, with what came of the votes before."""
        if self._dialog is not None:
            return
        self._dialog = VoteDialog(self._room, earlier)
        self._dialog.asked.connect(self.asked)
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def show_wrong(self, wrong: VoteWrong) -> None:
        """Name the field that has to be put right."""
        if self._dialog is not None:
            self._dialog.show_wrong(wrong)

    def show_refused(self, say: Say) -> None:
        """Say why the centre did not open it; what was typed stays."""
        if self._dialog is not None:
            self._dialog.show_refused(say)

    def close_form(self) -> None:
        """The vote is open."""
        if self._dialog is not None:
            self._dialog.show_done()

    def ask_count(self, count: Callable[[], None]) -> None:
        """Ask whether the votes are counted before the time is up."""
        question = Question(
            self._room,
            lambda: tr("Count the votes now?"),
            lambda: tr("Whoever has not voted yet cannot vote any more."),
            lambda: tr("Count the votes"),
            lambda: tr("Back"),
        )
        question.setObjectName(names.DESK_COUNT)
        question.accepted.connect(count)
        question.finished.connect(question.deleteLater)
        question.open()

    def _closed(self) -> None:
        self._dialog = None


def _span(seconds: int) -> str:
    return ntr("{n} second", "{n} seconds", seconds) if seconds < 60 else formats.span(seconds)
