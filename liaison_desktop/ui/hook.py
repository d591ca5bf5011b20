"""The one place where a bug ends: it is logged without anybody's words, said once, and the outbox stays safe."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr

log = logging.getLogger("liaison.desktop")
LOG_BYTES = 512 * 1024

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def open_log(folder: Path) -> RotatingFileHandler:
    """Write what the program notes of itself into a file of its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "desktop.log", maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return handler


class BugDialog(Dialog):
    """Says that something went wrong which nobody expected, and that nothing registered is lost."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, lambda: tr("Something unexpected happened"), width=480)
        self.setObjectName("bug")
        self.body.addWidget(
            Text(
                lambda: tr(
                    "What is registered and every draft are safe on this computer. Close the program and open it again."
                    " If it happens again, call the administrator: what happened is noted in the program's log."
                ),
                wrap=True,
            )
        )
        self.add_close("bug.close")


class NotStarted(QDialog):
    """Says, without a window of the program behind it, why it cannot start; what is in the way may go meanwhile."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self.setObjectName("not_started")
        self.setWindowTitle(tr("Liaison"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(Text(lambda: tr("The program cannot start"), Size.SECTION, strong=True))
        column.addWidget(Text(say, wrap=True))
        again = Button(lambda: tr("Try again"), Kind.PRIMARY, tall=True)
        again.setObjectName("not_started.again")
        again.clicked.connect(self.accept)
        close = Button(lambda: tr("Close"), tall=True)
        close.setObjectName("not_started.close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(again)
        column.addLayout(buttons)
        self.setMinimumWidth(look.px(420))
        again.setFocus()


class BugHook:
    """Takes the place of ``sys.excepthook`` while the program runs."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._before = sys.excepthook
        self._shown: BugDialog | None = None
        self.count = 0
        sys.excepthook = self._on_bug

    def release(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._before

    def _on_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        self.count += 1
        # Only where it happened: the error's own text may quote what a citizen said.
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        log.error("bug %s at %s", kind.__name__, " < ".join(reversed(places)))
        self._before(kind, error, trace)
        if self._shown is None and isValid(self._window) and self._window.isVisible():
            self._shown = BugDialog(self._window)
            self._shown.finished.connect(self._forget)
            self._shown.open()

    def _forget(self) -> None:
        self._shown = None
