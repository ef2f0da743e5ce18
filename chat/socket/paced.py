"""Reading no faster than one answers: the base of what takes frames from our server."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from chat.socket.extension import CONNECTION, DirectConnection


class PacedConsumer(AsyncWebsocketConsumer):
    """A consumer that tells the server, if it is ours, of each frame that it is done with."""

    @property
    def direct(self) -> DirectConnection | None:
        """Return our server's connection; another server has none to offer."""
        direct: DirectConnection | None = self.scope.get("extensions", {}).get(CONNECTION)
        return direct

    async def websocket_receive(self, message: Any) -> None:
        """Carry out one frame, and have the server read the next."""
        try:
            await super().websocket_receive(message)
        finally:
            if self.direct is not None:
                self.direct.take()
