"""What one address and one socket may send, on a service whose limits are on."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from chat.doors.pool import HASHING, MOST_HASHING, run_command_in_pool
from commands.errors import Busy
from commands.registry import list_registrations
from tests.chat.socket.wire import run, wire
from tests.service import Service, running_web
from tests.web import Reply, ask


@pytest.fixture(scope="module")
def limited(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a second web server, whose limits are on."""
    with running_web(tmp_path_factory.mktemp("limited"), KITH_RATE_LIMITS="on") as running:
        yield running


def test_one_address_asks_only_so_often_without_saying_who_it_is(limited: Service) -> None:
    ann = limited.sign_up("Ann")

    def knock(_: int) -> Reply:
        # Refused at once when it is looked at, so that only the counting is slow.
        return ask(limited, "/api/token.create", b"{}")

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(knock, range(600)))

    codes = Counter(reply.code for reply in replies)
    assert set(codes) == {"request.malformed", "request.rate_limited"}
    assert codes["request.malformed"] >= settings.PUBLIC_COMMAND_BURST
    limited_reply = next(reply for reply in replies if reply.code == "request.rate_limited")
    assert limited_reply.status == 429
    assert limited_reply.body["error"]["retry_after_ms"] >= 1
    # Who says who they are is counted for themselves.
    assert ann.call("me.get")["person"]["id"] == ann.id


def test_too_many_frames_in_one_moment_close_the_socket(limited: Service) -> None:
    ann = limited.sign_up("Ann")

    async def work() -> None:
        async with wire(ann) as line:
            with suppress(ConnectionClosed):
                for _ in range(2_000):
                    await line.socket.send("{}")
            answers = 0
            with suppress(ConnectionClosed):
                while True:
                    assert (await line.receive())["error"]["code"] == "request.malformed"
                    answers += 1
            assert line.socket.close_code == 4429
            assert json.loads(line.socket.close_reason or "") == {"retry_after_ms": 1000}
            assert answers < 2_000
        async with wire(ann) as line:
            assert (await line.send("me.get"))["id"]

    run(work)


def test_passwords_are_hashed_in_threads_of_their_own(service: Service) -> None:

    names = {registration.name for registration in list_registrations()}
    assert names >= HASHING
    hold = threading.Event()

    async def work() -> None:
        full = [
            asyncio.ensure_future(run_command_in_pool("token.create", hold.wait, 60.0))
            for _ in range(MOST_HASHING)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await run_command_in_pool("session.create", hold.wait, 60.0)
        other = await run_command_in_pool("me.get", lambda: threading.current_thread().name)
        assert other.startswith("command")
        hold.set()
        assert await asyncio.gather(*full) == [True] * MOST_HASHING

    asyncio.run(work())
