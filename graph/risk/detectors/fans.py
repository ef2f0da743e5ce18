"""Many pay one, or one pays many, within a window."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.risk.detectors.transfers import Finding, Transfer, between_two


@dataclass(frozen=True)
class FanThresholds:
    """A fan has at least `fewest` different accounts at its wide end within `window`.

    Transfers below `smallest` do not count.
    """

    window: int
    fewest: int = 3
    smallest: int = 0


def find_fan_in(transfers: Iterable[Transfer], thresholds: FanThresholds) -> list[Finding]:
    """Return, for each account that many others pay within a window, its widest window.

    A window begins with a transfer and takes in what comes up to `window` later; of equally wide
    ones the earliest counts. Widest fans first.
    """
    return _find_fans(
        "fan_in", transfers, thresholds,
        centre=lambda one: one.target, end=lambda one: one.source,
        reason="{ends} accounts pay it within {span}",
    )  # fmt: skip


def find_fan_out(transfers: Iterable[Transfer], thresholds: FanThresholds) -> list[Finding]:
    """Return, for each account that pays many others within a window, its widest window."""
    return _find_fans(
        "fan_out", transfers, thresholds,
        centre=lambda one: one.source, end=lambda one: one.target,
        reason="It pays {ends} accounts within {span}",
    )  # fmt: skip


def _find_fans(
    detector: str,
    transfers: Iterable[Transfer],
    thresholds: FanThresholds,
    *,
    centre: Callable[[Transfer], str],
    end: Callable[[Transfer], str],
    reason: str,
) -> list[Finding]:
    by_centre: dict[str, list[Transfer]] = defaultdict(list)
    for one in between_two(transfers):
        if one.amount >= thresholds.smallest:
            by_centre[centre(one)].append(one)
    found = []
    for account, own in by_centre.items():
        inside = widest_window(own, window=thresholds.window, end=end)
        ends = sorted({end(one) for one in inside})
        if len(ends) >= thresholds.fewest:
            text = reason.format(ends=len(ends), span=inside[-1].at - inside[0].at)
            found.append(
                Finding(detector, (account, *ends), tuple(inside), float(len(ends)), text)
            )  # fmt: skip
    return sorted(found, key=lambda finding: (-finding.score, finding.accounts[0]))


def widest_window(
    ordered: list[Transfer], *, window: int, end: Callable[[Transfer], str]
) -> list[Transfer]:
    """Return the transfers of the window with the most different ends; the earliest of several."""
    ends: Counter[str] = Counter()
    best = (0, 0, 0)
    last = 0
    for first, one in enumerate(ordered):
        while last < len(ordered) and ordered[last].at <= one.at + window:
            ends[end(ordered[last])] += 1
            last += 1
        if len(ends) > best[0]:
            best = (len(ends), first, last)
        ends[end(one)] -= 1
        if not ends[end(one)]:
            del ends[end(one)]
    return ordered[best[1] : best[2]]
