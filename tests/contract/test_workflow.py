"""The table says what may happen to a request, who may do it and who sees it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.events import EventKind, Header
from server_sync.contract.workflow import OF_MEETINGS as TOLD_TO_WALLS
from server_sync.contract.workflow import (
    TABLE,
    Role,
    Sight,
    State,
    allowed,
    as_mermaid,
    is_about_an_appeal,
    is_of_centre,
    may_be_by_rule,
    next_state,
    out_of_turn,
    sees,
    step,
    wants_second_person,
    who_may,
)

K, S = EventKind, State
kinds = st.sampled_from(list(EventKind))
states = st.sampled_from(list(State))


def test_every_kind_of_event_has_its_line() -> None:
    assert set(TABLE) == set(EventKind)


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ([K.APPEAL_REGISTERED, K.ROUTED, K.ACCEPTED_BY_BODY, K.ANSWERED, K.APPLICANT_TOLD, K.ANSWER_RATED], S.ANSWERED),
        ([K.APPEAL_REGISTERED, K.ROUTED, K.FORWARDED, K.EXTENDED, K.CO_EXECUTOR_ADDED, K.ANSWERED], S.ANSWERED),
        ([K.APPEAL_REGISTERED, K.ROUTED, K.ANSWERED, K.COMPLAINT_MADE], S.WITH_BODY),
        ([K.APPEAL_REGISTERED, K.ROUTED, K.COMPLAINT_MADE], S.WITH_BODY),
        ([K.APPEAL_REGISTERED, K.ROUTED, K.LEFT_WITHOUT_CONSIDERATION, K.REOPENED, K.ANSWERED], S.ANSWERED),
        ([K.APPEAL_REGISTERED, K.APPEAL_WITHDRAWN, K.REOPENED], S.WITH_BODY),
        ([K.APPEAL_REGISTERED, K.RETURNED_TO_OFFICE, K.APPEAL_CORRECTED], S.REGISTERED),
        ([K.APPEAL_REGISTERED, K.ROUTED, K.RETURNED_TO_OFFICE, K.APPEAL_SUPPLEMENTED, K.ANSWERED], S.ANSWERED),
        ([K.APPEAL_REGISTERED, K.RECEIPT_REPRINTED, K.APPEAL_CORRECTED, K.LINKED, K.SUMMARY_PUBLISHED], S.REGISTERED),
    ],
)
def test_a_request_goes_its_way(story: list[EventKind], end: State) -> None:
    state: State | None = None
    before_return: State | None = None
    for kind in story:
        reached = step(state, kind, before_return)
        assert not reached.is_out_of_turn, (state, kind)
        before_return = state if kind is K.RETURNED_TO_OFFICE else before_return
        state = reached.state
    assert state is end


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (S.ANSWERED, K.APPEAL_WITHDRAWN),
        (S.ANSWERED, K.ANSWERED),
        (S.REGISTERED, K.ANSWERED),
        (S.WITH_BODY, K.ROUTED),
        (S.WITHDRAWN, K.ANSWERED),
        (S.WITHDRAWN, K.COMPLAINT_MADE),
        (S.REGISTERED, K.REOPENED),
        (S.REGISTERED, K.APPEAL_REGISTERED),
        (S.RETURNED_TO_OFFICE, K.ANSWERED),
        (None, K.ANSWERED),
    ],
)
def test_what_was_not_expected_is_marked_and_changes_no_state(state: State | None, kind: EventKind) -> None:
    assert out_of_turn(state, kind)
    assert next_state(state, kind) is None
    assert state is None or step(state, kind).state is state


@given(states, kinds)
def test_no_event_is_an_error_in_any_state(state: State, kind: EventKind) -> None:
    reached = step(state, kind)
    assert reached.is_out_of_turn == (state not in TABLE[kind].states)
    assert not reached.is_out_of_turn or reached.state is state


@given(st.sampled_from(list(Role)), kinds, st.none() | states)
def test_nobody_may_what_the_state_does_not_expect(role: Role, kind: EventKind, state: State | None) -> None:
    if allowed(kind, role, state):
        assert who_may(kind, role)
        assert state is None or not out_of_turn(state, kind)


def test_everyone_without_a_role_writes_nothing() -> None:
    assert not any(who_may(kind, Role.EVERYONE) for kind in EventKind)


OF_MEETINGS = {
    K.MEETING_PLANNED,
    K.MEETING_CHANGED,
    K.MEETING_CANCELLED,
    K.MEETING_OPENED,
    K.MEETING_CLOSED,
    K.MEETING_VOTE_OPENED,
    K.MEETING_VOTE_CLOSED,
    K.DECISION_TAKEN,
    K.DECISION_WITHDRAWN,
    K.MEETING_SAID,
    K.MEETING_PAPER_ADDED,
    K.MEETING_PAPER_WITHDRAWN,
}
OF_EVERYBODY = {K.SESSION_OPENED, K.SESSION_CLOSED, K.VOTE_CAST}


def test_a_wall_is_told_of_no_decision_which_names_requests_and_of_no_chat() -> None:
    assert {K.DECISION_TAKEN, K.DECISION_WITHDRAWN, K.MEETING_SAID} & TOLD_TO_WALLS == set()
    assert K.MEETING_PLANNED in TOLD_TO_WALLS


def test_roles_write_what_the_law_of_the_network_gives_them() -> None:
    def written_by(role: Role) -> set[EventKind]:
        return {kind for kind in EventKind if who_may(kind, role)} - OF_EVERYBODY

    office = {kind for kind in EventKind if kind < K.ROUTED}
    assert written_by(Role.CLERK) == office - OF_EVERYBODY
    head = {K.ANSWERED, K.EXTENDED, K.FORWARDED, K.RECEPTION_SET, K.RECEPTION_DECLINED, K.RECEPTION_NOTED}
    head |= {K.CO_EXECUTOR_REMOVED}
    assert written_by(Role.AKIM) == written_by(Role.PLENIPOTENTIARY) == head
    assert written_by(Role.REGISTRAR) == {K.ROUTED, K.LINKED, K.MERGED, K.SPLIT, K.RETURNED_TO_OFFICE}
    assert written_by(Role.PUBLIC_EDITOR) == {K.SUMMARY_PUBLISHED, K.SUMMARY_WITHDRAWN}
    assert written_by(Role.CENTRAL_OPERATOR) == {K.RESOLVED_BY_PERSON}
    assert written_by(Role.ADMINISTRATOR) == {K.ERASED}
    assert {K.COMPLAINT_MADE, K.ANSWER_RATED, K.APPEAL_SUPPLEMENTED, K.APPEAL_WITHDRAWN} < written_by(Role.APPLICANT)
    assert written_by(Role.CHAIR_ASSISTANT) == OF_MEETINGS
    assert written_by(Role.PRESS_OFFICER) == set()


def test_an_answer_an_erasure_and_a_resolved_doubt_want_two_people() -> None:
    assert {kind for kind in EventKind if wants_second_person(kind)} == {K.ANSWERED, K.ERASED, K.RESOLVED_BY_PERSON}


def test_only_routing_complaints_terms_and_the_store_s_own_events_come_without_a_person() -> None:
    assert {kind for kind in EventKind if may_be_by_rule(kind)} == {
        K.ROUTED,
        K.FORWARDED,
        K.REOPENED,
        K.DUE_RECALCULATED,
        K.SESSION_CLOSED,
        K.HOLE,
        K.MEETING_CANCELLED,
        K.MEETING_CLOSED,
        K.MEETING_VOTE_CLOSED,
        K.MEETING_SAID,
        K.SUMMARY_WITHDRAWN,
    }


def test_sessions_holes_and_meetings_are_about_no_request() -> None:
    of_no_request = {kind for kind in EventKind if not is_about_an_appeal(kind)}
    assert of_no_request == OF_EVERYBODY | {K.HOLE} | OF_MEETINGS


def test_texts_are_seen_only_by_those_who_work_on_them() -> None:
    texts = {Sight.OWN_SITE_APPEALS, Sight.OWN_BODY_APPEALS, Sight.ADDRESSED_OR_ROUTED_APPEALS, Sight.TEXT_TO_ROUTE_BY}
    for role in (Role.CENTRAL_OPERATOR, Role.ADMINISTRATOR, Role.PRESS_OFFICER, Role.CHAIR_ASSISTANT, Role.EVERYONE):
        assert not sees(role) & texts
    assert sees(Role.EVERYONE) == {Sight.PUBLISHED, Sight.PUBLIC_LOG}
    assert all(sees(Role.EVERYONE) <= sees(role) for role in Role)


def test_the_drawing_shows_every_state_and_begins_with_registration() -> None:
    drawn = as_mermaid()
    assert drawn.startswith("stateDiagram-v2\n    [*] --> registered: appeal_registered\n")
    assert all(state.value in drawn for state in State)
    assert "    with_body --> answered: answered\n" in drawn
    assert "    answered --> with_body: complaint_made, reopened\n" in drawn


@pytest.mark.parametrize("kind", list(K))
def test_what_the_centre_wrote_is_told_by_kind_and_by_that_no_person_wrote_it(kind: EventKind) -> None:
    by_rule = Header(bytes(16), 1, kind, 0, 0, bytes(8))
    of_applicants = {K.COMPLAINT_MADE, K.ANSWER_RATED, K.APPEAL_SUPPLEMENTED, K.APPEAL_WITHDRAWN}
    assert is_of_centre(by_rule) is (kind >= K.ROUTED or kind in of_applicants)
    assert is_of_centre(replace(by_rule, person=bytes(range(16)))) is (kind >= K.ROUTED)
