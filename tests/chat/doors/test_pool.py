"""The threads of commands and their connections to PostgreSQL."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, connections

from chat.doors.pool import Pool


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
