"""Letters go over a real mail server, once, and no mail server holds up anything else."""

import logging
import os
import smtplib
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DataError, OperationalError
from django.utils import timezone

from proving.mailbox import Mailbox, mail_server
from proving.world import free_port
from server_sync.common.refusals import Refused
from server_sync.letters import beside, queue, sending
from server_sync.letters.models import Letter, PostDay
from server_sync.letters.queue import deliverable, post
from server_sync.letters.sending import Postman, send_due
from server_sync.letters.wanted import MailServer, Tls, read_mail_server, troubles_of_letters
from tests.server.letters.mail_servers import closed_mail_server, talking

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = (b"220 hello\r\n", b"250 mail\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n")
"""What a mail server says up to a letter's text."""
TEXT = "Кодуңуз: 123456\n\n.чекит менен башталган сап\nң ө ү\n"


@pytest.fixture(autouse=True)
def _on(settings) -> None:
    settings.LIAISON_MAIL = MailServer("127.0.0.1", 1, "kattar@example.org", Tls.OFF)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def write(to: str = "gulnara@example.org") -> Letter:
    post(to, "Кайрылууңуз үчүн код", TEXT, useful_for=HOUR)
    return Letter.objects.order_by("-queued_at", "-pk")[0]


def counted() -> tuple[int, int, int, int]:
    day = PostDay.objects.get()
    return day.sent, day.perhaps_sent, day.refused, day.too_late


def test_a_letter_comes_to_the_letter_and_its_address_is_deleted(mailbox):
    write()
    with mail_server(mailbox) as server:
        assert send_due(server) == (1, True)
    (letter,) = mailbox.letters
    assert mailbox.to == ["gulnara@example.org"]
    assert letter["Subject"] == "Кайрылууңуз үчүн код"
    assert letter.get_content().replace("\r\n", "\n") == TEXT
    assert letter["From"].addresses[0].addr_spec == "kattar@example.org"
    assert not Letter.objects.exists()
    assert counted() == (1, 0, 0, 0)
    assert queue.sent_in_all() == 1


@pytest.mark.expects_log("Session.login_data is deprecated")  # by the stand-in itself
def test_it_goes_over_a_closed_line_to_a_server_that_wants_a_name(mailbox, tmp_path, monkeypatch):
    write()
    with closed_mail_server(mailbox, tmp_path, "kattar", "Ala-Too 7") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
        assert send_due(server) == (1, True)
    assert len(mailbox.letters) == 1


@pytest.mark.expects_log("mail_server_away")
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(mailbox, tmp_path, monkeypatch):
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # the stand-in's own, at times after its end
    write()
    with closed_mail_server(mailbox, tmp_path, "kattar", "Ala-Too 7") as server:
        assert send_due(server) == (0, False)
    assert Letter.objects.get().claimed_until is None


@pytest.mark.expects_log("mail_server_away")
def test_a_wrong_password_and_a_server_without_tls_leave_the_letters_where_they_are(mailbox, tmp_path, monkeypatch):
    write()
    with closed_mail_server(mailbox, tmp_path, "kattar", "Ala-Too 7") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
        wrong = MailServer(server.host, server.port, server.sender, Tls.STARTTLS, "kattar", "wrong")
        assert send_due(wrong) == (0, False)
    with mail_server(mailbox) as server:
        assert send_due(MailServer(server.host, server.port, server.sender, Tls.STARTTLS)) == (0, False)
        assert mailbox.letters == []
        assert send_due(server) == (1, True)


@pytest.mark.expects_log("mail_server_away")
def test_a_server_that_is_away_is_asked_again_and_takes_all(mailbox):
    for n in range(3):
        write(f"one{n}@example.org")
    assert send_due(MailServer("127.0.0.1", free_port(), "kattar@example.org", Tls.OFF)) == (0, False)
    assert set(Letter.objects.values_list("attempts", "claimed_until")) == {(0, None)}
    with mail_server(mailbox) as server:
        assert send_due(server) == (3, True)


def test_a_letter_that_is_refused_for_now_waits_longer_each_time(mailbox, monkeypatch):
    write()
    mailbox.says_of_address = "451 later"
    pauses = []
    with mail_server(mailbox) as server:
        for _ in range(4):
            assert send_due(server) == (0, True)
            letter = Letter.objects.get()
            pauses.append(round((letter.next_at - timezone.now()).total_seconds(), -1))
            assert send_due(server) == (0, True)  # not before its time
            assert Letter.objects.get().attempts == letter.attempts
            Letter.objects.update(next_at=timezone.now())
        mailbox.says_of_address = "250 OK"
        assert send_due(server) == (1, True)
    assert pauses == [30, 60, 120, 240]


@pytest.mark.parametrize("where", ["says_of_address", "says_of_letter"])
def test_a_letter_that_is_refused_for_good_goes_and_the_next_is_sent(mailbox, where):
    write()
    setattr(mailbox, where, "550 nobody here")
    with mail_server(mailbox) as server:
        assert send_due(server) == (0, True)
        setattr(mailbox, where, "250 OK")
        write("other@example.org")
        assert send_due(server) == (1, True)
    assert mailbox.to == ["other@example.org"]
    assert counted() == (1, 0, 1, 0)


@pytest.mark.expects_log("mail_server_away")
@pytest.mark.parametrize("says", ["550 not from here", "530 5.7.0 say who you are", "451 later"])
def test_a_server_that_refuses_us_as_sender_empties_no_queue(mailbox, says):
    for n in range(3):
        write(f"one{n}@example.org")
    mailbox.says_of_sender = says
    with mail_server(mailbox) as server:
        assert send_due(server) == (0, False)
        assert set(Letter.objects.values_list("attempts", "claimed_until")) == {(0, None)}
        mailbox.says_of_sender = "250 OK"
        assert send_due(server) == (3, True)


@pytest.mark.expects_log("mail_server_away")
@pytest.mark.parametrize("says", ["550 5.7.1 relaying denied", "530 say who you are"])
def test_a_word_against_us_at_an_address_loses_no_letter_and_the_next_is_tried_first(mailbox, says):
    for n in range(3):
        write(f"one{n}@example.org")
    mailbox.says_of_address = says
    with mail_server(mailbox) as server:
        assert send_due(server) == (0, False)
        mailbox.says_of_address = "250 OK"
        assert send_due(server) == (2, True)
        Letter.objects.update(next_at=timezone.now())
        assert send_due(server) == (1, True)


@pytest.mark.expects_log("mail_server_away")
def test_a_letter_on_which_the_server_hangs_lets_the_next_go_first(mailbox, monkeypatch):
    monkeypatch.setattr(sending, "ANSWER_S", 0.3)
    write()
    write("other@example.org")
    with talking(*WORDS[:-2]) as server:
        assert send_due(server) == (0, False)
    with mail_server(mailbox) as server:
        assert send_due(server) == (1, True)
    assert mailbox.to == ["other@example.org"]


@pytest.mark.expects_log("mail_server_away")
def test_a_server_that_takes_no_text_at_all_empties_no_queue():
    write()
    with talking(*WORDS[:-1], b"554 no\r\n") as server:
        assert send_due(server) == (0, False)
    assert Letter.objects.get().handed_at is None


@pytest.mark.expects_log("mail_server_away")
def test_a_server_that_greets_nobody_is_left_after_a_while(monkeypatch):
    monkeypatch.setattr(sending, "ANSWER_S", 0.3)
    write()
    with talking() as server:
        assert send_due(server) == (0, False)
    assert Letter.objects.get().claimed_until is None


@pytest.mark.expects_log("mail_server_away")
def test_a_server_that_says_a_letter_now_and_then_is_hung_up_on(monkeypatch):
    monkeypatch.setattr(sending, "WHOLE_S", 0.5)
    write()
    begun = time.monotonic()
    with talking(b"220 hello\r\n", b"250-a\r\n") as server:
        assert send_due(server) == (0, False)
    assert time.monotonic() - begun < sending.ANSWER_S / 2


def test_a_letter_that_was_handed_over_is_not_sent_again_when_nobody_said_that_it_came(mailbox, monkeypatch):
    monkeypatch.setattr(sending, "ANSWER_S", 0.5)
    write()
    with talking(*WORDS) as server:
        assert send_due(server) == (0, True)
    assert not Letter.objects.exists()
    assert counted() == (0, 1, 0, 0)
    with mail_server(mailbox) as server:
        assert send_due(server) == (0, True)


@pytest.mark.parametrize(
    "word", [b"xyz\r\n", b"999 what\r\n", b"354 go on\r\n", b"\r\n", b"250" + b"a" * 9_000 + b"\r\n"]
)
def test_a_letter_whose_taking_is_answered_by_a_word_that_nobody_reads_is_not_sent_again(word):
    write()
    with talking(*WORDS, word) as server:
        assert send_due(server) == (0, True)
    assert not Letter.objects.exists()
    assert counted() == (0, 1, 0, 0)


@pytest.mark.parametrize("method", ["rcpt", "docmd"])
def test_a_letter_that_is_taken_back_while_the_server_is_slow_is_not_sent_and_the_next_is(mailbox, monkeypatch, method):
    write("erased@example.org")
    real = getattr(smtplib.SMTP, method)

    def slow(self, *args):
        Letter.objects.filter(to="erased@example.org").delete()
        return real(self, *args)

    with mail_server(mailbox) as server:
        monkeypatch.setattr(smtplib.SMTP, method, slow)
        write("next@example.org")
        assert send_due(server) == (1, True)
    assert mailbox.to == ["next@example.org"]
    assert counted() == (1, 0, 0, 0)


class Killed(BaseException):
    """The program is no more."""


@pytest.mark.parametrize(("method", "comes"), [("rcpt", True), ("getreply", False)])
def test_a_kill_before_the_handing_over_loses_nothing_and_after_it_sends_nothing_twice(
    mailbox, monkeypatch, method, comes
):
    write()
    real = smtplib.SMTP.getreply

    def end(self, *args):
        if method == "rcpt" or Letter.objects.filter(handed_at__isnull=False).exists():
            raise Killed
        return real(self)

    with mail_server(mailbox) as server:
        monkeypatch.setattr(smtplib.SMTP, method, end)
        with pytest.raises(Killed):
            send_due(server)
        monkeypatch.undo()
        assert send_due(server) == (0, True)  # whoever had it may still be at it
        Letter.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        assert send_due(server) == ((1, True) if comes else (0, True))
        assert len(mailbox.letters) <= 1
    assert not Letter.objects.exists()


def test_what_grew_old_while_it_waited_is_not_sent(mailbox):
    write()
    Letter.objects.update(useful_until=timezone.now() - timedelta(seconds=1))
    with mail_server(mailbox) as server:
        assert send_due(server) == (0, True)
    assert counted() == (0, 0, 0, 1)
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_send_at_once_send_a_letter_once(mailbox):
    for n in range(5):
        write(f"one{n}@example.org")
    with mail_server(mailbox) as server:
        stopped = threading.Event()
        both = [Postman(server, stopped, 0.05) for _ in range(2)]
        for one in both:
            one.start()
        until = time.monotonic() + 30
        while Letter.objects.exists() and time.monotonic() < until:
            time.sleep(0.05)
        stopped.set()
        for one in both:
            one.join(30)
    assert sorted(mailbox.to) == [f"one{n}@example.org" for n in range(5)]


@pytest.mark.expects_log("sending_failed")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_for_a_while_does_not_end_the_sending(mailbox, monkeypatch):
    write()
    failures = [OperationalError("database is locked"), DataError("gulnara@example.org")]
    real = sending.forget_old

    def fail_first() -> None:
        if failures:
            raise failures.pop()
        real()

    monkeypatch.setattr(sending, "forget_old", fail_first)
    monkeypatch.setattr(beside, "AWAY_S", 0.05)
    with mail_server(mailbox) as server:
        stopped = threading.Event()
        postman = Postman(server, stopped, 0.05)
        postman.start()
        until = time.monotonic() + 30
        while Letter.objects.exists() and time.monotonic() < until:
            time.sleep(0.05)
        stopped.set()
        postman.join(30)
    assert mailbox.to == ["gulnara@example.org"]


def test_a_worker_that_lost_who_sends_its_letters_ends_and_is_started_anew(monkeypatch, settings, centre):
    monkeypatch.setattr(Postman, "run", lambda _self: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(CommandError, match="Nobody sends letters"):
        call_command("work", "--pause", "0.01", "--beside", str(os.getppid()))


def test_the_worker_sends_what_waits(mailbox, settings, centre):
    write()
    with mail_server(mailbox) as server:
        settings.LIAISON_MAIL = server
        call_command("work", "--once")
    assert len(mailbox.letters) == 1


def test_without_a_mail_server_no_letter_is_kept(settings):
    settings.LIAISON_MAIL = None
    with pytest.raises(Refused, match="letters_off"):
        write()


def test_many_letters_go_over_one_line_and_a_refused_one_between_them_harms_none(mailbox, monkeypatch):
    for name in ("one", "two", "refused", "three"):
        write(f"{name}@example.org")
    greeted = []
    real = sending._greet

    def greet(client: smtplib.SMTP, server: MailServer) -> None:
        greeted.append(client)
        real(client, server)

    monkeypatch.setattr(sending, "_greet", greet)

    async def take(_self, _server, _session, envelope, address, _options) -> str:
        if address.startswith("refused"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    monkeypatch.setattr(Mailbox, "handle_RCPT", take)
    with mail_server(mailbox) as server:
        assert send_due(server) == (3, True)
    assert mailbox.to == ["one@example.org", "two@example.org", "three@example.org"]
    assert len(greeted) == 1


def test_a_line_that_the_server_ended_between_two_letters_is_opened_again(mailbox, monkeypatch):
    for n in range(3):
        write(f"one{n}@example.org")
    monkeypatch.setattr(smtplib.SMTP, "rset", lambda self: (421, b"enough"))
    with mail_server(mailbox) as server:
        assert send_due(server) == (3, True)
    assert len(mailbox.to) == 3


def test_one_caller_has_few_letters_in_the_queue(monkeypatch):
    monkeypatch.setattr(queue, "WAITING_OF_A_CALLER", 2)
    for caller in ("one", "one", "two", "", "", ""):
        post("a@b.kg", "Код", TEXT, useful_for=HOUR, caller=caller)
    with pytest.raises(Refused, match="letters_full"):
        post("a@b.kg", "Код", TEXT, useful_for=HOUR, caller="one")


def test_the_queue_has_an_end(monkeypatch):
    monkeypatch.setattr(queue, "WAITING_MOST", 2)
    write()
    write()
    with pytest.raises(Refused, match="letters_full"):
        write()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a",
        "a@b",
        "@b.kg",
        "a@b.kg\r\nBcc: c@d.kg",
        "a@b.kg,c@d.kg",
        "<a@b.kg>",
        "a b@c.kg",
        "гүл@почта.kg",
        "a@-b.kg",
        "a" * 300 + "@b.kg",
        f"{'a' * 40}@{'.'.join(['ы' * 40] * 5)}.рф",  # in the letters of the net it is longer than an address can be
    ],
)
def test_no_letter_is_written_to_what_is_no_address(wrong):
    with pytest.raises(Refused, match="address_malformed"):
        write(wrong)


def test_a_domain_in_letters_of_the_country_is_written_as_the_net_does():
    assert deliverable("gul@почта.рф") == "gul@xn--80a1acny.xn--p1ai"


def test_settings_are_read_or_refused_in_words():
    named = {"LIAISON_MAIL_HOST": "mail.example.org", "LIAISON_MAIL_FROM": "kattar@example.org"}
    assert read_mail_server({}) is None
    assert read_mail_server(named) == MailServer("mail.example.org", 587, "kattar@example.org", Tls.STARTTLS)
    for wrong in (
        {"LIAISON_MAIL_HOST": "a b"},
        {"LIAISON_MAIL_PORT": "0"},
        {"LIAISON_MAIL_PORT": "x"},
        {"LIAISON_MAIL_FROM": "nobody"},
        {"LIAISON_MAIL_TLS": "perhaps"},
        {"LIAISON_MAIL_USER": "kattar"},
        {"LIAISON_MAIL_USER": "kattar", "LIAISON_MAIL_PASSWORD": "Ала-Тоо"},
    ):
        with pytest.raises(ImproperlyConfigured):
            read_mail_server(named | wrong)


def test_a_public_centre_is_told_of_an_open_line():
    assert list(troubles_of_letters(None, is_trial=False)) == []
    open_line = MailServer("mail.example.org", 25, "kattar@example.org", Tls.OFF)
    assert "in the open" in next(troubles_of_letters(open_line, is_trial=False))
    here = MailServer("127.0.0.1", 25, "kattar@example.org", Tls.OFF)
    assert list(troubles_of_letters(here, is_trial=False)) == []
