"""Reads from the environment by which gateway text messages go; without one no telephone is offered anywhere.

A gateway takes a POST of JSON, `{"to": "+996700123456", "text": "…"}`, with `Authorization: Bearer TOKEN`, and says by
the status of its answer whether it has it.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KYRGYZSTAN: Final = "+996"
HOURLY: Final = 300
HOURLY_MOST: Final = 100_000
_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,6}")
_TOKEN: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Who takes our text messages, which countries they go to, and how many in an hour: each of them costs."""

    url: str
    token: str = field(repr=False)
    prefixes: tuple[str, ...] = (KYRGYZSTAN,)
    hourly_most: int = HOURLY


def read_gateway(environment: Mapping[str, str]) -> Gateway | None:
    """Read LIAISON_SMS_…; None when no gateway is named. Raises ImproperlyConfigured."""
    url = environment.get("LIAISON_SMS_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as wrong:
        raise ImproperlyConfigured("LIAISON_SMS_URL is the https:// address of a gateway.") from wrong
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        raise ImproperlyConfigured(
            "LIAISON_SMS_URL is the https:// address of a gateway; http:// only one of this very computer."
        )
    token = environment.get("LIAISON_SMS_TOKEN", "").strip()
    if _TOKEN.fullmatch(token) is None:
        raise ImproperlyConfigured("LIAISON_SMS_TOKEN is the word by which the gateway knows us.")
    named = environment.get("LIAISON_SMS_PREFIXES", "").strip() or KYRGYZSTAN
    prefixes = tuple(one.strip() for one in named.split(","))
    if any(_PREFIX.fullmatch(one) is None for one in prefixes):
        raise ImproperlyConfigured(
            "LIAISON_SMS_PREFIXES are beginnings of numbers with +, separated by commas: +996,+7."
        )
    hourly = environment.get("LIAISON_SMS_HOURLY", "").strip() or str(HOURLY)
    if not (hourly.isascii() and hourly.isdecimal() and len(hourly) < 7 and 1 <= int(hourly) <= HOURLY_MOST):
        raise ImproperlyConfigured(f"LIAISON_SMS_HOURLY is how many messages may go in an hour, 1 to {HOURLY_MOST}.")
    return Gateway(url, token, prefixes, int(hourly))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
