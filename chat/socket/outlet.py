"""What one socket still has to send: joined per turn of the loop, kept while the network is slow,
bounded.

The one place that knows how Twisted buffers: a frame goes straight to the kernel when nothing is
waiting before it, which saves the event loop's bookkeeping for each write; what the kernel does not
take waits here.
"""

import socket
from collections.abc import Callable
from typing import Any, Protocol

# One write takes at most this much, so that a slow socket is asked again before all of it is
# copied.
CHUNK_BYTES = 128 * 1024


class Transport(Protocol):
    """What is used of Twisted's TCP transport."""

    dataBuffer: bytes  # noqa: N815 (Twisted's name)

    def write(self, data: bytes) -> None:
        """Buffer bytes for writing."""

    def getHandle(self) -> socket.socket:  # noqa: N802
        """Return the socket itself, which does not block."""

    def registerProducer(self, producer: Any, *, streaming: bool) -> None:  # noqa: N802
        """Have `resumeProducing` called each time the buffer runs empty."""

    def unregisterProducer(self) -> None:  # noqa: N802
        """End that."""


class Outlet:
    """The sending side of one connection.

    `put` takes whole frames; `flush` hands them to the kernel, all of one turn in one write.
    `is_optional` frames (events, which a client can fetch) may be dropped as a whole by
    `drop_optional`, answers never are.
    """

    def __init__(self, transport: Transport, *, on_drained: Callable[[], None]) -> None:
        self._transport = transport
        self._socket = transport.getHandle()
        self._on_drained = on_drained
        # A list: an empty deque takes as much memory as all the rest of an idle connection's.
        self._frames: list[tuple[bytes, bool]] = []
        self._is_blocked = False
        self._is_registering = False
        self.waiting_bytes = 0

    def put(self, frame: bytes, *, is_optional: bool) -> int:
        """Queue a frame for the next flush, and return how many bytes wait."""
        self._frames.append((frame, is_optional))
        self.waiting_bytes += len(frame)
        return self.waiting_bytes

    @property
    def is_sending(self) -> bool:
        """Tell whether something still waits for the network."""
        return self._is_blocked or bool(self._frames)

    def flush(self) -> None:
        """Write what is queued, as far as the kernel takes it."""
        if self._is_blocked or not self._frames:
            return
        if self._transport.dataBuffer:
            # Something of the protocol's own (a pong) is half written; nothing may come between.
            self._block(b"")
            return
        while self._frames:
            chunk = self._take_chunk()
            try:
                sent = self._socket.send(chunk)
            except BlockingIOError:
                sent = 0
            except OSError:
                # The connection is lost; the reactor finds out by itself.
                self._frames.clear()
                self.waiting_bytes = 0
                return
            if sent < len(chunk):
                self._block(chunk[sent:])
                return

    def _take_chunk(self) -> bytes:
        if len(self._frames) == 1:
            self.waiting_bytes = 0
            return self._frames.pop()[0]
        count = size = 0
        while count < len(self._frames) and size < CHUNK_BYTES:
            size += len(self._frames[count][0])
            count += 1
        taken = [frame for frame, _ in self._frames[:count]]
        del self._frames[:count]
        self.waiting_bytes -= size
        return b"".join(taken)

    def _block(self, rest: bytes) -> None:
        """Wait until the kernel has taken the rest; the transport then calls `resumeProducing`."""
        self._is_blocked = True
        # Registering asks for data at once, which must come after the rest.
        self._is_registering = True
        self._transport.registerProducer(self, streaming=False)
        self._is_registering = False
        if rest:
            self._transport.write(rest)

    def resumeProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """Go on after the transport's buffer ran empty."""
        if self._is_registering:
            return
        self._transport.unregisterProducer()
        self._is_blocked = False
        self.flush()
        if not self._is_blocked:
            self._on_drained()

    def stopProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """Stop: the connection is gone."""
        self.forget()

    def forget(self) -> None:
        """Drop every frame of which nothing was written yet."""
        self._frames.clear()
        self.waiting_bytes = 0

    def drop_optional(self) -> None:
        """Drop the queued frames that a client can fetch."""
        self._frames = [entry for entry in self._frames if not entry[1]]
        self.waiting_bytes = sum(len(frame) for frame, _ in self._frames)
