"""Beforehand: which trust lines a loan would use, for the two it would be between."""

from typing import Any
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


def test_lines_of_people_one_does_not_know_are_left_out() -> None:
    """lender -> ann -> bob -> borrower: each end knows only the friend next to it."""
    pair = Pair(line=0)
    ann, bob, nosy = make_people(3, at=DAY)
    for giver, receiver in ((pair.lender, ann), (ann, bob), (bob, pair.borrower)):
        trust(giver, receiver, 10, at=DAY)
    fields = {"lender": pair.lender, "borrower": pair.borrower, "amount": 7}

    assert ways(pair.lender, fields) == {(pair.lender, ann, 7, True)}
    assert ways(pair.borrower, fields) == {(bob, pair.borrower, 7, False)}
    for reader in (nosy, ann):
        with pytest.raises(Forbidden):
            ways(reader, fields)
    with pytest.raises(PersonNotFound):
        call(nosy, "loan.preview", at=DAY, lender=uuid4(), borrower=nosy, amount=1)


def test_a_preview_does_not_tell_that_two_paths_share_somebody() -> None:
    """Of Zoe the lender knows nothing, not that there is one of her.

    lender --100--> ann --100--> zoe --200--> borrower
           --100--> bob --100--> zoe
    """
    pair = Pair(line=0)
    ann, bob, zoe = make_people(3, at=DAY)
    for giver, receiver, amount in (
        (pair.lender, ann, 100), (pair.lender, bob, 100), (ann, zoe, 100), (bob, zoe, 100),
        (zoe, pair.borrower, 200),
    ):  # fmt: skip
        trust(giver, receiver, amount, at=DAY)
    fields = {"lender": pair.lender, "borrower": pair.borrower, "amount": 200}

    assert ways(pair.lender, fields) == {
        (pair.lender, ann, 100, True), (pair.lender, bob, 100, True),
    }  # fmt: skip
    paths = call(pair.lender, "loan.preview", at=DAY, **fields)["paths"]
    assert [path["amount"] for path in paths] == [100, 100]
    assert {path["through"][1] for path in paths} == {None}


def ways(reader: UUID, fields: dict[str, Any]) -> set[tuple[UUID, UUID, int, bool]]:
    lines = call(reader, "loan.preview", at=DAY, **fields)["lines"]
    return {(UUID(one["from"]), UUID(one["to"]), one["amount"], one["own"]) for one in lines}
