"""Refusals about invites."""

from commands.errors import Refusal


class InviteNotFound(Refusal):
    """The link is unknown, revoked, expired or used up, or does not work for the caller."""

    code = "invite.not_found"
    status = 404
    message = "This link does not work any more."


class TooManyInvites(Refusal):
    """The room has as many working links as a room can have."""

    code = "invite.too_many"
    status = 409
    message = "A room has at most {most} links; revoke one first."


class JoinRequestNotFound(Refusal):
    """There is no such request, or not in a room that the caller manages."""

    code = "join_request.not_found"
    status = 404
    message = "There is no such request."


class JoinRequestDecided(Refusal):
    """Somebody else has decided the other way."""

    code = "join_request.decided"
    status = 409
    message = "This request was {status} already."


class JoinRequestRefused(Refusal):
    """The caller was refused not long ago."""

    code = "join_request.refused"
    status = 409
    message = "They did not let you in; ask again in some days."


class TooManyJoinRequests(Refusal):
    """As many people wait already as a room can have waiting."""

    code = "join_request.too_many"
    status = 409
    message = "Too many people wait to be let in; try again later."
