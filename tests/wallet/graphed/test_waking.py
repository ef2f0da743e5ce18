"""What the tables tell the graph wakes the worker, also where no money moves."""

from datetime import datetime, timedelta

import pytest

from graph.people.devices import note_browser
from graph.people.services import issue_token
from tests.calls import call
from tests.people import lend, make_people, trust
from wallet.accounts import events
from wallet.accounts.services import account_of
from wallet.closing.services import close_account, freeze, unfreeze
from wallet.lending.repayment import age_loans
from wallet.lending.services import expire_asks


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which lanes the worker was asked to deliver."""
    lanes: list[str] = []
    monkeypatch.setattr(events, "wake_delivery", lanes.append)
    return lanes


def test_an_account_that_opens_freezes_or_closes(now: datetime, woken: list[str]) -> None:
    (person,) = make_people(1, at=now)
    woken.clear()

    account = account_of(person_id=person, currency="EUR", at=now)
    assert woken == ["money"]
    account_of(person_id=person, currency="EUR", at=now)
    assert woken == ["money"]

    freeze(person_id=person, reason="", at=now)
    assert woken == ["money"] * 2
    unfreeze(person_id=person, at=now)
    assert woken == ["money"] * 3
    close_account(person_id=person, account_id=account, at=now)
    assert woken == ["money"] * 4


def test_a_loan_that_is_asked_for_and_ends_without_money(now: datetime, woken: list[str]) -> None:
    lender, borrower = make_people(2, at=now)
    trust(lender, borrower, 500, at=now)
    woken.clear()

    for end, by in (("loan.refuse", lender), ("loan.withdraw", borrower)):
        loan = call(borrower, "loan.ask", at=now, lender=lender, amount=200, days=30)["loan"]["id"]
        assert woken == ["money"]
        call(by, end, at=now, loan=loan)
        assert woken == ["money"] * 2
        woken.clear()

    expire_asks(at=now + timedelta(days=8))  # of other tests
    call(borrower, "loan.ask", at=now, lender=lender, amount=200, days=30)
    woken.clear()
    assert expire_asks(at=now + timedelta(days=8)) == 1
    assert woken == ["money"]


def test_a_loan_that_is_late(now: datetime, woken: list[str]) -> None:
    lender, borrower = make_people(2, at=now, funds=1_000)
    trust(lender, borrower, 500, at=now)
    lend(lender, borrower, 300, at=now, days=1)
    woken.clear()

    age_loans(at=now + timedelta(days=3))
    assert woken
    woken.clear()

    age_loans(at=now + timedelta(days=40))
    assert woken


def test_a_sign_in_by_a_token_or_a_new_browser(now: datetime, woken: list[str]) -> None:
    (person,) = make_people(1, at=now)
    woken.clear()

    issue_token(person_id=person, at=now)
    assert woken == ["money"]

    for _ in range(2):
        note_browser(person_id=person, session_key=f"k{person.hex}", agent="", at=now)
    assert woken == ["money"] * 2
