"""Says whether this centre may serve the public, and in words what is only fit for a trial.

What is printed in receipts and written into the log's origin can never be taken back. So a centre belongs from its
first command on to one address: of a trial, which only its own computer reaches, or of the public (ADR 0045).
"""

import ipaddress
import socket
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register

from server_sync.common.refusals import NotSetUp
from server_sync.config.demo_people import has_invented_people
from server_sync.evidence.centre import kept_address, log_origin_of
from server_sync.evidence.keys import centre_keys, keys_folder
from server_sync.evidence.models import Log
from server_sync.letters.wanted import NO_LETTERS, troubles_of_letters
from server_sync.meetings.media_server.configuration import FOLDER
from server_sync.meetings.media_server.wanted import troubles_of_media

PROXY: Final = "proxy"
LEAST_SECRET: Final = 50
TRIAL_NAMES: Final = (
    *("localhost", "test", "example", "invalid"),  # RFC 6761
    *("example.com", "example.net", "example.org"),
)


def is_trial(address: str) -> bool:
    """Whether an address can never be the public's: this computer's own, or a name that is kept for examples."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    return is_loopback(host) or any(host == name or host.endswith(f".{name}") for name in TRIAL_NAMES)


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches a host."""
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:  # 127.1, 0x7f.1 and 2130706433 are read so by browsers and by the system
        return ipaddress.IPv4Address(socket.inet_aton(host)).is_loopback
    except OSError:
        return host == "localhost"


def address_troubles(address: str) -> Iterator[str]:
    """What keeps an address from being a centre's."""
    parts = _parts(address)
    if parts is None:
        yield f"LIAISON_PUBLIC_URL must look like https://kattar.gov.kg; {address or 'an empty text'} does not."
        return
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        yield "LIAISON_PUBLIC_URL is scheme and host alone, without a path, a person or a question mark."
    if is_trial(address):
        return
    if parts.scheme != "https":
        yield (
            "LIAISON_PUBLIC_URL begins with http://: passwords and citizens' codes would cross the line in the open. "
            "Put a proxy with a certificate before the centre and name its https:// address."
        )
    if _is_unspecified(parts.hostname or ""):
        yield "LIAISON_PUBLIC_URL names no host that anybody could open."


def _parts(address: str) -> SplitResult | None:
    """An address in its parts; None when it is none of the web."""
    try:
        parts = urlsplit(address)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if whole else None


def _is_unspecified(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return "." not in host and ":" not in host


def troubles_of_surroundings(bind: str | None = None) -> list[str]:
    """All that speaks against serving the public, as far as settings and files tell; empty for a trial on loopback.

    `bind` is where the server is about to listen, as host:port.
    """
    address = settings.LIAISON_PUBLIC_URL
    found = list(address_troubles(address))
    host = "127.0.0.1" if bind is None else bind.rpartition(":")[0]
    if is_trial(address):
        if not is_loopback(host):
            found.append(
                f"{host} can be reached by others, but the address in receipts would be {address}, for ever. Set "
                "LIAISON_PUBLIC_URL to the https:// address that citizens know, or bind to 127.0.0.1 for a trial."
            )
        return found
    if settings.LIAISON_TLS != PROXY:
        found.append(
            f"{_said_of_tls()}: the centre itself speaks plain HTTP. Put a proxy with a certificate before it "
            f"that sets X-Forwarded-Proto, and say so by LIAISON_TLS={PROXY}; see docs/operations.md."
        )
    if settings.DEBUG:
        found.append("LIAISON_DEBUG=1 shows strangers the insides of the server. Unset it.")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("LIAISON_ALLOWED_HOSTS=* answers under any name. Name the hosts.")
    if len(settings.SECRET_KEY) < LEAST_SECRET or settings.SECRET_KEY.startswith("django-insecure"):
        found.append("secret_key is too short or a developer's. Delete the file: a new one is drawn at the start.")
    found += _open_to_others(Path(settings.LIAISON_HOME))
    return found


def _said_of_tls() -> str:
    said = settings.LIAISON_TLS
    return f"LIAISON_TLS={said} means nothing here" if said else "Nothing is said about TLS"


def _open_to_others(home: Path) -> Iterator[str]:
    keys = keys_folder()
    media = home / FOLDER
    secret = (home, home / "secret_key", *home.glob("db.sqlite3*"), keys, *keys.rglob("*"), media, *media.rglob("*"))
    seen = [path for path in secret if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if seen:
        named = ", ".join(str(path) for path in seen[:3]) + (" and more" if len(seen) > 3 else "")
        yield f"Others on this computer may read {named}. Take it from them: chmod -R go= {home}"


def troubles_of_register(*, is_new_address: bool = False) -> list[str]:
    """What the register and the keys tell against the address; needs the tables.

    `is_new_address` when the operator knows that the centre moves from one public address to another.
    """
    address = settings.LIAISON_PUBLIC_URL
    before = kept_address(keys_folder())
    origin = Log.objects.order_by("-server_epoch").values_list("origin", flat=True).first()
    found = []
    if is_trial(address):
        if before and not is_trial(before):
            found.append(
                f"This centre is {before}, but LIAISON_PUBLIC_URL is not set to it: offices enrolled now would print "
                f"{address} on receipts. Set LIAISON_PUBLIC_URL={before}"
            )
        return found
    host = origin.split("/")[0] if origin else ""
    if (before and is_trial(before)) or (host and is_trial(f"https://{host}")):
        found.append(
            f"This centre was begun for a trial: its keys and its log belong to {before or host}, and the log's origin "
            f"is in every proof. Begin anew for {address}: an empty LIAISON_HOME and database, then make_keys."
        )
    elif not is_new_address and (before != address if before else origin not in {None, log_origin_of(address)}):
        found.append(_moved(before or f"https://{host}", address))
    if has_invented_people():
        found.append("There are invented people of a demonstration, with passwords in a file. Begin anew without them.")
    return found


def _moved(before: str, address: str) -> str:
    return (
        f"This centre is {before}; LIAISON_PUBLIC_URL now says {address}. Receipts already printed lead to {before}, "
        "enrolled offices go on printing it until they are enrolled anew, and the log keeps its origin. If the centre "
        f"really moves, keep {before} answering for ever (a redirect will do) and start once with --accept-new-address."
    )


def _not_done_yet() -> list[str]:
    found = []
    try:
        centre_keys()
    except NotSetUp as missing:
        found.append(missing.advice)
    found += troubles_of_media(settings.LIAISON_MEDIA, is_trial=is_trial(settings.LIAISON_PUBLIC_URL))
    found += troubles_of_letters(settings.LIAISON_MAIL, is_trial=is_trial(settings.LIAISON_PUBLIC_URL))
    if settings.LIAISON_TLS == PROXY and not settings.LIAISON_TRUSTED_PROXIES:
        found.append(
            "LIAISON_TRUSTED_PROXIES is not set: all citizens would be counted as one caller, the proxy, and one who "
            "guesses codes would slow down everybody. Name the proxy's address, such as 127.0.0.1."
        )
    return found


@register(Tags.security, deploy=True)
def fit_for_the_public(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What `check --deploy` says of it: all that speaks against serving, and what is not done yet."""
    found = troubles_of_surroundings() + _not_done_yet()
    if is_trial(settings.LIAISON_PUBLIC_URL):
        found.append(f"{settings.LIAISON_PUBLIC_URL} is the address of a trial. Set LIAISON_PUBLIC_URL.")
    told: list[CheckMessage] = [Error(words, id=f"liaison.E{place:03}") for place, words in enumerate(found, start=1)]
    if settings.LIAISON_MAIL is None and not is_trial(settings.LIAISON_PUBLIC_URL):
        told.append(Info(NO_LETTERS, id="liaison.I001"))
    return told
