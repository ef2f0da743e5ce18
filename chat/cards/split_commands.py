"""Wire commands that put a bill into a room."""

from typing import Literal

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room, member_ids
from commands.frames import Amount, Command, Id, Result, ShortText
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.frames import MoneyCommand
from wallet.ledger.errors import AmountInvalid
from wallet.splits import selectors, services
from wallet.splits.between import Between, part_amount, people_of
from wallet.splits.commands import FAMILY, OneSplit, SplitShown
from wallet.splits.errors import SplitNotFound
from wallet.splits.locks import take_turn


class CreateSplit(MoneyCommand):
    type: Literal["split.create"]
    room: Id
    amount: Amount
    note: ShortText = ""
    between: Between


class GetSplit(Command):
    type: Literal["split.get"]
    split: Id


class CreatedSplit(Result):
    split: SplitShown
    message: shapes.Message


@handles(
    CreateSplit, result=CreatedSplit, family=FAMILY, money=True, tier="real_name",
    may_refuse=[RoomNotFound, RoomForbidden, PersonNotFound, AmountInvalid],
)  # fmt: skip
def create_split(command: CreateSplit, caller: Caller) -> CreatedSplit:
    """Ask members of a room to pay their parts of a bill that you have paid."""
    access_room(room_id=command.room, person_id=caller.person)
    if not set(people_of(command.between)) <= member_ids(room_id=command.room):
        raise PersonNotFound()
    bill = services.create(
        room_id=command.room, initiator_id=caller.person, currency=command.currency,
        note=command.note, at=caller.at,
        parts=part_amount(
            command.amount, command.between, turn=lambda: take_turn(room_id=command.room)
        ),
    )  # fmt: skip
    message = post_card(
        room_id=command.room, author_id=caller.person, card_type="split",
        card_id=bill.split.id, card=describe_card("split", bill.split.id, at=caller.at),
        at=caller.at,
    )  # fmt: skip
    return CreatedSplit(split=SplitShown.of(bill), message=describe_fresh(message))


@handles(GetSplit, result=OneSplit, family=FAMILY, reads=True, may_refuse=[SplitNotFound])
def get_split(command: GetSplit, caller: Caller) -> OneSplit:
    """Show a bill: who has paid and who has not."""
    bill = selectors.get_bill(split_id=command.split)
    is_part = any(share.person_id == caller.person for share in bill.shares)
    if not is_part and bill.split.initiator_id != caller.person:
        try:
            access_room(room_id=bill.split.room_id, person_id=caller.person)
        except RoomNotFound:
            raise SplitNotFound() from None
    return OneSplit(split=SplitShown.of(bill))
