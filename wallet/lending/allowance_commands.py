"""Wire commands about standing permissions to lend."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Amount, Command, Day, Id, Moment, Result
from commands.registry import Caller, handles
from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound
from wallet.days import start_of
from wallet.frames import PaymentPin
from wallet.ledger.errors import SameAccount
from wallet.lending import allowances
from wallet.lending.allowances import PermissionStanding
from wallet.lending.commands import FAMILY
from wallet.lending.errors import NoAllowance, UntilInvalid
from wallet.lending.models import Allowance

# A moment, or a date of the service's time zone, which is included.
SomeDay = Annotated[Day, Field(ge=date(1970, 1, 1), le=date(9998, 12, 31))]
Until = Annotated[
    Moment | SomeDay,
    Field(union_mode="left_to_right", description="A date is included, a moment is not."),
]


class AllowLoans(Command):
    type: Literal["loan.allow"]
    person: Id
    amount: Amount
    until: Until
    currency: Literal["CNY"] = "CNY"
    pin: PaymentPin = None


class DisallowLoans(Command):
    type: Literal["loan.disallow"]
    person: Id


class ListAllowances(Command):
    type: Literal["loan.allowances"]


class AllowanceShown(Result):
    """A standing permission: `used` is all that is outstanding between the two, `left` what may
    still be lent by it. `status`: active, expired, revoked, or `resting` where it has to be given
    again: the friendship has ended or begun anew, or the lender's payment PIN is another one or
    locked.
    """

    id: Id
    lender: Id
    borrower: Id
    amount: int
    currency: str
    used: int
    left: int
    until: Moment
    at: Moment
    status: str

    @classmethod
    def of(cls, standing: PermissionStanding) -> "AllowanceShown":
        """Show a permission as it stands."""
        allowance = standing.allowance
        return cls(
            id=allowance.id, lender=allowance.lender_id, borrower=allowance.borrower_id,
            amount=allowance.amount, currency="CNY", used=standing.used, left=standing.left,
            until=allowance.until, at=allowance.set_at, status=standing.status,
        )  # fmt: skip


class OneAllowance(Result):
    allowance: AllowanceShown


class Allowances(Result):
    given: list[AllowanceShown]
    received: list[AllowanceShown]


def _moment(until: datetime | date) -> datetime:
    return until if isinstance(until, datetime) else start_of(until + timedelta(days=1))


@handles(
    AllowLoans, result=OneAllowance, family=FAMILY, money=True, tier="real_name",
    may_refuse=[PersonNotFound, SameAccount, NotFriends, UntilInvalid],
)  # fmt: skip
def allow_loans(command: AllowLoans, caller: Caller) -> OneAllowance:
    """Lend to a friend from now on without being asked, as long as no more than an amount is
    outstanding between you, until a date; you get a notice of each loan.
    """
    allowance = allowances.allow(
        lender_id=caller.person, borrower_id=command.person, amount=command.amount,
        until=_moment(command.until), with_pin=command.pin is not None, at=caller.at,
    )  # fmt: skip
    return _show(allowance, caller.at)


@handles(DisallowLoans, result=OneAllowance, family=FAMILY, money=True, may_refuse=[NoAllowance])
def disallow_loans(command: DisallowLoans, caller: Caller) -> OneAllowance:
    """Take back what you have permitted somebody; loans that run go on."""
    allowance = allowances.disallow(
        lender_id=caller.person, borrower_id=command.person, at=caller.at
    )
    return _show(allowance, caller.at)


def _show(allowance: Allowance, at: datetime) -> OneAllowance:
    standing = allowances.stand(allowance=allowance, at=at)
    return OneAllowance(allowance=AllowanceShown.of(standing))


@handles(ListAllowances, result=Allowances, family=FAMILY, reads=True)
def list_allowances(command: ListAllowances, caller: Caller) -> Allowances:
    """List the standing permissions that you gave and got and that have not ended."""
    found = allowances.list_allowances(person_id=caller.person, at=caller.at)
    return Allowances(
        given=_shown(one for one in found if one.allowance.lender_id == caller.person),
        received=_shown(one for one in found if one.allowance.borrower_id == caller.person),
    )


def _shown(found: Iterable[PermissionStanding]) -> list[AllowanceShown]:
    return [AllowanceShown.of(one) for one in found]
