"""Decides what the chair's desk shows and does: who gets the floor, who is thanked, which item is spoken of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.meetings.room_values import (
    DeskShown,
    HandRow,
    OfficeRow,
    OfficeState,
    RoomPlan,
    Speaking,
)
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.errors import ContractError
from server_sync.contract.interpreting import Into
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import (
    GUEST_SITE,
    NOBODY,
    MeetingAct,
    MeetingCall,
    MeetingState,
    Present,
    Stage,
    site_of,
)

_ORDER_OF_STATES: Final = tuple(OfficeState)


class DeskView(Protocol):
    """What the presenter needs of the desk."""

    def show_desk(self, shown: DeskShown | None) -> None: ...
    def ask_begin(self, begin: Callable[[], None]) -> None: ...
    def ask_end(self, end: Callable[[], None]) -> None: ...
    def ask_put_out(self, name: Say, put_out: Callable[[], None]) -> None: ...


class DeskPresenter:
    """Shown only where the centre says that this is the desk; ``refresh`` when the room's presenter has news."""

    def __init__(self, view: DeskView, room: RoomPresenter) -> None:
        self._view, self._room = view, room
        self._is_shown = False
        self._busy = self._visit = 0

    def refresh(self) -> None:
        """Show what is so now."""
        self._forget_visit()
        plan, stage, desk = self._room.plan, self._room.stage, self._room.desk
        if plan is None or stage is None or desk is None or not self._room.is_open:
            if self._is_shown:
                self._is_shown = False
                self._view.show_desk(None)
            return
        self._is_shown = True
        self._view.show_desk(self._shown(plan, stage, desk.present))

    # what the desk does

    def call(self, who: str) -> None:
        """Give somebody the floor."""
        self._do(MeetingAct.CALL, who)

    def call_next(self) -> None:
        """Give the floor to the first hand that is there."""
        hands = self._hands()
        first = next((hand for hand in hands if hand.is_here), None)
        if first is not None:
            self._do(MeetingAct.CALL, first.who)

    def thank(self, who: str) -> None:
        """Take the floor back."""
        self._do(MeetingAct.THANK, who)

    def thank_speaker(self) -> None:
        """Take the floor back from whoever got it last."""
        speaking = self._speaking()
        if speaking is not None:
            self._do(MeetingAct.THANK, speaking.who)

    def lower(self, who: str) -> None:
        """Take a hand out of the queue."""
        self._do(MeetingAct.LOWER_HAND, who)

    def silence(self, who: str) -> None:
        """Take somebody's sound, or give it back."""
        stage = self._room.stage
        is_silenced = stage is not None and any(seat.who == who and seat.is_silenced for seat in stage.seats)
        self._do(MeetingAct.UNSILENCE if is_silenced else MeetingAct.SILENCE, who)

    def show_large(self, who: str) -> None:
        """Show somebody large to all, or nobody in particular again."""
        stage = self._room.stage
        self._do(MeetingAct.SHOW, NOBODY if stage is not None and stage.shown == who else who)

    def put_out(self, who: str) -> None:
        """Send somebody away, once it is confirmed."""
        self._view.ask_put_out(self._room.say_who(who), lambda: self._do(MeetingAct.PUT_OUT, who))

    def interpret(self, who: str) -> None:
        """Let somebody interpret, who chooses the direction then; or no more."""
        stage = self._room.stage
        does = stage is not None and any(one.who == who for one in stage.interpreters)
        self._do(MeetingAct.INTERPRET, who, into="" if does else Into.RU)

    def let_in(self, who: str) -> None:
        """Let somebody in."""
        self._do(MeetingAct.LET_IN, who)

    def order(self, order: str) -> None:
        """Order the queue of hands."""
        stage = self._room.stage
        if stage is not None and order != stage.order:
            self._do(MeetingAct.ORDER_HANDS, order=order)

    def next_item(self) -> None:
        """Go on to the next item of the agenda."""
        number = self._next_item()
        if number:
            self._do(MeetingAct.GO_TO_ITEM, item=number)

    def go_to(self, item: int) -> None:
        """Go to an item of the agenda."""
        stage = self._room.stage
        if stage is not None and item != stage.item:
            self._do(MeetingAct.GO_TO_ITEM, item=item)

    def begin(self) -> None:
        """Begin the meeting, once it is confirmed."""
        self._view.ask_begin(lambda: self._do(MeetingAct.OPEN))

    def end(self) -> None:
        """End the meeting for all, once it is confirmed."""
        self._view.ask_end(lambda: self._do(MeetingAct.CLOSE))

    def _do(self, act: MeetingAct, who: str = "", *, item: int = 0, order: str = "", into: str = "") -> None:
        self._forget_visit()
        self._busy += 1

        def said(call: MeetingCall) -> MeetingCall:
            return replace(call, into=into)

        if not self._room.do(act, who=who, item=item, order=order, said=said, done=self._done, failed=self._failed):
            self._done()
        self.refresh()

    def _forget_visit(self) -> None:
        """What was asked in another visit is not waited for: nobody is told of it."""
        if self._room.plan is None or self._room.visit != self._visit:
            self._visit, self._busy = self._room.visit, 0

    def _done(self) -> None:
        self._busy = max(0, self._busy - 1)

    def _failed(self, error: ContractError) -> None:
        self._busy = max(0, self._busy - 1)
        self._room.note(error)

    # what is so

    def _shown(self, plan: RoomPlan, stage: Stage, present: tuple[Present, ...]) -> DeskShown:
        offices = self._offices(plan, stage, present)
        here = {row.site for row in offices if row.state in _THERE} - {GUEST_SITE}
        return DeskShown(
            hands=self._hands(),
            offices=offices,
            order=stage.order,
            seats=len(stage.seats),
            seats_most=stage.seats_most,
            here=len(here),
            invited=len(plan.sites),
            quorum=len(plan.sites) // 2 + 1,
            speaking=self._speaking(),
            is_begun=stage.state is MeetingState.OPEN,
            next_item=self._next_item(),
            is_busy=self._busy > 0,
            may_decide=self._room.desk is None or not self._room.desk.is_reception,
        )

    def _hands(self) -> tuple[HandRow, ...]:
        room = self._room
        hands = room.stage.hands if room.stage is not None else ()
        lines = {one.who: one.line for one in room.desk.present} if room.desk is not None else {}
        return tuple(
            HandRow(
                place,
                hand.who,
                room.say_who(hand.who),
                hand.item,
                hand.is_reply,
                hand.spoken_s,
                room.people[hand.who].line if hand.who in room.people else 0,
                hand.who in room.people or hand.who == room.who,
                lines.get(hand.who, Line.UNKNOWN),
            )
            for place, hand in enumerate(hands, 1)
        )

    def _speaking(self) -> Speaking | None:
        room = self._room
        if room.stage is None:
            return None
        seats = [seat for seat in room.stage.seats if seat.who != room.who]
        if not seats:
            return None
        last = max(seats, key=lambda seat: seat.since_ms)
        return Speaking(
            last.who, room.say_who(last.who), room.seconds_since(last.since_ms), room.stage.bounds.speaker_s
        )

    def _next_item(self) -> int:
        plan, stage = self._room.plan, self._room.stage
        if plan is None or stage is None or stage.state is not MeetingState.OPEN or stage.item >= len(plan.agenda):
            return 0
        return stage.item + 1

    def _offices(self, plan: RoomPlan, stage: Stage, present: tuple[Present, ...]) -> tuple[OfficeRow, ...]:
        """Those who need the desk first: on stage, with a hand, waiting at the door; then by name."""
        room = self._room
        seats = {seat.who: seat for seat in stage.seats}
        hands = {hand.who for hand in stage.hands}
        interpreters = {one.who: one.into for one in stage.interpreters}
        known = {one.who: one for one in present}
        rows = []
        for who in dict.fromkeys((*seats, *known)):
            one = known.get(who)
            person = room.people.get(who)
            is_there = person is not None or who == room.who or (one is not None and one.is_connected)
            if who in seats:
                state = OfficeState.ON_STAGE if is_there else OfficeState.LOST
            elif one is not None and one.is_waiting:
                state = OfficeState.WAITS
            elif one is not None and not one.is_let_in:
                state = OfficeState.OUT
            elif who in interpreters:
                state = OfficeState.INTERPRETS if is_there else OfficeState.LOST
            elif who in hands:
                state = OfficeState.HAND
            else:
                state = OfficeState.HERE if is_there else OfficeState.LOST
            rows.append(
                OfficeRow(
                    who,
                    site_of(who),
                    room.say_who(who),
                    state,
                    one.spoken_s if one is not None else 0,
                    person.line if person is not None else (3 if is_there else 0),
                    who in seats,
                    who in seats and seats[who].is_silenced,
                    stage.shown == who,
                    who == room.who,
                    interpreters.get(who, ""),
                    one.line if one is not None else Line.UNKNOWN,
                )
            )
        there = {row.site for row in rows}
        rows += [
            OfficeRow("", site, room.say_site(site), OfficeState.ABSENT) for site in plan.sites if site not in there
        ]
        return tuple(sorted(rows, key=lambda row: (_ORDER_OF_STATES.index(row.state), row.name(), row.who)))


_THERE: Final = frozenset({OfficeState.ON_STAGE, OfficeState.INTERPRETS, OfficeState.HAND, OfficeState.HERE})
