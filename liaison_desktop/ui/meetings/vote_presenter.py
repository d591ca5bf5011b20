"""Leads an office through the votes of a meeting: what is asked, the press and its confirmation, what came of it.

The stage tells of a vote sooner than its event comes down, and the store knows it with no line. What is cast is written
to the office's own chain and sent by the ordinary exchange, which is asked for at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from liaison_desktop.domain.votes import Count, VoteSeen
from liaison_desktop.ui.meetings import vote_telling
from liaison_desktop.ui.meetings.vote_values import VoteShown
from server_sync.contract.bodies import VoteChoice
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import RunningVote

AGAIN_S: Final = 3.0
"""So often an exchange is asked for, while a vote is over and its count is not here."""
AGAIN_FOR: Final = timedelta(minutes=2)
SHOWN_FOR: Final = timedelta(minutes=15)
"""So long after it was counted a vote is shown in the room by itself."""


NAMES_MOST: Final = 12
"""So many offices are named below the pictures."""


class VoteView(Protocol):
    """What the presenter needs of the view."""

    def show_votes(self, votes: tuple[VoteShown, ...]) -> None: ...


@dataclass(frozen=True, slots=True)
class VoteActs:
    """What the presenter may ask for. `exchange` lets the centre and this office exchange now."""

    votes: Callable[[bytes, RunningVote | None, Callable[[tuple[VoteSeen, ...]], None]], None]
    cast: Callable[[bytes, VoteSeen, VoteChoice, Callable[[], None], Callable[[ContractError], None]], None]
    exchange: Callable[[], None]
    now: Callable[[], datetime]
    site_code: str
    name_of: Callable[[str], str]
    note: Callable[[ContractError], None]


class VotePresenter:
    """Shows the votes of one meeting; in the room (`is_room`) the one that matters now alone."""

    def __init__(self, view: VoteView, acts: VoteActs, *, is_room: bool = False) -> None:
        self._view, self._acts, self._is_room = view, acts, is_room
        self._meeting = b""
        self._may_vote = False
        self._told: RunningVote | None = None
        self._seen: tuple[VoteSeen, ...] = ()
        self._pressed: dict[bytes, VoteChoice] = {}
        self._busy: set[bytes] = set()
        self._put_away: set[bytes] = set()
        self._asked_at: datetime | None = None
        self._shown: tuple[VoteShown, ...] = ()

    @property
    def votes(self) -> tuple[VoteSeen, ...]:
        """All votes of the meeting that are known here."""
        return self._seen

    def attend(self, meeting: bytes, told: RunningVote | None, *, may_vote: bool) -> None:
        """This meeting is shown; `told` is the vote of its stage, `may_vote` what the plan says of this office."""
        before = (self._meeting, self._told.vote if self._told is not None else "")
        self._may_vote = may_vote
        if meeting != self._meeting:
            self._forget()
        self._meeting, self._told = meeting, told
        if before != (meeting, told.vote if told is not None else ""):
            if before[0] == meeting or told is not None:
                self._acts.exchange()  # the question, or the count, comes down by the feed
            self.refresh()
        else:
            self._show()

    def leave(self) -> None:
        """No meeting is shown any more."""
        self._meeting, self._told = b"", None
        self._forget()
        self._show()

    def refresh(self) -> None:
        """Ask the store anew."""
        meeting = self._meeting
        if meeting:
            self._acts.votes(meeting, self._told, lambda seen: self._hear(meeting, seen))

    def tick(self) -> None:
        """A second has gone."""
        if not self._meeting:
            return
        now = self._acts.now()
        late = [one for one in self._seen if one.count is None and not self._goes_on(one)]
        awaited = any(now - one.ends_at < AGAIN_FOR for one in late)
        if awaited and (self._asked_at is None or now - self._asked_at >= timedelta(seconds=AGAIN_S)):
            self._asked_at = now
            self._acts.exchange()
        self._show()

    # what the person does

    def press(self, vote: bytes, choice: VoteChoice) -> None:
        """One of the three choices; it has to be confirmed."""
        seen = self._find(vote)
        if seen is not None and self._is_asked(seen) and vote not in self._busy:
            self._pressed[vote] = choice
            self._show()

    def back(self, vote: bytes) -> None:
        """Not this one."""
        self._pressed.pop(vote, None)
        self._show()

    def confirm(self, vote: bytes) -> None:
        """Vote as it was pressed."""
        seen, choice = self._find(vote), self._pressed.get(vote)
        if seen is None or choice is None or vote in self._busy or not self._is_asked(seen):
            return
        self._busy.add(vote)
        self._acts.cast(self._meeting, seen, choice, lambda: self._cast(vote), lambda error: self._failed(vote, error))
        self._show()

    def put_away(self, vote: bytes) -> None:
        """The count was read."""
        self._put_away.add(vote)
        self._show()

    # inner

    def _cast(self, vote: bytes) -> None:
        self._busy.discard(vote)
        self._pressed.pop(vote, None)
        self._acts.exchange()
        self.refresh()

    def _failed(self, vote: bytes, error: ContractError) -> None:
        self._busy.discard(vote)
        self._acts.note(error)
        self.refresh()

    def _forget(self) -> None:
        self._seen = ()
        self._pressed.clear()
        self._busy.clear()
        self._put_away.clear()
        self._asked_at = None

    def _hear(self, meeting: bytes, seen: tuple[VoteSeen, ...]) -> None:
        if meeting == self._meeting:
            self._seen = seen
            self._show()

    def _find(self, vote: bytes) -> VoteSeen | None:
        return next((one for one in self._seen if one.vote == vote), None)

    def _left_s(self, seen: VoteSeen) -> float:
        """How long it goes on yet; a vote that the stage no longer tells of was ended by the desk."""
        if self._is_room and (self._told is None or self._told.vote != seen.vote.hex()):
            return 0.0
        return (seen.ends_at - self._acts.now()).total_seconds()

    def _goes_on(self, seen: VoteSeen) -> bool:
        return seen.count is None and self._left_s(seen) > 0

    def _may(self, seen: VoteSeen) -> bool:
        told = seen.may_vote(self._acts.site_code)
        return self._may_vote if told is None else told

    def _is_asked(self, seen: VoteSeen) -> bool:
        return self._goes_on(seen) and self._may(seen)

    def _wanted(self) -> tuple[VoteSeen, ...]:
        """What is shown: everything, or in the room what goes on, else what was counted a while ago."""
        if not self._is_room:
            return self._seen
        going = [one for one in self._seen if self._goes_on(one)]
        if going:
            return (going[-1],)
        now = self._acts.now()
        lately = [one for one in self._seen[-1:] if now - (one.count.at if one.count else one.ends_at) < SHOWN_FOR]
        return tuple(one for one in lately if one.vote not in self._put_away)

    def _show(self) -> None:
        shown = tuple(self._as_shown(one) for one in self._wanted())
        self._shown = shown
        self._view.show_votes(shown)

    def _is_long(self, count: Count) -> bool:
        """Whether the pictures would have no room beside all names; they stand in the lobby."""
        return self._is_room and len(count.votes) > NAMES_MOST

    def _as_shown(self, seen: VoteSeen) -> VoteShown:
        left_s, is_asked, count = self._left_s(seen), self._is_asked(seen), seen.count
        told = self._told
        cast = told.cast if told is not None and told.vote == seen.vote.hex() else None
        return VoteShown(
            vote=seen.vote,
            question=vote_telling.question(seen),
            state=vote_telling.state(seen, left_s),
            about=vote_telling.about(seen, cast, left_s),
            may_vote=is_asked,
            is_busy=seen.vote in self._busy,
            own=seen.own.choice if seen.own is not None else None,
            pressed=self._pressed.get(seen.vote) if is_asked else None,
            told=vote_telling.own(seen, self._acts.site_code, self._may(seen)),
            counts=None if count is None else vote_telling.counts(count),
            names=None if count is None or self._is_long(count) else vote_telling.names(count, self._acts.name_of),
            may_put_away=self._is_room and count is not None,
        )
