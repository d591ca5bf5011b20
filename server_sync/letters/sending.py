"""Sends the letters that wait, over SMTP: one that fails is tried again after a growing pause, and then again.

A letter's text is handed over once: where the line breaks between the handing over and the server's word, or the
program is killed there, nobody knows whether it went, and it is not sent again. Its address is deleted all the same.
"""

import smtplib
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from server_sync.letters.beside import Carrier
from server_sync.letters.models import Letter, PostDay
from server_sync.letters.wanted import MailServer, Tls

log = structlog.get_logger(__name__)

ANSWER_S: Final = 20.0
"""How long the server may take for one word."""
WHOLE_S: Final = 60.0
"""And for one letter: one that says a byte now and then is hung up on."""
CLAIM: Final = timedelta(minutes=3)
FIRST_PAUSE_S: Final = 30
LONGEST_PAUSE_S: Final = 3_600
AT_ONCE: Final = 100
DONE: Final = 2
GO_ON: Final = 3
"""First digits of the server's answers."""
REFUSES: Final = (4, 5)
FOR_GOOD: Final = 500
FORBIDS_US: Final = frozenset({530, 535, 538})
"""That we did not say who we are, or not well."""


class _NotNow(Exception):
    """The server did not take this letter; `code` is its answer, 0 when the line broke before the letter was handed.

    `is_of_server` is what it would have said of any letter; `is_at_letter`: it may be this one's doing all the same.
    """

    def __init__(self, code: int, *, is_of_server: bool, is_at_letter: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.is_of_server = is_of_server
        self.is_at_letter = is_at_letter


class _NobodyKnows(Exception):
    """The letter was handed over, and the server said nothing of it."""


class _TakenBack(Exception):
    """The letter was deleted while the server was spoken with: what it tells of is withdrawn or erased."""


def send_due(server: MailServer, is_stopped: Callable[[], bool] = lambda: False) -> tuple[int, bool]:
    """Send what is due, oldest first; says how many letters went, and whether the server can be spoken with."""
    sent = 0
    forget_old()
    line = _Line(server)
    try:
        for pk in list(_due(timezone.now()).order_by("is_bulk", "next_at").values_list("pk", flat=True)[:AT_ONCE]):
            if is_stopped():
                break
            letter = _claim(pk)
            if letter is None:
                continue
            try:
                _hand_over(line, letter)
            except _NotNow as refusal:
                _put_back(letter, refusal)
                if refusal.is_of_server:
                    log.warning("mail_server_away", code=refusal.code)
                    return sent, False
            except _TakenBack:
                line.close()  # the server waits for a text: it drops a letter of which the line broke
            except _NobodyKnows:
                line.close()
                _settle(letter.pk, "perhaps_sent")
            else:
                _settle(letter.pk, "sent")
                sent += 1
    finally:
        line.close()
    return sent, True


def forget_old() -> None:
    """Settle what grew old while it waited, and what a stopped program had handed over without hearing of it."""
    now = timezone.now()
    free = Letter.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    for pk in list(free.filter(handed_at__isnull=False).values_list("pk", flat=True)[:AT_ONCE]):
        _settle(pk, "perhaps_sent")
    for pk in list(free.filter(handed_at=None, useful_until__lt=now).values_list("pk", flat=True)[:AT_ONCE]):
        _settle(pk, "too_late")


def _due(now: datetime) -> Any:
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return Letter.objects.filter(free, handed_at=None, next_at__lte=now, useful_until__gte=now)


def _claim(pk: UUID) -> Letter | None:
    """Take a letter for this program; None when another has it or it is gone."""
    now = timezone.now()
    if _due(now).filter(pk=pk).update(claimed_until=now + CLAIM) != 1:
        return None
    return Letter.objects.filter(pk=pk).first()


def _put_back(letter: Letter, refusal: _NotNow) -> None:
    """Try it again later; one that the server refuses for good goes, and what was not about it costs it no pause."""
    if refusal.code >= FOR_GOOD and not refusal.is_of_server:
        log.info("letter_refused", code=refusal.code)
        _settle(letter.pk, "refused")
        return
    attempts = letter.attempts + refusal.is_at_letter
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(letter.attempts, 10)) if refusal.is_at_letter else 0
    Letter.objects.filter(pk=letter.pk).update(
        attempts=attempts,
        next_at=timezone.now() + timedelta(seconds=pause_s),
        claimed_until=None,
        handed_at=None,
    )


def _settle(pk: UUID, what: str) -> None:
    """Delete a letter and count what became of it."""
    with transaction.atomic():
        if Letter.objects.filter(pk=pk).delete()[0] == 1:
            day, _ = PostDay.objects.get_or_create(on=timezone.localdate())
            PostDay.objects.filter(pk=day.pk).update(**{what: F(what) + 1})


class _Line:
    """A line to the mail server over which one letter goes after the other: greeting takes longer than a letter."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._client: smtplib.SMTP | None = None

    def ready(self) -> smtplib.SMTP:
        """Open the line, or clear the one that is open; a server that has hung up since the last letter is called."""
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._client.rset()[0] // 100 == DONE:
                    return self._client
            self.close()
        self._client = _line_to(self.server)
        _greet(self._client, self.server)
        return self._client

    def hang_up(self) -> None:
        """Break it off under whoever waits for the server."""
        if self._client is not None:
            _hang_up(self._client)

    def close(self) -> None:
        """End it."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _hand_over(line: _Line, letter: Letter) -> None:
    """Speak with the server about one letter; returns when the server said that it has it."""
    is_at_letter = is_handed = False
    hang_up = threading.Timer(WHOLE_S, line.hang_up)
    hang_up.daemon = True
    hang_up.start()
    try:
        client = line.ready()
        _demand(client.mail(line.server.sender)[0], DONE, is_of_server=True, is_at_letter=False)
        is_at_letter = True
        code, said = client.rcpt(letter.to)
        _demand(code, DONE, is_of_server=_forbids_us(code, said))
        _demand(client.docmd("DATA")[0], GO_ON, is_of_server=True)
        if Letter.objects.filter(pk=letter.pk, handed_at=None).update(handed_at=timezone.now()) != 1:
            raise _TakenBack
        is_handed = True
        client.send(_as_lines(line.server, letter))
        code, _ = client.getreply()
        if code // 100 not in (DONE, *REFUSES):
            raise _NobodyKnows
        _demand(code, DONE)
    except smtplib.SMTPResponseException as refusal:
        if is_handed:
            raise _NobodyKnows from refusal
        raise _NotNow(int(refusal.smtp_code), is_of_server=True, is_at_letter=is_at_letter) from refusal
    except (OSError, smtplib.SMTPException, ValueError) as failure:  # ssl's errors are the system's, too
        if is_handed:
            raise _NobodyKnows from failure
        raise _NotNow(0, is_of_server=True, is_at_letter=is_at_letter) from failure
    finally:
        hang_up.cancel()


def _demand(code: int, wanted: int, *, is_of_server: bool = False, is_at_letter: bool = True) -> None:
    """Raise _NotNow unless the server answered as it does when all is well."""
    if code // 100 != wanted:
        raise _NotNow(code, is_of_server=is_of_server, is_at_letter=is_at_letter)


def _forbids_us(code: int, said: bytes) -> bool:
    """Whether a word about a letter's address is one about us: we may not send here, whoever it is for."""
    return code in FORBIDS_US or (code >= FOR_GOOD and said.startswith(b"5.7."))


def _line_to(server: MailServer) -> smtplib.SMTP:
    """A line that is not open yet, so that whoever watches over it can hang up from the first byte on."""
    name = server.sender.rpartition("@")[2]
    if server.tls is not Tls.FROM_THE_START:
        return smtplib.SMTP(local_hostname=name, timeout=ANSWER_S)
    return smtplib.SMTP_SSL(local_hostname=name, timeout=ANSWER_S, context=ssl.create_default_context())


def _greet(client: smtplib.SMTP, server: MailServer) -> None:
    """Open the line, close it to others, and say who we are."""
    client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001 (certificates are checked by it)
    code, said = client.connect(server.host, server.port)
    if code // 100 != DONE:
        raise smtplib.SMTPResponseException(code, said)
    client.ehlo_or_helo_if_needed()
    if server.tls is Tls.STARTTLS:
        client.starttls(context=ssl.create_default_context())
    if server.user:
        client.login(server.user, server.password)


def _hang_up(client: smtplib.SMTP) -> None:
    sock = client.sock
    if sock is not None:
        try:
            sock.shutdown(2)
        except OSError:
            return


def _as_lines(server: MailServer, letter: Letter) -> bytes:
    """A letter as it goes over the line, its end included."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = Address("Kattar", addr_spec=server.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = f"<{letter.pk}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="base64")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="base64")
    written = message.as_bytes(policy=SMTP_LINES)
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in written.split(b"\r\n"))
    return (stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n") + b".\r\n"


class Postman(Carrier):
    """Carries letters to the mail server."""

    def __init__(self, server: MailServer, stopped: threading.Event, pause_s: float) -> None:
        super().__init__("letters", partial(send_due, server), AT_ONCE, stopped, pause_s)
