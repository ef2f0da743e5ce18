"""Every Cypher statement is a file with an entry here; no string is put together into Cypher."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

GRAPH = Path(__file__).parent


@dataclass(frozen=True)
class Statement:
    """A Cypher file: its access mode, its parameters and the columns it returns.

    A dot in a name is a folder: `finbench.tcr3` is `cypher/finbench/tcr3.cypher`.

    `warm` holds harmless parameters for a statement that people wait for: it is run with them
    before the service says that it is ready, so that nobody pays for compiling it.
    """

    app: str
    name: str
    access: Literal["read", "write"]
    parameters: tuple[str, ...]
    columns: tuple[str, ...] = ()
    warm: Mapping[str, Any] | None = None

    @property
    def path(self) -> Path:
        """Return the file of the statement."""
        return GRAPH / self.app / "cypher" / f"{self.name.replace('.', '/')}.cypher"

    @cached_property
    def text(self) -> str:
        """Return the Cypher text."""
        return self.path.read_text()

    @property
    def question(self) -> str:
        """Return the file's first line: what the statement asks or does."""
        return self.text.partition("\n")[0].removeprefix("//").strip()


_statements: dict[str, Statement] = {}


def register_statement(statement: Statement) -> Statement:
    """Register a statement under its name."""
    if statement.name in _statements:
        raise ValueError(f"Two statements are called {statement.name}.")
    _statements[statement.name] = statement
    return statement


def list_statements() -> list[Statement]:
    """Return all statements, by name."""
    return sorted(_statements.values(), key=lambda statement: statement.name)
