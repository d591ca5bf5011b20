"""The life of a request as data: which events may come in which state, who may write them, who sees what.

One table for both programs; `as_mermaid` draws it for docs/protocol.md. States are derived from the events at reading
and never stored as truth. An event that the table does not expect in the present state is no error: two PCs were
without a line, an officer was quicker. It is kept, marked `out_of_turn` and shown to a person.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server_sync.contract.events import FIRST_OF_CENTRE, NO_PERSON, EventKind, Header


class State(StrEnum):
    """Where a request stands."""

    REGISTERED = "registered"
    WITH_BODY = "with_body"
    RETURNED_TO_OFFICE = "returned_to_office"
    ANSWERED = "answered"
    LEFT_WITHOUT_CONSIDERATION = "left_without_consideration"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a person is in the network; a role holds for a territory or body and a span of dates."""

    CLERK = "clerk"
    AKIM = "akim"
    PLENIPOTENTIARY = "plenipotentiary"
    CHAIR_ASSISTANT = "chair_assistant"
    CAPTIONER = "captioner"
    CASE_OFFICER = "case_officer"
    REGISTRAR = "registrar"
    PUBLIC_EDITOR = "public_editor"
    CENTRAL_OPERATOR = "central_operator"
    PRESS_OFFICER = "press_officer"
    ADMINISTRATOR = "administrator"
    APPLICANT = "applicant"
    EVERYONE = "everyone"


class Sight(StrEnum):
    """One thing a role is shown."""

    OWN_SITE_APPEALS = "own_site_appeals"
    OWN_SITE_FIGURES = "own_site_figures"
    ADDRESSED_OR_ROUTED_APPEALS = "addressed_or_routed_appeals"
    OWN_BODY_APPEALS = "own_body_appeals"
    ALL_HEADERS_AND_SUBJECTS = "all_headers_and_subjects"
    TEXT_TO_ROUTE_BY = "text_to_route_by"
    REDACTION_VIEW = "redaction_view"
    SITE_HEALTH = "site_health"
    COUNTS = "counts"
    MEETINGS = "meetings"
    NEWSROOM = "newsroom"
    AUDIT = "audit"
    OWN_APPEAL = "own_appeal"
    PUBLISHED = "published"
    PUBLIC_LOG = "public_log"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: in which states a kind is expected, where it leads, who may write it.

    No states: the kind is not about a request, or begins one. `to` None: the state stays. `returns`: out of the state
    *returned to the office* it leads back to the state before. `by_rule`: a program may write it without a person.
    `second_person`: it wants two people.
    """

    states: frozenset[State]
    roles: frozenset[Role]
    to: State | None = None
    stays_in: frozenset[State] = frozenset()
    returns: bool = False
    by_rule: bool = False
    second_person: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does to the state."""

    state: State
    is_out_of_turn: bool


_ALL: Final = frozenset(State)
_OPEN: Final = frozenset({State.REGISTERED, State.WITH_BODY, State.RETURNED_TO_OFFICE})
_WITH_BODY: Final = frozenset({State.WITH_BODY})
_CLOSED: Final = frozenset({State.ANSWERED, State.LEFT_WITHOUT_CONSIDERATION, State.WITHDRAWN})
_NONE: Final[frozenset[State]] = frozenset()

_OFFICE: Final = frozenset({Role.CLERK})
_OFFICE_OR_APPLICANT: Final = frozenset({Role.CLERK, Role.APPLICANT})
_OFFICER: Final = frozenset({Role.CASE_OFFICER})
_OFFICER_OR_HEAD: Final = frozenset({Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY})
_REGISTRAR: Final = frozenset({Role.REGISTRAR})
_REGISTRAR_OR_OFFICER: Final = frozenset({Role.REGISTRAR, Role.CASE_OFFICER})
_ASSISTANT: Final = frozenset({Role.CHAIR_ASSISTANT})
_EDITOR: Final = frozenset({Role.PUBLIC_EDITOR})
_STAFF: Final = frozenset(Role) - {Role.APPLICANT, Role.EVERYONE}

TABLE: Final[dict[EventKind, Rule]] = {
    EventKind.APPEAL_REGISTERED: Rule(_NONE, _OFFICE_OR_APPLICANT, to=State.REGISTERED),
    EventKind.APPEAL_CORRECTED: Rule(_OPEN | {State.ANSWERED}, _OFFICE, returns=True),
    EventKind.APPEAL_SUPPLEMENTED: Rule(_OPEN, _OFFICE_OR_APPLICANT, returns=True),
    EventKind.APPEAL_WITHDRAWN: Rule(_OPEN, _OFFICE_OR_APPLICANT, to=State.WITHDRAWN),
    EventKind.RECEIPT_REPRINTED: Rule(_ALL, _OFFICE),
    EventKind.APPLICANT_TOLD: Rule(_ALL, _OFFICE),
    EventKind.COMPLAINT_MADE: Rule(
        _ALL - {State.WITHDRAWN}, _OFFICE_OR_APPLICANT, to=State.WITH_BODY, stays_in=_ALL - {State.ANSWERED}
    ),
    EventKind.ANSWER_RATED: Rule(frozenset({State.ANSWERED, State.WITH_BODY}), _OFFICE_OR_APPLICANT),
    EventKind.SESSION_OPENED: Rule(_NONE, _STAFF),
    EventKind.SESSION_CLOSED: Rule(_NONE, _STAFF, by_rule=True),
    EventKind.ATTACHMENT_LOST: Rule(_ALL, _OFFICE),
    EventKind.HOLE: Rule(_NONE, _OFFICE, by_rule=True),
    EventKind.VOTE_CAST: Rule(_NONE, _STAFF),
    EventKind.RECEPTION_SAID: Rule(_ALL, _OFFICE),
    EventKind.ROUTED: Rule(frozenset({State.REGISTERED}), _REGISTRAR, to=State.WITH_BODY, by_rule=True),
    EventKind.ACCEPTED_BY_BODY: Rule(_WITH_BODY, _OFFICER),
    EventKind.FORWARDED: Rule(_WITH_BODY, _OFFICER_OR_HEAD, by_rule=True),
    EventKind.CO_EXECUTOR_ADDED: Rule(_WITH_BODY, _OFFICER),
    EventKind.EXTENDED: Rule(_WITH_BODY, _OFFICER_OR_HEAD),
    EventKind.ANSWERED: Rule(_WITH_BODY, _OFFICER_OR_HEAD, to=State.ANSWERED, second_person=True),
    EventKind.LEFT_WITHOUT_CONSIDERATION: Rule(_WITH_BODY, _OFFICER, to=State.LEFT_WITHOUT_CONSIDERATION),
    EventKind.RETURNED_TO_OFFICE: Rule(
        frozenset({State.REGISTERED, State.WITH_BODY}), _REGISTRAR_OR_OFFICER, to=State.RETURNED_TO_OFFICE
    ),
    EventKind.REOPENED: Rule(_CLOSED, _OFFICER, to=State.WITH_BODY, by_rule=True),
    EventKind.LINKED: Rule(_ALL, _REGISTRAR_OR_OFFICER),
    EventKind.MERGED: Rule(_ALL, _REGISTRAR),
    EventKind.SPLIT: Rule(_ALL, _REGISTRAR),
    EventKind.DUE_RECALCULATED: Rule(_OPEN, frozenset(), by_rule=True),
    EventKind.SUMMARY_PUBLISHED: Rule(_ALL, _EDITOR),
    EventKind.SUMMARY_WITHDRAWN: Rule(_ALL, _EDITOR, by_rule=True),
    EventKind.RESOLVED_BY_PERSON: Rule(_ALL, frozenset({Role.CENTRAL_OPERATOR}), second_person=True),
    EventKind.ERASED: Rule(_ALL, frozenset({Role.ADMINISTRATOR}), second_person=True),
    EventKind.MEETING_PLANNED: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_CHANGED: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_CANCELLED: Rule(_NONE, _ASSISTANT, by_rule=True),
    EventKind.MEETING_OPENED: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_CLOSED: Rule(_NONE, _ASSISTANT, by_rule=True),
    EventKind.MEETING_VOTE_OPENED: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_VOTE_CLOSED: Rule(_NONE, _ASSISTANT, by_rule=True),
    EventKind.DECISION_TAKEN: Rule(_NONE, _ASSISTANT),
    EventKind.DECISION_WITHDRAWN: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_SAID: Rule(_NONE, _ASSISTANT, by_rule=True),
    EventKind.MEETING_PAPER_ADDED: Rule(_NONE, _ASSISTANT),
    EventKind.MEETING_PAPER_WITHDRAWN: Rule(_NONE, _ASSISTANT),
    EventKind.RECEPTION_SET: Rule(_ALL, _OFFICER_OR_HEAD),
    EventKind.RECEPTION_DECLINED: Rule(_ALL, _OFFICER_OR_HEAD),
    EventKind.RECEPTION_NOTED: Rule(_ALL, _OFFICER_OR_HEAD),
    EventKind.CO_EXECUTOR_REMOVED: Rule(_WITH_BODY, _OFFICER_OR_HEAD),
}

OF_WALLS: Final = frozenset({EventKind.SESSION_OPENED, EventKind.SESSION_CLOSED})
"""All that the PC of a hall's wall writes: who looked after it."""
OF_MEETINGS: Final = frozenset(
    {
        EventKind.MEETING_PLANNED,
        EventKind.MEETING_CHANGED,
        EventKind.MEETING_CANCELLED,
        EventKind.MEETING_OPENED,
        EventKind.MEETING_CLOSED,
        EventKind.MEETING_VOTE_OPENED,
        EventKind.MEETING_VOTE_CLOSED,
        EventKind.MEETING_PAPER_ADDED,
        EventKind.MEETING_PAPER_WITHDRAWN,
    }
)
"""All that the PC of a hall's wall is told: a kind that comes later is not for it until it is named here.

Decisions are not: they name requests by their numbers. Nor is the chat that is kept with the minutes.
"""

OF_APPLICANTS: Final = frozenset(
    {EventKind.COMPLAINT_MADE, EventKind.ANSWER_RATED, EventKind.APPEAL_SUPPLEMENTED, EventKind.APPEAL_WITHDRAWN}
)
"""What applicants say about a request that is there: at an office to a clerk, or on the portal, without a person."""

_SEES: Final[dict[Role, frozenset[Sight]]] = {
    Role.CLERK: frozenset({Sight.OWN_SITE_APPEALS}),
    Role.AKIM: frozenset({Sight.ADDRESSED_OR_ROUTED_APPEALS, Sight.OWN_SITE_FIGURES, Sight.MEETINGS}),
    Role.PLENIPOTENTIARY: frozenset({Sight.ADDRESSED_OR_ROUTED_APPEALS, Sight.OWN_SITE_FIGURES, Sight.MEETINGS}),
    Role.CHAIR_ASSISTANT: frozenset({Sight.MEETINGS}),
    Role.CAPTIONER: frozenset({Sight.MEETINGS}),
    Role.CASE_OFFICER: frozenset({Sight.OWN_BODY_APPEALS}),
    Role.REGISTRAR: frozenset({Sight.ALL_HEADERS_AND_SUBJECTS, Sight.TEXT_TO_ROUTE_BY}),
    Role.PUBLIC_EDITOR: frozenset({Sight.REDACTION_VIEW}),
    Role.CENTRAL_OPERATOR: frozenset({Sight.SITE_HEALTH, Sight.COUNTS}),
    Role.PRESS_OFFICER: frozenset({Sight.NEWSROOM}),
    Role.ADMINISTRATOR: frozenset({Sight.AUDIT}),
    Role.APPLICANT: frozenset({Sight.OWN_APPEAL}),
    Role.EVERYONE: frozenset(),
}
_PUBLIC: Final = frozenset({Sight.PUBLISHED, Sight.PUBLIC_LOG})


def step(state: State | None, kind: EventKind, before_return: str | None = None) -> Step:
    """Say where an event leads from a state, or that it came out of turn and the state stays.

    `state` is None before the registering event. `before_return` is the state before the request went back to the
    office, needed only there; without it the request goes back to *registered*.
    """
    rule = TABLE[kind]
    if state is None:
        begins = kind is EventKind.APPEAL_REGISTERED
        return Step(State.REGISTERED, is_out_of_turn=not begins)
    if state not in rule.states:
        return Step(state, is_out_of_turn=True)
    if rule.returns and state is State.RETURNED_TO_OFFICE:
        return Step(State(before_return) if before_return else State.REGISTERED, is_out_of_turn=False)
    if rule.to is None or state in rule.stays_in:
        return Step(state, is_out_of_turn=False)
    return Step(rule.to, is_out_of_turn=False)


def next_state(state: State | None, kind: EventKind, before_return: str | None = None) -> State | None:
    """Give the state after an expected event; None when it comes out of turn."""
    reached = step(state, kind, before_return)
    return None if reached.is_out_of_turn else reached.state


def out_of_turn(state: State | None, kind: EventKind) -> bool:
    """Whether the table does not expect an event in a state."""
    return step(state, kind).is_out_of_turn


def who_may(kind: EventKind, role: Role) -> bool:
    """Whether a role writes events of a kind at all; for which site or body is the caller's question."""
    return role in TABLE[kind].roles


def allowed(kind: EventKind, role: Role, state: State | None) -> bool:
    """Whether a role may write an event of a kind now; `state` is None where there is no request yet or none at all."""
    rule = TABLE[kind]
    expected = not rule.states if state is None else state in rule.states
    return expected and role in rule.roles


def may_be_by_rule(kind: EventKind) -> bool:
    """Whether a program may write a kind without a person."""
    return TABLE[kind].by_rule


def is_of_centre(header: Header) -> bool:
    """Whether the centre wrote an event: an act of its own, or what an applicant said on the portal."""
    return header.kind >= FIRST_OF_CENTRE or (header.person == NO_PERSON and header.kind in OF_APPLICANTS)


def wants_second_person(kind: EventKind) -> bool:
    """Whether a kind wants the four eyes of two people."""
    return TABLE[kind].second_person


def is_about_an_appeal(kind: EventKind) -> bool:
    """Whether events of a kind belong to one request (the registering one included)."""
    return bool(TABLE[kind].states) or kind is EventKind.APPEAL_REGISTERED


def sees(role: Role) -> frozenset[Sight]:
    """List what a role is shown; everyone sees what is published and the log."""
    return _SEES[role] | _PUBLIC


def as_mermaid() -> str:
    """Draw the states and the events that lead from one to another, for docs/protocol.md."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for kind, rule in TABLE.items():
        for state in State:
            if state not in rule.states:
                continue
            if rule.returns and state is State.RETURNED_TO_OFFICE:
                for before in (State.REGISTERED, State.WITH_BODY):
                    arrows.setdefault((state, before), []).append(kind.name.lower())
                continue
            reached = step(state, kind).state
            if reached is not state or kind in _DRAWN_LOOPS:
                arrows.setdefault((state, reached), []).append(kind.name.lower())
    lines = ["stateDiagram-v2", f"    [*] --> {State.REGISTERED}: {EventKind.APPEAL_REGISTERED.name.lower()}"]
    for (left, right), kinds in sorted(arrows.items(), key=lambda item: (_ORDER[item[0][0]], _ORDER[item[0][1]])):
        lines.append(f"    {left} --> {right}: {', '.join(kinds)}")
    return "\n".join(lines) + "\n"


_ORDER: Final = {state: place for place, state in enumerate(State)}
_DRAWN_LOOPS: Final = frozenset({EventKind.ACCEPTED_BY_BODY, EventKind.FORWARDED, EventKind.EXTENDED})
"""Events that change no state and are drawn all the same, because they change who works on it or how long."""
