"""What is ordinary in a set of transfers, so that what is not stands out by the set's own measure.

Nothing here knows an amount, a day or a rate beforehand. Each rule compares a set's tail with what
the rest of the same set lets one expect there.
"""

# Note [Thresholds from the set itself]
# Two questions decide whether a tail is a kind of its own or the end of what everybody does.
# How large is it? What more than one day in twenty shows is ordinary, whatever it looks like.
# How large would it be by chance? Amounts: for tails no heavier than a power law, the share beyond
# a distance d from the middle is at most the square of the share beyond d/2; where many more are
# there, they have not drifted there. Repetitions: the share of n + 1 to n payments falls from n to
# n + 1 at most as it fell anywhere before; a count five times above that is a kind of its own.
# Both give a rate of false ones without labels: what chance expects, over what is there.

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

ORDINARY = 0.05
FALSE = 0.1
FALSE_COUNT = 0.2
FEWEST = 3
# Factors between an amount and the ordinary one that are tried, smallest first.
FACTORS = (1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 20.0, 30.0, 50.0, 100.0)


def median(values: Iterable[float]) -> float:
    """Return the middle value, or the middle between two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def find_far(distances: Sequence[float]) -> float | None:
    """Return from which distance to the ordinary, in logarithms, values are a kind of their own.

    None where no distance parts them. See Note [Thresholds from the set itself].
    """
    ordered = sorted(distances)

    def share(distance: float) -> float:
        return (len(ordered) - bisect_left(ordered, distance)) / len(ordered)

    for factor in FACTORS if ordered else ():
        distance = math.log(factor)
        beyond = share(distance)
        if 0 < beyond <= ORDINARY and share(distance / 2) ** 2 <= FALSE * beyond:
            return distance
    return None


def find_many(sizes: Counter[int], *, by_chance: float) -> int | None:
    """Return from how many payments of one day between the same two a day is out of the ordinary.

    `sizes` says how many days have how many payments, `by_chance` how many pairs of payments would
    fall on one day if days were drawn anew. None where repetition is ordinary.
    """
    total = sum(sizes.values())
    fall = 0.0
    for many in range(3, max(sizes, default=0) + 1):
        if sizes[many - 2]:
            fall = max(fall, sizes[many - 1] / sizes[many - 2])
        beyond = sum(days for size, days in sizes.items() if size >= many)
        expected = (sizes[many - 1] + 1) * fall
        if (
            sizes[many]
            and FEWEST <= beyond <= ORDINARY * total
            and expected <= FALSE_COUNT * sizes[many]
        ):
            # Pairs are the ragged end of the same thing where they are fewer and not chance.
            pairs_too = many == 3 and 2 * sizes[2] <= beyond
            return 2 if pairs_too and by_chance <= FALSE_COUNT * sizes[2] else many
    return None
