"""What stands open on somebody's accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from wallet.accounts.services import BALANCE
from wallet.ledger.models import Account
from wallet.lending.models import Loan, Status
from wallet.splits.models import Share, ShareStatus

OWED = (Status.OPEN, Status.OVERDUE, Status.DEFAULTED)


def list_open(
    *, accounts: Sequence[Account], person_id: UUID, at: datetime
) -> list[dict[str, Any]]:
    """Return what stands open on the person's accounts of one currency, as `kind` and `amount` in
    minor units, with a `count` where it is of several things.

    `balance`, `held` (transfers and the like that one has sent), `coming` (those one has not
    answered), `envelope` and other escrows by their kind, `split` (bills one waits for),
    `loan` (lent or owed) and `loan_ask`.
    """
    found = [part for account in accounts for part in list_open_on(account)]
    currency = accounts[0].currency
    shares = Share.objects.filter(
        split__initiator_id=person_id, split__currency=currency, status=ShareStatus.UNPAID,
        closed=False,
    )  # fmt: skip
    found += _summed("split", shares.aggregate(count=Count("split", distinct=True),
                                               amount=Sum("amount")))  # fmt: skip
    if currency == "CNY":
        own = Loan.objects.filter(Q(lender_id=person_id) | Q(borrower_id=person_id))
        owed = own.filter(status__in=OWED)
        asks = own.filter(status=Status.ASKED, ask_expires_at__gt=at)
        found += _summed("loan", owed.aggregate(count=Count("id"), amount=Sum("principal")))
        found += _summed("loan_ask", asks.aggregate(count=Count("id"), amount=Sum("amount")))
    return found


def _summed(kind: str, total: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"kind": kind, **total}] if total["count"] else []


def list_open_on(account: Account) -> list[dict[str, Any]]:
    """Return what is on one account, or on its way."""
    if account.kind != BALANCE:
        kind = "envelope" if account.kind == "escrow" else account.kind
        return [{"kind": kind, "amount": account.balance}] if account.balance else []
    amounts = {
        "balance": account.balance, "held": account.debits_pending,
        "coming": account.credits_pending,
    }  # fmt: skip
    return [{"kind": kind, "amount": amount} for kind, amount in amounts.items() if amount]
