"""The floor: asyncio alone, a frame built once, one write per socket. Nothing is asked or kept."""

import asyncio
import base64
import hashlib
import sys

from chat.socket.frames import text_frame

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Floor(asyncio.Protocol):
    """One connection; every text that comes in goes to all."""

    everybody: "set[Floor]" = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the handshake."""
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        self.buffer = b""
        self.is_open = False

    def data_received(self, data: bytes) -> None:
        """Shake hands once, then pass on the frames of the sender (mask of zeros, under 64 kB)."""
        data = self.buffer + data
        if not self.is_open:
            data = self._shake_hands(data)
        while self.is_open and len(data) >= 8:
            length, start = data[1] & 0x7F, 6
            if length == 126:
                length, start = int.from_bytes(data[2:4], "big"), 8
            if len(data) < start + length:
                break
            frame = text_frame(data[start : start + length])
            for one in self.everybody:
                one.transport.write(frame)
            data = data[start + length :]
        self.buffer = data

    def _shake_hands(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return data
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        accept = base64.b64encode(hashlib.sha1(lines[b"Sec-WebSocket-Key"] + MAGIC).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        self.is_open = True
        self.everybody.add(self)
        return rest

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.everybody.discard(self)


async def serve(port: int) -> None:
    """Serve until terminated."""
    server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
