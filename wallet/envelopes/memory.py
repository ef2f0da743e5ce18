"""What this process remembers of envelopes, so that a rush asks the database little.

Only what stays true is remembered: an envelope's terms never change, and one that was seen emptied
never fills again. What is forgotten is only asked again.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar
from uuid import UUID

from wallet.envelopes.models import Envelope

REMEMBERED = 10_000
V = TypeVar("V")


class _Memory(Generic[V]):
    """The newest things that were put into it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, V] = OrderedDict()

    def put(self, key: UUID, value: V) -> None:
        self._kept[key] = value
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def get(self, key: UUID) -> V | None:
        return self._kept.get(key)


_emptied: _Memory[UUID] = _Memory()
_terms: _Memory[Envelope] = _Memory()


def remember_empty(envelope_id: UUID) -> None:
    """Remember that all shares are committed away."""
    _emptied.put(envelope_id, envelope_id)


def is_known_to_be_empty(envelope_id: UUID) -> bool:
    """Tell whether the envelope was seen emptied."""
    return _emptied.get(envelope_id) is not None


def recall_envelopes(envelope_ids: Iterable[UUID]) -> dict[UUID, Envelope]:
    """Return those of the envelopes that there are; `returned_at` may be older than now."""
    found = {one: row for one in set(envelope_ids) if (row := _terms.get(one)) is not None}
    missing = set(envelope_ids) - found.keys()
    if missing:
        for envelope in Envelope.objects.filter(id__in=missing):
            _terms.put(envelope.id, envelope)
            found[envelope.id] = envelope
    return found
