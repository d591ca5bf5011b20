"""What is done to a registered request are new events; the original stays, and the state decides what may be done."""

from dataclasses import replace
from datetime import date

import pytest

from liaison_desktop.domain.appeals import Told
from liaison_desktop.domain.errors import InvalidAppeal, NotFound, NotNow, NumberingStopped
from liaison_desktop.services import acts, drafting, reading
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store.blobs import drop_unnamed
from liaison_desktop.store.delivery import waiting
from liaison_desktop.store.epochs import stop_numbering
from liaison_desktop.store.events import keep_event
from liaison_desktop.store.projecting import differences, project_again
from server_sync.contract import bodies
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Body, Outcome, Words
from server_sync.contract.events import KIND_OF, Event, Header, make_event
from server_sync.contract.workflow import State
from tests.contract.invented import NOW_MS
from tests.desktop.office import Office, make_draft


def from_centre(office: Office, appeal: bytes, body: Body, n: int, *, out_of_turn: bool = False) -> Event:
    """An event of the centre as the feed brings it."""
    header = Header(
        epoch=b"WEB-epoch-000000", seq=n, kind=KIND_OF[type(body)], wall_ms=NOW_MS + n, monotonic_ms=0,
        boot=bytes(8), appeal=appeal,
    )  # fmt: skip
    event = make_event(header, body, bytes(16))
    with office.desk.store.transaction() as connection:
        keep_event(connection, event, is_out_of_turn=out_of_turn)
        connection.execute(
            "INSERT INTO feed_rows (feed, server_epoch, n, kind, event_hash, received_at_ms) VALUES (1, 1, ?, 2, ?, 0)",
            (n, event.hash),
        )
        project_again(connection, appeal)
    return event


def routed(office: Office, appeal: bytes) -> None:
    from_centre(office, appeal, bodies.Routed("AKIM@KG-C-ALA"), 1)


def answered(office: Office, appeal: bytes) -> Event:
    routed(office, appeal)
    body = bodies.Answered(Outcome.SATISFIED, Words(ky="Жооп"), "AKIM@KG-C-ALA", "Аким", bytes(16))
    return from_centre(office, appeal, body, 2)


def test_a_correction_carries_only_what_changes_and_the_original_stays(office: Office):
    made = register_appeal(office.desk, make_draft())
    seen = reading.appeal_card(office.desk, made.event).seen
    corrected = replace(acts.draft_of(seen), surname="Турдубекова", kind=AppealKind.THANKS)
    acts.correct_appeal(office.desk, made.event, corrected, "Фамилиясы ката жазылган")
    card = reading.appeal_card(office.desk, made.event)
    assert card.seen.applicant.surname == "Турдубекова"
    assert card.seen.due.due_on is None
    original, correction = card.seen.history
    assert isinstance(original.body, bodies.AppealRegistered)
    assert isinstance(correction.body, bodies.AppealCorrected)
    assert original.body.applicant.surname == "Турдубаева"
    assert (correction.body.text, correction.body.subject) == (None, None)
    assert card.number == made.number


def test_a_correction_of_nothing_and_one_without_a_reason_are_refused(office: Office):
    made = register_appeal(office.desk, make_draft())
    same = acts.draft_of(reading.appeal_card(office.desk, made.event).seen)
    with pytest.raises(InvalidAppeal) as nothing:
        acts.correct_appeal(office.desk, made.event, same, "себеп")
    assert nothing.value.problems[0].code == "nothing_changed"
    with pytest.raises(InvalidAppeal) as empty:
        acts.correct_appeal(office.desk, made.event, replace(same, subject="Башка"), "  ")
    assert empty.value.problems[0].code == "reason_empty"


def test_a_correction_of_a_quarantined_registration_replaces_it(office: Office):
    made = register_appeal(office.desk, make_draft())
    office.desk.store.connection.execute("UPDATE outbox SET state = 8, code = 'addressee_closed' WHERE kind = 1")
    card = reading.appeal_card(office.desk, made.event)
    assert card.quarantine_code == "addressee_closed"
    corrected = replace(acts.draft_of(card.seen), addressee_code="MAYOR", addressee_site="KG-C-TOK")
    acts.correct_appeal(office.desk, made.event, corrected, "Дареги жабылган")
    newest = reading.appeal_card(office.desk, made.event).seen.history[-1]
    assert isinstance(newest.body, bodies.AppealCorrected)
    assert newest.body.replaces == made.event


def test_what_the_applicant_brings_later_stands_beside_the_request(office: Office):
    made = register_appeal(office.desk, make_draft())
    file = drafting.seal_file(office.desk, "экинчи.txt", b"abc")
    acts.supplement_appeal(office.desk, made.event, "Дагы айтарым бар", (file,), ("Асанов А.",))
    card = reading.appeal_card(office.desk, made.event)
    assert [one.text for one in card.seen.supplements] == ["Дагы айтарым бар"]
    assert card.seen.signatories == ("Асанов А.",)
    assert [one.attachment.name for one in card.files] == ["экинчи.txt"]
    assert len(reading.list_requests(office.desk, "айтарым")) == 1
    with pytest.raises(InvalidAppeal):
        acts.supplement_appeal(office.desk, made.event)


def test_a_supplement_never_names_a_file_whose_bytes_are_not_here(office: Office):
    made = register_appeal(office.desk, make_draft())
    file = drafting.seal_file(office.desk, "экинчи.txt", b"abc")
    assert drop_unnamed(office.desk.store) == 1
    with pytest.raises(InvalidAppeal) as refused:
        acts.supplement_appeal(office.desk, made.event, "Дагы айтарым бар", (file,))
    assert [one.code for one in refused.value.problems] == ["attachment_missing"]
    assert reading.appeal_card(office.desk, made.event).files == ()


def test_a_withdrawn_request_is_not_withdrawn_twice(office: Office):
    made = register_appeal(office.desk, make_draft())
    acts.withdraw_appeal(office.desk, made.event, "Маселе чечилди", AppealForm.ORAL)
    assert reading.appeal_row(office.desk, made.event).state is State.WITHDRAWN
    seq = waiting(office.desk.store).events
    with pytest.raises(NotNow) as refused:
        acts.withdraw_appeal(office.desk, made.event, "дагы", AppealForm.ORAL)
    assert refused.value.code == "not_in_this_state"
    assert waiting(office.desk.store).events == seq


def test_an_answer_that_came_down_waits_to_be_told(office: Office):
    made = register_appeal(office.desk, make_draft())
    with pytest.raises(NotNow):
        acts.mark_told(office.desk, made.event, AnswerBy.PHONE)
    answer = answered(office, made.event)
    assert reading.count_requests(office.desk).answered == 1
    acts.mark_told(office.desk, made.event, AnswerBy.PHONE, note="Уулуна айтылды")
    card = reading.appeal_card(office.desk, made.event)
    assert card.seen.answers[0].event == answer.hash
    assert card.seen.answers[0].told == Told(AnswerBy.PHONE, date(2026, 11, 23), "Уулуна айтылды")
    assert reading.count_requests(office.desk).answered == 0


def test_a_reprinted_receipt_is_the_same_and_counted(office: Office):
    made = register_appeal(office.desk, make_draft())
    first = acts.next_copy(office.desk, made.event)
    acts.note_copy(office.desk, made.event, first.copy_number)
    second = acts.next_copy(office.desk, made.event)
    assert (first.copy_number, second.copy_number) == (1, 2)
    assert first.receipt == second.receipt == made.receipt
    with pytest.raises(NotFound):
        acts.next_copy(office.desk, bytes(32))


def test_a_copy_that_nobody_got_leaves_no_trace(office: Office):
    made = register_appeal(office.desk, make_draft())
    assert [acts.next_copy(office.desk, made.event).copy_number for _ in range(3)] == [1, 1, 1]
    assert reading.appeal_card(office.desk, made.event).seen.copies == 0


def test_no_copy_is_drawn_that_could_not_be_written_down(office: Office):
    made = register_appeal(office.desk, make_draft())
    stop_numbering(office.desk.store, "clerk_said_no")
    with pytest.raises(NumberingStopped):
        acts.next_copy(office.desk, made.event)


def test_what_was_typed_meanwhile_lies_over_what_the_centre_confirmed(office: Office):
    made = register_appeal(office.desk, make_draft())
    seen = reading.appeal_card(office.desk, made.event).seen
    acts.correct_appeal(office.desk, made.event, replace(acts.draft_of(seen), subject="Биздики"), "ката")
    answered(office, made.event)
    card = reading.appeal_card(office.desk, made.event)
    assert card.seen.state is State.ANSWERED
    assert card.seen.subject == "Биздики"
    assert [entry.is_pending for entry in card.seen.history] == [True, False, False, True]
    assert differences(office.desk.store) == ()


def test_an_event_that_came_out_of_turn_is_kept_and_shown_as_a_doubt(office: Office):
    made = register_appeal(office.desk, make_draft())
    from_centre(office, made.event, bodies.Routed("AKIM@KG-C-ALA"), 1, out_of_turn=True)
    assert reading.appeal_row(office.desk, made.event).has_doubt
    assert reading.count_requests(office.desk).in_doubt == 1


def test_a_returned_request_is_put_right_here(office: Office):
    made = register_appeal(office.desk, make_draft())
    from_centre(office, made.event, bodies.ReturnedToOffice(Words(ky="Дарегин тактаңыз")), 1)
    assert reading.count_requests(office.desk).to_put_right == 1
    card = reading.appeal_card(office.desk, made.event)
    assert card.seen.returned == Words(ky="Дарегин тактаңыз")
    acts.correct_appeal(office.desk, made.event, replace(acts.draft_of(card.seen), street="Манас, 1"), "такталды")
    after = reading.appeal_card(office.desk, made.event).seen
    assert after.state is State.REGISTERED
    assert after.returned is None


def test_an_answer_after_the_term_is_late_for_ever(office: Office):
    made = register_appeal(office.desk, make_draft())
    routed(office, made.event)
    from_centre(office, made.event, bodies.Extended(date(2026, 11, 20), Words(ky="себеп"), "67/2007"), 2)
    body = bodies.Answered(Outcome.EXPLAINED, Words(ky="Жооп"), "AKIM@KG-C-ALA", "Аким", bytes(16))
    from_centre(office, made.event, body, 3)
    card = reading.appeal_card(office.desk, made.event)
    assert card.seen.is_extended
    assert card.seen.answers[0].is_late


def test_a_request_that_is_not_here_is_said(office: Office):
    with pytest.raises(NotFound):
        acts.withdraw_appeal(office.desk, bytes(32), "x", AppealForm.ORAL)


def test_names_brought_later_are_counted_and_hinder_no_correction(office: Office):
    draft = make_draft(is_collective=True, signatories_count=2, signatories=("Асанов А.",))
    made = register_appeal(office.desk, draft)
    acts.supplement_appeal(office.desk, made.event, "Тизме", (), ("Үсөнов Ү.", "Бейшеев Б."))
    seen = reading.appeal_card(office.desk, made.event).seen
    assert (seen.signatories_count, seen.signed) == (2, 3)
    corrected = replace(acts.draft_of(seen), subject="Башка тема")
    acts.correct_appeal(office.desk, made.event, corrected, "Тема туура эмес жазылган")
    assert reading.appeal_card(office.desk, made.event).seen.subject == "Башка тема"
