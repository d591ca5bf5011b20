"""Papers of meetings for a signed-in person: read in the lobby over the window, in the room beside the pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from liaison_desktop.background.page_reader import PageReader
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.services import papers
from liaison_desktop.ui import names
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings.lobby_view import LobbyView
from liaison_desktop.ui.meetings.paper_pane import PaperPane
from liaison_desktop.ui.meetings.paper_presenter import Failed, PaperActs, PapersPresenter
from liaison_desktop.ui.meetings.paper_printing import PaperPrinting
from liaison_desktop.ui.meetings.paper_values import PaperRow, ReadingShown
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.meetings.room_view import RoomView
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import tr
from server_sync.contract.meetings import MeetingAct

_NOT_IN_A_NAME: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')
NAME_MOST: Final = 100

ShowToAll = Callable[[bytes | None, int, Callable[[], None], Failed], None]


class PapersPlace(Protocol):
    """Where papers are listed and read."""

    pane: PaperPane

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None: ...
    def show_reading(self, shown: ReadingShown | None) -> None: ...


class Papers(QObject):
    """The papers of one place: what is read there, by which process, and what becomes of it."""

    def __init__(
        self,
        bench: Workbench,
        place: PapersPlace,
        window: QWidget,
        parent: QObject,
        show_to_all: ShowToAll | None = None,
    ) -> None:
        super().__init__(parent)
        self._bench, self._window = bench, window
        self.reader = PageReader(self)
        self.printing = PaperPrinting(bench, window, self)
        self.presenter = PapersPresenter(
            place,
            PaperActs(
                listed=lambda meeting, done: bench.store(lambda desk: papers.papers_of(desk, meeting), done),
                load=self._load,
                read=self.reader.open,
                draw=self.reader.ask,
                end=self.reader.close,
                print=self.printing.print,
                save=self._save,
                note=lambda error: bench.note(lambda: say_error(error)),
                show_to_all=show_to_all,
            ),
        )
        self._pane = place.pane
        self.reader.drawn.connect(self._drawn)
        self.reader.failed.connect(self.presenter.not_drawn)
        pane, presenter = place.pane, self.presenter
        pane.page.sized.connect(presenter.sized)
        pane.turned.connect(presenter.turn)
        pane.gone_to.connect(presenter.go_to)
        pane.last_wanted.connect(presenter.last)
        pane.zoomed.connect(presenter.zoom)
        pane.closed.connect(presenter.close)
        pane.print_clicked.connect(presenter.print)
        pane.save_clicked.connect(presenter.save)
        pane.follow_clicked.connect(presenter.turn_following)
        pane.to_all_clicked.connect(presenter.turn_showing)
        bench.on_change(self._changed)

    def close(self) -> None:
        """The person or the program goes: nothing is read any more."""
        self._bench.forget(self._changed)
        self.presenter.leave()
        self.reader.close()
        self.printing.close()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.meetings:
            self.presenter.refresh()

    def _load(self, meeting: bytes, paper: bytes, done: Callable[[bytes], None], failed: Failed) -> None:
        self._bench.store(lambda desk: papers.open_paper(desk, meeting, paper), done, failed, owner=self)

    def _drawn(self, place: int, picture: QImage) -> None:
        if self.presenter.is_current(place):
            self.presenter.drawn()
            self._pane.page.show_page(picture)

    def _save(self, title: str, content: bytes) -> None:
        name = _NOT_IN_A_NAME.sub(" ", title).strip(" .")[:NAME_MOST] or "paper"

        def keep() -> None:
            path = self._bench.papers.save_pdf(content, f"{name}.pdf", self._window)
            if path is not None:
                self._bench.note(lambda: tr("Saved: {name}", name=path.name))

        self._bench.attempt(keep)


class PaperDialog(Dialog):
    """A paper over the window, as large as the window lets it be."""

    def __init__(self, parent: QWidget, pane: PaperPane) -> None:
        super().__init__(parent, lambda: tr("Paper of the meeting"), width=1_000)
        self.setObjectName(names.PAPER_DIALOG)
        self.title.hide()
        self.column.setContentsMargins(8, 8, 8, 4)
        self.body.addWidget(pane)
        pane.show()


class LobbyPapers(QObject):
    """Papers of the meeting that the lobby shows."""

    def __init__(self, bench: Workbench, lobby: LobbyView, parent: QObject) -> None:
        super().__init__(parent)
        self._lobby = lobby
        self.pane = PaperPane(lobby)
        self.pane.hide()
        self._dialog: PaperDialog | None = None
        self.papers = Papers(bench, self, lobby, self)
        lobby.papers.papers.wanted.connect(self.papers.presenter.open)

    def offer(self, seen: MeetingSeen | None) -> None:
        """The lobby shows this meeting."""
        if seen is None:
            self.papers.presenter.leave()
        else:
            self.papers.presenter.attend(seen.meeting, len(seen.plan.agenda))

    def close(self) -> None:
        """The person or the program goes."""
        self.papers.close()

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None:
        """List them beside the agenda."""
        self._lobby.papers.show_papers(rows)

    def show_reading(self, shown: ReadingShown | None) -> None:
        """Open the paper over the window, or put it away."""
        if shown is None:
            dialog, self._dialog = self._dialog, None
            if dialog is not None:
                self.pane.setParent(self._lobby)
                self.pane.hide()
                dialog.close()
                dialog.deleteLater()
            return
        self.pane.show_reading(shown)
        if self._dialog is None:
            self._dialog = PaperDialog(self._lobby, self.pane)
            self._dialog.rejected.connect(self.papers.presenter.close)
            self._dialog.open()
            self.pane.page.setFocus()


class RoomPapers(QObject):
    """Papers of the meeting that is attended; the chair's desk shows them to all."""

    def __init__(self, bench: Workbench, view: RoomView, room: RoomPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._room = view, room
        self.papers = Papers(bench, view, view, self, self._show_to_all)
        view.papers.papers.wanted.connect(self._open)

    def refresh(self) -> None:
        """The room has news."""
        plan, stage = self._room.plan, self._room.stage
        if plan is None:
            return
        presenter = self.papers.presenter
        if not presenter.is_of(plan.meeting):
            presenter.attend(plan.meeting, len(plan.agenda))
        if stage is not None:
            presenter.stage_is(stage.paper, stage.page, is_desk=self._room.desk is not None)

    def leave(self) -> None:
        """The room was left."""
        self.papers.presenter.leave()

    def close(self) -> None:
        """The person or the program goes."""
        self.papers.close()

    def _open(self, paper: bytes) -> None:
        self.papers.presenter.open(paper)
        self._view.read_paper()

    def _show_to_all(self, paper: bytes | None, page: int, done: Callable[[], None], failed: Failed) -> None:
        self._room.do(
            MeetingAct.SHOW_PAPER,
            said=lambda call: replace(call, paper=paper, page=page),
            done=done,
            failed=failed,
        )
