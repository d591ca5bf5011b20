"""A real mail server on this computer that keeps the letters it is given, for whoever plays citizens.

aiosmtpd speaks SMTP on a loopback port and is installed with the tests; nothing goes any further.
"""

import contextlib
import importlib.util
import re
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final
from urllib.parse import urlsplit

from proving.world import free_port
from server_sync.letters.wanted import MailServer, Tls

SENDER: Final = "kattar@example.org"
CODE: Final = re.compile(r"\b\d{6}\b")
LIBRARY: Final = "aiosmtpd"


def text_of(letter: EmailMessage) -> str:
    """What a letter says, without its other form for programs that show links."""
    plain = letter.get_body(("plain",))
    return "" if plain is None else str(plain.get_content())


class Mailbox:
    """What a mail server was given, and what it says to whom it is given for; changed from its own thread.

    `heard` is told of each letter and to whom it went.
    """

    def __init__(self, heard: Callable[[EmailMessage, str], object] | None = None) -> None:
        self._heard = heard
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.says_of_sender = "250 OK"
        self.says_of_address = "250 OK"
        self.says_of_letter = "250 OK"
        self._came = threading.Condition()

    def newest_code(self, address: str, wait_s: float) -> str:
        """The six digits of the newest letter to an address, waited for; empty when none came in time."""
        with self._came:
            self._came.wait_for(lambda: self._codes_to(address), wait_s)
            return next(iter(self._codes_to(address)[-1:]), "")

    def forget(self, address: str) -> None:
        """Let go of what came to an address, so that the next code is a new one."""
        with self._came:
            left = [(letter, to) for letter, to in zip(self.letters, self.to, strict=False) if to != address]
            self.letters, self.to = [letter for letter, _ in left], [to for _, to in left]

    def _codes_to(self, address: str) -> list[str]:
        told = [letter for letter, to in zip(self.letters, self.to, strict=False) if to == address]
        return [found[0] for letter in told if (found := CODE.search(text_of(letter)))]

    def newest_link(self, address: str, path: str, wait_s: float) -> str:
        """The path of the newest link in the letters to somebody that begins so, waited for; empty when none came."""

        def links() -> list[str]:
            told = [letter for letter, to in zip(self.letters, self.to, strict=False) if to == address]
            words = [word for letter in told for word in text_of(letter).split()]
            return [found for word in words if (found := urlsplit(word).path).startswith(path)]

        with self._came:
            self._came.wait_for(links, wait_s)
            return next(iter(links()[-1:]), "")

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Somebody begins a letter."""
        if self.says_of_sender.startswith("250"):
            envelope.mail_from = address
        return self.says_of_sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """They say to whom."""
        if self.says_of_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.says_of_address

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """And what."""
        if self.says_of_letter.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            with self._came:
                self.letters.append(letter)
                self.to += envelope.rcpt_tos
                self._came.notify_all()
            if self._heard is not None:
                self._heard(letter, ", ".join(envelope.rcpt_tos))
        return self.says_of_letter


@contextlib.contextmanager
def mail_server(mailbox: Mailbox, port: int = 0, **settings: Any) -> Iterator[MailServer]:
    """A mail server that takes letters, on a port of its own unless one is named."""
    from aiosmtpd.controller import Controller

    controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port(), **settings)
    controller.start()
    try:
        yield MailServer("127.0.0.1", controller.port, SENDER, Tls.OFF)
    finally:
        controller.stop()


def surroundings_of_mail(port: int) -> dict[str, str]:
    """What a centre is told so that its letters go to such a server."""
    return {
        "LIAISON_MAIL_HOST": "127.0.0.1",
        "LIAISON_MAIL_PORT": str(port),
        "LIAISON_MAIL_FROM": SENDER,
        "LIAISON_MAIL_TLS": Tls.OFF.value,
    }


def why_no_mail() -> str:
    """Why there is no mail server here, without a full stop; empty where there is one."""
    return "" if importlib.util.find_spec(LIBRARY) else f"{LIBRARY} is installed with the tests only"
