"""A program writes what a person said, through the same door as the portal's form."""

import re
from xml.etree import ElementTree as ET

import pytest

from server_sync.appeals.models import Appeal
from server_sync.letters.models import Letter
from server_sync.portal.models import Draft
from server_sync.portal.writing.confirming import TO_AN_ADDRESS_HERE, WRONG_MOST
from server_sync.programs.keys import Scope
from server_sync.programs.models import WrittenBy
from server_sync.workplaces.models import CENTRE
from tests.server.programs.conftest import BROUGHT, FORM, Program, encoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centre", "letters")]

WRONG = "000000"


def code_sent() -> str:
    found = re.search(r"\b\d{6}\b", Letter.objects.order_by("-pk")[0].text)
    assert found is not None
    return found[0]


@pytest.fixture
def program(given) -> Program:
    return Program(given(Scope.WRITE_REQUESTS))


@pytest.fixture
def vouching(given) -> Program:
    return Program(given(Scope.WRITE_REQUESTS, Scope.VOUCH_PERSON))


def test_a_request_is_registered_when_its_person_has_confirmed_it(program):
    answer = program.send("requests.json", BROUGHT)
    assert answer.status_code == 200, answer.content
    token = answer.json()[0]["token"]
    assert not Appeal.objects.exists()
    assert program.get(f"tokens/{token}.json").json() == [{"service_request_id": None, "token": token}]
    confirmed = program.send(f"tokens/{token}.json", {"code": code_sent()})
    appeal = Appeal.objects.get()
    assert confirmed.json() == [{"service_request_id": appeal.number, "token": token}]
    assert program.get(f"tokens/{token}.json").json() == confirmed.json()
    assert (appeal.site_id, appeal.surname, appeal.text) == (CENTRE, "Өмүрбекова", BROUGHT["description"])
    assert appeal.subject == "Айылдан борборго автобус каттабайт."
    assert WrittenBy.objects.get().appeal == appeal.hash


def test_a_program_that_may_vouch_is_given_the_number_at_once_and_the_person_the_code(vouching):
    answer = vouching.send("requests.json", BROUGHT)
    appeal = Appeal.objects.get()
    assert answer.json()[0]["service_request_id"] == appeal.number
    letter = Letter.objects.get()
    assert letter.to == BROUGHT["email"]
    assert appeal.number in letter.text
    assert code_sent() not in answer.content.decode()


def test_a_program_that_may_vouch_buries_no_mailbox(vouching):
    answers = [vouching.send("requests.json", BROUGHT).status_code for _ in range(TO_AN_ADDRESS_HERE + 1)]
    assert answers == [200] * TO_AN_ADDRESS_HERE + [429]


def test_brought_again_under_one_name_it_is_one_request(vouching):
    answers = [vouching.send("requests.json", BROUGHT, **{"Idempotency-Key": "1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    vouching.send("requests.json", BROUGHT, **{"Idempotency-Key": "2"})
    assert Appeal.objects.count() == 2


def test_the_tables_open_nothing_of_what_waits_without_the_key(program, given):
    token = program.send("requests.json", BROUGHT).json()[0]["token"]
    assert token.encode() not in bytes(Draft.objects.get().sealed)
    other = Program(given(Scope.WRITE_REQUESTS))
    assert other.get(f"tokens/{token}.json").status_code == 404
    assert other.send(f"tokens/{token}.json", {"code": code_sent()}).status_code == 404


def test_a_code_is_guessed_at_a_few_times(program):
    token = program.send("requests.json", BROUGHT).json()[0]["token"]
    right = code_sent()
    wrong = next(code for code in (WRONG, "000001") if code != right)
    statuses = [program.send(f"tokens/{token}.json", {"code": wrong}).status_code for _ in range(WRONG_MOST)]
    assert statuses == [403] * (WRONG_MOST - 1) + [409]
    assert program.send(f"tokens/{token}.json", {"code": right}).status_code == 409
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"email": "nobody"}, 400, "email:"),
        ({"last_name": " \u2060 "}, 400, "last_name:"),
        ({"attribute[settlement]": ""}, 400, "attribute[settlement]:"),
        ({"attribute[addressee]": "KING"}, 400, "attribute[addressee]:"),
        ({"attribute[kind]": "order"}, 400, "attribute[kind]"),
        ({"attribute[answer_by]": "phone"}, 400, "phone:"),
        ({"address_id": "KG-HALL"}, 400, "address_id"),
        ({"lat": "42.8"}, 400, "long"),
        ({"lat": "N", "long": "E"}, 400, "lat"),
        ({"service_code": "77.77"}, 404, "service_code"),
        ({"service_code": ""}, 400, "service_code"),
        ({"description": ""}, 400, "description"),
        ({"description": "а\x00б"}, 400, "description"),
        ({"description": "ы" * 20_001}, 400, "description"),
        ({"media_url": "http://example.org/1.jpg"}, 400, "media_url"),
        ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id"),
        ({"locale": "de"}, 400, "locale"),
    ],
)
def test_what_cannot_be_taken_is_said_field_by_field_and_changes_nothing(vouching, change, status, says):
    answer = vouching.send("requests.json", BROUGHT | change)
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status), answer.content
    assert says in answer.json()[0]["description"]
    assert not Appeal.objects.exists()
    assert not Draft.objects.exists()
    assert not Letter.objects.exists()


def test_what_is_wrong_is_said_in_the_language_that_is_asked_for_and_in_xml(vouching):
    words = {
        language: vouching.send("requests.json", BROUGHT | {"email": "x", "locale": language}).json()[0]["description"]
        for language in ("ky", "ru", "en")
    }
    assert len(set(words.values())) == 3
    answer = vouching.send("requests.xml", BROUGHT | {"email": "x", "locale": "en"})
    told = ET.fromstring(answer.content)  # noqa: S314 (of our own making)
    assert (told.tag, told[0].tag, told.findtext("error/code")) == ("errors", "error", "400")
    assert told.findtext("error/description") == words["en"]


def test_where_it_is_about_stands_below_the_text(vouching):
    where = {"address_string": "Манас проспекти 1", "lat": "42.87", "long": "74.59", "locale": "en"}
    vouching.send("requests.json", BROUGHT | where)
    assert Appeal.objects.get().text == f"{BROUGHT['description']}\n\nPlace: Манас проспекти 1; 42.87, 74.59"


def test_a_key_may_stand_in_the_form_and_never_in_an_address(given, nobody):
    secret = given(Scope.WRITE_REQUESTS, Scope.VOUCH_PERSON)
    in_form = encoded(BROUGHT | {"api_key": secret})
    assert nobody.post("/open311/v2/requests.json", in_form, content_type=FORM).status_code == 200
    refused = nobody.post(f"/open311/v2/requests.json?api_key={secret}", in_form, content_type=FORM)
    assert refused.status_code == 400
    assert secret not in refused.content.decode()
    assert Appeal.objects.count() == 1


def test_without_a_mail_server_nothing_is_taken(vouching, settings):
    settings.LIAISON_MAIL = None
    assert vouching.send("requests.json", BROUGHT).status_code == 409
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", "{}", 415),
        ("text/xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("", "", 415),
        (FORM, "description=" + "a" * 10_000_000, 413),
        (FORM, "service_code=09.01&service_code=09.01", 400),
        (FORM, "&".join(f"a{n}=1" for n in range(600)), 400),
        (FORM, "description=%FF%FE", 400),
        (f"{FORM}; charset=utf-16", "description=a", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused_in_the_standard_s_words(given, nobody, content_type, body, status):
    bearer = {"Authorization": f"Bearer {given(Scope.WRITE_REQUESTS)}"}
    answer = nobody.post("/open311/v2/requests.json", body, content_type=content_type, headers=bearer)
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status), answer.content
    assert not Draft.objects.exists()
