"""What rules judge by: plain values as they stood just before a payment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from wallet.screening.payments import Payment


@dataclass(frozen=True)
class Move:
    """Money that moved, or is on its way: `other` is who got it or gave it, None for a bank and for
    nobody in particular (an envelope, vouchers).
    """

    id: UUID
    at: datetime
    amount: int
    currency: str
    other: UUID | None


@dataclass(frozen=True)
class Side:
    """What is known of one side of a payment; `case` is how the open case about them was decided
    last (`open` where nothing was), None where none is open.
    """

    created_at: datetime
    is_frozen: bool = False
    case: str | None = None


@dataclass(frozen=True)
class Device:
    """What the payer is signed in by: since when, and how many people are signed in by it."""

    id: UUID
    since: datetime
    people: int = 1


@dataclass(frozen=True)
class Seen:
    """Where somebody was when: degrees, country (ISO 3166, "" where unknown), and a digest of the
    network.
    """

    at: datetime
    latitude: float
    longitude: float
    country: str = ""
    network: str = ""


@dataclass(frozen=True)
class Leap:
    """That an account was used at two places within less time than one can travel."""

    at: datetime
    kilometres: int
    speed: int


@dataclass(frozen=True)
class Facts:
    """All that a rule may ask for; what no rule needed is empty. Moves are newest first, at most
    100 of each, of the last 90 days, without the payment itself: `sent` is all that left somebody,
    by whatever command, `got` what others paid them, without what they took of envelopes.

    `hops` is the length of the shortest path of friends between the two, up to 3, None where there
    is none; `blocked_friends` are the payee's friends whose accounts are frozen; `reporters` the
    people who reported the payee for fraud in the last 30 days.
    """

    payment: Payment
    hour: int = 12
    payer: Side | None = None
    payee: Side | None = None
    are_friends: bool = False
    sent: Sequence[Move] = ()
    got: Sequence[Move] = ()
    came_in: Sequence[Move] = ()
    payee_sent: Sequence[Move] = ()
    payee_got: Sequence[Move] = ()
    hours: Sequence[int] = field(default=())
    device: Device | None = None
    device_starts: Sequence[datetime] = ()
    payee_on_device: bool = False
    seen: Sequence[Seen] = ()
    leap: Leap | None = None
    hops: int | None = None
    blocked_friends: int = 0
    reporters: int = 0

    @property
    def amount(self) -> int:
        """Return the payment's amount in minor units."""
        return self.payment.amount

    @property
    def is_new_payee(self) -> bool:
        """Tell whether there is a payee, whom the payer has not sent anything in the last 90
        days.
        """
        payee = self.payment.payee_id
        return payee is not None and all(one.other != payee for one in self.sent)

    def within(self, moves: Sequence[Move], span: timedelta) -> list[Move]:
        """Return those of the moves in the payment's currency that were at most so long before."""
        since = self.payment.at - span
        return [one for one in moves if one.at >= since and one.currency == self.payment.currency]
