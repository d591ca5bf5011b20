"""Makes the slip that a citizen takes home when a conversation is set: number, day and hour, where, with whom.

In three languages, the applicant's first; on A5 or on a roll of 80 mm as long as it needs. No name stands on it.
"""

from datetime import timedelta
from typing import Final

from liaison_desktop.printing.content import Pair, Paper, SlipContent
from liaison_desktop.printing.letters import Face
from liaison_desktop.printing.sheet import BLACK, Align, Sheet, Style, shrink
from liaison_desktop.printing.words import LANGUAGES, WEEKDAYS, both, clock, day_in_figures, office_day, say, weekday

A5: Final = (148.0, 210.0, 14.0)
ROLL: Final = (80.0, 2_000.0, 4.0)
"""Width, height, margin in millimetres; of a roll so much is measured, and then as much as it needs."""
TEAR_OFF: Final = 6.0
MOST_LINES: Final = 4
"""Of one text an A5 takes so many lines in each language; a roll takes all."""
ALL_LINES: Final = 200

LABEL: Final = Style(Face.SANS, 7.6)
VALUE: Final = Style(Face.SERIF, 11)
SECOND: Final = Style(Face.SANS, 8)
TITLE: Final = "Conversation about your request"
HINTS: Final = ("Come ten minutes earlier, with this slip and your document.", "If you cannot come, tell this office.")


def slip_pdf(content: SlipContent, paper: Paper) -> bytes:
    """Draw the slip; the same content gives the same bytes. Raises FontsMissing."""
    if paper is Paper.A5:
        return _drawn(content, *A5)[0]
    width, high, margin = ROLL
    _, used = _drawn(content, width, high, margin)
    return _drawn(content, width, used + TEAR_OFF, margin)[0]


def _drawn(content: SlipContent, width: float, high: float, margin: float) -> tuple[bytes, float]:
    """The document, and how much of its height is used."""
    most = MOST_LINES if width > ROLL[0] else ALL_LINES
    ky, ru = LANGUAGES
    first, second = (ru, ky) if content.language == ru else (ky, ru)
    sheet = Sheet(
        width,
        high,
        title=f"{say(first, TITLE)} {content.number}",
        language=first,
        made_at=content.printed_at,
        author=content.office.names.said_in(first),
    )
    room = width - 2 * margin

    def label(msgid: str, y: float) -> float:
        words = " · ".join((say(first, msgid), say(second, msgid), msgid))
        return sheet.line(margin, y, words, shrink(words, room, LABEL, 5))

    def values(y: float, words: Pair, english: str) -> float:
        told = (words.said_in(first), words.said_in(second), english)
        for place, text in enumerate(dict.fromkeys(part for part in told if part)):
            style = VALUE if place == 0 else SECOND
            y = sheet.paragraph(margin, y, text, style, room=room, most_lines=most)
        return y + 1.6

    y = margin
    sheet.emblem(width / 2 - 6, y, 12)
    y += 13.4
    for language in (first, second):
        office = f"{say(language, 'Public reception office')}. {content.office.names.said_in(language)}"
        y = sheet.paragraph(margin, y, office, SECOND, room=room, align=Align.CENTRE)
    y = sheet.rule(margin, y + 1.2, room, 0.5) + 1.8
    y = sheet.paragraph(
        margin, y, say(first, TITLE), Style(Face.SERIF_BOLD, 14, leading=1.2), room=room, align=Align.CENTRE
    )
    for words in (say(second, TITLE), TITLE):
        y = sheet.paragraph(margin, y, words, Style(Face.SERIF_ITALIC, 9.6), room=room, align=Align.CENTRE)
    y = label("Number of the request", y + 3)
    y = sheet.line(
        margin, y, content.number, shrink(content.number, room, Style(Face.SANS_BOLD, 18, spacing_pt=0.4), 9)
    )
    y = label("Day and hour", y + 2.4)
    y = _day(sheet, content, margin, y, room, first, second)
    y = label("Where", y + 1)
    y = values(y, content.office.names, "")
    contact = content.office.contact.said_in(first)
    if contact:
        y = sheet.paragraph(margin, y - 1, contact, SECOND, room=room) + 1.6
    y = label("With whom", y)
    y = values(y, content.by_whom, content.by_whom_en)
    if content.bring.ky or content.bring.ru or content.bring_en:
        y = label("To be brought", y)
        y = values(y, content.bring, content.bring_en)
    y = sheet.rule(margin, y, room, 0.3) + 1.6
    for hint in HINTS:
        y = values(y, both(hint), hint) - 0.6
    return sheet.finished(), y


def _day(sheet: Sheet, content: SlipContent, x: float, y: float, room: float, first: str, second: str) -> float:
    """The day with its weekday, and from when to when, large."""
    ends_at = content.starts_at + timedelta(minutes=content.minutes)
    day = office_day(content.starts_at)
    hours = f"{day_in_figures(day)}, {clock(content.starts_at)}–{clock(ends_at)}"
    y = sheet.line(x, y, hours, shrink(hours, room, Style(Face.SERIF_BOLD, 20, BLACK, leading=1.15), 10))
    named = " · ".join((weekday(first, day), weekday(second, day), WEEKDAYS[day.weekday()]))
    return sheet.line(x, y, named, shrink(named, room, SECOND, 6)) + 1
