"""The echo door, `GET /ws/echo`: sends back what it gets, on the same protocol as the real door.

For the conformance suites of WebSockets alone: without log-in or hello, and only where
`KITH_WS_ECHO=1` opens it in development.
"""

from chat.socket.paced import PacedConsumer


class Echo(PacedConsumer):
    """One connection that hears itself."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send it back as what it came."""
        await self.send(text_data=text_data, bytes_data=bytes_data)
