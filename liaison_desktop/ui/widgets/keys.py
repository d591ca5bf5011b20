"""F1: every key that works where the person is, over that screen or question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from liaison_desktop.ui.keys_named import named
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.layout import Whole, boxed
from liaison_desktop.ui.widgets.messages import Badge
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

Keys = tuple[tuple[str, Say], ...]


class KeysDialog(Dialog):
    """The keys of what is shown, and beside them those that work everywhere."""

    def __init__(self, parent: QWidget, keys: Keys, everywhere: Keys = ()) -> None:
        super().__init__(parent, lambda: tr("Keys of this screen"), width=840 if everywhere else 480)
        grid = QGridLayout()
        grid.setVerticalSpacing(10)
        grid.setHorizontalSpacing(16)
        for side, list_of_keys in enumerate((keys, everywhere) if everywhere else (keys,)):
            for number, (key, say) in enumerate(list_of_keys):
                grid.addWidget(Badge(partial(named, key), "neutral"), number, 2 * side, Qt.AlignmentFlag.AlignRight)
                grid.addWidget(Text(say, Size.BODY, wrap=True), number, 2 * side + 1)
            grid.setColumnStretch(2 * side + 1, 1)
        told = Whole(boxed(grid), self.width_in)
        self.body.addWidget(told, 1)
        for key, pages in (("PgDown", 1), ("PgUp", -1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=pages: told.turn(by))
        QShortcut(QKeySequence("F1"), self).activated.connect(self.reject)
        self.add_close("keys.close")


def tell_by_f1(over: QWidget, keys: Callable[[], Keys]) -> None:
    """Let F1 tell the keys over a question, or over a screen outside the shell."""

    def tell() -> None:
        dialog = KeysDialog(over, keys())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    QShortcut(QKeySequence("F1"), over).activated.connect(tell)
