"""Loans in the live graph, and who stands behind them."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from graph.projection.registry import milliseconds
from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import lend, level_graph, make_people, trust
from tests.wallet.graphed.pictures import differences, edges_of, node_of, properties
from wallet.lending.repayment import age_loans


@pytest.fixture
def chain(now: datetime) -> list[UUID]:
    """
    0 lends to 3:   0 --500--> 1 --500--> 2 --500--> 3
    """
    people = make_people(4, at=now, funds=1_000)
    for giver, receiver in pairwise(people):
        trust(giver, receiver, 500, at=now)
    return people


def guarantees(borrower: UUID) -> list[tuple[str, int, bool]]:
    level_graph()
    rows = run(
        "MATCH (one:Person)-[edge:GUARANTEES]->(:Person {id: $borrower})"
        " RETURN one.id AS one, edge.amount AS amount, edge.live AS live ORDER BY one",
        borrower=str(borrower),
    )  # fmt: skip
    return [(row["one"], row["amount"], row["live"]) for row in rows]


def test_a_loan_is_applied_for_paid_out_and_repaid(now: datetime, chain: list[UUID]) -> None:
    lender, borrower = chain[0], chain[3]
    accounts = [node_of(person, at=now) for person in (lender, borrower)]

    loan = str(lend(lender, borrower, 300, at=now))

    assert edges_of(loan, "APPLIED") == [(str(borrower), loan, None)]
    assert edges_of(loan, "DEPOSITED") == [(loan, accounts[1], 300)]
    assert (accounts[0], accounts[1], 300) in edges_of(accounts[0], "TRANSFERRED")
    shown = properties("Loan", loan)
    assert (shown["amount"], shown["balance"], shown["status"]) == (300, 300, "open")

    call(borrower, "loan.repay", at=now + timedelta(seconds=1), loan=loan, amount=100)

    assert edges_of(loan, "REPAID") == [(accounts[1], loan, 100)]
    assert properties("Loan", loan)["balance"] == 200
    assert differences() == []


def test_a_mere_ask_is_a_loan_without_money(now: datetime, chain: list[UUID]) -> None:
    answer = call(chain[3], "loan.ask", at=now, lender=chain[0], amount=200, days=30)
    loan = answer["loan"]["id"]

    assert (properties("Loan", loan)["status"], properties("Loan", loan)["balance"]) == (
        "asked", 0,
    )  # fmt: skip
    assert edges_of(loan, "DEPOSITED") == []
    assert guarantees(chain[3]) == []


def test_those_between_vouch_as_long_as_their_lines_are_used(
    now: datetime, chain: list[UUID]
) -> None:
    _, first, second, borrower = chain
    loan = lend(chain[0], borrower, 300, at=now)

    def both(amount: int, live: Any) -> list[tuple[str, int, bool]]:
        return [(one, amount, live) for one in sorted((str(first), str(second)))]

    assert guarantees(borrower) == both(300, True)

    call(borrower, "loan.repay", at=now, loan=loan, amount=120)
    assert guarantees(borrower) == both(180, True)

    call(borrower, "loan.repay", at=now, loan=loan, amount=180)
    assert guarantees(borrower) == both(0, False)
    assert properties("Loan", loan)["status"] == "repaid"
    assert differences() == []


def test_a_default_ends_the_guarantees_it_burns(now: datetime, chain: list[UUID]) -> None:
    borrower = chain[3]
    loan = lend(chain[0], borrower, 300, at=now, days=1)

    age_loans(at=now + timedelta(days=40))

    assert properties("Loan", loan)["status"] == "defaulted"
    assert [(amount, live) for _, amount, live in guarantees(borrower)] == [(0, False)] * 2
    assert differences() == []


def test_a_guarantee_counts_from_the_moment_of_the_grant(now: datetime, chain: list[UUID]) -> None:
    # Past four in the afternoon by UTC, it is the next day already where the service is.
    evening = now.replace(hour=17)
    lend(chain[0], chain[3], 300, at=evening)

    level_graph()
    rows = run(
        "MATCH (:Person)-[edge:GUARANTEES]->(:Person {id: $borrower}) RETURN edge.at AS at",
        borrower=str(chain[3]),
    )
    assert [row["at"] for row in rows] == [milliseconds(evening)] * 2
    assert differences() == []
