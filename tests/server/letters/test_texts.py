"""Text messages go to a gateway once; what it does not take now waits, and what costs is bounded by number and hour."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.letters import texting
from server_sync.letters.gateway import Gateway, read_gateway
from server_sync.letters.models import TextMessage
from server_sync.letters.texting import send_texts
from server_sync.letters.texts import post_text, textable
from tests.server.letters.gateways import TOKEN, Texts, gateway

pytestmark = pytest.mark.django_db

PHONE = "0700 123 456"
HOLDS = timedelta(minutes=10)


@pytest.fixture
def texts() -> Texts:
    return Texts()


@pytest.fixture
def there(texts, settings) -> Iterator[Gateway]:
    with gateway(texts) as found:
        settings.LIAISON_SMS = found
        yield found


def queue() -> None:
    post_text(PHONE, "Код: 123456", useful_for=HOLDS)


def test_a_message_goes_once_in_the_form_of_the_gateway(there, texts):
    queue()
    assert send_texts(there) == (1, True)
    assert send_texts(there) == (0, True)
    assert texts.came == [{"to": "+996700123456", "text": "Код: 123456"}]
    assert texts.tokens == [f"Bearer {TOKEN}"]
    assert not TextMessage.objects.exists()


def test_one_that_is_refused_for_good_is_dropped(there, texts):
    texts.says = 422
    queue()
    assert send_texts(there) == (0, True)
    assert not TextMessage.objects.exists()


@pytest.mark.parametrize("status", [429, 503, 401])
@pytest.mark.expects_log("text_gateway_away")
def test_one_that_is_not_taken_now_waits_and_goes_later(there, texts, status):
    texts.says = status
    queue()
    assert send_texts(there) == (0, False)
    assert send_texts(there) == (0, True)  # its pause is not over
    texts.says = 200
    TextMessage.objects.update(next_at=timezone.now())
    assert send_texts(there) == (1, True)


def test_one_of_which_the_gateway_says_nothing_is_not_sent_again(there, texts, monkeypatch):
    monkeypatch.setattr(texting, "ANSWER_S", 0.2)
    texts.says = 0
    queue()
    assert send_texts(there) == (0, True)
    assert send_texts(there) == (0, True)
    assert len(texts.came) == 1


@pytest.mark.expects_log("text_gateway_away")
def test_a_gateway_that_is_not_there_costs_no_message(there):
    queue()
    assert send_texts(Gateway("http://127.0.0.1:1/", TOKEN)) == (0, False)
    TextMessage.objects.update(next_at=timezone.now())
    assert send_texts(there) == (1, True)


def test_a_message_that_grew_old_is_not_sent(there, texts):
    queue()
    TextMessage.objects.update(useful_until=timezone.now() - timedelta(seconds=1))
    assert send_texts(there) == (0, True)
    assert not texts.came


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("+49 151 23456789", "phone_not_served"),
        ("+996 312 662626", "phone_not_served"),
        ("+1 900 555 0199", "phone_not_served"),
        ("жок", "phone_unread"),
        ("", "phone_unread"),
    ],
)
def test_only_mobile_telephones_of_the_countries_served_get_one(there, phone, code):
    with pytest.raises(Refused) as refused:
        textable(phone)
    assert refused.value.code == code


def test_so_many_go_in_an_hour_and_no_more_whoever_asks(there, settings):
    settings.LIAISON_SMS = Gateway(there.url, TOKEN, hourly_most=2)
    queue()
    queue()
    with pytest.raises(Refused, match="texts_full"), transaction.atomic():
        queue()
    assert TextMessage.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"LIAISON_SMS_URL": "http://sms.example.org/"},
        {"LIAISON_SMS_URL": "sms.example.org"},
        {"LIAISON_SMS_URL": "https://["},
        {"LIAISON_SMS_TOKEN": ""},
        {"LIAISON_SMS_TOKEN": "a\nb"},
        {"LIAISON_SMS_PREFIXES": "996"},
        {"LIAISON_SMS_HOURLY": "0"},
        {"LIAISON_SMS_HOURLY": "much"},
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(wrong):
    with pytest.raises(ImproperlyConfigured, match="LIAISON_SMS"):
        read_gateway({"LIAISON_SMS_URL": "https://sms.example.org/", "LIAISON_SMS_TOKEN": "x"} | wrong)


def test_without_a_gateway_there_is_none():
    assert read_gateway({}) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_message(there, texts):
    queue()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        send_texts(there)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(texts.came) == 1
