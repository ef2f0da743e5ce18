"""How well a set of flagged accounts agrees with labels."""

from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean; 0 where there is nothing to divide by."""

    flagged: int
    right: int
    labelled: int

    @property
    def precision(self) -> float:
        """Return the share of the flagged that are labelled."""
        return self.right / self.flagged if self.flagged else 0.0

    @property
    def recall(self) -> float:
        """Return the share of the labelled that are flagged."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.flagged + self.labelled
        return 2 * self.right / both if both else 0.0


def score(flagged: Set[str], labelled: Set[str]) -> Score:
    """Compare accounts flagged with accounts labelled."""
    return Score(len(flagged), len(flagged & labelled), len(labelled))
