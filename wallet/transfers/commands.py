"""Wire commands about transfers that need no room; `transfer.send` is in chat/cards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from commands.errors import Refusal
from commands.frames import Command, Id, Kept, Moment, PageSize, Result
from commands.keys import NewKey, make_key
from commands.registry import Caller, Job, Many, Outcome, get_registration, handles
from wallet.ledger.errors import Frozen, NotPending
from wallet.screening.errors import UnderReview
from wallet.transfers import selectors, services
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer

FAMILY = "Transfers"


class AcceptTransfer(Command):
    type: Literal["transfer.accept"]
    transfer: Id


class ReturnTransfer(Command):
    type: Literal["transfer.return"]
    transfer: Id


class GetTransfer(Command):
    type: Literal["transfer.get"]
    transfer: Id


class ListTransfers(Command):
    type: Literal["transfer.list"]
    role: Literal["sender", "receiver"] | None = None
    before: Id | None = None
    limit: PageSize = 50


class TransferShown(Result):
    id: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    note: str
    status: str
    expires_at: Moment
    # A pending one that a person has to look at first; left out where that is not so.
    under_review: Annotated[bool, Field(default=False, exclude_if=lambda waits: not waits)]

    @classmethod
    def of(cls, transfer: Transfer, at: datetime) -> "TransferShown":
        """Show a transfer as it stands at a moment."""
        return cls(
            id=transfer.id, from_=transfer.sender_id, to=transfer.receiver_id,
            amount=transfer.amount, currency=transfer.currency, note=transfer.note,
            status=transfer.status_at(at), expires_at=transfer.expires_at,
            under_review=transfer.waits_at(at),
        )  # fmt: skip


class OneTransfer(Result):
    transfer: TransferShown


class Transfers(Result):
    transfers: list[TransferShown]
    more: bool


def _accept_many(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """Serve those who take what was offered to them at the same moment."""
    wishes = [
        services.Acceptance(job.command.transfer, job.caller.person, job.caller.at)
        for job in jobs
    ]  # fmt: skip
    registration = get_registration("transfer.accept")
    keys: dict[int, NewKey] = {}

    def keep(place: int, transfer: Transfer) -> NewKey:
        job = jobs[place]
        shown = OneTransfer(transfer=TransferShown.of(transfer, job.caller.at))
        keys[place] = make_key(registration, job, shown)
        return keys[place]

    taken = services.accept_each(wishes, keep=keep)
    return [
        one if isinstance(one, Refusal) else Kept(keys[place].text)
        for place, one in enumerate(taken)
    ]


@handles(
    AcceptTransfer, result=OneTransfer, family=FAMILY, money=True,
    many=Many(
        handle=_accept_many, fits=bool, queue=lambda command: command.transfer,
    ),
    may_refuse=[TransferNotFound, NotPending, UnderReview, Frozen],
)  # fmt: skip
def accept_transfer(command: AcceptTransfer, caller: Caller) -> OneTransfer:
    """Take money that somebody offers you."""
    transfer = services.accept(transfer_id=command.transfer, person_id=caller.person, at=caller.at)
    return OneTransfer(transfer=TransferShown.of(transfer, caller.at))


@handles(
    ReturnTransfer, result=OneTransfer, family=FAMILY, money=True,
    may_refuse=[TransferNotFound, NotPending, UnderReview],
)  # fmt: skip
def return_transfer(command: ReturnTransfer, caller: Caller) -> OneTransfer:
    """Give back money that somebody offers you."""
    transfer = services.give_back(
        transfer_id=command.transfer, person_id=caller.person, at=caller.at
    )
    return OneTransfer(transfer=TransferShown.of(transfer, caller.at))


@handles(GetTransfer, result=OneTransfer, family=FAMILY, reads=True, may_refuse=[TransferNotFound])
def get_transfer(command: GetTransfer, caller: Caller) -> OneTransfer:
    """Show a transfer that you sent or are to receive."""
    transfer = selectors.access_transfer(transfer_id=command.transfer, person_id=caller.person)
    return OneTransfer(transfer=TransferShown.of(transfer, caller.at))


@handles(ListTransfers, result=Transfers, family=FAMILY, reads=True)
def list_transfers(command: ListTransfers, caller: Caller) -> Transfers:
    """List the transfers that you sent or are to receive, newest first."""
    page, more = selectors.list_transfers(
        person_id=caller.person, role=command.role, before=command.before, limit=command.limit
    )
    return Transfers(transfers=[TransferShown.of(one, caller.at) for one in page], more=more)
