"""The words of refusals, dates, sizes and the line, in three languages."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import liaison_desktop
import server_sync.contract
from liaison_desktop.domain.delivery import LineState, Waiting
from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.printing.letters import Face, drawable
from liaison_desktop.sync.outcomes import Reason
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery import telling
from liaison_desktop.ui.enrolment.presenter import grouped
from liaison_desktop.ui.errors import WORDS, say_error
from liaison_desktop.workplace import words
from liaison_desktop.workplace.words import joined, ntr, tr
from server_sync.contract.errors import ContractError

LANGUAGES = ("ky", "ru", "en")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    words.set_language("en")
    yield
    words.set_language("ky")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words_in_every_language(language: str) -> None:
    words.set_language(language)
    for code in WORDS:
        said = say_error(ContractError(code))
        assert said, code
        assert "Tell the centre this code" not in said, code
        assert "!" not in said, code


def test_every_refusal_of_the_office_has_words_of_its_own() -> None:
    folder = Path(liaison_desktop.__file__).parent
    raised = re.compile(
        r"(?:AttachmentRefused|NotFound|NotAllowed|NotNow|NumberingStopped|StoreError|StoreDamaged|StoreForeign|"
        r"StoreNewer|DiskFull|OutcomeUnknown|WorkplaceError|AlreadyRunning|NotEnrolled|WorkplaceDamaged|SignInRefused|"
        r"PictureRefused|PaperFailed|FontsMissing)\(\s*\"([a-z_]+)\""
    )
    codes = {code for path in folder.rglob("*.py") for code in raised.findall(path.read_text("utf-8"))}
    assert codes - set(WORDS) == set()


def test_every_warning_about_a_person_has_words() -> None:
    person = Path(server_sync.contract.__file__).parent / "person.py"
    codes = set(re.findall(r"PersonWarning\(\s*\"([a-z_]+)\"", person.read_text("utf-8")))
    assert codes
    assert codes - set(WORDS) == set()


def test_every_reason_of_a_failed_line_has_words() -> None:
    for reason in Reason:
        assert reason.value in WORDS, reason
    assert "instead of the centre" in say_error(ExchangeFailed(Reason.SIGN_IN_PAGE.value))


def test_an_unknown_code_is_named_so_that_it_can_be_told_to_the_centre() -> None:
    assert "quite_new_code" in say_error(ContractError("quite_new_code"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ky", "2026\u2011жылдын 24\u2011августу, дүйшөмбү"),
        ("ru", "24 августа 2026, понедельник"),
        ("en", "24 August 2026, Monday"),
    ],
)
def test_dates_are_written_as_offices_write_them(language: str, told: str) -> None:
    words.set_language(language)
    assert formats.day_in_words(date(2026, 8, 24)) == told


def test_clock_times_are_those_of_bishkek() -> None:
    assert formats.clock(datetime(2026, 8, 24, 8, 5, tzinfo=UTC)) == "14:05"


def test_days_that_follow_each_other_stand_as_one_run() -> None:
    days = [date(2026, 8, 29), date(2026, 8, 30), date(2026, 9, 5), date(2026, 9, 6)]
    assert formats.day_runs(days) == "29–30.08, 05–06.09"


def test_sizes_have_a_comma_in_kyrgyz_and_russian() -> None:
    assert formats.size(1_400_000) == "1.4\u00a0MB"
    words.set_language("ru")
    assert formats.size(1_400_000) == "1,4\u00a0МБ"


def test_russian_counts_have_their_three_forms() -> None:
    words.set_language("ru")
    said = [telling.line(LineState.OFFLINE, Waiting(events=n, appeals=n), None, running=False).say() for n in (1, 3, 5)]
    assert said == [
        "Нет связи · 1 обращение ждёт здесь в сохранности",
        "Нет связи · 3 обращения ждут здесь в сохранности",
        "Нет связи · 5 обращений ждут здесь в сохранности",
    ]


def test_a_code_is_grouped_as_it_is_typed_in_any_alphabet() -> None:
    assert grouped("b498z ke47g54vgm0hedr") == "B498Z-KE47G-54VGM-0HEDR"
    assert grouped("АВС12") == "АВС12"


def test_a_name_with_an_override_turns_nothing_that_stands_beside_it():
    turned = "\u202eов"
    held = f"\u2068{turned}\u2069"
    assert tr("The file was not added: {name}", name=turned).endswith(held)
    assert ntr("{n} person signed", "{n} people signed", 2, name=turned)
    assert joined(("", "Жол", turned, "№ 5"), " · ") == f"Жол · {held} · № 5"
    assert joined(("Айгүл", "Бейшенова"), " ") == "Айгүл Бейшенова"


def test_paper_draws_no_direction_mark_at_all():
    runs = drawable("№ \u202e12\u2066ب\u2069 5", Face.SERIF)
    assert not any(unicodedata.category(letter) == "Cf" for _, run in runs for letter in run)


def test_lists_of_words_in_windows_are_joined_in_one_place_only():
    """What people wrote is put side by side by `tr` and `joined`, which keep each in a direction of its own."""
    loose = []
    for path in (Path(liaison_desktop.__file__).parent / "ui").rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r'"(, | · )"\.join\(part|" · "\.join', line):
                loose.append(f"{path.name}:{number}")
    assert [place for place in loose if not place.startswith("paper_contents.py")] == []
