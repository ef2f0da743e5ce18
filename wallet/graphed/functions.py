"""The SQL that tells the graph of the wallet, loaded by its migrations."""

from pathlib import Path

FOLDER = Path(__file__).with_name("sql")


def read_sql(*names: str) -> str:
    """Return the text of SQL files, one after the other."""
    return "\n".join((FOLDER / f"{name}.sql").read_text() for name in names)
