"""Refusals about red envelopes."""

from datetime import datetime

from commands.errors import Refusal
from commands.frames import show_moment


class EnvelopeNotFound(Refusal):
    """There is no such envelope, or not for this person."""

    code = "envelope.not_found"
    status = 404
    message = "There is no such envelope."


class EnvelopeEmpty(Refusal):
    """All shares are taken."""

    code = "envelope.empty"
    status = 409
    message = "Too late: all shares are taken."


class EnvelopeExpired(Refusal):
    """The day is over; what was left went back."""

    code = "envelope.expired"
    status = 409
    message = "This envelope has expired."

    def __init__(self, *, expires_at: datetime) -> None:
        super().__init__(expires_at=show_moment(expires_at))


class AlreadyClaimed(Refusal):
    """One share per person."""

    code = "envelope.already_claimed"
    status = 409
    message = "You have already opened this envelope."

    def __init__(self, *, amount: int, at: datetime) -> None:
        shown = show_moment(at)
        super().__init__(amount=amount, at=shown, share={"amount": amount, "at": shown})


class NotForYou(Refusal):
    """The envelope is for somebody else."""

    code = "envelope.not_for_you"
    status = 403
    message = "This envelope is not for you."


class WrongPassword(Refusal):
    """The word was not the right one."""

    code = "envelope.wrong_password"
    status = 403
    message = "That is not the right word."


class NotClaimed(Refusal):
    """Who took no share has nothing to thank for."""

    code = "envelope.not_claimed"
    status = 409
    message = "You have not opened this envelope."


class AlreadyThanked(Refusal):
    """One thank-you per share."""

    code = "envelope.already_thanked"
    status = 409
    message = "You have said thank you for this one already."
