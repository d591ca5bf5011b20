"""Gathers what a meeting's page shows of its votes: a running one without its count, a secret one without choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from server_sync.contract.bodies import VoteChoice
from server_sync.meetings.models import Meeting, Vote
from server_sync.pages.appeal_words import Badge, site_name
from server_sync.pages.wording import language_now

CHOICES: Final[dict[VoteChoice, Promise]] = {
    VoteChoice.FOR: pgettext_lazy("vote", "for"),
    VoteChoice.AGAINST: pgettext_lazy("vote", "against"),
    VoteChoice.ABSTAIN: pgettext_lazy("vote", "abstained"),
}


@dataclass(frozen=True, slots=True)
class Voted:
    """Offices that voted alike; all that took part in a secret vote."""

    how: str
    offices: str


@dataclass(frozen=True, slots=True)
class VoteShown:
    """One vote: the question, its result as a badge, the counts in words, and who voted."""

    item: int
    question: str
    badge: Badge
    kind: str
    counts: str
    part: str
    voted: tuple[Voted, ...]

    @property
    def line(self) -> str:
        """How it was held and what came of it, in one line of minutes."""
        return " · ".join((self.kind, self.part, self.counts.rstrip("."), str(self.badge.words)))


def votes_of(meeting: Meeting) -> tuple[VoteShown, ...]:
    """The votes of a meeting, in the order in which they were opened."""
    votes = meeting.votes.annotate(cast=Count("ballots")).prefetch_related("ballots")
    return tuple(_shown(vote, vote.cast) for vote in votes)


def counted_votes_of(meeting: Meeting) -> tuple[VoteShown, ...]:
    """Those that are over, as minutes say them."""
    votes = meeting.votes.exclude(closing=None).annotate(cast=Count("ballots")).prefetch_related("ballots")
    return tuple(_shown(vote, vote.cast) for vote in votes)


def _shown(vote: Vote, cast: int) -> VoteShown:
    told = {"n": cast, "most": len(vote.offices), "quorum": vote.quorum}
    part = ngettext(
        "%(n)s of %(most)s offices voted, the quorum is %(quorum)s",
        "%(n)s of %(most)s offices voted, the quorum is %(quorum)s",
        cast,
    )
    return VoteShown(
        item=vote.item,
        question=vote.question,
        badge=_badge(vote),
        kind=gettext("secret vote") if vote.is_secret else gettext("open vote"),
        counts=_counts(vote),
        part=part % told,
        voted=() if vote.is_open else _voted(vote),
    )


def _badge(vote: Vote) -> Badge:
    if vote.is_open:
        return Badge(pgettext("meeting", "goes on now"), "", "two")
    if not vote.is_told:
        return Badge(gettext("too few votes"), "bad", "cross")
    if not vote.is_quorate:
        return Badge(gettext("no quorum"), "bad", "cross")
    if vote.is_adopted:
        return Badge(gettext("adopted"), "good", "check")
    return Badge(gettext("not adopted"), "bad", "cross")


def _counts(vote: Vote) -> str:
    if vote.is_open:
        return gettext("The count is told when the vote is over.")
    if not vote.is_told:
        return gettext("So few voted that a count would tell how: none is told.")
    counts = gettext("For %(for)s, against %(against)s, abstained %(abstained)s") % {
        "for": vote.in_favour,
        "against": vote.against,
        "abstained": vote.abstained,
    }
    if not vote.spoilt:
        return counts
    spoilt = ngettext("%(n)s vote cannot be read", "%(n)s votes cannot be read", vote.spoilt) % {"n": vote.spoilt}
    return f"{counts}. {spoilt}"


def _voted(vote: Vote) -> tuple[Voted, ...]:
    ballots = list(vote.ballots.all())
    if vote.is_secret:
        return (Voted(gettext("voted"), _names(one.site_id for one in ballots)),) if ballots else ()
    return tuple(
        Voted(str(words), _names(alike))
        for choice, words in CHOICES.items()
        if (alike := [one.site_id for one in ballots if one.choice == choice])
    )


def _names(codes: Iterable[str]) -> str:
    return ", ".join(site_name(code, language_now()) for code in codes)
