"""A body writes, changes and ends its templates; one is put into an answer after what is written, without a script."""

import pytest

from server_sync.casework import answer_templates
from server_sync.casework.models import AnswerDraft, AnswerTemplate
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Body, Person
from server_sync.workplaces.people import grant_role
from tests.server.casework.test_officers import answer
from tests.server.conftest import BODY, SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

LONG = "ж" * 20_000


@pytest.fixture
def appeal(office_a: Office):
    return routed(Counter(office_a).register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_vasil(vasil, browser_of):
    return browser_of(vasil)


@pytest.fixture
def template(as_vera) -> AnswerTemplate:
    assert write(as_vera).status_code == 302
    return AnswerTemplate.objects.get()


def write(browser, address: str = "/work/templates", **typed: object):
    said = {"body": BODY, "name": "Суу: мөөнөт", "ky": "Суу берилет", "ru": "Вода будет"}
    return browser.post(address, {**said, **typed})


def test_a_template_is_offered_beside_an_answer_and_put_after_what_is_written(appeal, template, as_vera):
    assert template.name in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    fields = {"ready": "", "outcome": "", "template": template.id, "ru": ""}
    inserted = as_vera.post(
        f"/work/a/{appeal.number}/answer",
        {"answer-ky": "Саламатсызбы", "answer-version": 0, "answer-template": template.id, "insert": "1"},
    )
    assert inserted.status_code == 302
    draft = AnswerDraft.objects.get()
    assert (draft.text_ky, draft.text_ru) == ("Саламатсызбы\n\nСуу берилет", "Вода будет")
    assert answer(as_vera, appeal, 1, **fields).status_code == 302  # a template that is chosen alone puts nothing in
    assert AnswerDraft.objects.get().text_ky == "Жооп"


@pytest.mark.parametrize("chosen", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_template_of_the_body_puts_nothing_in_and_loses_no_word(appeal, template, as_vera, chosen):
    typed = {"answer-ky": "Менин сөзүм", "answer-version": 0, "answer-template": chosen, "insert": "1"}
    refused = as_vera.post(f"/work/a/{appeal.number}/answer", typed)
    assert refused.status_code in {400, 409}
    assert "Менин сөзүм" in refused.content.decode()
    assert not AnswerDraft.objects.exists()


def test_an_answer_does_not_grow_beyond_what_it_can_be(appeal, as_vera):
    write(as_vera, ky=LONG)
    typed = {"answer-ky": "а" * 50_000, "answer-version": 0, "answer-template": AnswerTemplate.objects.get().id}
    assert as_vera.post(f"/work/a/{appeal.number}/answer", {**typed, "insert": "1"}).status_code == 409


def test_a_colleague_changes_it_and_nobody_writes_over_that(template, as_vera, as_vasil):
    address = f"/work/templates/{template.id}"
    assert write(as_vasil, address, ky="Суу жакында берилет", version=1).status_code == 302
    late = write(as_vera, address, ky="Менин текстим", version=1)
    assert late.status_code == 409
    assert "Менин текстим" in late.content.decode()
    assert AnswerTemplate.objects.get().text_ky == "Суу жакында берилет"
    assert as_vera.post(address, {"end": "1", "version": 1}).status_code == 302
    assert AnswerTemplate.objects.get().ended_at is None


def test_an_ended_one_is_offered_no_more(appeal, template, as_vera):
    assert as_vera.post(f"/work/templates/{template.id}", {"end": "1", "version": 1}).status_code == 302
    assert template.name not in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert as_vera.get(f"/work/templates/{template.id}").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"ky": "", "ru": ""},
        {"ky": " ", "ru": "\n"},
        {"name": ""},
        {"name": "x" * 121},
        {"ky": LONG + "ж"},
        {"ky": "а\x00б"},
        {"body": "CAB-CHAIR"},
        {"body": ""},
    ],
)
def test_what_cannot_be_a_template_is_refused_beside_its_field(as_vera, typed):
    assert write(as_vera, **typed).status_code == 400
    assert not AnswerTemplate.objects.exists()


def test_templates_of_another_body_are_neither_seen_nor_used(appeal, template, browser_of, as_vera):
    person = Person.objects.create_person("zarina", None, surname="Бөтөн", given_name="Зарина")
    grant_role(person, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(code="PLENIPOT-PRES@KG-C"))
    stranger = browser_of(person)
    assert template.name not in stranger.get("/work/templates").content.decode()
    assert stranger.get(f"/work/templates/{template.id}").status_code == 404
    assert write(stranger, f"/work/templates/{template.id}", version=1).status_code == 404
    assert write(stranger, body="PLENIPOT-PRES@KG-C", name="Бөтөн үлгү").status_code == 302
    typed = {"answer-version": 0, "answer-template": AnswerTemplate.objects.get(name="Бөтөн үлгү").id, "insert": "1"}
    assert as_vera.post(f"/work/a/{appeal.number}/answer", typed).status_code == 409


def test_a_body_has_so_many_templates_and_no_more(template, as_vera, monkeypatch):
    monkeypatch.setattr(answer_templates, "TEMPLATES_MOST", 1)
    assert write(as_vera, name="Дагы").status_code == 409
