"""A number is final, is found however it is typed, and is never taken for another."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.numbers import (
    SLOT_LETTERS,
    SLOTS,
    RegistrationNumber,
    is_self_issued,
    is_slot,
    next_slot,
    number_query,
    self_issued_slot,
)
from server_sync.contract.spelling import spellings
from tests.contract.shipped import BOOK

CODES = sorted(BOOK.number_codes)
EXAMPLE = RegistrationNumber("ALA", 2026, "A", 42, 71)
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
BY_LOOK = str.maketrans("ABCEHIKMOPSTYX", "АВСЕНІКМОРЅТУХ")
BY_SOUND = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "АБЦДЕФГХИЖКЛМНОПКРСТУВВХЫЗ")
TYPED_SOUNDS = {"CH": "Ч", "SH": "Ш", "YA": "Я", "YU": "Ю", "ZH": "Ж"}

slots = st.sampled_from(SLOTS) | st.text(SLOT_LETTERS, min_size=4, max_size=4).map(lambda letters: f"Z{letters}")
numbers = st.builds(
    RegistrationNumber,
    st.sampled_from(CODES),
    st.integers(2000, 2099),
    slots,
    st.integers(1, 3_000_000),
    st.integers(0, 99),
)


def some_numbers() -> Iterator[RegistrationNumber]:
    for place, code in enumerate(CODES):
        yield RegistrationNumber(code, 2026 + place % 3, SLOTS[place * 7 % 600], 1 + place * 997, place * 37 % 100)


def understood(typed: str) -> RegistrationNumber | None:
    try:
        return RegistrationNumber.parse(typed, BOOK.number_codes)
    except InvalidField:
        return None


def test_the_example_of_the_protocol_is_written_as_published() -> None:
    assert str(EXAMPLE) == "ALA-26-A-00042-7184"
    assert EXAMPLE.short == "ALA-26-A-00042"
    assert EXAMPLE.check == 84


@given(numbers)
def test_every_number_is_read_back_as_it_was_written(number: RegistrationNumber) -> None:
    assert RegistrationNumber.parse(str(number)) == number
    assert RegistrationNumber.parse(str(number), BOOK.number_codes) == number


@given(numbers, st.sampled_from(["", " ", "\u2011", "\u2013", "  -  ", "_", "\u00a0", "."]), st.booleans())
def test_case_dashes_and_spaces_do_not_matter(number: RegistrationNumber, dash: str, is_lower: bool) -> None:
    typed = str(number).replace("-", dash)
    assert RegistrationNumber.parse(f" № {typed.lower() if is_lower else typed} ", BOOK.number_codes) == number


@pytest.mark.parametrize(
    "typed",
    [
        "АЛА-26-А-00042-7184",
        "ала 26 а 00042 7184",
        "ALA26A000427184",
        "ALA\u201126\u2011A\u201100042\u20117184",
        "ala-26-a-ooo42-7I84",
        "Ала26А000427І84",
    ],
)
def test_a_number_typed_in_cyrillic_is_found(typed: str) -> None:
    assert RegistrationNumber.parse(typed) == EXAMPLE


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("slot", ["A", "B", "C", "H", "P", "R", "V", "X", "Y", "U", "AZ", "ZBHPX"])
def test_every_office_is_found_by_look_and_by_sound(code: str, slot: str) -> None:
    number = RegistrationNumber(code, 2026, slot, 731, 8)
    plain = str(number)
    head, tail = plain[: len(code)], plain[len(code) :]
    by_sound = head
    for latin, cyrillic in TYPED_SOUNDS.items():
        by_sound = by_sound.replace(latin, cyrillic)
    typings = {
        plain.translate(BY_LOOK),
        plain.translate(BY_LOOK).lower(),
        plain.translate(BY_SOUND),
        head + tail.translate(BY_LOOK),
        (by_sound + tail).translate(BY_SOUND),
    }
    for typed in typings:
        assert understood(typed) == number, typed


def test_one_wrong_character_is_never_accepted_as_another_number() -> None:
    tried = 0
    for number in some_numbers():
        plain = str(number)
        for place, right in enumerate(plain):
            if right == "-":
                continue
            for wrong in CHARACTERS:
                found = understood(plain[:place] + wrong + plain[place + 1 :])
                assert found in (None, number), (plain, place, wrong)
                tried += 1
    assert tried > 30_000


def test_two_swapped_neighbours_are_never_accepted_as_another_number() -> None:
    for number in some_numbers():
        places = [place for place, character in enumerate(str(number)) if character != "-"]
        for left, right in pairwise(places):
            typed = list(str(number))
            typed[left], typed[right] = typed[right], typed[left]
            assert understood("".join(typed)) in (None, number)


def test_one_wrong_digit_typed_in_cyrillic_is_seen_where_the_letters_have_one_reading() -> None:
    tried = 0
    for number in some_numbers():
        plain = str(number).translate(BY_SOUND)
        code, _, slot, *_ = plain.split("-")
        codes = set(spellings(code, lengths=(3,))) & BOOK.number_codes
        if len(codes) * len(spellings(slot, lengths=range(1, 6))) > 1:
            continue  # there the check digits are needed to tell the readings apart
        for place, right in enumerate(plain):
            for wrong in "0123456789" if right.isdigit() else "":
                assert understood(plain[:place] + wrong + plain[place + 1 :]) in (None, number)
                tried += 1
    assert tried > 1_000


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number_malformed"),
        ("ALA", "number_malformed"),
        ("ALA-26-A-00042", "number_malformed"),
        ("ALA-26-A-00000-7184", "number_malformed"),
        ("ALA-26-A-000042-7184", "number_malformed"),
        ("ALA-26-A-00042-7185", "number_check_failed"),
        ("ALA-26-A-00043-7184", "number_check_failed"),
        ("XXX-26-A-00042-7184", "number_check_failed"),
        ("A" * 5_000, "number_malformed"),
        ("🙂-26-A-00042-7184", "number_malformed"),
        ("ALA-26-A-٠٠٠٤٢-7184", "number_malformed"),
    ],
)
def test_what_is_no_number_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        RegistrationNumber.parse(typed, BOOK.number_codes)
    assert refusal.value.code == code


@given(st.text(max_size=80))
def test_any_text_at_all_is_a_number_or_refused(typed: str) -> None:
    found = understood(typed)
    assert found is None or RegistrationNumber.parse(str(found)) == found
    number_query(typed, BOOK.number_codes)


@pytest.mark.parametrize(
    "parts",
    [
        ("AL", 2026, "A", 1, 0),
        ("ala", 2026, "A", 1, 0),
        ("ALA", 26, "A", 1, 0),
        ("ALA", 2026, "I", 1, 0),
        ("ALA", 2026, "", 1, 0),
        ("ALA", 2026, "A", 0, 0),
        ("ALA", 2026, "A", 1, 100),
    ],
)
def test_a_number_of_wrong_parts_cannot_be_made(parts: tuple[str, int, str, int, int]) -> None:
    with pytest.raises(InvalidField):
        RegistrationNumber(*parts)


def test_slots_come_in_order_and_are_never_given_twice() -> None:
    used: list[str] = []
    for _ in range(700):
        slot = next_slot(used)
        assert slot not in used
        assert is_slot(slot)
        used.append(slot)
    assert used[:3] == ["A", "B", "C"]
    assert "I" not in "".join(used)
    assert "O" not in "".join(used)
    assert tuple(used[:600]) == SLOTS
    assert used[600] == "AAA"


def test_a_site_that_has_used_every_slot_says_so() -> None:
    class Everything(frozenset[str]):
        pass

    from server_sync.contract.numbers import slots as all_slots

    with pytest.raises(ContractError) as refusal:
        next_slot(Everything(all_slots()))
    assert refusal.value.code == "slots_exhausted"


def test_a_store_without_a_line_takes_a_slot_that_no_centre_gives() -> None:
    drawn = iter("KWXY")
    slot = self_issued_slot(lambda letters: next(drawn))
    assert slot == "ZKWXY"
    assert is_self_issued(slot)
    assert not any(is_self_issued(given) for given in SLOTS)


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("42", True),
        ("0042", True),
        ("ALA", True),
        ("ала", True),
        ("ALA-26", True),
        ("ала26а", True),
        ("ALA-26-A-42", True),
        ("ALA-26-A-00042", True),
        ("АЛА 26 А 00042 71", True),
        ("ALA-26-A-00042-7184", True),
        ("43", False),
        ("JAY", False),
        ("ALA-25", False),
        ("ALA-26-B", False),
        ("ALA-26-A-00043", False),
    ],
)
def test_the_beginning_of_a_number_finds_it(typed: str, is_found: bool) -> None:
    query = number_query(typed, BOOK.number_codes)
    assert query is not None
    assert query.fits(str(EXAMPLE)) is is_found


@pytest.mark.parametrize("typed", ["", "   ", "Бакыт уулу Азамат", "жолдорду оңдоо", "0", "12345678901234", "🙂"])
def test_words_are_no_beginning_of_a_number(typed: str) -> None:
    assert number_query(typed, BOOK.number_codes) is None


@given(numbers, st.integers(1, 20))
def test_every_beginning_of_a_number_finds_it(number: RegistrationNumber, length: int) -> None:
    begun = str(number)[:length]
    query = number_query(begun, BOOK.number_codes)
    assert query is not None
    assert query.fits(str(number)), begun


def test_full_width_letters_and_digits_are_read_as_ascii() -> None:
    number = str(RegistrationNumber("ALA", 2026, "A", 42, 71))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    assert str(RegistrationNumber.parse(wide)) == number
