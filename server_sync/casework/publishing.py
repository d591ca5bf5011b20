"""What of a text is public is said by two: one editor proposes a summary, another reads and confirms it.

Whether two are asked for is a dated rule (resources/reference/publishing.csv); a day without a rule asks for two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import requests_of
from server_sync.casework import acts
from server_sync.casework.access import may
from server_sync.casework.acts import reviewed
from server_sync.casework.models import Proposal, SecondLook
from server_sync.casework.redaction import LANGUAGES, STRIKE, Review, Seen, review
from server_sync.common.dated import Dated, rows_of
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Words
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event
from server_sync.pages.access import Standing

YES: Final = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Dated):
    """One row of the table; without a last day it holds."""

    asks_for_two: bool


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """A proposal as editors see it: what would be public, what of it was kept and why, by whom it was proposed."""

    version: int
    by: str
    at: datetime
    is_own: bool
    note: str
    note_by: str
    subjects: tuple[tuple[str, str, str], ...]
    """Language, subject and text of each language that is written in."""
    taken_out: str
    kept: tuple[Seen, ...]
    is_open: bool
    """Whether rules or the request changed since, so that it has to be proposed anew."""


def asks_for_two(day: date) -> bool:
    """Whether a second editor confirms on a day."""
    return next((rule.asks_for_two for rule in _rules() if rule.holds_on(day)), True)


def propose(
    standing: Standing, appeal: Appeal, texts: Mapping[str, str], answers: Mapping[str, str], seen_version: int
) -> bool:
    """Propose a summary, all findings answered for; says whether it is public at once, where the rule asks for one.

    Raises as `acts.reviewed`, Refused `not_allowed`, `request_erased`, and `proposal_changed` when a colleague
    proposed, gave back or confirmed something since `seen_version` (0: there was none): theirs stays.
    """
    if not may(standing, EventKind.SUMMARY_PUBLISHED, appeal):
        raise Refused("not_allowed")
    reviewed(appeal, texts, answers)
    with transaction.atomic():
        acts.hold_with_words(appeal)
        if not asks_for_two(timezone.localdate()):
            _publish(standing, appeal, texts, answers)
            Proposal.objects.filter(appeal=bytes(appeal.hash)).delete()
            return True
        said = {
            "texts": dict(texts),
            "answers": dict(answers),
            "proposed_by": standing.person,
            "proposed_at": timezone.now(),
            "note": "",
            "note_by": None,
        }
        if seen_version == 0:
            try:
                with transaction.atomic():
                    Proposal.objects.create(appeal=bytes(appeal.hash), **said)
            except IntegrityError as taken:
                raise Refused("proposal_changed") from taken
        elif _as_seen(appeal, seen_version).update(version=seen_version + 1, **said) != 1:
            raise Refused("proposal_changed")
    return False


def confirm(standing: Standing, appeal: Appeal, seen_version: int) -> Event:
    """Publish what a colleague proposed: their event, with this second look written down beside it.

    Raises Refused `same_editor`, `proposal_changed`, `editor_left` (who proposed it has no such role now), and as
    `acts.publish`: what is confirmed is looked at by the rules of today.
    """
    if not may(standing, EventKind.SUMMARY_PUBLISHED, appeal):
        raise Refused("not_allowed")
    with transaction.atomic():
        proposal = _held(standing, appeal, seen_version)
        proposer = Standing.of(proposal.proposed_by)
        if not may(proposer, EventKind.SUMMARY_PUBLISHED, appeal):
            raise Refused("editor_left")
        event = _publish(proposer, appeal, proposal.texts, proposal.answers)
        SecondLook.objects.create(event=bytes(event.hash), person=standing.person)
        proposal.delete()
    return event


def give_back(standing: Standing, appeal: Appeal, seen_version: int, note: str) -> None:
    """Give a proposal back with a note of what to change; raises Refused as `confirm`."""
    if not may(standing, EventKind.SUMMARY_PUBLISHED, appeal):
        raise Refused("not_allowed")
    with transaction.atomic():
        proposal = _held(standing, appeal, seen_version)
        proposal.note, proposal.note_by = note, standing.person
        proposal.version += 1
        proposal.save(update_fields=["note", "note_by", "version"])


def proposal_of(appeal: Appeal) -> Proposal | None:
    """What is proposed of a request, waiting or given back."""
    return Proposal.objects.select_related("proposed_by", "note_by").filter(appeal=bytes(appeal.hash)).first()


def shown(standing: Standing, appeal: Appeal, proposal: Proposal) -> ProposalShown:
    """A proposal as it would be public today."""
    looked = review(proposal.texts, appeal, proposal.answers)
    left = looked.texts
    return ProposalShown(
        version=proposal.version,
        by=proposal.proposed_by.full_name,
        at=proposal.proposed_at,
        is_own=proposal.proposed_by_id == standing.person.pk,
        note=proposal.note,
        note_by=proposal.note_by.full_name if proposal.note_by is not None else "",
        subjects=tuple(
            (one, left[f"subject_{one}"], left[f"text_{one}"])
            for one in LANGUAGES
            if left[f"subject_{one}"] or left[f"text_{one}"]
        ),
        taken_out=left["taken_out"],
        kept=_kept(looked),
        is_open=bool(looked.open) or looked.is_cut,
    )


def waiting(standing: Standing) -> QuerySet[Appeal]:
    """Requests in reach of which a colleague proposed something, the oldest proposal first."""
    in_reach = requests_of(standing.reach(Role.PUBLIC_EDITOR))
    proposals = Proposal.objects.filter(appeal=OuterRef("hash"), note="").exclude(proposed_by=standing.person)
    mine_to_read = Appeal.objects.filter(in_reach, Exists(proposals), is_erased=False)
    at = Proposal.objects.filter(appeal=OuterRef("hash")).values("proposed_at")[:1]
    return mine_to_read.annotate(proposed_at=at).order_by(F("proposed_at"), "pk")


def count_waiting(standing: Standing) -> int:
    """How many wait for this editor's eyes."""
    return waiting(standing).count()


def notes(appeals: Iterable[Appeal]) -> dict[bytes, str]:
    """What a list says of requests of which something is proposed, by whom or why it came back."""
    rows = Proposal.objects.filter(appeal__in=[bytes(one.hash) for one in appeals]).select_related("proposed_by")
    words = {True: _("given back with a note, proposed by"), False: _("waits for a second editor, proposed by")}
    return {bytes(row.appeal): f"{words[bool(row.note)]} {row.proposed_by.full_name}" for row in rows}


def _kept(looked: Review) -> tuple[Seen, ...]:
    return tuple(one for one in looked.seen if one.is_serious and one.answer != STRIKE)


def _held(standing: Standing, appeal: Appeal, seen_version: int) -> Proposal:
    """The proposal as it was read, held until the transaction ends; somebody else's."""
    rows = _as_seen(appeal, seen_version).filter(note="").select_related("proposed_by")
    proposal = rows.select_for_update(of=("self",)).first()
    if proposal is None:
        raise Refused("proposal_changed")
    if proposal.proposed_by_id == standing.person.pk:
        raise Refused("same_editor")
    return proposal


def _as_seen(appeal: Appeal, seen_version: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(appeal=bytes(appeal.hash), version=seen_version)


def _publish(standing: Standing, appeal: Appeal, texts: Mapping[str, str], answers: Mapping[str, str]) -> Event:
    subject, text = (Words(*(texts[f"{what}_{one}"] for one in LANGUAGES)) for what in ("subject", "text"))
    return acts.publish(standing, appeal, subject, text, texts["taken_out"], answers)


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(valid_from_on=first, valid_until_on=last, asks_for_two=row["second_editor"] == YES)
        for row, first, last in rows_of("publishing.csv")
    )
