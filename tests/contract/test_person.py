"""What is odd about a person is said, and nothing about a person is refused or changed."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.bodies import Applicant, Sex
from server_sync.contract.person import (
    check_document,
    check_email,
    check_name,
    check_person,
    check_phone,
    check_pin,
    group_phone,
    mask_pin,
    phone_keys,
    pin_facts,
    repair_for_search,
)
from tests.contract.shipped import sample_requests

TODAY = date(2026, 11, 23)
PIN = "11503198299042"
USUAL = Applicant(
    surname="Асанова",
    given_name="Айгүл",
    patronymic="Бакыт кызы",
    pin=PIN,
    document="ID1234567",
    birth_on=date(1982, 3, 15),
    sex=Sex.FEMALE,
    phone="0700 123 456",
)


def codes(person: Applicant) -> list[str]:
    return [warning.code for warning in check_person(person, TODAY)]


def test_a_usual_person_raises_no_question() -> None:
    assert codes(USUAL) == []


def test_a_pin_tells_sex_and_birth() -> None:
    facts = pin_facts("2 19041969 10047")
    assert facts is not None
    assert (facts.sex, facts.birth_on) == (Sex.MALE, date(1969, 4, 19))


@pytest.mark.parametrize("pin", ["", "123", "02112199210016", "13102198299042", "a1503198299042", "1150319829904٢"])
def test_an_unusual_pin_tells_nothing(pin: str) -> None:
    assert pin_facts(pin) is None


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("1150319829904", "pin_length_unusual"),
        ("115031982990421", "pin_length_unusual"),
        ("02112199210016", "pin_of_organisation"),
        ("31503198299042", "pin_first_digit_unusual"),
        ("13102198299042", "pin_date_impossible"),
        ("11503189999042", "pin_date_impossible"),
        ("11503202799042", "pin_date_in_future"),
        ("21503198299042", "pin_sex_differs"),
        ("11603198299042", "pin_birth_differs"),
        ("PIN unknown", "pin_not_digits"),
        ("", "pin_missing"),
    ],
)
def test_an_odd_pin_is_a_warning(pin: str, code: str) -> None:
    assert code in codes(replace(USUAL, pin=pin))


def test_a_person_without_papers_who_says_why_is_not_asked_again() -> None:
    assert codes(replace(USUAL, pin="", no_pin_reason="паспорт жоголгон")) == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("+996799671401", "+996 799 671 401"), ("0312123456", "0312 123 456"), ("+79261234567", ""), ("8 (312)", "")],
)
def test_a_telephone_number_of_this_country_is_shown_in_groups_and_any_other_as_typed(typed, shown):
    assert group_phone(typed) == (shown.replace(" ", "\u00a0") or typed)


def test_a_pin_on_a_screen_hides_sex_less_and_birth_wholly() -> None:
    assert mask_pin("21904196910047") == "2******* 10047"
    assert mask_pin("0211219921001") == "*" * 13
    assert mask_pin("") == ""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Acaнова", "name_mixes_alphabets"),
        ("Ѳмүрбеков", "name_letter_unusual"),
        ("Жўсўпов", "name_letter_unusual"),
        ("Кеӊешбек", "name_letter_unusual"),
        ("Асанов2", "name_has_digits"),
        ("Асан 🙂", "name_has_pictures"),
        ("\u202eАсан", "name_has_invisible_marks"),
        ("Асан ", "name_has_extra_spaces"),
        ("А" * 61, "name_long"),
    ],
)
def test_an_odd_name_is_a_warning(name: str, code: str) -> None:
    assert code in [warning.code for warning in check_name(name, "surname")]


@pytest.mark.parametrize(
    "name", ["Бакыт уулу", "Асанова-Ким", "Ömürbek", "Smith", "О'Коннор", "Али", "Лю", "фон Берг", "Ңуй", ""]
)
def test_names_of_all_peoples_are_usual(name: str) -> None:
    assert check_name(name, "surname") == ()


def test_the_offer_to_repair_names_the_letter() -> None:
    warning = next(w for w in check_name("Ѳмүрбеков", "surname") if w.code == "name_letter_unusual")
    assert warning.values == {"letter": "Ѳ", "suggestion": "Ө"}
    mixed = next(w for w in check_name("Acaнова", "surname") if w.code == "name_mixes_alphabets")
    assert mixed.values["suggestion"] == "Асанова"


def test_repair_serves_search() -> None:
    assert repair_for_search("Ѳкмѳт Кеӊеш Acaнова Smith") == "Өкмөт Кеңеш Асанова Smith"


@pytest.mark.parametrize("typed", ["0700 123 456", "700123456", "996700123456", "+996 700 123 456", "+996700123456"])
def test_a_number_of_this_country_is_read_in_every_form(typed: str) -> None:
    assert check_phone(typed) == ("+996700123456", ())


def test_a_migrant_s_number_abroad_is_as_good() -> None:
    assert check_phone("+7 916 123-45-67") == ("+79161234567", ())


def test_a_test_number_is_possible_and_only_asked_about() -> None:
    number, warnings = check_phone("+996799162419")
    assert number == "+996799162419"
    assert [warning.code for warning in warnings] == ["phone_not_in_use"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("12", "phone_length_unusual"), ("кошунанын номери", "phone_unreadable"), ("9" * 400, "phone_unreadable")],
)
def test_an_unreadable_number_is_a_warning(typed: str, code: str) -> None:
    number, warnings = check_phone(typed)
    assert number is None
    assert [warning.code for warning in warnings] == [code]


@pytest.mark.parametrize("typed", ["ID1234567", "an 1234567", "AC-123456", ""])
def test_usual_documents_raise_no_question(typed: str) -> None:
    assert check_document(typed) == ()


def test_a_document_typed_in_cyrillic_is_offered_in_latin() -> None:
    (warning,) = check_document("АС1234567")
    assert warning.code == "document_letters_cyrillic"
    assert warning.values["suggestion"] == "AC1234567"
    assert [w.code for w in check_document("жок")] == ["document_unusual"]


@dataclass(frozen=True)
class Anyone:
    surname: str
    given_name: str
    patronymic: str
    pin: str
    no_pin_reason: str
    document: str
    birth_on: date | None
    sex: Sex | None
    phone: str


@given(
    st.builds(
        Anyone,
        *[st.text(max_size=40) | st.text("0123456789+ ()-Ѳa\u202e🙂", max_size=20)] * 6,
        st.none() | st.dates(),
        st.sampled_from([None, *Sex]),
        st.text(max_size=60) | st.text("0123456789+ ()-", max_size=30),
    )
)
def test_nothing_a_person_can_enter_is_refused(person: Anyone) -> None:
    check_person(person, TODAY)
    mask_pin(person.pin)
    repair_for_search(person.surname)


def test_no_sample_pin_disagrees_with_its_person() -> None:
    for request in sample_requests():
        citizen = request["citizen"]
        sex = Sex.MALE if citizen["sex"] == "M" else Sex.FEMALE
        assert check_pin(citizen["pin"], date.fromisoformat(citizen["birth_date"]), sex, TODAY) == ()


@pytest.mark.parametrize(
    "email", ["", "aidana@example.kg", "a.b-c+d@mail.example.org", "айдана@мисал.кыр", " a@example.kg "]
)
def test_a_usual_email_address_is_not_asked_about(email: str) -> None:
    assert check_email(email) == ()


@pytest.mark.parametrize(
    "email", ["sidorov(at)mail.ru", "a@b", "a b@example.kg", "a@@example.kg", "@example.kg", "a@example..kg", "a" * 400]
)
def test_an_odd_email_address_is_a_warning(email: str) -> None:
    assert [(one.code, one.field) for one in check_email(email)] == [("email_unusual", "email")]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("+996 700 123 456", ("700123456",)),
        ("0555 123 456, 0777 654 321", ("555123456", "777654321")),
        ("0555123456/0777654321", ("555123456", "777654321")),
        ("0555 123 456 0777 654 321", ("555123456", "777654321")),
        ("+996 312 62-12-34 доб. 105", ("312621234",)),
        ("0312 621234 ext 10555", ("312621234",)),
        ("62-12-34 (ички 10234)", ("621234",)),
        ("62-12-34", ("621234",)),
        ("０５５５１２３４５６", ("555123456",)),
        ("+90 532 123 45 67", ("321234567",)),
        ("", ()),
        ("жок", ()),
        ("105", ()),
    ],
)
def test_every_telephone_of_a_field_is_known_by_itself(typed: str, keys: tuple[str, ...]) -> None:
    assert phone_keys(typed) == keys


def test_two_sound_telephones_in_one_field_are_nothing_unusual() -> None:
    assert check_phone("0555 123 456, 0777 654 321") == ("+996555123456", ())
    number, warnings = check_phone("0555 123 456, 62-12-34")
    assert number == "+996555123456"
    assert [warning.code for warning in warnings] == ["phone_not_in_use"]
