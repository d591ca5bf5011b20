"""The life of a request as data: which events it has, who may write them, which states they lead to.

One table for both programs and for the document. A state is derived from the events in their order of custody and never
stored as truth. An event that the table does not expect is not an error: it is kept, marked `out_of_turn`, and shown
to a person (two PCs offline, an officer meanwhile).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server_sync.contract.events import EventKind as Kind


class State(StrEnum):
    """Where a request stands."""

    REGISTERED = "registered"
    WITH_BODY = "with_body"
    RETURNED = "returned_to_office"
    ANSWERED = "answered"
    LEFT = "left_without_consideration"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a person is, within a territory or body and a span of dates."""

    CLERK = "clerk"
    AKIM = "akim"
    CHAIR_ASSISTANT = "chair_assistant"
    CASE_OFFICER = "case_officer"
    REGISTRAR = "registrar"
    PUBLIC_EDITOR = "public_editor"
    CENTRAL_OPERATOR = "central_operator"
    PRESS_OFFICER = "press_officer"
    ADMINISTRATOR = "administrator"
    APPLICANT = "applicant"


class Sight(StrEnum):
    """How much of a request a role sees."""

    OWN_SITE = "own_site"
    OWN_BODY = "own_body"
    HEADERS = "headers"
    FOR_REDACTION = "for_redaction"
    OWN = "own"
    NOTHING = "nothing"


OPEN: Final = frozenset({State.REGISTERED, State.WITH_BODY, State.RETURNED})
"""States in which the term runs."""

CLOSED: Final = frozenset({State.ANSWERED, State.LEFT, State.WITHDRAWN})

_ANY: Final = frozenset(State)
_WORKED_ON: Final = frozenset({State.WITH_BODY, State.RETURNED})

LEADS: Final[dict[Kind, tuple[frozenset[State], State]]] = {
    Kind.ROUTED: (frozenset({State.REGISTERED, State.WITH_BODY}), State.WITH_BODY),
    Kind.ACCEPTED_BY_BODY: (frozenset({State.REGISTERED, State.WITH_BODY}), State.WITH_BODY),
    Kind.FORWARDED: (_WORKED_ON, State.WITH_BODY),
    Kind.RETURNED_TO_OFFICE: (frozenset({State.REGISTERED, State.WITH_BODY}), State.RETURNED),
    Kind.ANSWERED: (_WORKED_ON, State.ANSWERED),
    Kind.LEFT_WITHOUT_CONSIDERATION: (OPEN, State.LEFT),
    Kind.APPEAL_WITHDRAWN: (OPEN, State.WITHDRAWN),
    Kind.REOPENED: (CLOSED, State.WITH_BODY),
    Kind.COMPLAINT_MADE: (frozenset({State.ANSWERED, State.LEFT, State.WITH_BODY}), State.WITH_BODY),
}
"""Events that change the state: the states they are expected in, and the state they lead to."""

STAYS: Final[dict[Kind, frozenset[State]]] = {
    Kind.APPEAL_CORRECTED: OPEN,
    Kind.APPEAL_SUPPLEMENTED: OPEN,
    Kind.RECEIPT_REPRINTED: _ANY,
    Kind.APPLICANT_TOLD: frozenset({State.ANSWERED, State.LEFT, State.RETURNED}),
    Kind.ANSWER_RATED: _ANY,
    Kind.ATTACHMENT_LOST: _ANY,
    Kind.CO_EXECUTOR_ADDED: _WORKED_ON,
    Kind.EXTENDED: _WORKED_ON,
    Kind.LINKED: _ANY,
    Kind.MERGED: OPEN,
    Kind.SPLIT: OPEN,
    Kind.DUE_RECALCULATED: OPEN,
    Kind.SUMMARY_PUBLISHED: _ANY,
    Kind.SUMMARY_WITHDRAWN: _ANY,
    Kind.RESOLVED_BY_PERSON: _ANY,
    Kind.ERASED: _ANY,
}
"""Events that leave the state as it is, and the states they are expected in."""

MENDS: Final = frozenset({Kind.APPEAL_CORRECTED, Kind.APPEAL_SUPPLEMENTED})
"""What an office does with a returned request; it then goes back to the state before."""

_OFFICE: Final = frozenset(
    {
        Kind.APPEAL_REGISTERED,
        Kind.APPEAL_CORRECTED,
        Kind.APPEAL_SUPPLEMENTED,
        Kind.APPEAL_WITHDRAWN,
        Kind.RECEIPT_REPRINTED,
        Kind.APPLICANT_TOLD,
        Kind.COMPLAINT_MADE,
        Kind.ANSWER_RATED,
        Kind.SESSION_OPENED,
        Kind.SESSION_CLOSED,
        Kind.ATTACHMENT_LOST,
        Kind.HOLE,
    }
)

MAY_WRITE: Final[dict[Role, frozenset[Kind]]] = {
    Role.CLERK: _OFFICE,
    Role.AKIM: frozenset({Kind.SESSION_OPENED, Kind.SESSION_CLOSED, Kind.ANSWERED, Kind.EXTENDED, Kind.FORWARDED}),
    Role.CHAIR_ASSISTANT: frozenset({Kind.SESSION_OPENED, Kind.SESSION_CLOSED}),
    Role.CASE_OFFICER: frozenset(
        {
            Kind.ACCEPTED_BY_BODY,
            Kind.FORWARDED,
            Kind.CO_EXECUTOR_ADDED,
            Kind.EXTENDED,
            Kind.ANSWERED,
            Kind.LEFT_WITHOUT_CONSIDERATION,
            Kind.RETURNED_TO_OFFICE,
            Kind.REOPENED,
        }
    ),
    Role.REGISTRAR: frozenset({Kind.ROUTED, Kind.LINKED, Kind.MERGED, Kind.SPLIT, Kind.RETURNED_TO_OFFICE}),
    Role.PUBLIC_EDITOR: frozenset({Kind.SUMMARY_PUBLISHED, Kind.SUMMARY_WITHDRAWN}),
    Role.CENTRAL_OPERATOR: frozenset({Kind.RESOLVED_BY_PERSON}),
    Role.PRESS_OFFICER: frozenset(),
    Role.ADMINISTRATOR: frozenset({Kind.ERASED}),
    Role.APPLICANT: frozenset(
        {Kind.COMPLAINT_MADE, Kind.ANSWER_RATED, Kind.APPEAL_SUPPLEMENTED, Kind.APPEAL_WITHDRAWN}
    ),
}
"""Who may write which events; for whose requests, MAY_SEE says."""

MAY_SEE: Final[dict[Role, Sight]] = {
    Role.CLERK: Sight.OWN_SITE,
    Role.AKIM: Sight.OWN_BODY,
    Role.CHAIR_ASSISTANT: Sight.NOTHING,
    Role.CASE_OFFICER: Sight.OWN_BODY,
    Role.REGISTRAR: Sight.HEADERS,
    Role.PUBLIC_EDITOR: Sight.FOR_REDACTION,
    Role.CENTRAL_OPERATOR: Sight.NOTHING,
    Role.PRESS_OFFICER: Sight.NOTHING,
    Role.ADMINISTRATOR: Sight.NOTHING,
    Role.APPLICANT: Sight.OWN,
}

NEEDS_SECOND_PERSON: Final = frozenset({Kind.ANSWERED, Kind.RESOLVED_BY_PERSON, Kind.ERASED})
"""Acts that two people stand for."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where an event leads; `is_out_of_turn` when the state did not expect it and therefore stays."""

    state: State
    is_out_of_turn: bool


def step(state: State, kind: Kind, *, before_return: str | None = None) -> Step:
    """Take one event after another. `before_return` is the state a returned request came from."""
    leads = LEADS.get(kind)
    if leads is not None:
        expected, reached = leads
        return Step(reached, is_out_of_turn=False) if state in expected else Step(state, is_out_of_turn=True)
    stays = STAYS.get(kind)
    if stays is None or state not in stays:
        return Step(state, is_out_of_turn=True)
    if state is State.RETURNED and kind in MENDS:
        return Step(State(before_return) if before_return else State.REGISTERED, is_out_of_turn=False)
    return Step(state, is_out_of_turn=False)


def may_write(role: Role, kind: Kind) -> bool:
    """Whether a role writes events of this kind at all."""
    return kind in MAY_WRITE[role]


def as_mermaid() -> str:
    """Draw the states for the protocol's document."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.REGISTERED}: {Kind.APPEAL_REGISTERED.name.lower()}"]
    for kind, (expected, reached) in LEADS.items():
        lines += [f"    {state} --> {reached}: {kind.name.lower()}" for state in sorted(expected)]
    lines.append(f"    {State.RETURNED} --> {State.REGISTERED}: appeal_corrected, appeal_supplemented (back to the state before)")
    return "\n".join(lines)
