"""The banks' own books, in one SQLite file: each payment once, on the disk before it is
answered.
"""

import sqlite3
import threading
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

TABLE = """
    CREATE TABLE IF NOT EXISTS line (
        channel TEXT NOT NULL, number TEXT NOT NULL, direction TEXT NOT NULL,
        amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
        reason TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (channel, number)
    ) WITHOUT ROWID
"""
BY_DAY = "CREATE INDEX IF NOT EXISTS line_by_day ON line (channel, day, number)"
COLUMNS = "channel, number, direction, amount, currency, status, reason, day, at"
DONE, REFUSED = "done", "refused"


class NumberReused(Exception):
    """The number stands in the books with other terms."""


@dataclass(frozen=True)
class Line:
    """What became of one payment; `direction` is `in` (out of the bank, into Kith) or `out`."""

    channel: str
    number: str
    direction: str
    amount: int
    currency: str
    status: str
    reason: str
    day: str
    at: str

    def as_json(self) -> dict[str, Any]:
        """Return the line as its customer sees it."""
        return asdict(self)


class Books:
    """All lines of all channels; a line is on the disk when `book` returns."""

    def __init__(self, file: Path, *, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        self._lock = threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(TABLE)
        self._database.execute(BY_DAY)

    def book(
        self, *, channel: str, number: str, direction: str, amount: int, currency: str, reason: str
    ) -> Line:
        """Enter a payment, refused if there is a reason to, and return its line: the first one, if
        the number is there already. Raises NumberReused when that has other terms.
        """
        at = datetime.now(UTC)
        fresh = Line(
            channel=channel, number=number, direction=direction, amount=amount, currency=currency,
            status=REFUSED if reason else DONE, reason=reason,
            day=at.astimezone(self._zone).date().isoformat(), at=at.isoformat(timespec="seconds"),
        )  # fmt: skip
        with self._lock:
            self._database.execute(
                "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                astuple(fresh),
            )
            line = self._find(channel, number)
        assert line is not None
        if (line.direction, line.amount, line.currency) != (direction, amount, currency):
            raise NumberReused
        return line

    def find(self, *, channel: str, number: str) -> Line | None:
        """Return the line of a number, if it is there."""
        with self._lock:
            return self._find(channel, number)

    def _find(self, channel: str, number: str) -> Line | None:
        found = self._database.execute(
            f"SELECT {COLUMNS} FROM line WHERE channel = ? AND number = ?",  # noqa: S608
            (channel, number),
        ).fetchone()
        return Line(*found) if found else None

    def statement(self, *, channel: str, day: str) -> list[Line]:
        """Return what moved on a day, by number; refused payments moved nothing."""
        with self._lock:
            rows = self._database.execute(
                f"SELECT {COLUMNS} FROM line"  # noqa: S608
                " WHERE channel = ? AND day = ? AND status = ? ORDER BY number",
                (channel, day, DONE),
            ).fetchall()
        return [Line(*row) for row in rows]

    def forge(self, *, channel: str, number: str, amount: int) -> bool:
        """Change the amount of a line, or take the line away for 0: a mistake of the bank. Tell
        whether there was such a line.
        """
        change = "UPDATE line SET amount = ?" if amount else "DELETE FROM line"
        values = (amount, channel, number) if amount else (channel, number)
        with self._lock:
            done = self._database.execute(f"{change} WHERE channel = ? AND number = ?", values)
        return done.rowcount == 1

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
