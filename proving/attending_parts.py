"""What a person does at the window with more of a meeting: its papers, its interpreters, a citizen's conversation."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.paper_pane import PagePicture
from liaison_desktop.ui.receptions import ReceptionBar
from proving.attending import SEEN_S, AtMeeting
from proving.hands import spin, until
from server_sync.contract.interpreting import Into
from server_sync.contract.meetings import MeetingAct

Told = dict[str, Any]

TO_ALL: Final = names.PAPER_BUTTON.format(name="to_all")
PUT_AWAY: Final = names.PAPER_BUTTON.format(name="close")
NEXT_PAGE: Final = names.PAPER_BUTTON.format(name="next")
PAPERS: Final = names.ROOM_BUTTON.format(name="papers")
QUEUE: Final = names.ROOM_BUTTON.format(name="queue")
CHANNEL: Final = f"{names.ROOM_CHANNELS}.{{into}}"
FLOOR: Final = "floor"
TONE_WITHIN_HZ: Final = 10


class WithParts(AtMeeting):
    """One window at one meeting after the other."""

    # papers

    def paper_is_here(self) -> Told:
        """Wait until the paper of the lobby's meeting was fetched whole."""
        until(lambda: self._hands.can_press(names.PAPER_READ), "the paper is here", SEEN_S)
        return {}

    def read_paper(self) -> Told:
        """Read it from the lobby, and its second page; gives how wide and high the page is drawn."""
        self._hands.click(names.PAPER_READ)
        until(lambda: self._page(), "the page is drawn", SEEN_S)
        first = self._page()
        self._hands.click(NEXT_PAGE)
        until(lambda: self._page() not in (0, first), "the next page is drawn", SEEN_S)
        size = self._page_size()
        self._window.draw("paper", is_moving=True)
        self._hands.click(PUT_AWAY)
        return {"size": size}

    def show_paper(self) -> Told:
        """Show the paper to all by the desk's button, and its second page."""
        self._hands.click(PAPERS)
        self._hands.click(names.PAPER_READ)
        until(lambda: self._page(), "the page is drawn", SEEN_S)
        self._hands.click(TO_ALL)
        until(lambda: self._shown() == 1, "it is shown to all", SEEN_S)
        self._hands.click(NEXT_PAGE)
        until(lambda: self._shown() == 2, "the next page is shown to all", SEEN_S)
        return {"page": self._shown()}

    def sees_paper(self) -> Told:
        """Wait until the page that is shown to all stands beside the pictures; gives its size."""
        until(lambda: self._shown() == 2 and self._page(), "the paper is seen here", SEEN_S)
        self._window.draw("paper-shown", is_moving=True)
        return {"size": self._page_size()}

    def put_paper_away(self) -> Told:
        """At the desk: show it to nobody any more."""
        self._hands.click(TO_ALL)
        until(lambda: not self._shown(), "it is shown to nobody", SEEN_S)
        self._hands.click(PUT_AWAY)
        self._hands.click(QUEUE)
        return {}

    def _shown(self) -> int:
        """Which page of a paper is shown to all, 0 for none."""
        stage = self._attending.presenter.stage
        return 0 if stage is None or not stage.paper else stage.page

    def _page(self) -> int:
        """What stands for the page that is drawn now, 0 while there is none."""
        pages = self._window.desktop.window.findChildren(PagePicture)
        return next((one.picture.cacheKey() for one in pages if one.isVisible() and one.picture is not None), 0)

    def _page_size(self) -> list[int]:
        pages = self._window.desktop.window.findChildren(PagePicture)
        seen = [one.picture for one in pages if one.isVisible() and one.picture is not None]
        return [seen[0].width(), seen[0].height()] if seen else [0, 0]

    # an interpreter

    def let_interpret(self, who: str, into: str) -> Told:
        """At the desk: let an office interpret into a language, or with none no more."""
        ended: list[str] = []
        self._attending.presenter.do(
            MeetingAct.INTERPRET,
            who=who,
            said=lambda call: replace(call, into=into),
            done=lambda: ended.append(""),
            failed=lambda error: ended.append(error.code),
        )
        until(lambda: ended, "the centre answers", SEEN_S)
        return {"refused": ended[0]}

    def interpret(self) -> Told:
        """Wait until this office may interpret, and turn the microphone on."""
        presenter = self._attending.presenter
        until(lambda: presenter.into is Into.RU, "this office interprets into Russian", SEEN_S)
        if not presenter.is_microphone_on:
            self._hands.click(names.ROOM_BUTTON.format(name="microphone"))
        until(lambda: presenter.is_microphone_on, "the microphone is on", SEEN_S)
        return {"who": self._who}

    def hear_interpreter(self, into: str, hz: int) -> Told:
        """Choose an interpretation, wait until this pitch is heard, and go back to what is spoken; gives how long."""
        self._tones.clear()
        begun = time.monotonic()
        self._hands.click(CHANNEL.format(into=into))
        until(lambda: any(abs(tone - hz) <= TONE_WITHIN_HZ for tone in self._tones), "the interpreter is heard", SEEN_S)
        told = {"heard_s": round(time.monotonic() - begun, 2)}
        self._hands.click(CHANNEL.format(into=FLOOR))
        return told

    # a conversation of a citizen

    def start_conversation(self, number: str) -> Told:
        """Press the button of the bar that stands over every screen at the hour; gives how long the way in took."""
        until(lambda: self._stands_in_bar(number), f"the conversation about {number} is near", SEEN_S)
        self._forget()
        begun = time.monotonic()
        self._hands.click("reception_bar.begin")
        return self._entered(begun)

    def draw_conversation(self) -> Told:
        """Draw the room with the card of the request beside it."""
        spin(0.5)
        self._window.draw("conversation", is_moving=True)
        return {}

    def end_conversation(self) -> Told:
        """End it for both by the desk's button, which lies in a drawer where the card stands beside the room."""
        for _ in range(2):  # the first press may put away what was chosen before the window was narrow
            if not self._hands.sees(names.DESK_END_MEETING):
                self._hands.click(QUEUE)
                spin(0.3)
        return self.end()

    def _stands_in_bar(self, number: str) -> bool:
        bars = self._window.desktop.window.findChildren(ReceptionBar)
        return any(one.isVisible() and number.replace("-", "") in _bare(one) for one in bars)


def _bare(bar: ReceptionBar) -> str:
    """What a bar says, without what keeps a number together."""
    return "".join(letter for letter in bar.text() if letter.isalnum())


STEPS: Final[dict[str, Callable[..., Told]]] = {
    name: act
    for kind in (AtMeeting, WithParts)
    for name, act in vars(kind).items()
    if not name.startswith("_") and callable(act)
}
"""What can be asked of a window at a meeting."""
