"""How well scores tell frauds from good people: AUC, average precision, credit at equal total."""

from collections.abc import Sequence
from itertools import groupby

from graph.limits.evaluation.files import FRAUD


def compute_auc(scores: Sequence[float], labels: Sequence[int]) -> float | None:
    """Return the probability that a fraud scores lower than a good person, a tie counting half.

    None when one of the two classes is empty.
    """
    won, frauds_below, goods_below = 0.0, 0, 0
    for frauds, goods in _by_score(scores, labels):
        won += goods * (frauds_below + frauds / 2)
        frauds_below += frauds
        goods_below += goods
    pairs = frauds_below * goods_below
    return won / pairs if pairs else None


def compute_average_precision(scores: Sequence[float], labels: Sequence[int]) -> float | None:
    """Return the average precision for frauds, who are looked for from the lowest score up.

    People with equal scores are looked at together: each step of recall counts with the precision
    after all of them. None when there is no fraud.
    """
    found, looked_at, precisions = 0, 0, 0.0
    for frauds, goods in _by_score(scores, labels):
        found += frauds
        looked_at += frauds + goods
        precisions += frauds * found / looked_at
    return precisions / found if found else None


def _by_score(scores: Sequence[float], labels: Sequence[int]) -> list[tuple[int, int]]:
    """Return how many frauds and how many good people have each score, lowest first."""
    people = sorted(zip(scores, labels, strict=True))
    counts = []
    for _, group in groupby(people, key=lambda person: person[0]):
        marks = [label for _, label in group]
        frauds = marks.count(FRAUD)
        counts.append((frauds, len(marks) - frauds))
    return counts


def share_credit(scores: Sequence[float], *, total: float) -> list[float]:
    """Return the credit of each person, in proportion to the score and of the given total.

    A score below 0 gets nothing; when all do, nothing is granted.
    """
    granted = sum(max(score, 0.0) for score in scores)
    if granted == 0:
        return [0.0] * len(scores)
    return [max(score, 0.0) * total / granted for score in scores]
