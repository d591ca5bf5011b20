"""Makes a request's card (A4): what was asked, what happened and what was answered, to be handed to the applicant."""

from collections.abc import Mapping
from typing import Final

from liaison_desktop.printing.content import CardAnswer, CardContent, CardPart, Pair
from liaison_desktop.printing.directions import side_by_side
from liaison_desktop.printing.letters import Face
from liaison_desktop.printing.receipt_words import signed_words
from liaison_desktop.printing.sheet import HAIR, MUTED, SHADE, Align, Sheet, Style, shrink, width_mm, wrap
from liaison_desktop.printing.words import LANGUAGES, both, day_in_figures, moment_in_figures, say
from server_sync.contract.bodies import AnswerBy, AppealKind, Outcome

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
LEFT: Final = 22.0
ROOM: Final = WIDTH - LEFT - 16.0
TOP: Final = 16.0
BOTTOM: Final = HEIGHT - 22.0
LABELS_ROOM: Final = 42.0
DOT: Final = "  ·  "

LABEL: Final = Style(Face.SANS, 8, MUTED)
VALUE: Final = Style(Face.SERIF, 10.6)
TEXT: Final = Style(Face.SERIF, 11, leading=1.4)
SECTION: Final = Style(Face.SERIF_BOLD, 13)
SMALL: Final = Style(Face.SANS, 7.8, MUTED)

KINDS: Final[Mapping[AppealKind, str]] = {
    AppealKind.PROPOSAL: "proposal",
    AppealKind.APPLICATION: "application",
    AppealKind.COMPLAINT: "complaint",
    AppealKind.THANKS: "thanks",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.SATISFIED: "satisfied",
    Outcome.PARTLY_SATISFIED: "partly satisfied",
    Outcome.EXPLAINED: "explained",
    Outcome.REFUSED: "refused",
    Outcome.ACCEPTED_FOR_WORK: "taken up for work",
}
ANSWERED_BY: Final[Mapping[AnswerBy, str]] = {
    AnswerBy.LETTER: "by letter",
    AnswerBy.PHONE: "by telephone",
    AnswerBy.EMAIL: "by e-mail",
    AnswerBy.IN_PERSON: "in person",
}


def card_pdf(card: CardContent, part: CardPart = CardPart.WHOLE) -> bytes:
    """Draw the whole card, or only its answers to hand over; the same content gives the same bytes.

    Raises FontsMissing.
    """
    return _Card(card, part).draw()


class _Card:
    """A column over as many pages as it needs; `_y` is where the pen stands."""

    def __init__(self, card: CardContent, part: CardPart) -> None:
        self._card, self._part = card, part
        ky, ru = LANGUAGES
        self._first, self._second = (ru, ky) if card.language == ru else (ky, ru)
        self._title = both("Card of the request") if part is CardPart.WHOLE else both("Answer to the request")
        self._sheet = Sheet(
            WIDTH,
            HEIGHT,
            title=f"{self._title.said_in(self._first)} {card.number}",
            language=self._first,
            made_at=card.printed_at,
            author=card.office.names.said_in(self._first),
        )
        self._y = TOP

    def draw(self) -> bytes:
        """Draw all parts, then the foot of every page."""
        self._head()
        self._particulars()
        if self._part is CardPart.WHOLE:
            self._section(both("Text of the request"))
            self._flow(self._card.text, TEXT)
            self._files()
            self._history()
        self._answers()
        if self._part is CardPart.ANSWER:
            self._handed_over()
        self._feet()
        return self._sheet.finished()

    def _two(self, words: Pair) -> tuple[str, str]:
        return words.said_in(self._first), words.said_in(self._second)

    def _label(self, words: Pair) -> str:
        return DOT.join(self._two(words))

    def _need(self, high: float) -> None:
        """Go to the next page when this much does not fit any more."""
        if self._y + high > BOTTOM:
            self._sheet.next_page()
            self._y = TOP

    def _flow(self, text: str, style: Style, *, indent: float = 0) -> None:
        """Write a text of any length, over pages; empty lines stay as half ones."""
        for line in wrap(text, ROOM - indent, style):
            if not line.strip():
                self._y += style.line_mm / 2
                continue
            self._need(style.line_mm)
            self._y = self._sheet.line(LEFT + indent, self._y, line, style)

    def _section(self, words: Pair) -> None:
        first, second = self._two(words)
        self._y += 6
        self._need(SECTION.line_mm + 3 * TEXT.line_mm)
        self._sheet.line(LEFT + width_mm(first, SECTION) + 3, self._y + 1.3, second, LABEL)
        self._y = self._sheet.line(LEFT, self._y, first, SECTION) + 0.6
        self._y = self._sheet.rule(LEFT, self._y, ROOM, 0.2) + 2.2

    def _head(self) -> None:
        sheet, card = self._sheet, self._card
        sheet.emblem(LEFT, TOP, 15)
        x, room = LEFT + 19, ROOM - 19
        office = f"{say(self._first, 'Public reception office')}. {card.office.names.said_in(self._first)}"
        office_too = f"{say(self._second, 'Public reception office')}. {card.office.names.said_in(self._second)}"
        y = sheet.line(x, TOP + 0.6, office, shrink(office, room, Style(Face.SERIF_BOLD, 12), 6))
        y = sheet.line(x, y, office_too, shrink(office_too, room, Style(Face.SERIF, 10.4), 6))
        contact = card.office.contact.said_in(self._first)
        sheet.paragraph(x, y + 0.4, contact, shrink(contact, room, LABEL, 6), room=room, most_lines=1)
        y = sheet.rule(LEFT, TOP + 17.6, ROOM, 0.6) + 0.7
        y = sheet.rule(LEFT, y, ROOM, 0.2) + 5
        title, second = self._two(self._title)
        y = sheet.line(LEFT, y, title, Style(Face.SERIF_BOLD, 19, leading=1.2))
        y = sheet.line(LEFT, y, second, Style(Face.SERIF_ITALIC, 11, MUTED))
        y = sheet.line(LEFT, y + 2.4, card.number, Style(Face.SANS_BOLD, 20, spacing_pt=0.7, leading=1.15))
        self._y = y + 3

    def _particulars(self) -> None:
        card = self._card
        rows: list[tuple[Pair, str]] = [
            (both("Registered"), moment_in_figures(card.registered_at, is_hour_known=card.is_hour_known)),
            (both("State"), self._label(card.state)),
            (both("From whom"), side_by_side(card.applicant)),
            (both("Those who signed"), signed_words(card.signed)),
            (both("To whom"), self._label(card.addressee)),
            (both("Subject"), card.subject),
        ]
        if self._part is CardPart.WHOLE:
            rows[1:1] = [(both("Kind"), self._label(both(KINDS[card.kind])))]
            rows += [
                (both("Matter"), "; ".join(category.said_in(self._first) for category in card.categories)),
                (both("Address"), card.address),
                (both("Telephone"), card.phone),
                (both("Answer by"), self._label(both(ANSWERED_BY[card.answer_by]))),
            ]
        no_term = self._label(both("No term for an answer"))
        rows.append((both("Due"), no_term if card.due is None else day_in_figures(card.due.due_on)))
        for label, value in rows:
            if value:
                self._row(label, value)

    def _row(self, label: Pair, value: str) -> None:
        name = self._label(label)
        lines = wrap(value, ROOM - LABELS_ROOM, VALUE)
        self._need(min(len(lines), 4) * VALUE.line_mm + 2)
        lower = (VALUE.line_mm - LABEL.line_mm) / 2 + 0.25
        self._sheet.line(LEFT, self._y + lower, name, shrink(name, LABELS_ROOM - 2, LABEL, 5))
        for line in lines:
            self._need(VALUE.line_mm)
            self._y = self._sheet.line(LEFT + LABELS_ROOM, self._y, line, VALUE)
        self._y = self._sheet.rule(LEFT, self._y + 0.7, ROOM, 0.12, HAIR) + 0.9

    def _files(self) -> None:
        if self._card.files:
            self._section(both("Attached files"))
            for name in self._card.files:
                self._flow(f"•  {name}", VALUE)

    def _history(self) -> None:
        if not self._card.history:
            return
        self._section(both("History"))
        for step in self._card.history:
            first, second = self._two(step.what)
            self._need(VALUE.line_mm + SMALL.line_mm * 2)
            moment = moment_in_figures(step.at, is_hour_known=step.is_hour_known)
            self._sheet.line(LEFT, self._y + 0.5, moment, Style(Face.SANS, 9))
            self._flow(first, VALUE, indent=LABELS_ROOM)
            self._flow(
                DOT.join(text for text in (second if second != first else "", step.who) if text),
                SMALL,
                indent=LABELS_ROOM,
            )
            if step.note:
                self._flow(step.note, VALUE.sized(9.6), indent=LABELS_ROOM)
            self._y += 1.6

    def _answers(self) -> None:
        self._section(both("Answers"))
        if not self._card.answers:
            self._flow(self._label(both("No answer yet.")), VALUE)
        for answer in self._card.answers:
            self._answer(answer)

    def _answer(self, answer: CardAnswer) -> None:
        bold = Style(Face.SANS_BOLD, 9)
        self._need(9 + 3 * TEXT.line_mm)
        self._sheet.shade(LEFT, self._y, ROOM, 7, SHADE)
        moment = f"{moment_in_figures(answer.at)}{DOT}{self._label(both(OUTCOMES[answer.outcome]))}"
        self._sheet.line(LEFT + 3, self._y + (7 - bold.line_mm) / 2, moment, shrink(moment, ROOM - 6, bold, 6))
        self._y += 9
        self._flow(answer.text, TEXT)
        self._y += 2
        by = f"{self._label(both('Answered by'))}: {answer.body.said_in(self._first)}"
        self._flow(f"{by}, {answer.signed_by}" if answer.signed_by else by, VALUE.sized(10))
        self._y += 4

    def _handed_over(self) -> None:
        self._need(24)
        y = self._y + 12
        for x, words in ((LEFT, both("Answer received")), (LEFT + 88, both("date"))):
            self._sheet.rule(x, y, 72, 0.2)
            self._sheet.line(x, y + 0.8, self._label(words), LABEL, room=72, align=Align.CENTRE)
        self._y = y + 6

    def _feet(self) -> None:
        card, sheet = self._card, self._sheet
        printed = both(
            "Printed on {moment} in the office by {name}",
            moment=moment_in_figures(card.printed_at),
            name=card.clerk_name,
        ).said_in(self._first)
        foot = f"{card.number}{DOT}{printed}"
        for number in range(1, sheet.pages + 1):
            sheet.page(number)
            y = sheet.rule(LEFT, HEIGHT - 15, ROOM, 0.2) + 1
            page = say(self._first, "Page {n} of {all}", n=number, all=sheet.pages)
            left_room = ROOM - width_mm(page, SMALL) - 4
            sheet.paragraph(LEFT, y, foot, shrink(foot, left_room, SMALL, 5), room=left_room, most_lines=1)
            sheet.line(LEFT, y, page, SMALL, room=ROOM, align=Align.RIGHT)
