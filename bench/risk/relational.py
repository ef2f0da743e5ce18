"""The same questions as SQL, on the instance's own PostgreSQL."""

from pathlib import Path
from typing import Any

import psycopg

from tests.graph.risk.plain.world import World, half_up, to_milliseconds

SQL = Path(__file__).parent / "sql"
EDGES = {
    "AccountTransferAccount": "transfer", "AccountWithdrawAccount": "withdraw",
    "LoanDepositAccount": "deposit", "AccountRepayLoan": "repay", "MediumSignInAccount": "sign_in",
    "PersonOwnAccount": "person_own", "CompanyOwnAccount": "company_own",
    "PersonApplyLoan": "person_apply", "PersonGuaranteePerson": "guarantee",
    "PersonInvestCompany": "invest",
}  # fmt: skip
WITH_AMOUNT = ("transfer", "withdraw", "deposit", "repay")


class Relational:
    """A connection, and the tables of a snapshot behind it."""

    def __init__(self, url: str, world: World) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._texts = {path.stem.upper(): path.read_text() for path in SQL.glob("tcr*.sql")}
        self._connection.execute((SQL / "schema.sql").read_text())
        self._fill(world)
        self._connection.execute((SQL / "indexes.sql").read_text())

    def _fill(self, world: World) -> None:
        tables: dict[str, list[tuple[Any, ...]]] = {
            "account": [
                (one, blocked, kind, at) for one, (at, blocked, kind) in world.accounts.items()
            ],
            "loan": [(one, *amounts) for one, amounts in world.loans.items()],
            "medium": [(one, *rest) for one, rest in world.media.items()],
        }
        for (kind, _), edges in world.outgoing.items():
            name = EDGES[kind]
            for edge in edges:
                row = (edge.source, edge.target)
                more = (edge.amount, edge.at) if name in WITH_AMOUNT else (edge.at,)
                tables.setdefault(name, []).append((*row, *more))
        with self._connection.cursor() as cursor:
            for name, rows in tables.items():
                with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)

    def answer(self, query: str, params: dict[str, Any]) -> list[Any]:
        """Return rows as examples have them."""
        given = {
            name: value if "threshold" in name else int(value)
            for name, value in params.items()
            if not name.endswith("Time")
        }
        start, end = (to_milliseconds(params[name]) for name in ("startTime", "endTime"))
        rows = self._connection.execute(
            self._texts[query], given | {"start": start, "end": end}, prepare=True
        ).fetchall()
        return [_show(query, row) for row in rows]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


# The columns of a row that are ids.
IDS = {"TCR1": (0, 2), "TCR3": (), "TCR7": (), "TCR9": (), "TCR10": (), "TCR11": ()}


def _show(query: str, row: tuple[Any, ...]) -> list[Any]:
    if query == "TCR5":
        return [str(one) for one in row[0]]
    ids = IDS.get(query, (0,))
    return [
        str(value) if place in ids else value if isinstance(value, int | str) else half_up(value)
        for place, value in enumerate(row)
    ]
