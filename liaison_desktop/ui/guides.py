"""Guides to read and lessons to watch, over any screen and without a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.theme.look import Size
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.layout import Whole, boxed, clear
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Link, Text
from liaison_desktop.workplace.learning import LessonHere
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.guides import Guide
from server_sync.contract.territory import Names

LEAST_HEIGHT = 560


class GuidesDialog(Dialog):
    """The list of guides and lessons, and one guide when it is chosen; a lesson is the system's player's."""

    watch_clicked = Signal(Path)

    def __init__(
        self, parent: QWidget, guides: Sequence[Guide], lessons: Callable[[], Sequence[LessonHere]], folder: Path
    ) -> None:
        super().__init__(parent, lambda: tr("Guides and lessons"), width=760)
        self.setObjectName(names.GUIDES)
        self._guides, self._lessons, self._folder = guides, lessons, folder
        self._shown = QVBoxLayout()
        self._shown.setSpacing(10)
        self._whole = Whole(boxed(self._shown), self.width_in)
        self._shown.setContentsMargins(0, 0, 20, 0)
        self._whole.setMinimumHeight(LEAST_HEIGHT - 200)
        self.body.addWidget(self._whole, 1)
        for key, pages in (("PgDown", 1), ("PgUp", -1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=pages: self._whole.turn(by))
        self.add_close(names.GUIDES_CLOSE)
        self.show_list()

    def show_list(self) -> None:
        """Show what there is to read and to watch."""
        clear(self._shown)
        for guide in self._guides:
            self._add_link(
                guide.title, guide.about, names.GUIDE.format(name=guide.name), partial(self.show_guide, guide)
            )
        self._add(Text(lambda: tr("Video lessons"), Size.SECTION, strong=True))
        lessons = self._lessons()
        for one in lessons:
            if one.video is not None:
                watch = partial(self.watch_clicked.emit, one.video)
                name = names.LESSON.format(name=one.lesson.name)
                self._add_link(one.lesson.title, one.lesson.about, name, watch)
        if not any(one.video for one in lessons):
            self._add(Text(self._nothing_here, tone="muted", wrap=True))
        self._settle()

    def show_guide(self, guide: Guide) -> None:
        """Show one guide whole, with the way back above it."""
        clear(self._shown)
        back = Link(lambda: tr("All guides"))
        back.setObjectName(names.GUIDES_BACK)
        back.clicked.connect(self.show_list)
        self._add(back)
        self._add(Text(_said(guide.title), Size.TITLE, strong=True, wrap=True))
        self._add(Text(_said(guide.about), tone="muted", wrap=True))
        for part in guide.parts:
            self._add(Text(_said(part.title), Size.SECTION, strong=True, wrap=True))
            for says in part.says:
                self._add(Text(_said(says), wrap=True))
            for place, step in enumerate(part.steps, 1):
                self._add(Text(partial(_step, place, step), wrap=True))
        self._settle()
        back.setFocus()

    def _add_link(self, title: Names, about: Names, name: str, clicked: Callable[[], object]) -> None:
        link = Link(_said(title))
        link.setObjectName(name)
        link.clicked.connect(clicked)
        self._add(link)
        self._add(Text(_said(about), Size.SECONDARY, tone="muted", wrap=True))

    def _add(self, widget: QWidget) -> None:
        self._shown.addWidget(widget)

    def _nothing_here(self) -> str:
        return tr("No lessons lie on this computer. Copy the centre's folder to: {folder}").format(folder=self._folder)

    def _settle(self) -> None:
        self._shown.addStretch(1)
        self._whole.verticalScrollBar().setValue(0)


def _said(words: Names) -> Say:
    return lambda: words.said_in(current())


def _step(place: int, words: Names) -> str:
    return f"{place}. {words.said_in(current())}"
