"""Who sees which request, and what they may do with it now."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.appeals.reached import covers
from server_sync.casework.models import Look
from server_sync.contract.bodies import Answered
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.workflow import Role, State, allowed
from server_sync.pages.access import Standing
from server_sync.pages.looks import LookTold

OFFICERS = (Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY)
DECIDING: Final = frozenset({EventKind.ANSWERED, EventKind.LEFT_WITHOUT_CONSIDERATION})
"""What decides on a complaint."""

ANSWERS_MOST: Final = 20
LOOKS_MOST: Final = 1_000


class View(StrEnum):
    """How a request opens to a person."""

    WHOLE = "whole"
    TO_ROUTE = "to_route"
    TO_REDACT = "to_redact"


def view_of(standing: Standing, appeal: Appeal) -> View | None:
    """How this request opens to this person; None when it does not. Erased ones open to nobody."""
    if appeal.is_erased:
        return None
    bodies = {appeal.body_code, *appeal.co_bodies}
    if covers(standing.reach(*OFFICERS), appeal, bodies):
        return View.WHOLE
    if appeal.state == State.REGISTERED and covers(standing.reach(Role.REGISTRAR), appeal, bodies):
        return View.TO_ROUTE
    if appeal.state != State.REGISTERED and covers(standing.reach(Role.PUBLIC_EDITOR), appeal, bodies):
        return View.TO_REDACT
    return None


def is_of_body(standing: Standing, appeal: Appeal) -> bool:
    """Whether this person is one of the body that has the request: its working papers are shown to nobody else."""
    return covers(standing.reach(*OFFICERS), appeal, {appeal.body_code})


def may(standing: Standing, kind: EventKind, appeal: Appeal) -> bool:
    """Whether this person may write an event of this kind about this request as it stands."""
    roles = [role for role in Role if allowed(kind, role, State(appeal.state))]
    if not covers(standing.reach(*roles), appeal, {appeal.body_code}):
        return False
    return kind not in DECIDING or not answered_before(standing, appeal)


def answered_before(standing: Standing, appeal: Appeal) -> bool:
    """Whether this person wrote or signed an answer that is complained of: they do not decide on the complaint."""
    if not appeal.is_complained:
        return False
    return standing.person.id in answerers(appeal)


def answerers(appeal: Appeal) -> set[UUID]:
    """Who wrote and who signed the newest answers to a request."""
    people = set()
    for answer in appeal.answers.select_related("event").order_by("-event_id")[:ANSWERS_MOST]:
        try:
            header = read_header(bytes(answer.event.header))
            body = read_body(header, answer.event.said) if answer.event.said else None
        except ContractError:
            continue
        people.add(UUID(bytes=header.person))
        if isinstance(body, Answered):
            people.add(UUID(bytes=body.approved_by))
    return people


def record_look(standing: Standing, appeal: Appeal, view: View) -> None:
    """Write down that somebody outside the request's site and body read it."""
    if view is View.WHOLE:
        return
    role = Role.REGISTRAR if view is View.TO_ROUTE else Role.PUBLIC_EDITOR
    Look.objects.create(appeal=bytes(appeal.hash), person=standing.person, role=role.value)


def looks_told(appeal_hash: bytes) -> Iterator[LookTold]:
    """On which days somebody from outside read a request, and in which role: for its applicant."""
    looks = Look.objects.filter(appeal=appeal_hash).order_by("-at")
    for at, role in looks.values_list("at", "role")[:LOOKS_MOST]:
        if role in set(Role):
            yield LookTold(timezone.localdate(at), Role(role))
