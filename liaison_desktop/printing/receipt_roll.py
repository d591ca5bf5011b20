"""Lays the receipt out on a paper roll of 80 mm: one column of 72 printable millimetres, as long as it needs."""

from typing import Final

from liaison_desktop.printing.content import Pair, ReceiptContent
from liaison_desktop.printing.directions import side_by_side
from liaison_desktop.printing.letters import Face
from liaison_desktop.printing.receipt_words import (
    attached_words,
    copy_words,
    languages_of,
    next_steps,
    registered_words,
    signed_words,
    spoken_code,
    taken_by_words,
    term_words,
    ways_to_check,
)
from liaison_desktop.printing.sheet import BLACK, Align, Sheet, Style, shrink
from liaison_desktop.printing.words import both, day_in_figures, say

WIDTH: Final = 80.0
LEFT: Final = 4.0
ROOM: Final = WIDTH - 2 * LEFT
QR_SIDE: Final = 38.0
MEASURING_HEIGHT: Final = 2_000.0
TEAR_OFF: Final = 6.0
SIGNED_SHOWN: Final = 20

# A thermal head prints black or nothing: no greys here, and no size below what 203 dots per inch can show.
LABEL: Final = Style(Face.SANS, 7.2)
VALUE: Final = Style(Face.SERIF, 10)
STRONG: Final = Style(Face.SERIF_BOLD, 10)
SECOND: Final = Style(Face.SANS, 7.6)
SECTION: Final = Style(Face.SERIF_BOLD, 10.6)


def draw_roll(content: ReceiptContent) -> bytes:
    """Draw the receipt twice: once to learn its length, then on a page exactly that long."""
    measured = _Roll(content, MEASURING_HEIGHT)
    high = measured.fill()
    measured.close()
    roll = _Roll(content, high)
    roll.fill()
    return roll.finished()


class _Roll:
    """The column from top to bottom."""

    def __init__(self, content: ReceiptContent, high: float) -> None:
        self._content = content
        self._first, self._second = languages_of(content)
        self._sheet = Sheet(
            WIDTH,
            high,
            title=f"{say(self._first, 'Registration receipt')} {content.number}",
            language=self._first,
            made_at=content.made_at,
            author=content.office.names.said_in(self._first),
        )

    def fill(self) -> float:
        """Draw everything; returns the height it took."""
        y = self._head(5.0)
        y = self._number(y)
        y = self._fields(y)
        y = self._due(y)
        y = self._code(y)
        y = self._list(y, both("What happens next"), next_steps(self._content), numbered=True)
        y = self._list(y, both("How to check"), ways_to_check(self._content), numbered=False)
        return self._foot(y) + TEAR_OFF

    def finished(self) -> bytes:
        """Give the document."""
        return self._sheet.finished()

    def close(self) -> None:
        """Drop a column that was only measured."""
        self._sheet.close()

    def _two(self, words: Pair) -> tuple[str, str]:
        return words.said_in(self._first), words.said_in(self._second)

    def _label(self, words: Pair) -> str:
        return " · ".join(self._two(words))

    def _centred(self, y: float, text: str, style: Style) -> float:
        return self._sheet.paragraph(LEFT, y, text, style, room=ROOM, align=Align.CENTRE)

    def _head(self, y: float) -> float:
        sheet, content = self._sheet, self._content
        sheet.emblem(WIDTH / 2 - 6, y, 12)
        y += 13.4
        for language in (self._first, self._second):
            reception = say(language, "Public reception office")
            y = self._centred(y, f"{reception}. {content.office.names.said_in(language)}", SECOND)
        y = sheet.rule(LEFT, y + 1.2, ROOM, 0.5) + 1.6
        title, second = self._two(both("Test receipt") if content.test else both("Registration receipt"))
        y = self._centred(y, title, Style(Face.SERIF_BOLD, 14, leading=1.2))
        y = self._centred(y, second, Style(Face.SERIF_ITALIC, 9.4))
        if content.test:
            y = self._plate(y + 1, f"{self._label(both('TEST'))}: {self._label(both('without legal force'))}")
        if content.copy_no:
            for words in self._two(copy_words(content)):
                y = self._plate(y + 0.8, words)
        return y + 1.4

    def _plate(self, y: float, text: str) -> float:
        style = shrink(text, ROOM - 4, Style(Face.SANS_BOLD, 8.4, 1.0), 5)
        high = style.line_mm + 1.4
        self._sheet.shade(LEFT, y, ROOM, high, BLACK)
        self._sheet.line(LEFT, y + 0.7, text, style, room=ROOM, align=Align.CENTRE)
        return y + high

    def _number(self, y: float) -> float:
        sheet, number = self._sheet, self._content.number
        sheet.frame(LEFT, y, ROOM, 15.2, 0.5)
        below = self._centred(y + 1.4, self._label(both("Number of the request")), LABEL)
        style = shrink(number, ROOM - 5, Style(Face.SANS_BOLD, 21, spacing_pt=0.4, leading=1.15), 9)
        sheet.line(LEFT, below + 0.2, number, style, room=ROOM, align=Align.CENTRE)
        return y + 15.2 + 2

    def _fields(self, y: float) -> float:
        content = self._content
        addressee, addressee_too = self._two(content.addressee)
        signed = signed_words(content.signed, SIGNED_SHOWN)
        fields = (
            (both("Registered"), registered_words(content, self._first), ""),
            (both("From whom"), side_by_side(content.applicant), ""),
            *(((both("Those who signed"), signed, ""),) if signed else ()),
            (both("To whom"), addressee, addressee_too if addressee_too != addressee else ""),
            (both("Subject"), content.subject, ""),
            (both("Attached"), attached_words(content, self._first), attached_words(content, self._second)),
        )
        for label, value, second in fields:
            y = self._sheet.line(LEFT, y, self._label(label), LABEL)
            y = self._sheet.paragraph(LEFT, y, value, VALUE, room=ROOM)
            if second:
                y = self._sheet.paragraph(LEFT, y, second, SECOND, room=ROOM)
            y += 1.1
        return y

    def _due(self, y: float) -> float:
        sheet, content = self._sheet, self._content
        y = sheet.rule(LEFT, y + 0.4, ROOM, 0.3) + 1.4
        words = both("No term for an answer") if content.due is None else both("The answer is given not later than")
        first, second = self._two(words)
        y = self._centred(y, first, Style(Face.SANS_BOLD, 8.6))
        y = self._centred(y, second, SECOND)
        if content.due is not None:
            y = self._centred(y, day_in_figures(content.due.due_on), Style(Face.SERIF_BOLD, 21, leading=1.15))
        explained, explained_too = self._two(term_words(content))
        y = self._centred(y + 0.6, explained, Style(Face.SERIF, 8.6))
        y = self._centred(y + 0.4, explained_too, SECOND)
        return sheet.rule(LEFT, y + 1.4, ROOM, 0.3) + 4

    def _code(self, y: float) -> float:
        content = self._content
        self._sheet.code((WIDTH - QR_SIDE) / 2, y, QR_SIDE, content.qr_text)
        y = self._centred(y + QR_SIDE + 2.6, self._label(both("Short code")), LABEL)
        return self._centred(y, spoken_code(content), Style(Face.SANS_BOLD, 17, spacing_pt=0.8, leading=1.15)) + 2

    def _list(self, y: float, heading: Pair, steps: tuple[Pair, ...], *, numbered: bool) -> float:
        sheet = self._sheet
        first, second = self._two(heading)
        y = sheet.line(LEFT, y, first, SECTION)
        y = sheet.line(LEFT, y - 0.2, second, LABEL) + 0.8
        for position, step in enumerate(steps, start=1):
            text, text_too = self._two(step)
            sheet.line(LEFT, y, str(position) if numbered else "•", STRONG)
            y = sheet.paragraph(LEFT + 4.2, y, text, VALUE.sized(9.4), room=ROOM - 4.2)
            y = sheet.paragraph(LEFT + 4.2, y - 0.1, text_too, SECOND, room=ROOM - 4.2) + 0.9
        return y + 1

    def _foot(self, y: float) -> float:
        sheet, content = self._sheet, self._content
        y = sheet.rule(LEFT, y, ROOM, 0.3) + 1.2
        role, role_too = self._two(content.clerk_role)
        y = sheet.line(LEFT, y, self._label(both("Taken by")), LABEL)
        y = sheet.paragraph(LEFT, y, taken_by_words(content, role), VALUE, room=ROOM)
        if role_too and role_too != role:
            y = sheet.paragraph(LEFT, y, role_too, SECOND, room=ROOM)
        y += 8.5
        y = sheet.rule(LEFT, y, 40, 0.25) + 0.4
        y = sheet.line(LEFT, y, self._label(both("signature")), LABEL, room=40, align=Align.CENTRE)
        y = sheet.rule(LEFT, y + 1.4, ROOM, 0.5) + 1.2
        contact = content.office.contact.said_in(self._first)
        if contact:
            for part in contact.split("·"):  # never break a telephone number
                y = self._centred(y, part.strip(), SECOND)
            y += 0.6
        seal = both("The QR code is sealed by the office's key: technical evidence, not a qualified signature.")
        for note in self._two(seal):
            y = self._centred(y, note, Style(Face.SANS, 6.4))
        return y
