"""Snapshots that are made: small worlds full of ties, loops, edges on bounds and halves."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

HEADERS = {
    "Person": "personId|personName|isBlocked|createTime",
    "Company": "companyId|companyName|isBlocked|createTime",
    "Account": "accountId|createTime|isBlocked|accoutType",
    "Loan": "loanId|loanAmount|balance|createTime",
    "Medium": "mediumId|mediumType|isBlocked|createTime",
    "PersonOwnAccount": "personId|accountId|createTime",
    "CompanyOwnAccount": "companyId|accountId|createTime",
    "AccountTransferAccount": "fromId|toId|amount|createTime",
    "AccountWithdrawAccount": "fromId|toId|amount|createTime",
    "LoanDepositAccount": "loanId|accountId|amount|createTime",
    "AccountRepayLoan": "accountId|loanId|amount|createTime",
    "MediumSignInAccount": "mediumId|accountId|createTime",
    "PersonApplyLoan": "personId|loanId|createTime",
    "CompanyApplyLoan": "companyId|loanId|createTime",
    "PersonGuaranteePerson": "fromId|toId|createTime",
    "CompanyGuaranteeCompany": "fromId|toId|createTime",
    "PersonInvestCompany": "investorId|companyId|ratio|createTime",
    "CompanyInvestCompany": "investorId|companyId|ratio|createTime",
}
# Halves of a thousandth, products that floats miss, and what is too small to see.
AMOUNTS = ("0.0005", "0.0015", "1.0005", "0.1", "0.2", "0.3", "0.7", "1", "2.5", "10",
           "0.000499999999", "1234567.1234567891", "0.07")  # fmt: skip
THRESHOLDS = ("0", "0.1", "0.3", "0.5", "0.7", "1", "2")
TIMES = range(8)
KINDS = ("debit card", "credit card", "brokerage account")
ORDERS = ("TIMESTAMP_DESCENDING", "TIMESTAMP_ASCENDING", "AMOUNT_ASCENDING", "AMOUNT_DESCENDING")


def moment(tick: int) -> str:
    """Return a tick as snapshots write it: zeros at the end of a fraction are cut."""
    text = f"2022-01-01 00:00:0{tick // 2}"
    return f"{text}.5" if tick % 2 else text


def bound(tick: int) -> str:
    """Return a tick as a parameter."""
    return f"2022-01-01T00:00:0{tick // 2}.{'500' if tick % 2 else '000'}Z"


class MadeWorld:
    """One world: its ids lie apart from those of others, and are shared by all kinds of nodes.

    With `ages` nodes come at different times, some after the first edge that names them.
    """

    def __init__(self, seed: int, *, ages: bool = False) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.ages = ages
        base = (2**53 + 1 if seed % 2 else 0) + 1000 * (seed + 1)
        self.ids = [base + place for place in range(self.random.choice((3, 4, 6)))]
        self.unknown = base + 999
        self.rows: dict[str, list[str]] = {name: [] for name in HEADERS}
        self._make_nodes()
        self._make_edges()

    def some(self) -> int:
        """Return one of the ids."""
        return self.random.choice(self.ids)

    def _add(self, name: str, *cells: Any) -> None:
        self.rows[name].append("|".join(str(cell) for cell in cells))

    def _born(self) -> str:
        return moment(self.random.choice(TIMES) if self.ages else 0)

    def _make_nodes(self) -> None:
        for one in self.ids:
            blocked = self.random.choice(("true", "false"))
            self._add("Account", one, self._born(), blocked, self.random.choice(KINDS))
            lent = self.random.choice((*AMOUNTS, "0"))
            self._add("Loan", one, lent, self.random.choice(AMOUNTS), self._born())
            self._add("Medium", one, self.random.choice(("WIFI", "PHONE")), blocked, self._born())
            # Owners may be missing, and only those.
            if self.random.random() < 0.8:
                self._add("Person", one, f"person {one}", "false", self._born())
                self._add("Company", one, f"company {one}", "false", self._born())
            owner = self.random.choice(("Person", "Person", "Company"))
            self._add(f"{owner}OwnAccount", self.some(), one, self._born())
            self._add(f"{owner}ApplyLoan", self.some(), one, self._born())
            if not self.ages and self.random.random() < 0.3:
                self._add("PersonApplyLoan", self.some(), one, self._born())

    def _make_edges(self) -> None:
        density = self.random.choice((1, 2, 5, 8))
        for _ in range(density * len(self.ids)):
            self._edge("AccountTransferAccount", self.random.choice(AMOUNTS))
            self._edge("AccountTransferAccount", self.random.choice(AMOUNTS))
            self._edge("AccountWithdrawAccount", self.random.choice(AMOUNTS))
        for _ in range(3 * len(self.ids)):
            self._edge("LoanDepositAccount", self.random.choice(AMOUNTS))
            self._edge("AccountRepayLoan", self.random.choice(AMOUNTS))
            self._edge("MediumSignInAccount")
        for name in ("PersonGuaranteePerson", "CompanyGuaranteeCompany"):
            self._pairs(name)
        for name in ("PersonInvestCompany", "CompanyInvestCompany"):
            self._pairs(name, "0.25")

    def _edge(self, name: str, *cells: Any) -> None:
        self._add(name, self.some(), self.some(), *cells, moment(self.random.choice(TIMES)))

    def _pairs(self, name: str, *cells: Any) -> None:
        pairs = {(self.some(), self.some()) for _ in range(2 * len(self.ids))}
        for one, other in sorted(pairs):
            self._add(name, one, other, *cells, moment(self.random.choice(TIMES)))

    def calls(self, queries: Sequence[str], each: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield calls of reads: known ids and unknown ones, bounds that edges lie on."""
        for query in queries:
            # The same calls, whatever was asked before.
            self.random = Random(f"{self.seed} {query}")
            for _ in range(each):
                yield query, self.make_call(query)

    def make_call(self, query: str) -> dict[str, Any]:
        """Return the parameters of one call."""
        names = {"TCR3": ("id1", "id2"), "TCR4": ("id1", "id2"), "TCR10": ("pid1", "pid2")}
        params: dict[str, Any] = {
            name: str(self.unknown if self.random.random() < 0.06 else self.some())
            for name in names.get(query, ("id",))
        }
        if query == "TSR1":
            return params
        wanted = {"TCR6": ("threshold1", "threshold2")}
        if query in ("TCR7", "TCR8", "TCR9", "TSR3", "TSR4", "TSR5"):
            wanted[query] = ("threshold",)
        for name in wanted.get(query, ()):
            params[name] = self.random.choice(THRESHOLDS[:3] if name[-1] == "1" else THRESHOLDS)
        start = self.random.choice((0, 0, 0, 1, 3, 6))
        end = self.random.choice((start, start + 1, 5, 7, 8, 8, 9))
        params |= {"startTime": bound(start), "endTime": bound(end)}
        if self.random.random() < 0.2:
            params["startTime"] = "2021-01-01T00:00:00.000Z"
        if self.random.random() < 0.4:
            params["truncationLimit"] = self.random.choice((1, 2, 3, 5))
            if self.random.random() < 0.8:
                params["truncationOrder"] = self.random.choice(ORDERS)
        return params


def write_snapshot(folder: Path, worlds: Sequence[MadeWorld]) -> Path:
    """Write the worlds as one snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        rows = [row for world in worlds for row in world.rows[name]]
        (folder / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder
