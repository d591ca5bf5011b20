"""Writes a report of a quarter as a workbook (XLSX) that office programs open: numbers stay numbers."""

import io
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from server_sync.pages.report import Report, head

WIDTHS: Final = (58, 26, 26, 26)
_DANGEROUS: Final = ("=", "+", "-", "@")
_RULE: Final = Border(bottom=Side(style="thin", color="D3D8D4"))
_GROUND: Final = PatternFill("solid", fgColor="E3F0EE")


def write(told: Report, made_at: datetime) -> bytes:
    """Write a report; all of it is text and numbers, nothing a program would run."""
    book = Workbook()
    book.properties.creator, book.properties.title = "Liaison", f"{told.title}: {told.name}"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = told.period.code
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCD"[place]].width = width
    _text(sheet, 1, told.title, Font(bold=True, color="55615B"))
    _text(sheet, 2, told.name, Font(bold=True, size=16))
    _text(sheet, 3, told.period_words)
    line = 5
    for part in told.parts:
        _text(sheet, line, part.title, Font(bold=True, size=12))
        line += 1
        for place, words in enumerate(head(told), 1):
            cell = sheet.cell(line, place, _plain(words))
            cell.font, cell.fill = Font(bold=True), _GROUND
            cell.alignment = Alignment(horizontal="right" if place > 1 else "left", wrap_text=True, vertical="top")
        for row in part.rows:
            line += 1
            for place, value in enumerate((row.name, row.now, row.before, row.change), 1):
                cell = sheet.cell(line, place, _plain(value) if isinstance(value, str) else value)
                cell.border = _RULE
                cell.alignment = Alignment(horizontal="right" if place > 1 else "left", wrap_text=place == 1)
        if part.note:
            line += 1
            _text(sheet, line, part.note, Font(color="55615B", size=9))
        line += 2
    for note in told.notes:
        _text(sheet, line, note, Font(color="55615B", size=9))
        line += 1
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _text(sheet: Worksheet, line: int, words: str, font: Font | None = None) -> None:
    sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=len(WIDTHS))
    cell = sheet.cell(line, 1, _plain(words))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font is not None:
        cell.font = font


def _plain(words: str) -> str:
    return f"'{words}" if words.startswith(_DANGEROUS) else words
