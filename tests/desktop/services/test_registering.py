"""The counter's promises: a final number at once, given once, whole or not at all."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import DiskFull, InvalidAppeal, NotAllowed, OutcomeUnknown, StoreError
from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.services import drafting, reading, registering
from liaison_desktop.services.registering import (
    check_draft,
    register_appeal,
    registered,
    registered_draft,
    trial_receipt,
)
from liaison_desktop.services.signing_in import close_session
from liaison_desktop.store import store
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.events import events_of, raw_event
from liaison_desktop.store.projecting import differences
from liaison_desktop.ui.errors import say_problem
from liaison_desktop.workplace.second_medium import SecondMedium
from server_sync.contract.bodies import AppealKind, AppealRegistered
from server_sync.contract.events import read_event
from server_sync.contract.evidence import chain
from server_sync.contract.evidence.receipt import Verdict, open_receipt, receipt_from_qr_text
from server_sync.contract.limits import settle_pasted
from server_sync.contract.numbers import RegistrationNumber
from tests.contract.invented import NOW_MS
from tests.desktop.office import Office, make_draft
from tests.desktop.services.faults import fail_next_commit, fill_disk, free_disk


def _count(office: Office) -> int:
    count: int = office.desk.store.connection.execute("SELECT count(*) FROM events WHERE kind = 1").fetchone()[0]
    return count


def test_a_request_gets_its_number_receipt_and_term_at_once(office: Office):
    made = register_appeal(office.desk, make_draft())
    number = RegistrationNumber.parse(made.number)
    assert (number.number_code, number.year, number.slot, number.counter) == ("ALA", 2026, "A", 1)
    assert made.due.working_days == 14
    assert made.due.due_on is not None
    assert len(made.short_code) == 6
    receipt, verdict = open_receipt(receipt_from_qr_text(made.qr_text), office.desk.ring())
    assert verdict is Verdict.SIGNED_NOT_YET_SEEN
    assert (receipt.number, receipt.event_hash) == (made.number, made.event)


def test_pressing_twice_registers_once_and_gives_the_same_paper(office: Office):
    draft = make_draft()
    first = register_appeal(office.desk, draft)
    second = register_appeal(office.desk, replace(draft, text="Башка текст"))
    assert second.was_registered_before
    assert replace(second, was_registered_before=False) == first
    assert _count(office) == 1


def test_what_a_citizen_said_is_stored_to_the_letter(office: Office):
    odd = {
        "surname": "Ѳмүрзаков\u200f",
        "given_name": "Ў" * 300,
        "pin": "1234567890123",
        "phone": "+999 12 ☎",
        "subject": "  <b>=SUM(A1)</b> 😀 ",
        "text": "<script>alert(1)</script>\r\n\t=HYPERLINK(\u202etxt.exe)  \U0001f600 a\u0308 Е\u0308",
        "street": "  көчө  ",
    }
    made = register_appeal(office.desk, make_draft(**odd))
    event = raw_event(office.desk.store.connection, made.event)
    assert event is not None
    body = read_event(event).body
    assert isinstance(body, AppealRegistered)
    assert (body.applicant.surname, body.applicant.given_name) == (odd["surname"], odd["given_name"])
    assert (body.applicant.pin, body.applicant.phone) == (odd["pin"], odd["phone"])
    assert (body.subject, body.text, body.address.street) == (odd["subject"], odd["text"], odd["street"])


@settings(max_examples=25)
@given(text=st.text(min_size=1, max_size=500))
def test_any_text_is_either_kept_to_the_letter_or_refused_by_name(office: Office, text: str):
    before = _count(office)
    draft = make_draft(text=text, surname=text[:300])
    problems = check_draft(office.desk, draft)
    if problems:
        assert {problem.field for problem in problems} <= {"text", "surname"}
        with pytest.raises(InvalidAppeal):
            register_appeal(office.desk, draft)
        assert _count(office) == before
        return
    made = register_appeal(office.desk, draft)
    seen = reading.appeal_card(office.desk, made.event).seen
    assert seen.text == settle_pasted(text, is_long=True)
    assert seen.applicant.surname == settle_pasted(text[:300])


PASTED = ("\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1d")
"""Line ends of word processors and PDFs: Shift+Enter, the end of a page, next line, line and paragraph separators."""


@pytest.mark.parametrize("end", PASTED)
def test_a_line_end_pasted_from_anywhere_is_a_line_end_in_the_text_and_a_space_in_a_field(office: Office, end: str):
    draft = make_draft(
        text=f"Бир{end}эки\r\nүч",
        surname=f"Асан{end}ова",
        phone=f"0555 123{end}456",
        subject=f"О\u00a0выдаче{end}",
        street=f"Жеңиш{end}1",
        is_collective=True,
        signatories_count=2,
        signatories=(f"Асан{end}Үсөн",),
    )
    assert check_draft(office.desk, draft) == ()
    seen = reading.appeal_card(office.desk, register_appeal(office.desk, draft).event).seen
    assert seen.text == "Бир\nэки\r\nүч"
    assert (seen.applicant.surname, seen.applicant.phone) == ("Асан ова", "0555 123 456")
    assert (seen.subject, seen.address.street) == ("О\u00a0выдаче ", "Жеңиш 1")
    assert seen.signatories == ("Асан Үсөн",)


def test_a_tab_pasted_into_a_name_is_a_space(office: Office):
    made = register_appeal(office.desk, make_draft(surname="Асан\tова"))
    assert reading.appeal_card(office.desk, made.event).seen.applicant.surname == "Асан ова"


@pytest.mark.parametrize(("field", "place"), [("text", 5), ("surname", 5), ("phone", 5), ("subject", 5)])
def test_what_remains_refused_is_named_with_its_place(office: Office, field: str, place: int):
    (problem,) = check_draft(office.desk, make_draft(**{field: "абвг\x07де"}))
    assert (problem.field, problem.code) == (field, "control_character")
    assert problem.params == {"place": place, "character": "U+0007"}
    words = say_problem(problem)
    assert str(place) in words
    assert "U+0007" in words


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"text": ""}, "text", "text_empty"),
        ({"text": " \u200b\n"}, "text", "text_empty"),
        ({"text": "а" * 1_000_000}, "text", "text_too_long"),
        ({"text": "a\ud800b"}, "text", "lone_surrogate"),
        ({"surname": "", "given_name": ""}, "surname", "name_empty"),
        ({"surname": "А" * 301}, "surname", "text_too_long"),
        ({"categories": ()}, "categories", "category_missing"),
        ({"categories": ("99.99",)}, "categories", "category_unknown"),
        ({"addressee_code": "NOBODY"}, "addressee_code", "addressee_unknown"),
        ({"kind": None}, "kind", "kind_unknown"),
        ({"answer_by": None}, "answer_by", "answer_by_empty"),
        ({"territory_code": "KG-XXX"}, "territory_code", "territory_unknown"),
        ({"is_collective": True, "signatories_count": 1}, "signatories_count", "signatories_too_few"),
        (
            {"is_collective": True, "signatories_count": 2, "signatories": ("А Б", "В Г", "Д Е")},
            "signatories_count",
            "signatories_more_than_counted",
        ),
    ],
)
def test_a_request_that_must_be_refused_says_which_field_and_changes_nothing(
    office: Office, changes: dict[str, object], field: str, code: str
):
    seq = current_epoch(office.desk.store.connection).last_seq
    with pytest.raises(InvalidAppeal) as refused:
        register_appeal(office.desk, make_draft(**changes))
    assert (field, code) in {(problem.field, problem.code) for problem in refused.value.problems}
    assert current_epoch(office.desk.store.connection).last_seq == seq
    assert _count(office) == 0


def test_thanks_are_registered_without_a_term(office: Office):
    made = register_appeal(office.desk, make_draft(kind=AppealKind.THANKS))
    assert made.due.due_on is None


def test_numbers_have_no_gaps_and_the_chain_covers_every_event(office: Office):
    made = [register_appeal(office.desk, make_draft()) for _ in range(20)]
    with pytest.raises(InvalidAppeal):
        register_appeal(office.desk, make_draft(text=""))
    made.append(register_appeal(office.desk, make_draft()))
    assert [RegistrationNumber.parse(one.number).counter for one in made] == list(range(1, 22))
    epoch = current_epoch(office.desk.store.connection)
    rows = office.desk.store.connection.execute("SELECT seq, event_hash, header, salt, body FROM events ORDER BY seq")
    value = chain.genesis(epoch.certificate)
    for place, (seq, event_hash, header, salt, body) in enumerate(rows, start=1):
        assert seq == place
        assert chain.event_hash(header, salt, body) == event_hash
        value = chain.advance(value, event_hash)
    assert value == epoch.chain


def test_the_mirror_says_the_last_number_after_every_registration(office: Office):
    made = register_appeal(office.desk, make_draft())
    epoch = current_epoch(office.desk.store.connection)
    mark = office.desk.mark.read(epoch.epoch)
    assert mark is not None
    assert (mark.seq, mark.chain, mark.number) == (epoch.last_seq, epoch.chain, made.number)


def test_registering_takes_the_draft_away_and_its_files_along(office: Office):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    file = drafting.attach_file(office.desk, draft.draft_id, "арыз.pdf", b"%PDF-1.7" + b"x" * 200_000)
    made = register_appeal(office.desk, draft)
    assert drafting.list_drafts(office.desk) == ()
    card = reading.appeal_card(office.desk, made.event)
    assert [one.attachment.name for one in card.files] == ["арыз.pdf"]
    assert drafting.open_file(office.desk, file.blob_id, file.blob_key) == b"%PDF-1.7" + b"x" * 200_000
    assert reading.waiting(office.desk).blobs == 1


def test_a_file_that_is_gone_is_said_and_nothing_is_registered(office: Office):
    draft = make_draft()
    drafting.save_draft(office.desk, draft)
    drafting.attach_file(office.desk, draft.draft_id, "а.txt", b"abc")
    office.desk.store.connection.execute("UPDATE blobs SET is_here = 0")
    with pytest.raises(InvalidAppeal) as refused:
        register_appeal(office.desk, draft)
    assert refused.value.problems[0].code == "attachment_missing"


def test_nobody_registers_without_signing_in_or_without_a_role(office: Office):
    close_session(office.desk)
    with pytest.raises(NotAllowed) as refused:
        register_appeal(office.desk, make_draft())
    assert refused.value.code == "sign_in_needed"


def test_a_full_disk_gives_no_number_and_the_next_one_has_no_gap(office: Office):
    first = register_appeal(office.desk, make_draft())
    fill_disk(office.desk.store)
    draft = make_draft(text="сөз " * 20_000)
    with pytest.raises(DiskFull):
        register_appeal(office.desk, draft)
    assert registered_draft(office.desk, draft.draft_id) is None
    free_disk(office.desk.store)
    again = register_appeal(office.desk, draft)
    assert RegistrationNumber.parse(again.number).counter == RegistrationNumber.parse(first.number).counter + 1
    assert differences(office.desk.store) == ()


def test_a_commit_that_failed_after_writing_keeps_its_number(office: Office):
    draft = make_draft()
    fail_next_commit(office.desk.store, written=True)
    made = register_appeal(office.desk, draft)
    assert not made.was_registered_before
    assert register_appeal(office.desk, draft).number == made.number
    assert _count(office) == 1


def test_a_commit_that_failed_before_writing_changes_nothing(office: Office):
    draft = make_draft()
    fail_next_commit(office.desk.store, written=False)
    with pytest.raises(StoreError) as failed:
        register_appeal(office.desk, draft)
    assert not isinstance(failed.value, OutcomeUnknown)
    assert _count(office) == 0
    assert RegistrationNumber.parse(register_appeal(office.desk, draft).number).counter == 1


def test_an_unknown_outcome_is_looked_up_when_the_store_opens_again(office: Office, monkeypatch: pytest.MonkeyPatch):
    draft = make_draft()
    fail_next_commit(office.desk.store, written=True)
    with monkeypatch.context() as broken:
        broken.setattr(store, "connect", _cannot_open)
        with pytest.raises(OutcomeUnknown):
            register_appeal(office.desk, draft)
    assert not office.desk.store.is_open
    made = register_appeal(office.desk, draft)
    assert made.was_registered_before
    assert _count(office) == 1


def _cannot_open(*_: object, **__: object) -> None:
    raise StoreError("store_io")


@pytest.mark.parametrize("wrong_ms", [-40 * 365 * DAY_MS, 7 * 365 * DAY_MS, -(2**50), 2**50])
def test_a_clock_wrong_by_years_changes_no_year_and_no_counter(office: Office, wrong_ms: int):
    office.clock.now_ms += wrong_ms
    made = register_appeal(office.desk, make_draft())
    number = RegistrationNumber.parse(made.number)
    assert (number.year, number.counter) == (2026, 1)
    assert made.registered_on.isoformat() == "2026-11-23"
    assert made.registered_at.year == 2026


def test_a_clock_wrong_after_a_restart_is_not_believed_either(office: Office):
    office.clock.boot, office.clock.running_ms = b"boot-002", 60_000
    office.clock.now_ms = 0
    office.restart()
    assert register_appeal(office.desk, make_draft()).registered_on.isoformat() == "2026-11-23"


def test_the_year_turns_with_the_local_date_and_the_counter_goes_on(office: Office):
    register_appeal(office.desk, make_draft())
    until_new_year_ms = 1_798_740_000_000 - NOW_MS  # 2026-12-31 18:00 UTC is midnight in Bishkek
    office.clock.go_on(until_new_year_ms - 1)
    assert RegistrationNumber.parse(register_appeal(office.desk, make_draft()).number).year == 2026
    office.clock.go_on(1)
    number = RegistrationNumber.parse(register_appeal(office.desk, make_draft()).number)
    assert (number.year, number.counter) == (2027, 3)


def test_the_paper_that_ends_an_enrolment_is_signed_and_no_request(office: Office):
    paper = trial_receipt(office.desk)
    receipt, verdict = open_receipt(paper.receipt, office.desk.ring())
    assert verdict is Verdict.SIGNED_NOT_YET_SEEN
    assert "-00000-" in receipt.number
    assert _count(office) == 0


def test_a_receipt_read_back_later_is_the_same_to_the_byte(office: Office):
    made = register_appeal(office.desk, make_draft())
    office.restart()
    assert registered(office.desk, made.event) == made


def test_a_draft_survives_whatever_was_typed(office: Office):
    draft = make_draft(surname="a\ud800", text="\x00" * 10, signatories=("А", "Б"), repeat_of=bytes(32))
    drafting.save_draft(office.desk, draft)
    office.restart()
    assert drafting.open_draft(office.desk, draft.draft_id) == draft


def test_an_event_carries_who_when_and_what_it_follows(office: Office):
    made = register_appeal(office.desk, make_draft())
    (laid,) = events_of(office.desk.store.connection, made.event)
    header = laid.known.header
    assert header.person == office.alim.person.bytes
    assert header.session == 1
    assert (header.wall_ms, header.monotonic_ms, header.boot) == (NOW_MS, office.clock.running_ms, office.clock.boot)
    assert header.server_time_ms == NOW_MS
    assert laid.is_pending


def test_an_empty_draft_says_so():
    assert AppealDraft(draft_id=make_draft().draft_id).is_empty
    assert not make_draft().is_empty


def test_every_event_also_goes_to_the_second_medium_and_one_that_was_away_is_brought_up(office: Office, tmp_path: Path):
    register_appeal(office.desk, make_draft())
    stick = tmp_path / "stick"
    office.desk.second = SecondMedium(stick, office.desk.store.key)
    register_appeal(office.desk, make_draft())
    assert not office.desk.copy_to_second()
    stick.mkdir()
    last = register_appeal(office.desk, make_draft())
    assert office.desk.copy_to_second()
    epoch = current_epoch(office.desk.store.connection)
    copied = list(SecondMedium(stick, office.desk.store.key).read(epoch.epoch))
    assert [read_event(event).header.seq for event in copied] == list(range(1, epoch.last_seq + 1))
    assert copied[-1].hash == last.event


@pytest.mark.parametrize(
    ("typed", "changes", "field", "code"),
    [
        (("addressee", "мурунку министр"), {"addressee_code": "", "addressee_site": ""}, "addressee_code",
         "addressee_not_chosen"),
        (("category", "суу"), {"categories": ()}, "categories", "category_not_chosen"),
        (("category.2", "суу"), {}, "categories", "category_not_chosen"),
        (("birth_on", "март"), {"birth_on": None}, "birth_on", "birth_on_unreadable"),
    ],
)  # fmt: skip
def test_what_was_typed_into_a_list_and_not_chosen_is_refused_at_its_field(
    office: Office, typed: tuple[str, str], changes: dict[str, object], field: str, code: str
):
    with pytest.raises(InvalidAppeal) as refused:
        register_appeal(office.desk, make_draft(as_typed=(typed,), **changes))
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]


def test_a_place_that_is_in_no_list_is_registered_as_typed(office: Office):
    draft = make_draft(territory_code="", as_typed=(("territory", "Россия, Омская область"),))
    made = register_appeal(office.desk, draft)
    address = reading.appeal_card(office.desk, made.event).seen.address
    assert (address.territory_code, address.settlement) == ("", "Россия, Омская область, Ак-Жол")


@pytest.mark.parametrize("born", [date(2999, 3, 14), date(1899, 12, 31), date(1, 1, 1)])
def test_a_day_on_which_nobody_was_born_is_refused_at_its_field(office: Office, born: date):
    with pytest.raises(InvalidAppeal) as refused:
        register_appeal(office.desk, make_draft(pin="", no_pin_reason="жоголгон", birth_on=born))
    assert [(one.field, one.code) for one in refused.value.problems] == [("birth_on", "birth_on_impossible")]
    assert all(say_problem(one) for one in refused.value.problems)


def test_what_no_reader_of_the_event_would_take_is_never_written_and_uses_up_no_number(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    before = current_epoch(office.desk.store.connection)
    with monkeypatch.context() as unlooked:
        unlooked.setattr(registering, "check_draft", lambda _desk, _draft: ())
        with pytest.raises(InvalidAppeal) as refused:
            register_appeal(office.desk, make_draft(birth_on=date(2999, 3, 14)))
    assert [(one.field, one.code) for one in refused.value.problems] == [("birth_on", "out_of_range")]
    assert all(say_problem(one) for one in refused.value.problems)
    assert current_epoch(office.desk.store.connection) == before
    assert RegistrationNumber.parse(register_appeal(office.desk, make_draft()).number).counter == 1
