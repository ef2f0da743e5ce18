"""What happens when nobody repays: overdue, a reminder a day, default, burn, and cured."""

import pytest

from outbox.notices.models import Notice
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
from wallet.lending.errors import NotOpen, OverLimit, OwnCap


def reminders(pair: Pair) -> int:
    return Notice.objects.filter(owner_id=pair.borrower, kind="reminder").count()


def test_a_loan_is_overdue_after_its_date_whether_or_not_the_sweeper_has_run() -> None:
    pair = Pair()
    loan = pair.lend(days=10)

    assert pair.get(loan, at=later(10))["status"] == "open"
    assert pair.get(loan, at=later(11))["status"] == "overdue"
    assert status(loan) == "open"
    age(at=later(10))
    assert (status(loan), reminders(pair)) == ("open", 0)
    age(at=later(11))
    assert (status(loan), reminders(pair)) == ("overdue", 1)
    assert pair.line() == (100_000, 10_000, 0)


def test_the_borrower_is_reminded_once_a_day() -> None:
    pair = Pair()
    loan = pair.lend(days=10)

    for day in (11, 11, 12, 12, 13):
        age(at=later(day))

    assert reminders(pair) == 3
    notice = Notice.objects.filter(owner_id=pair.borrower, kind="reminder").first()
    assert notice is not None
    assert (notice.about, notice.ref) == (pair.lender, loan)


def test_two_sweepers_at_once_remind_once() -> None:
    pairs = [Pair() for _ in range(5)]
    for pair in pairs:
        pair.lend(days=10)

    at_once([lambda: age(at=later(11))] * 4)

    assert [reminders(pair) for pair in pairs] == [1] * 5


def test_interest_runs_on_while_a_loan_is_overdue() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    age(at=later(15))

    assert pair.get(loan, at=later(20))["interest"] == 80
    assert pair.repay(loan, 10_080, at=later(20))["status"] == "repaid"
    assert pair.line() == (100_000, 0, 0)


def test_paying_the_instalment_that_is_late_opens_the_loan_again() -> None:
    pair = Pair()
    loan = pair.lend(300, days=30, installments=3)
    age(at=later(11))
    assert status(loan) == "overdue"

    assert pair.repay(loan, 99, at=later(11))["status"] == "overdue"
    shown = pair.repay(loan, 1, at=later(11))

    assert (shown["status"], shown["due_on"]) == ("open", "2021-03-21")
    assert pair.limit(at=later(11))["cap"] == 2_000_000 - 200


def test_a_default_comes_thirty_days_later_and_burns_what_is_unpaid() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, days=10)
    pair.repay(loan, 4_000, at=later(5))

    age(at=later(40))
    assert (status(loan), pair.line()) == ("overdue", (20_000, 6_000, 0))
    age(at=later(41))

    assert status(loan) == "defaulted"
    assert (pair.line(), parts(loan)) == ((14_000, 0, 6_000), [0])
    shown = pair.get(loan, at=later(41))
    assert (shown["status"], shown["principal"], shown["reserved"]) == ("defaulted", 6_000, [])
    assert told(pair.lender, loan) == ["overdue", "defaulted"]
    assert told(pair.borrower, loan) == ["defaulted"]
    assert pair.balances() == (FUNDS - 6_000, 6_000)


def test_a_default_burns_once() -> None:
    pair = Pair(line=20_000)
    loan = pair.lend(10_000, days=10)

    at_once([lambda: age(at=later(41))] * 4)
    for day in (41, 42, 60):
        age(at=later(day))

    assert (status(loan), pair.line()) == ("defaulted", (10_000, 0, 10_000))


def test_a_default_burns_each_line_of_each_path() -> None:
    """Two friends of the lender stand behind the borrower; a third line is not used."""
    pair = Pair(line=0)
    ann, bob, idle = make_people(3, at=DAY)
    for friend, amount in ((ann, 500), (bob, 300), (idle, 100)):
        trust(pair.lender, friend, 1_000, at=DAY)
        trust(friend, pair.borrower, amount, at=DAY)
    pair.lend(800, days=10)

    age(at=later(41))

    assert line_between(pair.lender, ann) == (500, 0, 500)
    assert line_between(ann, pair.borrower) == (0, 0, 500)
    assert line_between(pair.lender, bob) == (700, 0, 300)
    assert line_between(bob, pair.borrower) == (0, 0, 300)
    assert line_between(pair.lender, idle) == (1_000, 0, 0)
    assert line_between(idle, pair.borrower) == (100, 0, 0)


def test_interest_stops_at_default() -> None:
    pair = Pair()
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)

    # However late the sweeper is.
    age(at=later(60))

    # 41 days of 4 fen.
    assert [pair.get(loan, at=later(day))["interest"] for day in (41, 42, 400)] == [164] * 3


def test_who_has_defaulted_gets_no_loan_until_it_is_cured() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10)
    age(at=later(41))

    assert (pair.limit(at=later(41))["flow"], pair.limit(at=later(41))["cap"]) == (10_000, 0)
    with pytest.raises(OwnCap):
        pair.ask(1, at=later(41))
    pair.repay(loan, 10_000, at=later(41))
    assert pair.limit(at=later(41))["limit"] == 10_000


def test_a_repayment_after_default_pays_the_lender_and_gives_no_trust_back() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    age(at=later(41))

    part = pair.repay(loan, 4_164, at=later(50))
    assert (part["status"], part["principal"], part["interest"]) == ("defaulted", 6_000, 0)
    rest = pair.repay(loan, 7_000, at=later(60))

    assert (rest["status"], rest["principal"], rest["repaid"]) == ("cured", 0, 10_164)
    assert pair.line() == (10_000, 0, 10_000)
    assert pair.balances() == (FUNDS + 164, 836)
    with pytest.raises(NotOpen) as refusal:
        pair.repay(loan, 1, at=later(60))
    assert refusal.value.detail == {"status": "cured"}


def test_raising_a_line_after_a_default_is_a_new_commitment() -> None:
    pair = Pair(line=10_000, funds=10_000)
    loan = pair.lend(10_000, days=10)
    age(at=later(41))
    pair.repay(loan, 10_000, at=later(41))
    with pytest.raises(OverLimit) as refusal:
        pair.ask(1, at=later(41))
    assert refusal.value.detail == {"limit": 0}

    line = call(pair.lender, "trust.set", at=later(41), person=pair.borrower, amount=500)["line"]

    assert (line["capacity"], line["burned"], line["free"]) == (500, 10_000, 500)
    assert pair.limit(at=later(41))["limit"] == 500


def test_a_repayment_and_a_default_at_once_agree_on_the_line() -> None:
    for _ in range(4):
        pair = Pair(line=20_000)
        loan = pair.lend(10_000, days=10)

        at_once(
            [
                lambda: age(at=later(41)),
                lambda pair=pair, loan=loan: pair.repay(loan, 10_000, at=later(41)),
            ]
        )

        if status(loan) == "repaid":
            assert pair.line() == (20_000, 0, 0)
        else:
            assert (status(loan), pair.line()) == ("cured", (10_000, 0, 10_000))
        assert pair.balances() == (FUNDS, 0)


# --- The date decides, whether or not the sweeper has run ----------------------------------------


def test_a_loan_defaults_by_its_date() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)

    assert pair.get(loan, at=later(40))["status"] == "overdue"
    shown = pair.get(loan, at=later(60))

    assert status(loan) == "open"
    # 41 days of 4 fen, and nothing for the days after.
    assert (shown["status"], shown["interest"]) == ("defaulted", 164)
    assert shown["interest_a_day_micro"] == 0


def test_who_repays_after_the_date_of_the_default_gives_no_trust_back() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)

    paid = pair.repay(loan, 99_999, at=later(60))

    assert (paid["status"], paid["repaid"]) == ("cured", 10_164)
    assert (pair.line(), parts(loan)) == ((10_000, 0, 10_000), [0])
    assert told(pair.lender, loan) == ["defaulted"]
    age(at=later(61))
    assert (status(loan), pair.line()) == ("cured", (10_000, 0, 10_000))


def test_the_lender_is_told_once_that_a_loan_is_late_and_again_when_it_defaults() -> None:
    pair = Pair()
    loan = pair.lend(days=10)

    for day in (11, 12, 13, 41, 42):
        age(at=later(day))

    assert told(pair.lender, loan) == ["overdue", "defaulted"]
    assert told(pair.borrower, loan) == ["defaulted"]
    assert reminders(pair) == 3
