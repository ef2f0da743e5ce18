"""Disputing a payment, and what the staff does about it: freeze, propose, confirm."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.selectors import require_role
from outbox.notices.services import Tell, notify
from wallet.accounts.services import BALANCE, pay
from wallet.disputes.errors import (
    DisputeExists,
    NotDisputable,
    PayerClosed,
    SomebodyElse,
    WrongStep,
)
from wallet.disputes.locks import lock_accounts, lock_dispute
from wallet.disputes.models import Dispute, Status, Step
from wallet.ledger.errors import AmountInvalid, InsufficientFunds
from wallet.ledger.models import Account
from wallet.ledger.services import Item, post
from wallet.receipts.selectors import Payment, access_payment, find_payment

STAFF = "staff"
UNDECIDED = (Status.OPEN, Status.PROPOSED)
# A loan is repaid, not taken back, and what two people of the staff decided stays decided.
NEVER = ("loan.", "dispute.")

Outcome = Literal["reverse", "reject"]


def open_dispute(*, receipt: str, person_id: UUID, reason: str, at: datetime) -> Dispute:
    """Dispute a payment that one made from one's balance.

    Raises ReceiptNotFound, NotDisputable and DisputeExists.
    """
    payment = access_payment(receipt=receipt, person_id=person_id)
    if payment.payer_id != person_id:
        raise NotDisputable(reason="you got it")
    if payment.kind.startswith(NEVER):
        raise NotDisputable(reason="it is a loan or a reversal")
    if Account.objects.get(id=payment.debit).kind != BALANCE:
        raise NotDisputable(reason="it was a gift")
    if at > payment.at + timedelta(days=settings.DISPUTE_DAYS):
        raise NotDisputable(reason=f"it is older than {settings.DISPUTE_DAYS} days")
    if Dispute.objects.filter(payment_id=payment.id).exists():
        raise DisputeExists()
    dispute = Dispute(
        id=uuid7(), payment_id=payment.id, payer_id=payment.payer_id, payee_id=payment.payee_id,
        amount=payment.amount, currency=payment.currency, reason=reason, at=at,
    )  # fmt: skip
    with transaction.atomic():
        dispute.save(force_insert=True)
        _note(dispute, "opened", person_id, at, reason=reason)
        _tell(dispute, at, payer=False)
    return dispute


def freeze(*, dispute_id: UUID, person_id: UUID, reason: str, at: datetime) -> Dispute:
    """Keep the disputed amount, or as much as there is, at the payee, until the dispute is decided.

    Raises Forbidden, DisputeNotFound, SomebodyElse, WrongStep, and InsufficientFunds when nothing
    is there.
    """
    with transaction.atomic():
        dispute = _lock_for_staff(dispute_id, person_id, *UNDECIDED)
        if dispute.hold_id:
            raise WrongStep(status="frozen")
        payment = _payment_of(dispute)
        accounts = lock_accounts(account_ids=[payment.debit, payment.credit])
        amount = min(dispute.amount, accounts[payment.credit].available)
        if amount <= 0:
            raise InsufficientFunds(available=0)
        hold = Item(
            id=uuid7(), code="dispute.hold", action="pending", debit=payment.credit,
            credit=payment.debit, amount=amount, currency=dispute.currency, ref=dispute.id,
            refund=True,
        )  # fmt: skip
        post(hold, at=at)
        dispute.hold_id, dispute.held_amount = hold.id, amount
        dispute.save(update_fields=["hold_id", "held_amount"])
        _note(dispute, "frozen", person_id, at, reason=reason, amount=amount)
        _tell(dispute, at, payer=False)
    return dispute


def release(*, dispute_id: UUID, person_id: UUID, reason: str, at: datetime) -> Dispute:
    """Let the payee have what was frozen; the dispute goes on.

    Raises Forbidden, DisputeNotFound, SomebodyElse and WrongStep.
    """
    with transaction.atomic():
        dispute = _lock_for_staff(dispute_id, person_id, *UNDECIDED)
        if not dispute.hold_id:
            raise WrongStep(status="not frozen")
        amount = dispute.held_amount
        post(*_release(dispute, linked=False), at=at)
        dispute.save(update_fields=["hold_id", "held_amount"])
        _note(dispute, "released", person_id, at, reason=reason, amount=amount)
        _tell(dispute, at, payer=False)
    return dispute


def propose(
    *,
    dispute_id: UUID,
    person_id: UUID,
    outcome: Outcome,
    amount: int | None,
    reason: str,
    at: datetime,
) -> Dispute:
    """Say how it should end; somebody else of the staff has to confirm it. A reversal without an
    amount takes as much as there is by then, at most the payment.

    Raises Forbidden, DisputeNotFound, SomebodyElse, WrongStep and AmountInvalid.
    """
    if amount is not None and outcome == "reject":
        raise AmountInvalid(reason="Who rejects a dispute moves no money.")
    with transaction.atomic():
        dispute = _lock_for_staff(dispute_id, person_id, Status.OPEN)
        if amount is not None and amount > dispute.amount:
            raise AmountInvalid(reason=f"The payment was of {dispute.amount} only.")
        dispute.status = Status.PROPOSED
        dispute.proposed_by_id = person_id
        dispute.proposed_outcome, dispute.reversal_amount = outcome, amount
        dispute.save(update_fields=["status", "proposed_by", "proposed_outcome", "reversal_amount"])
        _note(dispute, "proposed", person_id, at, reason=reason, amount=amount, outcome=outcome)
    return dispute


def refuse(*, dispute_id: UUID, person_id: UUID, reason: str, at: datetime) -> Dispute:
    """Do not confirm what was proposed, or take one's own proposal back; the dispute is open again.

    Raises Forbidden, DisputeNotFound, SomebodyElse and WrongStep.
    """
    with transaction.atomic():
        dispute = _lock_for_staff(dispute_id, person_id, Status.PROPOSED)
        outcome = dispute.proposed_outcome
        dispute.status = Status.OPEN
        dispute.proposed_by_id = dispute.reversal_amount = None
        dispute.proposed_outcome = ""
        dispute.save(update_fields=["status", "proposed_by", "proposed_outcome", "reversal_amount"])
        _note(dispute, "refused", person_id, at, reason=reason, outcome=outcome)
    return dispute


def confirm(*, dispute_id: UUID, person_id: UUID, reason: str, at: datetime) -> Dispute:
    """Do what somebody else of the staff proposed: bring the money back, or let the payee keep it.

    Raises Forbidden, DisputeNotFound, SomebodyElse (also for who proposed it), WrongStep,
    InsufficientFunds when there is less than was stated, or nothing, PayerClosed, and
    AlreadyReversed.
    """
    with transaction.atomic():
        dispute = _lock_for_staff(dispute_id, person_id, Status.PROPOSED)
        if person_id == dispute.proposed_by_id:
            raise SomebodyElse()
        outcome = dispute.proposed_outcome
        moved = None
        if outcome == "reverse":
            moved = _reverse(dispute, at)
            dispute.status = Status.REVERSED
        else:
            post(*_release(dispute, linked=False), at=at)
            dispute.status = Status.REJECTED
        dispute.closed_at = at
        dispute.save()
        _note(dispute, "confirmed", person_id, at, reason=reason, amount=moved, outcome=outcome)
        _tell(dispute, at, payer=True)
    return dispute


def _reverse(dispute: Dispute, at: datetime) -> int:
    """Reverse the payment, as much of it as was proposed or is there; return how much."""
    payment = _payment_of(dispute)
    accounts = lock_accounts(account_ids=[payment.debit, payment.credit])
    if accounts[payment.debit].closed:
        # The ledger lets a refund into a closed account, where nobody could take it out again.
        raise PayerClosed()
    there = accounts[payment.credit].available + dispute.held_amount
    amount = dispute.reversal_amount or min(dispute.amount, there)
    if not 0 < amount <= there:
        raise InsufficientFunds(available=there)
    back = Item(
        id=uuid7(), code="dispute.reverse", reverses=payment.id, amount=amount, ref=payment.id,
        note=payment.note,
    )  # fmt: skip
    pay(*_release(dispute, linked=True), back, at=at)
    dispute.reversal_id = back.id
    return amount


def _release(dispute: Dispute, *, linked: bool) -> list[Item]:
    """Return the item that ends the hold, if there is one, and forget the hold."""
    if not dispute.hold_id:
        return []
    hold_id, dispute.hold_id, dispute.held_amount = dispute.hold_id, None, 0
    return [
        Item(
            id=uuid7(), code="dispute.hold", action="void", pending=hold_id,
            currency=dispute.currency, linked=linked, ref=dispute.id,
        )
    ]  # fmt: skip


def _lock_for_staff(dispute_id: UUID, person_id: UUID, *statuses: str) -> Dispute:
    require_role(person_id=person_id, role=STAFF)
    dispute = lock_dispute(dispute_id=dispute_id)
    if person_id in (dispute.payer_id, dispute.payee_id):
        raise SomebodyElse()
    if dispute.status not in statuses:
        raise WrongStep(status=str(dispute.status))
    return dispute


def _payment_of(dispute: Dispute) -> Payment:
    payment = find_payment(receipt=str(dispute.payment_id))
    assert payment is not None, "A payment is never deleted."
    return payment


def _note(
    dispute: Dispute,
    action: str,
    by: UUID,
    at: datetime,
    *,
    reason: str,
    amount: int | None = None,
    outcome: str = "",
) -> None:
    Step.objects.create(
        id=uuid7(), dispute=dispute, by_id=by, action=action, outcome=outcome, amount=amount,
        reason=reason, at=at,
    )  # fmt: skip


def _tell(dispute: Dispute, at: datetime, *, payer: bool) -> None:
    tells = [Tell(dispute.payee_id, "dispute.changed", dispute.payer_id, dispute.id)]
    if payer:
        tells.append(Tell(dispute.payer_id, "dispute.changed", dispute.payee_id, dispute.id))
    notify(*tells, at=at)
