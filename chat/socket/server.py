"""Daphne, with what its WebSocket protocol lacks; `python -m chat.socket.server` runs it.

The subclasses are the one place that reaches into Daphne: close codes of our own with reasons,
frames too large answered with 1009, frames read no faster than they are taken, ready-made frames
written straight to the transport, silent clients sent away, and an end that answers what is under
way.
"""

# Installs Twisted's asyncio reactor, so it must come before anything of Twisted.
from daphne.server import Server  # isort: skip

import argparse
import asyncio
import gc
import logging
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor, unix
from twisted.internet.endpoints import quoteStringArgument

from chat.doors.limits import Bucket
from chat.socket.drain import Drain, choose_retry_ms
from chat.socket.extension import CONNECTION
from chat.socket.forwarded import find_client, read_proxies
from chat.socket.inlet import Inlet
from chat.socket.outlet import Outlet

logger = logging.getLogger(__name__)

# Who is silent for this part of the time after which they are sent away is pinged.
PING_AFTER = 0.4
# Clients come back all at once after a restart.
BACKLOG = 1024
SWITCH_SECONDS = 0.0005
IDLE = 4408
TOO_MANY_FRAMES = 4429
RESTART = 1012
SLOW_CLOSE_SECONDS = 30


class KithProtocol(WebSocketProtocol):
    """One WebSocket connection; also the DirectConnection of the ASGI extension."""

    # Daphne's are the same, but slow, and each is asked for each write.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    _outlet: Outlet | None = None
    _inlet: Inlet | None = None
    _drained: Callable[[], None] | None = None
    _farewell: bytes | None = None
    _heard_at = 0.0
    _pinged_at = 0.0

    def onConnect(self, request: Any) -> Any:  # noqa: N802 (Twisted's name)
        """Count what the client sends from the first frame on."""
        from django.conf import settings

        self._inlet = Inlet(self.transport)
        self._frames = Bucket(settings.FRAMES_PER_SECOND, settings.FRAME_BURST)
        self._is_limited = settings.RATE_LIMITS
        self._idle_seconds = settings.IDLE_SECONDS
        return super().onConnect(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        """Note that the client lives."""
        self._heard_at = time.monotonic()
        super().dataReceived(data)

    def check_timeouts(self) -> None:
        """Ping who is silent, and send away who does not even answer that; called every two
        seconds.
        """
        if self.state != self.STATE_OPEN or self._inlet is None:
            super().check_timeouts()
            return
        now = time.monotonic()
        if self._inlet.is_waiting:
            # It is we who keep them waiting, and may not even be reading.
            self._heard_at = now
        silent = now - self._heard_at
        if silent > self._idle_seconds and self._pinged_at > self._heard_at:
            self._leave(IDLE)
        elif min(silent, now - self._pinged_at) > self._idle_seconds * PING_AFTER:
            self._pinged_at = now
            self.sendPing()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        """Pass a frame on; who sends too many is sent away."""
        if self.state != self.STATE_OPEN or self._inlet is None or self._farewell is not None:
            return
        if self._is_limited and self._frames.spend():
            self._leave(TOO_MANY_FRAMES, b'{"retry_after_ms": 1000}')
            return
        self._inlet.arrive(len(payload))
        super().onMessage(payload, isBinary)

    def onOpen(self) -> None:  # noqa: N802 (Twisted's name)
        """Take over the writing side from the HTTP channel that the socket was born from."""
        self.transport.unregisterProducer()
        self._outlet = Outlet(self.transport, on_drained=self._on_drained)
        super().onOpen()
        if self.server.is_ending:
            self.end(choose_retry_ms(len(self.server.connections)))

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Pass an ASGI message on; a close keeps its code and reason, an empty text is sent."""
        kind = message["type"]
        if kind == "websocket.close" and self.state == self.STATE_OPEN:
            self._leave(message.get("code") or 1000, message.get("reason", "").encode()[:123])
        elif kind == "websocket.send" and self.state in (self.STATE_CLOSING, self.STATE_CLOSED):
            # The client left while its answer was made.
            return
        elif kind == "websocket.send" and not (message.get("text") or message.get("bytes")):
            is_binary = message.get("bytes") is not None
            self.serverSend(b"" if is_binary else "", binary=is_binary)
        else:
            super().handle_reply(message)

    def _leave(self, code: int, reason: bytes = b"") -> None:
        self.flush()
        if self._outlet is not None and self._outlet.is_sending:
            # The close frame comes right behind what is half written, and the client, who has much
            # to read before it, gets time for that.
            self._outlet.forget()
            self.closeHandshakeTimeout = SLOW_CLOSE_SECONDS
        # sendClose refuses 1009, 1012 and 1013, which servers may well send.
        self.sendCloseFrame(code=code, reasonUtf8=reason)

    def end(self, retry_ms: int, *, at_once: bool = False) -> None:
        """Close with 1012 as soon as what the client has sent is answered; take nothing more."""
        self._farewell = b'{"retry_after_ms": %d}' % retry_ms
        if self.state == self.STATE_OPEN:
            if at_once:
                self._leave(RESTART, self._farewell)
            else:
                self._leave_when_done()

    def _leave_when_done(self) -> None:
        if self._farewell is None or self.state != self.STATE_OPEN:
            return
        self.flush()
        is_answering = self._inlet is not None and self._inlet.is_waiting
        is_sending = self._outlet is not None and self._outlet.is_sending
        if not (is_answering or is_sending):
            self._leave(RESTART, self._farewell)

    @property
    def is_gone(self) -> bool:
        """Tell whether the connection has ended."""
        return bool(self.state == self.STATE_CLOSED)

    def take(self) -> None:
        """Count the oldest received frame as done with."""
        if self._inlet is not None:
            self._inlet.take()
            self._leave_when_done()

    def put(self, frame: bytes, *, is_optional: bool) -> int:
        """Queue a frame and return how much waits."""
        if self._outlet is None or self.state != self.STATE_OPEN:
            return 0
        return self._outlet.put(frame, is_optional=is_optional)

    def flush(self) -> None:
        """Write what is queued; nothing happens once the connection is closing."""
        if self._outlet is not None and self.state == self.STATE_OPEN:
            self._outlet.flush()

    def drop_optional(self) -> None:
        """Drop the queued frames that can be fetched."""
        if self._outlet is not None:
            self._outlet.drop_optional()

    @property
    def waiting_bytes(self) -> int:
        """Return how much waits for the network."""
        return self._outlet.waiting_bytes if self._outlet is not None else 0

    def when_drained(self, step: Callable[[], None]) -> None:
        """Have a step called each time everything has been written."""
        self._drained = step

    def _on_drained(self) -> None:
        if self._drained is not None:
            self._drained()
        self._leave_when_done()


class KithServer(Server):
    """Daphne with our protocol, clients' own addresses, and an orderly end."""

    def __init__(self, *args: Any, proxies: str, **kwargs: Any) -> None:
        super().__init__(*args, ready_callable=self._use_our_protocol, **kwargs)
        self._proxies = read_proxies(proxies)
        self._ports: list[Any] = []
        self.is_ending = False

    def _use_our_protocol(self) -> None:
        self.ws_factory.protocol = KithProtocol
        # A frame that is too large gets its close code instead of a dropped connection.
        self.ws_factory.setProtocolOptions(failByDrop=False)

    def listen_success(self, port: Any) -> None:
        """Keep the port, to stop listening on it."""
        self._ports.append(port)
        super().listen_success(port)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Hand the connection to the application, as an ASGI extension, and say whose it is."""
        scope["client"] = find_client(scope["client"], scope["headers"], self._proxies)
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[CONNECTION] = protocol
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Any:
        """Finish what is under way; Daphne has this called before the reactor ends."""
        self.is_ending = True
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._end()))

    async def _end(self) -> None:
        try:
            await Drain(self._ports, self._list_sockets, self._count_requests).run()
        except Exception:
            # Twisted would end without a word.
            logger.exception("what was under way was not finished")
        for details in self.connections.values():
            if (application := details.get("application_instance")) is not None:
                application.cancel()

    def _list_sockets(self) -> list[KithProtocol]:
        return [one for one in self.connections if isinstance(one, KithProtocol)]

    @staticmethod
    def _list_files() -> set[object]:
        return {*reactor.getReaders(), *reactor.getWriters()}  # type: ignore[misc]

    def _count_requests(self) -> int:
        requests = sum(
            not isinstance(one, KithProtocol) and "disconnected" not in details
            for one, details in self.connections.items()
        )
        # Our proxy makes each connection for one request, which may not have been read yet.
        return requests + sum(isinstance(one, unix.Server) for one in self._list_files())


def favour_the_loop() -> None:
    """Keep threads and the collector from holding up what hundreds of sockets wait for."""
    # Each write gives other threads a chance to take the interpreter, for so long at a time.
    sys.setswitchinterval(SWITCH_SECONDS)
    # What was loaded stays; a full collection would look through all of it again each time.
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve until SIGTERM."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    parser = argparse.ArgumentParser(description="Serve Kith over HTTP and WebSockets.")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int, help="port to listen on")
    where.add_argument("--unix", metavar="PATH", help="Unix socket to listen on, behind a proxy")
    options = parser.parse_args()
    if options.unix is None:
        endpoint = f"tcp:port={options.port}:interface={options.host}"
    else:
        # What a killed one left would be in the way.
        Path(options.unix).unlink(missing_ok=True)
        # The folder says who may connect.
        path = quoteStringArgument(options.unix)  # type: ignore[no-untyped-call]
        endpoint = f"unix:{path}:mode=666:lockfile=0"

    # Each socket is a file; the usual limit is meant for programs with few.
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))

    from django.core.asgi import get_asgi_application  # noqa: F401 (sets Django up)
    from django.utils.module_loading import import_string

    application = import_string(settings.ASGI_APPLICATION)
    favour_the_loop()
    KithServer(
        application,
        endpoints=[f"{endpoint}:backlog={BACKLOG}"],
        websocket_timeout=-1,
        websocket_max_message_size=settings.MAX_FRAME_BYTES,
        websocket_max_frame_size=settings.MAX_FRAME_BYTES,
        proxies=settings.PROXIES,
        server_name="kith",
        verbosity=0,
    ).run()


if __name__ == "__main__":
    main()
