"""Refusals about links between friends."""

from commands.errors import Refusal


class LinkNotFound(Refusal):
    """The link is unknown, was renewed or revoked, has expired or is used up, or does not work for
    the caller.
    """

    code = "friend.link_not_found"
    status = 404
    message = "This link does not work any more; ask for a new one."
