"""Refusals about friends."""

from commands.errors import Refusal


class NotFriends(Refusal):
    """This needs a friendship that is not there."""

    code = "friend.not_friends"
    status = 403
    message = "You are not friends."


class NotAsked(Refusal):
    """There is no open request from this person."""

    code = "friend.not_asked"
    status = 404
    message = "There is no open request from this person."


class TooManyFriends(Refusal):
    """One of the two has as many friends as one can have."""

    code = "friend.too_many"
    status = 409
    message = "Nobody can have more than {most} friends."


class TooManyRequests(Refusal):
    """The caller waits for as many answers, or the other has as many requests, as one can have."""

    code = "friend.too_many_requests"
    status = 409
    message = "Too many friend requests are open ({whose}); at most {most} can be."


class Yourself(Refusal):
    """The other person is the caller."""

    code = "friend.yourself"
    status = 400
    message = "This needs somebody else."
