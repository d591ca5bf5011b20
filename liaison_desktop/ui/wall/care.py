"""Puts the page together on which a person looks after a hall's big screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from liaison_desktop.domain.people import Person
from liaison_desktop.services import walls
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.meetings.acts import meetings_acts
from liaison_desktop.ui.meetings.presenter import MeetingsPresenter
from liaison_desktop.ui.meetings.trying import Trying
from liaison_desktop.ui.wall.care_presenter import CareActs, CarePresenter
from liaison_desktop.ui.wall.care_view import CareView
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.autostart import Autostart, own_command
from server_sync.contract.errors import ContractError

Done = Callable[[], None]
Failed = Callable[[ContractError], None]


class Care(QObject):
    """One for a person who signed in at a wall's computer; there is no counter there."""

    def __init__(
        self,
        bench: Workbench,
        place: Place,
        person: Person,
        view: CareView,
        syncing: Syncing,
        autostart: Autostart,
        to_wall: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self._bench, self._place, self._syncing, self._autostart = bench, place, syncing, autostart
        self.view = view
        self.trying = Trying(self)
        self.trials = MeetingsPresenter(view.devices, meetings_acts(bench, place, self.trying))
        self.presenter = CarePresenter(
            view,
            CareActs(
                turn_on=self._turn_on,
                turn_off=self._turn_off,
                keep=lambda name, value: bench.store(lambda _: place.file.set(name, value)),
                to_wall=to_wall,
                wears=lambda: walls.wall_look(place),
            ),
            is_on=walls.begins_by_itself(place),
            may_turn=walls.may_turn(person, formats.today()),
        )
        self._connect()
        self.trials.line(syncing.news)

    def close(self) -> None:
        """The person goes."""
        self._syncing.heard.disconnect(self.trials.line)
        self.trials.leave()
        self.trying.close()

    def _connect(self) -> None:
        view, devices, trials, trying = self.view, self.view.devices, self.trials, self.trying
        view.turn_clicked.connect(self.presenter.turn)
        view.back_clicked.connect(self.presenter.back)
        view.language_chosen.connect(lambda value: self.presenter.choose(walls.WALL_LANGUAGE, value))
        view.theme_chosen.connect(lambda value: self.presenter.choose(walls.WALL_THEME, value))
        devices.picture.ring = lambda: trying.ring
        devices.opened.connect(trials.open)
        devices.left.connect(trials.leave)
        devices.sized.connect(trials.sized)
        devices.device_chosen.connect(trials.choose)
        devices.play_clicked.connect(trials.play)
        devices.record_clicked.connect(trials.record)
        devices.look_again_clicked.connect(trials.look_again)
        trying.told.connect(trials.heard)
        trying.lost.connect(trials.lost)
        trying.pictured.connect(devices.picture.update)
        self._syncing.heard.connect(trials.line)

    def _turn_on(self, done: Done, failed: Failed) -> None:
        def job(desk: Desk) -> None:
            walls.demand_may_turn_on(desk)
            self._autostart.turn_on(own_command(self._place.home.folder))
            walls.turn_on(self._place, desk)  # the key last: where something fails before, nothing has changed

        self._bench.store(job, lambda _: done(), failed)

    def _turn_off(self, done: Done, failed: Failed) -> None:
        def job(desk: Desk) -> None:
            walls.turn_off(self._place, desk)
            self._autostart.turn_off()

        self._bench.store(job, lambda _: done(), failed)
