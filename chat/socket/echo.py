"""The echo door, `GET /ws/echo`: sends back what it gets, on the same protocol as the real door.

For the conformance suites of WebSockets alone: without log-in or hello, and only where
`KITH_WS_ECHO=1` opens it in development.
"""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from chat.socket.extension import CONNECTION


class Echo(AsyncWebsocketConsumer):
    """One connection that hears itself."""

    async def websocket_receive(self, message: Any) -> None:
        """Send a frame back, and have the server read the next."""
        direct = self.scope.get("extensions", {}).get(CONNECTION)
        try:
            await super().websocket_receive(message)
        finally:
            if direct is not None:
                direct.take()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send it back as what it came."""
        await self.send(text_data=text_data, bytes_data=bytes_data)
