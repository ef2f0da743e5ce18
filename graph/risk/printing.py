"""Questions and answers as text: a table, CSV or JSON."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from graph.risk.answers import Answer
from graph.risk.questions import ColumnKind, Parameter, Question


def list_of(questions: Sequence[Question]) -> str:
    """Return the questions with their sentences, parameters and columns."""
    blocks = []
    for question in questions:
        parameters = " ".join(_show_parameter(one) for one in question.parameters)
        columns = ", ".join(column.name for column in question.columns)
        blocks.append(f"{question.name}: {question.sentence}\n  {parameters}\n  -> {columns}")
    return "\n".join(blocks)


def _show_parameter(parameter: Parameter) -> str:
    if parameter.is_required:
        return f"{parameter.name}={parameter.kind}"
    kind = "|".join(parameter.choices) or parameter.kind
    default = "" if parameter.shown_default is None else f"={parameter.shown_default}"
    return f"[{parameter.name}={kind}{default}]" if not default else f"[{parameter.name}{default}]"


def show_answer(answer: Answer, form: str) -> str:
    """Return an answer in one of the forms `table`, `csv`, `json`."""
    columns = [column.name for column in answer.question.columns]
    if form == "json":
        shown = {
            "name": answer.question.name, "columns": columns, "rows": answer.rows,
            "more": answer.more, "took_ms": answer.took_ms,
        }  # fmt: skip
        return json.dumps(shown, ensure_ascii=False) + "\n"
    rows = [[_as_text(value) for value in row] for row in answer.rows]
    if form == "csv":
        file = io.StringIO()
        kinds = [column.kind for column in answer.question.columns]
        cells = ([_plain(*cell) for cell in zip(row, kinds, strict=True)] for row in rows)
        csv.writer(file, lineterminator="\n").writerows([columns, *cells])
        return file.getvalue()
    return _as_table(columns, rows, answer)


def _plain(text: str, kind: ColumnKind) -> str:
    # A spreadsheet takes what begins so for a formula, and a name may be anybody's.
    is_formula = kind == "text" and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if is_formula else text


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else str(value)


def _as_table(columns: list[str], rows: list[list[str]], answer: Answer) -> str:
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in (columns, ["-" * width for width in widths], *rows)
    ]
    count = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    more = ", more were left out" if answer.more else ""
    return "\n".join([*lines, f"({count}{more}, {answer.took_ms:.1f} ms)", ""])
