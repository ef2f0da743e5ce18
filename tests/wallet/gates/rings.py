"""People who pay each other round, through the gate."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from graph.intents import services as intents
from outbox.delivery import deliver_due
from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import level_graph, make_people
from wallet.accounts.services import account_of
from wallet.screening.selectors import list_decisions

GATED = 100_000
FUNDS = 5_000_000


class Ring:
    """People A, B, C … with money; nothing of theirs is on its way to the graph at first."""

    def __init__(self, count: int = 3, *, at: datetime, funds: int = FUNDS) -> None:
        self.at = at
        self.people = make_people(count, at=at, funds=funds)
        level_graph()

    def person(self, letter: str) -> UUID:
        return self.people["ABCDEF".index(letter)]

    def account(self, letter: str) -> str:
        return str(account_of(person_id=self.person(letter), currency="CNY", at=self.at))

    def send(self, way: str, amount: int = GATED, **fields: Any) -> dict[str, Any]:
        """Offer money and return the transfer as it is shown."""
        payer, payee = map(self.person, way)
        sent = call(payer, "transfer.send", at=self.at, to=payee, amount=amount, **fields)
        shown: dict[str, Any] = sent["transfer"]
        return shown

    def accept(self, way: str, transfer: dict[str, Any]) -> dict[str, Any]:
        """Take what was offered."""
        answered = call(self.person(way[1]), "transfer.accept", at=self.at, transfer=transfer["id"])
        shown: dict[str, Any] = answered["transfer"]
        return shown

    def sender(self, way: str, amount: int = GATED) -> Callable[[], dict[str, Any]]:
        """Return what sends when it is called."""
        return partial(self.send, way, amount)

    def letters(self, accounts: list[str]) -> str:
        own = {self.account(letter): letter for letter in "ABCDEF"[: len(self.people)]}
        return "".join(own[one] for one in accounts)


def is_held(transfer: dict[str, Any]) -> bool:
    return bool(transfer.get("under_review"))


def findings(transfer: dict[str, Any] | UUID) -> dict[str, Any]:
    """Return what was found of a payment, by the rules' names."""
    payment = transfer if isinstance(transfer, UUID) else UUID(transfer["id"])
    (decision,) = [one for one in list_decisions(payment_id=payment) if not one.shadow]
    return {one["rule"]: one for one in decision.findings}


def intent_of(transfer: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the graph keeps of the intent, or None."""
    rows = run(
        "MATCH ()-[one:INTENDS {id: $id}]->() RETURN properties(one) AS one", id=transfer["id"]
    )
    return dict(rows[0]["one"]) if rows else None


def count_paid(payer: str, payee: str) -> int:
    """Return how many transfers between two accounts the graph has."""
    (row,) = run(
        "MATCH (:Account {id: $payer})-[paid:TRANSFERRED]->(:Account {id: $payee})"
        " RETURN count(paid) AS paid",
        payer=payer, payee=payee,
    )  # fmt: skip
    return int(row["paid"])


def deliver(lane: str) -> None:
    """Bring to the graph what waits in one lane."""
    deliver_due(lane, clock=lambda: datetime.now(UTC) + timedelta(seconds=1))


def end_life(transfer: dict[str, Any]) -> None:
    """Let the life of an intent be over."""
    run("MATCH ()-[one:INTENDS {id: $id}]->() SET one.ends_at = timestamp() - 1",
        id=transfer["id"])  # fmt: skip


def sees_ring(ring: Ring, way: str) -> bool:
    """Tell whether a transfer that is only tried would close a ring."""
    limits = intents.Limits(
        window_hours=72, steps=6, ring_smallest=1, ratio_amount=1, ratio=1_000.0
    )
    payer, payee = map(ring.account, way)
    at = round(ring.at.timestamp() * 1000)
    tried = intents.Transfer(f"tried-{payer}", payer, payee, 5, at)
    edge = intents.intend_transfer(intent=tried)
    found = intents.examine_transfer(intent=tried, edge=edge, limits=limits)
    intents.forget(ids=[tried.id])
    return bool(found.ring)
