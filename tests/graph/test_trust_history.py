"""The history of a trust line: every change with who, when and for which loan, never rewritten."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from commands.frames import show_moment
from graph.people.errors import PersonNotFound
from graph.trust.models import Change, Line
from tests.calls import call
from tests.people import lend, make_people, trust
from tests.wallet.lending.loans import Pair, age, later


def history(reader: UUID, other: UUID, *, at: datetime, **fields: Any) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = call(reader, "trust.history", at=at, person=other, **fields)[
        "changes"
    ]
    return changes


def seen(changes: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    """Return kind, capacity, reserved and burned of each change, oldest first."""
    return [
        (one["kind"], one["capacity"], one["reserved"], one["burned"]) for one in reversed(changes)
    ]


def test_each_change_of_a_line_is_in_its_history() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, days=10)
    pair.repay(loan, 4_000, at=later(1))
    call(pair.lender, "trust.set", at=later(2), person=pair.borrower, amount=9_000)
    age(at=later(41))
    call(pair.borrower, "friend.remove", at=later(42), person=pair.lender)

    changes = history(pair.lender, pair.borrower, at=later(42))

    assert seen(changes) == [
        ("set", 20_000, 0, 0),
        ("reserved", 20_000, 10_000, 0),
        ("released", 20_000, 6_000, 0),
        ("set", 9_000, 6_000, 0),
        ("burned", 3_000, 0, 6_000),
        ("lowered", 0, 0, 6_000),
    ]
    by = [pair.lender, pair.lender, pair.borrower, pair.lender, None, pair.borrower]
    assert [one["by"] for one in reversed(changes)] == [who and str(who) for who in by]
    used = [None, loan, loan, None, loan, None]
    assert [one["loan"] for one in reversed(changes)] == [one and str(one) for one in used]
    assert changes[0]["at"] == show_moment(later(42))
    assert [one["version"] for one in changes] == [6, 5, 4, 3, 2, 1]
    assert changes[0]["free"] == 0


def test_forgiving_gives_the_line_back_in_the_name_of_the_lender() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000)
    call(pair.lender, "loan.forgive", at=later(1), loan=loan)

    newest = history(pair.lender, pair.borrower, at=later(1))[0]

    assert (newest["kind"], newest["reserved"]) == ("released", 0)
    assert (newest["by"], newest["loan"]) == (str(pair.lender), str(loan))


def test_a_receiver_sees_the_capacity_and_no_loans_of_others(now: datetime) -> None:
    """lender -> middle -> borrower: the middle one gets a line that the borrower's loan uses."""
    lender, middle, borrower = make_people(3, at=now, funds=1_000)
    trust(lender, middle, 500, at=now)
    trust(middle, borrower, 500, at=now)
    others = lend(lender, borrower, 300, at=now)
    own = lend(lender, middle, 100, at=now)

    changes = history(middle, lender, at=now, direction="received")

    assert [(one["kind"], one["loan"]) for one in changes] == [
        ("reserved", str(own)), ("set", None),
    ]  # fmt: skip
    full = history(lender, middle, at=now)
    assert [one["loan"] for one in full] == [str(own), str(others), None]
    assert [one["by"] for one in changes] == [str(lender), str(lender)]


def test_a_receiver_learns_of_a_burn_and_not_whose_loan_it_was(now: datetime) -> None:
    lender, middle, borrower = make_people(3, at=now, funds=1_000)
    trust(lender, middle, 500, at=now)
    trust(middle, borrower, 500, at=now)
    start = now - timedelta(days=100)
    lend(lender, borrower, 300, at=start, days=1)
    age(at=now)

    newest = history(middle, lender, at=now, direction="received")[0]

    assert (newest["kind"], newest["capacity"], newest["burned"]) == ("burned", 200, 300)
    assert (newest["loan"], newest["by"]) == (None, None)


def test_a_history_comes_in_pages_and_only_to_the_two(now: datetime) -> None:
    giver, receiver, nosy = make_people(3, at=now)
    for amount in (1, 2, 3):
        trust(giver, receiver, amount, at=now)

    first = call(giver, "trust.history", at=now, person=receiver, limit=2)
    rest = call(giver, "trust.history", at=now, person=receiver, limit=2, before=2)

    assert [one["capacity"] for one in first["changes"]] == [3, 2]
    assert (first["more"], rest["more"]) == (True, False)
    assert [one["capacity"] for one in rest["changes"]] == [1]
    assert history(nosy, receiver, at=now) == history(nosy, giver, at=now) == []
    assert history(receiver, giver, at=now) == []
    with pytest.raises(PersonNotFound):
        history(nosy, uuid4(), at=now)


def test_no_change_of_a_line_is_missing_in_its_history() -> None:
    pair = Pair(line=20_000)
    pair.repay(pair.lend(10_000), 10_000, at=later(1))

    line = Line.objects.get(giver_id=pair.lender)

    versions = (
        Change.objects.filter(line=line).order_by("version").values_list("version", flat=True)
    )
    assert list(versions) == list(range(1, line.version + 1))


@pytest.mark.parametrize(
    "forgery", ["UPDATE trust_change SET capacity = 7", "DELETE FROM trust_change"]
)
def test_the_database_refuses_to_rewrite_a_history(now: datetime, forgery: str) -> None:
    giver, receiver = make_people(2, at=now)
    trust(giver, receiver, 5, at=now)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(forgery)

    assert seen(history(giver, receiver, at=now)) == [("set", 5, 0, 0)]
