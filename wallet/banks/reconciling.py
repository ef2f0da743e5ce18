"""Comparing a bank's statement with the books."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from wallet.banks.gateway import StatementLine, fetch_statement

# What the ledger itself says, line by line of its own rows: how much went over the channel for each
# payment. A row that no payment of ours stands behind, or that is on no statement yet, counts for
# the day on which it was posted.
BOOKED = """
    SELECT COALESCE(t.ref, t.id)::text, p.day, t.currency,
           sum(CASE t.code WHEN 'bank.top_up' THEN t.amount ELSE -t.amount END)::bigint
    FROM ledger_transfer AS t
    LEFT JOIN banks_payment AS p ON p.id = t.ref
    WHERE t.code IN ('bank.top_up', 'bank.withdraw') AND t.action IN ('transfer', 'post')
      AND t.note = %(channel)s
      AND (p.day = %(day)s OR t.ref::text = ANY (%(numbers)s)
           OR p.day IS NULL AND (t.at AT TIME ZONE %(zone)s)::date = %(day)s)
    GROUP BY 1, 2, 3 ORDER BY 1
"""
STANDING = "SELECT id::text, status FROM banks_payment WHERE id::text = ANY (%s)"


@dataclass(frozen=True)
class Difference:
    """A line that the two do not agree on; amounts have the sign that they have in Kith."""

    number: str
    kind: str
    here: str
    there: str
    note: str = ""

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.kind}: {self.number} here {self.here}, there {self.there}{note}"


@dataclass(frozen=True)
class Compared:
    """How many lines agree, and which do not."""

    agreeing: int
    differences: list[Difference]


def reconcile(*, channel: str, day: date) -> Compared:
    """Compare the bank's statement of a day with the ledger. Raises BankAway.

    A line may be `missing here` (the bank has it, the ledger has not), `missing there`, or of
    `other amount` (also: other direction or currency, or another day's statement).
    """
    statement = {line.number: line for line in fetch_statement(channel, day)}
    here = _read_ledger(channel, day, list(statement))
    differences = []
    for number in sorted(statement.keys() | here.keys()):
        there, ours = statement.get(number), here.get(number)
        shown = (ours or "nothing", _show_line(there) if there else "nothing")
        if shown[0] != shown[1]:
            kind = "missing here" if not ours else "missing there" if not there else "other amount"
            differences.append(Difference(number, kind, *shown))
    standing = _read_standing([one.number for one in differences])
    noted = [
        Difference(one.number, one.kind, one.here, one.there, standing.get(one.number, ""))
        for one in differences
    ]
    return Compared(len(statement.keys() | here.keys()) - len(differences), noted)


def _read_ledger(channel: str, day: date, numbers: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            BOOKED,
            {"channel": channel, "day": day, "numbers": numbers,
             "zone": settings.SERVICE_TIME_ZONE},
        )  # fmt: skip
        rows = cursor.fetchall()
    shown: dict[str, list[str]] = {}
    for number, stated, currency, amount in rows:
        other = f" on {stated}" if stated not in (None, day) else ""
        shown.setdefault(number, []).append(f"{amount:+} {currency}{other}")
    return {number: ", ".join(parts) for number, parts in shown.items()}


def _show_line(line: StatementLine) -> str:
    amount = line.amount if line.direction == "in" else -line.amount
    return f"{amount:+} {line.currency}"


def _read_standing(numbers: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [numbers])
        return {number: f"the payment is {status}" for number, status in cursor.fetchall()}
