"""The style sheet Qt draws its own controls by, made from the tokens; what it cannot draw, widgets paint themselves.

Fonts are never set here: a family in an ancestor's rule would lose the equal width of figures.
"""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from liaison_desktop.ui.theme.tokens import Tokens

_SHEET = Template(
    """
QLineEdit, QTextEdit {
    background: $surface; color: $text; placeholder-text-color: $muted;
    border: 1px solid $control; border-radius: ${radius}px;
    selection-background-color: $primary; selection-color: $on_primary;
}
QLineEdit { padding: 0 ${pad}px; }
QTextEdit { padding: ${text_pad}px ${text_pad}px; }
QLineEdit:disabled, QTextEdit:disabled { background: $neutral; color: $muted; border-color: $line; }
QLineEdit[tone="danger"], QTextEdit[tone="danger"] { border: 2px solid $danger; }
QLineEdit[tone="warning"], QTextEdit[tone="warning"] { border: 1px solid $warning; }
QLineEdit[bare="true"], QTextEdit[bare="true"] { border: none; background: transparent; padding: 0; }
QScrollArea, QScrollArea > QWidget > QWidget[plain="true"] { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $control; border-radius: 3px; min-height: 32px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $control; border-radius: 3px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $text; color: $surface; border: none; padding: 6px 8px; }
QMenu { background: $surface; color: $text; border: 1px solid $control; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 8px 24px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $primary_tint; color: $text; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }
QTableView { background: $surface; border: none; gridline-color: $line; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; border: none; border-bottom: 1px solid $control; }
QTableCornerButton::section { background: $surface; border: none; }
"""
)


def sheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """The sheet for one theme at one text size."""
    colours = dict(_colours(tokens))
    return _SHEET.substitute(colours, radius=6, pad=px(10), text_pad=px(7))


def _colours(tokens: Tokens) -> list[tuple[str, str]]:
    return [(name, value) for name in tokens.__slots__ if isinstance(value := getattr(tokens, name), str)]
