"""A request is found as people type; the list, its filters and what stands beside the form."""

from dataclasses import replace
from datetime import date

import pytest

from liaison_desktop.domain.asking import AppealFilter
from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.services import reading
from liaison_desktop.services.checking import check_receipt
from liaison_desktop.services.registering import register_appeal, trial_receipt
from liaison_desktop.store.projecting import differences, project_all
from server_sync.contract.bodies import AppealKind
from server_sync.contract.errors import InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.evidence.receipt import Verdict, qr_text, to_base32
from tests.desktop.office import Office, make_draft


@pytest.fixture
def found(office: Office):
    made = register_appeal(
        office.desk, make_draft(surname="Өмүрзаков", given_name="Жаңыл", subject="Көчөгө суу тартуу")
    )
    register_appeal(office.desk, make_draft(surname="Смирнов", given_name="Семён", subject="Ремонт дороги", pin=""))

    def numbers(words: str) -> list[str]:
        return [row.number for row in reading.list_requests(office.desk, words)]

    return made, numbers


@pytest.mark.parametrize(
    "words",
    [
        "Өмүрзаков",
        "омурзаков",
        "ОМУРЗ",
        "ѳмўрзаков",
        "Omurzakov",
        "мурзак",
        "жаныл омурзаков",
        "Жаңы",
        "кочого суу",
        "+996 799 671 401",
    ],
)
def test_a_name_or_word_is_found_without_kyrgyz_letters_and_in_parts(found, words: str):
    made, numbers = found
    assert made.number in numbers(words)


def test_a_word_with_yo_is_found_without(found):
    _, numbers = found
    assert len(numbers("семен")) == 1
    assert len(numbers("ctvty")) == 1


def test_a_number_typed_in_cyrillic_is_found(found):
    made, numbers = found
    cyrillic = made.number.replace("ALA", "АЛА").replace("-A-", "-А-").lower()
    assert numbers(cyrillic) == [made.number]
    assert numbers(made.number.replace("-", " ")) == [made.number]
    assert made.number in numbers(made.number[:9])
    assert made.number in numbers("00001")
    assert made.number in numbers("1")


def test_what_is_not_here_is_not_found(found):
    _, numbers = found
    assert numbers("жокнерсе") == []
    assert numbers("\"' OR 1=1 -- *") == []
    assert numbers("😀") == []
    assert numbers("жокнерсе " * 5_000) == []


def test_one_wrong_digit_of_a_number_finds_no_other(found):
    made, numbers = found
    wrong = made.number[:-1] + str((int(made.number[-1]) + 1) % 10)
    assert numbers(wrong) == []


def test_the_newest_request_stands_first_and_pages_follow(office: Office):
    made = []
    for _ in range(5):
        office.clock.go_on(60_000)
        made.append(register_appeal(office.desk, make_draft()).number)
    first = reading.list_requests(office.desk, limit=3)
    second = reading.list_requests(office.desk, limit=3, after=first[-1])
    assert [row.number for row in (*first, *second)] == made[::-1]


def test_filters_count_what_they_show(office: Office):
    for kind in (AppealKind.COMPLAINT, AppealKind.THANKS, AppealKind.PROPOSAL):
        register_appeal(office.desk, make_draft(kind=kind))
    office.clock.go_on(60 * DAY_MS)
    register_appeal(office.desk, make_draft())
    counts = reading.count_requests(office.desk)
    for one in AppealFilter:
        assert counts.of(one) == len(reading.list_requests(office.desk, only=one)), one
        assert counts.of(one) >= len(reading.list_requests(office.desk, "тургөө турдубаева", only=one)), one
    assert (counts.all, counts.waiting, counts.overdue) == (4, 4, 2)


def test_a_person_at_the_counter_is_known_by_pin_by_phone_or_by_name(office: Office):
    made = register_appeal(office.desk, make_draft())
    by_pin = make_draft(surname="", given_name="", phone="")
    by_phone = make_draft(pin="", phone="0799671401")
    by_name = make_draft(pin="", phone="", surname="турдубаева", given_name="бактыгул")
    for draft in (by_pin, by_phone, by_name):
        card = reading.earlier_of_person(office.desk, draft)
        assert [row.number for row in card.rows] == [made.number]
        assert card.address.settlement == "Ак-Жол"
    stranger = make_draft(pin="20202199099999", phone="0700000000", surname="Башка", given_name="Адам")
    assert reading.earlier_of_person(office.desk, stranger).rows == ()


def test_the_same_matter_is_shown_as_a_possible_duplicate(office: Office):
    made = register_appeal(office.desk, make_draft())
    again = reading.possible_duplicates(office.desk, make_draft(subject="Мал уурулугу боюнча"))
    assert [one.row.number for one in again] == [made.number]
    assert again[0].same_person
    stranger = make_draft(pin="20202199099999", phone="", surname="Башка", given_name="Адам")
    assert not reading.possible_duplicates(office.desk, stranger)[0].same_person
    other = replace(stranger, subject="Мектепке мугалим", categories=("01.02",))
    assert reading.possible_duplicates(office.desk, other) == ()


def test_the_term_is_shown_with_every_day_before_registering(office: Office):
    due = reading.due_preview(office.desk, AppealKind.COMPLAINT)
    made = register_appeal(office.desk, make_draft())
    assert due.due_on == made.due.due_on
    assert len(due.counted) == due.working_days == 14
    assert due.due_on is not None
    assert reading.working_days_left(office.desk, due.due_on) == 14
    card = reading.appeal_card(office.desk, made.event)
    assert reading.due_arithmetic(office.desk, card.seen) == due


def test_a_receipt_is_checked_by_number_and_by_its_code(office: Office):
    made = register_appeal(office.desk, make_draft())
    by_code = check_receipt(office.desk, made.qr_text)
    assert by_code.verdict is Verdict.SIGNED_NOT_YET_SEEN
    assert by_code.row is not None
    by_number = check_receipt(office.desk, made.number.lower().replace("-", " "))
    assert by_number.row == reading.appeal_row(office.desk, made.event)
    office.desk.store.connection.execute("UPDATE outbox SET state = 6")
    assert check_receipt(office.desk, made.qr_text).verdict is Verdict.IN_LOG
    assert check_receipt(office.desk, trial_receipt(office.desk).qr_text).is_test


def test_a_forged_or_broken_receipt_is_told_by_name(office: Office):
    made = register_appeal(office.desk, make_draft())
    forged = made.receipt[:-1] + bytes([made.receipt[-1] ^ 1])
    with pytest.raises(NotAuthentic):
        check_receipt(office.desk, qr_text(forged, "https://kattar.gov.kg"))
    with pytest.raises(MalformedBytes):
        check_receipt(office.desk, f"https://kattar.gov.kg/Q/{to_base32(made.receipt[:50])}")
    with pytest.raises(MalformedBytes, match="receipt_malformed"):
        check_receipt(office.desk, made.qr_text + "=")
    assert check_receipt(office.desk, made.qr_text.lower()).verdict is not None
    with pytest.raises(InvalidField):
        check_receipt(office.desk, "салам")
    with pytest.raises(InvalidField):
        check_receipt(office.desk, made.number[:-1] + str((int(made.number[-1]) + 1) % 10))


def test_the_projection_made_again_from_events_is_the_same(office: Office):
    for _ in range(5):
        register_appeal(office.desk, make_draft())
    before = reading.list_requests(office.desk, "турду")
    assert project_all(office.desk.store) == 5
    assert differences(office.desk.store) == ()
    assert {row.number for row in reading.list_requests(office.desk, "турду")} == {row.number for row in before}


def test_delivery_shows_the_week_and_what_waits(office: Office):
    register_appeal(office.desk, make_draft())
    office.clock.go_on(DAY_MS)
    register_appeal(office.desk, make_draft())
    office.desk.store.connection.execute(
        "UPDATE outbox SET state = 5, stored_at_ms = queued_at_ms + 90000 WHERE seq <= 2"
    )
    week = reading.delivery_week(office.desk)
    assert [day.registered for day in week.days] == [0, 0, 0, 0, 0, 1, 1]
    assert [day.delivered for day in week.days] == [0, 0, 0, 0, 0, 1, 0]
    assert week.usual_delay_s == 90
    waits = reading.waiting(office.desk)
    assert (waits.events, waits.appeals) == (1, 1)
    assert [item.number[:14] for item in reading.list_outbox(office.desk)] == ["ALA-26-A-00002"]


def test_a_day_decreed_off_moves_the_term_at_once(office: Office):
    before = reading.due_preview(office.desk, AppealKind.COMPLAINT)
    assert before.due_on is not None
    office.desk.store.connection.execute(
        "INSERT INTO calendar_days (day, kind, reason_ky, reason_ru, reason_en) VALUES (?, 1, 'Айт', 'Айт', 'Ait')",
        (before.counted[3].isoformat(),),
    )
    after = reading.due_preview(office.desk, AppealKind.COMPLAINT)
    assert after.due_on is not None
    assert after.due_on > before.due_on
    assert before.counted[3] in [day for day, _ in after.skipped]
    assert register_appeal(office.desk, make_draft()).due.due_on == after.due_on


def test_a_person_is_surely_known_by_pin_or_by_name_and_birth_and_never_by_name_alone(office: Office):
    register_appeal(office.desk, make_draft(birth_on=None))
    known = reading.returning_person(office.desk, make_draft(surname="", given_name=""))
    assert known is not None
    assert (known.surname, known.phone, known.address.street) == ("Турдубаева", "+996 799 671 401", "Ленин, 27")
    without = make_draft(pin="", birth_on=date(1988, 1, 1))
    by_birth = reading.returning_person(office.desk, without)
    assert by_birth is not None
    assert by_birth.pin == "10101198899656"
    assert reading.returning_person(office.desk, replace(without, birth_on=None)) is None
    assert reading.returning_person(office.desk, replace(without, birth_on=date(1988, 1, 2))) is None
    assert reading.returning_person(office.desk, make_draft(pin="20101198800000")) is None


MET = (
    ("Ғафуров", "Қодир", "", ("Гафуров", "гафуров кодир", "Gafurov")),
    ("Сейітқұлов", "Әлихан", "", ("Сейиткулов", "сейиткулов алихан")),
    ("Раҳмонӣ", "Ҷӯрабек", "", ("Рахмони", "журабек", "Джурабек", "rahmoni")),
    ("Yılmaz", "Şükrü İsmail", "+90 532 123 45 67", ("Yilmaz", "yılmaz", "sukru", "ISMAIL", "+905321234567")),
    ("O'Connor", "Daniel", "", ("oconnor", "O’Connor", "o'connor", "connor")),
    ("Осмонов", "Бекзат", "+996 312 62-12-34 доб. 105", ("0312 62 12 34", "312621234", "0312621234 доб. 105")),
    ("Садыров", "Азамат", "0555 123 456, 0777 654 321", ("0555123456", "0777 654 321", "+996777654321")),
    ("Кадыров", "Нурбек", "62-12-34", ("621234", "62-12-34", "62 12 34")),
    ("Абдыев", "Санжар", "０７０５５５５１２３", ("0705555123", "０７０５５５５１２３", "٠٧٠٥٥٥٥١٢٣")),
)
"""People as they came to other offices, and how a clerk looks for them on the keyboard there is."""


def test_people_are_found_by_plain_letters_and_by_each_of_their_telephones(office: Office):
    made = {
        surname: register_appeal(office.desk, make_draft(surname=surname, given_name=given, phone=phone, pin="")).number
        for surname, given, phone, _ in MET
    }
    for surname, _, _, asked in MET:
        for words in asked:
            found = [row.number for row in reading.list_requests(office.desk, words)]
            assert made[surname] in found, (surname, words)
    by_extension = [row.number for row in reading.list_requests(office.desk, "10105")]
    assert made["Осмонов"] not in by_extension


def test_a_short_number_stands_for_all_that_end_with_it(office: Office):
    whole = register_appeal(office.desk, make_draft(surname="Осмонов", phone="0312 62 12 34", pin=""))
    short = register_appeal(office.desk, make_draft(surname="Кадыров", phone="62-12-34", pin=""))
    other = register_appeal(office.desk, make_draft(surname="Башка", phone="0312 62 12 35", pin=""))
    for words in ("621234", "0312621234"):
        found = {row.number for row in reading.list_requests(office.desk, words)}
        assert found == {whole.number, short.number}
    assert other.number in {row.number for row in reading.list_requests(office.desk, "621235")}


def test_a_person_is_known_again_by_any_of_two_telephones(office: Office):
    register_appeal(office.desk, make_draft(surname="Садыров", phone="0555 123 456, 0777 654 321", pin=""))
    known = reading.earlier_of_person(office.desk, make_draft(surname="Садыров", phone="+996 777 654321", pin=""))
    assert len(known.rows) == 1


def test_a_number_in_full_width_digits_is_found(found):
    made, numbers = found
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in made.number)
    assert numbers(wide) == [made.number]


@pytest.mark.parametrize(
    "behind", [".", ")", "/", "?utm_source=mail&utm_medium=x", "#top", "\u200b", " – карап коюңуз", "»,"]
)
def test_a_pasted_link_is_read_whatever_stands_behind_it(office: Office, behind: str):
    made = register_appeal(office.desk, make_draft())
    checked = check_receipt(office.desk, f"Караңыз: {made.qr_text}{behind}")
    assert (checked.number, checked.verdict) == (made.number, Verdict.SIGNED_NOT_YET_SEEN)
