"""Reads from the environment which media server the operator wants, and says what of it cannot be.

A mistyped setting is refused in words when the settings are read; what is merely missing for a centre of the public is
a sentence of `check --deploy`, since the register goes on without meetings.
"""

import contextlib
import ipaddress
import re
import socket
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from server_sync.meetings.media_server.build import built

LOOPBACK: Final = "127.0.0.1"
KEY: Final = "liaison"
"""What the pair of key and secret is called that is drawn here; it is no secret."""
LEAST_SECRET: Final = 32
LAST_PORT: Final = 65_535
REDIS_PORT: Final = 6379
FREE: Final = "free"
OURS: Final = "LIAISON_MEDIA_"
_WORD: Final = re.compile(r"[!-~]+")


class Kind(StrEnum):
    """Whose media server it is."""

    OFF = "off"
    BUILT = "built"
    NAMED = "named"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the media server listens: signalling and metrics for this computer alone, the others for offices."""

    signal: int = 7880
    udp: int = 7882
    tcp: int = 7881
    turn: int = 3478
    turn_tls: int = 5349
    metrics: int = 6789

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nothing listens on now; for trials, of which several may run at once, and none over plain TCP."""
        names = [field.name for field in fields(cls) if field.name != "tcp"]
        with contextlib.ExitStack() as held:
            drawn = {}
            for name in names:
                kind = socket.SOCK_DGRAM if name in {"udp", "turn"} else socket.SOCK_STREAM
                probe = held.enter_context(socket.socket(socket.AF_INET, kind))
                probe.bind((LOOPBACK, 0))
                drawn[name] = int(probe.getsockname()[1])
        return cls(**drawn, tcp=0)


@dataclass(frozen=True, slots=True)
class Redis:
    """Where several media servers tell each other which of them has a room."""

    address: str
    username: str = ""
    password: str = ""
    number: int = 0
    is_over_tls: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The media server as the operator wants it; the default is none."""

    kind: Kind = Kind.OFF
    program: Path | None = None
    elsewhere: str = ""
    """The http:// or https:// address of one that is not ours to start."""
    host: str = LOOPBACK
    ports: Ports | None = None
    """None draws free ones."""
    client_url: str = ""
    interfaces: tuple[str, ...] = ()
    turn_domain: str = ""
    turn_certificate: Path | None = None
    turn_key: Path | None = None
    redis: Redis | None = None
    key: str = ""
    secret: str = ""
    webhook: str = ""

    @property
    def is_trial(self) -> bool:
        """Whether only this computer reaches it."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def executable(self) -> Path | None:
        """The program to start; None when it has not been built."""
        return built() if self.kind is Kind.BUILT else self.program

    @property
    def is_kept_here(self) -> bool:
        """Whether it is started and ended by us."""
        return self.kind in {Kind.BUILT, Kind.NAMED}


def read_wanted(environment: Mapping[str, str], public_url: str) -> Wanted:
    """Read the settings that begin with LIAISON_MEDIA_. Raises ImproperlyConfigured."""
    told = {name.removeprefix(OURS): value.strip() for name, value in environment.items() if name.startswith(OURS)}
    server = told.get("SERVER", "") or Kind.OFF
    kind, program, elsewhere = _server(server)
    key, secret = _pair(told)
    if kind is Kind.ELSEWHERE and not secret:
        raise ImproperlyConfigured(
            f"LIAISON_MEDIA_SERVER={server} has a key and a secret of its own. Name them by LIAISON_MEDIA_API_KEY and "
            "LIAISON_MEDIA_API_SECRET_FILE."
        )
    host = _host(told.get("HOST", ""))
    return Wanted(
        kind=kind,
        program=program,
        elsewhere=elsewhere,
        host=host,
        ports=_ports(told.get("PORTS", ""), host),
        client_url=_client_url(told.get("URL", ""), server if kind is Kind.ELSEWHERE else "", host, public_url),
        interfaces=_split(told.get("INTERFACES", "")),
        turn_domain=told.get("TURN_DOMAIN", ""),
        turn_certificate=_path(told.get("TURN_CERT", "")),
        turn_key=_path(told.get("TURN_KEY", "")),
        redis=_redis(told.get("REDIS", "")),
        key=key,
        secret=secret,
        webhook=_webhook(told.get("WEBHOOK", "")),
    )


def troubles_of_media(wanted: Wanted, *, is_trial: bool) -> Iterator[str]:
    """What keeps offices from meeting by it, in words; `is_trial` when the whole centre is one."""
    if wanted.kind is Kind.OFF:
        return
    if wanted.is_kept_here and wanted.executable is None:
        yield "The media server is not built: run ./liaison server once as the owner of the program."
    if is_trial:
        return
    if not wanted.client_url.startswith("wss://"):
        yield (
            f"LIAISON_MEDIA_URL={wanted.client_url}: browsers and offices join meetings by a wss:// address, through "
            "the proxy with the certificate."
        )
    if not wanted.is_kept_here:
        return
    if wanted.is_trial:
        yield (
            "The media server is reached by this computer alone. Name the address that offices reach by "
            "LIAISON_MEDIA_HOST, or do without meetings by LIAISON_MEDIA_SERVER=off."
        )
    if not wanted.turn_domain:
        yield (
            "LIAISON_MEDIA_TURN_DOMAIN is not set: an office whose line lets nothing but port 443 pass has no picture "
            "and no sound. Name the domain, its certificate and key."
        )
    yield from _turn_troubles(wanted)
    if wanted.redis is not None and not (wanted.redis.password or _is_this_computer(wanted.redis.address)):
        yield "LIAISON_MEDIA_REDIS names a Redis of another computer without a password: strangers could end meetings."


def _turn_troubles(wanted: Wanted) -> Iterator[str]:
    named = {"LIAISON_MEDIA_TURN_CERT": wanted.turn_certificate, "LIAISON_MEDIA_TURN_KEY": wanted.turn_key}
    for name, path in named.items():
        if path is not None and not path.is_file():
            yield f"{name}: there is no file {path}."
    if len({path is None for path in named.values()}) > 1:
        yield "LIAISON_MEDIA_TURN_CERT and LIAISON_MEDIA_TURN_KEY belong together: one of them is missing."


def _server(said: str) -> tuple[Kind, Path | None, str]:
    if said in {Kind.OFF, Kind.BUILT}:
        return Kind(said), None, ""
    if said.startswith(("ws://", "wss://")):
        parts = urlsplit(said)
        if not parts.hostname or parts.query or parts.fragment:
            raise ImproperlyConfigured(f"LIAISON_MEDIA_SERVER must look like wss://meet.gov.kg; {said} does not.")
        return Kind.ELSEWHERE, None, "http" + said.removeprefix("ws").rstrip("/")
    program = Path(said)
    if not (program.is_absolute() and program.is_file()):
        raise ImproperlyConfigured(
            "LIAISON_MEDIA_SERVER is off, built, the whole path of a livekit-server or a wss:// address; "
            f"{said} is none of them."
        )
    return Kind.NAMED, program, ""


def _host(said: str) -> str:
    try:
        address = ipaddress.ip_address(said or LOOPBACK)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"LIAISON_MEDIA_HOST is an address such as 10.1.2.3; {said} is none.") from wrong
    if address.is_unspecified:
        raise ImproperlyConfigured(f"LIAISON_MEDIA_HOST={said} is nobody's address. Name the one that offices reach.")
    return str(address)


def _ports(said: str, host: str) -> Ports | None:
    if said == FREE:
        return None
    # The media server's TCP port cannot be bound to one address: on a computer that is alone there is none.
    chosen = {"tcp": 0} if ipaddress.ip_address(host).is_loopback else {}
    for part in _split(said):
        name, _, number = part.partition("=")
        is_port = number.isascii() and number.isdecimal() and 0 <= int(number) <= LAST_PORT
        if name not in {field.name for field in fields(Ports)} or not is_port:
            raise ImproperlyConfigured(f"LIAISON_MEDIA_PORTS must look like signal=7880,udp=7882; {part} does not.")
        chosen[name] = int(number)
    ports = Ports(**chosen)
    over_tcp = [number for number in (ports.signal, ports.tcp, ports.turn_tls, ports.metrics) if number]
    serves_twice = len(set(over_tcp)) < len(over_tcp) or ports.udp == ports.turn
    if serves_twice or not (ports.signal and ports.udp and ports.turn):
        raise ImproperlyConfigured(
            f"LIAISON_MEDIA_PORTS={said}: signal, udp and turn are needed, and no port serves twice."
        )
    return ports


def _client_url(said: str, elsewhere: str, host: str, public_url: str) -> str:
    if said and not said.startswith(("ws://", "wss://")):
        raise ImproperlyConfigured(f"LIAISON_MEDIA_URL must look like wss://kattar.gov.kg; {said} does not.")
    if said or elsewhere:
        return (said or elsewhere).rstrip("/")
    return "" if ipaddress.ip_address(host).is_loopback else "ws" + public_url.removeprefix("http")


def _redis(said: str) -> Redis | None:
    if not said:
        return None
    wrong = ImproperlyConfigured("LIAISON_MEDIA_REDIS must look like redis://:PASSWORD@10.1.2.3:6379/0; it does not.")
    try:
        parts = urlsplit(said)
        port = parts.port or REDIS_PORT
    except ValueError:
        raise wrong from None  # the text may hold a password
    number = parts.path.strip("/") or "0"
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname or not number.isdecimal():
        raise wrong
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Redis(
        address=f"{host}:{port}",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        number=int(number),
        is_over_tls=parts.scheme == "rediss",
    )


def _pair(told: Mapping[str, str]) -> tuple[str, str]:
    key, secret, file = told.get("API_KEY", ""), told.get("API_SECRET", ""), _path(told.get("API_SECRET_FILE", ""))
    if file is not None:
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o007:
                raise ImproperlyConfigured(f"Others on this computer may read {file}: chmod o= {file}")
            secret = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as failure:
            raise ImproperlyConfigured(f"LIAISON_MEDIA_API_SECRET_FILE: {file} cannot be read.") from failure
    if secret and (len(secret) < LEAST_SECRET or not _WORD.fullmatch(secret)):
        raise ImproperlyConfigured(f"The secret of the media server is one word of {LEAST_SECRET} letters or more.")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("LIAISON_MEDIA_API_KEY and its secret belong together: one of them is missing.")
    return key, secret


def _webhook(said: str) -> str:
    if said and not said.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"LIAISON_MEDIA_WEBHOOK is an http:// or https:// address; {said} is none.")
    return said


def _path(said: str) -> Path | None:
    return Path(said) if said else None


def _split(said: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in said.split(",") if part.strip())


def _is_this_computer(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
