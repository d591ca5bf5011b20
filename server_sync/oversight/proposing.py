"""Two steps of one decision by two people: one proposes, another confirms or declines, the first may take it back.

A proposal leaves the table of open ones by a compare-and-set inside the transaction of what it leads to, so that two
people at once cannot both decide. What is carried out in several transactions looks in each of them whether the
proposal still waits, and notes how far it came: taken back or declined meanwhile, it ends there. Refused
`proposed_already`, `proposal_gone` (decided or taken back meanwhile), `proposal_ended` (the same, params: done, how
many events of it were carried out by then),
`second_person_needed` (the same person), `not_yours`, and what the act itself refuses.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from server_sync.appeals.actions import let_others_in
from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase, erase_refused, erase_request
from server_sync.appeals.four_eyes import demand_two
from server_sync.appeals.offices import office_of, office_of_request
from server_sync.appeals.resolving import offered, resolve, resolve_alike
from server_sync.common.refusals import Refused
from server_sync.contract.messages import Status
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, Reading
from server_sync.oversight import runs
from server_sync.oversight.models import DoubtProposal, ErasureProposal, Proposal, Stage, StopProposal
from server_sync.oversight.stops import Stopped
from server_sync.pages.access import Standing
from server_sync.workplaces.models import LiftedStop

P = TypeVar("P", bound=Proposal)
LETS_IN: Final = frozenset({Decision.RELEASE, Decision.BESIDE})
FEW: Final = 50
"""So many events of a run are decided in one transaction."""


def propose_decision(
    standing: Standing, event: Event, decision: Decision, reason: str, *, of_run: bool = False
) -> None:
    """Propose what is to become of an event, or of the run that begins with it.

    Raises Refused `role_missing`, `decision_not_fitting`, `proposed_already`.
    """
    _demand(standing, Role.CENTRAL_OPERATOR, office_of(event))
    if decision not in offered(event, Reading.objects.filter(event=event).first()):
        raise Refused("decision_not_fitting")
    others = runs.after(event) if of_run and decision in runs.AT_ONCE else []
    run = {"last_leaf": others[-1].leaf, "covers": 1 + len(others)} if others else {}
    _propose(DoubtProposal, standing, reason, event=event.hash, decision=decision.value, **run)


def propose_erasure(standing: Standing, appeal: bytes, event: bytes | None, ground: str) -> None:
    """Propose to erase a request, or one event of it. Raises Refused `role_missing`, `proposed_already`."""
    _demand(standing, Role.ADMINISTRATOR, office_of_request(appeal))
    _propose(ErasureProposal, standing, ground, appeal=appeal, event=event)


def propose_lifting(standing: Standing, stopped: Stopped, reason: str) -> None:
    """Propose to let a PC number on. Raises Refused `role_missing`, `stop_not_liftable`, `proposed_already`."""
    _demand(standing, Role.CENTRAL_OPERATOR, stopped.site_code)
    if not stopped.is_liftable:
        raise Refused("stop_not_liftable")
    _propose(StopProposal, standing, reason, stop=stopped.stop, epoch=stopped.epoch.id)


def _demand(standing: Standing, role: Role, office: str) -> None:
    if not standing.reach(role).covers(office):
        raise Refused("role_missing", role=role.value)


def _propose(kind: type[Proposal], standing: Standing, reason: str, **about: Any) -> None:
    try:
        with transaction.atomic():
            kind._default_manager.create(proposed_by=standing.person, reason=reason, **about)  # noqa: SLF001 (Django's documented model API)
    except IntegrityError as taken:
        raise Refused("proposed_already") from taken


def confirm_decision(standing: Standing, event: Event, proposal_id: UUID) -> int:
    """Carry out what another operator proposed; returns how many events stay held.

    A release that would not let the event in changes nothing: of one event it is Refused `still_refused` (params:
    code), of a run the others are released. Of a run the first event is decided last, so that a confirmation that was
    cut short can be given again. Raises Refused what `resolve` raises.
    """
    proposal = _open(DoubtProposal, proposal_id, {"event": event.hash})
    if proposal.proposed_by_id == standing.person.pk:
        raise Refused("second_person_needed")
    held = 0 if proposal.last_leaf is None else _decide_run(proposal, event, standing)

    def carry_out(proposal: DoubtProposal) -> None:
        nonlocal held
        try:
            _decide(proposal, event, standing)
        except Refused as refused:
            if proposal.last_leaf is None or refused.code != "still_refused":
                raise
            held += 1

    _confirm(DoubtProposal, standing, proposal_id, carry_out, event=event.hash)
    return held


def _decide(proposal: DoubtProposal, event: Event, standing: Standing, *, is_last: bool = True) -> None:
    first, second = proposal.proposed_by_id.bytes, standing.person.id.bytes
    decision = Decision(proposal.decision)
    with transaction.atomic():
        resolve(event.hash, decision, proposal.reason, person=first, second_person=second)
        reading = Reading.objects.get(event=event)
        if decision in LETS_IN and reading.status == Status.QUARANTINED:
            raise Refused("still_refused", code=reading.code)
        if not is_last:
            _note_done(DoubtProposal, proposal, 1)


def _decide_run(proposal: DoubtProposal, event: Event, standing: Standing) -> int:
    """Decide the events of a run after its first, others let in between; returns how many stay held."""
    first, second = proposal.proposed_by_id.bytes, standing.person.id.bytes
    decision, held = Decision(proposal.decision), 0
    others = runs.after(event, proposal.last_leaf)
    few = 1 if decision is Decision.RELEASE else FEW
    for start in range(0, len(others), few):
        several, begun = others[start : start + few], time.monotonic()
        if decision is Decision.RELEASE:
            try:
                _decide(proposal, several[0], standing, is_last=False)
            except Refused as refused:
                if refused.code not in {"still_refused", "nothing_to_resolve", "decision_not_fitting"}:
                    raise
                held += 1
        else:
            with transaction.atomic():
                done = resolve_alike(several, decision, proposal.reason, person=first, second_person=second)
                _note_done(DoubtProposal, proposal, done)
            held += len(several) - done
        let_others_in(time.monotonic() - begun)
    return held


def confirm_erasure(standing: Standing, appeal: bytes, proposal_id: UUID) -> None:
    """Erase what another administrator proposed to erase; raises Refused as `erase` does.

    What was refused of a whole request goes first, in transactions that let others in; a confirmation that was cut
    short there can be given again, and ends there when the proposal is taken back or declined meanwhile.
    """
    proposal = _open(ErasureProposal, proposal_id, {"appeal": appeal})
    if proposal.proposed_by_id == standing.person.pk:
        raise Refused("second_person_needed")
    first, second = proposal.proposed_by_id.bytes, standing.person.id.bytes
    if proposal.event is None:
        erase_refused(appeal, proposal.reason, first, second, partial(_note_done, ErasureProposal, proposal))

    def carry_out(proposal: ErasureProposal) -> None:
        if proposal.event is None:
            erase_request(appeal, proposal.reason, first, second)
        else:
            erase(proposal.event, proposal.reason, first, second)

    _confirm(ErasureProposal, standing, proposal_id, carry_out, appeal=appeal)


def confirm_lifting(standing: Standing, stopped: Stopped, proposal_id: UUID) -> None:
    """Let a PC number on, as another operator proposed. Raises Refused `role_missing`, `stop_not_liftable`."""

    def carry_out(proposal: StopProposal) -> None:
        first, second = proposal.proposed_by, standing.person
        demand_two(Role.CENTRAL_OPERATOR, first.id.bytes, second.id.bytes, stopped.site_code)
        if not stopped.is_liftable:
            raise Refused("stop_not_liftable")
        LiftedStop.objects.create(
            stop=stopped.stop,
            epoch=stopped.epoch,
            first_person=first,
            second_person=second,
            reason=proposal.reason[:300],
        )

    _confirm(StopProposal, standing, proposal_id, carry_out, stop=stopped.stop)


def _confirm(
    kind: type[P], standing: Standing, proposal_id: UUID, carry_out: Callable[[P], None], **about: Any
) -> None:
    with transaction.atomic():
        proposal = _open(kind, proposal_id, about)
        if proposal.proposed_by_id == standing.person.pk:
            raise Refused("second_person_needed")
        carry_out(proposal)  # first, because it takes the locks of the feeds; a refusal takes all of it back
        _close(kind, proposal, Stage.CONFIRMED, standing, "")


def decline(kind: type[Proposal], standing: Standing, proposal_id: UUID, note: str, **about: Any) -> int:
    """Turn down what another person proposed, saying why; gives how many events of it were carried out already."""
    with transaction.atomic():
        proposal = _open(kind, proposal_id, about)
        if proposal.proposed_by_id == standing.person.pk:
            raise Refused("second_person_needed")
        return _close(kind, proposal, Stage.DECLINED, standing, note)


def take_back(kind: type[Proposal], standing: Standing, proposal_id: UUID, **about: Any) -> int:
    """Take back one's own proposal; gives how many events of it were carried out already."""
    with transaction.atomic():
        proposal = _open(kind, proposal_id, about)
        if proposal.proposed_by_id != standing.person.pk:
            raise Refused("not_yours")
        return _close(kind, proposal, Stage.TAKEN_BACK, standing, "")


def _open(kind: type[P], proposal_id: UUID, about: dict[str, Any]) -> P:
    waiting = kind._default_manager.select_related("proposed_by")  # noqa: SLF001 (Django's documented model API)
    proposal = waiting.filter(pk=proposal_id, stage=Stage.OPEN, **about).first()
    if proposal is None:
        raise _gone(kind, proposal_id)
    return proposal


def _close(kind: type[Proposal], proposal: Proposal, stage: Stage, standing: Standing, note: str) -> int:
    """Let a proposal leave the open ones; gives how many events of it were carried out before."""
    rows = kind._default_manager.filter(pk=proposal.pk)  # noqa: SLF001 (Django's documented model API)
    closed = {"stage": stage, "closed_by": standing.person, "closed_at": timezone.now(), "note": note}
    if rows.filter(stage=Stage.OPEN).update(**closed) != 1:
        raise _gone(kind, proposal.pk)
    done: int = rows.values_list("done", flat=True).get()
    return done


def _note_done(kind: type[Proposal], proposal: Proposal, count: int) -> None:
    """Note that so many more events of a proposal are carried out, inside the transaction that does it."""
    waiting = kind._default_manager.filter(pk=proposal.pk, stage=Stage.OPEN)  # noqa: SLF001 (Django's documented model API)
    if waiting.update(done=F("done") + count) != 1:
        raise _gone(kind, proposal.pk)


def _gone(kind: type[Proposal], proposal_id: UUID) -> Refused:
    ended = kind._default_manager.filter(pk=proposal_id, stage__in=(Stage.DECLINED, Stage.TAKEN_BACK))  # noqa: SLF001 (Django's documented model API)
    done = ended.values_list("done", flat=True).first()
    return Refused("proposal_ended", done=done) if done else Refused("proposal_gone")


def forget(appeal: bytes) -> None:
    """Take the words out of what was proposed about a request's events; called inside its erasure.

    The ground of the erasure itself is kept: it is in its event too.
    """
    events = Event.custody.filter(appeal=appeal).values("hash")
    DoubtProposal.objects.filter(event__in=events).update(reason="", note="")
