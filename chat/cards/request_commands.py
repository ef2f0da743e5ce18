"""The wire command that asks somebody for a payment, in a room or without one."""

from typing import Annotated, Literal

from pydantic import Field

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room, member_ids
from commands.frames import Amount, Command, Currency, Id, Moment, Result, ShortText
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.ledger.errors import SameAccount
from wallet.requests import services
from wallet.requests.commands import FAMILY, PaymentRequestShown


class CreateRequest(Command):
    type: Literal["payment_request.create"]
    to: Annotated[Id, Field(description="Who is asked to pay.")]
    amount: Amount
    currency: Currency = "CNY"
    note: ShortText = ""
    room: Id | None = None
    expires_at: Moment | None = None


class CreatedRequest(Result):
    payment_request: PaymentRequestShown
    message: Annotated[
        shapes.Message | None, Field(default=None, exclude_if=lambda message: message is None)
    ]


@handles(
    CreateRequest, result=CreatedRequest, family=FAMILY,
    may_refuse=[RoomNotFound, RoomForbidden, PersonNotFound, SameAccount],
)  # fmt: skip
def create_request(command: CreateRequest, caller: Caller) -> CreatedRequest:
    """Ask somebody to pay you; they pay or decline, within a week unless you say until when."""
    if command.room:
        access_room(room_id=command.room, person_id=caller.person)
        if command.to not in member_ids(room_id=command.room):
            raise PersonNotFound()
    request = services.create(
        requester_id=caller.person, payer_id=command.to, amount=command.amount,
        currency=command.currency, note=command.note, room_id=command.room,
        expires_at=command.expires_at, at=caller.at,
    )  # fmt: skip
    message = None
    if command.room:
        posted = post_card(
            room_id=command.room, author_id=caller.person, card_type="request",
            card_id=request.id, card=describe_card("request", request.id, at=caller.at),
            at=caller.at,
        )  # fmt: skip
        message = describe_fresh(posted)
    shown = PaymentRequestShown.of(request, caller.at)
    return CreatedRequest(payment_request=shown, message=message)
