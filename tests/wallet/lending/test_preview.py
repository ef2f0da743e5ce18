"""Beforehand: which trust lines a loan would use, for the two it would be between."""

from uuid import UUID, uuid4

import pytest

from commands.errors import Forbidden
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from tests.calls import call
from tests.people import make_people, trust
from tests.wallet.lending.loans import DAY, Pair
from tests.wallet.lending.test_granting import Diamond


@pytest.mark.parametrize("amount", [1, 50, 51, 350, 351, 600, 650])
def test_a_preview_is_what_the_grant_then_reserves(amount: int) -> None:
    diamond = Diamond()
    Person.objects.filter(id=diamond.lender).update(roles=["risk"])
    fields = {"lender": diamond.lender, "borrower": diamond.borrower, "amount": amount}

    found = call(diamond.lender, "loan.preview", at=DAY, **fields)
    loan = diamond.lend(amount)

    reserved = diamond.get(loan)["reserved"]
    lines = [{name: one[name] for name in ("from", "to", "amount")} for one in found["lines"]]
    assert sorted(lines, key=str) == sorted(reserved, key=str)
    assert (found["enough"], found["limit"], found["amount"]) == (True, 650, amount)
    assert sum(path["amount"] for path in found["paths"]) == amount


def test_a_preview_reserves_nothing_and_says_when_it_is_too_much() -> None:
    pair = Pair(line=20_000)

    found = call(
        pair.lender, "loan.preview", at=DAY, lender=pair.lender, borrower=pair.borrower,
        amount=20_001,
    )  # fmt: skip

    assert (found["enough"], found["limit"], found["paths"], found["lines"]) == (
        False, 20_000, [], [],
    )  # fmt: skip
    assert pair.line() == (20_000, 0, 0)


def test_lines_of_people_one_does_not_know_have_no_names() -> None:
    """lender -> ann -> bob -> borrower: each end knows only the friend next to it."""
    pair = Pair(line=0)
    ann, bob, nosy = make_people(3, at=DAY)
    for giver, receiver in ((pair.lender, ann), (ann, bob), (bob, pair.borrower)):
        trust(giver, receiver, 10, at=DAY)
    fields = {"lender": pair.lender, "borrower": pair.borrower, "amount": 7}

    def ways(reader: UUID) -> set[tuple[str | None, str | None, int, bool]]:
        lines = call(reader, "loan.preview", at=DAY, **fields)["lines"]
        return {(one["from"], one["to"], one["amount"], one["own"]) for one in lines}

    lender, first, second, borrower = map(str, (pair.lender, ann, bob, pair.borrower))
    assert ways(pair.lender) == {
        (lender, first, 7, True), (first, None, 7, False), (None, borrower, 7, False),
    }  # fmt: skip
    assert ways(pair.borrower) == {
        (lender, None, 7, False), (None, second, 7, False), (second, borrower, 7, False),
    }  # fmt: skip
    for reader in (nosy, ann):
        with pytest.raises(Forbidden):
            ways(reader)
    with pytest.raises(PersonNotFound):
        call(nosy, "loan.preview", at=DAY, lender=uuid4(), borrower=nosy, amount=1)
