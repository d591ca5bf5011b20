"""A sheet to draw on: text that wraps, shrinks and never leaves its place, rules, boxes and a QR, in millimetres."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final

import segno
from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.drawing_primitives import DeviceGray
from fpdf.enums import PathPaintRule
from fpdf.fonts import TTFFont

from liaison_desktop.printing.letters import Face, drawable, font_facts, text_width

PT: Final = 25.4 / 72
"""Millimetres in a point."""
BLACK: Final = 0.0
MUTED: Final = 0.33
HAIR: Final = 0.72
SHADE: Final = 0.91
WHITE: Final = 1.0
PRODUCER: Final = "Liaison"
ELLIPSIS: Final = "…"


class Align(Enum):
    """Where a line stands in its width."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: face, size in points, grey from 0 (black) to 1, leading as a multiple of the size."""

    face: Face
    size_pt: float
    grey: float = BLACK
    leading: float = 1.26
    spacing_pt: float = 0

    @property
    def line_mm(self) -> float:
        """The height of one line."""
        return self.size_pt * self.leading * PT

    def sized(self, size_pt: float) -> "Style":
        """The same look in another size."""
        return Style(self.face, size_pt, self.grey, self.leading, self.spacing_pt)


def width_mm(text: str, style: Style) -> float:
    """Measure one line."""
    return text_width(text, style.face, style.size_pt, style.spacing_pt) * PT


def wrap(text: str, room_mm: float, style: Style, most_lines: int | None = None) -> tuple[str, ...]:
    """Break a text into lines that fit: at spaces, else after hyphens, else anywhere.

    Line feeds begin a new line. What does not fit into `most_lines` ends in an ellipsis.
    """
    lines: list[str] = []
    for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines.extend(_wrap_part(part, room_mm, style))
    if most_lines is None or len(lines) <= most_lines:
        return tuple(lines)
    last = lines[most_lines - 1]
    while last and width_mm(last + ELLIPSIS, style) > room_mm:
        last = last[:-1]
    return (*lines[: most_lines - 1], last.rstrip() + ELLIPSIS)


def _wrap_part(text: str, room_mm: float, style: Style) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.replace("\t", " ").split(" "):
        longer = f"{line} {word}" if line else word
        if width_mm(longer, style) <= room_mm:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_mm(line, style) > room_mm:
            head = _head_that_fits(line, room_mm, style)
            lines.append(head)
            line = line[len(head) :]
    lines.append(line)
    return lines


def _head_that_fits(word: str, room_mm: float, style: Style) -> str:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if width_mm(word[:middle], style) <= room_mm:
            low = middle
        else:
            high = middle - 1
    hyphen = word.rfind("-", 0, low) + 1
    return word[:hyphen] if 1 < hyphen < low else word[:low]


def shrink(text: str, room_mm: float, style: Style, least_pt: float) -> Style:
    """Give the biggest size, down to `least_pt`, in which the text fits on one line."""
    wide = width_mm(text, style)
    return style if wide <= room_mm else style.sized(max(least_pt, style.size_pt * room_mm / wide))


@lru_cache(maxsize=4)
def _modules(text: str) -> tuple[bytearray, ...]:
    code = segno.make(text, error="m", micro=False, boost_error=False, encoding=None if text.isascii() else "utf-8")
    return tuple(code.matrix)


class Sheet:
    """One document under the pen; y is the top of what is drawn, and every drawing returns the y below it."""

    def __init__(
        self, width_mm: float, height_mm: float, *, title: str, language: str, made_at: datetime, author: str
    ) -> None:
        self.width_mm: Final = width_mm
        self.height_mm: Final = height_mm
        self._pdf = pdf = FPDF(format=(width_mm, height_mm), unit="mm")
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.set_creation_date(made_at)
        pdf.set_title(title)
        pdf.set_author(author)
        pdf.set_creator(PRODUCER)
        pdf.set_producer(PRODUCER)
        pdf.set_lang(language)
        pdf.set_display_mode("fullpage")
        pdf.add_page()
        self._face: tuple[Face, float] | None = None
        self._spacing_pt = 0.0

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self._pdf.pages_count

    def next_page(self) -> None:
        """Go on upon a new page of the same size."""
        self._pdf.add_page()
        self._face = None

    def page(self, number: int) -> None:
        """Go back to draw on an earlier page (from 1)."""
        self._pdf.page = number
        self._face = None
        self._pdf.current_font_is_set_on_page = False
        self._pdf.set_fill_color(127)  # the page's own last colour is not known here: fpdf2 writes only changes

    def line(self, x: float, y: float, text: str, style: Style, *, room: float = 0, align: Align = Align.LEFT) -> float:
        """Draw one line, its top at y, aligned in `room` millimetres from x."""
        x += (room - width_mm(text, style)) * align.value
        baseline = y + (style.leading / 2 + 0.35) * style.size_pt * PT
        self._pdf.set_text_color(round(style.grey * 255))
        if style.spacing_pt != self._spacing_pt:
            self._pdf.set_char_spacing(style.spacing_pt)
            self._spacing_pt = style.spacing_pt
        for face, run in drawable(text, style.face):
            self._use(face, style.size_pt)
            self._pdf.text(x, baseline, run)
            x += (text_width(run, face, style.size_pt, style.spacing_pt) + style.spacing_pt) * PT
        return y + style.line_mm

    def lines(
        self, x: float, y: float, lines: tuple[str, ...], style: Style, *, room: float = 0, align: Align = Align.LEFT
    ) -> float:
        """Draw lines that were wrapped before."""
        for text in lines:
            y = self.line(x, y, text, style, room=room, align=align)
        return y

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        style: Style,
        *,
        room: float,
        align: Align = Align.LEFT,
        most_lines: int | None = None,
    ) -> float:
        """Wrap a text into `room` millimetres and draw it."""
        return self.lines(x, y, wrap(text, room, style, most_lines), style, room=room, align=align)

    def _use(self, face: Face, size_pt: float) -> None:
        if self._face == (face, size_pt):
            return
        if face.name.lower() not in self._pdf.fonts:
            self._pdf.add_font(face.name, fname=font_facts(face).path)
        self._pdf.set_font(face.name, size=size_pt)
        self._face = (face, size_pt)

    def rule(self, x: float, y: float, length: float, thick_mm: float, grey: float = BLACK) -> float:
        """Draw a level line downwards from y."""
        self._pdf.set_fill_color(round(grey * 255))
        self._pdf.rect(x, y, length, thick_mm, style="F")
        return y + thick_mm

    def shade(self, x: float, y: float, wide: float, high: float, grey: float = SHADE) -> None:
        """Fill a ground for words."""
        self._pdf.set_fill_color(round(grey * 255))
        self._pdf.rect(x, y, wide, high, style="F")

    def frame(self, x: float, y: float, wide: float, high: float, thick_mm: float, radius_mm: float = 0) -> None:
        """Draw a frame whose outer edge is the given box."""
        half = thick_mm / 2
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(thick_mm)
        self._pdf.rect(
            x + half,
            y + half,
            wide - thick_mm,
            high - thick_mm,
            round_corners=radius_mm > 0,
            corner_radius=radius_mm,
        )

    def stamp_place(self, x: float, y: float, across: float) -> None:
        """Draw the dashed circle that shows where the stamp goes."""
        self._pdf.set_draw_color(130)
        self._pdf.set_line_width(0.22)
        self._pdf.set_dash_pattern(dash=0.9, gap=0.7)
        self._pdf.circle(x + across / 2, y + across / 2, across / 2)
        self._pdf.set_dash_pattern()

    def emblem(self, x: float, y: float, across: float) -> None:
        """Draw the network's mark: the lattice of a yurt's crown in a ring."""
        pdf = self._pdf
        pdf.set_draw_color(0)
        pdf.set_line_width(across * 0.022)
        middle_x, middle_y, radius = x + across / 2, y + across / 2, across / 2 * 0.978
        pdf.circle(middle_x, middle_y, radius)
        for offset in (-0.5, 0.0, 0.5):
            away = offset * radius
            half = (radius**2 - away**2) ** 0.5
            turn = 0.5**0.5
            for side in (1, -1):
                pdf.line(
                    middle_x + (away - half) * turn,
                    middle_y + side * (-away - half) * turn,
                    middle_x + (away + half) * turn,
                    middle_y + side * (half - away) * turn,
                )

    def code(self, x: float, y: float, side: float, text: str) -> None:
        """Draw a QR code (level M) as one vector shape, `side` millimetres without its quiet zone of four modules."""
        rows = _modules(text)
        step = side / len(rows)
        path = PaintedPath()
        path.style.fill_color = DeviceGray(0)
        path.style.stroke_color = None
        path.style.paint_rule = PathPaintRule.FILL_NONZERO
        for down, row in enumerate(rows):
            start = 0
            for across in range(1, len(row) + 1):
                if across < len(row) and row[across] == row[start]:
                    continue
                if row[start]:
                    path.rectangle(x + start * step, y + down * step, (across - start) * step, step)
                start = across
        with self._pdf.drawing_context() as drawing:
            drawing.add_item(path, clone=False)  # copying a thousand rectangles took a third of a receipt's time

    def across(self, text: str, style: Style, angle: float) -> None:
        """Write a text over the middle of the page at an angle, to be drawn first, under everything."""
        with self._pdf.rotation(angle, self.width_mm / 2, self.height_mm / 2):
            self.line(0, self.height_mm / 2 - style.line_mm / 2, text, style, room=self.width_mm, align=Align.CENTRE)
        self._face = None

    def finished(self) -> bytes:
        """Close the document and give its bytes: the same bytes for the same drawing and time."""
        document = bytes(self._pdf.output())
        self.close()
        return document

    def close(self) -> None:
        """Let the font files go; for a sheet that was only measured."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
