"""The wire command that offers money, in a room or without one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from uuid_utils.compat import uuid7

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
from outbox.after_commit import run_after_commit
from wallet.frames import MoneyCommand
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded, SameAccount
from wallet.screening.errors import Denied
from wallet.screening.judges import Early, ask_early, needs_early
from wallet.screening.payments import Payment
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
        device_id=caller.device_id,
    )  # fmt: skip


def _ask_early(command: SendTransfer, caller: Caller) -> Early:
    """Ask those who judge before the transaction; see Note [Two kinds of judges]."""
    return ask_early(
        Payment(
            id=uuid7(), command=services.COMMAND, payer_id=caller.person, payee_id=command.to,
            amount=command.amount, currency=command.currency, at=caller.at,
            device_id=caller.device_id,
        )
    )  # fmt: skip


def _may_go_with_others(command: SendTransfer) -> bool:
    return command.room is None and not _is_asked_early(command)


def _is_asked_early(command: SendTransfer) -> bool:
    return needs_early(
        command=services.COMMAND, amount=command.amount, currency=command.currency
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
    SendTransfer, result=SentTransfer, family=FAMILY, money=True, prepare=_ask_early,
    prepares=_is_asked_early, abandon=Early.withdraw,
    many=Many(
        handle=_send_many, fits=_may_go_with_others,
        queue=lambda command: command.to,
    ),
    may_refuse=[
        RoomNotFound, RoomForbidden, PersonNotFound, SameAccount, InsufficientFunds, Frozen,
        LimitExceeded, Denied,
    ],
)  # fmt: skip
def send_transfer(
    command: SendTransfer, caller: Caller, early: Early | None = None
) -> SentTransfer:
    """Offer money to somebody; it is held on your account until they accept or return it."""
    if command.room:
        access_room(room_id=command.room, person_id=caller.person)
        _require_in_room(command)
    transfer = services.send(_offer(command, caller), at=caller.at, early=early)
    if early:
        run_after_commit(early.confirm)
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
