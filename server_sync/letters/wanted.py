"""Reads from the environment by which mail server letters go; without one no letter is written at all."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.exceptions import ImproperlyConfigured

SUBMISSION_PORT: Final = 587
LAST_PORT: Final = 65_535
_ADDRESS: Final = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]+")


class Tls(StrEnum):
    """How the line to the mail server is closed to others."""

    STARTTLS = "starttls"
    FROM_THE_START = "tls"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server that takes our letters, and the address they come from."""

    host: str
    port: int
    sender: str
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = ""


def read_mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """Read LIAISON_MAIL_…; None when no host is named. Raises ImproperlyConfigured."""
    host = environment.get("LIAISON_MAIL_HOST", "").strip()
    if not host:
        return None
    if _HOST.fullmatch(host) is None:
        raise ImproperlyConfigured("LIAISON_MAIL_HOST is the name or address of a mail server, without a port.")
    port = environment.get("LIAISON_MAIL_PORT", "").strip() or str(SUBMISSION_PORT)
    if not port.isdecimal() or not 1 <= int(port) <= LAST_PORT:
        raise ImproperlyConfigured(f"LIAISON_MAIL_PORT is a port from 1 to {LAST_PORT}.")
    sender = environment.get("LIAISON_MAIL_FROM", "").strip()
    if _ADDRESS.fullmatch(sender) is None:
        raise ImproperlyConfigured("LIAISON_MAIL_FROM is the address that letters come from, like kattar@example.org.")
    closed = environment.get("LIAISON_MAIL_TLS", "").strip() or Tls.STARTTLS
    if closed not in set(Tls):
        raise ImproperlyConfigured("LIAISON_MAIL_TLS is starttls (the default), tls or off.")
    user, password = environment.get("LIAISON_MAIL_USER", ""), environment.get("LIAISON_MAIL_PASSWORD", "")
    if bool(user) != bool(password):
        raise ImproperlyConfigured("LIAISON_MAIL_USER and LIAISON_MAIL_PASSWORD are set together or not at all.")
    if not (user + password).isascii():
        raise ImproperlyConfigured(
            "LIAISON_MAIL_USER and LIAISON_MAIL_PASSWORD are of Latin letters, digits and signs."
        )
    return MailServer(host, int(port), sender, Tls(closed), user, password)


NO_LETTERS: Final = (
    "LIAISON_MAIL_HOST is not set: nobody can write on the portal, because nobody can be sent a code. Set "
    "LIAISON_MAIL_HOST, LIAISON_MAIL_FROM and, as your mail server wants it, LIAISON_MAIL_PORT, LIAISON_MAIL_USER and "
    "LIAISON_MAIL_PASSWORD; see docs/operations.md."
)
"""What is said to the operator of a centre for the public that sends none; its offices work all the same."""


def troubles_of_letters(server: MailServer | None, *, is_trial: bool) -> Iterator[str]:
    """What keeps the letters of a centre for the public from being safe."""
    if server is None or is_trial:
        return
    if server.tls is Tls.OFF and not _is_loopback(server.host):
        yield (
            "LIAISON_MAIL_TLS=off sends citizens' addresses and codes in the open. Leave it out, or name a mail server "
            "of this computer."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
