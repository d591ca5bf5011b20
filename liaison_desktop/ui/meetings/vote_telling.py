"""Puts votes into words: what is asked, for how long yet, how this office voted, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.votes import Count, OwnVote, VoteSeen
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_telling import best
from liaison_desktop.ui.meetings.vote_values import Badged, OwnShown
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.bodies import VoteChoice

NameOf = Callable[[str], str]

CHOICES: Final[dict[VoteChoice, Say]] = {
    VoteChoice.FOR: lambda: tr("For"),
    VoteChoice.AGAINST: lambda: tr("Against"),
    VoteChoice.ABSTAIN: lambda: tr("Abstain"),
}
CONFIRMS: Final[dict[VoteChoice, Say]] = {
    VoteChoice.FOR: lambda: tr("Vote for"),
    VoteChoice.AGAINST: lambda: tr("Vote against"),
    VoteChoice.ABSTAIN: lambda: tr("Abstain from voting"),
}
COUNTED_SOON: Final = Badged(lambda: tr("Is being counted"), "neutral", "hourglass")
GOES_ON: Final = Badged(lambda: tr("Vote now"), "primary", "hand-palm")
VOTED: Final = Badged(lambda: tr("Your vote is given"), "success", "check-circle")
TOO_FEW: Final = Badged(lambda: tr("Too few votes"), "danger", "x-circle")
NO_QUORUM: Final = Badged(lambda: tr("No quorum"), "danger", "x-circle")
ADOPTED: Final = Badged(lambda: tr("Adopted"), "success", "check-circle")
NOT_ADOPTED: Final = Badged(lambda: tr("Not adopted"), "danger", "x-circle")
NOT_ASKED: Final = OwnShown(lambda: tr("Your office watches and does not vote."), "muted", "eye")


def question(seen: VoteSeen) -> Say:
    """What is asked."""
    return lambda: best(seen.question)


def state(seen: VoteSeen, left_s: float) -> Badged:
    """Where a vote stands."""
    count = seen.count
    if count is None:
        goes_on = GOES_ON if seen.own is None else VOTED
        return goes_on if left_s > 0 else COUNTED_SOON
    if not count.is_told:
        return TOO_FEW
    if not count.is_quorate:
        return NO_QUORUM
    return ADOPTED if count.is_adopted else NOT_ADOPTED


def about(seen: VoteSeen, cast: int | None, left_s: float) -> Say:
    """Open or secret, who takes part, for how long yet."""

    def said() -> str:
        parts = [tr("Secret vote") if seen.is_secret else tr("Open vote")]
        if seen.count is not None:
            cast_now: int | None = len(seen.count.votes)
        else:
            cast_now = cast
        if cast_now is not None:
            parts.append(tr("{cast} of {most} offices voted", cast=cast_now, most=seen.most))
        parts.append(tr("quorum {quorum}", quorum=seen.quorum))
        if seen.count is None and left_s > 0:
            parts.append(tr("ends in {left}", left=left(left_s)))
        return joined(parts, " · ")

    return said


def left(seconds: float) -> str:
    """``01:59``, ``1:00:00``."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def own(seen: VoteSeen, site_code: str, may_vote: bool) -> OwnShown | None:
    """How this office voted, and whether it is counted; nothing before it did."""
    mine = seen.own
    if mine is None:
        if seen.count is not None:
            return OwnShown(lambda: tr("Your office did not vote."), "muted", "minus") if may_vote else None
        return None if may_vote else NOT_ASKED
    if mine.delivery is DeliveryState.QUARANTINED:
        return OwnShown(lambda: tr("Your office's vote is not counted: the centre refused it."), "danger", "x-circle")
    if seen.count is not None:
        return _own_of(mine, seen.count, site_code)
    if mine.is_here and not mine.delivery.is_in_custody:
        return OwnShown(lambda: _on_its_way(mine, seen.ends_at), "warning", "hourglass")
    return OwnShown(lambda: tr("{vote} It can be changed until the end.", vote=_voted(mine)), "success", "check-circle")


def counts(count: Count) -> Say:
    """The count, or why there is none."""

    def said() -> str:
        if not count.is_told:
            return tr("So few voted that a count would tell how: none is told.")
        told = tr(
            "For {in_favour}, against {against}, abstained {abstained}",
            in_favour=count.in_favour,
            against=count.against,
            abstained=count.abstained,
        )
        return tr("{counts}, not readable {spoilt}", counts=told, spoilt=count.spoilt) if count.spoilt else told

    return said


def names(count: Count, name_of: NameOf) -> Say | None:
    """Who voted, in an open vote with how."""
    if not count.votes:
        return None

    def said() -> str:
        if all(one.choice is None for one in count.votes):
            return tr("Voted: {names}", names=joined(name_of(one.site_code) for one in count.votes))
        lines = []
        for choice, word in CHOICES.items():
            alike = [name_of(one.site_code) for one in count.votes if one.choice is choice]
            if alike:
                lines.append(f"{word()}: {joined(alike)}")
        return "\n".join(lines)

    return said


def _own_of(mine: OwnVote, count: Count, site_code: str) -> OwnShown:
    if count.has_vote_of(site_code):
        return OwnShown(lambda: tr("{vote} It is counted.", vote=_voted(mine)), "success", "check-circle")
    return OwnShown(lambda: tr("Your office's vote came after the count and is not in it."), "warning", "warning")


def _voted(mine: OwnVote) -> str:
    if mine.choice is None:
        return tr("Your office has voted.")
    return tr("Your office's vote: {choice}.", choice=CHOICES[mine.choice]().lower())


def _on_its_way(mine: OwnVote, ends_at: datetime) -> str:
    return tr(
        "{vote} It is kept here and goes to the centre with the line; it counts if it is there before {time}.",
        vote=_voted(mine),
        time=f"{formats.local(ends_at):%H:%M:%S}",
    )
