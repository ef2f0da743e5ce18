"""Sensible parameters: of accounts and people that have what the read is about."""

from random import Random
from typing import Any

from tests.graph.risk.plain.world import World

WINDOWS = (("2020-01-01", "2023-01-01"), ("2021-06-01", "2022-06-01"), ("2022-01-01", "2022-07-01"))


def make_parameters(world: World, query: str, count: int) -> list[dict[str, Any]]:
    """Return the parameters of so many calls, the same in each run."""
    random = Random(query)
    return [_make_one(world, query, random, _sources(world, query)) for _ in range(count)]


def _sources(world: World, query: str) -> list[int]:
    kind = {
        "TCR2": "PersonOwnAccount", "TCR5": "PersonOwnAccount", "TCR12": "PersonOwnAccount",
        "TCR8": "LoanDepositAccount", "TCR10": "PersonInvestCompany",
        "TCR11": "PersonGuaranteePerson",
    }.get(query, "AccountTransferAccount")  # fmt: skip
    if query == "TCR6":
        return sorted(end for name, end in world.incoming if name == "AccountWithdrawAccount")
    return sorted(end for name, end in world.outgoing if name == kind)


def _make_one(world: World, query: str, random: Random, sources: list[int]) -> dict[str, Any]:
    start, end = random.choice(WINDOWS)
    params: dict[str, Any] = {
        "startTime": f"{start}T00:00:00.000Z", "endTime": f"{end}T00:00:00.000Z"
    }  # fmt: skip
    one, other = random.choice(sources), random.choice(sources)
    if query == "TCR4":
        # A transfer that is there, or none would be looked for.
        edge = random.choice(world.outgoing["AccountTransferAccount", one])
        other = edge.target
    names = {"TCR3": ("id1", "id2"), "TCR4": ("id1", "id2"), "TCR10": ("pid1", "pid2")}
    params |= dict(zip(names.get(query, ("id",)), (str(one), str(other)), strict=False))
    if query == "TCR6":
        params |= {"threshold1": "10000", "threshold2": "10000"}
    if query in ("TCR7", "TCR9"):
        params["threshold"] = random.choice(("10000", "100000"))
    if query == "TCR8":
        params["threshold"] = random.choice(("0.05", "0.3"))
    return params
