"""The number of a receipt: a transfer's id, written so that people can read and type it.

It is Crockford's base 32: digits and capitals without I, L, O and U, the earlier payment first. A
number is the id and nothing else, so that it is unique, costs no table and never changes.
"""

import re
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
GROUPS = (6, 5, 5, 5, 5)
# What people write for what they read.
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def number_of(transfer_id: UUID) -> str:
    """Return the receipt's number of a transfer, such as 01KAQ3-7M2XR-..., in five groups."""
    value = transfer_id.int
    letters = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(LENGTH)))
    marks = iter(letters)
    return "-".join("".join(next(marks) for _ in range(size)) for size in GROUPS)


def read_number(number: str) -> UUID | None:
    """Return the transfer's id that a typed number stands for, or None when it cannot be one.

    Case, blanks and dashes mean nothing; I and L are read as 1, O as 0.
    """
    letters = re.sub(r"[\s-]", "", number).upper().translate(MISREAD)
    if len(letters) != LENGTH or set(letters) - set(ALPHABET):
        return None
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    return UUID(int=value) if value < 1 << 128 else None
