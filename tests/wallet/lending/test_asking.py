"""Asking for a loan: within trust and cap, five at most, for seven days; it reserves nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from graph.people.errors import PersonNotFound
from graph.people.models import Tier
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import DAY, FUNDS, Pair, later, status, sweep_asks
from wallet.ledger.errors import SameAccount
from wallet.lending.errors import LoanNotFound, NotOpen, OverLimit, OwnCap, TooManyAsks
from wallet.lending.models import Loan

WEEK = timedelta(days=7)


def asks_of(pair: Pair) -> int:
    return Loan.objects.filter(borrower_id=pair.borrower).count()


def test_an_ask_is_seen_by_both_and_reserves_nothing() -> None:
    pair = Pair(line=20_000)

    loan = pair.ask(10_000, days=30, daily_rate_ppm=100, note="Rent")

    shown = pair.get(loan)
    assert shown == {
        "id": str(loan), "lender": str(pair.lender), "borrower": str(pair.borrower),
        "amount": 10_000, "currency": "CNY", "status": "asked", "principal": 0, "interest": 0,
        "repaid": 0, "days": 30, "daily_rate_ppm": 100, "installments": 1, "due_on": None,
        "schedule": [], "reserved": [], "room": None, "note": "Rent",
        "at": "2021-03-01T04:00:00.000Z", "interest_a_day_micro": 0, "extended_days": 0,
        "permitted": False,
    }  # fmt: skip
    assert pair.get(loan, reader=pair.borrower) == shown
    assert pair.line() == (20_000, 0, 0)
    assert pair.balances() == (FUNDS, 0)
    (notice,) = Notice.objects.filter(owner_id=pair.lender, kind="loan.asked")
    assert (notice.about, notice.ref, notice.text) == (pair.borrower, loan, "Rent")


def test_a_loan_without_a_rate_and_instalments_is_one_without_interest() -> None:
    pair = Pair()

    shown = pair.get(pair.ask(10_000))

    assert (shown["daily_rate_ppm"], shown["installments"]) == (0, 1)


def test_more_than_trust_carries_is_refused_with_the_limit() -> None:
    pair = Pair(line=20_000)

    with pytest.raises(OverLimit) as refusal:
        pair.ask(20_001)

    assert refusal.value.code == "loan.over_limit"
    assert refusal.value.detail == {"limit": 20_000}
    assert asks_of(pair) == 0
    assert Notice.objects.filter(owner_id=pair.lender, kind="loan.asked").count() == 0
    pair.ask(20_000)
    assert asks_of(pair) == 1


def test_without_trust_there_is_no_loan() -> None:
    pair = Pair(line=0)

    with pytest.raises(OverLimit) as refusal:
        pair.ask(1)

    assert refusal.value.detail == {"limit": 0}


@pytest.mark.parametrize(
    ("tier", "cap"), [(Tier.BASIC, 50_000), (Tier.REAL_NAME, 500_000), (Tier.VERIFIED, 2_000_000)]
)
def test_a_borrower_has_a_cap_by_tier(tier: Tier, cap: int) -> None:
    pair = Pair(line=9_000_000, tier=tier)

    found = pair.limit()
    with pytest.raises(OwnCap) as refusal:
        pair.ask(cap + 1)

    assert (found["limit"], found["flow"], found["cap"]) == (cap, 9_000_000, cap)
    assert [path["amount"] for path in found["paths"]] == [cap]
    assert refusal.value.code == "loan.own_cap"
    assert refusal.value.detail == {"limit": cap}
    assert asks_of(pair) == 0
    pair.ask(cap)


def test_the_cap_counts_what_is_owed_and_what_is_asked_for() -> None:
    pair = Pair(line=9_000_000, tier=Tier.BASIC, funds=0)
    loan = pair.lend(20_000)
    pair.ask(7_000)
    assert pair.limit()["cap"] == 23_000

    with pytest.raises(OwnCap) as refusal:
        pair.ask(23_001)
    pair.repay(loan, 5_000, at=DAY)

    assert refusal.value.detail == {"limit": 23_000}
    assert pair.limit()["cap"] == 28_000
    # The ask that nobody answered counts no more once its week is over.
    assert pair.limit(at=later(7))["cap"] == 35_000


def test_five_asks_may_be_open() -> None:
    pair = Pair()
    loans = [pair.ask(100) for _ in range(5)]

    with pytest.raises(TooManyAsks) as refusal:
        pair.ask(100)

    assert refusal.value.code == "loan.too_many_asks"
    assert asks_of(pair) == 5
    call(pair.borrower, "loan.withdraw", at=DAY, loan=loans[0])
    pair.grant(loans[1])
    pair.ask(100)
    pair.ask(100)
    with pytest.raises(TooManyAsks):
        pair.ask(100)


def test_asks_whose_week_is_over_make_room_also_before_the_sweeper() -> None:
    pair = Pair()
    loans = [pair.ask(100) for _ in range(5)]

    pair.ask(100, at=later(7))

    assert [status(loan) for loan in loans] == ["asked"] * 5
    assert asks_of(pair) == 6


def test_asks_that_come_at_once_are_counted_one_after_the_other() -> None:
    pair = Pair()

    answers = at_once([lambda: pair.ask(100)] * 12)

    assert sum(isinstance(answer, TooManyAsks) for answer in answers) == 7
    assert asks_of(pair) == 5


def test_asks_that_come_at_once_stay_within_the_cap() -> None:
    pair = Pair(line=9_000_000, tier=Tier.BASIC)

    answers = at_once([lambda: pair.ask(20_000)] * 4)

    assert sum(isinstance(answer, OwnCap) for answer in answers) == 2
    assert asks_of(pair) == 2


def test_one_asks_others_who_exist_and_who_listen() -> None:
    pair = Pair()
    call(pair.lender, "person.block", at=DAY, person=pair.borrower, on=True)

    (stranger,) = make_people(1, at=DAY)

    refusals = []
    for asker in (pair.borrower, stranger):
        with pytest.raises(OverLimit) as refusal:
            call(asker, "loan.ask", at=DAY, lender=pair.lender, amount=1, days=1)
        refusals.append(refusal.value.as_json())
    # A block looks like no friendship at all.
    assert refusals[0] == refusals[1]
    assert refusals[0]["detail"] == {"limit": 0}
    for lender, refusal in ((pair.borrower, SameAccount), (uuid4(), PersonNotFound)):
        with pytest.raises(refusal):
            call(pair.borrower, "loan.ask", at=DAY, lender=lender, amount=1, days=1)

    assert asks_of(pair) == 0


# --- Ending an ask -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "by", "ends"),
    [("loan.refuse", "lender", "refused"), ("loan.withdraw", "borrower", "withdrawn")],
)
def test_an_ask_is_refused_by_one_and_withdrawn_by_the_other(
    command: str, by: str, ends: str
) -> None:
    pair = Pair()
    loan = pair.ask()
    other = {"lender": pair.borrower, "borrower": pair.lender}[by]

    with pytest.raises(LoanNotFound):
        call(other, command, at=DAY, loan=loan)
    assert status(loan) == "asked"
    shown = call(getattr(pair, by), command, at=DAY, loan=loan)["loan"]

    assert (shown["status"], status(loan)) == (ends, ends)
    for again in (
        lambda: pair.grant(loan),
        lambda: call(getattr(pair, by), command, at=DAY, loan=loan),
    ):
        with pytest.raises(NotOpen) as refusal:
            again()
        assert refusal.value.detail == {"status": ends}
    assert pair.balances() == (FUNDS, 0)


def test_an_ask_lives_a_week_whether_or_not_the_sweeper_has_run() -> None:
    pair = Pair()
    loan = pair.ask()
    end = DAY + WEEK

    assert pair.get(loan, at=end - timedelta(milliseconds=1))["status"] == "asked"
    assert pair.get(loan, at=end)["status"] == "expired"
    for by, command in (
        (pair.lender, "loan.grant"), (pair.lender, "loan.refuse"), (pair.borrower, "loan.withdraw"),
    ):  # fmt: skip
        with pytest.raises(NotOpen) as refusal:
            call(by, command, at=end, loan=loan)
        assert refusal.value.detail == {"status": "expired"}
    assert (status(loan), pair.balances(), pair.line()) == ("asked", (FUNDS, 0), (100_000, 0, 0))


def test_the_sweeper_ends_an_ask_and_tells_the_borrower_once() -> None:
    pair = Pair()
    loan = pair.ask()

    sweep_asks(at=DAY + WEEK - timedelta(seconds=1))
    assert status(loan) == "asked"
    at_once([lambda: sweep_asks(at=DAY + WEEK)] * 3)

    assert status(loan) == "expired"
    (notice,) = Notice.objects.filter(ref=loan, kind="card.expired")
    assert notice.owner_id == pair.borrower


def test_a_loan_is_not_for_the_eyes_of_others() -> None:
    pair = Pair()
    loan = pair.ask()
    (stranger,) = make_people(1, at=DAY)
    trust(pair.lender, stranger, 5, at=DAY)

    for command in ("loan.get", "loan.grant", "loan.refuse", "loan.withdraw"):
        with pytest.raises(LoanNotFound):
            call(stranger, command, at=DAY, loan=loan)
    with pytest.raises(LoanNotFound):
        call(stranger, "loan.repay", at=DAY, loan=loan, amount=1)
    with pytest.raises(LoanNotFound) as refusal:
        pair.get(uuid4())
    assert refusal.value.code == "loan.not_found"
    assert status(loan) == "asked"


def test_each_role_lists_its_loans_newest_first() -> None:
    pair = Pair()
    first, second = pair.ask(100), pair.ask(200)

    def listed(person: object, role: str) -> list[str]:
        return [loan["id"] for loan in call(person, "loan.list", at=DAY, role=role)["loans"]]

    assert listed(pair.lender, "lender") == [str(second), str(first)]
    assert listed(pair.borrower, "borrower") == [str(second), str(first)]
    for person, role in (
        (pair.lender, "borrower"), (pair.borrower, "lender"), (pair.lender, "guarantor"),
    ):  # fmt: skip
        assert listed(person, role) == []
