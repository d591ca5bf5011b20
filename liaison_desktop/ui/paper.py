"""Puts finished PDF pages on a printer, on the screen, or into a file; QtPdf is loaded when it is first needed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QSize, QSizeF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QWidget

from liaison_desktop.domain.errors import LiaisonError
from liaison_desktop.ui.widgets.files import choose_place
from liaison_desktop.workplace.words import tr

POINTS_PER_MM = 72 / 25.4
SHARP = 2.0
"""A preview is rendered larger than it is shown, so that the code in the corner stays sharp."""


class PaperFailed(LiaisonError):
    """A page could not be printed or written (codes: printer_missing, printer_failed, file_not_written)."""


class Papers(Protocol):
    """Where finished pages go. Tests and demonstrations bring their own tray."""

    def printers(self) -> tuple[str, ...]:
        """The printers of this computer."""

    def print_pdf(self, pdf: bytes, title: str, printer: str, parent: QWidget) -> bool:
        """Print the pages; an empty printer asks. False when the person turned back. Raises PaperFailed."""

    def save_pdf(self, pdf: bytes, name: str, parent: QWidget) -> Path | None:
        """Write the pages where the person says; None when they turned back. Raises PaperFailed."""

    def open_file(self, content: bytes, name: str) -> None:
        """Show an attachment by the system's own program. Raises PaperFailed."""


class SystemPapers:
    """The printers, folders and programs of this computer."""

    def __init__(self) -> None:
        self._opened: list[tempfile.TemporaryDirectory[str]] = []

    def printers(self) -> tuple[str, ...]:
        """The printers of this computer."""
        from PySide6.QtPrintSupport import QPrinterInfo

        return tuple(QPrinterInfo.availablePrinterNames())

    def print_pdf(self, pdf: bytes, title: str, printer: str, parent: QWidget) -> bool:
        """Print by Qt: to the named printer, or to the one chosen in the dialog."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        names = self.printers()
        if not names:
            raise PaperFailed("printer_missing")
        target = QPrinter(QPrinter.PrinterMode.HighResolution)
        if printer in names:
            target = QPrinter(QPrinterInfo.printerInfo(printer), QPrinter.PrinterMode.HighResolution)
        target.setDocName(title)
        document = _Document(pdf)
        size = document.page_size_mm(0)
        target.setPageLayout(
            QPageLayout(
                QPageSize(size, QPageSize.Unit.Millimeter),
                QPageLayout.Orientation.Portrait,
                QMarginsF(0, 0, 0, 0),
                QPageLayout.Unit.Millimeter,
            )
        )
        if printer not in names:
            dialog = QPrintDialog(target, parent)
            if dialog.exec() != QPrintDialog.DialogCode.Accepted:
                return False
        painter = QPainter()
        if not painter.begin(target):
            raise PaperFailed("printer_failed")
        try:
            for page in range(document.pages):
                if page:
                    target.newPage()
                area = target.pageLayout().paintRectPixels(target.resolution())
                image = document.page(page, QSize(min(area.width(), 4000), min(area.height(), 6000)))
                fitted = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
                painter.drawImage(
                    area.adjusted(0, 0, fitted.width() - area.width(), fitted.height() - area.height()), image
                )
        finally:
            painter.end()
        return True

    def save_pdf(self, pdf: bytes, name: str, parent: QWidget) -> Path | None:
        """Ask for a place and write the file there."""
        chosen = choose_place(parent, tr("Save as PDF"), str(Path.home() / name), "PDF (*.pdf)")
        if not chosen:
            return None
        path = Path(chosen)
        try:
            path.write_bytes(pdf)
        except OSError as failure:
            raise PaperFailed("file_not_written", reason=failure.strerror or "") from failure
        return path

    def open_file(self, content: bytes, name: str) -> None:
        """Write a private copy that goes with the program, and let the system show it."""
        folder = tempfile.TemporaryDirectory(prefix="liaison-")
        self._opened.append(folder)
        path = Path(folder.name) / (Path(name).name or "attachment")
        try:
            path.write_bytes(content)
        except OSError as failure:
            raise PaperFailed("file_not_written", reason=failure.strerror or "") from failure
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class Tray:
    """Takes every page into a folder, as a printer that never runs out; used where there is no printer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def printers(self) -> tuple[str, ...]:
        """The tray itself."""
        return (str(self._folder),)

    def print_pdf(self, pdf: bytes, title: str, printer: str, parent: QWidget) -> bool:
        """Lay the pages into the folder under the title."""
        return self._lay(pdf, f"{title}.pdf") is not None

    def save_pdf(self, pdf: bytes, name: str, parent: QWidget) -> Path | None:
        """Lay the file into the folder."""
        return self._lay(pdf, name)

    def open_file(self, content: bytes, name: str) -> None:
        """Lay the attachment into the folder."""
        self._lay(content, name)

    def _lay(self, content: bytes, name: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / Path(name).name
        count = 1
        while path.exists():
            count += 1
            path = self._folder / f"{Path(name).stem}-{count}{Path(name).suffix}"
        try:
            path.write_bytes(content)
        except OSError as failure:
            raise PaperFailed("file_not_written", reason=failure.strerror or "") from failure
        return path


class _Document:
    """A PDF held open for drawing."""

    def __init__(self, pdf: bytes) -> None:
        from PySide6.QtPdf import QPdfDocument

        self._bytes = QByteArray(pdf)
        self._buffer = QBuffer(self._bytes)
        self._buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument()
        self._document.load(self._buffer)
        self.pages = self._document.pageCount()
        if self.pages < 1:
            raise PaperFailed("paper_unreadable")

    def page_size_mm(self, page: int) -> QSizeF:
        """The size of a page in millimetres."""
        points = self._document.pagePointSize(page)
        return QSizeF(points.width() / POINTS_PER_MM, points.height() / POINTS_PER_MM)

    def page(self, page: int, within: QSize) -> QImage:
        """A page as a picture on white, as large as fits."""
        points = self._document.pagePointSize(page)
        size = points.toSize().scaled(within, Qt.AspectRatioMode.KeepAspectRatio)
        image = self._document.render(page, size)
        white = QImage(image.size(), QImage.Format.Format_RGB32)
        white.fill(Qt.GlobalColor.white)
        painter = QPainter(white)
        painter.drawImage(0, 0, image)
        painter.end()
        return white


def preview(pdf: bytes, width: int) -> QImage:
    """The first page as a picture for the screen, sharp at ``width`` logical pixels. Raises PaperFailed."""
    return _Document(pdf).page(0, QSize(round(width * SHARP), 16_384))
