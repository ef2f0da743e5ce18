"""Writing rows of a model by the hundred thousand, past the ORM, which would take minutes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Copy rows into the model's table; columns that are not named get the model's defaults."""
    rest = _defaults(model, columns)
    copy_into(
        _table(model),
        [*columns, *rest],
        ([*row, *rest.values()] for row in rows),
    )


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into the columns of a table."""
    names = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_from(
    model: type[models.Model], values: Mapping[str, str], source: str, **given: Any
) -> int:
    """Insert what a query finds: SQL expressions by column, and the FROM part they are of; columns
    that are not named get the model's defaults. Returns how many rows there were.
    """
    rest = _defaults(model, values)
    names = ", ".join(f'"{column}"' for column in (*values, *rest))
    expressions = ", ".join([*values.values(), *(f"%(_{column})s" for column in rest)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(model)} ({names}) SELECT {expressions} FROM {source}",  # noqa: S608 (written in this code)
            given | {f"_{column}": value for column, value in rest.items()},
        )
        return int(cursor.rowcount)


def _defaults(model: type[models.Model], given: Iterable[str]) -> dict[str, Any]:
    known = set(given)
    return {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields  # noqa: SLF001 (Django documents it)
        if field.column not in known and field.db_default is NOT_PROVIDED
    }


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 (Django documents it)
