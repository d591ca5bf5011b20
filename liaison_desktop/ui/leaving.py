"""Before somebody leaves what was typed and is not on the disk, they are asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from liaison_desktop.ui.widgets.dialogs import Question
from liaison_desktop.workplace.words import tr

if TYPE_CHECKING:
    from liaison_desktop.ui.counter import Counter

PATIENCE_S: Final = 3.0
TURN_MS: Final = 50
UNSAVED: Final = "unsaved"


def is_left_unsaved(counter: Counter) -> bool:
    """Write what is typed, wait for the disk a moment, and say whether it took it."""
    kept = (counter.drafts, counter.found.keeping)
    for one in kept:
        one.save_now()
    until = time.monotonic() + PATIENCE_S
    while any(one.is_being_saved for one in kept) and time.monotonic() < until:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, TURN_MS)
    return any(one.is_unsaved or one.is_being_saved for one in kept)


def ask_before_leaving(window: QWidget, leave: Callable[[], object], stay: Callable[[], object] = lambda: None) -> None:
    """Ask whether what is not saved may be lost; only then it is left."""
    if window.findChild(Question, UNSAVED) is not None:
        return
    question = Question(
        window,
        lambda: tr("Leave although the draft is not saved?"),
        lambda: tr(
            "The disk does not take what was typed last; it is only in this window. Make room on the disk: the draft is"
            " saved by itself then."
        ),
        lambda: tr("Leave and lose it"),
        lambda: tr("Stay"),
        danger=True,
    )
    question.setObjectName(UNSAVED)
    question.accepted.connect(leave)
    question.rejected.connect(stay)
    question.finished.connect(question.deleteLater)
    question.open()
