"""What was typed without ң ө ү, with wrong letters or on the wrong keyboard is found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.folding import (
    ALPHABET,
    fold,
    fold_for_index,
    fold_latin,
    is_mixed,
    name_key,
    relayout,
    search_terms,
    sort_key,
    stream_safe,
    words_as_written,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Өзгөн ЧОҢ Үч Ёлка", "озгон чон уч елка"),
        ("Ѳкмѳтүнүн", "окмотунун"),
        ("Жогорку Кеӊеш", "жогорку кенеш"),
        ("Кењеш", "кенеш"),
        ("Жўсўпов", "жусупов"),
        ("Acaнов", "асанов"),  # the first three letters are Latin
        ("ID1234567", "id1234567"),
        ("Кара\u00adСуу", "карасуу"),
        ("\u202eАйгүл\u202c", "айгул"),
        ("ЙОЛДОШ йод", "йолдош йод"),
        ("й", "й"),  # и and a combining breve
        ("№ 5", "№ 5"),
        ("Ғафуров Қодир", "гафуров кодир"),
        ("Сейітқұлов Әлихан", "сейиткулов алихан"),
        ("Раҳмонӣ Ҷӯрабек", "рахмони журабек"),
        ("Yılmaz Şükrü İsmail", "yilmaz sukru ismail"),
        ("O'Connor O’Connor OʼConnor", "oconnor oconnor oconnor"),
        ("Мар'яна Григорʼєва", "маряна григорева"),
        ("de la Cruz-Ñúñez", "de la cruz-nunez"),
        ("Straße, Łódź, Ağrı", "strasse, lodz, agri"),
        ("ＡＬＡ ０５５５ ٠١٢", "ala 0555 012"),
        ("", ""),
    ],
)
def test_a_text_is_folded_for_search(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60) | st.text("аңөүёѳӊњўйАaceopxyk \u0306\u0308\u202eİßﬁ", max_size=20))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(ALPHABET + ALPHABET.upper() + " -", max_size=40))
def test_case_and_the_missing_marks_never_part_a_text_from_its_query(text: str) -> None:
    typed = text.casefold().translate(str.maketrans("ңөүё", "ноуе"))
    assert fold(typed) == fold(text) == fold(text.upper())


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u05b0\u0591", "\u0f73", "\u0301\u200d\u0316"])
def test_no_letter_is_given_more_marks_than_a_language_has(marks: str) -> None:
    heaped = "а" + marks * 10_000 + "б"
    for folded in (fold(heaped), fold_for_index(heaped), "".join(words_as_written(heaped))):
        assert sum(1 for letter in folded if unicodedata.combining(letter)) <= 60


def test_a_sorting_key_is_made_in_time_with_the_length() -> None:
    heaped = "а" + "\u0301\u0316" * 10_000
    compared, _, kept = sort_key(heaped).partition("\0")
    assert len(compared) <= 31
    assert kept == heaped


@given(before=st.text(alphabet="аб -", max_size=40), marks=st.integers(min_value=0, max_value=200))
def test_how_many_marks_stay_does_not_depend_on_where_they_stand(before: str, marks: int) -> None:
    heaped = f"{before}а" + "\u0301" * marks + "б"
    assert stream_safe(heaped).count("\u0301") == (marks if marks < 60 else 30)


@pytest.mark.parametrize("text", ["а\u0301 б\u0316", "-" * 100, "… — " * 40, "\n\n" * 50, "שָׁלוֹם", "ก็่" * 40])
def test_what_somebody_wrote_keeps_its_marks(text: str) -> None:
    assert stream_safe(text) == text


def test_a_name_with_an_apostrophe_is_found_whole_and_by_its_parts() -> None:
    assert {"oconnor", "o", "connor"} <= set(search_terms(fold_for_index("O'Connor")))
    assert {"маряна", "яна"} <= set(search_terms(fold_for_index("Мар’яна")))
    assert fold_for_index("'Асан'") == "асан"


def test_a_doubtful_letter_is_found_both_ways() -> None:
    indexed = fold_for_index("Жогорку Кеўеш, Жўсўпов")
    assert {"кенеш", "жусупов"} <= set(search_terms(indexed))
    assert fold_for_index("Кеңеш") == "кенеш"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Өзгөн", "озгон", "Ozgon", "Özgön"),
        ("Жумгал", "Джумгал", "Jumgal", "Djumgal", "Zhumgal"),
        ("Чоң-Алай", "Chong-Alay", "Chon-Alai", "Чон-Алай"),
        ("Кызыл-Кыя", "Kyzyl-Kyya", "Kizil-Kia"),
        ("Ысык-Көл", "Ysyk-Kol"),
        ("Түп", "Tup", "Tüp"),
        ("Шаршенбек", "Sharshenbek"),
    ],
)
def test_one_name_in_two_alphabets_is_one_by_sound(spellings: tuple[str, ...]) -> None:
    assert len({fold_latin(spelling) for spelling in spellings}) == 1, [fold_latin(s) for s in spellings]


@pytest.mark.parametrize(
    "spellings",
    [("Жумгал", "Джумгал"), ("Кыя", "Кия"), ("Чоң", "Чон"), ("Майлуу-Суу", "Майлу Су"), ("Абдыкерий", "Абдикери")],
)
def test_spellings_of_one_name_meet(spellings: tuple[str, str]) -> None:
    assert name_key(spellings[0]) == name_key(spellings[1])


def test_names_sort_as_in_a_kyrgyz_dictionary() -> None:
    names = ["Arslan", "Zarema", "Асан", "Елена", "Ёлка", "Жаныл", "Нур", "Ңайа", "Омор", "Өмүр", "Улан", "Үсөн", "Яна"]
    assert sorted(sorted(names), key=sort_key) == names


def test_the_whole_alphabet_sorts_in_its_order() -> None:
    assert sorted(ALPHABET, key=sort_key) == list(ALPHABET)
    assert len(ALPHABET) == 36


def test_case_and_hyphens_do_not_scatter_names() -> None:
    assert min(["Кара-Суу", "Карагул", "кара суу", "Кара"], key=sort_key) == "Кара"
    assert sort_key("Кара-Суу")[:8] == sort_key("кара суу")[:8]


def test_a_query_is_split_into_folded_words() -> None:
    assert search_terms("  Өзгөн, району Өзгөн! 15-үй ") == ("озгон", "району", "15", "уй")
    assert search_terms("🙂 — ") == ()
    assert len(search_terms(" ".join(f"сөз{n}" for n in range(500)))) == 12


@pytest.mark.parametrize(("typed", "meant"), [("jpujy", "озгон"), ("FRBV", "аким"), ("фдф", "ala"), ("ьщь", "mom")])
def test_a_query_typed_on_the_wrong_keyboard_is_read_again(typed: str, meant: str) -> None:
    assert relayout(typed) == meant


@pytest.mark.parametrize("typed", ["", "42", "Асан Acan", "!!!"])
def test_what_cannot_be_read_again_is_left_alone(typed: str) -> None:
    assert relayout(typed) is None


def test_a_word_of_two_alphabets_is_seen() -> None:
    assert is_mixed("Acан")
    assert not is_mixed("Асан")
    assert not is_mixed("Asan")
