"""What a person does with a meeting at the window: finds it in the lobby, enters, asks for the floor, leads, leaves."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QWidget

from liaison_desktop.meetings.messages import Heard, InRoom, RoomStage, Seen
from liaison_desktop.meetings.messages import Told as Said
from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.attending import Attending
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.widgets.picker import Picker
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import current
from proving.counter import Refusing
from proving.hands import spin, until
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import MeetingAct, MeetingState

if TYPE_CHECKING:
    from proving.window import Window

Told = dict[str, Any]
SEEN_S: Final = 60.0
QUESTION_ACT: Final = "question.act"
PICTURES_OF_EACH: Final = 20
"""So many pictures of somebody are waited for: a second of them."""


class AtMeeting:
    """One window at one meeting."""

    def __init__(self, window: "Window") -> None:
        self._window, self._hands = window, window.hands
        counter = window.desktop.counter
        if counter is None:
            raise Refusing("sign_in_needed")
        self._attending: Attending = counter.corner.attending
        self._is_in = False
        self._frames: dict[str, int] = {}
        self._sizes: dict[str, list[int]] = {}
        self._tones: set[int] = set()
        counter.corner.trying.told.connect(self._heard)

    def _heard(self, said: Said) -> None:
        match said:
            case InRoom(stage, _why):
                self._is_in = stage is RoomStage.IN
            case Seen(who, frames, width, height):
                self._frames[who] = self._frames.get(who, 0) + frames
                self._sizes[who] = max(self._sizes.get(who, [0, 0]), [width, height])
            case Heard(hz) if hz:
                self._tones.add(hz)
            case _:
                return

    @property
    def _who(self) -> str:
        return self._attending.presenter.who

    def _seats(self) -> list[str]:
        stage = self._attending.presenter.stage
        return [] if stage is None else [seat.who for seat in stage.seats]

    def lobby(self, titles: Sequence[str] = ()) -> Told:
        """Open the rail's Meetings; the next meeting, of one of these titles, is there and can be entered."""
        self._hands.click(names.RAIL_ITEM.format(screen="meetings"))
        until(lambda: not titles or self._title() in titles, "the meeting is the next one", SEEN_S)
        until(lambda: self._hands.can_press(names.MEETINGS_ENTER), "the meeting can be entered", SEEN_S)
        self._window.draw("lobby", is_moving=True)
        return {}

    def enter(self) -> Told:
        """Go in by the one button; gives what this PC is called there and how long it took."""
        self._forget()
        begun = time.monotonic()
        self._hands.click(names.MEETINGS_ENTER)
        return self._entered(begun)

    def _forget(self) -> None:
        """Nothing is known of the meeting before."""
        self._is_in = False
        self._frames.clear()
        self._sizes.clear()
        self._tones.clear()

    def _entered(self, begun: float) -> Told:
        until(lambda: self._is_in and self._who, "the meeting is entered", SEEN_S)
        return {"who": self._who, "join_s": round(time.monotonic() - begun, 2)}

    def begin(self) -> Told:
        """Begin the meeting by the desk's button, and say yes."""
        self._hands.click(names.DESK_NEXT)
        self._hands.click(QUESTION_ACT)
        until(lambda: self._state() is MeetingState.OPEN, "the meeting is open", SEEN_S)
        return {}

    def raise_hand(self) -> Told:
        """Ask for the floor."""
        until(lambda: self._state() is MeetingState.OPEN, "the meeting is open", SEEN_S)
        self._hands.click(names.ROOM_BUTTON.format(name="hand"))
        until(lambda: self._attending.presenter.place, "the hand is in the queue", SEEN_S)
        return {"who": self._who}

    def give_floor(self, who: str) -> Told:
        """Give the floor to the first in the queue by the desk's button; gives how long its picture took."""
        begun = time.monotonic()
        self._hands.click(names.DESK_NEXT)
        until(lambda: who in self._seats(), "it sits on stage", SEEN_S)
        until(lambda: self._frames.get(who, 0) > 0, "its picture is seen", SEEN_S)
        return {"seen_s": round(time.monotonic() - begun, 2)}

    def seen(self, whos: Sequence[str]) -> Told:
        """Wait until all of these are seen for a second, and something is heard; gives what came."""
        until(
            lambda: all(self._frames.get(who, 0) >= PICTURES_OF_EACH for who in whos),
            f"all pictures are seen: {self._frames}",
            SEEN_S,
        )
        until(lambda: self._tones, "somebody is heard", SEEN_S)
        return {
            "frames": {who: self._frames[who] for who in whos},
            "sizes": {who: self._sizes[who] for who in whos},
            "tones": sorted(self._tones),
        }

    def microphone(self) -> Told:
        """Turn microphone and camera on, where they are not: who sits down without a hand has both off."""
        presenter = self._attending.presenter
        if not presenter.is_microphone_on:
            self._hands.click(names.ROOM_BUTTON.format(name="microphone"))
        if not presenter.is_camera_on:
            self._hands.click(names.ROOM_BUTTON.format(name="camera"))
        until(lambda: presenter.is_microphone_on and presenter.is_camera_on, "microphone and camera are on", SEEN_S)
        return {}

    def draw(self) -> Told:
        """Draw the room as the person sees it: the speaker large, or the chair's desk."""
        is_desk = self._hands.sees(names.ROOM_BUTTON.format(name="queue"))
        self._window.draw("desk" if is_desk else "stage", is_moving=True)
        return {}

    def draw_grid(self) -> Told:
        """Draw the room with all of equal size."""
        self._hands.click(names.ROOM_BUTTON.format(name="layout"))
        spin(1.0)
        self._window.draw("grid", is_moving=True)
        self._hands.click(names.ROOM_BUTTON.format(name="layout"))
        return {}

    def call(self, who: str) -> Told:
        """Call an office that asked for nothing; gives the code of a refusal."""
        return {"refused": self._do(MeetingAct.CALL, who)}

    def thank(self, who: str) -> Told:
        """Take a seat back."""
        return {"refused": self._do(MeetingAct.THANK, who)}

    def thank_speaker(self) -> Told:
        """Thank whoever spoke last, by the desk's button."""
        last = self._seats()[-1]
        self._hands.click(names.DESK_THANK_SPEAKER)
        until(lambda: last not in self._seats(), "the seat is free", SEEN_S)
        return {"who": last}

    def on_stage(self) -> Told:
        """Who sits on stage."""
        return {"whos": self._seats()}

    def off_stage(self) -> Told:
        """Wait until this office sits there no more."""
        until(lambda: self._who not in self._seats(), "the seat was taken back", SEEN_S)
        return {}

    def gone(self, who: str) -> Told:
        """Wait until somebody sits on stage no more."""
        until(lambda: who not in self._seats(), f"{who} has left the stage", SEEN_S)
        return {}

    def let_in(self, name: str) -> Told:
        """Let a guest of this name in who waits at the door; gives what the guest is called in the room."""
        until(lambda: self._at_the_door(name), f"{name} is at the door", SEEN_S)
        who = self._at_the_door(name)
        return {"who": who, "refused": self._do(MeetingAct.LET_IN, who)}

    def read_caption(self, text: str, language: str) -> Told:
        """Wait until a line that somebody typed stands below the pictures, for a person of its language."""
        spoken = current()
        self._window.desktop.set_language(language)
        until(lambda: text in self._words_in(names.ROOM_CAPTIONS), f"the caption {text} is read", SEEN_S)
        self._window.desktop.set_language(spoken)
        return {}

    def decide(self, ky: str, ru: str, site: str, due: str) -> Told:
        """Write a decision down at the desk, for an office to carry out; gives how many hold now."""
        field = names.DECIDING_FIELD
        self._hands.click(names.ROOM_BUTTON.format(name="decisions"))
        self._hands.write(field.format(name="ky"), ky)
        self._hands.write(field.format(name="ru"), ru)
        self._hands.take(field.format(name="executors"), site_name(site), site)
        self._hands.find(f"deciding.executor.{site}", QWidget)
        self._hands.write(field.format(name="due"), due)
        self._hands.click(names.DECIDING_WRITE)
        until(lambda: self._decided(), "the decision is written down", SEEN_S)
        self._hands.click(names.ROOM_BUTTON.format(name="queue"))
        return {"decisions": self._decided()}

    def has_to_do(self, text: str) -> Told:
        """Wait until a decision stands in Meetings among what this office has to do."""
        self._hands.click(names.RAIL_ITEM.format(screen="meetings"))
        until(lambda: text in self._words_in(names.MEETINGS_TO_DO), "the decision stands here", SEEN_S)
        told = self._words_in(names.MEETINGS_TO_DO).count(text)
        self._hands.click(names.RAIL_ITEM.format(screen="reception"))
        return {"decisions": told}

    def ask_vote(self, question: str, seconds: int) -> Told:
        """Open a vote by the desk's form, with a quorum of all; gives what names it."""
        self._hands.click(names.DESK_VOTE)
        self._hands.write(f"{names.VOTE_FORM}.question_ru", question)
        self._hands.find(f"{names.VOTE_FORM}.time", Picker).choose(str(seconds))
        self._hands.click(f"{names.VOTE_FORM}.act")
        until(lambda: self._vote(), "the vote goes on", SEEN_S)
        return {"vote": self._vote()}

    def sees_vote(self) -> Told:
        """Wait until the card of the vote is to be seen."""
        until(lambda: self._hands.can_press(names.VOTE_CHOICE.format(choice="for")), "the vote is asked", SEEN_S)
        return {"vote": self._vote()}

    def sees_count(self) -> Told:
        """Wait until the count has come down."""
        until(lambda: any(one.count is not None for one in self._attending.votes.votes), "the count is here", SEEN_S)
        return {}

    def vote(self, choice: str, is_cut: bool = False) -> Told:
        """Vote by the card in the room, and confirm; with no line to send it by when `is_cut`."""
        if is_cut:
            self._window.desktop.syncing.hold()
        until(lambda: self._hands.sees(names.VOTE_CHOICE.format(choice=choice)), "the vote is asked", SEEN_S)
        self._hands.click(names.VOTE_CHOICE.format(choice=choice))
        self._hands.click(names.VOTE_CONFIRM)
        until(lambda: any(one.own is not None for one in self._attending.votes.votes), "the vote is written", SEEN_S)
        self._window.draw("vote", is_moving=True)
        return {"vote": self._vote()}

    def count(self) -> Told:
        """Count the votes by the desk's button, say yes, and wait until the count has come down."""
        self._hands.click(names.DESK_VOTE)
        self._hands.click(QUESTION_ACT)
        until(lambda: any(one.count is not None for one in self._attending.votes.votes), "the count is here", SEEN_S)
        counted = next(one.count for one in reversed(self._attending.votes.votes) if one.count is not None)
        return {"counts": [counted.in_favour, counted.against, counted.abstained], "voted": len(counted.votes)}

    def end(self) -> Told:
        """End the meeting for all, and say yes."""
        self._hands.click(names.DESK_END_MEETING)
        self._hands.click(QUESTION_ACT)
        return self.over()

    def over(self) -> Told:
        """Wait until the meeting is over here, and go back to the list."""
        until(lambda: self._hands.sees(names.ROOM_BACK), "the end of the meeting is told", SEEN_S)
        self._hands.click(names.ROOM_BACK)
        until(lambda: not self._hands.sees(names.ROOM_CANVAS), "the lobby is back", SEEN_S)
        self._hands.click(names.RAIL_ITEM.format(screen="reception"))
        return {}

    def _vote(self) -> str:
        stage = self._attending.presenter.stage
        return "" if stage is None or stage.vote is None else stage.vote.vote

    def _title(self) -> str:
        """What the lobby's meeting is called."""
        found = [one for one in self._window.desktop.window.findChildren(Text, names.MEETINGS_TITLE) if one.isVisible()]
        return found[0].text() if found else ""

    def _at_the_door(self, name: str) -> str:
        desk = self._attending.presenter.desk
        waiting = [] if desk is None else [one.who for one in desk.present if one.is_waiting and one.name == name]
        return waiting[0] if waiting else ""

    def _decided(self) -> int:
        desk = self._attending.presenter.desk
        return 0 if desk is None else len(desk.decisions)

    def _words_in(self, name: str) -> list[str]:
        """The words that stand in a part of the window which is to be seen."""
        seen = [one for one in self._window.desktop.window.findChildren(QWidget, name) if one.isVisible()]
        return [text.text() for one in seen for text in one.findChildren(Text)]

    def _state(self) -> MeetingState | None:
        stage = self._attending.presenter.stage
        return None if stage is None else stage.state

    def _do(self, act: MeetingAct, who: str) -> str:
        ended: list[str] = []

        def refused(error: ContractError) -> None:
            ended.append(error.code)

        self._attending.presenter.do(act, who=who, done=lambda: ended.append(""), failed=refused)
        until(lambda: ended, "the centre answers", SEEN_S)
        return ended[0]
