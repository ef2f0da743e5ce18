"""Small graphs of accounts, each with ids of its own, drawn straight into Neo4j."""

from uuid import uuid4

from graph.intents import services as intents
from graph.intents.services import Finding, Limits, Transfer
from tests.graph.projection.rows import run

AT = 1_700_000_000_000
HOUR = 3600 * 1000
LIMITS = Limits(window_hours=1, steps=6, ring_smallest=100, ratio_amount=1_000, ratio=2.0)


class Drawn:
    """Accounts A, B, C … that nobody else knows."""

    def __init__(self) -> None:
        self.mark = uuid4().hex

    def id(self, letter: str) -> str:
        return f"{self.mark}-{letter}"

    def letters(self, ids: list[str]) -> str:
        return "".join(one.rpartition("-")[2] for one in ids)

    def pay(self, ways: str, *, at: int = AT, amount: int = 500) -> None:
        """Draw transfers, such as `AB BC`."""
        for payer, payee in ways.split():
            run(
                "MERGE (one:Account {id: $one}) MERGE (other:Account {id: $other})"
                " CREATE (one)-[:TRANSFERRED {id: $id, amount: $amount, at: $at}]->(other)",
                one=self.id(payer), other=self.id(payee), id=uuid4().hex, amount=amount, at=at,
            )  # fmt: skip

    def intent(self, way: str, *, at: int = AT, amount: int = 500) -> Transfer:
        return Transfer(uuid4().hex, self.id(way[0]), self.id(way[1]), amount, at)

    def intend(self, way: str, *, seconds: float = 60.0, amount: int = 500) -> Transfer:
        intent = self.intent(way, amount=amount)
        intents.intend_transfer(intent=intent, seconds=seconds)
        return intent

    def examine(
        self, way: str, *, amount: int = 500, limits: Limits = LIMITS, at: int = AT
    ) -> Finding:
        """Intend a transfer and test it."""
        intent = self.intent(way, amount=amount, at=at)
        edge = intents.intend_transfer(intent=intent)
        return intents.examine_transfer(intent=intent, edge=edge, limits=limits)

    def ring(self, way: str, *, limits: Limits = LIMITS) -> str:
        """Return the letters of the ring that a transfer would close."""
        return self.letters(self.examine(way, limits=limits).ring)


def count_intents(ids: list[str]) -> int:
    (row,) = run("MATCH ()-[one:INTENDS]->() WHERE one.id IN $ids RETURN count(one) AS n", ids=ids)
    return int(row["n"])
