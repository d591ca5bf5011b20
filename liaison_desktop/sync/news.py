"""What is to be said of the line, in parts; the words are chosen where it is shown, in the language of that moment."""

from dataclasses import dataclass, field
from datetime import datetime

from liaison_desktop.domain.delivery import LineState, Waiting


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the exchange under way has come; bytes are attachments', 0 while texts go; speed 0 until it is known."""

    sent_bytes: int = 0
    total_bytes: int = 0
    speed_bytes: int = 0
    sent_events: int = 0
    total_events: int = 0


@dataclass(frozen=True, slots=True)
class LineNews:
    """The line as the top bar and Delivery tell of it.

    `since_at` is when the state began, `delivered_at` the last answer of the centre. `trouble` names why the last call
    failed (a Reason's value or the centre's refusal), empty after a good one. `hindrance` names what a person must do
    something about: `revoked`, `rolled_back`, `forked`, `epoch_unknown` (enrol this computer anew; everything here is
    still uploaded), `update_needed`, `log_contradicts_itself`, `refused` (an event the centre cannot read), or a
    StoreError's code.
    """

    state: LineState = LineState.UNKNOWN
    since_at: datetime | None = None
    delivered_at: datetime | None = None
    waiting: Waiting = field(default_factory=Waiting)
    progress: Progress | None = None
    trouble: str = ""
    hindrance: str = ""

    @property
    def is_running(self) -> bool:
        """Whether an exchange is under way."""
        return self.progress is not None
