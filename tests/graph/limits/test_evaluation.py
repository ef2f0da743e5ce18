r"""Early warning: what was known when, what speaks for and against a person, and the measures.

The small world of these tests; e has trust first, so of the four who have any, e is the
established quarter:

    x --5--> e --3--> a --7--> b          s --10--> f
"""

from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

from graph.limits.evaluation.files import Rating, read_ratings
from graph.limits.evaluation.history import ALWAYS, Case, History
from graph.limits.evaluation.measures import (
    compute_auc,
    compute_average_precision,
    share_credit,
)
from graph.limits.evaluation.ranks import Ranks
from graph.limits.evaluation.rules import RULES
from graph.limits.evaluation.trial import Outcome, evaluate, make_cases

GOOD, FRAUD = 1, -1
WORLD = [
    Rating("x", "e", 5, 1.0),
    Rating("e", "a", 3, 2.0),
    Rating("a", "b", 7, 3.0),
    Rating("s", "f", 10, 4.0),
]


def judge(rule: str, person: str, *more: Rating, before: float = ALWAYS) -> float:
    (score,) = RULES[rule](History([*WORLD, *more]), [Case(person, before)])
    return score


def outcomes(ratings: list[Rating], labels: dict[str, int], givers: set[str]) -> dict[str, Outcome]:
    made = evaluate(ratings, labels=labels, givers=givers, progress=lambda rule: None)
    return {outcome.rule: outcome for outcome in made}


def test_auc_counts_a_tie_as_half() -> None:
    # The first fraud is below both good people, the second ties with one of them: 3.5 of 4 pairs.
    assert compute_auc([-1, 0, 0, 2], [FRAUD, FRAUD, GOOD, GOOD]) == 0.875
    assert compute_auc([1, 1], [FRAUD, GOOD]) == 0.5
    assert compute_auc([1, 2], [GOOD, GOOD]) is None


def test_average_precision_looks_at_equal_scores_together() -> None:
    # One of one, then two of three, whichever of the two with 0 stands first in the file.
    for labels in ([FRAUD, FRAUD, GOOD, GOOD], [FRAUD, GOOD, FRAUD, GOOD]):
        assert compute_average_precision([-1, 0, 0, 2], labels) == pytest.approx((1 + 2 / 3) / 2)
    assert compute_average_precision([1], [GOOD]) is None


def test_credit_is_granted_in_proportion_and_of_the_same_total() -> None:
    assert share_credit([3, 1, -2], total=8) == [6, 2, 0]
    assert share_credit([0, -1], total=8) == [0, 0]


def test_only_what_was_said_before_a_moment_is_known_then() -> None:
    history = History(WORLD)

    assert history.received("b", before=3.0) == []
    assert history.received("b", before=3.001) == [Rating("a", "b", 7, 3.0)]


def test_the_last_word_of_a_rater_is_what_they_think() -> None:
    history = History([*WORLD, Rating("a", "b", -2, 9.0)])

    assert history.opinions("b", before=9.0) == {"a": 7}
    assert history.opinions("b", before=ALWAYS) == {"a": -2}


def test_established_is_the_quarter_that_had_trust_first() -> None:
    history = History(WORLD)

    assert [name for name in "xeabsf" if history.is_established(name, before=ALWAYS)] == ["e"]
    # Of one person who is known, one is the quarter; of nobody, none.
    assert history.is_established("e", before=1.5)
    assert not history.is_established("e", before=1.0)


def test_the_limit_is_the_flow_from_the_service_over_who_has_standing() -> None:
    # a stands as high as e's word, 3, and e's line carries another 3.
    assert judge("limit", "b") == 6.0
    assert judge("limit", "a") == 3.0


def test_a_complaint_takes_what_its_author_is_trusted() -> None:
    assert judge("limit", "b", Rating("e", "b", -4, 5.0)) == 2.0
    assert judge("limit", "b", Rating("e", "b", -10, 5.0)) == -4.0


def test_accounts_without_trust_neither_lift_nor_sink_anybody() -> None:
    assert judge("limit", "f") == 0.0
    assert judge("limit", "b", Rating("f", "b", -10, 5.0), Rating("s", "b", 10, 5.0)) == 6.0


def test_nobody_lifts_themselves_by_whom_they_trust() -> None:
    # e is established; but for that, e's line to a would come back to e.
    assert judge("limit", "e", Rating("a", "e", 5, 5.0)) == 0.0


def test_a_limit_below_nothing_is_worse_than_being_unknown_and_grants_nothing() -> None:
    ratings = [*WORLD, Rating("e", "bad", -8, 5.0)]

    limit = outcomes(ratings, {"bad": FRAUD, "unknown": GOOD, "b": GOOD}, set())["limit"]

    assert (limit.auc, limit.credit_good, limit.credit_fraud) == (1.0, 6.0, 0.0)
    assert (limit.judged, limit.rated, limit.auc_rated) == (3, 2, 1.0)


def test_who_is_flagged_is_judged_by_what_came_strictly_before() -> None:
    ratings = [Rating("g", "b", -10, 3.0), Rating("g", "b", 1, 2.0), Rating("g", "e", 1, 0.5)]

    cases = make_cases(ratings, labels={"b": FRAUD, "z": GOOD}, givers={"g"})

    assert cases == [Case("b", 2.0), Case("z", ALWAYS)]


def test_what_givers_say_counts_nowhere_and_neither_does_what_comes_with_it() -> None:
    # g speaks of b when e complains; what a and g say later comes too late.
    ratings = [
        *WORLD,
        Rating("g", "a", 10, 2.5),
        Rating("g", "b", 10, 5.0),
        Rating("e", "b", -10, 5.0),
        Rating("a", "b", -9, 6.0),
    ]

    found = outcomes(ratings, {"b": GOOD, "f": FRAUD}, {"g"})

    assert (found["limit"].credit_good, found["limit"].credit_fraud) == (6.0, 0.0)
    # 7 for b and 10 for f, of a total of 6.
    assert found["mean_rating"].credit_good == pytest.approx(6 * 7 / 17)
    assert found["mean_rating"].credit_fraud == pytest.approx(6 * 10 / 17)
    assert found["mean_rating"].auc == 0.0
    assert found["friend_count"].credit_fraud == 3.0


def test_the_mean_rating_is_that_of_all_ratings_and_nothing_without_one() -> None:
    assert judge("mean_rating", "b", Rating("s", "b", -2, 5.0), Rating("s", "b", -2, 6.0)) == 1.0
    assert judge("mean_rating", "nobody") == 0.0


def test_ranks_are_those_of_networkx() -> None:
    ranks, graph = Ranks(), networkx.DiGraph()
    for rating in [*WORLD, Rating("b", "e", 2, 5.0), Rating("a", "e", 1, 6.0)]:
        ranks.add_line(rating.source, rating.target, rating.value)
        graph.add_edge(rating.source, rating.target, weight=rating.value)

    found = ranks.all_ranks(steps=200)

    assert found == pytest.approx(_pagerank_python(graph, tol=1e-12, max_iter=500), abs=1e-9)
    assert judge("pagerank", "nobody") == judge("pagerank", "x") == 0.0


@pytest.mark.data
def test_on_real_ratings_the_limit_warns_earlier_than_the_mean(data: Callable[[str], Path]) -> None:
    """The labels are made from the ratings: what one central trader, and those whom that trader
    rates well, say of others.
    """
    ratings = read_ratings(data("bitcoin-otc/dev_network_without_label_givers.csv.gz"))
    seed = "4172"
    givers = {seed, *(one.target for one in ratings if one.source == seed and one.value >= 5)}
    said: dict[str, list[float]] = {}
    for one in ratings:
        if one.source in givers:
            said.setdefault(one.target, []).append(one.value)
    frauds = {person: FRAUD for person, values in said.items() if max(values) <= -5}
    goods = {
        person: GOOD for person, values in said.items() if max(values) >= 5 and min(values) > 0
    }

    found = outcomes(ratings, frauds | goods | dict.fromkeys(givers, GOOD), givers)

    limit, mean = found["limit"], found["mean_rating"]
    assert (limit.judged, limit.rated) == (226, 178)
    assert limit.auc > mean.auc + 0.05
    assert limit.auc_rated > mean.auc_rated + 0.05
    assert limit.credit_fraud < mean.credit_fraud / 2
