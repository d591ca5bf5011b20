"""Small forms about a conversation: the citizen's wish with what they agree to, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from liaison_desktop.ui.reception.values import Remark
from liaison_desktop.ui.requests.dialogs import TypedDialog
from liaison_desktop.ui.widgets.buttons import Segments
from liaison_desktop.ui.widgets.fields import Field, LineField, TextField
from liaison_desktop.ui.widgets.layout import row
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

YES, NO = "yes", "no"


class ReceptionDialog(TypedDialog):
    """Says at its fields what is missing; the keyboard goes to the first of them."""

    _fields: dict[str, Field]

    def remark(self, remarks: tuple[Remark, ...]) -> None:
        """Show remarks on the fields."""
        for field in self._fields.values():
            field.quiet()
        for name, _tone, say in reversed(remarks):
            if name in self._fields:
                self._fields[name].say_error(say)
                self._fields[name].control.setFocus()
        self.act.set_busy(False)

    def _choice(self, name: str, say: Say) -> Segments:
        choice = Segments(((YES, lambda: tr("Yes")), (NO, lambda: tr("No"))), say)
        choice.setObjectName(f"{self.objectName()}.{name}")
        return choice

    def _line(self, name: str) -> LineField:
        line = LineField()
        line.setObjectName(f"{self.objectName()}.{name}")
        return line

    def _text(self, name: str, lines: int) -> TextField:
        text = TextField(lines=lines)
        text.setObjectName(f"{self.objectName()}.{name}")
        return text


class AskReceptionDialog(ReceptionDialog):
    """What the citizen wishes and agrees to. Nothing is agreed to beforehand, and nothing is recorded by default."""

    def __init__(self, parent: QWidget, number: str) -> None:
        super().__init__(
            parent,
            lambda: tr("Ask for a conversation: {number}", number=number),
            lambda: tr("Ask for it"),
            name="ask_reception",
            width=640,
        )
        self.body.addWidget(
            Text(
                lambda: tr(
                    "The citizen speaks from this office with who decides about the request. The body sets day and"
                    " hour, or says why not. The term of the answer stays as it is."
                ),
                wrap=True,
            )
        )
        self.by_video = self._choice("by_video", lambda: tr("The citizen agrees to speak by picture and sound"))
        self.recorded = self._choice("recorded", lambda: tr("The citizen agrees to be recorded"))
        self.recorded.set_value(NO)
        self.interpreter = self._choice("interpreter", lambda: tr("An interpreter is needed"))
        self.interpreter.set_value(NO)
        self.days, self.note = self._line("days"), self._text("note", 3)
        self._fields = {
            "by_video": Field(lambda: tr("The citizen agrees to speak by picture and sound"), self.by_video),
            "recorded": Field(lambda: tr("The citizen agrees to be recorded"), self.recorded),
            "interpreter": Field(lambda: tr("An interpreter is needed"), self.interpreter),
            "days": Field(
                lambda: tr("Days that suit"),
                self.days,
                optional=lambda: tr("optional"),
                hint=lambda: tr("For example: 07.12.2026, 09.12.2026"),
            ),
            "note": Field(
                lambda: tr("What the citizen wishes to speak about"), self.note, optional=lambda: tr("optional")
            ),
        }
        self.body.addLayout(row(self._fields["by_video"], 1))
        self.body.addLayout(row(self._fields["recorded"], self._fields["interpreter"], 1, gap=24))
        self.body.addWidget(self._fields["days"])
        self.body.addWidget(self._fields["note"])
        self.let_scroll()
        self._listen(
            by_video=self.by_video,
            recorded=self.recorded,
            interpreter=self.interpreter,
            days=self.days,
            note=self.note,
        )
        self.by_video.setFocus()


class NoteReceptionDialog(ReceptionDialog):
    """What was said and promised, until when, what follows, who was there, and whether the applicant reads it."""

    def __init__(self, parent: QWidget, number: str) -> None:
        super().__init__(
            parent,
            lambda: tr("What came of the conversation: {number}", number=number),
            lambda: tr("Write it down"),
            name="note_reception",
            width=640,
        )
        self.said, self.promised = self._text("said", 3), self._text("promised", 2)
        self.promised_on, self.next_step = self._line("promised_on"), self._line("next_step")
        self.present = self._line("present")
        self.for_applicant = self._choice("for_applicant", lambda: tr("The applicant reads it on the following page"))
        self.for_applicant.set_value(NO)
        self._fields = {
            "said": Field(lambda: tr("What was said"), self.said),
            "promised": Field(lambda: tr("What was promised"), self.promised, optional=_optional),
            "promised_on": Field(lambda: tr("Until which day"), self.promised_on, optional=_optional),
            "next_step": Field(lambda: tr("What follows"), self.next_step, optional=_optional),
            "present": Field(lambda: tr("Who was there"), self.present, optional=_optional),
            "for_applicant": Field(lambda: tr("The applicant reads it on the following page"), self.for_applicant),
        }
        self.body.addWidget(self._fields["said"])
        self.body.addWidget(self._fields["promised"])
        line = row(self._fields["promised_on"], self._fields["next_step"], gap=16)
        line.setStretch(0, 1)
        line.setStretch(1, 2)
        self.body.addLayout(line)
        self.body.addWidget(self._fields["present"])
        self.body.addLayout(row(self._fields["for_applicant"], 1))
        self.let_scroll()
        self._listen(
            said=self.said,
            promised=self.promised,
            promised_on=self.promised_on,
            next_step=self.next_step,
            present=self.present,
            for_applicant=self.for_applicant,
        )
        self.said.setFocus()


def _optional() -> str:
    return tr("optional")
