"""Closing an account of money: only once nothing is on it and nothing stands open."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.calls import call
from tests.people import account, lend, make_group, make_people, trust
from tests.threads import Rival
from tests.wallet.disputes.cases import Case
from tests.wallet.splits.bills import Table
from tests.wallet.transfers.offers import Two
from wallet.accounts.errors import AccountNotFound
from wallet.closing.errors import StillOpen
from wallet.closing.services import close_account
from wallet.ledger.errors import Frozen
from wallet.ledger.models import Account


def close(person: UUID, *, at: datetime) -> Any:
    account_id = account(person, at=at).id
    return call(person, "wallet.close_account", at=at, account=account_id)["account"]


def still_open(person: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """Have the closing refused, change nothing, and return what stands open."""
    with pytest.raises(StillOpen) as refusal:
        close(person, at=at)
    assert (refusal.value.code, refusal.value.status) == ("wallet.still_open", 409)
    assert not account(person, at=at).closed
    found: list[dict[str, Any]] = refusal.value.detail["open"]
    return found


def thing(kind: str, amount: int) -> dict[str, Any]:
    return {"kind": kind, "currency": "CNY", "amount": amount, "count": 1}


def empty(person: UUID, *, at: datetime) -> None:
    call(
        person, "wallet.withdraw", at=at, amount=account(person, at=at).balance, channel="sandbox"
    )  # fmt: skip


def test_an_empty_account_closes_for_good(now: datetime) -> None:
    person, other = make_people(2, at=now, funds=100)
    empty(person, at=now)

    shown = close(person, at=now)

    assert (shown["balance"], shown["available"]) == (0, 0)
    assert account(person, at=now).closed
    with pytest.raises(Frozen):
        call(person, "wallet.top_up", at=now, amount=100, channel="sandbox")
    with pytest.raises(Frozen):
        call(other, "transfer.send", at=now, to=person, amount=100)
    assert account(person, at=now).balance == 0


def test_only_ones_own_account_closes(now: datetime) -> None:
    person, other = make_people(2, at=now)
    foreign = account(other, at=now)

    with pytest.raises(AccountNotFound):
        call(person, "wallet.close_account", at=now, account=foreign.id)

    assert not account(other, at=now).closed


def test_money_and_transfers_stand_open(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send(3_000)

    assert still_open(two.sender, at=now) == [thing("balance", 10_000), thing("held", 3_000)]
    empty(two.receiver, at=now)
    assert still_open(two.receiver, at=now) == [thing("coming", 3_000)]

    two.give_back(transfer)
    close(two.receiver, at=now)


def test_an_envelope_stands_open(now: datetime) -> None:
    sender, other = make_people(2, at=now, funds=300)
    room = make_group([sender, other], at=now)
    terms = {"room": room, "amount": 300, "count": 2, "kind": "equal"}
    sent = call(sender, "envelope.send", at=now, **terms)["envelope"]
    call(other, "envelope.claim", at=now, envelope=sent["id"])

    assert still_open(sender, at=now) == [thing("envelope", 150)]

    call(sender, "envelope.claim", at=now, envelope=sent["id"])
    empty(sender, at=now)
    close(sender, at=now)


def test_a_bill_stands_open_for_who_waits_for_it(now: datetime) -> None:
    table = Table(at=now)
    empty(table.host, at=now)
    split = table.evenly(300)
    table.act(table.guests[0], "pay", split)
    empty(table.host, at=now)

    assert still_open(table.host, at=now) == [thing("split", 100)]

    table.act(table.guests[1], "decline", split)
    close(table.host, at=now)


def test_a_loan_stands_open_for_both(now: datetime) -> None:
    lender, borrower, asking = make_people(3, at=now, funds=1_000)
    trust(lender, borrower, 1_000, at=now)
    trust(lender, asking, 1_000, at=now)
    loan = lend(lender, borrower, 600, at=now)
    call(asking, "loan.ask", at=now, lender=lender, amount=50, days=30)
    for person in (lender, borrower, asking):
        empty(person, at=now)

    owed = thing("loan", 600)
    asked = thing("loan_ask", 50)
    given = thing("trust", 2_000) | {"count": 2}
    assert still_open(lender, at=now) == [owed, asked, given]
    assert still_open(borrower, at=now) == [owed]
    assert still_open(asking, at=now) == [asked]

    call(borrower, "wallet.top_up", at=now, amount=600, channel="sandbox")
    call(borrower, "loan.repay", at=now, loan=loan, amount=600)
    close(borrower, at=now)


def test_a_dispute_stands_open_so_that_its_reversal_finds_an_account(now: datetime) -> None:
    case = Case(at=now)
    empty(case.payer, at=now)

    assert still_open(case.payer, at=now) == [thing("dispute", 800)]

    case.reverse()
    assert account(case.payer, at=now).balance == 800
    empty(case.payer, at=now)
    close(case.payer, at=now)


def test_other_currencies_do_not_stand_in_the_way(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=100)
    call(person, "wallet.top_up", at=now, amount=5, channel="sandbox", currency="JPY")
    empty(person, at=now)

    close(person, at=now)

    yen = Account.objects.get(owner_id=person, currency="JPY")
    assert (yen.balance, yen.closed) == (5, False)


def test_money_that_comes_at_the_last_moment_keeps_the_account_open(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = account(person, at=now)
    with Rival() as rival:
        with transaction.atomic():
            call(person, "wallet.top_up", at=now, amount=100, channel="sandbox")
            closing = rival.start(
                lambda: close_account(person_id=person, account_id=own.id, at=now)
            )
            rival.wait_until_blocked()
        with pytest.raises(StillOpen) as refusal:
            closing.result(20)

    assert refusal.value.detail == {"open": [thing("balance", 100)]}
    assert not account(person, at=now).closed
