"""The threads of commands and their connections to PostgreSQL."""

import asyncio
from collections.abc import Iterator

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


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Return a pool of one thread."""
    pool = Pool("tested", threads=1, most_waiting=10)
    yield pool
    asyncio.run(pool.run(connections.close_all))


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
