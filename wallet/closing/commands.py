"""Wire commands that close accounts, one or all with the person's own."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, Result, Text
from commands.registry import Caller, handles
from graph.people.commands import FAMILY as PEOPLE
from graph.people.errors import Locked, WrongCredentials
from graph.people.services import check_own_password
from wallet.accounts.commands import FAMILY, AccountShown
from wallet.accounts.errors import AccountNotFound
from wallet.closing import services
from wallet.closing.errors import StillOpen


class CloseAccount(Command):
    type: Literal["wallet.close_account"]
    account: Id


class ListOpen(Command):
    type: Literal["account.list_open"]


class LeaveService(Command):
    type: Literal["account.close"]
    password: Annotated[Text, Field(min_length=1, max_length=128)]


class OpenShown(Result):
    """Something that stands open; `currency` and `amount` are null where it has none."""

    kind: str
    currency: str | None
    amount: int | None
    count: int


class StandsOpen(Result):
    open: list[OpenShown]


class Left(Result):
    """Nothing to say but that it is done."""


class ClosedAccount(Result):
    account: AccountShown


@handles(CloseAccount, result=ClosedAccount, family=FAMILY, may_refuse=[AccountNotFound, StillOpen])
def close_account(command: CloseAccount, caller: Caller) -> ClosedAccount:
    """Close one of your accounts for good, once nothing is on it and nothing stands open; the
    refusal lists what does.
    """
    account = services.close_account(
        person_id=caller.person, account_id=command.account, at=caller.at
    )
    return ClosedAccount(account=AccountShown.of(account))


@handles(ListOpen, result=StandsOpen, family=PEOPLE, reads=True)
def list_open(command: ListOpen, caller: Caller) -> StandsOpen:
    """List what stands open and keeps you from closing your account: money, promises, bills, loans,
    trust you give, groups that nobody else owns.
    """
    found = services.find_open(person_id=caller.person, at=caller.at)
    return StandsOpen(open=[OpenShown(**one) for one in found])


def _check_password(command: LeaveService, caller: Caller) -> None:
    # Before the transaction: a wrong password is counted although the closing is refused.
    check_own_password(person_id=caller.person, password=command.password)


@handles(
    LeaveService, result=Left, family=PEOPLE, prepare=_check_password, money=True,
    may_refuse=[StillOpen, WrongCredentials, Locked],
)  # fmt: skip
def leave_service(command: LeaveService, caller: Caller, checked: None) -> Left:
    """Close your account for good, once nothing stands open (`account.list_open`): your accounts of
    money close, you leave your groups, and every device is signed out.
    """
    services.leave(person_id=caller.person, at=caller.at)
    if caller.browser:
        caller.browser.log_out()
    return Left()
