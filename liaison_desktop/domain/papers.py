"""A paper of a meeting as this office sees it: to which item it belongs, whether it stands still, how much is here.

Made of the centre's events in the order of the feed, as the meeting itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from server_sync.contract.blobs import sealed_size
from server_sync.contract.bodies import Body, MeetingPaperAdded, MeetingPaperWithdrawn, Words
from server_sync.contract.events import Header


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """One paper; `reason` says why it was withdrawn. Of its ciphertext `received_bytes` are here."""

    added: MeetingPaperAdded
    is_withdrawn: bool = False
    reason: Words = field(default_factory=Words)
    is_here: bool = False
    received_bytes: int = 0

    @property
    def paper(self) -> bytes:
        """Its name."""
        return self.added.paper

    @property
    def sealed_bytes(self) -> int:
        """How large its ciphertext is."""
        return sealed_size(self.added.size_bytes)

    @property
    def percent(self) -> int:
        """How much of it is here, of a hundred; a hundred only when it is whole."""
        return 100 if self.is_here else min(99, 100 * self.received_bytes // self.sealed_bytes)


def as_laid(said: Iterable[tuple[Header, Body]]) -> tuple[PaperSeen, ...]:
    """Give the papers that events of one meeting tell of, in the order of the agenda and as they were added."""
    papers: dict[bytes, PaperSeen] = {}
    for _header, body in said:
        if isinstance(body, MeetingPaperAdded):
            papers.setdefault(body.paper, PaperSeen(body))
        elif isinstance(body, MeetingPaperWithdrawn) and body.paper in papers:
            papers[body.paper] = replace(papers[body.paper], is_withdrawn=True, reason=body.reason)
    return tuple(sorted(papers.values(), key=lambda one: one.added.item))
