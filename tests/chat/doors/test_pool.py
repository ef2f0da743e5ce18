"""The threads of commands and their connections to PostgreSQL."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections
from django.test import AsyncRequestFactory

from chat.doors import pool as pools
from chat.doors.http import run_command
from chat.doors.pool import MONEY_SHARE, SPARE_SHARE, USUAL_SHARE, Pool, run_command_in_pool
from commands.errors import Busy
from commands.registry import list_registrations
from graph.people.services import issue_token
from tests.people import make_people


def answers() -> bool:
    """Tell whether PostgreSQL answers, as a check does that keeps the error to itself."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def lose_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def backend() -> int:
    """Return the process of PostgreSQL that serves the thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def make_pool() -> Iterator[Callable[[float], Pool]]:
    """Return a function that makes a pool of one thread which trusts its connection so long."""
    made = []

    def make(trusted_seconds: float) -> Pool:
        made.append(Pool("tested", threads=1, most_waiting=10, trusted_seconds=trusted_seconds))
        return made[-1]

    yield make
    for pool in made:
        asyncio.run(pool.run(connections.close_all))


@pytest.fixture
def pool(make_pool: Callable[[float], Pool]) -> Pool:
    """Return a pool that trusts its connection for as long as a test takes."""
    return make_pool(60)


def lose_connection_silently() -> None:
    with pytest.raises(DatabaseError):
        lose_connection()


def test_a_connection_that_broke_is_replaced_although_nobody_pauses(pool: Pool) -> None:
    async def go_on() -> list[bool]:
        with pytest.raises(DatabaseError):
            await pool.run(lose_connection)
        return [await pool.run(answers) for _ in range(2)]

    assert asyncio.run(go_on()) == [True, True]


def test_so_is_one_whose_error_was_kept_back(pool: Pool) -> None:
    async def go_on() -> list[bool]:
        assert await pool.run(answers)
        await pool.run(lose_connection_silently)
        return [await pool.run(answers) for _ in range(3)]

    assert asyncio.run(go_on()) == [True, True, True]


@pytest.mark.parametrize(("trusted_seconds", "works"), [(0, True), (60, False)])
def test_a_connection_that_broke_unseen(
    make_pool: Callable[[float], Pool], trusted_seconds: float, works: bool
) -> None:
    pool = make_pool(trusted_seconds)

    served_by = asyncio.run(pool.run(backend))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [served_by])

    assert asyncio.run(pool.run(answers)) is works


def test_beyond_its_bound_each_class_of_work_is_refused_in_its_turn() -> None:
    pool, gate = Pool("gated", threads=1, most_waiting=10), threading.Event()
    shares = {"spare": SPARE_SHARE, "usual": USUAL_SHARE, "money": MONEY_SHARE}

    async def fill() -> dict[int, list[str]]:
        waiting: list[asyncio.Task[bool]] = []
        refused: dict[int, list[str]] = {}
        for count in (0, 1, 8, 9, 10):
            while len(waiting) < count:
                waiting.append(asyncio.create_task(pool.run(gate.wait)))
                await asyncio.sleep(0)
            refused[count] = []
            for name, share in shares.items():
                task = asyncio.create_task(pool.run(gate.is_set, share=share))
                await asyncio.sleep(0)
                if task.done():
                    with pytest.raises(Busy) as busy:
                        task.result()
                    assert busy.value.retry_after_ms == 1_000
                    refused[count].append(name)
                # Nobody waits any longer: the next one meets the same number.
                task.cancel()
                await asyncio.sleep(0)
        gate.set()
        assert await asyncio.gather(*waiting) == [True] * 10
        await pool.run(connections.close_all)
        return refused

    assert asyncio.run(fill()) == {
        0: [], 1: ["spare"], 8: ["spare"], 9: ["spare", "usual"], 10: ["spare", "usual", "money"],
    }  # fmt: skip


def test_search_presence_suggestions_and_questions_are_what_is_refused_first() -> None:
    spare = [one.name for one in list_registrations() if one.spare]

    assert spare == [
        "friend.in_common", "friend.suggest", "person.find", "person.friends", "presence.get",
        "risk.picture", "risk.query", "room.search",
    ]  # fmt: skip
    assert [one.name for one in list_registrations() if one.spare and one.writes] == []


def test_a_command_is_run_in_the_class_it_is_registered_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = Pool("half", threads=1, most_waiting=10)
    half._waiting = 5
    monkeypatch.setattr(pools, "_pool", lambda: half)
    monkeypatch.setattr(pools, "_hashing_pool", lambda: Pool("full", threads=1, most_waiting=0))

    async def go(command: str) -> str:
        try:
            return await run_command_in_pool(command, lambda: "done")
        except Busy:
            return "busy"

    async def go_all(*commands: str) -> list[str]:
        answers = [await go(command) for command in commands]
        await half.run(connections.close_all)
        return answers

    commands = ("room.search", "presence.get", "message.send", "split.pay", "account.close")
    assert asyncio.run(go_all(*commands)) == ["busy", "busy", "done", "done", "busy"]


def test_over_http_what_asks_a_bank_stands_with_the_banks(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ann,) = make_people(1, at=now)
    token = issue_token(person_id=ann, at=datetime.now(UTC)).text
    full = Pool("full", threads=1, most_waiting=0)
    monkeypatch.setattr(pools, "_banking_pool", lambda: full)

    async def post(token: str, command: str, fields: dict[str, Any]) -> str:
        request = AsyncRequestFactory().post(
            "/", {"id": str(uuid4())} | fields, content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        reply = await run_command(request, command)
        return str(json.loads(reply.content)["error"]["code"])

    async def post_all() -> list[str]:
        bank = {"channel": "harbour", "amount": 5}
        paying = {"payment_request": str(uuid4())}
        codes = [
            await post(token, "wallet.top_up", bank),
            await post(token, "payment_request.pay", paying | {"sources": [{"balance": 2}, bank]}),
            await post(token, "payment_request.pay", paying | {"sources": [{"balance": 7}]}),
            await post("none", "wallet.top_up", bank),
        ]
        await pools._pool().run(connections.close_all)
        return codes

    # Who is not known does not get to the banks.
    assert asyncio.run(post_all()) == [
        "request.busy", "request.busy", "payment_request.not_found", "auth.required",
    ]  # fmt: skip
