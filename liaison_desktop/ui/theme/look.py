"""What every widget asks while it dresses: colours, fonts, lengths, and when to dress again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from liaison_desktop.ui.theme import stylesheet
from liaison_desktop.ui.theme.tokens import LIGHT, THEMES, Tokens

FAMILIES = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
"""Families that have ң ө ү and figures of equal width, best first; Liberation has not the letters."""

TEXT_SIZES = (100, 125, 150)
"""Text sizes a person may choose, in per cent."""


class Size(Enum):
    """Heights of letters in pixels at 100 %."""

    SECONDARY = 13
    BODY = 15
    SECTION = 18
    TITLE = 22
    OFFICE = 30
    NUMBER = 44


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep every widget there is while Qt goes through a list of all of them and tells each of its new dress.

    A widget written in Python hears of it in Python; a collection that begins there destroys windows that nobody
    refers to any more, and Qt goes on to them in its list.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Look(QObject):
    """The present theme and text size; one for the program, as the palette of Qt is one.

    ``changed`` asks widgets to dress again, ``language_changed`` to say their words again.
    """

    changed = Signal()
    language_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.text_size = 100
        self._families: list[str] | None = None
        self._fonts: dict[tuple[int, bool, bool], QFont] = {}

    def wear(self, theme: str, text_size: int = 100) -> None:
        """Dress the program in ``light`` or ``dark`` at a text size in per cent; open forms keep what was typed."""
        self.tokens = THEMES[theme]
        self.text_size = text_size
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        sheet = stylesheet.sheet(self.tokens, self.px)
        with _nothing_collected():
            if app.style().name().lower() != "fusion" and not app.styleSheet():
                app.setStyle(QStyleFactory.create("Fusion"))
            app.setFont(self.font())
            app.setPalette(self.palette())
            if app.styleSheet() != sheet:
                app.setStyleSheet(sheet)
        self.changed.emit()

    def px(self, length: float) -> int:
        """A length given for 100 % in pixels of the chosen text size."""
        return round(length * self.text_size / 100)

    def color(self, token: str) -> QColor:
        """The colour of a token by its name, e.g. ``danger_tint``."""
        return QColor(getattr(self.tokens, token))

    def font(self, size: Size = Size.BODY, *, strong: bool = False, figures: bool = False) -> QFont:
        """A font of the screen; ``figures`` gives all figures one width, for tables, numbers and clocks."""
        wanted = (self.px(size.value), strong, figures)
        made = self._fonts.get(wanted)
        if made is None:
            made = self._fonts[wanted] = self._new_font(*wanted)
        return QFont(made)  # its own: some are given other sizes or spaces

    def _new_font(self, pixels: int, strong: bool, figures: bool) -> QFont:
        font = QFont(self._present_families())
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if figures:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def palette(self) -> QPalette:
        """The colours Qt's own painting uses: selections, placeholders, disabled words."""
        colour = self.color
        palette = QPalette()
        for role, token in (
            (QPalette.ColorRole.Window, "canvas"),
            (QPalette.ColorRole.WindowText, "text"),
            (QPalette.ColorRole.Base, "surface"),
            (QPalette.ColorRole.AlternateBase, "neutral"),
            (QPalette.ColorRole.Text, "text"),
            (QPalette.ColorRole.Button, "surface"),
            (QPalette.ColorRole.ButtonText, "text"),
            (QPalette.ColorRole.Highlight, "primary"),
            (QPalette.ColorRole.HighlightedText, "on_primary"),
            (QPalette.ColorRole.Link, "link"),
            (QPalette.ColorRole.LinkVisited, "link"),
            (QPalette.ColorRole.PlaceholderText, "muted"),
            (QPalette.ColorRole.ToolTipBase, "text"),
            (QPalette.ColorRole.ToolTipText, "surface"),
            (QPalette.ColorRole.Mid, "line"),
            (QPalette.ColorRole.Accent, "primary"),
        ):
            palette.setColor(role, colour(token))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, colour("muted"))
        return palette

    def system_theme(self) -> str:
        """``dark`` when the system prefers dark windows, else ``light``."""
        return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def _present_families(self) -> list[str]:
        if self._families is None:
            installed = set(QFontDatabase.families())
            self._families = [family for family in FAMILIES if family in installed] or ["sans-serif"]
        return self._families


look = Look()
