"""A citizen's conversation at a demonstration: asked for at the counter, set by the body, held, its outcome written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from proving.planners import reads_of, set_conversation
from proving.world import Office, ProgramFailed

if TYPE_CHECKING:
    from proving.demo.doors import Guest

Told = dict[str, Any]

WITH_WHOM: Final = {"ky": "Министрдин орун басары", "ru": "Заместитель министра"}
"""Whom the citizen speaks with, as the page has it; the link's guest is called so, in the officer's language."""
WISH: Final = "Айыл тургундары менен чогуу сүйлөшкүсү келет."
SAID: Final = "Орун басар айылга бир айдын ичинде келерин айтты."
SOON: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The conversation about one request: at which office it was registered, which officer decides about it."""

    address: str
    office: Office
    officer: Mapping[str, Any]
    number: str
    appeal: str

    def hold(self, now: datetime, guest: Callable[[], "Guest"] | None) -> Told:
        """Hold it with whom a browser brings, where there is one; gives what was seen and what came of it."""
        office, address = self.office, self.address
        office.ask("ask_reception", appeal=self.appeal, note=WISH)
        office.ask("exchange")
        link = set_conversation(address, self.officer, self.number, now + SOON, WITH_WHOM)
        office.ask("exchange")
        entered = office.ask("meet", step="start_conversation", number=self.number)
        office.ask("meet", step="microphone")
        met = {} if guest is None else self._speak_with(guest(), link)
        office.ask("meet", step="draw_conversation")
        office.ask("meet", step="end_conversation")
        office.ask("note_reception", appeal=self.appeal, said=SAID)
        office.ask("exchange")
        told = office.ask("reception", appeal=self.appeal)
        return {
            "number": self.number,
            "join_s": entered["join_s"],
            **met,
            "state": told["state"],
            "outcome_read": reads_of(address, self.officer, self.number, SAID),
        }

    def _speak_with(self, guest: "Guest", link: str) -> Told:
        guest.come(link)
        let_in = self.office.ask("meet", step="let_in", name=WITH_WHOM["ru"])
        if let_in["refused"]:
            raise ProgramFailed(f"whom the citizen speaks with is not let in: {let_in['refused']}")
        guest.be_let_in()
        guest.be_on_stage()
        seen = self.office.ask("meet", step="seen", whos=[let_in["who"]])
        return {
            "frames": seen["frames"][let_in["who"]],
            "size": seen["sizes"][let_in["who"]],
            "sees": guest.sees(1),
        }
