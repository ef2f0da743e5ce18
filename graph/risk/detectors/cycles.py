"""Money that comes back to where it began: rings of three to six transfers."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.risk.detectors.transfers import Finding, Transfer, between_two

# A way that is not gone on costs little, but at an account that pays everybody there are many.
LOOKS_A_TRY = 20


class TooDense(Exception):
    """There are more ways through these transfers than may be tried."""


@dataclass(frozen=True)
class RingThresholds:
    """A ring has `shortest` to `longest` transfers within `window`, no account twice.

    With `ordered` each transfer is later than the one before; without, they may come in any
    order. Each amount is at least the share `passed_on` of the one before, and at most `most` of
    it where that is given. At most `tries` ways are tried.
    """

    window: int
    shortest: int = 3
    longest: int = 6
    passed_on: float = 0.0
    most: float | None = None
    ordered: bool = True
    tries: int = 3_000_000


def find_cycles(transfers: Iterable[Transfer], thresholds: RingThresholds) -> list[Finding]:
    """Return each ring once, best kept together first.

    A ring is its accounts, beginning where its first transfer does; where any order will do,
    beginning anywhere. Of several with the same accounts the earliest counts. Raises TooDense.
    """
    found: dict[tuple[str, ...], tuple[Transfer, ...]] = {}
    for ring in _walk(between_two(transfers), thresholds):
        key = tuple(one.source for one in ring)
        if not thresholds.ordered:
            least = key.index(min(key))
            key = key[least:] + key[:least]
        if key not in found or _moments(ring) < _moments(found[key]):
            found[key] = ring
    return sorted(
        (_tell(ring) for ring in found.values()),
        key=lambda finding: (-finding.score, finding.transfers[0].at, finding.accounts),
    )


def _moments(ring: tuple[Transfer, ...]) -> tuple[list[int], list[int]]:
    return [one.at for one in ring], [one.amount for one in ring]


def _tell(ring: tuple[Transfer, ...]) -> Finding:
    accounts = tuple(one.source for one in ring)
    kept = min(one.amount for one in ring) / max(one.amount for one in ring)
    text = f"Money goes round {len(ring)} accounts, and at least {kept:.0%} of it comes through"
    return Finding("cycles", accounts, ring, float(kept), text)


def _walk(ordered: list[Transfer], thresholds: RingThresholds) -> Iterator[tuple[Transfer, ...]]:
    outgoing: dict[str, list[Transfer]] = defaultdict(list)
    for one in ordered:
        outgoing[one.source].append(one)
    times = {account: [one.at for one in own] for account, own in outgoing.items()}
    tries = looks = 0
    for first in ordered:
        stack: list[tuple[Transfer, ...]] = [(first,)]
        while stack:
            way = stack.pop()
            account = way[-1].target
            if account not in outgoing:
                continue
            own, at = outgoing[account], times[account]
            begin = bisect_left(at, way[-1].at + 1 if thresholds.ordered else first.at)
            end = bisect_right(at, first.at + thresholds.window)
            looks += max(0, end - begin)
            if looks > LOOKS_A_TRY * thresholds.tries:
                raise TooDense
            for following in own[begin:end]:
                if not _is_passed_on(way[-1].amount, following.amount, thresholds):
                    continue
                tries += 1
                if tries > thresholds.tries:
                    raise TooDense
                if following.target == first.source:
                    if len(way) + 1 >= thresholds.shortest:
                        yield (*way, following)
                elif len(way) + 1 < thresholds.longest and all(
                    following.target != one.source for one in way
                ):
                    stack.append((*way, following))


def _is_passed_on(came: int, goes: int, thresholds: RingThresholds) -> bool:
    if goes < thresholds.passed_on * came:
        return False
    return thresholds.most is None or goes <= thresholds.most * came
