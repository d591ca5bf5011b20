"""The paper for the safe: the key that opens the store of one computer when all passwords are forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from liaison_desktop.printing.content import Office
from liaison_desktop.printing.letters import Face
from liaison_desktop.printing.sheet import MUTED, Align, Sheet, Style, shrink
from liaison_desktop.printing.words import LANGUAGES, both, moment_in_figures

WIDTH: Final = 148.0
HEIGHT: Final = 210.0
LEFT: Final = 14.0
ROOM: Final = WIDTH - 2 * LEFT

TITLE: Final = Style(Face.SERIF_BOLD, 17)
KEY: Final = Style(Face.SANS_BOLD, 22, spacing_pt=0.6)
WORDS: Final = Style(Face.SERIF, 11)
SMALL: Final = Style(Face.SANS, 8.4, MUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryContent:
    """Whose key it is, and the key as it is typed."""

    office: Office
    code: str
    letter: str
    name: str
    key: str
    made_at: datetime


def recovery_pdf(content: RecoveryContent) -> bytes:
    """Draw it on one A5 page, in both languages."""
    titles = both("Recovery key of the store")
    sheet = Sheet(
        WIDTH,
        HEIGHT,
        title=titles.ky,
        language="ky",
        made_at=content.made_at,
        author=content.office.names.said_in("ky"),
    )
    y = 18.0
    for language in LANGUAGES:
        y = sheet.paragraph(LEFT, y, titles.said_in(language), TITLE, room=ROOM)
    y += 4
    for language in LANGUAGES:
        y = sheet.paragraph(LEFT, y, content.office.names.said_in(language), WORDS, room=ROOM)
    pc = both("PC {letter}", letter=content.letter)
    told_from_others = (content.code, pc.ky, pc.ru, content.name, moment_in_figures(content.made_at))
    made = " · ".join(part for part in told_from_others if part)
    y = sheet.paragraph(LEFT, y + 1, made, SMALL, room=ROOM)
    y += 10
    sheet.frame(LEFT, y, ROOM, 24, 0.5, 2)
    style = shrink(content.key, ROOM - 8, KEY, 10)
    sheet.line(LEFT, y + 12 - style.line_mm / 2, content.key, style, room=ROOM, align=Align.CENTRE)
    y += 34
    told = both(
        "Keep this paper in the safe. Whoever has it and this computer can read what is stored there. It is needed "
        "when a person of this computer has forgotten the password."
    )
    for language in LANGUAGES:
        y = sheet.paragraph(LEFT, y, told.said_in(language), WORDS, room=ROOM) + 4
    return sheet.finished()
