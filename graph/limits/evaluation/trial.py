"""The trial of all rules on one set of ratings and labels."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.limits.evaluation.files import FRAUD, GOOD, Rating
from graph.limits.evaluation.history import ALWAYS, Case, History
from graph.limits.evaluation.measures import (
    compute_auc,
    compute_average_precision,
    share_credit,
)
from graph.limits.evaluation.rules import RULES

# So many decimal places say more than the labels can.
PLACES = 6


@dataclass(frozen=True)
class Outcome:
    """What became of one rule.

    `judged` are all labelled people, `rated` those of them of whom anybody had said anything, whose
    AUC is `auc_rated`. Credit is in points of ratings.
    """

    rule: str
    judged: int
    auc: float | None
    average_precision: float | None
    credit_good: float
    credit_fraud: float
    rated: int
    auc_rated: float | None

    def as_json(self) -> dict[str, Any]:
        """Return it with numbers of a readable length."""
        return {
            name: round(value, PLACES) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def make_cases(
    ratings: Sequence[Rating], *, labels: Mapping[str, int], givers: Collection[str]
) -> list[Case]:
    """Return the moment before which each labelled person is judged, in the order of their names.

    It is that of the first rating that the person got from a giver; without one, all counts.
    """
    flagged: dict[str, float] = {}
    for rating in ratings:
        if rating.source in givers:
            flagged[rating.target] = min(rating.at, flagged.get(rating.target, ALWAYS))
    return [Case(person, flagged.get(person, ALWAYS)) for person in sorted(labels)]


def evaluate(
    ratings: Sequence[Rating],
    *,
    labels: Mapping[str, int],
    givers: Collection[str],
    progress: Callable[[str], None],
) -> list[Outcome]:
    """Judge each labelled person by each rule with only what was known before a giver spoke.

    Ratings by givers count nowhere. `progress` is told the rule that is next.
    """
    cases = make_cases(ratings, labels=labels, givers=givers)
    history = History(rating for rating in ratings if rating.source not in givers)
    marks = [labels[case.person] for case in cases]
    rated = [bool(history.received(case.person, before=case.before)) for case in cases]
    outcomes: list[Outcome] = []
    for name, rule in RULES.items():
        progress(name)
        scores = rule(history, cases)
        # The limit comes first, and what it grants is what the others have to grant too.
        total = sum(max(score, 0.0) for score in scores)
        if outcomes:
            total = outcomes[0].credit_good + outcomes[0].credit_fraud
        outcomes.append(_measure(name, scores, marks, rated, total))
    return outcomes


def _measure(
    name: str, scores: list[float], marks: list[int], rated: list[bool], total: float
) -> Outcome:
    credit = share_credit(scores, total=total)
    known = [place for place, is_rated in enumerate(rated) if is_rated]
    return Outcome(
        rule=name,
        judged=len(scores),
        auc=compute_auc(scores, marks),
        average_precision=compute_average_precision(scores, marks),
        credit_good=_sum_of(credit, marks, GOOD),
        credit_fraud=_sum_of(credit, marks, FRAUD),
        rated=len(known),
        auc_rated=compute_auc([scores[n] for n in known], [marks[n] for n in known]),
    )


def _sum_of(credit: list[float], marks: list[int], mark: int) -> float:
    return sum(amount for amount, own in zip(credit, marks, strict=True) if own == mark)
