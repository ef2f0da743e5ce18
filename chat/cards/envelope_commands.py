"""Wire commands about red envelopes; `envelope.claim` is in claim_commands.py."""

from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from pydantic import Field

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.models import Kind as RoomKind
from chat.rooms.models import Room
from chat.rooms.selectors import access_room, member_ids, other_side
from commands.frames import Amount, Command, Id, Moment, Result, ShortText, Text
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.envelopes import selectors, services
from wallet.envelopes.errors import EnvelopeNotFound
from wallet.envelopes.models import Envelope
from wallet.envelopes.selectors import Opened, Status, Taken
from wallet.frames import MoneyCommand
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds, LimitExceeded
from wallet.screening.errors import Denied

FAMILY = "Red envelopes"
Word = Annotated[Text, Field(min_length=1, max_length=64)]


class SendEnvelope(MoneyCommand):
    type: Literal["envelope.send"]
    room: Id
    amount: Amount
    count: Annotated[int, Field(ge=1, le=settings.ENVELOPE_SHARES)]
    kind: Literal["random", "equal"]
    greeting: ShortText = ""
    only: Annotated[list[Id], Field(min_length=1, max_length=settings.ROOM_MEMBERS)] | None = None
    password: Word | None = None


class GetEnvelope(Command):
    type: Literal["envelope.get"]
    envelope: Id


class EnvelopeShareShown(Result):
    """A share that somebody took, and how they thanked for it, if they did."""

    person: Id
    amount: int
    at: Moment
    thanks: Annotated[str, Field(default="", exclude_if=lambda thanks: not thanks)]

    @classmethod
    def of(cls, share: Taken) -> "EnvelopeShareShown":
        """Show a share that somebody took."""
        return cls(
            person=share.person_id, amount=share.amount, at=share.at, thanks=share.thanks
        )  # fmt: skip


class EnvelopeShown(Result):
    """An envelope; `shares` only for who may see them, otherwise left out. `returned` is what went
    back to the sender after it expired, `mine` the reader's own share, `thanks` how many thanked.
    """

    id: Id
    room: Id
    sender: Id
    status: Status
    kind: str
    amount: int
    currency: str
    count: int
    claimed: int
    claimed_amount: int
    returned: int
    thanks: int
    greeting: str
    has_password: bool
    only: list[Id] | None
    luckiest: Id | None
    expires_at: Moment
    at: Moment
    mine: EnvelopeShareShown | None
    shares: Annotated[
        list[EnvelopeShareShown] | None,
        Field(default=None, exclude_if=lambda shares: shares is None),
    ]

    @classmethod
    def of(
        cls,
        opened: Opened,
        *,
        reader_id: UUID,
        is_member: bool = True,
        with_shares: bool = True,
    ) -> "EnvelopeShown":
        """Show an envelope to a member of its room, or to who was one when they took a share."""
        envelope = opened.envelope
        shares = None
        mine = opened.share_of(reader_id)
        may_see = opened.may_see_shares(reader_id) and (
            is_member or reader_id == envelope.sender_id
        )
        if with_shares and may_see:
            shares = [EnvelopeShareShown.of(share) for share in opened.taken]
        return cls(
            id=envelope.id, room=envelope.room_id, sender=envelope.sender_id,
            status=opened.status, kind=envelope.kind, amount=envelope.amount,
            currency=envelope.currency, count=envelope.count, claimed=opened.claimed,
            claimed_amount=opened.claimed_amount, returned=opened.returned, thanks=opened.thanks,
            mine=EnvelopeShareShown.of(mine) if mine else None, greeting=envelope.greeting,
            has_password=bool(envelope.password_digest), only=envelope.only,
            luckiest=opened.luckiest, expires_at=envelope.expires_at, at=envelope.at,
            shares=shares,
        )  # fmt: skip


class SentEnvelope(Result):
    envelope: EnvelopeShown
    message: shapes.Message


class OneEnvelope(Result):
    envelope: EnvelopeShown


@handles(
    SendEnvelope, result=SentEnvelope, family=FAMILY, money=True,
    may_refuse=[
        RoomNotFound, RoomForbidden, PersonNotFound, AmountInvalid, InsufficientFunds, Frozen,
        LimitExceeded, Denied,
    ],
)  # fmt: skip
def send_envelope(command: SendEnvelope, caller: Caller) -> SentEnvelope:
    """Throw a red envelope into a room; the money leaves your balance at once."""
    member = access_room(room_id=command.room, person_id=caller.person)
    if command.only and not set(command.only) <= member_ids(room_id=command.room):
        raise PersonNotFound()
    envelope = services.send(
        room_id=command.room, sender_id=caller.person, at=caller.at,
        sender_may_claim=member.room.kind == RoomKind.GROUP, device_id=caller.device_id,
        payee_id=_only_payee(command, member.room, caller.person),
        terms=services.Terms(
            amount=command.amount, currency=command.currency, count=command.count,
            kind=command.kind, greeting=command.greeting, only=command.only,
            password=command.password or "",
        ),
    )  # fmt: skip
    message = post_card(
        room_id=command.room, author_id=caller.person, card_type="envelope",
        card_id=envelope.id, card=describe_card("envelope", envelope.id, at=caller.at),
        at=caller.at,
    )  # fmt: skip
    shown = EnvelopeShown.of(Opened(envelope, [], caller.at), reader_id=caller.person)
    return SentEnvelope(envelope=shown, message=describe_fresh(message))


def _only_payee(command: SendEnvelope, room: Room, sender: UUID) -> UUID | None:
    """Return who alone may open an envelope, if it is one person beside its sender."""
    if room.kind == RoomKind.DIRECT:
        return other_side(room=room, person_id=sender)
    if command.only and len(set(command.only)) == 1 and command.only[0] != sender:
        return command.only[0]
    return None


def access_envelope(envelope_id: UUID, person_id: UUID) -> Envelope:
    """Return an envelope of a room the person is in. Raises EnvelopeNotFound."""
    envelope = selectors.get_envelope(envelope_id=envelope_id)
    try:
        access_room(room_id=envelope.room_id, person_id=person_id)
    except RoomNotFound:
        raise EnvelopeNotFound() from None
    return envelope


@handles(GetEnvelope, result=OneEnvelope, family=FAMILY, reads=True, may_refuse=[EnvelopeNotFound])
def get_envelope(command: GetEnvelope, caller: Caller) -> OneEnvelope:
    """Show an envelope; who got how much, once you may know."""
    envelope = access_envelope(command.envelope, caller.person)
    opened = selectors.look_into(envelope, at=caller.at)
    return OneEnvelope(envelope=EnvelopeShown.of(opened, reader_id=caller.person))
