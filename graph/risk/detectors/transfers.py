"""What the detectors look at, and what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Transfer(NamedTuple):
    """Money from one account to another. `amount` in minor units; `at` in any whole unit of time.

    Account numbers are compared for equality and nothing else, except where two findings are
    otherwise alike and one has to be written first.
    """

    source: str
    target: str
    amount: int
    at: int


@dataclass(frozen=True)
class Finding:
    """What a detector found: who takes part, by which transfers, how strong it is, and why.

    The first of `accounts` is the one at the centre, where there is one.
    """

    detector: str
    accounts: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    score: float
    reason: str


def between_two(transfers: Iterable[Transfer]) -> list[Transfer]:
    """Return the transfers without those to oneself, earliest first."""
    return sorted(
        (one for one in transfers if one.source != one.target), key=lambda one: (one.at, one)
    )


def accounts_of(findings: Iterable[Finding]) -> set[str]:
    """Return everybody who takes part in any of the findings."""
    return {account for finding in findings for account in finding.accounts}


def span_of(transfers: Sequence[Transfer]) -> int:
    """Return the time from the first to the last of the transfers."""
    times = [one.at for one in transfers]
    return max(times) - min(times) if times else 0
