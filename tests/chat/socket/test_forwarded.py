"""Whose connection it is: only what a proxy of ours says is believed."""

import pytest

from chat.socket.forwarded import find_client, read_proxies

STRANGER = ["203.0.113.9", 4000]


def headers(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), *((b"x-forwarded-for", value.encode()) for value in values)]


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "client"),
    [
        # Nobody's word counts where no proxy is named.
        (STRANGER, ["10.0.0.1"], "", STRANGER),
        (["127.0.0.1", 5], ["10.0.0.1"], "", ["127.0.0.1", 5]),
        # Our own proxy alone reaches the Unix socket; what the client said stands before its word.
        (None, ["10.0.0.1"], "", ["10.0.0.1", 0]),
        (None, ["6.6.6.6, 10.0.0.1"], "", ["10.0.0.1", 0]),
        (None, ["6.6.6.6", "10.0.0.1"], "", ["10.0.0.1", 0]),
        (None, [], "", ["local", 0]),
        # A proxy before ours, by its network.
        (None, ["6.6.6.6, 203.0.113.9, 10.0.0.1"], "10.0.0.0/8", ["203.0.113.9", 0]),
        (["10.0.0.7", 5], ["203.0.113.9"], "10.0.0.0/8, ::1", ["203.0.113.9", 0]),
        (["::1", 5], ["203.0.113.9"], "10.0.0.0/8, ::1", ["203.0.113.9", 0]),
        (["10.0.0.7", 5], ["10.0.0.8"], "10.0.0.0/8", ["10.0.0.8", 0]),
        (["10.0.0.7", 5], [], "10.0.0.0/8", ["10.0.0.7", 0]),
        (["10.0.0.7", 5], ["6.6.6.6, nonsense"], "10.0.0.0/8", ["nonsense", 0]),
        (STRANGER, ["6.6.6.6"], "10.0.0.0/8", STRANGER),
    ],
)
def test_client(
    peer: list[object] | None, forwarded: list[str], proxies: str, client: list[object]
) -> None:
    assert find_client(peer, headers(*forwarded), read_proxies(proxies)) == client


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        read_proxies("10.0.0.0/8,nonsense")
