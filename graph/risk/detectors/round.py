"""Rings that keep their money together: each pays on nearly what came, never more, soon after."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from graph.risk.detectors.background import FALSE
from graph.risk.detectors.cycles import RingThresholds, TooDense, find_cycles
from graph.risk.detectors.transfers import Finding, Transfer, span_of

KEPT = (0.8, 0.85, 0.9, 0.95, 0.98)
# A ring takes at most this part of the whole time; the loosest search that can be carried out.
PARTS_OF_SPAN = (1, 4, 10, 30)
TRIES = 100_000


def find_round(transfers: Iterable[Transfer]) -> list[Finding]:
    """Return the rings in which money is kept together, where there are more than by chance.

    What chance does is counted in the same transfers with time running backwards: who pays whom,
    how much and how often stays the same, but nobody plans a ring from its end. Of all limits on
    how much is kept and how long it takes, those count that find most rings while the backward
    count is at most a tenth of it.
    """
    forwards = list(transfers)
    backwards = [one._replace(at=-one.at) for one in forwards]
    span = span_of(forwards)
    for parts, kept in zip(PARTS_OF_SPAN, KEPT, strict=False):
        found = _search(forwards, window=span // parts, kept=kept)
        by_chance = _search(backwards, window=span // parts, kept=kept)
        if found is not None and by_chance is not None:
            return _choose(found, by_chance, span=span)
    return []


def _search(transfers: Sequence[Transfer], *, window: int, kept: float) -> list[Finding] | None:
    thresholds = RingThresholds(window=window, passed_on=kept, most=1.0, tries=TRIES)
    try:
        return find_cycles(transfers, thresholds)
    except TooDense:
        return None


def _choose(found: Sequence[Finding], by_chance: Sequence[Finding], *, span: int) -> list[Finding]:
    best: list[Finding] = []
    for parts in PARTS_OF_SPAN:
        for kept in KEPT:
            inside = [ring for ring in found if _is_within(ring, kept, span // parts)]
            chance = sum(_is_within(ring, kept, span // parts) for ring in by_chance)
            # One more than was counted, so that a handful against none proves nothing.
            enough = chance + 1 <= FALSE * len(inside)
            if enough and len(inside) > len(best):
                best = inside
    return best


def _is_within(ring: Finding, kept: float, window: int) -> bool:
    steps = pairwise(ring.transfers)
    return abs(ring.transfers[-1].at - ring.transfers[0].at) <= window and all(
        second.amount >= kept * first.amount for first, second in steps
    )
