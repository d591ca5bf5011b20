"""Puts a hall's wall together: the store that it reads, the room that it goes into, the line, the devices."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from PySide6.QtCore import QObject

from liaison_desktop.background.ticking import Ticking
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.meetings.faults import Part
from liaison_desktop.services import walls
from liaison_desktop.services.opening import Place
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.meetings.attending import plan_of
from liaison_desktop.ui.meetings.calling import Calling
from liaison_desktop.ui.meetings.interpreting import SETTING as INTERPRETATION
from liaison_desktop.ui.meetings.papers import Papers
from liaison_desktop.ui.meetings.room_presenter import RoomActs, RoomPresenter
from liaison_desktop.ui.meetings.trying import Trying
from liaison_desktop.ui.meetings.vote_acts import vote_acts
from liaison_desktop.ui.meetings.vote_presenter import VotePresenter
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.wall import telling
from liaison_desktop.ui.wall.presenter import WallActs, WallPresenter
from liaison_desktop.ui.wall.view import WallView
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import current
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import NOBODY_THERE

SECOND_MS = 1_000


class Wall(QObject):
    """From when the store is open until a person has signed in; it needs none."""

    def __init__(
        self,
        bench: Workbench,
        place: Place,
        view: WallView,
        syncing: Syncing,
        leave: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self.bench, self._place, self._syncing = bench, place, syncing
        self._site = bench.desk.enrolment.site_code
        self.view = view
        self.trying = Trying(self)
        self.trying.is_attended = True
        self.calling = Calling(bench, self)
        meeting = view.meeting
        self.room = RoomPresenter(
            meeting,
            RoomActs(
                want=self.trying.attend,
                give_back=self.trying.go_out,
                call=self.calling.act,
                after=lambda key, ms, act: bench.delays.after(f"meeting.{key}", ms, act),
                forget=lambda key: bench.delays.forget(f"meeting.{key}"),
                chosen=self._chosen,
                now=formats.now,
                draw_id=lambda: secrets.token_bytes(16),
                spread=lambda most: secrets.randbelow(most + 1),
                person=NOBODY_THERE,
                name_of=site_name,
                listens=lambda: place.file.read().settings.get(INTERPRETATION, ""),
                language=current,
                show_standing=lambda _standing: None,
                yield_line=syncing.yield_line,
                note=_keep_quiet,
                changed=self._room_changed,
                went=self._went,
                say=telling.sign,
                px=look.px,
            ),
        )
        self.votes = VotePresenter(meeting.vote, vote_acts(bench, syncing.line_is_back), is_room=True)
        self.papers = Papers(bench, meeting, meeting, self)
        self.presenter = WallPresenter(
            view,
            self.room,
            WallActs(
                meetings=lambda done: bench.store(walls.coming, done, _keep_quiet),
                enter=self._enter,
                look_for_devices=self.trying.begin_anew,
                leave=leave,
                now=formats.now,
                line=lambda: syncing.news,
            ),
        )
        self._tick = Ticking(self._second, SECOND_MS, self)
        self._connect()

    def _connect(self) -> None:
        meeting, trying, presenter = self.view.meeting, self.trying, self.presenter
        meeting.canvas.ring = lambda: trying.ring
        meeting.sized.connect(self.room.sized)
        trying.told.connect(self.room.heard)
        trying.told.connect(presenter.heard)
        trying.lost.connect(self.room.lost)
        trying.pictured.connect(meeting.canvas.update)
        self.view.pressed.connect(presenter.press)
        self.view.stepped.connect(presenter.step)
        self.view.went_back.connect(presenter.back)
        self._syncing.changed.connect(self.bench.announce)
        self.bench.on_change(self._changed)

    def begin(self) -> None:
        """Show what is so now, and go where it is due."""
        self._tick.start()
        self.presenter.refresh()

    def close(self) -> None:
        """A person has signed in, or the program goes: the meeting is left, nobody is filmed or heard any more."""
        self._tick.stop()
        self.bench.forget(self._changed)
        self._syncing.changed.disconnect(self.bench.announce)
        self.room.end()
        self.papers.close()
        self.trying.is_attended = False
        self.trying.close()
        self.calling.close()

    def _enter(self, seen: MeetingSeen) -> None:
        if seen.plan.is_closed:
            self.calling.note_closed(seen.meeting, seen.chair_site)
        self.room.enter(plan_of(seen, self._site))

    def _room_changed(self) -> None:
        plan, stage = self.room.plan, self.room.stage
        if plan is None:
            return
        self.presenter.bar_is(self.room.bar)
        papers = self.papers.presenter
        if not papers.is_of(plan.meeting):
            papers.attend(plan.meeting, len(plan.agenda))
        if stage is not None:
            papers.stage_is(stage.paper, stage.page, is_desk=False)
            self.votes.attend(plan.meeting, stage.vote, may_vote=False)

    def _went(self) -> None:
        self.votes.leave()
        self.papers.presenter.leave()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.meetings:
            self.presenter.refresh()
            self.votes.refresh()

    def _second(self) -> None:
        self.view.meeting.show_clock(telling.clock(formats.now))
        self.presenter.tick()
        if self.room.is_in:
            self.room.tick()
            self.votes.tick()

    def _chosen(self, part: Part) -> str:
        return self._place.file.read().settings.get(part.value, "")


def _keep_quiet(_error: ContractError) -> None:
    """Nobody is there to be told; what hinders the meeting stands in its own words."""
