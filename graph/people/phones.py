"""Phone numbers: one form of each, and what is kept of it.

Note [Hashes of phone numbers]
A client hashes the numbers of its address book (SHA-256 over the E.164 form), so that they do not
stand in a log or a proxy by accident. That hides nothing from who wants to know: there are some ten
thousand million numbers, and a computer hashes them all within minutes. So what is kept is an HMAC
of the hash under a key of the service (the pepper), which a stolen table does not hold; how many
may be asked for in a day is bounded, and only people who chose it are found.
"""

import hashlib
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

HASH_BYTES: Final = 32


def to_e164(phone: str) -> str:
    """Return the number with its country, "+8613800000000"; one without is of the service's."""
    digits = "".join(filter(str.isdigit, phone))
    if phone.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{settings.PHONE_COUNTRY}{digits.removeprefix('0')}"


def hash_phone(phone: str) -> bytes:
    """Return what a client sends of a number."""
    return hashlib.sha256(to_e164(phone).encode()).digest()


def pepper(hashed: bytes) -> bytes:
    """Return what is kept of a hashed number. See Note [Hashes of phone numbers]."""
    return salted_hmac("graph.people.contact", hashed.hex(), algorithm="sha256").digest()
