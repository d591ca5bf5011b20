"""Whoever writes is shown what was asked and answered already, and may write all the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from server_sync.appeals import public
from server_sync.appeals.models import Appeal
from server_sync.casework import acts
from server_sync.contract.bodies import Outcome, Words
from server_sync.pages.access import Standing
from tests.server.counter import Counter, routed
from tests.server.portal.writers import MAIL, MATTER, Citizen, text

pytestmark = pytest.mark.django_db

SUBJECT = "Кыштакка автобус каттамы жок"


@pytest.fixture
def answered(office_a, vera, vasil, editor, settings) -> Appeal:
    settings.LIAISON_MAIL = MAIL
    appeal = routed(Counter(office_a).register(categories=("09.01",)))
    acts.write_draft(
        Standing.of(vera), appeal, acts.AnswerText(Outcome.SATISFIED, "Каттам ачылды", "", "7-12"), 0, is_ready=True
    )
    acts.approve(Standing.of(vasil), appeal, 1)
    acts.publish(Standing.of(editor), appeal, Words(SUBJECT, "В село нет автобуса"), Words("Автобус", "Автобус"), "")
    return appeal


def test_an_answered_request_is_found_by_words_with_other_endings_and_letters_in_both_languages(answered):
    for subject in ("Айылга автобустар каттабайт", "нет автобуса в селе", "автобустун каттамы жокпу?"):
        assert [one.number for one in public.alike(subject, "09.01")] == [answered.number], subject
    assert [one.number for one in public.alike("кыштактын автобусу", "01.01")] == [answered.number]  # two words of it
    for subject, topic in (("автобус", "01.01"), ("Пенсия кечикти", "09.01"), ("", "09.01"), ("\"' * NEAR", "")):
        assert public.alike(subject, topic) == (), subject


def test_what_nobody_answered_is_not_offered(answered):
    answered.answers.all().delete()
    assert public.alike(SUBJECT, "09.01") == ()


def test_it_stands_beside_the_steps_and_keeps_nobody_from_writing(answered):
    citizen = Citizen(language="en")
    assert citizen.send("matter", MATTER).status_code == 302
    for step in ("addressee", "check"):
        if step == "check":
            citizen.fill()
        shown = text(citizen.get(step))
        assert "Perhaps this was answered already" in shown
        assert f"/a/{answered.number}" in shown
    assert citizen.submit().subject == MATTER["subject"]


def test_looking_for_it_costs_the_same_however_long_the_subject_is(answered):
    with CaptureQueriesContext(connection) as asked:
        public.alike(" ".join(f"сөзсөз{n}" for n in range(200)), "09.01")
    assert len(asked) <= 2 * public.ALIKE_WORDS + 2
