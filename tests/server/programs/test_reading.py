"""Open311 says of published requests what their pages say, and of nobody where they live."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.casework import acts
from server_sync.contract.bodies import Outcome, Words
from server_sync.pages.access import Standing
from server_sync.programs.open311 import telling
from tests.server.conftest import Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db

CANARY = "Жашыруун сөз"


def ask(address: str, **asked: object):
    answer = Client().get(f"/open311/v2/{address}", {name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.content
    return answer


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


def released(counter, editor, *, ago: int = 3, answered_by=()) -> Appeal:
    appeal = routed(counter.register(text=CANARY, on=days_ago(ago)))
    if answered_by:
        writer, second = (Standing.of(person) for person in answered_by)
        acts.write_draft(writer, appeal, acts.AnswerText(Outcome.SATISFIED, CANARY, "", ""), 0, is_ready=True)
        acts.approve(second, appeal, 1)
        appeal.refresh_from_db()
    acts.publish(Standing.of(editor), appeal, Words("Мал уурулугу", "Кража скота"), Words("Кыскача", "Вкратце"), "")
    appeal.refresh_from_db()
    return appeal


def test_a_published_request_is_told_and_nothing_of_its_citizen(counter, editor, vera, vasil):
    appeal = released(counter, editor, answered_by=(vera, vasil))
    counter.register(text=CANARY)
    answer = ask("requests.json", locale="ru")
    (told,) = answer.json()
    assert told["service_request_id"] == appeal.number
    assert (told["status"], told["description"]) == ("closed", "Кража скота\n\nВкратце")
    assert (told["address_id"], told["lat"]) == ("KG-C-ALA", pytest.approx(42.9, abs=0.3))
    assert told["requested_datetime"] == f"{appeal.registered_on:%Y-%m-%d}T00:00:00+06:00"
    for hidden in (CANARY, appeal.surname, appeal.settlement or CANARY):
        assert hidden not in answer.content.decode()


def test_xml_says_what_json_says(counter, editor):
    appeal = released(counter, editor)
    for address in ("requests", f"requests/{appeal.number}", "services"):
        plain = ask(f"{address}.json").json()
        tree = ET.fromstring(ask(f"{address}.xml").content)  # noqa: S314 (of our own making)
        for item, row in zip(tree, plain, strict=True):
            assert {each.tag: each.text or "" for each in item} == {
                name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                for name, value in row.items()
            }
    tree = ET.fromstring(ask("services/09.01.xml").content)  # noqa: S314 (as above)
    assert [each.tag for each in tree] == ["service_code", "attributes"]


def test_what_is_not_published_is_not_there(counter):
    number = counter.register().number
    assert Client().get(f"/open311/v2/requests/{number}.json").status_code == 404
    assert ask("requests.json", service_request_id=number).json() == []


def test_requests_are_asked_for_by_state_topic_and_days(counter, editor, vera, vasil):
    closed = released(counter, editor, ago=5, answered_by=(vera, vasil))
    open_one = released(counter, editor, ago=1)
    topic = open_one.categories[0]
    today = timezone.localtime()

    def numbers(**asked: object) -> list[str]:
        return [row["service_request_id"] for row in ask("requests.json", **asked).json()]

    both = [open_one.number, closed.number]
    assert numbers() == both
    assert numbers(status="open,closed", service_code=topic) == both
    assert numbers(status="open") == [open_one.number]
    assert numbers(status="closed") == [closed.number]
    assert numbers(service_code="01.01") == []
    assert numbers(start_date=(today - timedelta(days=2)).isoformat(timespec="seconds")) == [open_one.number]
    assert numbers(end_date=(today - timedelta(days=3)).isoformat(timespec="seconds")) == [closed.number]
    assert numbers(service_request_id=f"{closed.number},{open_one.number}", status="open") == both
    first = ask("requests.json", page_size=1)
    assert "page=2" in first.headers["Link"]
    assert numbers(page_size=1, page=2) == [closed.number]
    assert numbers(page_size=1, page=3) == []


def test_every_topic_of_the_portal_s_form_is_a_service_with_a_definition(centre):
    for language in ("ky", "ru", "en"):
        told = ask("services.json", locale=language).json()
        assert [row["service_code"] for row in told] == telling.service_codes()
        assert all(row["service_name"] and row["group"] for row in told)
    definition = ask("services/09.01.json", locale="en").json()
    assert [one["order"] for one in definition["attributes"]] == list(range(1, len(telling.ATTRIBUTES) + 1))


def test_the_first_question_leads_to_the_address_and_to_the_page_of_keys(centre):
    told = Client().get("/open311/discovery.json").json()
    assert told["endpoints"][0]["url"] == "https://kattar.test/open311/v2"
    assert told["key_service"] == "https://kattar.test/api"
    tree = ET.fromstring(Client().get("/open311/discovery.xml").content)  # noqa: S314 (of our own making)
    assert tree.findtext("endpoints/endpoint/formats/format") == "application/json"
