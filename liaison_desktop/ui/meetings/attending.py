"""Everything of a meeting that is attended in this window: the way in, the room over the lobby, the bar elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.background.ticking import Ticking
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import NotNow
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.domain.people import Person
from liaison_desktop.meetings.faults import Part
from liaison_desktop.meetings.messages import LineWish
from liaison_desktop.services.conferring import meeting_whole
from liaison_desktop.services.opening import Place
from liaison_desktop.ui import formats, names
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings.beside import Beside
from liaison_desktop.ui.meetings.calling import Calling
from liaison_desktop.ui.meetings.desk_presenter import DeskPresenter
from liaison_desktop.ui.meetings.interpreting import SETTING as INTERPRETATION
from liaison_desktop.ui.meetings.interpreting import InterpretingPresenter
from liaison_desktop.ui.meetings.line_presenter import LinePresenter
from liaison_desktop.ui.meetings.line_view import LinePart
from liaison_desktop.ui.meetings.papers import RoomPapers
from liaison_desktop.ui.meetings.room_presenter import RoomActs, RoomPresenter
from liaison_desktop.ui.meetings.room_values import RoomItem, RoomPlan, Standing, Switch
from liaison_desktop.ui.meetings.room_view import RoomView
from liaison_desktop.ui.meetings.sharing import ScreenSharing
from liaison_desktop.ui.meetings.sharing_view import SharingPart
from liaison_desktop.ui.meetings.times import TimesPresenter
from liaison_desktop.ui.meetings.trying import Trying
from liaison_desktop.ui.meetings.vote_acts import vote_acts
from liaison_desktop.ui.meetings.vote_desk import VoteDesk
from liaison_desktop.ui.meetings.vote_presenter import VotePresenter
from liaison_desktop.ui.meetings.vote_view import VoteList
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.shell.view import Screen, Shell
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.layout import Card, Panel
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.widgets.text import Elided, Glyph, Text
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.bodies import MeetingPart, Words
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import EARLY_S, LATE_S, MeetingState

SECOND_MS: Final = 1_000
PLACE: Final = "meetings"
OFFICES_AS: Final = "desk_offices"
"""The setting of this PC: whether the desk's offices stand in a list or on the map."""
BESIDE_WIDTH: Final = 300
BESIDE_FROM: Final = 1_000
"""So wide, in pixels of plain text, is what is laid beside the room, and the place from which on there is room."""


class WayIn(Card):
    """The one big button by which a meeting is entered, or when its door opens."""

    enter_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=12, gap=6, parent=parent)
        self.setObjectName(names.MEETINGS_WAY_IN)
        self.button = Button(lambda: tr("Enter the meeting"), Kind.PRIMARY, key="F9", icon="sign-in", tall=True)
        self.button.setObjectName(names.MEETINGS_ENTER)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.enter_clicked)
        self._told = Text("", Size.SECONDARY, tone="muted", wrap=True)
        self._told.setObjectName(names.MEETINGS_OPENS)
        self.column.addWidget(self.button)
        self.column.addWidget(self._told)
        self.hide()

    def show_open(self, is_open: bool, told: Say) -> None:
        """Let the meeting be entered, or say from when on it can be."""
        self.button.setVisible(is_open)
        self._told.say(told)
        self._told.setVisible(bool(self._told.text()))

    def press(self) -> None:
        """Enter, where that is possible now."""
        if self.button.isVisible():
            self.button.click()


class MeetingBanner(Panel):
    """Says on the other screens that the meeting goes on, and leads back to it."""

    back_clicked = Signal()
    microphone_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("primary_tint", parent=parent)
        self.setObjectName(names.ROOM_BANNER)
        self._icon = Glyph("video-camera", "primary")
        self._title = Elided("", strong=True)
        self._sign = Elided("", tone="muted")
        self.microphone = Button(lambda: "", key="Ctrl+Shift+M")
        self.microphone.setObjectName("room.banner.microphone")
        self.microphone.clicked.connect(self.microphone_clicked)
        self.back = Button(lambda: tr("Return to the meeting"), key="Alt+4")
        self.back.setObjectName("room.banner.back")
        self.back.clicked.connect(self.back_clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 4, 16, 4)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self._title, 2)
        line.addWidget(self._sign, 3)
        line.addWidget(self.microphone)
        line.addWidget(self.back)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return f"{self._title.text()} {self._sign.text()}"

    def show_standing(self, standing: Standing) -> None:
        """Say how this office stands in the meeting."""
        self._icon.set_icon(standing.sign.icon, "primary")
        self._title.say(standing.title)
        self._sign.say(standing.sign.say)
        self.microphone.setVisible(standing.microphone is not Switch.HIDDEN)
        self.microphone.set_busy(standing.microphone is Switch.BUSY)
        is_on = standing.microphone is Switch.ON
        self.microphone.set_icon("microphone" if is_on else "microphone-slash")
        self.microphone.say(_say_on if is_on else _say_off)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(self.width())

    def _fit(self, width: int) -> None:
        """Where room is short the caps of the keys are left out, then the microphone's words and the title."""
        narrow = width < look.px(900)
        for button in (self.microphone, self.back):
            button.set_bare(width < look.px(1_200))
        self.microphone.set_narrow(narrow)
        self._title.setVisible(not narrow)


class MeetingsPlace(Screen):
    """The rail's Meetings: the lobby, or over it the room while a meeting is attended."""

    def __init__(self, lobby: Screen, room: RoomView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lobby, self.room = lobby, room
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedLayout()
        column.addLayout(self._pages)  # before the pages: of a layout that is nobody's, the first would be a window
        self._held = QWidget()
        self._line = QHBoxLayout(self._held)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        self._pages.addWidget(lobby)
        self._pages.addWidget(self._held)
        self._line.addWidget(room, 1)
        self._beside: QWidget | None = None

    @property
    def is_in_room(self) -> bool:
        """Whether the room is shown."""
        return self._pages.currentWidget() is self._held

    def show_room(self, shown: bool) -> None:
        """Show the room, or the lobby again."""
        self._pages.setCurrentWidget(self._held if shown else self.lobby)
        if self.isVisible():
            self.take_keyboard()

    def put_beside(self, beside: QWidget | None) -> None:
        """Lay something at the right of the room, or take it away; a window that is too narrow shows the room alone."""
        if self._beside is not None:
            self._line.removeWidget(self._beside)
            self._beside.hide()
            self._beside.deleteLater()
        self._beside = beside
        if beside is not None:
            self._line.addWidget(beside)
            self._fit_beside()

    def _fit_beside(self) -> None:
        if self._beside is not None:
            self._beside.setFixedWidth(look.px(BESIDE_WIDTH))
            self._beside.setVisible(self.width() >= look.px(BESIDE_FROM))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_beside()

    @override
    def keys(self) -> tuple[tuple[str, Say], ...]:
        return self.room.keys() if self.is_in_room else self.lobby.keys()

    @override
    def take_keyboard(self) -> None:
        if self.is_in_room:
            self.room.take_keyboard()
        else:
            self.lobby.take_keyboard()


class Attending(QObject):
    """One for a signed-in person; ``offer`` it the meeting of the lobby, and it gives the way in."""

    def __init__(
        self,
        bench: Workbench,
        place: Place,
        person: Person,
        shell: Shell,
        lobby: Screen,
        trying: Trying,
        syncing: Syncing,
    ) -> None:
        super().__init__(shell)
        self._bench, self._place, self._shell, self._trying = bench, place, shell, trying
        self._site = bench.desk.enrolment.site_code
        self._offered: MeetingSeen | None = None
        self._lines: LinePresenter | None = None
        self.put_way_in: Callable[[QWidget | None], None] = lambda _way_in: None
        """Where the lobby has its place for the way in; None takes it away."""
        self._placed: WayIn | None = None
        self.view = RoomView()
        self.screen = MeetingsPlace(lobby, self.view, shell.stack)
        self.way_in = WayIn(lobby)
        self.banner = MeetingBanner()
        self.calling = Calling(bench, self)
        self.presenter = RoomPresenter(
            self.view,
            RoomActs(
                want=trying.attend,
                give_back=trying.go_out,
                call=self.calling.act,
                after=lambda key, ms, act: bench.delays.after(f"meeting.{key}", ms, act),
                forget=lambda key: bench.delays.forget(f"meeting.{key}"),
                chosen=self._chosen,
                now=formats.now,
                draw_id=lambda: secrets.token_bytes(16),
                spread=lambda most: secrets.randbelow(most + 1),
                person=person.person.bytes,
                name_of=site_name,
                listens=lambda: self.interpreting.choice(),
                language=current,
                show_standing=self._show_standing,
                yield_line=syncing.yield_line,
                note=self._note,
                changed=self._room_changed,
                line=self._line,
                went=self._went,
            ),
        )
        self._hears: str | None = None
        self.interpreting = InterpretingPresenter(
            self.view.interpreting, self.presenter, self._hears_now, self._keep_hearing
        )
        self.desk = DeskPresenter(self.view, self.presenter)
        self.times = TimesPresenter(self.view.times, self.presenter)
        self.view.desk.show_offices_as(place.file.read().settings.get(OFFICES_AS, ""))
        self._vote_acts = vote_acts(bench, syncing.line_is_back)
        self.votes = VotePresenter(self.view.votes, self._vote_acts, is_room=True)
        self.vote_desk = VoteDesk(self.view.vote_desk, self.presenter, lambda: self.votes.votes)
        self.lobby_votes: VotePresenter | None = None
        bench.on_change(self._changed)
        self.beside = Beside(bench, self.view, self.presenter, self)
        self.papers = RoomPapers(bench, self.view, self.presenter, self)
        self.sharing_part = SharingPart(self.view)
        self.sharing = ScreenSharing(self.sharing_part, self.presenter, trying.list_screens)
        self._tick = Ticking(self._second, SECOND_MS, self)
        self._connect()

    def _connect(self) -> None:
        view, presenter, desk, shell = self.view, self.presenter, self.desk, self._shell
        view.canvas.ring = lambda: self._trying.ring if self._trying.is_attended else None
        view.sized.connect(presenter.sized)
        view.microphone_clicked.connect(presenter.turn_microphone)
        view.camera_clicked.connect(presenter.turn_camera)
        view.hand_clicked.connect(presenter.turn_hand)
        view.reply_clicked.connect(lambda: presenter.turn_hand(is_reply=True))
        view.layout_clicked.connect(presenter.turn_layout)
        view.leave_clicked.connect(presenter.leave)
        view.again_clicked.connect(presenter.enter_again)
        self._trying.told.connect(presenter.heard)
        self._trying.told.connect(self.sharing.heard)
        self._trying.lost.connect(presenter.lost)
        self._trying.pictured.connect(view.canvas.update)
        tabs = view.desk
        for signal, act in (
            (tabs.call, desk.call),
            (tabs.call_next, desk.call_next),
            (tabs.thank, desk.thank),
            (tabs.thank_speaker, desk.thank_speaker),
            (tabs.lower, desk.lower),
            (tabs.silence, desk.silence),
            (tabs.show_large, desk.show_large),
            (tabs.put_out, desk.put_out),
            (tabs.let_in, desk.let_in),
            (tabs.order, desk.order),
            (tabs.next_item, desk.next_item),
            (tabs.begin, desk.begin),
            (tabs.end, desk.end),
            (tabs.interpret, desk.interpret),
            (view.interpreting.chosen, self.interpreting.listen),
            (view.interpreting.turned, self.interpreting.turn),
            (view.interpreting.coughed, self.interpreting.cough),
        ):
            signal.connect(act)
        _connect_votes(view.votes, self.votes)
        view.times.pressed.connect(self.times.press)
        view.times.wanted.connect(self.times.set)
        tabs.offices_turned.connect(lambda shown: self._bench.store(lambda _: self._place.file.set(OFFICES_AS, shown)))
        view.vote_desk.pressed.connect(self.vote_desk.press)
        view.vote_desk.asked.connect(self.vote_desk.open)
        self.way_in.enter_clicked.connect(self.enter)
        key = QShortcut(QKeySequence("F9"), self.screen.lobby)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.setAutoRepeat(False)
        key.activated.connect(self.way_in.press)
        _connect_sharing(self.sharing_part, self.sharing)
        shell.add_banner(self.sharing_part.over_others)
        shell.add_banner(self.banner)
        shell.screen_opened.connect(lambda _name: self._place_banner())
        self.banner.back_clicked.connect(lambda: shell.open(PLACE))
        self.banner.microphone_clicked.connect(presenter.turn_microphone)
        away = QShortcut(QKeySequence("Ctrl+Shift+M"), shell)
        away.setAutoRepeat(False)
        away.activated.connect(presenter.turn_microphone)
        unseen = QShortcut(QKeySequence("Ctrl+Shift+S"), shell)
        unseen.setAutoRepeat(False)
        unseen.activated.connect(self.sharing.stop)

    # the line

    def take_line(self, lines: LinePresenter, lobby: LinePart) -> None:
        """Take of meetings what this presenter says; the room has the same choice as the lobby."""
        self._lines = lines
        lobby.picked.connect(lines.choose)
        self.view.line.picked.connect(lines.choose)
        self.show_line_chosen()

    def show_line_chosen(self) -> None:
        """Another profile was fixed, or none is any more."""
        self.view.line.show_chosen(self._line().fixed)
        self.presenter.line_chosen()

    def _line(self) -> LineWish:
        return LineWish() if self._lines is None else self._lines.wish

    # votes

    def show_votes_in(self, view: VoteList) -> None:
        """Show the votes of the lobby's meeting there."""
        self.lobby_votes = VotePresenter(view, self._vote_acts)
        _connect_votes(view, self.lobby_votes)

    def _room_changed(self) -> None:
        self.desk.refresh()
        self.interpreting.refresh()
        self.beside.refresh()
        self.papers.refresh()
        self.vote_desk.refresh()
        self.times.refresh()
        self.sharing.refresh()
        plan, stage = self.presenter.plan, self.presenter.stage
        if plan is not None and stage is not None:
            self.votes.attend(plan.meeting, stage.vote, may_vote=plan.may_speak)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.meetings or changes.delivery:
            self.votes.refresh()
            if self.lobby_votes is not None:
                self.lobby_votes.refresh()

    # the way in

    def offer(self, seen: MeetingSeen | None) -> None:
        """The lobby shows this meeting: let it be entered when its door is open."""
        self._offered = seen
        self._show_way_in()
        if self.lobby_votes is not None:
            if seen is None:
                self.lobby_votes.leave()
            else:
                may_vote = seen.part_of(self._site) not in (None, MeetingPart.VIEWER)
                self.lobby_votes.attend(seen.meeting, None, may_vote=may_vote)
        if seen is not None and not self.presenter.is_in:
            self._tick.start()

    @property
    def is_joinable(self) -> bool:
        """Whether the meeting of the lobby is one that this office goes to, now or later."""
        seen = self._offered
        return (
            seen is not None
            and seen.part_of(self._site) is not None
            and seen.state in (MeetingState.PLANNED, MeetingState.OPEN)
            and seen.meeting not in self.presenter.ended
            and formats.now() <= seen.ends_at + timedelta(seconds=LATE_S)
        )

    def enter(self) -> None:
        """Go into the meeting of the lobby."""
        seen = self._offered
        if seen is None or self.presenter.is_in:
            return
        self._trying.is_attended = True
        self.screen.show_room(True)
        if seen.plan.is_closed:
            self.calling.note_closed(seen.meeting, seen.chair_site)
        self.presenter.enter(plan_of(seen, self._site))
        self._tick.start()

    def begin(self, meeting: bytes, beside: Callable[[], QWidget]) -> None:
        """Go at once into a meeting of this office, with something laid beside its room, or say why not.

        One that is attended stays.
        """

        def found(seen: MeetingSeen) -> None:
            if self.presenter.is_in:
                plan = self.presenter.plan
                if plan is not None and plan.meeting != meeting:
                    self._bench.note(lambda: tr("This computer is in another meeting. Leave it first."))
                return
            self.offer(seen)
            if not self.is_joinable:
                self._note(NotNow(_why_not(seen, self._site)))
                return
            self.screen.put_beside(beside())
            self.enter()

        self._bench.store(lambda desk: meeting_whole(desk, meeting), found, self._note)

    def _show_way_in(self) -> None:
        seen = self._offered
        if seen is None or not self.is_joinable:
            self._put(None)
            self._measure_for(None)
            return
        opens_at = seen.starts_at - timedelta(seconds=EARLY_S)
        is_open = seen.state is MeetingState.OPEN or formats.now() >= opens_at
        self._measure_for(seen.meeting if is_open else None)
        self.way_in.show_open(is_open, lambda: say_door(seen, opens_at))
        self._put(self.way_in)

    def _measure_for(self, meeting: bytes | None) -> None:
        if self._lines is not None and not self.presenter.is_in:
            self._lines.offer(meeting)

    def _put(self, way_in: WayIn | None) -> None:
        if way_in is not self._placed:
            self._placed = way_in
            self.put_way_in(way_in)

    def _went(self) -> None:
        self._trying.is_attended = False
        self.votes.leave()
        self.papers.leave()
        self.sharing.refresh()
        self.screen.put_beside(None)
        self.screen.show_room(False)
        self._show_way_in()

    # the window

    def lock(self) -> None:
        """The window is locked: heard on, neither filmed nor heard."""
        self.presenter.lock()

    def unlock(self) -> None:
        """The person is back."""
        self.presenter.unlock()

    def asks_before_closing(self, close: Callable[[], None]) -> bool:
        """Ask back when the window is closed on stage, as when the meeting is left; says whether it was asked."""
        if not (self.presenter.is_on_stage and self.presenter.is_open):
            return False
        self.view.ask_leave(close)
        return True

    def close(self) -> None:
        """The person or the program goes."""
        self._tick.stop()
        self.presenter.end()
        self.papers.close()
        self.sharing.refresh()
        self._trying.is_attended = False
        self._offered = None

    def _show_standing(self, standing: Standing | None) -> None:
        if standing is None:
            self.banner.hide()
            return
        self.banner.show_standing(standing)
        self._place_banner()

    def _place_banner(self) -> None:
        is_elsewhere = self._shell.current != PLACE
        self.banner.setVisible(self.presenter.is_in and is_elsewhere)
        self.sharing_part.show_elsewhere(is_elsewhere)

    def _second(self) -> None:
        if self.presenter.is_in:
            self.presenter.tick()
            self.desk.refresh()
            self.votes.tick()
        else:
            self._show_way_in()
            if self.lobby_votes is not None:
                self.lobby_votes.tick()

    def _chosen(self, part: Part) -> str:
        return self._place.file.read().settings.get(part.value, "")

    def _hears_now(self) -> str:
        if self._hears is None:
            self._hears = self._place.file.read().settings.get(INTERPRETATION, "")
        return self._hears

    def _keep_hearing(self, into: str) -> None:
        self._hears = into
        self._bench.store(lambda _: self._place.file.set(INTERPRETATION, into))

    def _note(self, error: ContractError) -> None:
        self._bench.note(lambda: say_error(error))


def _why_not(seen: MeetingSeen, site_code: str) -> str:
    """Why this office cannot go into a meeting now or later."""
    if seen.state is MeetingState.CANCELLED:
        return "meeting_cancelled"
    return "not_invited" if seen.part_of(site_code) is None else "meeting_over"


def _connect_votes(view: VoteList, presenter: VotePresenter) -> None:
    view.pressed.connect(presenter.press)
    view.confirmed.connect(presenter.confirm)
    view.went_back.connect(presenter.back)
    view.put_away.connect(presenter.put_away)


def _connect_sharing(part: SharingPart, sharing: ScreenSharing) -> None:
    part.pressed.connect(sharing.press)
    part.chosen.connect(sharing.choose)
    part.put_away.connect(sharing.put_away)
    part.stopped.connect(sharing.stop)


def plan_of(seen: MeetingSeen, site_code: str) -> RoomPlan:
    """What the room needs of a meeting's plan."""
    plan = seen.plan
    return RoomPlan(
        seen.meeting,
        _say_words(plan.title),
        seen.starts_at,
        plan.minutes,
        seen.chair_site,
        tuple(one.site_code for one in plan.invited),
        tuple(RoomItem(_say_words(item.title), item.speaker, item.minutes) for item in plan.agenda),
        may_speak=seen.part_of(site_code) is not MeetingPart.VIEWER,
        is_recorded=plan.is_recorded,
        is_public=plan.is_public,
        is_closed=plan.is_closed,
    )


def say_door(seen: MeetingSeen, opens_at: datetime) -> str:
    """When the meeting can be entered, or what holds while it can be."""
    now = formats.now()
    if seen.state is MeetingState.OPEN:
        return tr("The meeting runs. You come in with camera and microphone off, also when your office has the floor.")
    if now < opens_at:
        at = formats.clock(opens_at)
        if formats.local(opens_at).date() != formats.today():
            at = formats.day_and_clock(opens_at)
        return tr("The meeting can be entered from {time} on.", time=at)
    return tr("You come into the waiting room. Camera and microphone stay off until you get the floor.")


def _say_words(words: Words) -> Say:
    def said() -> str:
        by_language = {"ky": words.ky, "ru": words.ru, "en": words.en}
        return by_language[current()] or words.ky or words.ru or words.en

    return said


def _say_on() -> str:
    return tr("Microphone on")


def _say_off() -> str:
    return tr("Microphone off")
