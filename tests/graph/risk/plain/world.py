"""A snapshot in plain Python, read by other code than the service's."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Edge:
    """An edge; `place` is its line in the file, which is the last that decides an order."""

    kind: str
    place: int
    source: int
    target: int
    at: int
    amount: Decimal


@dataclass
class World:
    """Nodes by kind, edges by kind and end."""

    accounts: dict[int, tuple[int, bool, str]] = field(default_factory=dict)
    loans: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    media: dict[int, tuple[str, bool]] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    companies: set[int] = field(default_factory=set)
    outgoing: dict[tuple[str, int], list[Edge]] = field(default_factory=lambda: defaultdict(list))
    incoming: dict[tuple[str, int], list[Edge]] = field(default_factory=lambda: defaultdict(list))


def half_up(number: Fraction | Decimal | int) -> float:
    """Round half up to three decimals, exactly."""
    doubled = Fraction(number) * 2000 + 1
    return (doubled.numerator // (2 * doubled.denominator)) / 1000


def to_milliseconds(text: str) -> int:
    """Read a moment without zone as UTC."""
    if text.isdigit():
        return int(text)
    day, _, clock = text.replace("T", " ").rstrip("Z").partition(" ")
    clock, _, fraction = clock.partition(".")
    whole = datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return int(whole.timestamp()) * 1000 + int(fraction.ljust(3, "0")[:3])


def read_world(folder: Path) -> World:
    """Read the files of a folder."""
    world = World()
    for row in rows(folder, "Person"):
        world.people.add(int(row["personId"]))
    for row in rows(folder, "Company"):
        world.companies.add(int(row["companyId"]))
    for row in rows(folder, "Account"):
        kind = row.get("accoutType") or row["accountType"]
        world.accounts[int(row["accountId"])] = (
            to_milliseconds(row["createTime"]), row["isBlocked"] == "true", kind,
        )  # fmt: skip
    for row in rows(folder, "Loan"):
        world.loans[int(row["loanId"])] = (Decimal(row["loanAmount"]), Decimal(row["balance"]))
    for row in rows(folder, "Medium"):
        world.media[int(row["mediumId"])] = (row["mediumType"], row["isBlocked"] == "true")
    for kind, source, target in (
        ("PersonOwnAccount", "personId", "accountId"),
        ("CompanyOwnAccount", "companyId", "accountId"),
        ("AccountTransferAccount", "fromId", "toId"), ("AccountWithdrawAccount", "fromId", "toId"),
        ("LoanDepositAccount", "loanId", "accountId"), ("AccountRepayLoan", "accountId", "loanId"),
        ("MediumSignInAccount", "mediumId", "accountId"), ("PersonApplyLoan", "personId", "loanId"),
        ("PersonGuaranteePerson", "fromId", "toId"),
        ("PersonInvestCompany", "investorId", "companyId"),
    ):  # fmt: skip
        for place, row in enumerate(rows(folder, kind)):
            edge = Edge(
                kind, place, int(row[source]), int(row[target]),
                to_milliseconds(row["createTime"]), Decimal(row.get("amount") or 0),
            )  # fmt: skip
            world.outgoing[kind, edge.source].append(edge)
            world.incoming[kind, edge.target].append(edge)
    return world


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table, compressed or not."""
    packed = folder / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))
    with open(folder / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))
