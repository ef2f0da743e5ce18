"""The fewest payments, judged by trying everything; and what stands behind each of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.expenses.because import Entry, explain, lines_behind
from wallet.expenses.plan import Payment, make_plan

START = datetime(2026, 3, 1, tzinfo=UTC)


def person(place: int) -> UUID:
    return UUID(int=place + 1)


def plan(*nets: int) -> list[tuple[int, int, int]]:
    """Return the plan for people with these nets as (payer, payee, amount)."""
    payments = make_plan({person(place): net for place, net in enumerate(nets)})
    return [(one.payer.int - 1, one.payee.int - 1, one.amount) for one in payments]


def after(nets: Mapping[UUID, int], payments: list[Payment]) -> dict[UUID, int]:
    left = dict(nets)
    for one in payments:
        left[one.payer] += one.amount
        left[one.payee] -= one.amount
    return left


@cache
def fewest(nets: tuple[int, ...]) -> int:
    """Return how many payments it takes, by having the first person settle with each other one.

    In some best plan the first debt or credit is cleared by one payment with somebody of the other
    sign, who takes over what is left of it.
    """
    if not nets:
        return 0
    first, *others = nets
    best = len(nets)
    for place, other in enumerate(others):
        if other * first < 0:
            rest = [*others[:place], other + first, *others[place + 1 :]]
            best = min(best, 1 + fewest(tuple(sorted(net for net in rest if net))))
    return best


def balanced(nets: list[int]) -> list[int]:
    return [*nets, -sum(nets)]


def test_nobody_owes_nothing_to_nobody() -> None:
    assert plan() == []
    assert plan(0, 0) == []


def test_one_who_paid_for_all_is_paid_by_all() -> None:
    assert plan(200, -100, -100) == [(1, 0, 100), (2, 0, 100)]


def test_a_chain_becomes_one_payment() -> None:
    # 0 owes 1, 1 owes as much to 2.
    assert plan(-50, 0, 50) == [(0, 2, 50)]


def test_groups_that_even_out_among_themselves_save_payments() -> None:
    # Largest with largest would need five payments; {3, 3, -6} and {5, 5, -10} need two each.
    assert len(plan(3, 3, -6, 5, 5, -10)) == 4


def test_equal_amounts_meet_first() -> None:
    assert plan(70, -70, 30, -30) == [(1, 0, 70), (3, 2, 30)]


def test_twelve_people_are_settled_with_the_fewest_payments() -> None:
    # Four groups of three in one heap; largest with largest would need eleven.
    nets = (18, -56, -54, 96, -20, 31, 97, 52, -11, -70, -41, -42)

    assert len(plan(*nets)) == 8


def test_a_large_group_needs_at_most_one_payment_fewer_than_people() -> None:
    nets = balanced([(-1) ** place * (place + 1) ** 2 for place in range(40)])

    found = make_plan({person(place): net for place, net in enumerate(nets)})

    assert len(found) <= 40
    assert set(after({person(at): net for at, net in enumerate(nets)}, found).values()) == {0}


@settings(deadline=None, max_examples=300)
@given(st.lists(st.integers(-6, 6), max_size=7).map(balanced))
def test_no_plan_has_fewer_payments(nets: list[int]) -> None:
    by_person = {person(place): net for place, net in enumerate(nets)}

    found = make_plan(by_person)

    assert len(found) == fewest(tuple(sorted(net for net in nets if net)))
    assert set(after(by_person, found).values()) <= {0}
    for one in found:
        # Nobody passes money on: who owes pays, who is owed is paid.
        assert by_person[one.payer] < 0 < by_person[one.payee]
        assert one.amount > 0


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(-(10**15), 10**15), max_size=30).map(balanced))
def test_any_plan_clears_everything_within_one_payment_fewer_than_people(nets: list[int]) -> None:
    by_person = {person(place): net for place, net in enumerate(nets)}

    found = make_plan(by_person)

    assert set(after(by_person, found).values()) <= {0}
    assert len(found) <= max(0, sum(net != 0 for net in nets) - 1)
    assert found == make_plan(dict(reversed(by_person.items())))


# --- What stands behind it -----------------------------------------------------------------------


def entries(*nets: dict[int, int]) -> list[Entry]:
    """Return entries an hour apart, numbered from 1; a settlement is one whose key is negative."""
    return [
        Entry(
            UUID(int=at + 1), is_expense=True, at=START + timedelta(hours=at),
            on=date(2026, 3, 1), note="",
            nets={person(place): amount for place, amount in net.items()},
        )
        for at, net in enumerate(nets)
    ]  # fmt: skip


def reasons(made: list[Entry], count: int) -> list[list[int]]:
    sums = {person(place): 0 for place in range(count)}
    for entry in made:
        for one, amount in entry.nets.items():
            sums[one] += amount
    payments = make_plan(sums)
    return [[one.int for one in reason.expenses] for reason in explain(payments, made)]


def test_lines_behind_a_balance_begin_where_it_was_last_nothing() -> None:
    made = entries({0: 30, 1: -30}, {0: -30, 1: 30}, {0: 50, 1: -50}, {0: -20, 1: 20})

    lines = lines_behind(person(1), made)

    assert [(entry.id.int, amount) for entry, amount in lines] == [(3, -50), (4, 20)]


def test_a_payment_names_what_both_sides_had_to_do_with() -> None:
    # 1 paid for 0, 2 paid for 1: the plan leaves 1 out, and both expenses stand behind it.
    assert reasons(entries({1: 50, 0: -50}, {2: 50, 1: -50}), 3) == [[1, 2]]


def test_each_of_several_payments_names_its_own_expense() -> None:
    made = entries({0: 50, 1: -50}, {0: 40, 2: -40}, {0: 6, 1: -3, 2: -3})

    assert reasons(made, 3) == [[1, 3], [2, 3]]


def test_what_was_netted_off_is_named_too() -> None:
    # 50 owed, 20 paid back: the payment is 30, and the lines of both sum to it.
    assert reasons(entries({0: 50, 1: -50}, {1: 20, 0: -20}), 2) == [[1, 2]]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 9)).filter(
            lambda one: one[0] != one[1]
        ),
        max_size=12,
    )
)
def test_lines_sum_to_the_figure_and_each_payment_has_some(
    paid: list[tuple[int, int, int]],
) -> None:
    made = entries(*({payer: amount, other: -amount} for payer, other, amount in paid))
    nets = {person(place): 0 for place in range(5)}
    for entry in made:
        for one, amount in entry.nets.items():
            nets[one] += amount

    payments = make_plan(nets)

    for one, net in nets.items():
        assert sum(amount for _, amount in lines_behind(one, made)) == net
    for payment, reason in zip(payments, explain(payments, made), strict=True):
        assert reason.expenses
        assert sum(amount for _, amount in reason.lines) == payment.amount
        assert {entry.id for entry, _ in reason.lines} <= set(reason.expenses)
        sides = {payment.payer, payment.payee}
        behind = [entry for entry in made if entry.id in reason.expenses]
        assert all(sides & entry.nets.keys() for entry in behind)
        if sum(payment.payer in (one.payer, one.payee) for one in payments) == 1:
            mine = {entry.id for entry, _ in lines_behind(payment.payer, made)}
            assert mine <= set(reason.expenses)


@pytest.mark.parametrize("people", [2, 5, 9])
def test_equal_parts_of_one_bill_are_one_payment_each(people: int) -> None:
    nets = [100 * (people - 1), *([-100] * (people - 1))]

    assert plan(*nets) == [(place, 0, 100) for place in range(1, people)]
