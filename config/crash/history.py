"""A history of the bank in Jepsen's form, recorded while it is hurt: who paid whom, and what all
had at a moment.

An account of the history is all that a person owns, the escrows of their envelopes too: so throwing
an envelope and its return move nothing, while taking a share is a payment by the thrower. What
belongs to nobody, such as what the banks owe, is one account more, `outside`, which began with a
capital, so that it never falls below nought.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import psycopg

CAPITAL = 10**12
# One statement sees one moment. An unlocked account keeps no balance; its entries are its balance.
BALANCES = """
    SELECT a.owner_id::text,
           sum(CASE WHEN a.unlocked
                    THEN (SELECT COALESCE(sum(e.amount), 0) FROM ledger_entry AS e
                          WHERE e.account_id = a.id)
                    ELSE a.credits_posted - a.debits_posted END)::bigint
    FROM ledger_account AS a GROUP BY a.owner_id
"""
CONNECT_SECONDS = 2
READ_SECONDS = 5.0
PAUSE = (0.05, 0.25)


class History:
    """Writes operations as they begin and end, one a line; use it as a context manager.

    People are accounts 0, 1, 2 … in their order, `outside` the next.
    """

    def __init__(self, file: Path, people: Sequence[str]) -> None:
        self._file = file
        self._places = {person: place for place, person in enumerate(people)}
        self.outside = len(people)
        self._processes = len(people)
        self.reads = 0
        self._lines = 0
        self._started = time.monotonic_ns()
        self._out: IO[str] | None = None

    def __enter__(self) -> "History":
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._out = open(self._file, "w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self._out is not None:
            self._out.close()

    def place_of(self, person: str | None) -> int:
        """Return the account of a person; that of nobody is `outside`."""
        return self._places.get(person or "", self.outside)

    def new_process(self) -> int:
        """Return a process that has done nothing yet."""
        self._processes += 1
        return self._processes

    def begin(self, process: int, what: str, value: Any = None) -> None:
        """Note that a process begins something, before it does."""
        self._write({"type": "invoke", "f": what, "process": process, "value": value})

    def end(self, process: int, kind: str, what: str, value: Any = None) -> None:
        """Note how it ended, after it did: `ok`, `fail` (nothing came of it), `info` (nobody
        knows).
        """
        self.reads += (kind, what) == ("ok", "read")
        self._write({"type": kind, "f": what, "process": process, "value": value})

    def _write(self, operation: dict[str, Any]) -> None:
        assert self._out is not None
        stamped = operation | {"time": time.monotonic_ns() - self._started, "index": self._lines}
        self._out.write(json.dumps(stamped) + "\n")
        self._lines += 1

    def sum_up(self, owned: dict[str | None, int]) -> dict[str, int]:
        """Return the balance of each account of the history from what each owner has."""
        balances = dict.fromkeys(range(self.outside + 1), 0) | {self.outside: CAPITAL}
        for owner, amount in owned.items():
            balances[self.place_of(owner)] += amount
        return {str(place): balance for place, balance in balances.items()}


class Reader:
    """Reads all balances again and again, past the service, from the database itself."""

    def __init__(self, history: History, database: str, *, seed: int) -> None:
        self._history = history
        self._database = database
        self._process = history.outside
        self._chance = random.Random(seed)
        self._connection: psycopg.AsyncConnection[tuple[str | None, int]] | None = None

    async def read(self) -> None:
        """Read until cancelled; while the database is away, reads fail."""
        try:
            while True:
                await self.read_once()
                await asyncio.sleep(self._chance.uniform(*PAUSE))
        finally:
            await self._hang_up()

    async def read_once(self) -> None:
        """Read all balances at one moment, and note it."""
        self._history.begin(self._process, "read")
        try:
            async with asyncio.timeout(READ_SECONDS):
                owned = await self._ask()
        except (psycopg.Error, OSError, TimeoutError):
            self._history.end(self._process, "fail", "read")
            await self._hang_up()
        else:
            self._history.end(self._process, "ok", "read", self._history.sum_up(owned))

    async def _ask(self) -> dict[str | None, int]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._database, autocommit=True, connect_timeout=CONNECT_SECONDS
            )
        cursor = await self._connection.execute(BALANCES)
        return dict(await cursor.fetchall())

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def spoil(history: Path, copy: Path) -> None:
    """Write a copy in which the last read shows a fen more than there is."""
    lines = history.read_text(encoding="utf-8").splitlines()
    operations = [json.loads(line) for line in lines]
    place = max(
        place for place, one in enumerate(operations) if (one["f"], one["type"]) == ("read", "ok")
    )
    operations[place]["value"]["0"] += 1
    lines[place] = json.dumps(operations[place])
    copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
