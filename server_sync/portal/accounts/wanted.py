"""Reads from the environment by whose identity citizens may sign in (OpenID Connect); nothing named, nothing shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says who somebody is: the issuer, and what we are there."""

    issuer: str
    client_id: str
    client_secret: str


def read_identity(environment: Mapping[str, str]) -> Identity | None:
    """Read it; None when nobody is named. Raises ImproperlyConfigured."""
    named = {
        name: environment.get(f"LIAISON_IDENTITY_{name}", "").strip()
        for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
    }
    if not any(named.values()):
        return None
    missing = [f"LIAISON_IDENTITY_{name}" for name, value in named.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"Signing in by another's identity needs {', '.join(missing)} too.")
    issuer = named["ISSUER"]
    if not is_safe(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise ImproperlyConfigured("LIAISON_IDENTITY_ISSUER must look like https://id.example.org.")
    return Identity(issuer, named["CLIENT_ID"], named["CLIENT_SECRET"])


def is_safe(address: str) -> bool:
    """Whether nobody between can read or change what goes to an address: over TLS, or on this very computer."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE))
