"""Anybody has news of published requests sent: a letter asks first, one comes a day at most, one press ends it."""

import re
import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from proving.mailbox import Mailbox, mail_server
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.facets import words_of
from server_sync.appeals.models import Answer, Appeal, Summary
from server_sync.appeals.public import News, news_since
from server_sync.common.chores import do_chores
from server_sync.common.refusals import Refused
from server_sync.letters import queue
from server_sync.letters.models import Letter
from server_sync.letters.sending import send_due
from server_sync.letters.wanted import MailServer
from server_sync.subscriptions import asking, digests, letters
from server_sync.subscriptions.models import Asked, Subscriber, Subscription
from tests.server.conftest import Office
from tests.server.counter import Counter
from tests.server.portal.writers import MAIL

pytestmark = pytest.mark.django_db

ADDRESS = "aizada@example.org"


@pytest.fixture(autouse=True)
def _mail(settings, monkeypatch) -> None:
    settings.LIAISON_MAIL = MAIL
    monkeypatch.setattr(digests, "TOLD_FROM", time(0))
    monkeypatch.setattr(digests, "SETTLED", timedelta(0))


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def posted() -> Iterator[tuple[MailServer, Mailbox]]:
    mailbox = Mailbox()
    with mail_server(mailbox) as server:
        yield server, mailbox


def reader(place: str = "203.0.113.7", language: str = "ru") -> Client:
    browser = Client(REMOTE_ADDR=place)
    browser.cookies["language"] = language
    return browser


def ask(email: str = ADDRESS, *, place_of_caller: str = "203.0.113.7", **wanted: str) -> Any:
    return reader(place_of_caller).post("/subscribe", {"email": email, "language": "ru", **wanted})


def path_in(letter: str, what: str) -> str:
    found = re.search(rf"https://kattar\.test(/{what}[^\s\"<]*)", letter)
    assert found is not None, letter
    return found[1]


def subscribe(email: str = ADDRESS, **wanted: str) -> str:
    """Ask, confirm; gives the address of the page of what is subscribed to."""
    assert ask(email, **wanted).headers["Location"] == "/subscribe/sent"
    letter = Letter.objects.filter(to=email).latest("queued_at")
    confirmed = reader("198.51.100.4").post(path_in(letter.text, "subscribe/confirm"))
    assert confirmed.status_code == 302
    Letter.objects.all().delete()
    return str(confirmed.headers["Location"]).partition("?")[0]


def publish(counter: Counter, subject: str = "Суу жок", **changes: Any) -> Appeal:
    appeal = counter.register(**changes)
    Summary.objects.create(
        appeal=appeal,
        event=appeal.event,
        subject_ky=subject,
        text_ky=subject,
        published_at=timezone.now(),
        words=words_of(appeal, (subject,)),
    )
    return appeal


def next_day() -> None:
    """As if all that was told had been told a day earlier."""
    day = timedelta(days=1)
    for one in Subscriber.objects.exclude(told_on=None):
        one.told_on = one.told_on - day if one.told_on is not None else None
        one.save()


class TestAsking:
    def test_nothing_is_sent_before_the_button_of_the_letter_is_pressed(self, counter):
        ask()
        Letter.objects.all().delete()
        publish(counter)
        assert digests.tell_news() == 0
        assert not Letter.objects.exists()

    def test_a_program_that_opens_links_confirms_and_ends_nothing(self):
        ask()
        mark = path_in(Letter.objects.get().text, "subscribe/confirm")
        assert reader().get(mark).status_code == 200
        assert Subscription.objects.get().confirmed_at is None
        page = subscribe()
        assert reader().get(f"{page}/stop").status_code == 200
        assert Subscriber.objects.count() == 1

    def test_a_page_says_the_same_of_an_address_that_is_known_and_of_one_that_is_not(self):
        subscribe()
        answers = [(ask(one), ask_link(one)) for one in (ADDRESS, "nobody@example.org")]
        known, unknown = [[(one.status_code, one.headers["Location"], one.content) for one in pair] for pair in answers]
        assert known == unknown

    @pytest.mark.parametrize("waiting", [queue.WAITING_OF_A_CALLER, queue.WAITING_OF_A_CALLER - 1])
    def test_a_queue_that_is_full_tells_nobody_who_subscribed(self, waiting):
        subscribe()
        for n in range(waiting):
            ask(f"own{n}@example.org")
        Letter.objects.update(to="own@example.org")
        answers = [ask_link(who).status_code for who in (ADDRESS, "nobody@example.org")]
        assert answers == ([429, 429] if waiting == queue.WAITING_OF_A_CALLER else [302, 302])

    def test_a_link_whose_letter_finds_no_room_after_all_is_told_as_any_other(self, monkeypatch):
        subscribe()

        def full(*_args: object, **_named: object) -> None:
            raise Refused("letters_full", permanent=False)

        monkeypatch.setattr(letters, "give_link", full)
        assert ask_link(ADDRESS).status_code == 302
        assert Asked.objects.count() == 2

    def test_marks_after_a_plus_are_one_mailbox_to_the_bounds_and_addresses_of_their_own_otherwise(self):
        for n in range(asking.TO_AN_ADDRESS_HERE + 3):
            ask(f"Aizada+{n}@example.org")
        assert Letter.objects.count() == asking.TO_AN_ADDRESS_HERE
        assert Subscriber.objects.count() == asking.TO_AN_ADDRESS_HERE

    def test_what_all_have_is_used_up_by_letters_alone_and_by_no_place_in_a_day(self, monkeypatch):
        monkeypatch.setattr(asking, "IN_ALL_MOST", 3)
        monkeypatch.setattr(asking, "OF_A_PLACE_DAILY", 5)
        answers = [ask_link(f"nobody{n}@example.org").status_code for n in range(6)]
        assert answers == [302] * 5 + [429]
        statuses = [ask(f"n{n}@example.org", place_of_caller="192.0.2.9").status_code for n in range(4)]
        assert statuses == [302] * 3 + [429]

    def test_who_has_it_already_is_told_so_by_a_letter_and_not_asked_again(self):
        page = subscribe(place="KG-C-ALA")
        ask(place="KG-C-ALA")
        assert page in Letter.objects.get().text
        assert Subscription.objects.count() == 1

    def test_a_link_is_sent_to_an_address_that_has_something_and_to_no_other(self):
        page = subscribe()
        ask_link("nobody@example.org")
        assert not Letter.objects.exists()
        ask_link(ADDRESS)
        assert page in Letter.objects.get().text

    def test_the_address_lies_sealed_and_no_row_but_the_letter_names_it(self):
        subscribe()
        one = Subscriber.objects.get()
        told = f"{one.address} {bytes(one.sealed)!r} {list(Asked.objects.values_list())}"
        assert ADDRESS not in told
        assert "aizada" not in told

    @pytest.mark.parametrize("email", ["", "x", "a@b@c", "a\x00@example.org", "a b@example.org", f"{'x' * 300}@b.org"])
    def test_an_address_that_takes_no_letter_is_said_beside_the_field_and_changes_nothing(self, email):
        answer = ask(email)
        assert answer.status_code == 400
        assert 'id="id_email-error"' in answer.content.decode()
        assert not Subscriber.objects.exists()
        assert not Letter.objects.exists()

    def test_a_language_that_is_none_is_refused(self):
        assert reader().post("/subscribe", {"email": ADDRESS, "language": "tlh"}).status_code == 400
        assert not Subscriber.objects.exists()

    def test_what_there_is_none_of_is_not_subscribed_to(self):
        ask(place="NOWHERE", topic="99.99", official="x" * 500, body="\x00")
        one = Subscription.objects.get()
        assert (one.place, one.topic, one.official, one.body) == ("", "", "", "")

    def test_an_unconfirmed_one_is_forgotten_with_its_address(self):
        ask()
        Subscription.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        asking.forget_old()
        assert not Subscriber.objects.exists()

    def test_a_mailbox_is_not_buried_and_strangers_keep_nobody_from_subscribing(self):
        for n in range(30):
            ask(place_of_caller=f"203.0.{n % 3}.7")
        assert Letter.objects.count() <= asking.TO_AN_ADDRESS
        ask(place_of_caller="198.51.100.77")
        assert Letter.objects.count() <= asking.TO_AN_ADDRESS + 1
        for n in range(60):
            ask(place_of_caller=f"198.51.{n}.77")
        assert Letter.objects.count() <= asking.TO_AN_ADDRESS_EVER

    def test_one_network_place_has_few_letters_sent(self):
        answers = [ask(f"n{n}@example.org").status_code for n in range(asking.OF_A_PLACE_MOST + 1)]
        assert answers[-1] == 429
        assert Letter.objects.count() <= asking.OF_A_PLACE_MOST

    def test_an_address_has_so_many_and_is_told_so(self, monkeypatch):
        monkeypatch.setattr(asking, "SUBSCRIPTIONS_MOST", 1)
        page = subscribe(place="KG-C")
        ask(place="KG-O")
        assert Subscription.objects.count() == 1
        assert page in Letter.objects.get().text

    def test_without_a_mail_server_the_page_says_so_and_takes_nothing(self, settings):
        settings.LIAISON_MAIL = None
        assert 'name="email"' not in reader().get("/subscribe").content.decode()
        assert ask().status_code == 409
        assert not Subscriber.objects.exists()

    def test_links_of_others_open_nothing(self):
        page = subscribe()
        mark = page.rpartition("/")[2]
        for wrong in ("x", mark[:-2] + ("AA" if mark[-2:] != "AA" else "BB"), "ы" * 43, "A" * 43):
            assert reader().get(f"/subscriptions/{wrong}").status_code == 404
            assert reader().post(f"/subscriptions/{wrong}/stop").status_code == 404
            assert reader().get(f"/subscribe/confirm/{wrong}").status_code == 404
        assert reader().post(f"/subscribe/confirm/{mark}").status_code == 404
        assert Subscriber.objects.count() == 1


class TestNews:
    def test_a_letter_by_real_mail_has_text_links_and_a_way_out_by_one_press(self, counter, posted):
        server, mailbox = posted
        page = subscribe(place="KG-C")
        appeal = publish(counter, "Көчөдө жарык жок")
        do_chores()
        assert send_due(server) == (1, True)
        letter = mailbox.letters[0]
        assert isinstance(letter, EmailMessage)
        text, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert text is not None
        assert html is not None
        assert "Көчөдө жарык жок" in text.get_content()
        assert f'href="https://kattar.test/a/{appeal.number}"' in html.get_content()
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        way_out = str(letter["List-Unsubscribe"])
        assert way_out == f"<https://kattar.test{page}/stop>"
        pressed = Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.1").post(
            f"{page}/stop", {"List-Unsubscribe": "One-Click"}
        )
        assert pressed.status_code == 200
        assert not Subscriber.objects.exists()
        assert not Letter.objects.exists()

    def test_what_was_not_wanted_is_not_told(self, counter):
        subscribe(place="KG-O")
        publish(counter)
        assert digests.tell_news() == 0

    @pytest.mark.parametrize("wanted", [{"place": "KG-C-ALA"}, {"topic": "09"}, {}])
    def test_a_place_a_topic_and_everything_are_told(self, counter, wanted):
        subscribe(**wanted)
        publish(counter, categories=("09.01",))
        assert digests.tell_news() == 1

    def test_once_a_day_and_nothing_twice(self, counter):
        subscribe()
        first = publish(counter, "Биринчи")
        assert digests.tell_news() == 1
        second = publish(counter, "Экинчи")
        assert digests.tell_news() == 0
        next_day()
        assert digests.tell_news() == 1
        newest = Letter.objects.latest("queued_at")
        assert second.number in newest.text
        assert first.number not in newest.text

    def test_what_was_published_before_it_was_confirmed_is_no_news(self, counter):
        publish(counter)
        subscribe()
        assert digests.tell_news() == 0

    def test_what_is_withdrawn_while_the_letter_waits_is_not_sent_and_the_rest_is(self, counter):
        subscribe()
        gone, stays = publish(counter, "Кетет"), publish(counter, "Калат")
        assert digests.tell_news() == 1
        Summary.objects.filter(appeal=gone).delete()
        do_chores()
        letter = Letter.objects.get()
        assert stays.number in letter.text
        assert gone.number not in letter.text + letter.html

    def test_what_is_erased_while_the_letter_waits_is_gone_with_it_at_once(
        self, counter, administrator, second_administrator
    ):
        subscribe()
        appeal = publish(counter)
        assert digests.tell_news() == 1
        erase_request(bytes(appeal.hash), "Соттун чечими", administrator.id.bytes, second_administrator.id.bytes)
        assert not Letter.objects.exists()

    def test_what_is_erased_while_letters_are_being_written_stands_in_none_of_the_later_ones(
        self, counter, monkeypatch
    ):
        subscribe()
        subscribe("second@example.org")
        gone = publish(counter)
        real = letters.tell

        def tell(*args: Any) -> Any:
            letter = real(*args)
            Summary.objects.filter(appeal=gone).delete()
            return letter

        monkeypatch.setattr(letters, "tell", tell)
        assert digests.tell_news() == 1
        assert Letter.objects.count() == 1

    def test_what_is_written_down_late_is_told_the_next_time(self, counter, monkeypatch):
        monkeypatch.setattr(digests, "SETTLED", timedelta(minutes=2))
        subscribe()
        Subscriber.objects.update(told_until=timezone.now() - timedelta(minutes=5))
        assert digests.tell_news() == 0
        late = publish(counter)
        Summary.objects.update(published_at=timezone.now() - timedelta(minutes=1))
        monkeypatch.setattr(digests, "SETTLED", timedelta(0))
        next_day()
        assert digests.tell_news() == 1
        assert late.number in Letter.objects.get().text

    @pytest.mark.expects_log("subscriber_sealed_under_another_key")
    def test_an_address_that_does_not_open_is_looked_at_once_and_widens_nobodys_look(self, counter, monkeypatch):
        subscribe("lost@example.org")
        Subscriber.objects.update(sealed=b"x" * 60, told_until=timezone.now() - timedelta(days=6))
        subscribe()
        publish(counter)
        looked: list[datetime] = []

        def look(since: datetime, until: datetime, most: int) -> tuple[News, ...]:
            looked.append(since)
            return news_since(since, until, most)

        monkeypatch.setattr(digests, "news_since", look)
        assert digests.tell_news() == 1
        assert looked[0] > timezone.now() - timedelta(days=1)

    def test_the_newest_answers_are_told_however_old_their_requests_are(self, counter):
        first, second = publish(counter), publish(counter)
        now = timezone.now()
        Summary.objects.update(published_at=now - timedelta(days=3))
        for appeal, ago in ((second, 2), (first, 1)):
            Answer.objects.create(
                appeal=appeal, event=appeal.event, outcome=1, body_code="x", at=now - timedelta(hours=ago)
            )
        told = news_since(now - timedelta(days=1), now, 1)
        assert [one.hash for one in told] == [bytes(first.hash)]

    def test_letters_come_in_the_language_that_was_chosen(self, counter):
        page = subscribe()
        assert reader().post(page, {"language": "en"}).status_code == 302
        publish(counter)
        digests.tell_news()
        assert "Unsubscribe" in Letter.objects.get().text

    def test_codes_go_before_letters_that_nobody_waits_for(self, counter, posted):
        server, mailbox = posted
        subscribe()
        publish(counter)
        digests.tell_news()
        ask("later@example.org")
        send_due(server)
        assert mailbox.to == ["later@example.org", ADDRESS]

    def test_the_last_one_ended_takes_the_address_with_it(self):
        page = subscribe(place="KG-C")
        subscribe(place="KG-O")
        first, second = Subscription.objects.values_list("pk", flat=True)
        assert reader().post(page, {"end": str(first)}).status_code == 302
        assert reader().post(page, {"end": "x"}).status_code == 400
        assert Subscription.objects.get().pk == second
        assert reader().post(page, {"end": str(second)}).status_code == 200
        assert not Subscriber.objects.exists()

    def test_nobody_ends_what_is_anothers(self):
        subscribe()
        other = Subscription.objects.get().pk
        page = subscribe("other@example.org")
        reader().post(page, {"end": str(other)})
        assert Subscription.objects.filter(pk=other).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_queue_one_letter(counter):
    subscribe()
    publish(counter)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        digests.tell_news()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert Letter.objects.count() == 1


def ask_link(email: str) -> Any:
    return reader().post("/subscriptions", {"email": email})
