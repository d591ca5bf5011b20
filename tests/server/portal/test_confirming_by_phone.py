"""Where a gateway is named, a citizen may confirm by a code in a text message; elsewhere nothing of it is shown."""

import re

import pytest

from server_sync.appeals.models import Appeal
from server_sync.letters.gateway import Gateway
from server_sync.letters.models import Letter, TextMessage
from server_sync.portal.models import CodeSent
from server_sync.portal.writing import confirming
from tests.server.conftest import Centre
from tests.server.portal.writers import MAIL, WRITER, Citizen, text

pytestmark = pytest.mark.django_db

BY_PHONE = {"confirm_by": "phone", "phone": "0700 123 456", "email": "", "answer_by": "phone"}


@pytest.fixture(autouse=True)
def _sent(settings, centre: Centre) -> None:
    settings.LIAISON_MAIL = MAIL
    settings.LIAISON_SMS = Gateway("https://sms.example.org/", "x")


def writer(place: str = "203.0.113.7", **changes: str) -> Citizen:
    citizen = Citizen(place)
    citizen.writer = WRITER | BY_PHONE | changes
    return citizen


def code() -> str:
    found = re.search(r"\b\d{6}\b", TextMessage.objects.latest("queued_at").text)
    assert found is not None
    return found[0]


def test_a_code_by_text_message_registers_and_number_and_code_come_by_another():
    citizen = writer()
    citizen.fill()
    assert citizen.send("check", {}).headers["Location"] == "/write/confirm"
    assert "0700 123 456" in text(citizen.get("confirm"))
    assert citizen.send("confirm", {"code": code()}).headers["Location"] == "/write/receipt"
    number = re.search(r"WEB-[\w-]+", TextMessage.objects.latest("queued_at").text)
    assert number is not None
    assert TextMessage.objects.count() == 2
    assert not Letter.objects.exists()


def test_an_address_that_nothing_proves_is_not_kept():
    citizen = writer(email="somebody.else@example.org")
    citizen.fill()
    citizen.send("check", {})
    citizen.send("confirm", {"code": code()})
    assert citizen.get("receipt").status_code == 200
    assert Appeal.objects.get().email == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"phone": "+49 151 23456789"}, 'id="id_phone-error"'),
        ({"phone": ""}, 'id="id_phone-error"'),
        ({"answer_by": "email"}, "Выберите другой способ."),
        ({"confirm_by": "pigeon"}, "Выберите из списка."),
        ({"confirm_by": "email"}, 'id="id_email-error"'),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_sent(changes, told):
    citizen = writer(**changes)
    with pytest.raises(AssertionError, match="writer"):
        citizen.fill()
    answer = citizen.send("writer", citizen.writer)
    assert answer.status_code == 400
    assert told in text(answer)
    assert not TextMessage.objects.exists()


def test_another_number_needs_a_code_of_its_own():
    citizen = writer()
    citizen.fill()
    citizen.send("check", {})
    old = code()
    citizen.send("writer", citizen.writer | {"phone": "0555 123 456"})
    assert citizen.send("confirm", {"code": old}).status_code == 409


def test_one_number_gets_few_whoever_asks():
    for n in range(confirming.TO_A_PHONE + 2):
        citizen = writer(f"203.0.113.{n}")
        citizen.fill()
        citizen.send("check", {})
    assert TextMessage.objects.count() == confirming.TO_A_PHONE
    assert CodeSent.objects.count() == confirming.TO_A_PHONE


def test_without_a_gateway_no_telephone_is_offered(settings):
    settings.LIAISON_SMS = None
    citizen = writer(email="a@example.org", answer_by="email")
    citizen.fill()
    assert "confirm_by" not in text(citizen.get("writer"))
    assert not TextMessage.objects.exists()
