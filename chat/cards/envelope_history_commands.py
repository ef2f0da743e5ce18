"""Wire commands about what became of red envelopes: thanks, history, the year, luck in a room."""

from typing import Annotated, Literal

from pydantic import Field

from chat.cards.envelope_commands import FAMILY, EnvelopeShown, OneEnvelope, access_envelope
from chat.messages.selectors import list_cards
from chat.rooms.errors import RoomNotFound
from chat.rooms.selectors import access_room, member_ids, rooms_of
from commands.frames import Command, Currency, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from wallet.envelopes import history, selectors
from wallet.envelopes.errors import AlreadyThanked, EnvelopeNotFound, NotClaimed, NotForYou
from wallet.envelopes.thanks import thank

# One that shows something: an emoji or some words, not only blanks.
Thanks = Annotated[Text, Field(min_length=1, max_length=60, pattern=r"\S")]


class ThankForEnvelope(Command):
    type: Literal["envelope.thank"]
    envelope: Id
    words: Thanks = "🙏"


class EnvelopeHistory(Command):
    type: Literal["envelope.history"]
    role: history.Role | None = None
    before: Id | None = None
    limit: PageSize = 50


class EnvelopeSummary(Command):
    type: Literal["envelope.summary"]
    year: Annotated[int, Field(ge=2000, le=2200)]
    currency: Currency = "CNY"


class EnvelopeStatistics(Command):
    type: Literal["envelope.statistics"]
    room: Id
    currency: Currency = "CNY"


class Envelopes(Result):
    envelopes: list[EnvelopeShown]
    more: bool


class EnvelopeCount(Result):
    count: int
    amount: int

    @classmethod
    def of(cls, count: history.Count) -> "EnvelopeCount":
        """Show how many, and how much they are together."""
        return cls(count=count.count, amount=count.amount)


class BestShare(Result):
    envelope: Id
    sender: Id
    amount: int
    at: Moment

    @classmethod
    def of(cls, best: history.Best) -> "BestShare":
        """Show the largest share of a year."""
        return cls(envelope=best.envelope, sender=best.sender, amount=best.amount, at=best.at)


class MostGenerous(Result):
    person: Id
    count: int
    amount: int

    @classmethod
    def of(cls, generous: history.Generous) -> "MostGenerous":
        """Show who gave most."""
        return cls(person=generous.person, count=generous.count, amount=generous.amount)


class MonthOfEnvelopes(Result):
    month: int
    sent: int
    got: int


class YearOfEnvelopes(Result):
    """A year of envelopes in one currency; `currencies` names all that the year has."""

    year: int
    currency: str
    currencies: list[str]
    sent: EnvelopeCount
    got: EnvelopeCount
    returned: int
    luckiest: int
    thanked: int
    thanks: int
    best: BestShare | None
    generous: MostGenerous | None
    months: list[MonthOfEnvelopes]


class LuckShown(Result):
    person: Id
    sent: EnvelopeCount
    got: EnvelopeCount
    luckiest: int


class RoomLuck(Result):
    currency: str
    members: list[LuckShown]


@handles(
    ThankForEnvelope, result=OneEnvelope, family=FAMILY,
    may_refuse=[EnvelopeNotFound, NotForYou, NotClaimed, AlreadyThanked],
)  # fmt: skip
def thank_for_envelope(command: ThankForEnvelope, caller: Caller) -> OneEnvelope:
    """Thank the sender for the share that you took, once, with an emoji or a few words.

    The sender gets the notice `envelope.thanked`; whoever sees the shares sees the words, and all
    members see on the card how many have thanked.
    """
    envelope = access_envelope(command.envelope, caller.person)
    thank(envelope=envelope, person_id=caller.person, words=command.words.strip(), at=caller.at)
    opened = selectors.look_into(envelope, at=caller.at)
    return OneEnvelope(envelope=EnvelopeShown.of(opened, reader_id=caller.person))


@handles(EnvelopeHistory, result=Envelopes, family=FAMILY, reads=True)
def list_envelopes(command: EnvelopeHistory, caller: Caller) -> Envelopes:
    """List the envelopes that you sent or opened (or, with `role`, one kind of the two), newest
    first. `mine` is your own share; who else got what is not shown for rooms that you have left,
    unless you sent it.
    """
    page, more = history.list_for_person(
        person_id=caller.person, role=command.role, before=command.before, limit=command.limit
    )
    opened = selectors.look_into_all(page, at=caller.at)
    rooms = rooms_of(person_id=caller.person, room_ids={one.room_id for one in page})
    shown = [
        EnvelopeShown.of(one, reader_id=caller.person, is_member=one.envelope.room_id in rooms)
        for one in opened
    ]
    return Envelopes(envelopes=shown, more=more)


@handles(EnvelopeSummary, result=YearOfEnvelopes, family=FAMILY, reads=True)
def sum_up_envelopes(command: EnvelopeSummary, caller: Caller) -> YearOfEnvelopes:
    """Sum up your year of envelopes: what you sent and got, how often you were luckiest, your best
    share, who gave you most, and each month.

    The year is that of the service's time zone. `returned` is what came back of what you sent,
    `thanked` how many thanked you, and `thanks` how often you did.
    """
    year = history.sum_up_year(
        person_id=caller.person, year=command.year, currency=command.currency
    )
    return YearOfEnvelopes(
        year=command.year, currency=command.currency, currencies=year.currencies,
        sent=EnvelopeCount.of(year.sent), got=EnvelopeCount.of(year.got), returned=year.returned,
        luckiest=year.luckiest, thanked=year.thanked, thanks=year.thanks,
        best=BestShare.of(year.best) if year.best else None,
        generous=MostGenerous.of(year.generous) if year.generous else None,
        months=[
            MonthOfEnvelopes(month=month, sent=sent, got=got)
            for month, (sent, got) in enumerate(year.months, start=1)
        ],
    )  # fmt: skip


@handles(
    EnvelopeStatistics, result=RoomLuck, family=FAMILY, reads=True, may_refuse=[RoomNotFound]
)  # fmt: skip
def count_luck_of_room(command: EnvelopeStatistics, caller: Caller) -> RoomLuck:
    """Count what each member of a room has sent and got in envelopes since you joined, and how
    often they were luckiest; who got most comes first.

    Shares of an open envelope count only once you may see them.
    """
    member = access_room(room_id=command.room, person_id=caller.person)
    envelopes = list_cards(
        member=member, card_ids=history.list_room_envelopes(room_id=command.room)
    )
    luck = history.count_luck(
        envelopes=envelopes, reader_id=caller.person, currency=command.currency, at=caller.at
    )
    members = [
        LuckShown(
            person=person, sent=EnvelopeCount.of(one.sent), got=EnvelopeCount.of(one.got),
            luckiest=one.luckiest,
        )
        for person, one in (
            (person, luck.get(person, history.Luck()))
            for person in member_ids(room_id=command.room)
        )
    ]  # fmt: skip
    members.sort(key=lambda one: (-one.got.amount, -one.sent.amount, one.person))
    return RoomLuck(currency=command.currency, members=members)
