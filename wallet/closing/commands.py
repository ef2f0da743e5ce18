"""Wire commands that close accounts."""

from typing import Literal

from commands.frames import Command, Id, Result
from commands.registry import Caller, handles
from wallet.accounts.commands import FAMILY, AccountShown
from wallet.accounts.errors import AccountNotFound
from wallet.closing import services
from wallet.closing.errors import StillOpen


class CloseAccount(Command):
    type: Literal["wallet.close_account"]
    account: Id


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
