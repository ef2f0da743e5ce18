"""What a payment is taken from: vouchers, the balance, bank channels.

As a client writes it, a list such as `[{"voucher": id}, {"channel": "auto", "amount": 300},
{"balance": 200}]`. Amounts of balance and channels are exact; vouchers pay what is left, in their
order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from commands.frames import Amount, Frame, Id, Text
from wallet.banks.services import is_instant
from wallet.ledger.errors import AmountInvalid
from wallet.vouchers.errors import VoucherNotFound, VoucherNotOpen
from wallet.vouchers.locks import lock_own_vouchers, lock_usable_vouchers
from wallet.vouchers.models import Status, Voucher


class VoucherSource(Frame):
    """A voucher of one's own: what the payment does not need of it goes back to its funder."""

    voucher: Id


class BalanceSource(Frame):
    """So much of one's balance."""

    balance: Amount


class ChannelSource(Frame):
    """So much from a bank, by way of the balance."""

    channel: Annotated[Text, Field(max_length=32)]
    amount: Amount


Source = VoucherSource | BalanceSource | ChannelSource


@dataclass
class Plan:
    """How much of what pays an amount; the vouchers are locked and can be used."""

    vouchers: list[tuple[Voucher, int]] = field(default_factory=list)
    channels: list[tuple[str, int]] = field(default_factory=list)


def bank_part(sources: Sequence[Source]) -> ChannelSource | None:
    """Return the source that a bank has to be asked for, None when there is none.

    Raises ChannelUnknown, and AmountInvalid for more than one: of two banks one may refuse when the
    other has paid.
    """
    channels = [source for source in sources if isinstance(source, ChannelSource)]
    banks = [source for source in channels if not is_instant(source.channel)]
    if len(banks) > 1:
        raise AmountInvalid(reason="One bank can be a source, not several.")
    return banks[0] if banks else None


def with_what_came(sources: Sequence[Source]) -> list[Source]:
    """Return the sources as they are once the bank has paid: its part lies on the balance."""
    part = bank_part(sources)
    if part is None:
        return list(sources)
    return [BalanceSource(balance=part.amount) if one is part else one for one in sources]


def choose_sources(
    *, person_id: UUID, amount: int, currency: str, available: int, at: datetime
) -> Plan:
    """Take the vouchers that fit as a whole, those that expire first first, and the rest from the
    balance.

    Where the balance does not reach, the smallest voucher that covers the rest steps in.
    """
    plan, rest = Plan(), amount
    usable = lock_usable_vouchers(holder_id=person_id, currency=currency, at=at)
    larger = []
    for voucher in usable:
        if voucher.issue.amount <= rest:
            plan.vouchers.append((voucher, voucher.issue.amount))
            rest -= voucher.issue.amount
        else:
            larger.append(voucher)
    if rest > available:
        covering = [voucher for voucher in larger if voucher.issue.amount >= rest]
        if covering:
            smallest = min(covering, key=lambda voucher: voucher.issue.amount)
            plan.vouchers.append((smallest, rest))
    return plan


def follow_sources(
    sources: Sequence[Source], *, person_id: UUID, amount: int, currency: str, at: datetime
) -> Plan:
    """Take exactly what the payer names; what a bank pays counts as if it were there.

    Raises VoucherNotFound, VoucherNotOpen, ChannelUnknown, and AmountInvalid unless it is the
    amount to the unit, in its currency, with each voucher once and none that is not needed.
    """
    named = [source.voucher for source in sources if isinstance(source, VoucherSource)]
    if len(set(named)) < len(named):
        raise AmountInvalid(reason="Each voucher can be used once.")
    channels = [
        (source.channel, source.amount) for source in sources if isinstance(source, ChannelSource)
    ]
    for channel, _ in channels:
        # Raises for one that there is not.
        is_instant(channel)
    exact = sum(part for _, part in channels)
    exact += sum(source.balance for source in sources if isinstance(source, BalanceSource))
    found = lock_own_vouchers(voucher_ids=named, holder_id=person_id)
    plan, rest = Plan(channels=channels), amount - exact
    for voucher_id in named:
        voucher = _usable(found.get(voucher_id), currency, at)
        part = min(voucher.issue.amount, rest)
        if part <= 0:
            raise AmountInvalid(reason="One of the vouchers is not needed.")
        plan.vouchers.append((voucher, part))
        rest -= part
    if rest:
        raise AmountInvalid(reason=f"The sources pay {amount - rest} of {amount}.")
    return plan


def _usable(voucher: Voucher | None, currency: str, at: datetime) -> Voucher:
    if voucher is None:
        raise VoucherNotFound()
    if voucher.status_at(at) != Status.OPEN:
        raise VoucherNotOpen(status=voucher.status_at(at))
    if not voucher.is_usable(at):
        raise VoucherNotOpen(status="not open yet", opens_at=voucher.issue.opens_at)
    if voucher.issue.currency != currency:
        raise AmountInvalid(reason=f"A voucher is in {voucher.issue.currency}, not in {currency}.")
    return voucher
