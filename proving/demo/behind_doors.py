"""A closed meeting at a demonstration: two windows see each other behind a key, and who has none is not let in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from proving.planners import CLOSED
from proving.torture.forging import ForgingPc
from proving.world import Office
from server_sync.contract.meetings import MeetingAct

Told = dict[str, Any]

TITLES: Final = [words for name, words in CLOSED.items() if name.startswith("title_")]


@dataclass(frozen=True, slots=True)
class ClosedMeeting:
    """A closed meeting of the hall, whose desk draws the key, and of one office."""

    hall: Office
    office: Office

    def attend(self, stranger: ForgingPc, refusal: Callable[[ForgingPc, MeetingAct], str]) -> Told:
        """Hold it; gives who was seen of the other, and why the PC of an invited office without a key is refused."""
        windows: Sequence[Office] = (self.hall, self.office)
        for window in windows:
            window.ask("exchange")
            window.ask("meet", step="lobby", titles=TITLES)
        entered = [window.ask("meet", step="enter") for window in windows]
        self.hall.ask("meet", step="begin")
        self.hall.ask("meet", step="microphone")
        seen = self.office.ask("meet", step="seen", whos=[entered[0]["who"]])
        refused = refusal(stranger, MeetingAct.ENTER)
        self.hall.ask("meet", step="end")
        self.office.ask("meet", step="over")
        return {
            "frames": seen["frames"][entered[0]["who"]],
            "size": seen["sizes"][entered[0]["who"]],
            "refused": refused,
        }
