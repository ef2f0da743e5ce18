"""The SQL that belongs to limits, loaded by their migrations."""

from pathlib import Path

from wallet.ledger.functions import UNCHECKED

FOLDER = Path(__file__).with_name("sql")


def read_sql(name: str) -> str:
    """Return the text of an SQL file, which may name what a later migration adds."""
    return UNCHECKED + (FOLDER / f"{name}.sql").read_text()
