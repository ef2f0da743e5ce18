"""Members of a room as a load generator: raw sockets that count the frames they get.

A full WebSocket library in Python would be the slowest part of the measurement, so frames are
counted by their headers (RFC 6455, section 5.2) and not decoded. Runs as a process of its own.
"""

import argparse
import asyncio
import base64
import os
import sys
import time
from urllib.parse import urlsplit


class Member(asyncio.Protocol):
    """One connection: shakes hands, then counts frames."""

    def __init__(self, request: bytes, ready: asyncio.Future[None]) -> None:
        self._request = request
        self._ready = ready
        self._buffer = b""
        self.frames = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Count whole frames; keep what is left of the last one."""
        data = self._buffer + data
        if not self._ready.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self._ready.set_exception(ConnectionError(head.decode(errors="replace")))
                return
            self._ready.set_result(None)
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1] & 0x7F, at + 2
            if length == 126:
                length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            elif length == 127:
                length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
            if start + length > size:
                break
            self.frames += 1
            at = start + length
        self._buffer = data[at:]


def upgrade(url: str, token: str) -> bytes:
    """Return the request that opens a WebSocket."""
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\n{bearer}\r\n"
    ).encode()


async def count(url: str, tokens: list[str], seconds: float) -> None:
    """Connect, say so, and print the frames counted over a time after a line on standard input."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    members = []
    for token in tokens:
        ready: asyncio.Future[None] = loop.create_future()
        member = Member(upgrade(url, token), ready)
        await loop.create_connection(
            lambda member=member: member,
            parts.hostname,
            parts.port,  # type: ignore[misc]
        )
        await ready
        members.append(member)
    print("connected", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    before = sum(member.frames for member in members)
    started = time.monotonic()
    await asyncio.sleep(seconds)
    counted = sum(member.frames for member in members) - before
    print(counted / (time.monotonic() - started), flush=True)


def main() -> None:
    """Count as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--tokens", help="file with an access token a line")
    parser.add_argument("--members", type=int, help="without tokens: how many")
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    if options.tokens:
        with open(options.tokens) as file:
            tokens = file.read().split()
    else:
        tokens = [""] * options.members
    asyncio.run(count(options.url, tokens, options.seconds))


if __name__ == "__main__":
    main()
