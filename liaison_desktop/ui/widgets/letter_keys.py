"""Ң Ө Ү from a Russian keyboard: Alt, or AltGr, with the key of the letter they are made of, in any layout."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

LETTERS: Final = {"н": "ң", "о": "ө", "у": "ү"}
"""As the Kyrgyz layout of Windows has them under AltGr."""

_PLACES: Final[dict[str, dict[int, str]]] = {
    "xcb": {29: "н", 44: "о", 26: "у"},
    "wayland": {29: "н", 44: "о", 26: "у"},
    "windows": {0x15: "н", 0x24: "о", 0x12: "у"},
}
"""Where the Russian letters lie, by the scan codes that each platform tells; also under a Latin layout."""

KEYS: Final = {made: f"Alt+{letter.upper()}" for letter, made in LETTERS.items()}

_LEVEL_3_OF_X11: Final = 0x80
"""What AltGr adds to a key's native modifiers under X11; Qt's own modifiers do not tell of it."""

_ALT: Final = Qt.KeyboardModifier.AltModifier
_ALT_GR: Final = _ALT | Qt.KeyboardModifier.ControlModifier  # as Windows tells of it
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
_GROUP: Final = Qt.KeyboardModifier.GroupSwitchModifier


def letter_of(event: QKeyEvent) -> str:
    """The letter a key stands for, or nothing. A layout that has its own letter there has given it already."""
    held = event.modifiers() & ~(_SHIFT | _GROUP)
    by_alt_gr = not held and (bool(event.modifiers() & _GROUP) or _is_level_3(event))
    if held not in (_ALT, _ALT_GR) and not by_alt_gr:
        return ""
    text = event.text()
    is_said = bool(text) and text.isprintable()
    if text.isascii() and text.isalpha() if is_said else Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
        return _by_place(event)
    named = chr(event.key()) if 0x400 <= event.key() <= 0x4FF else ""
    if text.isprintable() and text and text.lower() not in LETTERS:
        return ""
    letter = LETTERS.get((named or text).lower(), "")
    is_capital = text.isupper() if text.isalpha() else bool(event.modifiers() & _SHIFT)
    return letter.upper() if is_capital else letter


def _by_place(event: QKeyEvent) -> str:
    """The letter of a key under a Latin layout, by where it lies; nothing where the platform does not tell."""
    of_platform = _PLACES.get(QGuiApplication.platformName(), {})
    letter = LETTERS.get(of_platform.get(event.nativeScanCode(), ""), "")
    return letter.upper() if event.modifiers() & _SHIFT else letter


def _is_level_3(event: QKeyEvent) -> bool:
    return QGuiApplication.platformName() == "xcb" and bool(event.nativeModifiers() & _LEVEL_3_OF_X11)
