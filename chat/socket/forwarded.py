"""Whose connection it is when it comes through a proxy.

`X-Forwarded-For` can be sent by anybody, so only what a proxy of ours added is believed: each adds
the address it was connected from at the end, and the walk back stops at the first stranger.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Networks = Sequence[IPv4Network | IPv6Network]
# Who connects over a Unix socket that only our own proxy can reach.
NEIGHBOUR = "local"


def read_proxies(text: str) -> Networks:
    """Return the networks of proxies that a text names by comma. Raises ValueError."""
    return [ip_network(one.strip()) for one in text.split(",") if one.strip()]


def find_client(
    peer: Sequence[object] | None, headers: Iterable[tuple[bytes, bytes]], proxies: Networks
) -> list[object]:
    """Return the address and port of the client behind our proxies; port 0 where it is unknown.

    `peer` is who connected, None over a Unix socket.
    """
    if peer is not None and not _is_one_of(str(peer[0]), proxies):
        return list(peer)
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    hops = [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()]
    address = NEIGHBOUR if peer is None else str(peer[0])
    while hops:
        address = hops.pop()
        if not _is_one_of(address, proxies):
            break
    return [address, 0]


def _is_one_of(address: str, proxies: Networks) -> bool:
    if not proxies:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in proxies)
