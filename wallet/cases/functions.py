"""The SQL that belongs to cases, loaded by their migrations."""

from pathlib import Path

FOLDER = Path(__file__).with_name("sql")


def read_sql(name: str) -> str:
    """Return the text of an SQL file."""
    return (FOLDER / f"{name}.sql").read_text()
