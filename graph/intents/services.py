"""Intents: written and committed first, then tested in a new transaction.

Note [Intents]
Of several transfers that would only together close a ring each alone is harmless. So whoever is
about to pay first commits an edge that says so, and only then asks whether there is a ring, of
transfers and of the intents of others. Whoever commits last asks after all others have committed,
and sees them all; so never do all of them slip through. That several see each other, and more are
stopped than one, is the price.

An intent ends in one of three ways. It is forgotten when nothing came of it. It is over by itself
after its life, by Neo4j's clock, if its process died: asking passes over it from then on, whether
or not the sweeper has been there. Or it was posted: then PostgreSQL has a row of it, which the
outbox brings to the graph under the same id and a version above 0. From then on the intent stands
until that row says that it is live no longer; where it was paid, the statement that says so makes
the transfer's edge in the same transaction, so at each moment the graph shows one of the two (and
for a moment both, where the transfer's own event comes first).

Whoever posts makes sure that the intent's life is not nearly over by then; see wallet/gates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.database import ask, write
from graph.intents import queries

LIFE_SECONDS = 60.0
HOUR = 3600 * 1000


@dataclass(frozen=True)
class Transfer:
    """An intended transfer between two accounts: minor units, milliseconds since 1970."""

    id: str
    payer: str
    payee: str
    amount: int
    at: int


@dataclass(frozen=True)
class Limits:
    """What a transfer is tested against.

    A ring has 3 to `steps` accounts; in it count transfers of at least `ring_smallest` in the
    `window_hours` before. The ratio is that of what came and what went in transfers above
    `ratio_amount` in the same window.
    """

    window_hours: int
    steps: int
    ring_smallest: int
    ratio_amount: int
    ratio: float

    def window(self, at: int) -> dict[str, int]:
        """Return the window around a moment: what others have intended since belongs to it too."""
        return {
            "startTime": at - self.window_hours * HOUR,
            "endTime": at + self.window_hours * HOUR,
        }


@dataclass(frozen=True)
class Finding:
    """What a test found: the ring that would be closed, if any; and of the two accounts whose
    ratio is what, and whether that is too much.
    """

    ring: list[str]
    ratios: list[list[Any]]
    is_uneven: bool


@dataclass(frozen=True)
class Guarantees:
    """Intended guarantees: those who would stand behind a borrower's loan, with their ids."""

    ids: dict[str, str]
    borrower: str
    loan: str
    amount: int
    at: int


def intend_transfer(*, intent: Transfer, seconds: float = LIFE_SECONDS) -> str:
    """Commit the intent, for so many seconds; return what the tests call its edge. Raises
    GraphUnavailable.

    See Note [Intents].
    """
    (row,) = write(
        queries.INTEND_TRANSFER, payer=intent.payer, payee=intent.payee, id=intent.id,
        amount=intent.amount, at=intent.at, life=round(seconds * 1000),
    )  # fmt: skip
    return str(row["edge"])


def examine_transfer(*, intent: Transfer, edge: str, limits: Limits) -> Finding:
    """Ask what an intent that was committed would do: FinBench's TRW1, for rings of up to so many
    accounts, and its TRW2. Raises GraphUnavailable.
    """
    window = limits.window(intent.at)
    rings = ask(
        queries.FIND_RING, payer=intent.payer, payee=intent.payee, steps=limits.steps,
        smallest=limits.ring_smallest, **window,
    )  # fmt: skip
    (found,) = ask(
        queries.IN_OUT_RATIO, srcId=intent.payer, dstId=intent.payee, edge=edge,
        amountThreshold=limits.ratio_amount, ratioThreshold=limits.ratio, **window,
    )  # fmt: skip
    return Finding(
        ring=rings[0]["ring"] if rings else [], ratios=found["ratios"], is_uneven=found["hit"]
    )


def intend_guarantees(*, intents: Guarantees, seconds: float = LIFE_SECONDS) -> None:
    """Commit what people would stand for, for so many seconds. Raises GraphUnavailable."""
    batch = {
        "people": sorted({*intents.ids, intents.borrower}),
        "rows": [{"guarantor": one, "id": id_} for one, id_ in sorted(intents.ids.items())],
    }
    write(
        queries.INTEND_GUARANTEES, batch=batch, borrower=intents.borrower, loan=intents.loan,
        amount=intents.amount, at=intents.at, life=round(seconds * 1000),
    )  # fmt: skip


def sum_chains(*, guarantors: Sequence[str]) -> dict[str, int]:
    """Return for each what those owe for whom they stand, in turn, in different loans, with what
    is intended: FinBench's TRW3. Raises GraphUnavailable.
    """
    rows = ask(queries.SUM_CHAINS, batch={"guarantors": sorted(guarantors)})
    return {row["guarantor"]: row["owed"] for row in rows}


def forget(*, ids: Sequence[str]) -> None:
    """Take intents back of which nothing came; those that were posted stay. Raises
    GraphUnavailable.
    """
    write(queries.FORGET_INTENTS, batch={"ids": sorted(ids)})


def forget_ended() -> int:
    """Take away what processes that are gone had intended; return how many. Raises
    GraphUnavailable.
    """
    (row,) = write(queries.FORGET_ENDED)
    return int(row["forgotten"])
