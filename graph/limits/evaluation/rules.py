"""Rules by which people could be given credit, each a number for a person at a moment.

A rule gets more for people whom it trusts more; below 0 is worse than not being known. Nobody is
known who has no rating, which every rule here counts as 0.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from graph.limits.evaluation.history import Case, History
from graph.limits.evaluation.ranks import rank_by_page
from graph.limits.flow import compute_paths, total
from graph.limits.network import Network, Way

Rule = Callable[[History, Sequence[Case]], list[float]]

# A point of a rating is a line of so many minor units.
POINT = 100
BEST = 10


def judge_by_limit(history: History, cases: Sequence[Case]) -> list[float]:
    """Judge by the limit: the flow of trust that speaks for a person, less that against them.

    The lender is the service itself, with a line to each person of some standing. A rating above 0
    is a trust line from who gives it to who gets it, a rating below 0 a complaint of that size.
    What speaks for a person is the maximum flow to them over at most three lines. What speaks
    against them is the same flow with the complaints as the last lines: a complaint counts as far
    as its author is trusted, no more and no less than praise. A person whom only accounts without
    trust praise gets nothing, and nobody loses by what such accounts say against them.

    The limit is the difference, in points of ratings, and never below 0 when credit is granted; for
    the ranking it stays below.
    """
    return [_Judgement(history, case).margin() / POINT for case in cases]


class _Judgement:
    """One person's limit by what was known before a moment."""

    def __init__(self, history: History, case: Case) -> None:
        self._history = history
        self._case = case
        self._ids: dict[str, UUID] = {}

    def margin(self) -> int:
        """Return what speaks for the person less what speaks against them."""
        opinions = self._opinions(self._case.person)
        praise = {rater: value for rater, value in opinions.items() if value > 0}
        complaints = {rater: -value for rater, value in opinions.items() if value < 0}
        return self._carried(praise) - self._carried(complaints)

    def _opinions(self, person: str) -> dict[str, float]:
        """Return what others thought of somebody; the judged person has no say in it."""
        opinions = self._history.opinions(person, before=self._case.before)
        opinions.pop(self._case.person, None)
        return opinions

    def _is_established(self, person: str) -> bool:
        return self._history.is_established(person, before=self._case.before)

    def _carried(self, last: dict[str, float]) -> int:
        """Return the maximum flow from the service to the person over these last lines."""
        network = Network()
        for rater, points in last.items():
            network.last[self._id_of(rater)] = _way(points)
            for giver, line in self._opinions(rater).items():
                if line > 0:
                    network.middle[(self._id_of(giver), self._id_of(rater))] = _way(line)
        for person in {*last, *(giver for rater in last for giver in self._opinions(rater))}:
            if standing := self._standing(person):
                network.first[self._id_of(person)] = _way(standing)
        return total(compute_paths(network))

    def _standing(self, person: str) -> float:
        """Return how far the service stands behind somebody (points): as far as the best rating
        goes behind the established, and by what the established think of the person.
        """
        opinions = self._opinions(person)
        words = sum(value for giver, value in opinions.items() if self._is_established(giver))
        return max(0.0, words + (BEST if self._is_established(person) else 0))

    def _id_of(self, person: str) -> UUID:
        return self._ids.setdefault(person, UUID(int=len(self._ids)))


def _way(points: float) -> Way:
    # Lines are told apart by their ends here; only how much they carry is asked.
    return Way(UUID(int=0), round(points * POINT))


def judge_by_mean_rating(history: History, cases: Sequence[Case]) -> list[float]:
    """Judge by the mean of the ratings received."""
    means = []
    for case in cases:
        values = [one.value for one in history.received(case.person, before=case.before)]
        means.append(sum(values) / len(values) if values else 0.0)
    return means


def judge_by_friend_count(history: History, cases: Sequence[Case]) -> list[float]:
    """Judge by how many people speak for somebody."""
    counts = []
    for case in cases:
        opinions = history.opinions(case.person, before=case.before)
        counts.append(float(sum(value > 0 for value in opinions.values())))
    return counts


RULES: dict[str, Rule] = {
    "limit": judge_by_limit,
    "mean_rating": judge_by_mean_rating,
    "friend_count": judge_by_friend_count,
    "pagerank": rank_by_page,
}
