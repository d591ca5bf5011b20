"""What could point to a person is found in Kyrgyz and Russian texts, and little else is taken for it."""

from itertools import pairwise

import pytest

from proving.bench.privacy import LONG, RECALL, TODAY, scores
from proving.bench.privacy_sentences import Labelled, by_hand, sentences
from server_sync.privacy.finder import find
from server_sync.privacy.finding import Finding, Grade, Kind, Known, Reason

KNOWN = Known(
    names=("Ли", "Анна Мария", "Асанбек уулу", "Иванова-Петрова"),
    numbers=("+996555123456",),
    pin="10101198099656",
    document="AN7654321",
    email="me@example.kg",
    street="Жибек Жолу 12",
)


def texts(text: str, known: Known = KNOWN) -> list[str]:
    return [one.text for one in find(text, known, TODAY)]


@pytest.mark.parametrize("which", ["seen", "held_out"])
def test_of_marked_sentences_enough_is_found_and_little_else(which):
    labelled = list(sentences(which))
    assert len(labelled) > 330
    for kind, score in scores(labelled).items():
        assert score.recall >= RECALL.get(kind, 0.85), (kind, score)
        assert score.precision >= 0.95, (kind, score)


def test_sentences_without_anybody_are_mostly_left_alone():
    traps = [one for which in ("seen", "held_out") for one in by_hand(f"{which}.txt") if not one.labels]
    assert len(traps) > 70
    assert sum(bool(find(one.text, today=TODAY)) for one in traps) <= len(traps) // 30


def test_a_finding_stands_where_it_says_and_none_lies_over_another():
    text = "А\u0301сан\u00adов Ба\u200bкыт, тел. ０555 12\u201034\u201056, ко\u0438\u0306гой, А.Б. Токтоев."
    found = find(text, KNOWN, TODAY)
    assert [one.kind for one in found] == [Kind.NAME, Kind.PHONE, Kind.NAME]
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Кечээ асанбектин үйүнө барды.", ["асанбектин"]),
        ("петрова жазды", ["петрова"]),
        ("1010; 1198; 0996; 56", ["1010; 1198; 0996; 56"]),
        ("555, 12, 34, 56", ["555, 12, 34, 56"]),
        ("Почта: ME@example.kg", ["ME@example.kg"]),
        ("Жибекжолу жана жибек", ["Жибекжолу", "жибек"]),
        ("Анын уулу жана кызы.", []),
    ],
)
def test_what_the_request_says_of_its_own_people_is_found_however_it_stands(text, expected):
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Аким А.Б. Токтоев", Grade.LOW),
        ("Министр здравоохранения Садыров обещал", Grade.LOW),
        ("сосед Токтоев", Grade.SERIOUS),
        ("аким Петрова", Grade.SERIOUS),
        ("Мекеменин ПИНи 01010199910123", Grade.LOW),
    ],
)
def test_officials_and_bodies_weigh_less_and_the_applicant_never_does(text, grade):
    assert [one.grade for one in find(text, KNOWN, TODAY)] == [grade]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ноль пятьсот пятьдесят пять двенадцать тридцать четыре пятьдесят шесть", Kind.PHONE),
        ("бир ноль бир ноль бир бир тогуз сегиз ноль тогуз тогуз алты беш алты", Kind.PIN),
    ],
)
def test_numbers_in_words_are_found(text, kind):
    assert [(one.kind, one.reason) for one in find(text)] == [(kind, Reason.DIGITS_IN_WORDS)]


HOSTILE = (
    *("a", "А.Б. ", "0 ((((", "1 2 ", "ул. ", "көчөсү ", "жашайм ", "Асанов ", "бир ", "a.b", "паспорт ", "тел "),
    *("уй 1-", "a\u0301", "\u0301\u0316", "улица а а а ", "с. а а д. ", "x@", "адрес: ", "1-үй ", "г. а, ", "+9 "),
)


def test_hostile_texts_take_time_with_their_length_alone():
    long_ones = [(part * LONG)[: LONG // 4] for part in HOSTILE]
    for text in (*long_ones, (long_ones[1] + long_ones[4]) * 2):
        assert all(isinstance(one, Finding) for one in find(text, KNOWN, TODAY))


def test_marks_of_the_sentences_are_read():
    one = Labelled.of("Мен {name|Асан} болом.")
    assert one.text == "Мен Асан болом."
    assert [(label.kind, one.text[label.start : label.end]) for label in one.labels] == [("name", "Асан")]


@pytest.mark.parametrize(
    "text",
    ["Тел. 0555 123456 2026-жылы", "Мой телефон 0555 123456 1990 г.р.", "Звоните 0555 12-34-56 0700 65-43-21"],
)
def test_no_number_of_a_body_hides_a_telephone_that_stands_beside_other_digits(text):
    found = find(text, KNOWN, TODAY)
    assert any(one.kind is Kind.PHONE and one.is_serious and one.start <= text.index("0555") < one.end for one in found)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("Аким Садыров жана Асанов Бакыт келишкен жок.", "Асанов Бакыт"),
        ("Аким Садыров Асанова Бакыта не принял.", "Асанова"),
        ("Аким Садыров\nАсанов Бакыт", "Асанов"),
        ("Ко мне пришли Асанов Бакыт и аким Садыров.", "Асанов Бакыт"),
        ("Асанов Бакыт, аким Садыров и другие.", "Асанов Бакыт"),
    ],
)
def test_whoever_is_named_beside_an_official_weighs_as_much_as_anybody(text, private):
    assert any(private in one.text and one.is_serious for one in find(text))


@pytest.mark.parametrize("text", ["Аким Садыров сказал.", "Садыров Азамат, аким района, сказал.", "Министр А. Асанов."])
def test_an_official_named_alone_weighs_less(text):
    assert [one.is_serious for one in find(text)] == [False]
