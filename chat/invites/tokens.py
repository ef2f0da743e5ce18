"""The secret in a link: made from the link's id and the service's key, so that it can be shown
again although it is kept nowhere.
"""

import base64
import binascii
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "kith.invite"
SECRET_BYTES = 16


def make_token(invite_id: UUID) -> str:
    """Return what stands in the link: the id, and 128 bits that nobody guesses."""
    return base64.urlsafe_b64encode(invite_id.bytes + _secret(invite_id)).rstrip(b"=").decode()


def read_token(token: str) -> UUID | None:
    """Return the id of the link that the token is of, or None when it is of none."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        invite_id = UUID(bytes=raw[:16])
    except (binascii.Error, ValueError):
        return None
    return invite_id if constant_time_compare(token, make_token(invite_id)) else None


def _secret(invite_id: UUID) -> bytes:
    return salted_hmac(SALT, str(invite_id), algorithm="sha256").digest()[:SECRET_BYTES]
