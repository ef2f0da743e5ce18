"""Members of a room as a load generator: raw sockets that count the frames they get.

A WebSocket library would be the slowest part of the measurement, so frames are counted by their
headers (RFC 6455, section 5.2) and not decoded, and the sockets are read by epoll itself.
"""

import base64
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TEXT, CLOSE, PING = 0x81, 0x88, 0x89
CHUNK_BYTES = 256 * 1024
HANDSHAKE_SECONDS = 30.0
# A server that delivers nothing for so long has stopped.
STUCK_SECONDS = 20.0
MEMORY = bytearray(CHUNK_BYTES)


def upgrade(url: str, token: str = "") -> bytes:
    """Return the request that opens a WebSocket."""
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\n{bearer}\r\n"
    ).encode()


def masked(text: bytes, opcode: int = TEXT) -> bytes:
    """Return a client's frame; a mask of zeros leaves the text as it is."""
    if len(text) < 126:
        return bytes((opcode, 0x80 | len(text))) + bytes(4) + text
    return bytes((opcode, 0xFE)) + struct.pack("!H", len(text)) + bytes(4) + text


class Member:
    """One connection: shakes hands, then counts whole frames."""

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url)
        assert parts.hostname
        self.socket = socket.create_connection((parts.hostname, parts.port), HANDSHAKE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(upgrade(url, token))
        self.frames = 0
        self._skip = 0
        self._head = b""
        self._finish_handshake()
        self.socket.setblocking(False)  # noqa: FBT003 (the standard library's name for it)

    def _finish_handshake(self) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.socket.recv(4096)
            if not piece:
                raise ConnectionError(f"refused: {data[:80]!r}")
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.decode(errors="replace"))
        self._walk(rest, len(rest))

    def read(self) -> int:
        """Take what has arrived and return how many text frames that completed or began."""
        before = self.frames
        try:
            size = self.socket.recv_into(MEMORY)
        except BlockingIOError:
            return 0
        if size == 0:
            raise ConnectionError("the server closed a member's connection")
        if self._head:
            data = self._head + bytes(MEMORY[:size])
            self._head = b""
            self._walk(data, len(data))
        else:
            self._walk(MEMORY, size)
        return self.frames - before

    def _walk(self, data: bytes | bytearray, size: int) -> None:
        """Step from header to header. A frame counts once its last byte is here."""
        at = self._skip
        if at > size:
            self._skip = at - size
            return
        if at:
            self.frames += 1
        self._skip = 0
        while at < size:
            if size - at < 2 or (data[at + 1] == 126 and size - at < 4):
                self._head = bytes(data[at:size])
                return
            first, length, start = data[at], data[at + 1], at + 2
            if length == 126:
                length, start = data[start] << 8 | data[start + 1], start + 2
            elif length == 127:
                raise ConnectionError("no frame of a benchmark is that long")
            end = start + length
            if end <= size and first == TEXT:
                self.frames += 1
            elif end <= size:
                self._control(first, bytes(data[start:end]))
            elif first == TEXT:
                self._skip = end - size
                return
            else:
                self._head = bytes(data[at:size])
                return
            at = end

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            raise ConnectionError(f"closed by the server: {payload!r}")
        if opcode == PING:
            self.socket.sendall(masked(payload, 0x8A))


@dataclass
class Rush:
    """What one run gave: messages that reached all, and how long each took to reach the last."""

    members: int
    seconds: float
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return deliveries a second."""
        return len(self.waits) * self.members / self.seconds

    def percentile(self, part: float) -> float:
        """Return the time in seconds within which that part of the messages reached the last."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Crowd:
    """All members of one room, and a bystander: the sender's own connection, which counts not."""

    def __init__(self, url: str, tokens: Iterable[str]) -> None:
        self.members: list[Member] = []
        self._poll = select.epoll()
        self._by_number: dict[int, Member] = {}
        for token in tokens:
            member = Member(url, token)
            self.members.append(member)
            self._by_number[member.socket.fileno()] = member
            self._poll.register(member.socket, select.EPOLLIN)
            # Who came early is pinged while the others come.
            self._read_ready(0)
        self._reached: dict[int, int] = {}
        self._sent: dict[int, float] = {}
        self._heard: dict[int, int] = {}
        self._first = 0
        self._moved = 0.0

    def settle(self, seconds: float = 1.0) -> None:
        """Take everything until it is quiet for a time; what comes after it counts."""
        while self._read_ready(seconds):
            pass
        self._heard = dict.fromkeys(self._by_number, 0)
        self._reached, self._sent, self._first = {}, {}, 0

    def _read_ready(self, timeout: float) -> bool:
        events = self._poll.poll(timeout)
        for number, _ in events:
            self._by_number[number].read()
        return bool(events)

    def rush(self, send: Callable[[], None], *, in_flight: int, seconds: float) -> Rush:
        """Keep so many messages under way for a time; one is done when it has reached everybody."""
        rush = Rush(len(self.members), seconds)
        sent = 0
        started = self._moved = time.perf_counter()
        while (now := time.perf_counter()) < started + seconds:
            while len(self._sent) < in_flight:
                self._sent[self._first + sent] = time.perf_counter()
                sent += 1
                send()
            self._take(rush, timeout=1)
        rush.seconds = now - started
        done = len(rush.waits)
        self._finish(rush)
        del rush.waits[done:]
        return rush

    def pace(self, send: Callable[[], None], *, per_second: float, seconds: float) -> Rush:
        """Send at even moments, whatever is still under way; late ones count from when due."""
        rush = Rush(len(self.members), seconds)
        started = self._moved = time.perf_counter()
        for sent in range(int(per_second * seconds)):
            due = started + sent / per_second
            while (left := due - time.perf_counter()) > 0:
                self._take(rush, timeout=left)
            self._sent[self._first + sent] = due
            send()
        self._finish(rush)
        return rush

    def _finish(self, rush: Rush) -> None:
        while self._sent:
            self._take(rush, timeout=1)
        self._first = self._heard[self.members[0].socket.fileno()]

    def _take(self, rush: Rush, *, timeout: float) -> None:
        for number, _ in self._poll.poll(timeout):
            fresh = self._by_number[number].read()
            if fresh:
                self._moved = time.perf_counter()
                self._count(rush, number, fresh)
        # A slow server may be far behind; one that has gone quiet has lost something.
        if self._sent and time.perf_counter() - self._moved > STUCK_SECONDS:
            raise TimeoutError(f"{len(self._sent)} messages did not reach everybody")

    def _count(self, rush: Rush, number: int, fresh: int) -> None:
        heard = self._heard[number]
        self._heard[number] = heard + fresh
        for place in range(heard, heard + fresh):
            reached = self._reached.get(place, 0) + 1
            self._reached[place] = reached
            if reached == len(self.members):
                del self._reached[place]
                rush.waits.append(time.perf_counter() - self._sent.pop(place))

    def close(self) -> None:
        """Close all connections."""
        for member in self.members:
            member.socket.close()
        self._poll.close()
