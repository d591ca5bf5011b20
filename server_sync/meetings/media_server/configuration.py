"""Writes for livekit-server the file it is started with, and keeps the pair by which the centre speaks with it.

The file is JSON, which YAML takes; livekit-server refuses a name that it does not know. It holds the secret, so it lies
in the centre's folder and is its owner's alone.
"""

import contextlib
import ipaddress
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server_sync.common.home import private_folder, write_private
from server_sync.meetings.media_server.wanted import KEY, LOOPBACK, Ports, Redis, Wanted

FOLDER: Final = "media"
"""Where in the centre's folder the configuration, the log and the standing of the media server lie."""
EMPTY_S: Final = 3600
"""How long a room that was made waits for the first: offices come early, and a meeting may begin late."""
DEPARTED_S: Final = 600
"""How long a room outlives its last participant: a line that is cut for everybody does not end the meeting."""
BRIDGES: Final = ("docker0", "virbr0", "lxcbr0")
"""Interfaces of virtual machines: an address of theirs, told to offices, would be tried in vain."""
_WORD: Final = re.compile(rb"\s*[!-~]+\s*")


@dataclass(frozen=True, slots=True)
class Pair:
    """The key, which is told, and the secret, which signs tokens and is told to nobody."""

    key: str
    secret: str


def media_folder(home: Path) -> Path:
    """Open the folder of the media server, made on first use for its owner alone."""
    return private_folder(home / FOLDER)


def pair_of(wanted: Wanted, home: Path) -> Pair:
    """Give the pair that the operator named, or the one drawn here on the first use and kept in `media/secret`."""
    if wanted.secret:
        return Pair(wanted.key, wanted.secret)
    path = media_folder(home) / "secret"
    if path.exists() and not _WORD.fullmatch(path.read_bytes()):  # a copy that lost some of its blocks is no secret
        path.unlink()
    if not path.exists():
        with contextlib.suppress(FileExistsError):  # another process of the same first run was quicker
            write_private(path, secrets.token_urlsafe(48).encode())
    return Pair(KEY, path.read_text(encoding="ascii").strip())


def write_configuration(wanted: Wanted, ports: Ports, pair: Pair, folder: Path) -> Path:
    """Write the file that livekit-server is started with; gives its path."""
    path = folder / "livekit.yaml"
    text = json.dumps(as_livekit_reads_it(wanted, ports, pair), indent=1)
    write_private(path, f"{text}\n".encode(), replace=True)
    return path


def as_livekit_reads_it(wanted: Wanted, ports: Ports, pair: Pair) -> Mapping[str, Any]:
    """Say in livekit-server's words what is wanted of it."""
    told: dict[str, Any] = {
        "port": ports.signal,
        "bind_addresses": [LOOPBACK],  # signalling comes through the proxy, as all pages do
        "keys": {pair.key: pair.secret},
        "logging": {"level": "info", "json": True, "sample": False, "pion_level": "error"},
        "rtc": _media(wanted, ports),
        "turn": _turn(wanted, ports),
        "room": {"auto_create": False, "empty_timeout": EMPTY_S, "departure_timeout": DEPARTED_S},
    }
    if ports.metrics:
        told["prometheus"] = {"port": ports.metrics}
    if wanted.redis is not None:
        told["redis"] = _redis(wanted.redis)
    if wanted.webhook:
        told["webhook"] = {"api_key": pair.key, "urls": [wanted.webhook]}
    return told


def _media(wanted: Wanted, ports: Ports) -> dict[str, Any]:
    interfaces = {"includes": ["lo"]} if wanted.is_trial else {"excludes": list(BRIDGES)}
    if wanted.interfaces:
        interfaces = {"includes": list(wanted.interfaces)}
    return {
        "udp_port": ports.udp,
        "tcp_port": ports.tcp,
        "node_ip": wanted.host,  # named, so nobody outside is asked which address we have
        "use_external_ip": False,
        "enable_loopback_candidate": wanted.is_trial,
        "interfaces": interfaces,
        "congestion_control": {"enabled": True, "allow_pause": True},  # on a thin line pictures pause, sound stays
    }


def _turn(wanted: Wanted, ports: Ports) -> dict[str, Any]:
    """The relay for offices whose lines let no media pass.

    Over UDP it also tells clients their own address (STUN): without it they would be sent to servers of strangers.
    """
    everywhere = "::" if ":" in wanted.host else "0.0.0.0"  # noqa: S104 (offices come from outside)
    told: dict[str, Any] = {
        "enabled": True,
        "udp_port": ports.turn,
        "bind_addresses": [wanted.host if wanted.is_trial else everywhere],
    }
    if not ipaddress.ip_address(wanted.host).is_global:  # relays reach no address of a private network but its own
        told["allow_restricted_peer_cidrs"] = [f"{wanted.host}/{128 if ':' in wanted.host else 32}"]
    if wanted.turn_domain and ports.turn_tls:
        told |= {"domain": wanted.turn_domain, "tls_port": ports.turn_tls}
        if wanted.turn_certificate is None or wanted.turn_key is None:
            told["external_tls"] = True
        else:
            told |= {"cert_file": str(wanted.turn_certificate), "key_file": str(wanted.turn_key)}
    return told


def _redis(redis: Redis) -> dict[str, Any]:
    told: dict[str, Any] = {"address": redis.address, "db": redis.number}
    if redis.username:
        told["username"] = redis.username
    if redis.password:
        told["password"] = redis.password
    if redis.is_over_tls:
        told["tls"] = {"enabled": True}
    return told
