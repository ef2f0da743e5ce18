"""Wire commands about one's share of a bill; `split.create` and `split.get` are in chat/cards."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from commands.errors import RateLimited
from commands.frames import Command, Id, Moment, Result
from commands.registry import Caller, Job, Many, Outcome, Reference, handles
from wallet.frames import SettledMoneyCommand, require_currency
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds, LimitExceeded
from wallet.screening.errors import Denied
from wallet.screening.judges import Early
from wallet.splits import selectors, services
from wallet.splits.errors import AlreadyPaid, SplitClosed, SplitNotFound
from wallet.splits.models import ShareStatus
from wallet.splits.paying import Payment, pay_share, pay_shares
from wallet.splits.selectors import Bill

FAMILY = "Splits and expenses"


class PaySplit(SettledMoneyCommand):
    type: Literal["split.pay"]
    split: Id


class DeclineSplit(Command):
    type: Literal["split.decline"]
    split: Id


class RemindSplit(Command):
    type: Literal["split.remind"]
    split: Id


class StopReminders(Command):
    type: Literal["split.stop_reminders"]
    split: Id


class CancelSplit(Command):
    type: Literal["split.cancel"]
    split: Id


class ListSplits(Command):
    type: Literal["split.list"]


class SplitShareShown(Result):
    person: Id
    amount: int
    status: str
    at: Moment | None


class SplitShown(Result):
    id: Id
    room: Id
    initiator: Id
    amount: int
    currency: str
    note: str
    status: str
    shares: list[SplitShareShown]

    @classmethod
    def of(cls, bill: Bill) -> "SplitShown":
        """Show a bill with its shares."""
        split = bill.split
        return cls(
            id=split.id, room=split.room_id, initiator=split.initiator_id, amount=split.amount,
            currency=split.currency, note=split.note, status=bill.status,
            shares=[
                SplitShareShown(
                    person=share.person_id, amount=share.amount, status=str(share.status),
                    at=share.at,
                )
                for share in bill.shares
            ],
        )  # fmt: skip


class OneSplit(Result):
    split: SplitShown


class Splits(Result):
    splits: list[SplitShown]


def _keep(result: OneSplit) -> dict[str, str]:
    # The whole answer names everybody who has a share, each time somebody pays: a letter for each
    # says the same.
    split = result.split
    statuses = "".join(share.status[0] for share in split.shares)
    return {"split": str(split.id), "status": split.status, "shares": statuses}


def _retell(kept: dict[str, Any], caller: Caller) -> OneSplit | dict[str, Any]:
    if "shares" not in kept:
        # Once the whole answer was kept.
        return kept
    bill = selectors.get_bill(split_id=UUID(kept["split"]))
    names = {status[0]: status for status in ShareStatus.values}
    for share, letter in zip(bill.shares, kept["shares"], strict=True):
        share.status = names[letter]
        share.at = None if share.status == ShareStatus.UNPAID else share.at
    shown = SplitShown.of(bill)
    return OneSplit(split=shown.model_copy(update={"status": kept["status"]}))


def _payment(command: PaySplit, caller: Caller, early: Early | None = None) -> Payment:
    return Payment(command.split, caller.person, caller.at, caller.device_id, early)


def _pay_many(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """Serve those who pay at the same moment."""
    outcomes = pay_shares([_payment(job.command, job.caller) for job in jobs])
    # A bill is shown once for all who have paid it.
    shown = {
        bill.split.id: OneSplit(split=SplitShown.of(bill))
        for bill in outcomes
        if isinstance(bill, Bill)
    }
    return [shown[one.split.id] if isinstance(one, Bill) else one for one in outcomes]


@handles(
    PaySplit, result=OneSplit, family=FAMILY, money=True, reference=Reference(_keep, _retell),
    abandon=Early.withdraw,
    many=Many(
        handle=_pay_many, fits=lambda command: command.currency is None,
        queue=lambda command: command.split,
    ),
    may_refuse=[
        SplitNotFound, AlreadyPaid, SplitClosed, InsufficientFunds, Frozen, AmountInvalid,
        LimitExceeded, Denied,
    ],
)  # fmt: skip
def pay_split(command: PaySplit, caller: Caller, early: Early | None = None) -> OneSplit:
    """Pay your share of a bill."""
    own = {"split_id": command.split, "person_id": caller.person}
    require_currency(command, lambda: selectors.access_share(**own).split.currency)
    bill = pay_share(_payment(command, caller, early))
    return OneSplit(split=SplitShown.of(bill))


@handles(
    DeclineSplit, result=OneSplit, family=FAMILY,
    may_refuse=[SplitNotFound, AlreadyPaid, SplitClosed],
)  # fmt: skip
def decline_split(command: DeclineSplit, caller: Caller) -> OneSplit:
    """Refuse to pay your share, for good."""
    bill = services.decline(split_id=command.split, person_id=caller.person, at=caller.at)
    return OneSplit(split=SplitShown.of(bill))


@handles(
    RemindSplit, result=OneSplit, family=FAMILY,
    may_refuse=[SplitNotFound, SplitClosed, RateLimited],
)  # fmt: skip
def remind_split(command: RemindSplit, caller: Caller) -> OneSplit:
    """Remind those who have not paid your bill, each at most once an hour."""
    bill = services.remind(split_id=command.split, person_id=caller.person, at=caller.at)
    return OneSplit(split=SplitShown.of(bill))


@handles(StopReminders, result=OneSplit, family=FAMILY, may_refuse=[SplitNotFound])
def stop_reminders(command: StopReminders, caller: Caller) -> OneSplit:
    """Get no more reminders of a bill."""
    bill = services.stop_reminders(split_id=command.split, person_id=caller.person)
    return OneSplit(split=SplitShown.of(bill))


@handles(CancelSplit, result=OneSplit, family=FAMILY, may_refuse=[SplitNotFound, SplitClosed])
def cancel_split(command: CancelSplit, caller: Caller) -> OneSplit:
    """Stop asking for your bill; what was paid stays."""
    bill = services.cancel(split_id=command.split, person_id=caller.person, at=caller.at)
    return OneSplit(split=SplitShown.of(bill))


@handles(ListSplits, result=Splits, family=FAMILY, reads=True)
def list_splits(command: ListSplits, caller: Caller) -> Splits:
    """List the open bills that wait for your share or that you wait for, newest first, whatever
    became of their rooms.
    """
    bills = selectors.list_open(person_id=caller.person)
    return Splits(splits=[SplitShown.of(bill) for bill in bills])
