"""The ASGI extension by which our server hands its connection to the application."""

from typing import Protocol

CONNECTION = "kith.connection"


class DirectConnection(Protocol):
    """What the server's connection offers beyond ASGI."""

    def write_frames(self, frames: bytes) -> None:
        """Write ready-made frames at once; nothing happens once the connection is closing."""
