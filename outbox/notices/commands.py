"""Wire commands about notices."""

from typing import Any, Literal

from commands.frames import Command, Id, PageSize, Result
from commands.registry import Caller, handles
from outbox.notices import selectors
from outbox.notices.services import show_notice

FAMILY = "Accounts"


class ListNotices(Command):
    type: Literal["notice.list"]
    before: Id | None = None
    limit: PageSize = 50


class Notices(Result):
    notices: list[dict[str, Any]]
    more: bool


@handles(ListNotices, result=Notices, family=FAMILY, reads=True)
def list_notices(command: ListNotices, caller: Caller) -> Notices:
    """List what you were told, newest first."""
    page, more = selectors.list_notices(
        owner_id=caller.person, before=command.before, limit=command.limit
    )
    return Notices(notices=[show_notice(notice) for notice in page], more=more)
