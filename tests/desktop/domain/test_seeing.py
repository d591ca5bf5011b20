"""One pure function lays events over each other; the order of what came and what waits decides, nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from liaison_desktop.domain.appeals import ChangeSet, KnownEvent
from liaison_desktop.domain.seeing import as_seen_here
from liaison_desktop.domain.times import local_day, milliseconds, moment, noon_of
from server_sync.contract import bodies
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Applicant, Body, DueTerm, Words
from server_sync.contract.erasure import without_words
from server_sync.contract.events import KIND_OF, Header, UnknownBody
from server_sync.contract.signing import sha256
from server_sync.contract.workflow import State

DAY = date(2026, 11, 23)
APPEAL = sha256(b"appeal")


def known(body: Body | UnknownBody | None, seq: int, *, kind: int = 0, is_own: bool = True) -> KnownEvent:
    """An event saying this; the first one registers."""
    if not kind and body is not None and not isinstance(body, UnknownBody):
        kind = KIND_OF[type(body)]
    header = Header(bytes(16), seq, kind, noon_of(DAY) + seq, 0, bytes(8), appeal=None if seq == 1 else APPEAL)
    return KnownEvent(APPEAL if seq == 1 else sha256(b"%d" % seq), header, body, is_own, number="ALA-26-A-00001-0000")


REGISTERED = known(
    bodies.AppealRegistered(
        kind=AppealKind.COMPLAINT,
        form=AppealForm.WRITTEN,
        language="ky",
        applicant=Applicant(surname="Асанов"),
        address=bodies.Address(),
        answer_by=AnswerBy.PHONE,
        addressee_code="AKIM",
        categories=("01.02",),
        subject="Тема",
        text="Текст",
        registered_on=DAY,
        due=DueTerm(DAY + timedelta(days=20), 14, "67/2007"),
    ),
    1,
)
ROUTED = known(bodies.Routed("AKIM@KG-C-ALA"), 2, is_own=False)
CORRECTED = known(bodies.AppealCorrected("ката", subject="Жаңы тема"), 3)
ANSWERED = known(bodies.Answered(bodies.Outcome.SATISFIED, Words(ky="Жооп"), "AKIM@KG-C-ALA", "А", bytes(16)), 4)
TOLD = known(bodies.ApplicantTold(AnswerBy.PHONE, DAY, ANSWERED.hash), 5)


def test_nothing_is_seen_without_the_registering_event():
    assert as_seen_here([ROUTED], [CORRECTED]) is None


def test_pending_words_lie_over_confirmed_ones():
    seen = as_seen_here([REGISTERED, ROUTED], [CORRECTED])
    assert seen is not None
    assert (seen.subject, seen.state, seen.body_code) == ("Жаңы тема", State.WITH_BODY, "AKIM@KG-C-ALA")
    assert [entry.is_pending for entry in seen.history] == [False, False, True]


def test_a_request_is_accepted_when_the_body_that_has_it_took_it_up():
    accepted = known(bodies.AcceptedByBody("AKIM@KG-C-ALA"), 3, is_own=False)
    forwarded = known(bodies.Forwarded("AKIM@KG-C-ALA", "MIN-HEALTH"), 4, is_own=False)
    told = [REGISTERED, ROUTED, accepted, forwarded]
    seen = [as_seen_here(told[:count], []) for count in range(1, 5)]
    assert [one is not None and one.is_accepted for one in seen] == [False, False, True, False]
    late = as_seen_here([REGISTERED, ROUTED, forwarded, replace(accepted, is_out_of_turn=True)], [])
    assert late is not None
    assert not late.is_accepted


def test_a_request_opened_again_for_another_body_is_not_accepted_there():
    accepted = known(bodies.AcceptedByBody("AKIM@KG-C-ALA"), 3, is_own=False)
    for body_code, is_accepted in (("MIN-HEALTH", False), ("", True)):
        reopened = known(bodies.Reopened(Words(ky="кайра"), body_code), 5, is_own=False)
        seen = as_seen_here([REGISTERED, ROUTED, accepted, ANSWERED, reopened], [])
        assert seen is not None
        assert (seen.state, seen.is_accepted) == (State.WITH_BODY, is_accepted)


def test_a_complaint_lets_the_request_wait_for_an_answer_again():
    complaint = known(bodies.ComplaintMade("Суу жок", ANSWERED.hash), 6, is_own=False)
    seen = as_seen_here([REGISTERED, ROUTED, ANSWERED, TOLD, complaint], [])
    assert seen is not None
    assert (seen.state, seen.answered_at, seen.is_told_needed) == (State.WITH_BODY, None, False)
    assert len(seen.answers) == 1


def test_confirming_what_was_pending_changes_only_that_it_waits():
    before = as_seen_here([REGISTERED, ROUTED], [CORRECTED])
    after = as_seen_here([REGISTERED, ROUTED, CORRECTED], [])
    assert before is not None
    assert after is not None
    assert replace(before, history=()) == replace(after, history=())


FAR = DAY + timedelta(days=60)
EXTENDED = known(bodies.Extended(FAR, Words(ky="керек"), "8"), 6, is_own=False)
OTHER_KIND = known(bodies.AppealCorrected("түрү", kind=AppealKind.THANKS, due=DueTerm(None, 0, "67/2007")), 7)


def test_a_correction_moves_no_day_to_which_an_officer_extended_the_term():
    application, thanks = AppealKind.APPLICATION, AppealKind.THANKS
    for kind, due_on in ((application, DAY), (application, FAR + timedelta(days=1)), (thanks, None)):
        said = bodies.AppealCorrected("түрү", kind=kind, due=DueTerm(due_on, 14, "67/2007", provisional=True))
        for confirmed, pending in (([EXTENDED], [known(said, 7)]), ([EXTENDED, known(said, 7)], [])):
            seen = as_seen_here([REGISTERED, ROUTED, *confirmed], pending)
            assert seen is not None
            assert (seen.due.due_on, seen.due.provisional, seen.is_extended, seen.kind) == (FAR, False, True, kind)


def test_a_correction_before_an_extension_moves_the_day_as_ever():
    seen = as_seen_here([REGISTERED, ROUTED, OTHER_KIND], [])
    assert seen is not None
    assert (seen.due.due_on, seen.is_extended) == (None, False)


def test_an_answer_is_told_once_it_is_handed_over():
    seen = as_seen_here([REGISTERED, ROUTED, ANSWERED], [])
    assert seen is not None
    assert seen.is_told_needed
    told = as_seen_here([REGISTERED, ROUTED, ANSWERED], [TOLD])
    assert told is not None
    assert not told.is_told_needed
    assert told.answers[0].told is not None


def test_an_event_of_the_future_stands_in_the_history_and_changes_nothing_else():
    future = known(UnknownBody(900, 1), 6, kind=900)
    seen = as_seen_here([REGISTERED, future], [])
    assert seen is not None
    assert seen.state is State.REGISTERED
    assert seen.history[-1].kind == 900


def test_an_erased_request_keeps_its_number_and_says_nothing():
    seen = as_seen_here([replace(REGISTERED, body=None), ROUTED], [])
    assert seen is not None
    assert seen.is_erased
    assert (seen.number, seen.text, seen.applicant) == ("ALA-26-A-00001-0000", "", Applicant())


def test_an_erasure_changes_nothing_of_what_was_decided():
    events = [REGISTERED, ROUTED, ANSWERED, TOLD]
    left = [replace(one, body=without_words(cast("Body", one.body)), is_erased=True) for one in events]
    whole, erased = as_seen_here(events, []), as_seen_here(left, [])
    assert whole is not None
    assert erased is not None
    assert erased.is_erased
    assert (erased.subject, erased.text, erased.applicant) == ("", "", Applicant())
    for name in ("state", "body_code", "due", "kind", "registered_on", "answered_at", "is_told_needed", "heads"):
        assert getattr(erased, name) == getattr(whole, name), name
    assert [entry.state_after for entry in erased.history] == [entry.state_after for entry in whole.history]
    assert [(one.is_erased, one.text, one.is_late) for one in erased.answers] == [(True, Words(), False)]


def test_the_next_event_follows_the_newest_ones():
    seen = as_seen_here([REGISTERED, ROUTED], [CORRECTED])
    assert seen is not None
    assert set(seen.heads) == {REGISTERED.hash, ROUTED.hash, CORRECTED.hash}
    joined = replace(CORRECTED, header=replace(CORRECTED.header, follows=(REGISTERED.hash, ROUTED.hash)))
    after = as_seen_here([REGISTERED, ROUTED], [joined])
    assert after is not None
    assert after.heads == (CORRECTED.hash,)


@given(st.permutations([ROUTED, CORRECTED, ANSWERED, TOLD]))
def test_any_order_is_kept_whole_and_never_raises(order: list[KnownEvent]):
    seen = as_seen_here([REGISTERED, *order], [])
    assert seen is not None
    assert len(seen.history) == 5


@given(st.integers(-(2**62), 2**62))
def test_any_clock_can_be_shown(time_ms: int):
    shown = moment(time_ms)
    assert isinstance(local_day(time_ms), date)
    assert milliseconds(moment(milliseconds(shown))) == milliseconds(shown)


def test_change_sets_add_up():
    both = ChangeSet.of_appeals([b"a"], 1) | ChangeSet(drafts=True)
    assert both.appeals == {b"a"}
    assert both.delivery
    assert both.drafts
    assert ChangeSet().is_empty
