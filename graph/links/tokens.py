"""The secret in a link: made from the link's id and the service's key, so that it can be shown
again although it is kept nowhere.
"""

import base64
import binascii
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "kith.friend_link"
SECRET_BYTES = 16


def make_token(link_id: UUID, *, salt: str = SALT) -> str:
    """Return what stands in the link: the id, and 128 bits that nobody guesses."""
    secret = salted_hmac(salt, str(link_id), algorithm="sha256").digest()[:SECRET_BYTES]
    return base64.urlsafe_b64encode(link_id.bytes + secret).rstrip(b"=").decode()


def read_token(token: str, *, salt: str = SALT) -> UUID | None:
    """Return the id of the link that the token is of, or None when it is of none."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link_id = UUID(bytes=raw[:16])
    except (binascii.Error, ValueError):
        return None
    return link_id if constant_time_compare(token, make_token(link_id, salt=salt)) else None
