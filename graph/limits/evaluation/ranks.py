"""PageRank over the lines that were known at a moment, for comparison."""

from collections.abc import Iterable, Sequence

from graph.limits.evaluation.history import Case, History

DAMPING = 0.85
# Steps from the ranks of an earlier moment, which are nearly right already.
STEPS = 8


def rank_by_page(history: History, cases: Sequence[Case]) -> list[float]:
    """Judge by PageRank (Brin and Page, 1998) over ratings above 0, as far as they were known.

    A line passes on rank in proportion to its rating. Ranks are shares of 1; who has no line to
    them has rank 0 here, as somebody who is not known.
    """
    ranks = Ranks()
    judged: dict[Case, float] = {}
    known = 0
    for case in sorted(set(cases), key=lambda case: (case.before, case.person)):
        while known < len(history.ratings) and history.ratings[known].at < case.before:
            rating = history.ratings[known]
            if rating.value > 0:
                ranks.add_line(rating.source, rating.target, rating.value)
            known += 1
        judged[case] = ranks.rank_of(case.person)
    return [judged[case] for case in cases]


class Ranks:
    """The ranks of a network that grows."""

    def __init__(self) -> None:
        self._lines: dict[tuple[int, int], float] = {}
        self._given: list[float] = []
        self._received: list[bool] = []
        self._ranks: list[float] = []
        self._places: dict[str, int] = {}
        self._is_fresh = True

    def add_line(self, giver: str, receiver: str, weight: float) -> None:
        """Add a line, or give it another weight."""
        giving, receiving = self._place(giver), self._place(receiver)
        before = self._lines.get((giving, receiving), 0.0)
        self._lines[(giving, receiving)] = weight
        self._given[giving] += weight - before
        self._received[receiving] = True
        self._is_fresh = False

    def _place(self, person: str) -> int:
        place = self._places.setdefault(person, len(self._places))
        if place == len(self._ranks):
            self._ranks.append(0.0)
            self._given.append(0.0)
            self._received.append(False)
        return place

    def rank_of(self, person: str) -> float:
        """Return the rank of a person now; 0 without a line to them."""
        place = self._places.get(person)
        if place is None or not self._received[place]:
            return 0.0
        if not self._is_fresh:
            self._improve(STEPS)
            self._is_fresh = True
        return self._ranks[place]

    def all_ranks(self, *, steps: int) -> dict[str, float]:
        """Return everybody's rank after so many steps."""
        self._improve(steps)
        return {person: self._ranks[place] for person, place in self._places.items()}

    def _improve(self, steps: int) -> None:
        arcs = [
            (giving, receiving, weight / self._given[giving])
            for (giving, receiving), weight in self._lines.items()
        ]
        for _ in range(steps):
            self._ranks = self._step(arcs)

    def _step(self, arcs: Iterable[tuple[int, int, float]]) -> list[float]:
        ranks = self._ranks
        # Who gives no line passes theirs on to everybody, and so do those who are new.
        passed = sum(rank for rank, given in zip(ranks, self._given, strict=True) if given > 0)
        next_ranks = [(1 - DAMPING * passed) / len(ranks)] * len(ranks)
        for giving, receiving, share in arcs:
            next_ranks[receiving] += DAMPING * ranks[giving] * share
        return next_ranks
