"""Daphne, with what its WebSocket protocol lacks; `python -m chat.socket.server` runs it.

The protocol subclass is the one place that reaches into Daphne: close codes of our own with
reasons, frames too large answered with 1009, frames read no faster than they are taken, and
ready-made frames written straight to the transport.
"""

# Installs Twisted's asyncio reactor, so it must come before anything of Twisted.
from daphne.server import Server  # isort: skip

import argparse
from collections.abc import Callable
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from chat.doors.limits import Bucket
from chat.socket.extension import CONNECTION
from chat.socket.inlet import Inlet
from chat.socket.outlet import Outlet

PING_SECONDS = 20
PONG_SECONDS = 30
TOO_MANY_FRAMES = 4429


class KithProtocol(WebSocketProtocol):
    """One WebSocket connection; also the DirectConnection of the ASGI extension."""

    _outlet: Outlet | None = None
    _inlet: Inlet | None = None
    _drained: Callable[[], None] | None = None

    def onConnect(self, request: Any) -> Any:  # noqa: N802 (Twisted's name)
        """Count what the client sends from the first frame on."""
        from django.conf import settings

        self._inlet = Inlet(self.transport)
        self._frames = Bucket(settings.FRAMES_PER_SECOND, settings.FRAME_BURST)
        self._is_limited = settings.RATE_LIMITS
        return super().onConnect(request)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        """Pass a frame on; who sends too many is sent away."""
        if self.state != self.STATE_OPEN or self._inlet is None:
            return
        if self._is_limited and self._frames.spend():
            self.flush()
            self.sendCloseFrame(code=TOO_MANY_FRAMES, reasonUtf8=b'{"retry_after_ms": 1000}')
            return
        self._inlet.arrive(len(payload))
        super().onMessage(payload, isBinary)

    def onOpen(self) -> None:  # noqa: N802 (Twisted's name)
        """Take over the writing side from the HTTP channel that the socket was born from."""
        self.transport.unregisterProducer()
        self._outlet = Outlet(self.transport, on_drained=self._on_drained)
        super().onOpen()

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Pass an ASGI message on; a close keeps its code and reason, an empty text is sent."""
        kind = message["type"]
        if kind == "websocket.close" and self.state == self.STATE_OPEN:
            code = message.get("code") or 1000
            self.flush()
            # sendClose refuses 1009, 1012 and 1013, which servers may well send.
            self.sendCloseFrame(code=code, reasonUtf8=message.get("reason", "").encode()[:123])
        elif kind == "websocket.send" and self.state in (self.STATE_CLOSING, self.STATE_CLOSED):
            # The client left while its answer was made.
            return
        elif kind == "websocket.send" and not (message.get("text") or message.get("bytes")):
            is_binary = message.get("bytes") is not None
            self.serverSend(b"" if is_binary else "", binary=is_binary)
        else:
            super().handle_reply(message)

    def take(self) -> None:
        """Count the oldest received frame as done with."""
        if self._inlet is not None:
            self._inlet.take()

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


class KithServer(Server):
    """Daphne with our protocol."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, ready_callable=self._use_our_protocol, **kwargs)

    def _use_our_protocol(self) -> None:
        self.ws_factory.protocol = KithProtocol
        # A frame that is too large gets its close code instead of a dropped connection.
        self.ws_factory.setProtocolOptions(failByDrop=False)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Hand the connection to the application, as an ASGI extension."""
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[CONNECTION] = protocol
        return super().create_application(protocol, scope)


def main() -> None:
    """Serve until SIGTERM."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    parser = argparse.ArgumentParser(description="Serve Kith over HTTP and WebSockets.")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    options = parser.parse_args()

    from django.core.asgi import get_asgi_application  # noqa: F401 (sets Django up)
    from django.utils.module_loading import import_string

    application = import_string(settings.ASGI_APPLICATION)
    KithServer(
        application,
        endpoints=[f"tcp:port={options.port}:interface={options.host}"],
        websocket_timeout=-1,
        websocket_max_message_size=settings.MAX_FRAME_BYTES,
        websocket_max_frame_size=settings.MAX_FRAME_BYTES,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        proxy_forwarded_address_header=None,
        server_name="kith",
        verbosity=0,
    ).run()


if __name__ == "__main__":
    main()
