"""Daphne, with what its WebSocket protocol lacks; `python -m chat.socket.server` runs it.

The protocol subclass is the one place that reaches into Daphne: close codes of our own with
reasons, frames too large answered with 1009, and ready-made frames written straight to the
transport.
"""

# Installs Twisted's asyncio reactor, so it must come before anything of Twisted.
from daphne.server import Server  # isort: skip

import argparse
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from chat.socket.extension import CONNECTION

PING_SECONDS = 20
PONG_SECONDS = 30


class KithProtocol(WebSocketProtocol):
    """One WebSocket connection."""

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Pass an ASGI message on; a close keeps its code and reason."""
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            code = message.get("code") or 1000
            # sendClose refuses 1009, 1012 and 1013, which servers may well send.
            self.sendCloseFrame(code=code, reasonUtf8=message.get("reason", "").encode()[:123])
        else:
            super().handle_reply(message)

    def write_frames(self, frames: bytes) -> None:
        """Write ready-made frames; nothing happens once the connection is closing."""
        if self.state == self.STATE_OPEN:
            self.transport.write(frames)


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
