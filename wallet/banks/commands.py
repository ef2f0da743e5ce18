"""Wire commands about bank channels."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Amount, Text
from commands.registry import Caller, handles
from wallet.accounts.commands import EntryShown, OneEntry
from wallet.accounts.selectors import last_entry
from wallet.banks import services
from wallet.banks.errors import ChannelUnknown
from wallet.frames import MoneyCommand
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded

FAMILY = "Wallet"
Channel = Annotated[Text, Field(max_length=32)]


class TopUp(MoneyCommand):
    type: Literal["wallet.top_up"]
    amount: Amount
    channel: Channel


class Withdraw(MoneyCommand):
    type: Literal["wallet.withdraw"]
    amount: Amount
    channel: Channel


@handles(
    TopUp, result=OneEntry, family=FAMILY, money=True,
    may_refuse=[ChannelUnknown, Frozen, LimitExceeded],
)  # fmt: skip
def top_up(command: TopUp, caller: Caller) -> OneEntry:
    """Bring money in from a bank; in development the channel `sandbox` gives any amount."""
    account = services.top_up(
        person_id=caller.person, amount=command.amount, currency=command.currency,
        channel=command.channel, at=caller.at,
    )  # fmt: skip
    return OneEntry(entry=EntryShown.of(last_entry(account_id=account)))


@handles(
    Withdraw, result=OneEntry, family=FAMILY, money=True,
    may_refuse=[ChannelUnknown, Frozen, InsufficientFunds, LimitExceeded],
)  # fmt: skip
def withdraw(command: Withdraw, caller: Caller) -> OneEntry:
    """Send money out to a bank."""
    account = services.withdraw(
        person_id=caller.person, amount=command.amount, currency=command.currency,
        channel=command.channel, at=caller.at,
    )  # fmt: skip
    return OneEntry(entry=EntryShown.of(last_entry(account_id=account)))
