"""What was known of people's trust at a moment, from ratings with a time."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from graph.limits.evaluation.files import Rating

ALWAYS = float("inf")
# One in so many of those whom anybody stands behind is established: who came first.
ESTABLISHED = 4


@dataclass(frozen=True)
class Case:
    """Somebody to be judged by what was said before a moment."""

    person: str
    before: float


class History:
    """Ratings, asked as they were known before a moment."""

    def __init__(self, ratings: Iterable[Rating]) -> None:
        self.ratings = sorted(ratings, key=lambda rating: rating.at)
        self._received: dict[str, list[Rating]] = {}
        first_trusted: dict[str, float] = {}
        for rating in self.ratings:
            self._received.setdefault(rating.target, []).append(rating)
            if rating.value > 0:
                first_trusted.setdefault(rating.target, rating.at)
        newcomers = sorted((at, person) for person, at in first_trusted.items())
        self._came_at = [at for at, _ in newcomers]
        self._place = {person: place for place, (_, person) in enumerate(newcomers)}

    def received(self, person: str, *, before: float) -> list[Rating]:
        """Return the ratings that a person got strictly before a moment, oldest first."""
        ratings = self._received.get(person, [])
        return ratings[: bisect_left(ratings, before, key=lambda rating: rating.at)]

    def opinions(self, person: str, *, before: float) -> dict[str, float]:
        """Return what each rater thought of a person last before a moment."""
        return {rating.source: rating.value for rating in self.received(person, before=before)}

    def is_established(self, person: str, *, before: float) -> bool:
        """Tell whether a person is in the quarter that had somebody's trust first, of all who had
        it before the moment.

        Age is what nobody can make: however many accounts come later, none gets into the quarter
        before the network is four times as large.
        """
        known = bisect_left(self._came_at, before)
        return self._place.get(person, known) * ESTABLISHED < known
