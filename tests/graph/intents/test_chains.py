"""What those owe for whom somebody stands, with what is intended."""

from functools import partial
from uuid import uuid4

import pytest

from graph.intents import services as intents
from graph.intents.services import Guarantees
from tests.graph.intents.drawn import AT
from tests.graph.projection.rows import run
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("patient")


class People:
    """People A, B, C … who owe, and stand for each other."""

    def __init__(self) -> None:
        self.mark = uuid4().hex

    def id(self, letter: str) -> str:
        return f"{self.mark}-{letter}"

    def owe(self, letter: str, balance: int, *, loan: str = "") -> None:
        run(
            "MERGE (one:Person {id: $one})"
            " CREATE (one)-[:APPLIED]->(:Loan {id: $loan, balance: $balance})",
            one=self.id(letter), loan=loan or uuid4().hex, balance=balance,
        )  # fmt: skip

    def stand(self, way: str, *, live: bool = True) -> None:
        run(
            "MERGE (one:Person {id: $one}) MERGE (other:Person {id: $other})"
            " CREATE (one)-[:GUARANTEES {id: $id, live: $live}]->(other)",
            one=self.id(way[0]), other=self.id(way[1]), id=uuid4().hex, live=live,
        )  # fmt: skip

    def intend(self, way: str, amount: int, *, loan: str = "", seconds: float = 60.0) -> Guarantees:
        given = Guarantees(
            {self.id(one): uuid4().hex for one in way[:-1]}, self.id(way[-1]), loan or uuid4().hex,
            amount, AT,
        )  # fmt: skip
        intents.intend_guarantees(intents=given, seconds=seconds)
        return given

    def owed(self, letter: str) -> int:
        return intents.sum_chains(guarantors=[self.id(letter)])[self.id(letter)]


def test_all_loans_along_a_chain_count_once_and_ones_own_does_not() -> None:
    """
    A -> B -> C -> A and A -> C; B stands for D no more
    """
    people = People()
    for way in ("AB", "BC", "CA", "AC"):
        people.stand(way)
    people.stand("BD", live=False)
    for letter, balance in (("A", 1), ("B", 10), ("C", 100), ("C", 200), ("D", 1_000)):
        people.owe(letter, balance)

    assert people.owed("A") == 310
    assert people.owed("C") == 11


def test_what_is_intended_counts_for_all_who_stand_behind() -> None:
    people = People()
    people.owe("B", 10)
    people.stand("XA")

    people.intend("AB", 500)

    assert people.owed("A") == 510
    assert people.owed("X") == 510


def test_a_loan_by_several_guarantors_counts_once_also_when_it_was_granted() -> None:
    people = People()
    people.intend("AXB", 500, loan="one")
    assert people.owed("A") == 500
    assert people.owed("X") == 500

    people.owe("B", 500, loan="one")

    assert people.owed("A") == 500


def test_what_a_dead_process_intended_and_what_was_forgotten_counts_no_more() -> None:
    people = People()
    people.intend("AB", 500, seconds=-0.001)
    forgotten = people.intend("AB", 70)
    people.intend("AB", 3)

    intents.forget(ids=list(forgotten.ids.values()))

    assert people.owed("A") == 3


def test_of_guarantees_at_once_that_are_too_much_together_not_all_pass() -> None:
    """Three loans of 500 each, of which a chain may carry 1,400."""

    def stand(people: People, passed: list[str]) -> None:
        given = people.intend("AB", 500)
        if people.owed("A") <= 1_400:
            passed.append(given.loan)
        else:
            intents.forget(ids=list(given.ids.values()))

    for _ in range(20):
        people, passed = People(), list[str]()
        assert at_once([partial(stand, people, passed)] * 3) == [None] * 3
        assert len(passed) < 3
