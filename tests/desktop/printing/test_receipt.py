"""What a receipt promises to the person who takes it home."""

import unicodedata
from datetime import UTC, date, datetime

import numpy as np
import pytest

from liaison_desktop.printing.content import Office, Pair, Paper, ReceiptDue, Signed
from liaison_desktop.printing.receipt import receipt_pdf
from liaison_desktop.printing.receipt_words import signed_words
from liaison_desktop.scanning.qr import _cv2, read_receipt_codes
from server_sync.contract.bodies import AnswerBy, AppealKind
from tests.desktop.printing.papers import (
    QR_TEXT,
    RECEIPT,
    boxes_of_words,
    facts_of,
    picture_of,
    receipt,
    words_on,
)

BOTH_PAPERS = pytest.mark.parametrize("paper", list(Paper))
VERY_LONG = ("Абдымомунова-Турдубаева Нуржамал Кыдырмышевна " * 10)[:300]
ODD = "Салам 😀👨\u200d👩\u200d👧 \u202eabc\u202c مرحبا 漢字 \ud800 a\tb \u0378 е\u0301"


@BOTH_PAPERS
def test_the_same_content_gives_the_same_bytes(paper):
    assert receipt_pdf(receipt(), paper) == receipt_pdf(receipt(), paper)


@BOTH_PAPERS
def test_everything_the_applicant_needs_can_be_read_in_both_languages(paper):
    words = words_on(receipt_pdf(receipt(), paper))
    for expected in (
        "ALA-26-A-00042-7184",
        "581 406",
        "24.08.2026, саат 14:07",
        "Турдубаева Бактыгүл Нурматовна",
        "Начальник районного отдела внутренних дел",
        "14.09.2026",
        "Жооп телефон аркылуу айтылат.",
        "Ответ сообщат вам по телефону.",
        "kattar.example",
        "Медер Ибраимов",
        "Каттоо дүмүрчөгү",
        "Квитанция о регистрации",
        "2 файл, 3 бет",
        "2 файла, 3 страницы",
    ):
        assert expected in words


@BOTH_PAPERS
def test_a_collective_request_says_how_many_signed_and_their_names(paper):
    signed = Signed(32, ("Асанов Асан", "Үсөнов Үсөн", "Бекова Бермет"))
    words = words_on(receipt_pdf(receipt(signed=signed), paper))
    assert "Турдубаева Бактыгүл Нурматовна" in words
    assert "32: Асанов Асан, Үсөнов Үсөн, Бекова Бермет" in words
    assert "Кол койгондор" in words
    assert "Подписали" in words
    assert "Кол койгондор" not in words_on(receipt_pdf(receipt(), paper))


def test_of_more_names_than_the_page_has_room_for_the_first_are_printed_and_more_are_said_to_be():
    names = tuple(f"Асанов {n}-уулу" for n in range(1, 41))
    assert signed_words(Signed(40, names), 2) == "40: Асанов 1-уулу, Асанов 2-уулу …"
    assert signed_words(Signed(40, ())) == "40"
    assert signed_words(Signed()) == ""


@BOTH_PAPERS
def test_the_code_on_paper_is_read_back_to_the_letter(paper):
    assert read_receipt_codes(picture_of(receipt_pdf(receipt(), paper), 150)) == (QR_TEXT,)


def test_the_term_can_be_counted_again_from_the_paper():
    words = words_on(receipt_pdf(receipt(), Paper.A5))
    assert "14 жумушчу күн. Эс алуу күндөрү жана 31-август эсептелбейт." in words
    assert "14 рабочих дней со следующего дня, без выходных и без 31 августа." in words


def test_a_term_with_moved_days_beyond_the_calendar_says_so():
    due = ReceiptDue(
        due_on=date(2027, 1, 22),
        working_days=14,
        days_off=tuple(date(2027, 1, day) for day in (1, 4, 5, 6, 7)),
        worked_weekends=(date(2027, 1, 16),),
        provisional=True,
    )
    words = words_on(receipt_pdf(receipt(due=due), Paper.A5))
    assert "1, 4–7 января" in words or "1 января, 4–7 января" in words
    assert "16 января" in words
    assert "Предварительно" in words


def test_a_computed_term_is_taken_over_with_its_unusual_days():
    class Computed:
        due_on = date(2026, 9, 14)
        working_days = 14
        counted = (date(2026, 8, 29), date(2026, 8, 25))
        skipped = ((date(2026, 8, 30), "weekend"), (date(2026, 8, 31), "holiday"))
        provisional = False

    due = ReceiptDue.from_computed(Computed())
    assert due is not None
    assert due.days_off == (date(2026, 8, 31),)
    assert due.worked_weekends == (date(2026, 8, 29),)


@BOTH_PAPERS
def test_thanks_carry_no_due_date(paper):
    words = words_on(receipt_pdf(receipt(kind=AppealKind.THANKS, due=None), paper))
    assert "Срока для ответа нет" in words
    assert "14.09.2026" not in words
    assert "Ответ сообщат" not in words


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (AnswerBy.LETTER, "письмом на ваш адрес"),
        (AnswerBy.PHONE, "по телефону"),
        (AnswerBy.EMAIL, "электронную почту"),
        (AnswerBy.IN_PERSON, "в этой приёмной"),
    ],
)
def test_the_next_step_follows_the_chosen_way_of_answer(way, said):
    assert said in words_on(receipt_pdf(receipt(answer_by=way), Paper.A5))


def test_russian_stands_first_for_who_speaks_russian(tmp_path):
    pdf = receipt_pdf(receipt(language="ru"), Paper.A5)
    words = words_on(pdf)
    assert words.index("Квитанция о регистрации") < words.index("Каттоо дүмүрчөгү")
    assert facts_of(pdf, tmp_path)["Title"] == "Квитанция о регистрации ALA-26-A-00042-7184"


@BOTH_PAPERS
def test_a_copy_is_marked_with_its_number_and_time(paper):
    copy = receipt(copy_no=2, copied_at=datetime(2026, 8, 25, 3, 12, tzinfo=UTC))
    words = words_on(receipt_pdf(copy, paper))
    assert "КӨЧҮРМӨ 2, 25.08.2026 09:12" in words
    assert "КОПИЯ 2, 25.08.2026 09:12" in words
    assert "КОПИЯ" not in words_on(receipt_pdf(receipt(), paper))


@BOTH_PAPERS
def test_a_test_receipt_says_that_it_has_no_force(paper):
    words = words_on(receipt_pdf(receipt(test=True), paper))
    assert "юридической силы не имеет" in words
    assert "СЫНОО" in words.replace(" ", "")  # the letters across the page are found one by one
    assert read_receipt_codes(picture_of(receipt_pdf(receipt(test=True), paper), 150)) == (QR_TEXT,)


LONGEST = receipt(
    applicant=(VERY_LONG, VERY_LONG),
    signed=Signed(2_000, (VERY_LONG,) * 2_000),
    addressee=Pair(VERY_LONG, VERY_LONG),
    subject="Ы" * 300,
    clerk_name=VERY_LONG,
    clerk_role=Pair(VERY_LONG),
    office=Office(names=Pair(VERY_LONG, VERY_LONG), contact=Pair(VERY_LONG)),
    copy_no=1,
)


def test_the_longest_names_stay_on_one_page_and_overlap_nothing(tmp_path):
    pdf = receipt_pdf(LONGEST, Paper.A5)
    assert facts_of(pdf, tmp_path)["Pages"] == "1"
    boxes = boxes_of_words(pdf)
    for left, top, right, bottom, word in boxes:
        assert left >= 28, word
        assert right <= 393, word
        assert top >= 0, word
        assert bottom <= 595, word
    for position, (left, top, right, bottom, word) in enumerate(boxes):
        high = bottom - top
        for other_left, other_top, other_right, other_bottom, other in boxes[position + 1 :]:
            wide = min(right, other_right) - max(left, other_left)
            tall = min(bottom, other_bottom) - max(top, other_top)
            assert wide <= 0.5 or tall <= 0.5 * min(high, other_bottom - other_top), (word, other)


def test_the_longest_names_stay_within_the_roll():
    for left, _, right, _, word in boxes_of_words(receipt_pdf(LONGEST, Paper.ROLL_80)):
        assert left >= 11, word
        assert right <= 216, word


def test_the_roll_is_as_long_as_what_it_says(tmp_path):
    short, long = (
        float(facts_of(receipt_pdf(content, Paper.ROLL_80), tmp_path)["Page size"].split()[2])
        for content in (receipt(), LONGEST)
    )
    assert short < long


@BOTH_PAPERS
def test_letters_that_no_font_has_never_stop_a_receipt(paper):
    words = words_on(receipt_pdf(receipt(subject=ODD, applicant=(ODD,)), paper))
    assert "Салам" in words
    assert "\N{WHITE SQUARE}" in words
    assert "\u202e" not in words


def test_the_document_names_its_language_and_moment_and_carries_its_fonts(tmp_path):
    pdf = receipt_pdf(receipt(), Paper.A5)
    facts = facts_of(pdf, tmp_path)
    assert facts["Title"] == "Каттоо дүмүрчөгү ALA-26-A-00042-7184"
    assert facts["Page size"].startswith("419.5")
    assert "2026" in facts["CreationDate"]
    assert b"/Lang (ky)" in pdf
    assert len(pdf) < 200_000


@BOTH_PAPERS
def test_the_code_stands_where_the_portal_says_six_digits_below_the_square(paper):
    pdf = receipt_pdf(receipt(), paper)
    picture = _cv2().imdecode(np.frombuffer(picture_of(pdf, 150), np.uint8), 0)
    found, corners = _cv2().QRCodeDetector().detect(picture)
    assert found
    left, right = (float(edge(corners[0][:, 0])) * 72 / 150 for edge in (min, max))
    foot = float(max(corners[0][:, 1])) * 72 / 150
    digits = [box for box in boxes_of_words(pdf) if box[4] in {"581", "406"}]
    assert "".join(box[4] for box in digits) == RECEIPT.short_code
    for x0, y0, x1, _, _ in digits:
        assert foot - 1 < y0 < foot + 40
        assert left - 5 < (x0 + x1) / 2 < right + 5


@BOTH_PAPERS
def test_the_paper_prints_the_telephones_it_speaks_of(paper):
    spoken = receipt_pdf(receipt(reached_at="+996\u00a0799\u00a0671\u00a0401"), paper)
    assert "799 671 401" in words_on(spoken).replace("\u00a0", " ")
    silent = words_on(receipt_pdf(receipt(office=Office(names=Pair("Аламүдүн району"))), paper))
    assert "В приёмной назовите номер и код" in silent
    told = words_on(receipt_pdf(receipt(office=Office(names=Pair("А"), phone="+996 312 62 12 34")), paper))
    assert "+996 312 62 12 34: назовите номер и код" in told


@BOTH_PAPERS
def test_a_receipt_without_a_clerk_s_name_has_no_loose_comma(paper):
    words = words_on(receipt_pdf(receipt(test=True, clerk_name=""), paper))
    assert "кабылдама адиси" in words
    assert ", кабылдама адиси" not in words


@BOTH_PAPERS
def test_names_in_other_scripts_are_drawn_as_they_are_written(paper):
    pdf = receipt_pdf(receipt(applicant=("王 小明", "محمد علي"), subject="שלום 日本"), paper)
    words = words_on(pdf)
    assert "\N{WHITE SQUARE}" not in words
    assert "王" in words
    assert "小明" in words
    seen = unicodedata.normalize("NFKC", words)
    assert "محمد" in seen or "دمحم" in seen


@BOTH_PAPERS
def test_an_hour_that_nobody_measured_is_not_printed(paper):
    words = words_on(receipt_pdf(receipt(is_hour_known=False), paper))
    assert "24.08.2026, сааты белгисиз" in words
    assert "14:07" not in words
    assert "24.08.2026, время не установлено" in words_on(
        receipt_pdf(receipt(is_hour_known=False, language="ru"), paper)
    )
