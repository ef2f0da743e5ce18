"""What stands open of somebody anywhere, in every currency."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from graph.trust.models import Line
from wallet.accounts.services import BALANCE
from wallet.closing.models import Freeze
from wallet.closing.parts import list_parts
from wallet.disputes.models import Dispute
from wallet.disputes.services import UNDECIDED
from wallet.expenses.models import Balance
from wallet.ledger.models import Account
from wallet.lending.models import Loan
from wallet.lending.models import Status as LoanStatus
from wallet.requests.models import PaymentRequest
from wallet.requests.models import Status as RequestStatus
from wallet.splits.models import Share, ShareStatus
from wallet.vouchers.models import Status as VoucherStatus
from wallet.vouchers.models import Voucher

Open = dict[str, Any]
ID_COUNT = Count("id")
# Escrows by what they are called here; the kind `voucher` is for those that one holds.
KINDS = {"escrow": "envelope", "voucher": "voucher_given"}


def list_elsewhere(*, person_id: UUID) -> list[Open]:
    """Return what keeps the person outside of their wallet."""
    return [found for part in list_parts() for found in part.list_open(person_id)]


def list_everything_in(
    currency: str, *, accounts: Sequence[Account], person_id: UUID, at: datetime
) -> list[Open]:
    """Return what stands open of the person in one currency, as `list_everything` does."""
    found = list_everything(accounts=accounts, person_id=person_id, at=at)
    return [part for part in found if part["currency"] == currency]


def list_everything(*, accounts: Sequence[Account], person_id: UUID, at: datetime) -> list[Open]:
    """Return what stands open of the person's money and word, each as `kind`, `currency` (null
    where it has none), `amount` in minor units and `count`.

    On accounts: `balance`, `held`, `coming`, `envelope`, `voucher_given` and other escrows by their
    kind. `split` (bills one waits for), `share` (one's own of other bills), `expense` (what is
    owed in rooms, less than 0 for a debt), `loan`, `loan_ask`, `request`, `voucher`, `dispute`,
    `trust` (lines one has given) and `freeze`.
    """
    found = [part for account in accounts for part in _of_account(account)]
    found += _of_bills(person_id)
    found += _of_loans(person_id, at)
    found += _of_rest(person_id, at)
    if Freeze.objects.filter(person_id=person_id, lifted_at=None).exists():
        found.append({"kind": "freeze", "currency": None, "amount": None, "count": 1})
    return found


def _of_account(account: Account) -> Iterable[Open]:
    if account.kind == BALANCE:
        amounts = {
            "balance": account.balance, "held": account.debits_pending,
            "coming": account.credits_pending,
        }  # fmt: skip
    else:
        amounts = {KINDS.get(account.kind, account.kind): account.balance}
    for kind, amount in amounts.items():
        if amount:
            yield {"kind": kind, "currency": account.currency, "amount": amount, "count": 1}


def _of_bills(person_id: UUID) -> list[Open]:
    unpaid = Share.objects.filter(status=ShareStatus.UNPAID, closed=False)
    waited = unpaid.filter(split__initiator_id=person_id)
    owed = unpaid.filter(person_id=person_id).exclude(split__initiator_id=person_id)
    nets = Balance.objects.filter(person_id=person_id).exclude(net=0)
    bills = Count("split", distinct=True)
    return [
        *_summed("split", waited, currency="split__currency", amount="amount", count=bills),
        *_summed("share", owed, currency="split__currency", amount="amount", count=bills),
        # What one is owed in one room and owes in another is two things.
        *_summed("expense", nets.filter(net__gt=0), amount="net", count=Count("room_id")),
        *_summed("expense", nets.filter(net__lt=0), amount="net", count=Count("room_id")),
    ]


def _of_loans(person_id: UUID, at: datetime) -> list[Open]:
    own = Loan.objects.filter(Q(lender_id=person_id) | Q(borrower_id=person_id))
    owed = own.filter(status__in=Loan.OUTSTANDING).aggregate(
        count=Count("id"), total=Sum("principal")
    )
    asks = own.filter(status=LoanStatus.ASKED, ask_expires_at__gt=at)
    asked = asks.aggregate(count=Count("id"), total=Sum("amount"))
    lines = Line.objects.filter(giver_id=person_id, capacity__gt=0)
    given = lines.aggregate(count=Count("id"), total=Sum("capacity"))
    sums = {"loan": owed, "loan_ask": asked, "trust": given}
    return [
        {"kind": kind, "currency": "CNY", "amount": one["total"], "count": one["count"]}
        for kind, one in sums.items()
        if one["count"]
    ]


def _of_rest(person_id: UUID, at: datetime) -> list[Open]:
    requests = PaymentRequest.objects.filter(
        Q(payer_id=person_id) | Q(requester_id=person_id), status=RequestStatus.OPEN,
        expires_at__gt=at,
    )  # fmt: skip
    vouchers = Voucher.objects.filter(
        holder_id=person_id, status=VoucherStatus.OPEN, issue__expires_at__gt=at
    )
    disputes = Dispute.objects.filter(
        Q(payer_id=person_id) | Q(payee_id=person_id), status__in=UNDECIDED
    )
    return [
        *_summed("request", requests),
        *_summed("voucher", vouchers, currency="issue__currency", amount="issue__amount"),
        *_summed("dispute", disputes),
    ]


def _summed(
    kind: str,
    rows: "QuerySet[Any]",
    *,
    currency: str = "currency",
    amount: str = "amount",
    count: Any = ID_COUNT,
) -> list[Open]:
    by_currency = rows.values(in_currency=F(currency)).annotate(things=count, total=Sum(amount))
    return [
        {"kind": kind, "currency": row["in_currency"], "amount": int(row["total"]),
         "count": row["things"]}
        for row in by_currency.order_by("in_currency")
    ]  # fmt: skip
