"""Several web processes behind nginx: all that holds for one holds across them."""

import asyncio
import json
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed

from chat.client import Kith
from tests.instances import ROOT, Up

pytestmark = [pytest.mark.long, pytest.mark.timeout(280)]

WEB = ("web1", "web2", "web3")
MEMBERS = 6
# Enough that some are under way at each moment of an accident.
PAUSE = 0.02


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """Return an instance with three web processes."""
    with tempfile.TemporaryDirectory(prefix="kith-web-") as folder:
        up = Up(Path(folder) / "data", web=3, more={"KITH_RATE_LIMITS": "on"})
        try:
            up.start()
            yield up
        finally:
            up.stop()


class Talk:
    """People who all write into one room, each on a connection of their own, without a pause."""

    def __init__(self, up: Up) -> None:
        self.up = up
        self.tokens = [sign_up(up) for _ in range(MEMBERS)]
        people = [up.call("me.get", token)["person"]["id"] for token in self.tokens]
        for token, person in zip(self.tokens[1:], people[1:], strict=True):
            up.call("friend.ask", self.tokens[0], person=person)
            up.call("friend.accept", token, person=people[0])
        made = up.call(
            "room.create", self.tokens[0], kind="group", name="Flat 4B", members=people[1:]
        )
        self.room: str = made["room"]["room"]
        self.sent: list[str] = []
        self.heard: list[list[dict[str, Any]]] = [[] for _ in self.tokens]
        self.reconnects = 0
        self._is_over = False

    async def while_it_goes_on(self, accident: Callable[[], Awaitable[None]]) -> None:
        """Let everybody talk until the accident is over and some time after, and all has arrived
        everywhere.
        """
        clients = [
            Kith(self.up.url, token, on_event=heard.append)
            for token, heard in zip(self.tokens, self.heard, strict=True)
        ]
        for client in clients:
            await client.__aenter__()
        talking = [
            asyncio.create_task(self._talk(client, name)) for name, client in enumerate(clients)
        ]
        try:
            await asyncio.sleep(0.5)
            await accident()
            await asyncio.sleep(2)
            self._is_over = True
            await asyncio.gather(*talking)
            last = self.events()[-1]["seq"]
            async with asyncio.timeout(30):
                while any(  # noqa: ASYNC110 (nothing would set an event)
                    client.rooms.cursors.get(self.room) != last for client in clients
                ):
                    await asyncio.sleep(0.1)
            self.reconnects = sum(client.reconnects for client in clients)
        finally:
            for task in talking:
                task.cancel()
            for client in clients:
                await client.__aexit__(None, None, None)

    async def _talk(self, client: Kith, name: int) -> None:
        number = 0
        while not self._is_over:
            text = f"{name}-{number}"
            await client.call("message.send", room=self.room, text=text)
            self.sent.append(text)
            number += 1
            await asyncio.sleep(PAUSE)

    def events(self) -> list[dict[str, Any]]:
        """Return all events of the room."""
        events: list[dict[str, Any]] = []
        more = True
        while more:
            after = events[-1]["seq"] if events else 0
            page = self.up.call("room.sync", self.tokens[0], room=self.room, after=after, limit=200)
            events += page["events"]
            more = page["more"]
        return events

    def check(self) -> None:
        """Everything acknowledged is there once, and everybody heard all of it in order, once."""
        events = self.events()
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        texts = [event["message"]["text"] for event in events if event["kind"] == "message.new"]
        assert sorted(texts) == sorted(self.sent)
        for heard in self.heard:
            own = [event for event in heard if event.get("room") == self.room and "seq" in event]
            own = [event for event in own if event["kind"] != "read"]
            first = own[0]["seq"]
            assert own == [event for event in events if event["seq"] >= first]


def sign_up(up: Up) -> str:
    username = f"p{uuid.uuid4().hex[:12]}"
    made = up.call("account.create", username=username, password="green-tea-for-two", name="P")
    token: str = made["token"]
    return token


def kill(up: Up, service: str) -> Callable[[], Awaitable[None]]:
    async def accident() -> None:
        await asyncio.to_thread(up.kill, service)

    return accident


def ask(up: Up, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(up.url + path, data=body, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize("service", [*WEB, "nginx"])
def test_a_killed_process_costs_no_event_and_no_command(running: Up, service: str) -> None:
    talk = Talk(running)

    asyncio.run(talk.while_it_goes_on(kill(running, service)))

    talk.check()
    assert talk.reconnects > 0
    assert f"{service} | died (exit code -9); starts again in" in running.output


def test_a_reload_replaces_each_process_and_costs_nothing(running: Up) -> None:
    talk = Talk(running)
    before = running.ready()["pids"]
    said = running.output.count(" | died")
    refused: list[dict[str, Any]] = []

    async def ask_all_the_time() -> None:
        """Over HTTP nobody repeats what is refused. As often as one person may."""
        while True:
            await asyncio.sleep(0.1)
            done, _ = await asyncio.to_thread(ask, running, "/api/me.get", b"{}", **bearer)
            if done != 200:
                refused.append(done)

    bearer = {"Authorization": f"Bearer {talk.tokens[0]}", "Content_Type": "application/json"}

    async def reload() -> None:
        asking = asyncio.create_task(ask_all_the_time())
        done = await asyncio.to_thread(make, running, "reload")
        asking.cancel()
        assert done.returncode == 0, done.stdout + done.stderr
        assert "the new version runs" in done.stdout

    asyncio.run(talk.while_it_goes_on(reload))

    talk.check()
    assert refused == []
    after = running.ready()["pids"]
    replaced = {name for name in after if after[name] != before[name]}
    assert replaced == {*WEB, "worker", "beat"}
    # A wished end is no death.
    assert running.output.count(" | died") == said
    # Nobody had to be told by a broken connection.
    assert talk.reconnects >= MEMBERS


def make(up: Up, target: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", target], cwd=ROOT, env=up.environment, capture_output=True, text=True,
        timeout=200, check=False,
    )  # fmt: skip


def dial(up: Up, service: str, **headers: str) -> Any:
    """Open a socket at one web process, past nginx."""
    path = up.data / "nginx" / f"{service}.sock"
    uri = f"ws://127.0.0.1:{up.port}/ws/"
    return unix_connect(str(path), uri, additional_headers=headers)


async def closed_with(socket: ClientConnection) -> int | None:
    try:
        async with asyncio.timeout(10):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code


async def answers(socket: ClientConnection) -> bool:
    await socket.send(json.dumps({"type": "me.get", "id": str(uuid.uuid4())}))
    async with asyncio.timeout(10):
        while (frame := json.loads(await socket.recv()))["type"] not in ("ok", "error"):
            pass
    return bool(frame["type"] == "ok")


def test_signing_out_at_one_process_closes_the_sockets_at_the_others(running: Up) -> None:
    token, other = sign_up(running), sign_up(running)

    async def work() -> None:
        async with (
            dial(running, "web1", Authorization=f"Bearer {token}") as first,
            dial(running, "web2", Authorization=f"Bearer {token}") as second,
            dial(running, "web3", Authorization=f"Bearer {token}") as third,
            dial(running, "web3", Authorization=f"Bearer {other}") as others,
        ):
            await first.send(json.dumps({"type": "token.revoke", "id": str(uuid.uuid4())}))
            assert [await closed_with(one) for one in (first, second, third)] == [4401] * 3
            assert await answers(others)

    asyncio.run(work())


def test_a_large_file_passes_and_a_larger_one_is_refused_in_our_words(running: Up) -> None:
    token = sign_up(running)

    def upload(size: int) -> tuple[int, dict[str, Any]]:
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        return ask(
            running, "/api/file.upload", part + b"a" * size + b"\r\n--x--\r\n",
            Content_Type="multipart/form-data; boundary=x", Authorization=f"Bearer {token}",
            Idempotency_Key=str(uuid.uuid4()),
        )  # fmt: skip

    most = 20 * 1024 * 1024
    status, body = upload(most)
    assert (status, body["result"]["file"]["size"]) == (200, most)
    for size in (most + 1, 2 * most):
        status, body = upload(size)
        assert (status, body["error"]["code"]) == (413, "file.too_large")
        assert body["error"]["detail"] == {"most": most}


def test_a_forged_address_does_not_get_around_the_limits(running: Up) -> None:
    def knock(number: int) -> int:
        forged = f"10.0.{number // 250}.{number % 250}"
        return ask(running, "/api/token.create", b"{}", X_Forwarded_For=forged)[0]

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(knock, range(4_000)))

    assert statuses == {400, 429}


def test_nothing_is_left_after_ctrl_c(running: Up) -> None:
    running.press_ctrl_c()

    assert running.processes() == {}
    assert "Traceback" not in running.output
    for service in (*WEB, "nginx"):
        log = (running.data / "log" / f"{service}.log").read_text()
        assert "Traceback" not in log
        assert "[alert]" not in log
