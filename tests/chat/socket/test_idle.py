"""Clients that are there, and clients of which only the socket is left."""

import asyncio
import base64
import json
import os
import struct
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from tests.chat.socket.wire import dial, run, wire
from tests.service import Service, Someone

IDLE_SECONDS = 2
PING, CLOSE, TEXT = 9, 8, 1


@pytest.fixture(scope="module")
def impatient(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a web server that waits for nobody, and counts what they send."""
    folder = tmp_path_factory.mktemp("impatient")
    more = {"KITH_IDLE_SECONDS": str(IDLE_SECONDS), "KITH_RATE_LIMITS": "on"}
    running = Service(folder, service.environment | more)
    try:
        running.start_web()
        yield running
    finally:
        running.stop()


async def connect_raw(
    person: Someone,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket whose client never sends anything again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", person.service.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{person.service.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Authorization: Bearer {person.token}\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    return reader, writer


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, size = await reader.readexactly(2)
    if size == 126:
        (size,) = struct.unpack("!H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", await reader.readexactly(8))
    return first & 0x0F, await reader.readexactly(size)


def test_a_client_that_answers_no_ping_is_closed_as_idle(impatient: Service) -> None:
    ann = impatient.sign_up("Ann")

    async def work() -> None:
        reader, writer = await connect_raw(ann)
        kind, payload = await read_frame(reader)
        assert (kind, json.loads(payload)["type"]) == (TEXT, "hello")
        assert await read_frame(reader) == (PING, b"")
        kind, payload = await read_frame(reader)
        while kind == PING:
            kind, payload = await read_frame(reader)
        assert (kind, payload) == (CLOSE, struct.pack("!H", 4408))
        # It does not answer that either.
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()

    run(work)


def test_a_client_that_only_answers_pings_stays(impatient: Service) -> None:
    ann = impatient.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            await asyncio.sleep(IDLE_SECONDS * 3)
            assert (await line.send("me.get"))["result"]["person"]["id"] == ann.id

    run(work)


def test_one_person_has_so_many_sockets_and_not_one_more(impatient: Service) -> None:
    ann, bea = impatient.sign_up("Ann"), impatient.sign_up("Bea")

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            lines = [wire(ann) for _ in range(settings.SOCKETS_PER_PERSON)]
            opened = [group.create_task(line.__aenter__()) for line in lines]
        async with dial(impatient, ann.token) as refused:
            code, reason = await refused.closed()
            assert (code, json.loads(reason)) == (4429, {"retry_after_ms": 10_000})
        async with wire(bea) as other:
            assert (await other.send("me.get"))["result"]["person"]["id"] == bea.id
        assert (await opened[0].result().send("me.get"))["result"]["person"]["id"] == ann.id
        await lines[0].__aexit__(None, None, None)
        async with wire(ann) as line:
            assert (await line.send("me.get"))["result"]["person"]["id"] == ann.id
        for line in lines[1:]:
            await line.__aexit__(None, None, None)

    run(work)


def test_one_person_sends_only_so_many_bytes(impatient: Service) -> None:
    ann = impatient.sign_up("Ann")
    frame = json.dumps({"type": "me.get", "id": "x", "junk": "x" * 60_000})
    most = settings.BYTES_BURST // len(frame) + 1

    async def work() -> None:
        async with AsyncExitStack() as stack:
            # Few frames by each socket, too many bytes by all of them.
            lines = [await stack.enter_async_context(wire(ann)) for _ in range(10)]
            refused = 0
            with suppress(ConnectionClosed):
                for number in range(most * 3):
                    await lines[number % 10].socket.send(frame)
            for line in lines:
                with suppress(ConnectionClosed):
                    while True:
                        answer = await asyncio.wait_for(line.receive(), 2)
                        assert answer["error"]["code"] == "request.malformed"
                        refused += 1
            closed = [line.socket.close_code for line in lines]
            assert set(closed) <= {None, 4429}
            assert 4429 in closed
            assert refused >= most - 1

    run(work)
