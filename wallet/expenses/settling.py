"""Paying what one owes in a room, with money or with cash."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from outbox.notices.services import Tell, notify
from wallet.accounts.services import pay
from wallet.expenses.errors import PlanChanged, SettlementClosed, SettlementNotFound
from wallet.expenses.locks import change_balances, lock_settlement
from wallet.expenses.models import Balance, Settlement, SettlementStatus
from wallet.ledger.errors import SameAccount
from wallet.ledger.services import Item
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.judges import Early, require_asked
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed

COMMAND = "room.settle"


def settle(
    *,
    room_id: UUID,
    payer_id: UUID,
    payee_id: UUID,
    amount: int,
    currency: str,
    at: datetime,
    device_id: UUID | None = None,
    early: Early | None = None,
) -> Settlement:
    """Pay somebody what one owes in a room, by a transfer.

    What the payer owes and the receiver is owed stay locked until it is paid, so that two who
    settle at once cannot pay more than that together. Raises SameAccount, PlanChanged,
    InsufficientFunds, PinRequired and Denied, and AskFirst where early judges have to be asked and
    `early` is not given.
    """
    settlement = _make(room_id, payer_id, payee_id, amount, currency, at)
    settlement.status = SettlementStatus.PAID
    with transaction.atomic():
        sides = [payer_id, payee_id]
        accounts, mark = accounts_and_mark(person_ids=sides, currency=currency, at=at)
        payment = Payment(
            settlement.id, COMMAND, payer_id, payee_id, amount, currency, at, device_id, uuid7()
        )
        payment = require_allowed(payment, mark=mark, early=early)
        settlement.id, settlement.transfer_id = payment.id, payment.posting_id
        settlement.save(force_insert=True)
        _take_off(settlement)
        pay(
            Item(
                id=payment.posting_id, code="expense.settle", debit=accounts[payer_id],
                credit=accounts[payee_id], amount=amount, currency=currency, ref=settlement.id,
            ),
            at=at,
        )  # fmt: skip
        notify(Tell(payee_id, "money.in", about=payer_id, ref=settlement.id), at=at)
        require_asked(payment, early)
    return settlement


def record_cash(
    *, room_id: UUID, payer_id: UUID, payee_id: UUID, amount: int, currency: str, at: datetime
) -> Settlement:
    """Write down that one paid outside; it counts once the receiver confirms it.

    Raises SameAccount, and PlanChanged when that much is not owed now.
    """
    settlement = _make(room_id, payer_id, payee_id, amount, currency, at)
    settlement.status = SettlementStatus.TO_CONFIRM
    if (at_most := _most(settlement)) < amount:
        raise PlanChanged(at_most=at_most)
    with transaction.atomic():
        settlement.save(force_insert=True)
        notify(Tell(payee_id, "settlement.asked", about=payer_id, ref=room_id), at=at)
    return settlement


def _make(
    room_id: UUID, payer_id: UUID, payee_id: UUID, amount: int, currency: str, at: datetime
) -> Settlement:
    if payer_id == payee_id:
        raise SameAccount()
    return Settlement(
        id=uuid7(), room_id=room_id, payer_id=payer_id, payee_id=payee_id, amount=amount,
        currency=currency, at=at,
    )  # fmt: skip


def confirm(*, settlement_id: UUID, person_id: UUID, at: datetime) -> Settlement:
    """Confirm as the receiver that one got the cash: the debt falls by it.

    Raises SettlementNotFound (also for anybody else), SettlementClosed, and PlanChanged when that
    much is not owed any more.
    """
    with transaction.atomic():
        settlement = _lock_open(settlement_id)
        if settlement.payee_id != person_id:
            raise SettlementNotFound()
        _take_off(settlement)
        _answer(settlement, SettlementStatus.PAID, at)
    return settlement


def decline(*, settlement_id: UUID, person_id: UUID, at: datetime) -> Settlement:
    """Say, as the receiver or the payer, that the cash was not paid; the debt stays as it is.

    Raises SettlementNotFound and SettlementClosed.
    """
    with transaction.atomic():
        settlement = _lock_open(settlement_id)
        if person_id not in (settlement.payee_id, settlement.payer_id):
            raise SettlementNotFound()
        _answer(settlement, SettlementStatus.DECLINED, at)
    return settlement


def _lock_open(settlement_id: UUID) -> Settlement:
    settlement = lock_settlement(settlement_id=settlement_id)
    if settlement.status != SettlementStatus.TO_CONFIRM:
        raise SettlementClosed(status=str(settlement.status))
    return settlement


def _answer(settlement: Settlement, status: SettlementStatus, at: datetime) -> None:
    settlement.status = status
    settlement.answered_at = at
    settlement.save(update_fields=["status", "answered_at"])


def _take_off(settlement: Settlement) -> None:
    """Lower what the payer owes and the receiver is owed. Raises PlanChanged when either falls
    below 0.
    """
    payer = (settlement.currency, settlement.payer_id)
    payee = (settlement.currency, settlement.payee_id)
    change = {payer: settlement.amount, payee: -settlement.amount}
    nets = change_balances(room_id=settlement.room_id, by=change)
    # Judged after the change, because it is the change that locks; a refusal takes it back.
    too_much = max(nets[payer], -nets[payee])
    if too_much > 0:
        raise PlanChanged(at_most=max(0, settlement.amount - too_much))


def _most(settlement: Settlement) -> int:
    rows = Balance.objects.filter(room_id=settlement.room_id, currency=settlement.currency)
    nets = dict(rows.values_list("person_id", "net"))
    return max(0, min(-nets.get(settlement.payer_id, 0), nets.get(settlement.payee_id, 0)))
