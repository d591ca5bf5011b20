"""The slip of a conversation says number, day and what to bring in three languages, on A5 and on the roll."""

import subprocess
from datetime import UTC, datetime

import pytest

from liaison_desktop.printing.content import Office, Pair, Paper, SlipContent
from liaison_desktop.printing.reception_slip import slip_pdf


def slip(**changes: object) -> SlipContent:
    said: dict[str, object] = {
        "number": "ALA-26-A-00042-7184",
        "starts_at": datetime(2026, 12, 7, 4, 30, tzinfo=UTC),
        "minutes": 30,
        "by_whom": Pair("Министрдин орун басары", "Заместитель министра"),
        "by_whom_en": "",
        "bring": Pair("Паспорт жана жердин документтери", "Паспорт и документы на землю"),
        "bring_en": "Passport",
        "office": Office(
            names=Pair("Аламүдүн району", "Аламудунский район"), contact=Pair("Лебединовка · 0312 60-00-00")
        ),
        "printed_at": datetime(2026, 12, 1, 4, tzinfo=UTC),
    }
    return SlipContent(**(said | changes))  # type: ignore[arg-type]  # a test changes what it likes


def words(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def pages(pdf: bytes) -> int:
    return words(pdf).count("\f")


@pytest.mark.parametrize("paper", Paper)
def test_it_says_number_day_hour_where_with_whom_and_what_to_bring_in_three_languages(paper):
    told = words(slip_pdf(slip(), paper))
    for part in ("ALA-26-A-00042-7184", "07.12.2026, 10:30–11:00", "Аламүдүн району", "Министрдин орун басары"):
        assert part in told
    for part in ("Беседа по Вашему обращению", "Conversation about your request", "Дүйшөмбү", "Monday", "Passport"):
        assert part in told


@pytest.mark.parametrize("paper", Paper)
def test_it_is_one_page_whatever_is_to_be_brought(paper):
    long = Pair("Документ " * 100, "Документ " * 100)
    pdf = slip_pdf(slip(bring=long, by_whom=Pair("Кызмат " * 40, "Должность " * 40)), paper)
    assert pages(pdf) == 1
    assert "If you cannot come, tell this office." in words(pdf)


def test_the_same_content_gives_the_same_bytes_and_russian_stands_first_for_who_speaks_it():
    assert slip_pdf(slip(), Paper.A5) == slip_pdf(slip(), Paper.A5)
    told = words(slip_pdf(slip(language="ru"), Paper.A5))
    assert told.index("Беседа по") < told.index("Кайрылууңуз боюнча")
