"""Fast in, fast out: an account that money only passes through."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from graph.risk.detectors.transfers import Finding, Transfer, between_two


@dataclass(frozen=True)
class PassingThresholds:
    """What comes in within `window`, at least `smallest`, goes out again but for a small part.

    `passed_on` is the least share of it that goes out, later than the first of it came and still
    within the window; as much more than came in is allowed.
    """

    window: int
    smallest: int = 1
    passed_on: float = 0.9


def find_fast_in_fast_out(
    transfers: Iterable[Transfer], thresholds: PassingThresholds
) -> list[Finding]:
    """Return, for each account money rushes through, the window with the largest sum.

    A window begins with money that comes in; of equal ones the earliest counts. Largest first.
    """
    incoming: dict[str, list[Transfer]] = defaultdict(list)
    outgoing: dict[str, list[Transfer]] = defaultdict(list)
    for one in between_two(transfers):
        incoming[one.target].append(one)
        outgoing[one.source].append(one)
    found = []
    for account, came in incoming.items():
        if account in outgoing:
            found += _find_rush(account, came, outgoing[account], thresholds)
    return sorted(found, key=lambda finding: (-finding.score, finding.accounts[0]))


def _find_rush(
    account: str, came: list[Transfer], went: list[Transfer], thresholds: PassingThresholds
) -> list[Finding]:
    came_at = [one.at for one in came]
    went_at = [one.at for one in went]
    came_sums = [0, *accumulate(one.amount for one in came)]
    went_sums = [0, *accumulate(one.amount for one in went)]
    largest, best = 0, 0
    for place, first in enumerate(came):
        if place and came_at[place - 1] == first.at:
            continue
        end = first.at + thresholds.window
        money_in = came_sums[bisect_right(came_at, end)] - came_sums[place]
        money_out = (
            went_sums[bisect_right(went_at, end)] - went_sums[bisect_right(went_at, first.at)]
        )
        rushes = (
            money_in >= thresholds.smallest
            and money_out >= thresholds.passed_on * money_in
            and money_in >= thresholds.passed_on * money_out
        )
        if rushes and money_in > largest:
            largest, best = money_in, first.at
    if not largest:
        return []
    end = best + thresholds.window
    moved = [one for one in came if best <= one.at <= end]
    moved += [one for one in went if best < one.at <= end]
    others = sorted({one.source if one.target == account else one.target for one in moved})
    text = f"{largest} came in and left again within {thresholds.window}"
    moved.sort(key=lambda one: (one.at, one))
    return [Finding("fast_in_fast_out", (account, *others), tuple(moved), float(largest), text)]
