"""Money that is spread and gathered again: from one by several to one, or from several by one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.risk.detectors.transfers import Finding, Transfer, between_two


@dataclass(frozen=True)
class ScatterThresholds:
    """At least `fewest` accounts stand between, all within `window`.

    With `ordered` money comes in before it goes out.
    """

    window: int
    fewest: int = 3
    ordered: bool = True


def find_scatter_gather(
    transfers: Iterable[Transfer], thresholds: ScatterThresholds
) -> list[Finding]:
    """Return each pair of accounts between which money goes by several others within a window.

    Of one who stands between, each way in goes with each later way out. A window begins with a
    transfer that scatters; of equally wide ones the earliest counts. Widest first.
    """
    ordered = between_two(transfers)
    incoming: dict[str, list[Transfer]] = defaultdict(list)
    outgoing: dict[str, list[Transfer]] = defaultdict(list)
    for one in ordered:
        incoming[one.target].append(one)
        outgoing[one.source].append(one)
    ways: dict[tuple[str, str], list[tuple[Transfer, Transfer]]] = defaultdict(list)
    for between in incoming:
        for first in incoming[between]:
            for second in outgoing.get(between, ()):
                if second.target != first.source and _fits(first, second, thresholds):
                    ways[first.source, second.target].append((first, second))
    found = []
    for (source, target), pairs in ways.items():
        if len({first.target for first, _ in pairs}) >= thresholds.fewest:
            found += _find_widest(source, target, pairs, thresholds)
    return sorted(found, key=lambda finding: (-finding.score, finding.accounts[:2]))


def _fits(first: Transfer, second: Transfer, thresholds: ScatterThresholds) -> bool:
    later = second.at - first.at
    return (later > 0 or not thresholds.ordered) and abs(later) <= thresholds.window


def _find_widest(
    source: str,
    target: str,
    pairs: list[tuple[Transfer, Transfer]],
    thresholds: ScatterThresholds,
) -> list[Finding]:
    best: list[tuple[Transfer, Transfer]] = []
    widest = 0
    for start in sorted({min(first.at, second.at) for first, second in pairs}):
        inside = [
            (first, second)
            for first, second in pairs
            if start <= min(first.at, second.at)
            and max(first.at, second.at) <= start + thresholds.window
        ]
        wide = len({first.target for first, _ in inside})
        if wide > widest:
            best, widest = inside, wide
    if widest < thresholds.fewest:
        return []
    between = sorted({first.target for first, _ in best})
    moved = sorted({one for pair in best for one in pair}, key=lambda one: (one.at, one))
    text = f"Money goes by {widest} accounts from one to another within {thresholds.window}"
    accounts = (source, target, *between)
    return [Finding("scatter_gather", accounts, tuple(moved), float(widest), text)]


def find_gather_scatter(
    transfers: Iterable[Transfer], thresholds: ScatterThresholds
) -> list[Finding]:
    """Return each account that several pay and that then pays several within a window.

    What is gathered comes at a moment or before, what is scattered after it; the moment is where
    the lesser side is widest, and the score is that lesser side. A window begins with a gathering
    transfer; of equally wide ones the earliest counts. Without `ordered` the sides may be mixed.
    """
    by_centre: dict[str, list[Transfer]] = defaultdict(list)
    for one in between_two(transfers):
        by_centre[one.source].append(one)
        by_centre[one.target].append(one)
    found = []
    for centre, own in by_centre.items():
        payers = {one.source for one in own if one.target == centre}
        payees = {one.target for one in own if one.source == centre}
        if min(len(payers), len(payees)) >= thresholds.fewest:
            found += _find_hourglass(centre, own, thresholds)
    return sorted(found, key=lambda finding: (-finding.score, finding.accounts[0]))


def _find_hourglass(
    centre: str, own: list[Transfer], thresholds: ScatterThresholds
) -> list[Finding]:
    best: list[Transfer] = []
    widest = 0
    for start in sorted({one.at for one in own if one.target == centre}):
        inside = [one for one in own if start <= one.at <= start + thresholds.window]
        wide, split = _split(centre, inside, thresholds)
        if wide > widest:
            widest = wide
            best = [
                one
                for one in inside
                if not thresholds.ordered or (one.at <= split) == (one.target == centre)
            ]
    if widest < thresholds.fewest:
        return []
    ends = sorted({one.source if one.target == centre else one.target for one in best})
    text = f"At least {widest} accounts pay it, and it then pays as many"
    return [Finding("gather_scatter", (centre, *ends), tuple(best), float(widest), text)]


def _split(centre: str, inside: list[Transfer], thresholds: ScatterThresholds) -> tuple[int, int]:
    """Return how wide the lesser side is at best, and the moment that parts the two sides."""
    if not thresholds.ordered:
        payers = {one.source for one in inside if one.target == centre}
        payees = {one.target for one in inside if one.source == centre}
        return min(len(payers), len(payees)), inside[-1].at
    after: list[int] = []
    seen: set[str] = set()
    for one in reversed(inside):
        after.append(len(seen))
        if one.source == centre:
            seen.add(one.target)
    best = (0, 0)
    before: set[str] = set()
    for place, (one, scattered) in enumerate(zip(inside, reversed(after), strict=True)):
        if one.target == centre:
            before.add(one.source)
        # Transfers of one moment stay on one side.
        is_last_of_moment = place + 1 == len(inside) or inside[place + 1].at > one.at
        if is_last_of_moment and min(len(before), scattered) > best[0]:
            best = (min(len(before), scattered), one.at)
    return best
