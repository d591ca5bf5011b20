"""Icons of one set (Phosphor, regular) as pixmaps, each drawn once for a name, colour, size and pixel ratio.

The font and its list of names are those of the QtAwesome package. They are read from its folder without importing it:
its first icon loads eleven fonts (0.18 s of a cold start), while this program uses one.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

_FONT = "phosphor-1.3.0.ttf"
_NAMES = "phosphor-charmap-1.3.0.json"


class IconsMissing(RuntimeError):
    """The icon font is not in the installed QtAwesome package: the installation is damaged."""


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise IconsMissing(_FONT)
    return Path(spec.origin).parent / "fonts"


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    return {name: chr(int(code, 16)) for name, code in json.loads((_folder() / _NAMES).read_text("utf-8")).items()}


_family: list[str] = []


def _icon_family() -> str:
    if not _family:
        number = QFontDatabase.addApplicationFont(str(_folder() / _FONT))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        if not families:
            raise IconsMissing(_FONT)
        _family.append(families[0])
    return _family[0]


def pixmap(name: str, color: QColor, size: int, ratio: float | None = None) -> QPixmap:
    """The icon in one colour, ``size`` logical pixels wide and high, sharp at the screen's ratio."""
    if ratio is None:
        ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.screens() else 1.0
    return _drawn(name, color.rgba(), size, ratio)


@lru_cache(maxsize=1024)
def _drawn(name: str, rgba: int, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    font = QFont(_icon_family())
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(QColor.fromRgba(rgba))
    painter.drawText(QRectF(0, 0, size, size), int(Qt.AlignmentFlag.AlignCenter), _letters()[name])
    painter.end()
    return picture


def icon(name: str, color: QColor, size: int = 20) -> QIcon:
    """The icon for controls of Qt that want a ``QIcon``, such as menus."""
    return QIcon(pixmap(name, color, size))


def paint(painter: QPainter, rect: QRect, name: str, color: QColor, size: int = 20) -> None:
    """Paint the icon in the middle of ``rect``."""
    picture = pixmap(name, color, size, painter.device().devicePixelRatioF())
    left = rect.x() + (rect.width() - size) / 2
    top = rect.y() + (rect.height() - size) / 2
    painter.drawPixmap(QPointF(round(left), round(top)), picture)
