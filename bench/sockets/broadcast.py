"""A peer: the library `websockets` with its own `broadcast`, as its documentation shows it."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

everybody: set[ServerConnection] = set()


async def handle(socket: ServerConnection) -> None:
    """Pass what comes in on to all."""
    everybody.add(socket)
    try:
        async for text in socket:
            broadcast(everybody, text)
    finally:
        everybody.discard(socket)


async def main(port: int) -> None:
    """Serve until terminated."""
    async with serve(handle, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
