"""What this process remembers of envelopes, so that a rush asks the database little.

Only what stays true is remembered: an envelope's terms never change, and one that was seen emptied
never fills again. What is forgotten is only asked again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from commands.recent import Recent
from wallet.envelopes.models import Envelope

REMEMBERED = 10_000
# Who took which share is up to five hundred lines each; beyond these rushes the database is asked.
TAKERS_REMEMBERED = 200


class Own(NamedTuple):
    """The share that somebody took: the amount in minor units."""

    amount: int
    at: datetime


_emptied: Recent[UUID, None] = Recent(REMEMBERED)
_takers: Recent[UUID, Mapping[UUID, Own]] = Recent(TAKERS_REMEMBERED)
_terms: Recent[UUID, Envelope] = Recent(REMEMBERED)


def remember_empty(envelope_id: UUID, takers: Mapping[UUID, Own]) -> None:
    """Remember that all shares are committed away, and to whom."""
    _takers.put(envelope_id, takers)
    _emptied.put(envelope_id, None)


def is_known_to_be_empty(envelope_id: UUID) -> bool:
    """Tell whether the envelope was seen emptied."""
    return envelope_id in _emptied


def find_takers(envelope_id: UUID) -> Mapping[UUID, Own] | None:
    """Return all who have a share of an envelope that was seen emptied, by person; None where this
    process does not know them.
    """
    return _takers.get(envelope_id)


def find_terms(envelope_id: UUID) -> Envelope | None:
    """Return the envelope, `returned_at` as it once was, or None where this process does not know
    it.
    """
    return _terms.get(envelope_id)


def recall_envelopes(envelope_ids: Iterable[UUID]) -> dict[UUID, Envelope]:
    """Return those of the envelopes that there are; `returned_at` may be older than now."""
    found = {one: row for one in set(envelope_ids) if (row := _terms.get(one)) is not None}
    missing = set(envelope_ids) - found.keys()
    if missing:
        for envelope in Envelope.objects.filter(id__in=missing):
            _terms.put(envelope.id, envelope)
            found[envelope.id] = envelope
    return found
