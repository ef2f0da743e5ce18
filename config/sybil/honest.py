"""Real networks of trust, as lines between honest people."""

import csv
import gzip
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Fen for a point of a rating from 1 to 10, so that the best line is 100 yuan.
POINT = 1_000
Line = tuple[str, str]


class DataMissing(Exception):
    """A network is not where it should be; the message says where that is."""


@dataclass(frozen=True)
class Network:
    """Who stands behind whom, and how far (fen)."""

    name: str
    lines: dict[Line, int]

    @property
    def people(self) -> list[str]:
        """Return everybody who gives or gets a line, those who get most lines first."""
        got = Counter(receiver for _, receiver in self.lines)
        everybody = {person for line in self.lines for person in line}
        return sorted(everybody, key=lambda person: (-got[person], person))

    def backers(self, person: str) -> list[str]:
        """Return who stands behind somebody, the longest lines first."""
        found = [
            (-capacity, giver)
            for (giver, receiver), capacity in self.lines.items()
            if receiver == person
        ]
        return [giver for _, giver in sorted(found)]

    def around(self, *, people: int) -> "Network":
        """Return a neighbourhood of at most so many people: those nearest to whom most trust."""
        near: dict[str, list[str]] = {}
        for giver, receiver in sorted(self.lines):
            near.setdefault(giver, []).append(receiver)
            near.setdefault(receiver, []).append(giver)
        middle = self.people[0]
        kept, queue = {middle}, deque([middle])
        while queue and len(kept) < people:
            for person in near[queue.popleft()]:
                if person not in kept and len(kept) < people:
                    kept.add(person)
                    queue.append(person)
        lines = {line: amount for line, amount in self.lines.items() if kept.issuperset(line)}
        return Network(self.name, lines)


def read_network(name: str, folder: Path) -> Network:
    """Return one of NETWORKS from the folder of data sets. Raises DataMissing."""
    file, parse = NETWORKS[name]
    path = folder / file
    if not path.exists():
        raise DataMissing(
            f"There is no {path}; docs/data.md says what it is, --data where to look."
        )
    with gzip.open(path, "rt", newline="") as text:
        lines = {(giver, to): round(points * POINT) for giver, to, points in parse(csv.reader(text))
                 if giver != to and points > 0}  # fmt: skip
    return Network(name, lines)


def _certifications(rows: Iterator[list[str]]) -> Iterator[tuple[str, str, float]]:
    """Apprentice, journeyer and master are 0.6, 0.8 and 1 of the best line."""
    next(rows)
    for giver, to, level in rows:
        yield giver, to, 10 * float(level)


def _ratings(rows: Iterator[list[str]]) -> Iterator[tuple[str, str, float]]:
    for giver, to, rating, _ in rows:
        yield giver, to, float(rating)


Parser = Callable[[Iterator[list[str]]], Iterator[tuple[str, str, float]]]
NETWORKS: dict[str, tuple[str, Parser]] = {
    "advogato": ("advogato/advogato_80.csv.gz", _certifications),
    "bitcoin-otc": ("bitcoin-otc/dev_network_without_label_givers.csv.gz", _ratings),
}
