"""Asking banks, in no transaction: which channel, what became of it, and what then. See Note
[Payments at banks] in services.py.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.conf import settings

from wallet.banks import gateway, services
from wallet.banks.health import channel_of, rank
from wallet.banks.models import OPEN, Payment, Status
from wallet.banks.selectors import get_payment

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
# Between two looks at a payment that somebody else has, or that a bank has left open.
POLL_SECONDS = 0.05
# A command asks so often about a payment that was left open; then the worker does.
TRIES_AT_ONCE = 3
# Of each round of the worker; what is left comes with the next one, a second later.
AT_ONCE = 100
ROUND_SECONDS = 10.0


class Outcome(Enum):
    """What became of one try."""

    # The bank has said what became of the payment.
    DECIDED = "decided"
    # Somebody else is asking.
    TAKEN = "taken"
    # The bank may have paid, or may not.
    OPEN = "open"
    # No bank has it: none could be reached, or all work on as many as they can.
    AWAY = services.AWAY
    BUSY = services.BUSY


def carry_out(*, payment_id: UUID, clock: Clock, patience: float) -> Payment:
    """Have a payment made and return how it stands once it is decided, or when the patience (in
    seconds) is over; it has failed then if no bank has it, and else the worker goes on with it.
    """
    deadline = time.monotonic() + patience
    while True:
        outcome = _try(get_payment(payment_id=payment_id), clock, is_late=False)
        payment = get_payment(payment_id=payment_id)
        if not payment.is_open or not _may_wait(payment, outcome, deadline - time.monotonic()):
            break
        time.sleep(POLL_SECONDS)
    if payment.status == Status.CREATED:
        services.give_up(
            payment_id=payment_id, reason=outcome.value, is_late=False, at=clock()
        )  # fmt: skip
        payment = get_payment(payment_id=payment_id)
    return payment


def _may_wait(payment: Payment, outcome: Outcome, left: float) -> bool:
    if payment.status == Status.UNKNOWN:
        # An answer that was lost is there at once; one that hangs would hang again.
        return payment.tries < TRIES_AT_ONCE and left > settings.BANK_SECONDS
    # A place may be free soon; a bank that is away is away.
    return left > 0 and (payment.status == Status.SENT or outcome is Outcome.BUSY)


def ask_again(*, clock: Clock) -> int:
    """Ask the banks about payments that stand open and are due; return how many were decided."""
    due = Payment.objects.filter(status__in=OPEN, next_at__lte=clock()).order_by("next_at")
    deadline = time.monotonic() + ROUND_SECONDS
    decided = 0
    silent: set[str] = set()
    for payment in list(due[:AT_ONCE]):
        if time.monotonic() > deadline:
            break
        # One that does not answer now is not waited for a second time.
        if payment.channel in silent:
            continue
        try:
            outcome = _go_on(payment, clock)
        except Exception:
            # Of whatever kind: nobody else's money waits for one payment.
            logger.exception("the payment %s at a bank could not go on", payment.id)
            continue
        decided += outcome is Outcome.DECIDED
        if payment.channel and outcome in (Outcome.OPEN, Outcome.AWAY):
            silent.add(payment.channel)
    return decided


def _go_on(payment: Payment, clock: Clock) -> Outcome:
    outcome = _try(payment, clock, is_late=True)
    too_old = clock() > payment.at + timedelta(minutes=settings.BANK_GIVE_UP_MINUTES)
    if outcome in (Outcome.AWAY, Outcome.BUSY) and too_old:
        services.give_up(payment_id=payment.id, reason=outcome.value, is_late=True, at=clock())
    return outcome


def _try(payment: Payment, clock: Clock, *, is_late: bool) -> Outcome:
    """Ask the bank that has the payment, or as many as it takes until one has it."""
    if not payment.is_open:
        return Outcome.DECIDED
    if payment.status != Status.CREATED:
        return _ask(payment, payment.channel, clock, is_late=is_late)
    wanted = services.bank_channels() if payment.wanted == services.AUTO else [payment.wanted]
    outcome = Outcome.AWAY
    for name in rank(wanted):
        channel = channel_of(name)
        if not channel.try_enter():
            outcome = Outcome.AWAY if channel.pause else Outcome.BUSY
            continue
        outcome = Outcome.OPEN
        try:
            outcome = _ask(payment, name, clock, is_late=is_late)
        finally:
            channel.leave(failed=outcome in (Outcome.OPEN, Outcome.AWAY))
        if outcome not in (Outcome.AWAY, Outcome.BUSY):
            break
    return outcome


def _ask(payment: Payment, channel: str, clock: Clock, *, is_late: bool) -> Outcome:
    begun = services.begin_try(payment_id=payment.id, channel=channel, at=clock())
    if begun is None:
        return Outcome.TAKEN
    terms = gateway.Terms(
        number=begun.id, direction=begun.direction, amount=begun.amount, currency=begun.currency
    )
    try:
        booked = gateway.pay(begun.channel, terms)
    except gateway.NotTaken as error:
        services.release(payment=begun, at=clock())
        return Outcome.BUSY if isinstance(error, gateway.Full) else Outcome.AWAY
    except gateway.Unclear as error:
        logger.warning("%s has left the payment %s open: %s", begun.channel, begun.id, error)
        services.mark_unknown(payment=begun, at=clock())
        return Outcome.OPEN
    services.close_payment(payment=begun, booked=booked, is_late=is_late, at=clock())
    return Outcome.DECIDED
