"""The secret in a link into a group."""

from uuid import UUID

from graph.links import tokens

SALT = "kith.invite"


def make_token(invite_id: UUID) -> str:
    """Return what stands in the link: the id, and 128 bits that nobody guesses."""
    return tokens.make_token(invite_id, salt=SALT)


def read_token(token: str) -> UUID | None:
    """Return the id of the link that the token is of, or None when it is of none."""
    return tokens.read_token(token, salt=SALT)
