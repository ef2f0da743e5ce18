"""Proposed trust: exactly the sum of its reasons, from nothing that was not consented to."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound
from graph.trust.models import Line
from tests.calls import call
from tests.people import befriend, make_people
from tests.wallet.lending.loans import DAY, Pair, age, later
from wallet.lending.proposals import Facts, compute

NOTHING = {"loans": False, "transfers": False, "friendship": False, "mutual": False}


def consent(person: UUID, **what: bool) -> Any:
    return call(person, "trust.consent", at=DAY, **what)["consent"]


def propose(pair: Pair, *, on: int = 0) -> Any:
    return call(pair.lender, "trust.propose", at=later(on), person=pair.borrower)


def reasons(pair: Pair, *, on: int = 0) -> dict[str, tuple[int, int]]:
    found = propose(pair, on=on)
    assert found["amount"] == sum(one["amount"] for one in found["because"])
    return {one["reason"]: (one["value"], one["amount"]) for one in found["because"]}


def test_without_consent_nothing_is_proposed_and_nothing_set() -> None:
    pair = Pair(funds=10_000)
    pair.repay(pair.lend(10_000), 10_000, at=DAY)

    found = propose(pair, on=800)

    assert found == {"amount": 0, "because": [], "consent": NOTHING}


def test_each_reason_draws_on_what_was_consented_to() -> None:
    pair = Pair(funds=50_000)
    pair.repay(pair.lend(30_000), 10_000, at=DAY)
    shared = make_people(2, at=DAY)
    befriend([(one, friend) for one in (pair.lender, pair.borrower) for friend in shared], at=DAY)
    for sender, receiver, amount in (
        (pair.lender, pair.borrower, 9_000), (pair.borrower, pair.lender, 7_777),
    ):  # fmt: skip
        sent = call(sender, "transfer.send", at=DAY, to=receiver, amount=amount)["transfer"]
        call(receiver, "transfer.accept", at=DAY, transfer=sent["id"])

    assert consent(pair.lender, loans=True) == NOTHING | {"loans": True}
    assert reasons(pair) == {"repaid_to_you": (10_000, 5_000)}
    consent(pair.lender, loans=False, transfers=True)
    # A tenth of the smaller direction, in whole yuan.
    assert reasons(pair) == {"transfers": (7_777, 700)}
    assert reasons(pair, on=365) == {}
    consent(pair.lender, transfers=False, friendship=True)
    assert reasons(pair, on=364) == {}
    assert reasons(pair, on=800) == {"years": (2, 20_000)}
    consent(pair.lender, friendship=False, mutual=True)
    # Whom the other knows is the other's too.
    assert reasons(pair) == {}
    consent(pair.borrower, mutual=True)
    assert reasons(pair) == {"mutual": (2, 2_000)}
    consent(pair.lender, loans=True, transfers=True, friendship=True)
    assert propose(pair, on=3)["amount"] == 5_000 + 700 + 2_000


def test_a_proposal_sets_nothing() -> None:
    pair = Pair(line=100)
    consent(pair.lender, friendship=True)

    assert propose(pair, on=800)["amount"] == 20_000

    line = Line.objects.get(giver_id=pair.lender)
    assert (line.capacity, line.version) == (100, 1)


def test_what_you_have_repaid_counts_a_tenth() -> None:
    pair = Pair(funds=20_000)
    pair.repay(pair.lend(20_000), 20_000, at=DAY)
    consent(pair.borrower, loans=True)

    found = call(pair.borrower, "trust.propose", at=DAY, person=pair.lender)

    assert found["because"] == [{"reason": "repaid_by_you", "value": 20_000, "amount": 2_000}]


def test_who_was_late_gets_half_and_who_is_late_nothing() -> None:
    pair = Pair(funds=50_000)
    consent(pair.lender, loans=True)
    pair.repay(pair.lend(30_000), 30_000, at=DAY)
    late = pair.lend(10_000, days=5)

    age(at=later(6))
    assert reasons(pair, on=6) == {"repaid_to_you": (30_000, 15_000), "is_late": (1, -15_000)}
    pair.repay(late, 10_000, at=later(6))
    assert reasons(pair, on=6) == {"repaid_to_you": (40_000, 20_000), "was_late": (1, -10_000)}


def test_what_was_forgiven_was_not_repaid() -> None:
    pair = Pair()
    consent(pair.lender, loans=True)
    loan = pair.lend(30_000)
    call(pair.lender, "loan.forgive", at=DAY, loan=loan)

    assert reasons(pair) == {}


def test_one_is_proposed_trust_in_friends_alone() -> None:
    pair = Pair(line=0)
    for other, refusal in ((pair.borrower, NotFriends), (uuid4(), PersonNotFound)):
        with pytest.raises(refusal):
            call(pair.lender, "trust.propose", at=DAY, person=other)


def test_years_are_whole_ones() -> None:
    pair = Pair(line=1)
    consent(pair.lender, friendship=True)
    birthday = DAY + timedelta(days=365)

    def years(at: Any) -> list[int]:
        found = call(pair.lender, "trust.propose", at=at, person=pair.borrower)
        return [one["value"] for one in found["because"]]

    assert years(birthday - timedelta(days=1)) == []
    assert years(birthday) == [1]


AMOUNTS = st.none() | st.integers(0, 10**12)
COUNTS = st.none() | st.integers(0, 5_000)


@given(
    st.builds(
        Facts, repaid_to_you=AMOUNTS, repaid_by_you=AMOUNTS, was_late=st.booleans(),
        is_late=st.booleans(), years=COUNTS, sent=AMOUNTS, got=AMOUNTS, mutual=COUNTS,
    )
)  # fmt: skip
def test_a_proposal_is_bounded_whole_and_the_same_for_the_same_facts(facts: Facts) -> None:
    parts = compute(facts)

    amount = sum(part.amount for part in parts)
    assert 0 <= amount <= 520_000
    assert amount % 100 == 0
    assert compute(facts) == parts
    if facts.is_late:
        assert amount == 0
