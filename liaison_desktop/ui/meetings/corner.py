"""Everything of meetings for a signed-in person: the trial before one, the lobby, the meeting that is attended."""

from __future__ import annotations

from PySide6.QtCore import QObject

from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.domain.people import Person
from liaison_desktop.services.opening import Place
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.meetings.acts import meetings_acts
from liaison_desktop.ui.meetings.attending import Attending, MeetingsPlace
from liaison_desktop.ui.meetings.line_acts import Measuring, line_acts
from liaison_desktop.ui.meetings.line_presenter import LinePresenter
from liaison_desktop.ui.meetings.lobby_acts import lobby_acts
from liaison_desktop.ui.meetings.lobby_presenter import LobbyPresenter
from liaison_desktop.ui.meetings.papers import LobbyPapers
from liaison_desktop.ui.meetings.presenter import MeetingsPresenter
from liaison_desktop.ui.meetings.trying import Trying
from liaison_desktop.ui.meetings.view import Meetings
from liaison_desktop.ui.shell.view import Shell
from liaison_desktop.ui.workbench import Workbench


class MeetingCorner(QObject):
    """Stands behind the rail's *Meetings* from when it is first opened until the person signs out."""

    def __init__(self, bench: Workbench, place: Place, person: Person, shell: Shell, syncing: Syncing) -> None:
        super().__init__(shell)
        self.meetings = Meetings()
        self.trying = Trying(self)
        self.trials = MeetingsPresenter(self.meetings, meetings_acts(bench, place, self.trying))
        self.attending = Attending(bench, place, person, shell, self.meetings, self.trying, syncing)
        self.papers = LobbyPapers(bench, self.meetings.lobby, self)
        self.measuring = Measuring(bench, person, self)
        acts = line_acts(bench, place, syncing, self.measuring, self._line_chosen, self.trials.line_measured)
        self.lines = LinePresenter(self.meetings.line, acts)
        self.lobbies = LobbyPresenter(self.meetings.lobby, lobby_acts(bench))
        self._syncing = syncing
        self._connect()
        self.trials.line(syncing.news)
        self.lobbies.refresh()

    @property
    def screen(self) -> MeetingsPlace:
        """What the shell shows."""
        return self.attending.screen

    def close(self) -> None:
        """The person or the program goes: nobody is filmed or heard any more."""
        self.attending.close()
        self.papers.close()
        self.trying.close()
        self._syncing.heard.disconnect(self.trials.line)
        self._syncing.heard.disconnect(self._line_heard)
        self.lines.leave()

    def _opened(self, seen: MeetingSeen | None) -> None:
        self.attending.offer(seen)
        self.papers.offer(seen)

    def _connect(self) -> None:
        view, presenter, trying = self.meetings, self.trials, self.trying
        view.picture.ring = lambda: trying.ring
        view.lobby.chosen.connect(self.lobbies.choose)
        self.attending.put_way_in = view.put_way_in
        self.attending.show_votes_in(view.lobby.votes)
        self.lobbies.opened = self._opened
        view.opened.connect(presenter.open)
        view.left.connect(presenter.leave)
        view.opened.connect(self.lines.open)
        view.left.connect(self.lines.leave)
        view.line.measure_clicked.connect(self.lines.measure)
        self.attending.take_line(self.lines, view.line)
        view.sized.connect(presenter.sized)
        view.device_chosen.connect(presenter.choose)
        view.play_clicked.connect(presenter.play)
        view.record_clicked.connect(presenter.record)
        view.look_again_clicked.connect(presenter.look_again)
        trying.told.connect(presenter.heard)
        trying.lost.connect(presenter.lost)
        trying.pictured.connect(view.picture.update)
        self._syncing.heard.connect(presenter.line)
        self._syncing.heard.connect(self._line_heard)

    def _line_heard(self, _news: object) -> None:
        self.lines.line_is_used()

    def _line_chosen(self) -> None:
        self.attending.show_line_chosen()
