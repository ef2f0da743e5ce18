"""Repaying: interest by date, trust given back path by path, early, in part, and too much."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from outbox.models import Event
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import DAY, FUNDS, Pair, age, later, line_between, parts, status
from wallet.ledger.errors import AmountInvalid, InsufficientFunds
from wallet.lending.errors import NotOpen
from wallet.lending.models import Loan


def over_friends(pair: Pair, amounts: Sequence[int]) -> list[tuple[int, int, int]]:
    """Lead that much to the borrower over one friend each; return the friends."""
    friends = make_people(len(amounts), at=DAY)
    for friend, amount in zip(friends, amounts, strict=True):
        trust(pair.lender, friend, amount, at=DAY)
        trust(friend, pair.borrower, amount, at=DAY)
    return friends


def test_what_is_paid_in_part_lowers_principal_and_reservation() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000)

    shown = pair.repay(loan, 4_000, at=DAY)

    assert (shown["status"], shown["principal"], shown["repaid"]) == ("open", 6_000, 4_000)
    assert pair.balances() == (FUNDS - 6_000, 6_000)
    assert (pair.line(), parts(loan)) == ((20_000, 6_000, 0), [6_000])
    assert pair.limit()["limit"] == 14_000
    (notice,) = Notice.objects.filter(owner_id=pair.lender, kind="money.in")
    assert (notice.about, notice.ref) == (pair.borrower, loan)


def test_repaying_all_closes_the_loan_and_frees_the_trust() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000)

    shown = pair.repay(loan, 10_000, at=DAY)

    assert (shown["status"], shown["principal"], shown["repaid"]) == ("repaid", 0, 10_000)
    assert shown["reserved"] == []
    assert pair.balances() == (FUNDS, 0)
    assert (pair.line(), pair.limit()["limit"]) == ((20_000, 0, 0), 20_000)
    with pytest.raises(NotOpen) as refusal:
        pair.repay(loan, 1, at=DAY)
    assert refusal.value.detail == {"status": "repaid"}


def test_interest_is_that_of_the_dates_after_the_grant() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_001, daily_rate_ppm=400)

    # 4.0004 fen a day.
    assert [pair.get(loan, at=later(days))["interest"] for days in (0, 1, 7, 30)] == [0, 4, 28, 120]
    # Midnight in Shanghai makes the day.
    midnight = DAY + timedelta(hours=12)
    assert pair.get(loan, at=midnight - timedelta(milliseconds=1))["interest"] == 0
    assert pair.get(loan, at=midnight)["interest"] == 4


def test_whole_fen_of_interest_are_taken_first_and_the_rest_carries_on() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_001, daily_rate_ppm=400)

    shown = pair.repay(loan, 1_000, at=later(7))

    # 28.0028 fen: 28 are paid, 0.0028 stay, and 972 are principal.
    assert (shown["principal"], shown["interest"], shown["repaid"]) == (9_029, 0, 1_000)
    assert Loan.objects.get(id=loan).interest_micro == 2_800
    assert pair.line() == (100_000, 9_029, 0)
    # 9,029 * 400 * 13 and the rest from before are 46.9536 fen.
    assert pair.get(loan, at=later(20))["interest"] == 47
    closed = pair.repay(loan, 9_029 + 47, at=later(20))
    assert (closed["status"], closed["repaid"]) == ("repaid", 10_076)
    assert pair.balances() == (FUNDS + 75, 925)


def test_offering_more_than_is_owed_takes_what_is_owed() -> None:
    pair = Pair(funds=5_000)
    loan = pair.lend(10_000, daily_rate_ppm=400)

    shown = pair.repay(loan, 999_999, at=later(5))

    assert (shown["status"], shown["repaid"]) == ("repaid", 10_020)
    assert pair.balances() == (FUNDS + 20, 4_980)


@pytest.mark.parametrize(("amount", "closing"), [(1_249, 1_249), (1_250, 1_251)])
def test_the_closing_repayment_rounds_half_up(amount: int, closing: int) -> None:
    # 0.4996 and 0.5 fen of interest in one day.
    pair = Pair(funds=10)
    loan = pair.lend(amount, daily_rate_ppm=400)

    shown = pair.repay(loan, 10_000, at=later(1))

    assert (shown["status"], shown["repaid"]) == ("repaid", closing)


def test_repaying_early_costs_nothing() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_000, daily_rate_ppm=400, days=365)

    assert pair.repay(loan, 10_004, at=later(1))["status"] == "repaid"
    assert pair.balances() == (FUNDS + 4, 996)


def test_a_loan_is_lent_and_repaid_in_its_own_currency() -> None:
    pair = Pair()
    loan = pair.ask(10_000)

    with pytest.raises(AmountInvalid) as refusal:
        call(pair.lender, "loan.grant", at=DAY, loan=loan, currency="JPY")
    assert refusal.value.detail == {"reason": "This is in CNY, not in JPY."}
    assert (status(loan), pair.balances()) == ("asked", (FUNDS, 0))

    call(pair.lender, "loan.grant", at=DAY, loan=loan, currency="CNY")
    with pytest.raises(AmountInvalid):
        call(pair.borrower, "loan.repay", at=DAY, loan=loan, amount=1_000, currency="JPY")
    assert pair.balances() == (FUNDS - 10_000, 10_000)

    call(pair.borrower, "loan.repay", at=DAY, loan=loan, amount=1_000, currency="CNY")
    assert pair.balances() == (FUNDS - 9_000, 9_000)


def test_who_has_too_little_repays_nothing() -> None:
    pair = Pair()
    loan = pair.lend(10_000)
    call(pair.borrower, "wallet.withdraw", at=DAY, amount=9_000, channel="sandbox")

    with pytest.raises(InsufficientFunds):
        pair.repay(loan, 1_001, at=DAY)

    assert pair.get(loan)["principal"] == 10_000
    assert (pair.balances(), pair.line()) == ((FUNDS - 10_000, 1_000), (100_000, 10_000, 0))


def test_only_open_loans_are_repaid() -> None:
    pair = Pair()
    loan = pair.ask()

    with pytest.raises(NotOpen) as refusal:
        pair.repay(loan, 1, at=DAY)

    assert refusal.value.detail == {"status": "asked"}


def test_a_repayment_is_spread_over_the_paths_by_largest_remainder() -> None:
    pair = Pair(line=0)
    friends = over_friends(pair, [500, 300, 200])
    loan = pair.lend(1_000)
    assert parts(loan) == [500, 300, 200]

    pair.repay(loan, 7, at=DAY)

    # 3.5, 2.1 and 1.4 of 7: one unit is left over, and the first has the largest remainder.
    assert parts(loan) == [496, 298, 199]
    for friend, reserved in zip(friends, (496, 298, 199), strict=True):
        assert line_between(pair.lender, friend)[1] == reserved
        assert line_between(friend, pair.borrower)[1] == reserved


def test_no_part_is_lowered_below_nothing_however_small_the_repayments() -> None:
    pair = Pair(line=0)
    over_friends(pair, [5, 3, 1])
    loan = pair.lend(9)

    for left in range(8, -1, -1):
        pair.repay(loan, 1, at=DAY)
        assert sum(parts(loan)) == left
        assert min(parts(loan)) >= 0

    assert status(loan) == "repaid"
    assert pair.limit()["limit"] == 9


def test_a_line_under_two_paths_gives_back_the_sum_of_both() -> None:
    """lender -> ann -> borrower and lender -> ann -> bob -> borrower share the first line."""
    pair = Pair(line=0)
    ann, bob = make_people(2, at=DAY)
    for giver, receiver, amount in (
        (pair.lender, ann, 100), (ann, pair.borrower, 60), (ann, bob, 40), (bob, pair.borrower, 40),
    ):  # fmt: skip
        trust(giver, receiver, amount, at=DAY)
    loan = pair.lend(100)

    pair.repay(loan, 50, at=DAY)

    assert parts(loan) == [30, 20]
    assert line_between(pair.lender, ann) == (100, 50, 0)
    assert line_between(ann, bob) == (40, 20, 0)


def test_loans_over_one_line_keep_their_parts_apart() -> None:
    pair = Pair(line=100)
    first, second = pair.lend(60), pair.lend(40)

    pair.repay(first, 60, at=DAY)

    assert (parts(first), parts(second)) == ([0], [40])
    assert pair.line() == (100, 40, 0)


def test_repayments_that_come_at_once_take_no_more_than_is_owed() -> None:
    pair = Pair(funds=5_000)
    loan = pair.lend(1_000)

    answers = at_once([lambda: pair.repay(loan, 300, at=DAY)] * 6)

    assert sum(isinstance(answer, NotOpen) for answer in answers) == 2
    assert status(loan) == "repaid"
    assert pair.balances() == (FUNDS, 5_000)
    assert (pair.line(), parts(loan)) == ((100_000, 0, 0), [0])


def told_the_graph(loan: UUID) -> int:
    """Return how often the graph was told of somebody who stands behind a loan."""
    return Event.objects.filter(topic="money.guarantee", payload__loan=str(loan)).count()


def test_each_guarantor_is_told_of_once_however_many_paths_there_are() -> None:
    pair = Pair(line=100, funds=1_000)
    over_friends(pair, [500, 300, 200])
    loan = pair.lend(1_100, days=1)
    assert len(parts(loan)) == 4
    granted = told_the_graph(loan)

    pair.repay(loan, 9, at=DAY)

    assert parts(loan) == [99, 496, 298, 198]
    assert told_the_graph(loan) == granted + 3
    age(at=later(60))
    assert parts(loan) == [0, 0, 0, 0]
    assert told_the_graph(loan) == granted + 6


# --- Instalments ---------------------------------------------------------------------------------


def test_paying_an_instalment_moves_the_date_to_the_next() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(30_000, daily_rate_ppm=400, installments=3)
    first, second, third = pair.get(loan)["schedule"]
    assert [one["amount"] for one in (first, second, third)] == [10_080] * 3
    assert pair.get(loan)["due_on"] == first["due_on"] == "2021-03-11"

    paid = pair.repay(loan, 10_079, at=later(10))
    assert paid["due_on"] == "2021-03-11"
    paid = pair.repay(loan, 1, at=later(10))
    assert (paid["due_on"], paid["principal"]) == ("2021-03-21", 20_040)
    paid = pair.repay(loan, 10_080, at=later(20))
    assert (paid["due_on"], paid["principal"]) == ("2021-03-31", 10_040)
    paid = pair.repay(loan, 10_080, at=later(30))

    assert (paid["status"], paid["repaid"]) == ("repaid", 30_240)


def test_there_are_no_more_instalments_than_days() -> None:
    pair = Pair()

    loan = pair.lend(1_000, days=2, installments=5)

    assert [one["amount"] for one in pair.get(loan)["schedule"]] == [500, 500]
