"""Says which network address a request came from, behind the operator's own proxies too; the one place that does."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

NOWHERE: Final = "unknown"
HOME_PREFIX: Final = 64
"""One household or office has at least so much of IPv6 to itself, and may call from any address in it."""

CUSTOMER_PREFIX: Final = 48
"""One customer of a provider may have so much, and with it 65,536 homes."""

LEAST_PREFIX: Final = {4: 8, 6: 32}
"""No operator's own network is wider: 10.0.0.0/8 is the widest there is for IPv4."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_proxies(setting: str) -> list[Network]:
    """Read the operator's own proxies: addresses or networks, separated by commas. Raises ImproperlyConfigured."""
    try:
        networks = [ip_network(named.strip()) for named in setting.split(",") if named.strip()]
    except ValueError as wrong:
        raise ImproperlyConfigured(f"LIAISON_TRUSTED_PROXIES: {wrong}") from wrong
    for network in networks:
        if network.prefixlen < LEAST_PREFIX[network.version]:
            raise ImproperlyConfigured(
                f"LIAISON_TRUSTED_PROXIES: {network} holds strangers too, who could then say that they call from "
                "anywhere. Name your own proxies."
            )
    return networks


def place_of(request: HttpRequest) -> str:
    """What stands for the network place of the caller where guesses are counted."""
    return place_behind(str(request.META.get("REMOTE_ADDR", "")), str(request.META.get("HTTP_X_FORWARDED_FOR", "")))


def place_behind(connection: str, forwarded: str) -> str:
    """The network place of whoever calls over a connection from an address; IPv6 counts by its /64.

    `X-Forwarded-For` is believed as far as the operator's own proxies wrote it (LIAISON_TRUSTED_PROXIES): from the
    right, up to the first address that is none of theirs. Whoever else sends the header is counted by the address that
    the connection came from.
    """
    found = _read(connection)
    if found is None:
        return NOWHERE
    hops = forwarded.split(",")
    while hops and _is_own_proxy(found):
        before = _read(hops.pop())
        if before is None:  # whoever wrote that is counted as what our own proxy saw
            break
        found = before
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, HOME_PREFIX), strict=False))
    return str(found)


def customer_of(place: str) -> str:
    """The network of whoever has a place: for IPv6 its /48, where nobody may count as thousands."""
    address, slash, _ = place.partition("/")
    return str(ip_network(f"{address}/{CUSTOMER_PREFIX}", strict=False)) if slash else place


def is_proxy(connection: str) -> bool:
    """Whether a connection comes from a proxy of the operator's own: many callers speak through it."""
    found = _read(connection)
    return found is not None and _is_own_proxy(found)


def _is_own_proxy(address: Address) -> bool:
    return any(address in network for network in settings.LIAISON_TRUSTED_PROXIES)


def _read(written: str) -> Address | None:
    """An address as proxies write it: bare, in brackets, or with a port."""
    written = written.strip()
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
