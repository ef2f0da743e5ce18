"""What a notebook shows: tables in which ids have names, and pictures that can be moved."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

# Of a longer table so many rows are shown; all of them are there.
SHOWN_ROWS = 50
HEIGHT = 480
# Columns in which the order of the ids says something.
WAYS = ("ring", "chain", "path")


class Table:
    """Rows of an answer. `rows` hold ids and all numbers as they came; what is shown has names in
    place of ids, where `names` has one. `records` are for a DataFrame of pandas, say.
    """

    def __init__(
        self,
        *,
        columns: Sequence[str],
        rows: Sequence[list[Any]],
        more: bool = False,
        kinds: Sequence[str] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.columns = list(columns)
        self.rows = list(rows)
        self.more = more
        self._kinds = list(kinds) or ["text"] * len(self.columns)
        self._names = names or {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return the rows, each as a dictionary."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column(self, name: str) -> list[Any]:
        """Return the values of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    @property
    def shown(self) -> list[list[str]]:
        """Return the rows as they are shown."""
        return [
            [self._show(*cell) for cell in zip(self.columns, self._kinds, row, strict=True)]
            for row in self.rows[:SHOWN_ROWS]
        ]

    def _show(self, column: str, kind: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            between = " → " if column in WAYS else ", "
            return between.join(self._names.get(str(one), str(one)) for one in value)
        if kind == "moment":
            return str(value).replace("T", " ")[:19]
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{value:,.3f}".rstrip("0").rstrip(".")
        if isinstance(value, int):
            return f"{value:,}"
        return self._names.get(str(value), str(value))

    @property
    def _foot(self) -> str:
        if not self.rows:
            return "none"
        hidden = len(self.rows) - SHOWN_ROWS
        count = f"{len(self.rows):,} row" + ("s" if len(self.rows) != 1 else "")
        return (
            count
            + (f", {hidden:,} of them not shown" if hidden > 0 else "")
            + (", and there are more" if self.more else "")
        )

    def __repr__(self) -> str:
        cells = [self.columns, *self.shown]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([*lines, f"({self._foot})"])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.shown
        )
        foot = f"<caption style='caption-side:bottom'>{escape(self._foot)}</caption>"
        table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        return f"<table>{foot}{table}</table>"


class Drawing:
    """A picture of a part of the graph: `html` is a page that needs nothing else."""

    def __init__(self, html: str, *, nodes: int, edges: int) -> None:
        self.html = html
        self.nodes = nodes
        self.edges = edges

    def __repr__(self) -> str:
        return f"picture of {self.nodes:,} nodes and {self.edges:,} kinds of edges between them"

    def _repr_html_(self) -> str:
        # As on the risk page: it may run its own scripts, and belongs to no origin.
        return (
            f'<iframe sandbox="allow-scripts" srcdoc="{escape(self.html)}" title="{self!r}"'
            f' style="width:100%;height:{HEIGHT}px;border:1px solid #ccc"></iframe>'
        )
