"""What PostgreSQL says the graph should hold."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from graph.projection.registry import Kind, Row

PAGE = 5_000


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _rows(cursor: Any) -> list[Row]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


# The selects are our own text: no value of anybody goes into it.
def count_rows(*, kind: Kind) -> int:
    """Return how many rows of a kind there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({kind.select}) AS kind")  # noqa: S608
        return int(cursor.fetchone()[0])


def read_all(*, kind: Kind) -> Iterator[Row]:
    """Yield all rows of a kind, by id."""
    # A cursor on the server's side, because there may be millions.
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({kind.select}) AS kind ORDER BY id")  # noqa: S608
        names: list[str] = []
        while page := cursor.fetchmany(PAGE):
            names = names or [column.name for column in cursor.description]
            for row in page:
                yield dict(zip(names, map(_plain, row), strict=True))


def read_rows(*, kind: Kind, ids: Sequence[str]) -> dict[str, Row]:
    """Return the rows of these ids that there are, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({kind.select}) AS kind WHERE id = ANY(%s::uuid[])",  # noqa: S608
            [list(ids)],
        )
        return {row["id"]: row for row in _rows(cursor)}


def draw_ids(*, kind: Kind, count: int) -> list[str]:
    """Return the ids of so many rows at random, or of all there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({kind.select}) AS kind ORDER BY random() LIMIT %s",  # noqa: S608
            [count],
        )
        return [str(row_id) for (row_id,) in cursor.fetchall()]
