"""Lays the receipt out on A5: one page always, whatever was typed."""

from dataclasses import dataclass, replace
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
from liaison_desktop.printing.sheet import (
    BLACK,
    HAIR,
    MUTED,
    PT,
    SHADE,
    WHITE,
    Align,
    Sheet,
    Style,
    shrink,
    width_mm,
    wrap,
)
from liaison_desktop.printing.words import both, day_in_figures, moment_in_figures, say

WIDTH: Final = 148.0
HEIGHT: Final = 210.0
LEFT: Final = 11.0
ROOM: Final = WIDTH - 2 * LEFT
QR_SIDE: Final = 38.0
FIELDS_ROOM: Final = 84.0
DOT: Final = "  ·  "

LABEL: Final = Style(Face.SANS, 7.4, MUTED)
VALUE: Final = Style(Face.SERIF, 11.4)
SMALL: Final = Style(Face.SANS, 7, MUTED)
SECTION: Final = Style(Face.SERIF_BOLD, 11.6, leading=1.2)
STEP: Final = Style(Face.SERIF, 9.6, leading=1.22)
NUMBER: Final = Style(Face.SANS_BOLD, 28, spacing_pt=1.0, leading=1.14)
MICRO: Final = Style(Face.SANS, 2.6)
LEAST_VALUE_PT: Final = 4.6
INDENT: Final = 5.0
HAIRLINE: Final = 0.14
GAPS: Final = 1.7
"""The space round a rule between values, as a multiple of the gap above it."""
SIGNED_SHOWN: Final = 6
"""Names of those who signed for which the page has room."""


def draw_a5(content: ReceiptContent) -> bytes:
    """Draw the whole receipt on one A5 page."""
    return _A5(content).draw()


@dataclass(frozen=True, slots=True)
class _Field:
    """One labelled value, and the same in the other language when that says more."""

    label: Pair
    value: str
    second: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Fit:
    """The sizes tried for the labelled values."""

    value: Style
    label: Style
    second: Style
    gap: float
    most_lines: int

    def smaller(self) -> "_Fit":
        """One step down; labels shrink only when the value would be smaller than they are."""
        size = self.value.size_pt - 0.4
        leading = 1.26 if size > 8 else 1.16
        return _Fit(
            replace(self.value, size_pt=size, leading=leading),
            replace(self.label, size_pt=min(LABEL.size_pt, size * 0.85), leading=leading),
            replace(self.second, size_pt=min(SMALL.size_pt, size * 0.85), leading=leading),
            max(0.3, self.gap - 0.1),
            self.most_lines,
        )

    def height(self, fields: tuple[_Field, ...]) -> float:
        """How high the values would be."""
        high = (self.gap * GAPS + HAIRLINE) * (len(fields) - 1) + self.label.line_mm * len(fields)
        for field in fields:
            high += len(wrap(field.value, FIELDS_ROOM, self.value, self.most_lines)) * self.value.line_mm
            if field.second:
                high += len(wrap(field.second, FIELDS_ROOM, self.second, self.most_lines)) * self.second.line_mm
        return high


class _A5:
    """The parts of the page from top to bottom; each takes the y it begins at and returns the y it ends at."""

    def __init__(self, content: ReceiptContent) -> None:
        self._content = content
        self._first, self._second = languages_of(content)
        self._sheet = Sheet(
            WIDTH,
            HEIGHT,
            title=f"{say(self._first, 'Registration receipt')} {content.number}",
            language=self._first,
            made_at=content.made_at,
            author=content.office.names.said_in(self._first),
        )

    def draw(self) -> bytes:
        content = self._content
        if content.test:
            self._sheet.across(say("ky", "TEST"), Style(Face.SANS_BOLD, 104, 0.89, spacing_pt=6), 52)
        self._head()
        self._title(28.2)
        self._number(43.4)
        middle = self._particulars(65.4)
        if content.copy_no:
            self._copy_mark()
        middle = self._due(max(middle, 112.4) + 2.2)
        self._what_next(middle + 2.8)
        self._foot()
        return self._sheet.finished()

    def _two(self, words: Pair) -> tuple[str, str]:
        return words.said_in(self._first), words.said_in(self._second)

    def _label(self, words: Pair) -> str:
        return DOT.join(self._two(words))

    def _head(self) -> None:
        sheet, names = self._sheet, self._content.office.names
        sheet.emblem(WIDTH / 2 - 7.3, 7.7, 14.6)
        room = ROOM / 2 - 10
        for x, language in ((LEFT, self._first), (WIDTH - LEFT - room, self._second)):
            state = Style(Face.SANS_BOLD, 7.2, spacing_pt=0.55)
            y = sheet.line(x, 7.9, say(language, "KYRGYZ REPUBLIC"), state, room=room, align=Align.CENTRE)
            reception = say(language, "Public reception office")
            name = shrink(reception, room, Style(Face.SERIF_BOLD, 11, leading=1.42), 6)
            y = sheet.line(x, y + 0.6, reception, name, room=room, align=Align.CENTRE)
            place = names.said_in(language)
            style = shrink(place, room, Style(Face.SERIF, 10, leading=1.3), 6.4)
            sheet.paragraph(x, y, place, style, room=room, align=Align.CENTRE, most_lines=2)
        sheet.rule(LEFT, 25.0, ROOM, 0.62)
        sheet.rule(LEFT, 26.3, ROOM, 0.2)

    def _title(self, y: float) -> None:
        sheet, content = self._sheet, self._content
        title, second = self._two(both("Test receipt") if content.test else both("Registration receipt"))
        y = sheet.line(LEFT, y, title, Style(Face.SERIF_BOLD, 17, leading=1.26), room=ROOM, align=Align.CENTRE)
        italic = Style(Face.SERIF_ITALIC, 10.4, MUTED, leading=1.24)
        if content.test:
            second = DOT.join((second, self._label(both("without legal force"))))
        sheet.line(LEFT, y, second, shrink(second, ROOM, italic, 6), room=ROOM, align=Align.CENTRE)

    def _copy_mark(self) -> None:
        """Mark a copy where nobody can overlook or cut it off: a black plate across the number's frame."""
        sheet = self._sheet
        text = self._label(copy_words(self._content))
        style = Style(Face.SANS_BOLD, 7.6, 1.0, spacing_pt=0.3)
        wide = width_mm(text, style) + 6
        sheet.shade(WIDTH / 2 - wide / 2, 60.0, wide, 4.6, BLACK)
        sheet.line(LEFT, 60.0 + (4.6 - style.line_mm) / 2, text, style, room=ROOM, align=Align.CENTRE)

    def _number(self, y: float) -> None:
        sheet, content = self._sheet, self._content
        sheet.frame(LEFT, y, ROOM, 18.8, 0.45, 0.5)
        label = Style(Face.SANS, 8, MUTED)
        below = sheet.line(
            LEFT, y + 1.5, self._label(both("Number of the request")), label, room=ROOM, align=Align.CENTRE
        )
        style = shrink(content.number, ROOM - 8, NUMBER, 12)
        sheet.line(LEFT, below - 0.2, content.number, style, room=ROOM, align=Align.CENTRE)

    def _fields(self) -> tuple[_Field, ...]:
        content = self._content
        addressee, other = self._two(content.addressee)
        attached, attached_other = (attached_words(content, language) for language in (self._first, self._second))
        signed = signed_words(content.signed, SIGNED_SHOWN)
        return (
            _Field(both("Registered"), registered_words(content, self._first), strong=True),
            _Field(both("From whom"), side_by_side(content.applicant)),
            *((_Field(both("Those who signed"), signed),) if signed else ()),
            _Field(both("To whom"), addressee, other if other != addressee else ""),
            _Field(both("Subject"), content.subject),
            _Field(both("Attached"), attached, attached_other),
        )

    def _particulars(self, y: float) -> float:
        sheet, content = self._sheet, self._content
        right = WIDTH - LEFT - QR_SIDE
        sheet.shade(right - 3, y - 2.5, QR_SIDE + 6, QR_SIDE + 6, WHITE)
        sheet.code(right, y + 0.5, QR_SIDE, content.qr_text)
        below = sheet.line(
            right - 4, y + QR_SIDE + 1.6, self._label(both("Short code")), LABEL, room=QR_SIDE + 8, align=Align.CENTRE
        )
        code = Style(Face.SANS_BOLD, 17.5, spacing_pt=1.0, leading=1.1)
        qr_end = sheet.line(right - 4, below - 0.4, spoken_code(content), code, room=QR_SIDE + 8, align=Align.CENTRE)
        return max(qr_end, self._draw_fields(y, self._fields(), 47.0))

    def _draw_fields(self, y: float, fields: tuple[_Field, ...], budget: float) -> float:
        """Draw the labelled values in the biggest size that stays within the budget; only then cut lines."""
        fit = _Fit(VALUE, LABEL, SMALL, gap=1.0, most_lines=14)
        while fit.height(fields) > budget and fit.value.size_pt > LEAST_VALUE_PT:
            fit = fit.smaller()
        while fit.height(fields) > budget and fit.most_lines > 1:
            fit = replace(fit, most_lines=fit.most_lines - 1)
        slack = budget - fit.height(fields)
        fit = replace(fit, gap=fit.gap + max(0.0, min(slack / (len(fields) - 1) / GAPS, 0.9)))
        sheet = self._sheet
        for position, field in enumerate(fields):
            if position:
                y = sheet.rule(LEFT, y + fit.gap, FIELDS_ROOM, HAIRLINE, HAIR) + fit.gap * (GAPS - 1)
            y = sheet.line(LEFT, y, self._label(field.label), fit.label)
            style = replace(fit.value, face=Face.SERIF_BOLD) if field.strong else fit.value
            y = sheet.paragraph(LEFT, y, field.value, style, room=FIELDS_ROOM, most_lines=fit.most_lines)
            if field.second:
                y = sheet.paragraph(LEFT, y, field.second, fit.second, room=FIELDS_ROOM, most_lines=fit.most_lines)
        return y

    def _due(self, y: float) -> float:
        sheet, content = self._sheet, self._content
        high, left_room, inner = 21.8, 48.0, LEFT + 3.6
        sheet.shade(LEFT, y, ROOM, high, SHADE)
        explained, explained_too = self._two(term_words(content))
        if content.due is None:
            label, label_too = self._two(both("No term for an answer"))
            top = sheet.paragraph(inner, y + 5.8, label, Style(Face.SERIF_BOLD, 11.2), room=left_room, most_lines=2)
            sheet.paragraph(inner, top, label_too, Style(Face.SANS, 7.8, MUTED), room=left_room, most_lines=2)
        else:
            label, label_too = self._two(both("The answer is given not later than"))
            top = sheet.line(inner, y + 2.4, label, shrink(label, left_room, Style(Face.SANS_BOLD, 8.4), 6))
            top = sheet.line(inner, top - 0.2, label_too, shrink(label_too, left_room, Style(Face.SANS, 7.8, MUTED), 6))
            sheet.line(inner, top - 0.3, day_in_figures(content.due.due_on), Style(Face.SERIF_BOLD, 22, leading=1.2))
        x = inner + left_room + 3
        room = WIDTH - LEFT - 3.6 - x
        main, small = Style(Face.SERIF, 9.0), Style(Face.SANS, 7.6, MUTED)
        while main.size_pt > 5:
            lines, lines_too = wrap(explained, room, main), wrap(explained_too, room, small)
            filled = len(lines) * main.line_mm + len(lines_too) * small.line_mm + 0.8
            if filled <= high - 3.2:
                break
            main, small = main.sized(main.size_pt - 0.3), small.sized(small.size_pt - 0.25)
        lines, lines_too = wrap(explained, room, main), wrap(explained_too, room, small)
        filled = len(lines) * main.line_mm + len(lines_too) * small.line_mm + 0.8
        top = sheet.lines(x, y + (high - filled) / 2, lines, main)
        sheet.lines(x, top + 0.8, lines_too, small)
        return y + high

    def _what_next(self, y: float) -> None:
        half = ROOM / 2 + 2
        steps = [self._two(step) for step in next_steps(self._content)]
        ways = [self._two(way) for way in ways_to_check(self._content)]
        left_room, right_room = half - 4 - INDENT, ROOM - half - INDENT
        said = [(pair, left_room) for pair in steps] + [(pair, right_room) for pair in ways]
        main = STEP.sized(min(shrink(pair[0], room, STEP, 7).size_pt for pair, room in said))
        small = SMALL.sized(min(shrink(pair[1], room, SMALL, 5.4).size_pt for pair, room in said))
        marks = tuple(str(position) for position in range(1, len(steps) + 1))
        self._list(LEFT, y, both("What happens next"), tuple(zip(marks, steps, strict=True)), main, small)
        self._list(LEFT + half, y, both("How to check"), tuple(("•", way) for way in ways), main, small)

    def _list(
        self,
        x: float,
        y: float,
        heading: Pair,
        marked: tuple[tuple[str, tuple[str, str]], ...],
        main: Style,
        small: Style,
    ) -> None:
        sheet = self._sheet
        title, second = self._two(heading)
        y = sheet.line(x, y, title, SECTION)
        y = sheet.line(x, y - 0.2, second, LABEL) + 1.0
        marks = Style(Face.SERIF_BOLD, 11, leading=main.line_mm / (11 * PT))
        for mark, (text, text_too) in marked:
            sheet.line(x, y, mark, marks)
            y = sheet.line(x + INDENT, y, text, main)
            y = sheet.line(x + INDENT, y - 0.1, text_too, small) + 1.25

    def _foot(self) -> None:
        sheet, content = self._sheet, self._content
        y = 177.4
        sheet.rule(LEFT, y, ROOM, 0.14, HAIR)
        below = sheet.line(LEFT, y + 1.2, self._label(both("Taken by")), LABEL)
        role, role_too = self._two(content.clerk_role)
        who = taken_by_words(content, role)
        room = 66.0
        style = shrink(who, room, VALUE, 8.6)
        below = sheet.paragraph(LEFT, below, who, style, room=room, most_lines=2)
        if role_too and role_too != role:
            sheet.paragraph(LEFT, below, role_too, SMALL, room=room, most_lines=1)
        line_x = LEFT + 72
        sheet.rule(line_x, 187.6, 31, 0.2)
        sheet.line(line_x, 188.1, self._label(both("signature")), LABEL, room=31, align=Align.CENTRE)
        stamp_x, stamp_y, across = WIDTH - LEFT - 17.5, y + 0.9, 15.2
        sheet.stamp_place(stamp_x, stamp_y, across)
        first, second = self._two(both("Stamp"))
        middle = sheet.line(
            stamp_x, stamp_y + 4.0, first, Style(Face.SANS, 8.2, MUTED), room=across, align=Align.CENTRE
        )
        sheet.line(stamp_x, middle, second, Style(Face.SANS, 7, MUTED), room=across, align=Align.CENTRE)
        self._microprint(195.2)
        sheet.rule(LEFT, 197.4, ROOM, 0.55)
        contact = content.office.contact.said_in(self._first)
        if contact:
            style = shrink(contact, ROOM, Style(Face.SANS, 7.7), 5.2)
            sheet.paragraph(LEFT, 198.7, contact, style, room=ROOM, align=Align.CENTRE, most_lines=1)
        y = 202.2
        for note in self._two(
            both("The QR code is sealed by the office's key: technical evidence, not a qualified signature.")
        ):
            y = sheet.line(
                LEFT, y, note, shrink(note, ROOM, Style(Face.SANS, 6.2, MUTED), 4.6), room=ROOM, align=Align.CENTRE
            )

    def _microprint(self, y: float) -> None:
        """Repeat number and moment in a line too small for an office copier: it comes out grey on a copied receipt."""
        sheet = self._sheet
        sheet.rule(LEFT, y, ROOM, 0.1)
        content = self._content
        moment = moment_in_figures(content.registered_at, is_hour_known=content.is_hour_known)
        unit = f"{content.number} · {moment}"
        times = max(1, int(ROOM // width_mm(f"{unit} · ", MICRO)))
        gap = (ROOM - times * width_mm(unit, MICRO)) / max(1, times - 1)
        for position in range(times):
            sheet.line(LEFT + position * (width_mm(unit, MICRO) + gap), y + 0.45, unit, MICRO)
