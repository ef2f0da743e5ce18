"""How a loan was repaid, told from the ledger; checked against the loans themselves."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import call
from tests.wallet.lending.loans import DAY, Pair, age, later
from wallet.lending.models import Loan
from wallet.points.facts import _list_loans
from wallet.points.formula import Facts, History, Money, add_up, make_parts
from wallet.points.repaying import Paid, Terms, judge, owed_at

LENDER = uuid4()


def terms(amount: int = 30_000, *, instalments: int = 3, ppm: int = 0, days: int = 90) -> Terms:
    return Terms(uuid4(), LENDER, amount, ppm, days, instalments, DAY)


def judged(loan: Terms, *paid: tuple[int, int], on: int) -> History:
    payments = [Paid(later(day), amount) for day, amount in paid]
    return judge([(loan, payments)], later(on).date())


@pytest.mark.parametrize(
    ("paid", "on", "expected"),
    [
        # Nothing due yet, and nothing paid: nothing is known.
        ([], 30, History()),
        ([], 31, History({}, (1,), 1, 0)),
        ([(30, 10_000)], 31, History({str(LENDER): 1}, (), 0, 10_000)),
        ([(31, 10_000)], 40, History({}, (1,), 0, 0)),
        # Early is on time, and counts at once.
        ([(1, 30_000)], 1, History({str(LENDER): 3}, (), 0, 30_000)),
        ([(30, 9_999)], 40, History({}, (10,), 1, 0)),
        ([(30, 10_000), (75, 20_000)], 90, History({str(LENDER): 2}, (15,), 0, 20_000)),
    ],
)
def test_each_instalment_is_judged_by_when_its_principal_was_back(
    paid: list[tuple[int, int]], on: int, expected: History
) -> None:
    assert judged(terms(), *paid, on=on) == expected


def test_what_was_late_is_forgotten_two_years_after_it_was_due_unless_it_is_owed() -> None:
    loan = terms(instalments=1, days=30)

    assert judged(loan, (40, 30_000), on=30 + 720).days_late == (10,)
    assert judged(loan, (40, 30_000), on=30 + 721).days_late == ()
    assert judged(loan, on=30 + 721).days_late == (721,)


def test_instalments_too_small_to_tell_anything_do_not_count() -> None:
    assert judged(terms(2_997), (1, 2_997), on=2) == History({}, (), 0, 0)
    assert judged(terms(3_000), (1, 3_000), on=2).on_time == {str(LENDER): 3}
    assert judged(terms(2_997), (95, 2_997), on=99) == History({}, (), 0, 0)
    assert judged(terms(2_997), on=99) == History({}, (), 0, 0)
    assert judged(terms(3_000), on=99) == History({}, (9, 39, 69), 3, 0)


def test_of_one_lender_the_three_largest_instalments_count_as_paid_back() -> None:
    larger, other = terms(60_000, instalments=2), replace(terms(5_000), lender_id=uuid4())
    loans = [(one, [Paid(later(1), one.amount)]) for one in (terms(), larger, other)]

    history = judge(loans, later(2).date())

    assert history.on_time == {str(LENDER): 5, str(other.lender_id): 3}
    # 300 and 300 of the larger and 100 of the first; 50 of the other lender.
    assert history.repaid == 30_000 + 30_000 + 10_000 + 5_000


def test_a_loan_that_was_forgiven_is_late_up_to_then_and_not_afterwards() -> None:
    loan = Terms(uuid4(), LENDER, 30_000, 0, 90, 3, DAY, ended_at=later(50))

    assert judge([(loan, [])], later(99).date()) == History({}, (20,), 0, 0)
    assert (owed_at(loan, [], later(49)), owed_at(loan, [], later(51))) == (30_000, 0)


PAYMENTS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 40_000)), max_size=5
).map(sorted)  # fmt: skip


@given(
    PAYMENTS, st.integers(0, 200), st.integers(1, 40_000), st.integers(1, 5), st.integers(0, 400),
    st.integers(0, 220),
)  # fmt: skip
def test_one_more_repayment_never_lowers_a_score(
    paid: list[tuple[int, int]], day: int, amount: int, instalments: int, ppm: int, on: int
) -> None:
    """The balance falls by what is paid; so does the debt, and the cushion is one less the
    other.
    """
    loan = terms(instalments=instalments, ppm=ppm)
    now = later(on)
    before = [Paid(later(one), much) for one, much in paid if one <= on]
    more = sorted([*before, Paid(later(min(day, on)), amount)], key=lambda one: one.at)

    assert _score(loan, more, now) >= _score(loan, before, now)


def _score(loan: Terms, payments: list[Paid], now: datetime) -> int:
    marks = [now + timedelta(seconds=1) - timedelta(days=30 * place) for place in range(6)]
    taken = _taken(loan, payments)
    cushions = tuple(
        1_000_000 - sum(one.amount for one in taken if one.at < mark) - owed_at(loan, taken, mark)
        for mark in marks
    )
    money = Money(entries=1, incomes=(0,) * 6, cushions=cushions, payments=1)
    return add_up(make_parts(Facts(history=judge([(loan, taken)], now.date()), money=money)))


def _taken(loan: Terms, payments: list[Paid]) -> list[Paid]:
    """Return what the ledger shows: a repayment takes no more than is owed."""
    taken: list[Paid] = []
    for paid in payments:
        owed = owed_at(loan, taken, paid.at + timedelta(seconds=1))
        if owed:
            taken.append(Paid(paid.at, min(paid.amount, owed)))
    return taken


def known(borrower: UUID, at: datetime) -> tuple[History, int]:
    loans = _list_loans([borrower], at)[borrower]
    return judge(loans, at.date()), sum(owed_at(*loan, at) for loan in loans)


def test_the_ledger_tells_the_same_as_the_loan() -> None:
    pair = Pair(funds=50_000)
    loan = pair.lend(20_000, days=60, installments=2, daily_rate_ppm=400)
    pair.repay(loan, 4_321, at=later(10))
    pair.repay(loan, 6_000, at=later(29))
    moment = later(45)

    history, owed = known(pair.borrower, moment)

    assert history.on_time == {str(pair.lender): 1}
    assert history.overdue == 0
    assert owed == Loan.objects.get(id=loan).debt_on(moment.date()).closing
    pair.repay(loan, 99_999, at=later(61))
    history, owed = known(pair.borrower, later(62))
    assert (history.days_late, history.overdue, owed) == ((1,), 0, 0)


def test_a_default_is_late_until_it_is_cured_and_interest_stops_at_it() -> None:
    pair = Pair(funds=50_000)
    loan = pair.lend(20_000, days=10, daily_rate_ppm=400)
    age(at=later(60))
    history, owed = known(pair.borrower, later(60))

    assert (history.days_late, history.overdue) == ((50,), 1)
    assert owed == Loan.objects.get(id=loan).debt_on(later(60).date()).closing
    pair.repay(loan, 99_999, at=later(70))
    history, owed = known(pair.borrower, later(71))
    assert (history.on_time, history.days_late, history.overdue, owed) == ({}, (60,), 0, 0)


def test_a_loan_that_its_lender_extended_is_due_as_late_as_they_agreed() -> None:
    pair = Pair(funds=50_000)
    loan = pair.lend(20_000, days=30, daily_rate_ppm=400)
    call(pair.lender, "loan.extend", at=later(20), loan=loan, days=60)

    history, owed = known(pair.borrower, later(75))
    assert (history, owed) == (History(), 20_600)
    assert owed == Loan.objects.get(id=loan).debt_on(later(75).date()).closing
    pair.repay(loan, 99_999, at=later(90))

    history, _ = known(pair.borrower, later(91))
    assert history == History({str(pair.lender): 1}, (), 0, 20_000)


def test_what_comes_after_the_moment_is_not_known_yet() -> None:
    pair = Pair(funds=50_000)
    loan = pair.lend(20_000, days=10)
    pair.repay(loan, 20_000, at=later(5))

    assert known(pair.borrower, later(5)) == (History(), 20_000)
    assert known(pair.borrower, later(6))[0].on_time == {str(pair.lender): 1}
