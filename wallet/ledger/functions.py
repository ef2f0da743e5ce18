"""The SQL that belongs to the ledger, loaded by its migrations."""

from pathlib import Path

FOLDER = Path(__file__).with_name("sql")
# The files hold the newest text, which may name columns that a later migration adds.
UNCHECKED = "SET LOCAL check_function_bodies = off;"


def read_sql(*names: str) -> str:
    """Return the text of SQL files, one after the other."""
    return "\n".join([UNCHECKED, *((FOLDER / f"{name}.sql").read_text() for name in names)])
