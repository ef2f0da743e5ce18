"""Envelopes that this process has seen emptied, so that late taps cost nothing.

An envelope never fills again, so what is remembered stays true; what is forgotten is only asked
again.
"""

from collections import OrderedDict
from uuid import UUID

REMEMBERED = 10_000
_emptied: "OrderedDict[UUID, None]" = OrderedDict()


def remember_empty(envelope_id: UUID) -> None:
    """Remember that all shares are committed away."""
    _emptied[envelope_id] = None
    while len(_emptied) > REMEMBERED:
        _emptied.popitem(last=False)


def is_known_to_be_empty(envelope_id: UUID) -> bool:
    """Tell whether the envelope was seen emptied."""
    return envelope_id in _emptied
