"""What a friendship leaves when it ends: lines for the loans that use them, and for nobody else."""

from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from graph.people.models import Person
from graph.trust.models import Change, Line
from tests.calls import call
from tests.people import befriend, make_people, trust
from tests.wallet.lending.loans import DAY, Pair, later, line_between, status
from wallet.lending.errors import OverLimit

ENDS: list[tuple[str, dict[str, Any]]] = [("friend.remove", {}), ("person.block", {"on": True})]


class Ended(Pair):
    """A lender whose line of 300 a loan uses; then the friendship ends.

    other --500--> lender --300--> borrower
    """

    def __init__(self) -> None:
        super().__init__(line=300)
        (self.other,) = make_people(1, at=DAY, funds=1_000)
        trust(self.other, self.lender, 500, at=DAY)
        self.loan = self.lend(300)

    def end(self, command: str = "friend.remove", **fields: Any) -> None:
        call(self.lender, command, at=later(1), person=self.borrower, **fields)

    def limit_of_other(self) -> int:
        found = call(
            self.borrower, "loan.limit", at=later(2), lender=self.other, borrower=self.borrower
        )
        return int(found["limit"])

    def history(self, reader: UUID, other: UUID, direction: str) -> list[tuple[Any, ...]]:
        changes = call(reader, "trust.history", at=DAY, person=other, direction=direction)
        return [
            (one["kind"], one["capacity"], one["reserved"], one["by"])
            for one in changes["changes"]
        ]  # fmt: skip


@pytest.mark.parametrize(("command", "fields"), ENDS)
def test_what_is_repaid_after_the_end_of_a_friendship_serves_nobody(
    command: str, fields: dict[str, Any]
) -> None:
    pair = Ended()
    pair.end(command, **fields)
    assert pair.line() == (300, 300, 0)

    pair.repay(pair.loan, 100, at=later(2))
    assert pair.line() == (200, 200, 0)
    pair.repay(pair.loan, 200, at=later(2))

    assert pair.line() == (0, 0, 0)
    assert pair.limit_of_other() == 0
    with pytest.raises(OverLimit):
        call(pair.borrower, "loan.ask", at=later(2), lender=pair.other, amount=1, days=30)


@pytest.mark.parametrize(("command", "fields"), ENDS)
def test_a_line_of_which_a_part_was_free_falls_at_the_end_and_with_the_loan(
    command: str, fields: dict[str, Any]
) -> None:
    pair = Ended()
    trust(pair.lender, pair.borrower, 450, at=DAY)
    pair.end(command, **fields)

    call(pair.lender, "loan.forgive", at=later(2), loan=pair.loan)

    assert pair.line() == (0, 0, 0)
    assert pair.limit_of_other() == 0


def test_a_guarantor_s_line_falls_and_those_between_friends_are_free_again() -> None:
    """lender --300--> ann --300--> borrower; Ann and the borrower part."""
    pair = Pair(line=0)
    (ann,) = make_people(1, at=DAY)
    trust(pair.lender, ann, 300, at=DAY)
    trust(ann, pair.borrower, 300, at=DAY)
    loan = pair.lend(300)
    call(pair.borrower, "friend.remove", at=DAY, person=ann)

    pair.repay(loan, 300, at=later(1))

    assert line_between(ann, pair.borrower) == (0, 0, 0)
    assert line_between(pair.lender, ann) == (300, 0, 0)
    assert status(loan) == "repaid"


def test_friends_anew_stand_behind_each_other_only_as_they_say_anew() -> None:
    pair = Ended()
    pair.end()
    befriend([(pair.lender, pair.borrower)], at=later(2))

    pair.repay(pair.loan, 100, at=later(2))
    assert pair.line() == (200, 200, 0)
    trust(pair.lender, pair.borrower, 250, at=later(2))
    pair.repay(pair.loan, 200, at=later(2))

    assert pair.line() == (250, 0, 0)
    assert pair.limit_of_other() == 250


def test_a_load_from_elsewhere_sets_a_line_anew(tmp_path: Path) -> None:
    pair = Ended()
    pair.end()
    giver, receiver = (Person.objects.get(id=one).username for one in (pair.lender, pair.borrower))
    file = tmp_path / "trust.csv"
    file.write_text(f"from,to,capacity\n{giver},{receiver},450\n")

    call_command("load_trust", str(file), stdout=StringIO())
    pair.repay(pair.loan, 300, at=later(2))

    assert pair.line() == (450, 0, 0)


def test_a_default_after_the_end_burns_what_was_reserved() -> None:
    pair = Ended()
    pair.end()

    call(pair.borrower, "loan.repay", at=later(90), loan=pair.loan, amount=1)

    assert pair.line() == (0, 0, 300)


def test_the_history_tells_that_the_line_fell_and_its_receiver_not_for_whom() -> None:
    """lender --300--> ann --300--> borrower; the lender and Ann part."""
    pair = Pair(line=0)
    (ann,) = make_people(1, at=DAY)
    trust(pair.lender, ann, 300, at=DAY)
    trust(ann, pair.borrower, 300, at=DAY)
    loan = pair.lend(300)
    call(ann, "friend.remove", at=DAY, person=pair.lender)

    pair.repay(loan, 300, at=later(1))

    assert Ended.history(pair, pair.lender, ann, "given") == [
        ("lowered", 0, 0, None),
        ("released", 300, 0, str(pair.borrower)),
        ("reserved", 300, 300, str(pair.lender)),
        ("set", 300, 0, str(pair.lender)),
    ]
    assert Ended.history(pair, ann, pair.lender, "received") == [
        ("lowered", 0, 0, None), ("set", 300, 0, str(pair.lender)),
    ]  # fmt: skip
    assert Line.objects.get(giver_id=pair.lender, receiver_id=ann).version == 4


def test_the_migration_ends_what_came_back_to_life_before() -> None:
    ended, friends = Ended(), Pair(line=300)
    friends.lend(200)
    ended.end()
    line = Line.objects.get(giver_id=ended.lender)
    # As it was once: half of it was repaid, and nothing remembered the end.
    Line.objects.filter(id=line.id).update(reserved=100, ending=False)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(import_module("graph.trust.migrations.0004_ending").END)
        now = Line.objects.get(id=line.id)
        changes = list(Change.objects.filter(line_id=line.id).order_by("version"))
        other = Line.objects.get(giver_id=friends.lender)
        transaction.set_rollback(True)

    assert (now.capacity, now.reserved, now.ending) == (100, 100, True)
    assert (changes[-1].version, changes[-1].kind) == (line.version + 1, "lowered")
    assert (now.version, changes[-1].capacity) == (line.version + 1, 100)
    assert (other.capacity, other.reserved, other.ending, other.version) == (300, 200, False, 2)
    Line.objects.filter(id=line.id).update(reserved=300, ending=True)


# --- Blocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_lender", [True, False])
def test_nothing_is_granted_to_whom_one_has_blocked_since_the_ask(by_lender: bool) -> None:
    """lender --300--> ann --300--> borrower"""
    pair = Pair(line=0)
    (ann,) = make_people(1, at=DAY)
    trust(pair.lender, ann, 300, at=DAY)
    trust(ann, pair.borrower, 300, at=DAY)
    loan = pair.ask(100)
    by, other = (pair.lender, pair.borrower) if by_lender else (pair.borrower, pair.lender)
    call(by, "person.block", at=DAY, person=other, on=True)
    before = pair.balances()

    with pytest.raises(OverLimit) as refusal:
        pair.grant(loan)

    # As between strangers.
    assert refusal.value.detail == {"limit": 0}
    assert (status(loan), pair.balances()) == ("asked", before)
    assert line_between(ann, pair.borrower) == (300, 0, 0)
    call(by, "person.block", at=DAY, person=other, on=False)
    assert pair.grant(loan)["status"] == "open"
