"""The operator sees whether letters to citizens go, and what to set where none do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.letters.models import Letter, PostDay
from server_sync.letters.queue import post
from server_sync.letters.wanted import MailServer, Tls

pytestmark = pytest.mark.django_db
MAIL = MailServer("127.0.0.1", 1, "kattar@example.org", Tls.OFF)


@pytest.fixture
def seen(nur, browser_of):
    browser = browser_of(nur)
    return lambda: str(browser.get("/board?language=en").content.decode())


def test_without_a_mail_server_the_board_says_what_to_set(seen):
    assert "Set LIAISON_MAIL_HOST." in seen()


def test_letters_that_go_are_said_quietly(seen, settings):
    settings.LIAISON_MAIL = MAIL
    PostDay.objects.create(on=timezone.localdate(), sent=7, refused=1)
    post("a@example.org", "Код", "123456", useful_for=timedelta(hours=1))
    assert '<p class="muted small">Letters to citizens go. Sent today: 7, refused: 1.' in seen()


def test_a_day_on_which_most_letters_are_refused_asks_for_somebody(seen, settings):
    settings.LIAISON_MAIL = MAIL
    PostDay.objects.create(on=timezone.localdate(), sent=1, refused=2)
    assert '<p class="say warn">Most letters to citizens are refused. Sent today: 1, refused: 2.' in seen()


def test_letters_that_wait_too_long_ask_for_somebody_and_name_nobody(seen, settings):
    settings.LIAISON_MAIL = MAIL
    post("a@example.org", "Код", "123456", useful_for=timedelta(hours=1))
    Letter.objects.update(queued_at=timezone.now() - timedelta(minutes=11))
    text = seen()
    assert '<p class="say warn">Letters to citizens wait: 1.' in text
    assert "a@example.org" not in text
