"""What `loan.limit` says beyond the number: which lines are used up, and what would raise it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.friends.models import Friendship
from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import befriend, level_graph, make_people, trust
from tests.sent import count_ways, list_sent
from tests.wallet.lending.loans import DAY, Pair, age, later

pytestmark = pytest.mark.usefixtures("patient")

MORE = 10_000


def ask(reader: UUID, lender: UUID, borrower: UUID) -> Any:
    return call(reader, "loan.limit", at=DAY, lender=lender, borrower=borrower)


def tight(shown: Any) -> list[tuple[Any, ...]]:
    return [
        (one["from"], one["to"], one["free"], one["limit_with_more"]["add"],
         one["limit_with_more"]["limit"])
        for one in shown["tight"]
    ]  # fmt: skip


def lifts(shown: Any) -> dict[str, int | None]:
    return {one["code"]: one["limit"] for one in shown["raise_by"]}


def chain(*amounts: int) -> list[str]:
    """Make people each of whom stands behind the next, all of them friends of the first; return
    their ids.
    """
    people = make_people(len(amounts) + 1, at=DAY)
    for giver, receiver, amount in zip(people, people[1:], amounts, strict=False):
        trust(giver, receiver, amount, at=DAY)
    return [str(person) for person in people]


def test_a_tight_line_is_named_with_what_more_on_it_would_do() -> None:
    """
    lender --900--> friend --200--> borrower
    """
    lender, friend, borrower = chain(90_000, 20_000)

    shown = ask(UUID(lender), UUID(lender), UUID(borrower))

    assert shown["limit"] == 20_000
    assert tight(shown) == [(friend, borrower, 20_000, MORE, 30_000)]
    assert lifts(shown) == {"lines": 30_000}


def test_between_friends_the_lenders_own_line_is_named_before_there_is_one() -> None:
    lender, borrower = make_people(2, at=DAY)
    befriend([(lender, borrower)], at=DAY)

    shown = ask(borrower, lender, borrower)
    assert tight(shown) == [(str(lender), str(borrower), 0, MORE, MORE)]
    assert lifts(shown) == {"lines": MORE}

    trust(lender, borrower, 300, at=DAY)
    shown = ask(borrower, lender, borrower)
    assert tight(shown) == [(str(lender), str(borrower), 300, MORE, 10_300)]


def test_where_two_lines_bind_together_no_single_one_helps() -> None:
    """
    lender --200--> friend --200--> borrower
    """
    lender, friend, borrower = chain(200, 200)

    shown = ask(UUID(lender), UUID(lender), UUID(borrower))

    assert tight(shown) == [(lender, friend, 200, MORE, 200)]
    assert lifts(shown) == {"lines": None}


def test_no_more_is_added_than_the_cap_leaves() -> None:
    """
    lender --499.99--> borrower with a cap of 500 yuan
    """
    pair = Pair(line=49_999, tier=Tier.BASIC)

    shown = pair.limit()

    assert tight(shown) == [(str(pair.lender), str(pair.borrower), 49_999, 1, 50_000)]


def test_strangers_learn_nothing() -> None:
    one, other = make_people(2, at=DAY)

    shown = ask(one, one, other)

    assert (shown["tight"], shown["raise_by"], shown["cap"]) == ([], [], None)


def test_a_block_says_nothing_of_lines() -> None:
    pair = Pair(line=300)
    call(pair.lender, "person.block", at=DAY, person=pair.borrower, on=True)

    for reader in (pair.lender, pair.borrower):
        shown = ask(reader, pair.lender, pair.borrower)
        assert (shown["limit"], shown["tight"]) == (0, [])


def test_people_the_reader_may_not_know_are_not_named_and_their_lines_not_measured() -> None:
    """
    lender --900--> a --200--> b --900--> borrower      The lender knows a, the borrower b.
    """
    lender, a, b, borrower = chain(90_000, 20_000, 90_000)
    (risk,) = make_people(1, at=DAY)
    Person.objects.filter(id=risk).update(roles=["risk"])

    seen = {
        reader: tight(ask(UUID(str(reader)), UUID(lender), UUID(borrower)))
        for reader in (lender, borrower, risk)
    }

    assert seen[lender] == [(a, None, None, MORE, 30_000)]
    assert seen[borrower] == [(None, b, None, MORE, 30_000)]
    assert seen[risk] == [(a, b, 20_000, MORE, 30_000)]


def test_a_line_between_two_whom_the_reader_may_not_know_is_left_out() -> None:
    """
    lender --900--> a --200--> b --900--> borrower, and the lender knows a no more.
    """
    lender, a, _, borrower = (UUID(one) for one in chain(90_000, 20_000, 90_000))
    Friendship.objects.filter(low_id=min(lender, a), high_id=max(lender, a)).update(status="none")

    shown = ask(lender, lender, borrower)

    assert (shown["limit"], shown["tight"]) == (20_000, [])
    assert shown["paths"] == [{"through": [None, None], "amount": 20_000}]
    assert lifts(shown) == {"lines": 30_000}


def test_where_the_cap_binds_it_says_why() -> None:
    pair = Pair(line=90_000, tier=Tier.BASIC)
    pair.lend(20_000)
    pair.ask(10_000)

    shown = pair.limit()

    assert (shown["limit"], shown["flow"], shown["cap"]) == (20_000, 70_000, 20_000)
    assert shown["tight"] == []
    assert lifts(shown) == {"tier": 70_000, "open_loans": 40_000, "open_asks": 30_000}
    # The lender sees why, and not how much the borrower owes or has asked for.
    shown = ask(pair.lender, pair.lender, pair.borrower)
    assert lifts(shown) == {"tier": None, "open_loans": None, "open_asks": None}


def test_a_tier_may_lend_nothing_at_all(settings: Any) -> None:
    settings.LOAN_CAPS = {"basic": 0, "real_name": 500_000, "verified": 2_000_000}
    pair = Pair(line=90_000, tier=Tier.BASIC)

    shown = pair.limit()

    assert (shown["limit"], shown["cap"], lifts(shown)) == (0, 0, {"tier": 90_000})


def test_what_is_overdue_stands_before_everything_else() -> None:
    pair = Pair(line=90_000, tier=Tier.BASIC)
    pair.lend(20_000, days=5)
    age(at=later(6))

    shown = pair.limit(at=later(6))

    assert (shown["limit"], shown["cap"]) == (0, 0)
    assert lifts(shown) == {"overdue": 50_000}


def test_at_the_highest_tier_only_debts_can_be_lifted() -> None:
    pair = Pair(line=3_000_000)

    assert lifts(pair.limit()) == {}


@pytest.mark.parametrize("friends", [1, 12])
def test_a_limit_asks_postgres_twice_however_many_ways_there_are(
    friends: int, tmp_path: Path
) -> None:
    lender, borrower, *between = make_people(2 + friends, at=DAY)
    for one in between:
        trust(lender, one, 500, at=DAY)
        trust(one, borrower, 300, at=DAY)
    level_graph()

    shown = ask(borrower, lender, borrower)
    assert (shown["source"], shown["limit"]) == ("neo4j", 300 * friends)
    # Who they are, how level Neo4j is, loans and a score; and then whom the reader knows.
    assert count_ways(lambda: ask(borrower, lender, borrower), tmp_path / "ways") == 2
    sent = list_sent(lambda: ask(borrower, lender, borrower), tmp_path / "sent")
    assert sent["Parse"] == 0
