"""All that the graph should hold, as CSV files in the form of `neo4j-admin database import`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from graph.projection.postgres import count_rows
from graph.projection.registry import Edge, Kind, Node, Type, list_kinds

EVERY = 20_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class File:
    """One file of rows, and the argument that has it imported."""

    kind: Kind
    part: Node | Edge
    path: Path
    header: Path
    rows: int

    @property
    def argument(self) -> str:
        """Return the option of the import."""
        files = f"{self.header},{self.path}"
        if isinstance(self.part, Node):
            return f"--nodes={':'.join(self.part.labels)}={files}"
        return f"--relationships={self.part.type}={files}"


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it was at one moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def export_all(*, folder: Path, progress: Progress) -> list[File]:
    """Write a file for each kind of node and edge, all of one moment; `progress` gets a name, rows
    done and rows to come.
    """
    with one_moment():
        totals = [(kind, count_rows(kind=kind)) for kind in list_kinds()]
        return [
            _export(kind, part, total, folder, progress)
            for kind, total in totals
            for part in kind.parts
        ]


def _export(kind: Kind, part: Node | Edge, total: int, folder: Path, progress: Progress) -> File:
    file = File(kind, part, folder / f"{part.name}.csv", folder / f"{part.name}.header.csv", total)
    file.header.write_text(",".join(_header(part)) + "\n")
    done = 0
    progress(part.name, 0, total)
    with (
        open(file.path, "wb") as out,
        connection.cursor() as cursor,
        cursor.copy(_copy(kind, part)) as rows,
    ):
        for row in rows:
            out.write(row)
            done += 1
            if done % EVERY == 0:
                progress(part.name, done, total)
    progress(part.name, done, total)
    return file


def _header(part: Node | Edge) -> Iterator[str]:
    if isinstance(part, Edge):
        yield f":START_ID({part.start[0]})"
        yield f":END_ID({part.end[0]})"
    for column, kind in part.columns.items():
        if isinstance(part, Node) and column == "id":
            yield f"id:ID({part.labels[0]})"
        else:
            name = part.renamed.get(column, column) if isinstance(part, Edge) else column
            yield f"{name}:{kind}"


def _copy(kind: Kind, part: Node | Edge) -> str:
    columns = [part.start[1], part.end[1]] if isinstance(part, Edge) else []
    columns += [_column(column, type_) for column, type_ in part.columns.items()]
    # Our own text: no value of anybody goes into it.
    rows = f"SELECT {', '.join(columns)} FROM ({kind.select}) AS kind"  # noqa: S608
    return f"COPY ({rows}) TO STDOUT (FORMAT csv)"


def _column(name: str, type_: Type) -> str:
    # PostgreSQL writes t and f, Neo4j reads true and false.
    return f"{name}::text" if type_ == "boolean" else name
