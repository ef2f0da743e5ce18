"""Which payments are unlike what the same set of transfers otherwise shows, and why."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from graph.risk.detectors.background import FEWEST, find_far, find_many, median
from graph.risk.detectors.round import find_round
from graph.risk.detectors.transfers import Transfer

# `split`: paid in many parts on one day. `size`: an amount nearly nobody pays. `habit`: an amount
# that this payer does not otherwise pay. `round`: part of a ring that keeps its money together.
Reason = Literal["split", "size", "habit", "round"]
REASONS: tuple[Reason, ...] = ("split", "size", "habit", "round")

Pair = tuple[str, str]
Day = tuple[str, str, int]


@dataclass(frozen=True)
class Unusual:
    """Days on which one account paid another: all of them, and those that are out of the ordinary
    with their reasons.
    """

    days: dict[Day, list[Transfer]]
    reasons: dict[Day, frozenset[Reason]]

    @property
    def transfers(self) -> list[Transfer]:
        """Return the unusual transfers, in order of time."""
        found = [one for day in self.reasons for one in self.days[day]]
        return sorted(found, key=lambda one: (one.at, one))

    @property
    def pairs(self) -> list[Pair]:
        """Return who pays whom unusually, each pair once."""
        return list(dict.fromkeys((source, target) for source, target, _ in self.reasons))

    @property
    def ordinary_pairs(self) -> list[Pair]:
        """Return who pays whom ordinarily too, each pair once."""
        ordinary = (day[:2] for day in self.days if day not in self.reasons)
        return list(dict.fromkeys(ordinary))


def find_unusual(transfers: Iterable[Transfer]) -> Unusual:
    """Judge each day on which one account pays another. A day is one value of `at`."""
    days: dict[Day, list[Transfer]] = defaultdict(list)
    for one in transfers:
        if one.source != one.target:
            days[one.source, one.target, one.at].append(one)
    amounts = {
        day: math.log(max(1.0, median(one.amount for one in moved))) for day, moved in days.items()
    }
    reasons: dict[Day, set[Reason]] = defaultdict(set)
    for day in _list_split(days):
        reasons[day].add("split")
    for day in _list_sizes(amounts):
        reasons[day].add("size")
    # What is unusual already says nothing about what is usual for its payer.
    usual = {day: amount for day, amount in amounts.items() if day not in reasons}
    for day in _list_out_of_habit(amounts, usual):
        reasons[day].add("habit")
    whole = [moved[0]._replace(amount=sum(one.amount for one in moved)) for moved in days.values()]
    for ring in find_round(whole):
        for one in ring.transfers:
            reasons[one.source, one.target, one.at].add("round")
    return Unusual(dict(days), {day: frozenset(found) for day, found in reasons.items()})


def _list_split(days: dict[Day, list[Transfer]]) -> list[Day]:
    per_pair = Counter(day[:2] for day in days)
    per_moment = Counter(at for _, _, at in days)
    together = sum((count / len(days)) ** 2 for count in per_moment.values())
    by_chance = together * sum(count * (count - 1) / 2 for count in per_pair.values())
    sizes = Counter(len(moved) for moved in days.values())
    many = find_many(sizes, by_chance=by_chance)
    if many is None:
        return []
    split = [day for day, moved in days.items() if len(moved) >= many]
    # Two who do so on most of their days have a habit of their own.
    habit = Counter(day[:2] for day in split)
    return [
        day for day in split if habit[day[:2]] < FEWEST or 2 * habit[day[:2]] < per_pair[day[:2]]
    ]


def _list_sizes(amounts: dict[Day, float]) -> list[Day]:
    if not amounts:
        return []
    middle = median(amounts.values())
    found = []
    for side in (-1, 1):
        distances = {day: max(0.0, side * (amount - middle)) for day, amount in amounts.items()}
        found += _list_far(distances)
    return found


def _list_out_of_habit(amounts: dict[Day, float], usual: dict[Day, float]) -> list[Day]:
    by_payer: dict[str, list[float]] = defaultdict(list)
    for (source, _, _), amount in usual.items():
        by_payer[source].append(amount)
    habits = {source: median(own) for source, own in by_payer.items() if len(own) >= FEWEST}
    return _list_far(
        {day: abs(amount - habits[day[0]]) for day, amount in amounts.items() if day[0] in habits}
    )


def _list_far(distances: dict[Day, float]) -> list[Day]:
    far = find_far(list(distances.values()))
    return [] if far is None else [day for day, distance in distances.items() if distance >= far]
