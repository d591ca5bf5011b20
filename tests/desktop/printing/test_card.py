"""What a request's card and a handed-over answer show."""

from dataclasses import replace

from liaison_desktop.printing.card import card_pdf
from liaison_desktop.printing.content import CardPart
from tests.desktop.printing.papers import card, facts_of, words_on


def test_the_card_holds_the_text_the_history_and_the_answer(tmp_path):
    pdf = card_pdf(card())
    words = words_on(pdf)
    for expected in (
        "Кайрылуунун карточкасы",
        "Тездетүүңүздөрдү суранам.",
        "зарегистрировано",
        "Тергөө тобу кайра түзүлдү.",
        "удовлетворено частично",
        "10.09.2026 15:30",
    ):
        assert expected in words
    assert facts_of(pdf, tmp_path)["Pages"] == "1"


def test_only_the_answer_is_handed_over_when_asked():
    words = words_on(card_pdf(card(), CardPart.ANSWER))
    assert "Тергөө тобу кайра түзүлдү." in words
    assert "Ответ получил(а)" in words
    assert "Тездетүүңүздөрдү суранам." not in words


def test_a_request_without_an_answer_says_so():
    assert "Азырынча жооп жок." in words_on(card_pdf(card(answers=())))


def test_a_text_of_any_length_goes_over_pages_and_loses_no_word(tmp_path):
    sentences = [f"Сүйлөм{number} жазылды." for number in range(2_000)]
    pdf = card_pdf(card(text=" ".join(sentences)))
    words = words_on(pdf)
    assert all(f"Сүйлөм{number} " in words for number in range(2_000))
    pages = int(facts_of(pdf, tmp_path)["Pages"])
    assert pages > 5
    assert f"{pages}-бет, баары {pages}" in words


def test_the_same_card_gives_the_same_bytes():
    assert card_pdf(card()) == card_pdf(card())


def test_an_hour_that_nobody_measured_is_not_printed_on_the_card():
    steps = tuple(replace(step, is_hour_known=False) for step in card().history)
    words = words_on(card_pdf(card(is_hour_known=False, history=steps)))
    assert "24.08.2026" in words
    assert "14:07" not in words
