"""The wire command that offers money, in a room or without one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room
from commands.errors import Refusal
from commands.frames import Amount, Id, Kept, Result, ShortText
from commands.keys import NewKey, make_key
from commands.registry import Caller, Job, Many, Outcome, get_registration, handles
from graph.people.errors import PersonNotFound
from wallet.frames import MoneyCommand
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded, SameAccount
from wallet.transfers import services
from wallet.transfers.commands import FAMILY, TransferShown
from wallet.transfers.models import Transfer


class SendTransfer(MoneyCommand):
    type: Literal["transfer.send"]
    to: Id
    amount: Amount
    note: ShortText = ""
    room: Id | None = None


class SentTransfer(Result):
    transfer: TransferShown
    message: Annotated[
        shapes.Message | None, Field(default=None, exclude_if=lambda message: message is None)
    ]


def _offer(command: SendTransfer, caller: Caller) -> services.Offer:
    return services.Offer(
        sender_id=caller.person, receiver_id=command.to, amount=command.amount,
        currency=command.currency, note=command.note, room_id=command.room,
    )  # fmt: skip


def _send_many(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """Serve those who send at the same moment, without a room: a message takes the room's lock."""
    registration = get_registration("transfer.send")
    keys: dict[int, NewKey] = {}

    def keep(place: int, transfer: Transfer) -> NewKey:
        job = jobs[place]
        shown = SentTransfer(transfer=TransferShown.of(transfer, job.caller.at), message=None)
        keys[place] = make_key(registration, job, shown)
        return keys[place]

    offers = [(_offer(job.command, job.caller), job.caller.at) for job in jobs]
    return [
        one if isinstance(one, Refusal) else Kept(keys[place].text)
        for place, one in enumerate(services.send_each(offers, keep=keep))
    ]


@handles(
    SendTransfer, result=SentTransfer, family=FAMILY, money=True,
    many=Many(
        handle=_send_many, fits=lambda command: command.room is None,
        queue=lambda command: command.to,
    ),
    may_refuse=[
        RoomNotFound, RoomForbidden, PersonNotFound, SameAccount, InsufficientFunds, Frozen,
        LimitExceeded,
    ],
)  # fmt: skip
def send_transfer(command: SendTransfer, caller: Caller) -> SentTransfer:
    """Offer money to somebody; it is held on your account until they accept or return it."""
    if command.room:
        access_room(room_id=command.room, person_id=caller.person)
        _require_in_room(command)
    transfer = services.send(_offer(command, caller), at=caller.at)
    message = None
    if command.room:
        posted = post_card(
            room_id=command.room, author_id=caller.person, card_type="transfer",
            card_id=transfer.id, card=describe_card("transfer", transfer.id, at=caller.at),
            at=caller.at,
        )  # fmt: skip
        message = describe_fresh(posted)
    return SentTransfer(transfer=TransferShown.of(transfer, caller.at), message=message)


def _require_in_room(command: SendTransfer) -> None:
    assert command.room is not None
    try:
        access_room(room_id=command.room, person_id=command.to)
    except RoomNotFound:
        raise PersonNotFound() from None
