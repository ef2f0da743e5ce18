"""2,000 clients come back at once with their cursors: seconds until the last is level.

Every client's record is compared with the room's events: none missing, none double, in order.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.instance import pin, prepare_environment
from bench.sockets.servers import LOAD, make_room, ours, served
from config.engines.ports import find_free_port

ROOM_SIZE = 100
MISSED = 20
AT_ONCE = 256
GIVE_UP_SECONDS = 180.0


@dataclass
class Client:
    """Somebody in one room, who has heard all up to a number."""

    token: str
    room: str
    cursor: int
    last: int
    heard: list[int]


def make_clients(count: int) -> list[Client]:
    """Make rooms of 100 people each, in which something was said while they were away."""
    from chat.messages.services import send
    from chat.rooms.models import Member, Room

    clients: list[Client] = []
    while len(clients) < count:
        room, tokens = make_room(min(ROOM_SIZE, count - len(clients)))
        before = Room.objects.get(id=room).last_seq
        author = Member.objects.filter(room_id=room).values_list("person_id", flat=True)[0]
        for number in range(MISSED):
            send(room_id=uuid.UUID(room), author_id=author, text=f"{number} " + "x" * 300,
                 at=datetime.now(UTC))  # fmt: skip
        clients += [Client(token, room, before, before + MISSED, []) for token in tokens]
    return clients


async def come_back(url: str, client: Client, door: asyncio.Semaphore) -> None:
    """Connect, hear hello, give the cursor, take what was missed; try again until that worked."""
    headers = {"Authorization": f"Bearer {client.token}"}
    while True:
        try:
            async with door:
                socket = await connect(
                    url, additional_headers=headers, compression=None, ping_interval=None,
                    open_timeout=60,
                )  # fmt: skip
            async with socket:
                await _resume(socket, client)
                return
        except (OSError, WebSocketException, TimeoutError):
            await asyncio.sleep(0.2)


async def _resume(socket: object, client: Client) -> None:
    frame = {
        "type": "session.resume", "id": str(uuid.uuid4()),
        "cursors": {client.room: client.cursor},
    }  # fmt: skip
    hello = json.loads(await socket.recv())  # type: ignore[attr-defined]
    assert hello["type"] == "hello", hello
    await socket.send(json.dumps(frame))  # type: ignore[attr-defined]
    while client.cursor + len(client.heard) < client.last:
        answer = json.loads(await socket.recv())  # type: ignore[attr-defined]
        if answer["type"] == "ok":
            for room in answer["result"]["rooms"]:
                client.heard += [event["seq"] for event in room["events"]]


async def all_come_back(url: str, clients: list[Client]) -> float:
    """Return how many seconds it takes until the last client is level."""
    door = asyncio.Semaphore(AT_ONCE)
    started = time.perf_counter()
    await asyncio.wait_for(
        asyncio.gather(*(come_back(url, client, door) for client in clients)), GIVE_UP_SECONDS
    )
    return time.perf_counter() - started


def measure(name: str, url: str, clients: list[Client]) -> float:
    """Have all come back, check what each has heard, and return the seconds."""
    for client in clients:
        client.heard.clear()
    seconds = asyncio.run(all_come_back(url, clients))
    wrong = [
        client for client in clients
        if client.heard != list(range(client.cursor + 1, client.last + 1))
    ]  # fmt: skip
    if wrong:
        sys.exit(f"{name}: {len(wrong)} clients have another record than their room")
    print(f"{name:32} {len(clients)} clients level after {seconds:6.2f} s", flush=True)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sockets.returning", description=__doc__)
    parser.add_argument("--clients", type=int, default=2000, help="(default: %(default)s)")
    options = parser.parse_args()
    prepare_environment(find_free_port())
    with ours(2) as service:
        pin(0, LOAD)
        clients = make_clients(options.clients)
        here = measure("ours", service.url, clients)
        with served(
            "daphne",
            "-p",
            "{port}",
            "-v",
            "0",
            "--websocket_connect_timeout",
            "120",
            "bench.sockets.stock_kith:application",
        ) as (url, _):
            there = measure("stock Channels, the same work", url, clients)
    print(f"ours needs {here / there:.2f} times the seconds of stock Channels")


if __name__ == "__main__":
    main()
