"""A case as a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from commands.frames import Result

COLUMNS = ("case", "subject", "at", "by", "action", "kind", "decision", "text", "content")


def write_json(shown: Result) -> Iterator[bytes]:
    """Yield a case as JSON, as `case.get` answers it."""
    yield shown.model_dump_json(indent=2).encode() + b"\n"


def write_csv(case: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a case as CSV, a line for each step; what was found stands there as JSON."""
    yield _line(COLUMNS)
    for step in case["history"]:
        finding = dict(step["finding"] or {})
        kind = finding.pop("kind", "")
        content = json.dumps(finding, ensure_ascii=False) if finding else ""
        yield _line((
            case["id"], case["subject"], step["at"], step["by"], step["action"], kind,
            step["decision"] or "", _plain(step["text"]), content,
        ))  # fmt: skip


def _plain(text: str) -> str:
    # A spreadsheet takes what begins so for a formula, and the text may be anybody's.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _line(cells: tuple[str, ...]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue().encode()
