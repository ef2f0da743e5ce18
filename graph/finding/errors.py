"""Refusals about finding people."""

from commands.errors import Refusal


class FriendsHidden(Refusal):
    """The person does not let the caller see their friends."""

    code = "friend.list_hidden"
    status = 403
    message = "Their friends are not shown to you."
