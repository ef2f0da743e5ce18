"""The overall judgement on a set of transfers: which accounts belong to rings, and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graph.risk.detectors.cycles import RingThresholds, TooDense, find_cycles
from graph.risk.detectors.fans import FanThresholds, find_fan_in, find_fan_out
from graph.risk.detectors.missing import find_missing
from graph.risk.detectors.passing import PassingThresholds, find_fast_in_fast_out
from graph.risk.detectors.rings import gather_rings
from graph.risk.detectors.scatter import (
    ScatterThresholds,
    find_gather_scatter,
    find_scatter_gather,
)
from graph.risk.detectors.transfers import Finding, Transfer, accounts_of, span_of
from graph.risk.detectors.unusual import REASONS, Reason, Unusual, find_unusual


@dataclass(frozen=True)
class Judgement:
    """What was found in a set of transfers.

    `findings` are those of each detector among the unusual transfers; `unusual` are accounts with
    an unusual transfer, `missing` those that belong to a ring without one.
    """

    findings: dict[str, list[Finding]]
    unusual: frozenset[str]
    missing: frozenset[str]

    @property
    def flagged(self) -> frozenset[str]:
        """Return every account that the judgement calls part of a ring."""
        return self.unusual | self.missing

    def accounts(self) -> dict[str, set[str]]:
        """Return the accounts by detector, then of any detector, then of the judgement."""
        by_detector = {name: accounts_of(found) for name, found in self.findings.items()}
        anybody = {account for accounts in by_detector.values() for account in accounts}
        return {**by_detector, "any": anybody, "judgement": set(self.flagged)}


def judge(transfers: Iterable[Transfer], *, window: int | None = None) -> Judgement:
    """Judge a set of transfers by what is ordinary in it.

    Detectors look at the unusual transfers alone, within `window` (the whole time by default), so
    that two of a kind say something.
    """
    unusual = find_unusual(transfers)
    found = unusual.transfers
    findings = _run_detectors(found, window=span_of(found) if window is None else window)
    for reason in REASONS:
        findings[NAMES[reason]] = _tell(unusual, reason)
    shown = {account for pair in unusual.pairs for account in pair}
    rings = find_missing(gather_rings(unusual.pairs), unusual.ordinary_pairs)
    members = {account for ring in rings for account in ring.members}
    return Judgement(findings, frozenset(shown), frozenset(members - shown))


NAMES: dict[Reason, str] = {
    "split": "split_payments", "size": "odd_amounts", "habit": "out_of_habit",
    "round": "money_round",
}  # fmt: skip


def _run_detectors(found: Sequence[Transfer], *, window: int) -> dict[str, list[Finding]]:
    scatter = ScatterThresholds(window=window, fewest=2)
    detectors: dict[str, Callable[[], list[Finding]]] = {
        "fan_in": lambda: find_fan_in(found, FanThresholds(window=window, fewest=2)),
        "fan_out": lambda: find_fan_out(found, FanThresholds(window=window, fewest=2)),
        "cycles": lambda: find_cycles(
            _once_per_pair(found), RingThresholds(window=window, ordered=False)
        ),
        "scatter_gather": lambda: find_scatter_gather(found, scatter),
        "gather_scatter": lambda: find_gather_scatter(found, scatter),
        "fast_in_fast_out": lambda: find_fast_in_fast_out(found, PassingThresholds(window=window)),
    }
    findings = {}
    for name, run in detectors.items():
        try:
            findings[name] = run()
        except TooDense:
            findings[name] = []
    return findings


def _once_per_pair(found: Iterable[Transfer]) -> list[Transfer]:
    first: dict[tuple[str, str], Transfer] = {}
    for one in found:
        first.setdefault((one.source, one.target), one)
    return list(first.values())


def _tell(unusual: Unusual, reason: Reason) -> list[Finding]:
    return [
        Finding(NAMES[reason], day[:2], tuple(unusual.days[day]), 1.0, WORDS[reason])
        for day, reasons in unusual.reasons.items()
        if reason in reasons
    ]


WORDS: dict[Reason, str] = {
    "split": "Paid in many parts on one day",
    "size": "An amount that nearly nobody pays",
    "habit": "An amount that this payer does not otherwise pay",
    "round": "Part of a ring that keeps its money together",
}
