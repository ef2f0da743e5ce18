"""What a lender may do: give more time, which moves what is not met yet, or let go."""

from typing import Any
from uuid import UUID

import pytest

from graph.people.models import Tier
from tests.calls import call
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import (
    DAY,
    FUNDS,
    Pair,
    age,
    later,
    line_between,
    parts,
    status,
    told,
)
from wallet.lending.errors import LoanNotFound, NotOpen, OwnCap, TooLong


def extend(pair: Pair, loan: UUID, days: int, *, on: int = 0) -> Any:
    return call(pair.lender, "loan.extend", at=later(on), loan=loan, days=days)["loan"]


def forgive(pair: Pair, loan: UUID, *, on: int = 0) -> Any:
    return call(pair.lender, "loan.forgive", at=later(on), loan=loan)["loan"]


# --- More time -----------------------------------------------------------------------------------


def test_a_lender_gives_more_days_and_interest_goes_on() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)

    shown = extend(pair, loan, 20, on=5)

    assert (shown["status"], shown["due_on"], shown["extended_days"]) == ("open", "2021-03-31", 20)
    # 30 days of 4 fen instead of ten.
    assert shown["schedule"] == [
        {"due_on": "2021-03-31", "amount": 10_120, "interest": 120, "principal": 10_000}
    ]
    assert shown["interest"] == 20
    assert pair.line() == (100_000, 10_000, 0)
    assert told(pair.borrower, loan) == ["extended"]
    assert pair.get(loan, at=later(30))["status"] == "open"
    assert pair.repay(loan, 10_120, at=later(30))["status"] == "repaid"


def test_what_is_met_stays_and_the_rest_of_the_instalments_move() -> None:
    pair = Pair()
    loan = pair.lend(300, days=30, installments=3)
    pair.repay(loan, 100, at=later(10))

    shown = extend(pair, loan, 7, on=10)

    assert [one["due_on"] for one in shown["schedule"]] == [
        "2021-03-11", "2021-03-28", "2021-04-07",
    ]  # fmt: skip
    assert [one["principal"] for one in shown["schedule"]] == [100, 100, 100]
    assert shown["due_on"] == "2021-03-28"
    again = extend(pair, loan, 1, on=10)
    assert [one["due_on"] for one in again["schedule"]] == [
        "2021-03-11", "2021-03-29", "2021-04-08",
    ]  # fmt: skip


def test_more_days_open_a_loan_that_is_overdue() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, days=10)
    age(at=later(15))
    assert (status(loan), pair.limit(at=later(15))["cap"]) == ("overdue", 0)

    # The eleventh is past by four days: three more leave it overdue.
    assert extend(pair, loan, 3, on=15)["status"] == "overdue"
    assert extend(pair, loan, 2, on=15)["status"] == "open"

    assert pair.limit(at=later(15))["cap"] == 2_000_000 - 10_000
    age(at=later(45))
    assert (status(loan), pair.line()) == ("overdue", (20_000, 10_000, 0))
    age(at=later(46))
    assert (status(loan), pair.line()) == ("defaulted", (10_000, 0, 10_000))


def test_a_guarantor_is_told_of_more_days_and_of_what_is_forgiven() -> None:
    pair = Pair(line=0)
    (ann,) = make_people(1, at=DAY)
    trust(pair.lender, ann, 500, at=DAY)
    trust(ann, pair.borrower, 500, at=DAY)
    loan = pair.lend(300)

    extend(pair, loan, 5)
    forgive(pair, loan)

    assert told(ann, loan) == ["used", "extended", "forgiven"]
    assert line_between(ann, pair.borrower) == (500, 0, 0)


def test_a_loan_is_extended_by_a_year_in_all() -> None:
    pair = Pair()
    loan = pair.lend(days=10)
    extend(pair, loan, 300)

    with pytest.raises(TooLong) as refusal:
        extend(pair, loan, 66)

    assert refusal.value.code == "loan.too_long"
    assert refusal.value.detail == {"most": 365, "left": 65}
    assert pair.get(loan)["extended_days"] == 300
    assert extend(pair, loan, 65)["extended_days"] == 365


def test_only_the_lender_extends_or_forgives_and_only_what_runs() -> None:
    pair = Pair()
    asked, lent = pair.ask(100), pair.lend(200)
    (stranger,) = make_people(1, at=DAY)

    for command, fields in (("loan.extend", {"days": 1}), ("loan.forgive", {})):
        for other in (pair.borrower, stranger):
            with pytest.raises(LoanNotFound):
                call(other, command, at=DAY, loan=lent, **fields)
        with pytest.raises(NotOpen) as refusal:
            call(pair.lender, command, at=DAY, loan=asked, **fields)
        assert refusal.value.detail == {"status": "asked"}
    pair.repay(lent, 200, at=DAY)
    for command, fields in (("loan.extend", {"days": 1}), ("loan.forgive", {})):
        with pytest.raises(NotOpen) as refusal:
            call(pair.lender, command, at=DAY, loan=lent, **fields)
        assert refusal.value.detail == {"status": "repaid"}


def test_a_default_is_for_good_whether_or_not_the_sweeper_has_run() -> None:
    pair = Pair()
    loan = pair.lend(days=10)

    with pytest.raises(NotOpen) as refusal:
        extend(pair, loan, 100, on=41)

    assert refusal.value.detail == {"status": "defaulted"}
    assert extend(pair, loan, 100, on=40)["status"] == "open"


# --- Letting go ----------------------------------------------------------------------------------


def test_what_is_forgiven_is_owed_no_more_and_frees_the_trust() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, daily_rate_ppm=400)
    pair.repay(loan, 4_000, at=later(5))

    shown = forgive(pair, loan, on=10)

    assert (shown["status"], shown["principal"], shown["interest"]) == ("forgiven", 0, 0)
    assert (shown["repaid"], shown["reserved"]) == (4_000, [])
    assert (pair.line(), parts(loan)) == ((20_000, 0, 0), [0])
    assert pair.balances() == (FUNDS - 6_000, 6_000)
    assert told(pair.borrower, loan) == ["forgiven"]
    assert pair.limit(at=later(10))["limit"] == 20_000
    with pytest.raises(NotOpen) as refusal:
        pair.repay(loan, 1, at=later(10))
    assert refusal.value.detail == {"status": "forgiven"}
    age(at=later(100))
    assert (status(loan), pair.line()) == ("forgiven", (20_000, 0, 0))


def test_what_is_forgiven_after_a_default_leaves_burned_trust_burned() -> None:
    pair = Pair(line=20_000, tier=Tier.BASIC)
    loan = pair.lend(10_000, days=10)
    # The sweeper has not run: the date decides.
    shown = forgive(pair, loan, on=60)

    assert shown["status"] == "forgiven"
    assert pair.line() == (10_000, 0, 10_000)
    assert told(pair.borrower, loan) == ["defaulted", "forgiven"]
    # Who owes nothing any more may borrow again.
    assert pair.limit(at=later(60))["cap"] == 50_000


def test_while_a_loan_is_in_default_nothing_is_lent_until_it_is_forgiven() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, days=10)
    age(at=later(41))
    with pytest.raises(OwnCap):
        pair.ask(1, at=later(41))

    forgive(pair, loan, on=41)

    assert status(pair.ask(1, at=later(41))) == "asked"


def test_a_repayment_and_forgiving_at_once_agree() -> None:
    for _ in range(4):
        pair = Pair(line=20_000)
        loan = pair.lend(10_000)

        at_once(
            [
                lambda pair=pair, loan=loan: forgive(pair, loan),
                lambda pair=pair, loan=loan: pair.repay(loan, 10_000, at=DAY),
            ]
        )

        assert pair.line() == (20_000, 0, 0)
        paid = 10_000 if status(loan) == "repaid" else 0
        assert status(loan) in ("repaid", "forgiven")
        assert pair.balances() == (FUNDS - 10_000 + paid, 10_000 - paid)
