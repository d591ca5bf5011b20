"""What is asked about and never refused: the language of a text, a day as people write it, who was here before."""

from datetime import date
from typing import Any

import pytest

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.returning import filled_from
from liaison_desktop.domain.times import read_day
from liaison_desktop.domain.tongue import tongue_of
from server_sync.contract.bodies import Address
from server_sync.contract.identifiers import uuid7
from tests.desktop.office import make_draft


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Көчөбүздө үч айдан бери суу жок. Өтүнүч, жардам бериңиз.", "ky"),
        ("Кочобуздо уч айдан бери суу жок, жардам бергениниздерди суранам.", "ky"),
        ("На нашей улице третий месяц нет воды. Прошу принять меры.", "ru"),
        ("Ребёнку не дают справку о гражданстве. Прошу помочь.", "ru"),
        ("Суу жок", ""),
        ("Please help us with the water supply of our street", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, tongue: str) -> None:
    assert tongue_of(text) == tongue


@pytest.mark.parametrize("typed", ["14.03.1988", "14/3/1988", "14-03-1988", " 14 03 1988 ", "14031988", "1988-03-14"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert read_day(typed) == date(1988, 3, 14)


@pytest.mark.parametrize("typed", ["", "31.02.1988", "14.03.88", "март 1988", "140319880"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed) is None


BEFORE = PersonCard(
    surname="Турдубаева",
    given_name="Бактыгүл",
    patronymic="Нурматовна",
    phone="+996 799 671 401",
    pin="10101198899656",
    address=Address("KG-C-ALA", "Ак-Жол", "Ленин, 27"),
)
NOTHING_YET = {"surname": "", "given_name": "", "patronymic": "", "phone": "", "settlement": "", "street": ""}


def test_name_telephone_and_address_are_filled_in_for_who_was_here() -> None:
    filled = filled_from(make_draft(pin="10101198899656", **NOTHING_YET), BEFORE)
    assert filled.applicant_name == "Турдубаева Бактыгүл Нурматовна"
    assert (filled.phone, filled.settlement, filled.street) == ("+996 799 671 401", "Ак-Жол", "Ленин, 27")


def test_what_was_typed_stays_and_an_address_is_not_mixed_of_two() -> None:
    typed = make_draft(**NOTHING_YET | {"phone": "0555 1", "street": "Жаңы, 3"})
    filled = filled_from(typed, BEFORE)
    assert (filled.phone, filled.settlement, filled.street) == ("0555 1", "", "Жаңы, 3")


def test_nothing_is_offered_where_everything_stands() -> None:
    draft = make_draft()
    assert filled_from(draft, BEFORE) == draft


@pytest.mark.parametrize(
    "typed", [{"birth_on": date(1988, 3, 14)}, {"signatories_count": 3}, {"as_typed": (("territory", "Омск"),)}]
)
def test_a_form_in_which_anything_stands_is_not_empty(typed: dict[str, Any]) -> None:
    assert AppealDraft(draft_id=uuid7()).is_empty
    assert not AppealDraft(draft_id=uuid7(), **typed).is_empty
