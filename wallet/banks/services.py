"""Money that enters and leaves Kith through a bank channel: what is ours to write."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from outbox.notices.services import Tell, notify
from wallet.accounts.events import wake_graph
from wallet.accounts.services import account_of
from wallet.banks.errors import ChannelUnknown
from wallet.banks.gateway import Booked
from wallet.banks.locks import lock_payment
from wallet.banks.models import Direction, Payment, Status
from wallet.ledger.services import Item, post, system_account
from wallet.screening import payments as judged
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.services import require_allowed

COMMAND = "wallet.withdraw"
# Where the money of all bank channels stands in our books: what we owe people, the banks owe us.
MINT = "mint"
# The bank of development that needs no bank: any amount, at once.
SANDBOX = "sandbox"
AUTO = "auto"
# Why a payment failed that no bank has had; a bank gives reasons of its own.
AWAY, BUSY = "away", "busy"
# Who asks a bank has the payment for themselves so long; longer than a bank is waited for.
LEASE = timedelta(seconds=10)
# A command asks at once; if it dies before, the worker begins.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)

# Note [Payments at banks]
# No transaction is open while a bank is asked, so a payment goes on in steps, each committed before
# the next, and a process may die between any two:
#   1. With the command's id: the row (`created`) and a hold in the ledger, for a withdrawal on the
#      money itself, for a top-up on the room that it needs.
#   2. `begin_try`: `sent`, to one channel, for the length of a lease.
#   3. The bank is asked under the row's id. It pays a number once, however often it is asked.
#   4. `close_payment`: the hold is posted or voided, and the row is `done` or `failed`; or
#      `mark_unknown`: nobody knows; or `release`: certainly nothing was paid, so that another
#      channel may be asked.
# A row that is `sent` or `unknown` stays with its channel until that has said what became of it:
# another one could pay it a second time. The worker asks again when the lease is over. A step 4 of
# somebody whose lease was over is known by its `tries`: only who asked last may release, but an
# answer counts from whomever it comes, since the bank gives every one the same.


def bank_channels() -> list[str]:
    """Return the channels that are real banks', in the order of preference."""
    return [name for name in settings.BANK_CHANNELS if name != SANDBOX]


def find_instant() -> str | None:
    """Return the channel that needs no bank, None where there is none."""
    return SANDBOX if SANDBOX in settings.BANK_CHANNELS else None


def is_instant(channel: str) -> bool:
    """Tell whether a channel moves money at once. Raises ChannelUnknown."""
    if channel == AUTO and not bank_channels():
        raise ChannelUnknown(channel=channel)
    if channel != AUTO and channel not in settings.BANK_CHANNELS:
        raise ChannelUnknown(channel=channel)
    return channel == SANDBOX


def top_up(*, person_id: UUID, amount: int, currency: str, channel: str, at: datetime) -> UUID:
    """Bring money in over the instant channel and return the account that got it. Raises
    ChannelUnknown.
    """
    if not is_instant(channel):
        raise ChannelUnknown(channel=channel)
    with transaction.atomic():
        account = account_of(person_id=person_id, currency=currency, at=at)
        _move(uuid7(), account, amount, currency, channel, Direction.IN, at)
    return account


def withdraw(
    *,
    person_id: UUID,
    amount: int,
    currency: str,
    channel: str,
    at: datetime,
    device_id: UUID | None = None,
) -> UUID:
    """Send money out over the instant channel and return the account that gave it.

    Raises ChannelUnknown, InsufficientFunds, PinRequired and Denied.
    """
    if not is_instant(channel):
        raise ChannelUnknown(channel=channel)
    payment = judged.Payment(
        uuid7(), COMMAND, person_id, None, amount, currency, at, device_id
    )  # fmt: skip
    with transaction.atomic():
        account = _require_allowed(payment)
        _move(payment.posting_id, account, amount, currency, channel, Direction.OUT, at)
    return account


def _move(
    posting_id: UUID, account: UUID, amount: int, currency: str, channel: str,
    direction: Direction, at: datetime,
) -> None:  # fmt: skip
    debit, credit = _sides(account, currency, direction, at)
    post(
        Item(
            id=posting_id, code=_code(direction), debit=debit, credit=credit, amount=amount,
            currency=currency, note=channel,
        ),
        at=at,
    )  # fmt: skip
    wake_graph()


def _require_allowed(payment: judged.Payment) -> UUID:
    """Have a withdrawal judged, and return the account that it goes from."""
    accounts, mark = accounts_and_mark(
        person_ids=[payment.payer_id], currency=payment.currency, at=payment.at
    )
    require_allowed(payment, mark=mark)
    return accounts[payment.payer_id]


def bring_in(
    *, account: UUID, amount: int, currency: str, channel: str, ref: UUID, at: datetime
) -> Item:
    """Return the item that brings money in over the instant channel for what is paid with it; it is
    chained to the next one, and the caller posts them.
    """
    debit, credit = _sides(account, currency, Direction.IN, at)
    return Item(
        id=uuid7(), code=_code(Direction.IN), debit=debit, credit=credit, amount=amount,
        currency=currency, linked=True, ref=ref, note=channel,
    )  # fmt: skip


def _sides(account: UUID, currency: str, direction: Direction, at: datetime) -> tuple[UUID, UUID]:
    bank = system_account(kind=MINT, currency=currency, at=at)
    return (bank, account) if direction == Direction.IN else (account, bank)


def _code(direction: str) -> str:
    return "bank.top_up" if direction == Direction.IN else "bank.withdraw"


def open_payment(
    *,
    person_id: UUID,
    direction: Direction,
    amount: int,
    currency: str,
    channel: str,
    at: datetime,
    device_id: UUID | None = None,
) -> Payment:
    """Write down a payment that a bank is to be asked for, and hold what it needs.

    Raises InsufficientFunds, Frozen and LimitExceeded, and for a withdrawal PinRequired and Denied.
    See Note [Payments at banks].
    """
    payment_id = uuid7()
    with transaction.atomic():
        if direction == Direction.OUT:
            account = _require_allowed(
                judged.Payment(
                    payment_id, COMMAND, person_id, None, amount, currency, at, device_id
                )
            )  # fmt: skip
        else:
            account = account_of(person_id=person_id, currency=currency, at=at)
        payment = Payment(
            id=payment_id, person_id=person_id, account_id=account, direction=direction,
            amount=amount, currency=currency, wanted=channel, hold_id=uuid7(), at=at,
            next_at=at + FIRST_PAUSE,
        )  # fmt: skip
        debit, credit = _sides(account, currency, direction, at)
        post(
            Item(
                id=payment.hold_id, code=_code(direction), action="pending", debit=debit,
                credit=credit, amount=amount, currency=currency, ref=payment.id, note=channel,
            ),
            at=at,
        )  # fmt: skip
        payment.save(force_insert=True)
    return payment


def begin_try(*, payment_id: UUID, channel: str, at: datetime) -> Payment | None:
    """Take the payment for the length of a lease, to ask its channel, or the one given if no bank
    has it; None when it is decided or somebody else has it.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id=payment_id)
        is_taken = payment.status == Status.SENT and at < payment.next_at
        if not payment.is_open or is_taken:
            return None
        if payment.status == Status.CREATED:
            payment.channel = channel
            # Whoever finds this row later cannot know whether the bank was reached.
            payment.status = Status.SENT
        else:
            payment.status = Status.UNKNOWN
        payment.tries += 1
        payment.next_at = at + LEASE
        payment.save(update_fields=["channel", "status", "tries", "next_at"])
    return payment


def release(*, payment: Payment, at: datetime) -> None:
    """Note that the bank was certainly not reached by this try, so that another one may be asked;
    unless an earlier try may have reached it, or somebody has asked since.
    """
    with transaction.atomic():
        row = lock_payment(payment_id=payment.id)
        if row.tries != payment.tries or not row.is_open:
            return
        if payment.status == Status.SENT:
            row.status, row.channel, row.next_at = Status.CREATED, "", at + FIRST_PAUSE
        else:
            row.next_at = at + _pause(row.tries)
        row.save(update_fields=["status", "channel", "next_at"])


def mark_unknown(*, payment: Payment, at: datetime) -> None:
    """Note that the bank may or may not have paid, and when it is to be asked again."""
    with transaction.atomic():
        row = lock_payment(payment_id=payment.id)
        if row.tries != payment.tries or not row.is_open:
            return
        row.status, row.next_at = Status.UNKNOWN, at + _pause(row.tries)
        row.save(update_fields=["status", "next_at"])


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 10)), LONGEST_PAUSE)


def close_payment(*, payment: Payment, booked: Booked, is_late: bool, at: datetime) -> None:
    """Do as the bank has decided: post the hold, or void it; once, whoever comes with the answer.

    `is_late` tells the person, who was answered before.
    """
    with transaction.atomic():
        row = lock_payment(payment_id=payment.id)
        if not row.is_open:
            return
        row.channel, row.reason = payment.channel, booked.reason
        if booked.is_paid:
            _finish(row, booked.day, at)
        else:
            _fail(row, at)
        if is_late:
            _tell(row, at)


def _tell(row: Payment, at: datetime) -> None:
    notify(Tell(row.person_id, f"bank.{row.status}", ref=row.id, text=row.reason), at=at)


def _finish(row: Payment, day: date, at: datetime) -> None:
    row.status, row.day, row.closed_at = Status.DONE, day, at
    row.transfer_id = uuid7()
    post(
        Item(
            id=row.transfer_id, code=_code(row.direction), action="post", pending=row.hold_id,
            currency=row.currency, ref=row.id, note=row.channel,
            # The bank has moved it already, whatever was frozen meanwhile.
            refund=True,
        ),
        at=at,
    )  # fmt: skip
    wake_graph()
    row.save()


def _fail(row: Payment, at: datetime) -> None:
    row.status, row.closed_at = Status.FAILED, at
    post(
        Item(
            id=uuid7(), code=_code(row.direction), action="void", pending=row.hold_id,
            currency=row.currency, ref=row.id, refund=True,
        ),
        at=at,
    )  # fmt: skip
    row.save()


def give_up(*, payment_id: UUID, reason: str, is_late: bool, at: datetime) -> None:
    """Let a payment fail that no bank has; any other goes on."""
    with transaction.atomic():
        row = lock_payment(payment_id=payment_id)
        if row.status != Status.CREATED:
            return
        row.reason = reason
        _fail(row, at)
        if is_late:
            _tell(row, at)
