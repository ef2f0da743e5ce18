"""What the same attack takes from a service that lends by another rule, computed.

Every rule gives its honest people the same in total: on average what others stand behind them with.
The attackers make the same accounts behind the same honest lines and vouch for each other with the
best line that there is.
"""

from collections.abc import Callable
from statistics import mean

from config.sybil.honest import Line, Network
from graph.limits.evaluation.ranks import Ranks

# Each account befriends so many others.
FRIENDS = 20
PAGERANK_STEPS = 60

Lines = dict[Line, int]
Rule = Callable[[Lines], dict[str, float]]


def lost_by_rules(network: Network, *, accounts: int, victims: dict[str, int]) -> dict[str, float]:
    """Return what attackers get by each of RULES (fen)."""
    honest = set(network.people)
    lines = network.lines | _attack_lines(network, accounts, victims)
    total = sum(network.lines.values())
    lost = {}
    for name, rule in RULES.items():
        scores = rule(lines)
        scale = total / sum(score for person, score in scores.items() if person in honest)
        lost[name] = scale * sum(score for person, score in scores.items() if person not in honest)
    return lost


def _attack_lines(network: Network, accounts: int, victims: dict[str, int]) -> Lines:
    best = max(network.lines.values())
    names = [f"fake {number}" for number in range(accounts)]
    lines = {
        (victim, name): amount
        for (victim, amount), name in zip(victims.items(), names, strict=False)
    }
    for place, name in enumerate(names):
        for step in range(1, min(FRIENDS // 2, (accounts - 1) // 2) + 1):
            other = names[(place + step) % accounts]
            lines[(name, other)] = lines[(other, name)] = best
    return lines


def count_friends(lines: Lines) -> dict[str, float]:
    """Score people by with how many others a line joins them."""
    friends: dict[str, set[str]] = {}
    for giver, receiver in lines:
        friends.setdefault(giver, set()).add(receiver)
        friends.setdefault(receiver, set()).add(giver)
    return {person: float(len(found)) for person, found in friends.items()}


def average_ratings(lines: Lines) -> dict[str, float]:
    """Score people by the mean of the lines to them."""
    received: dict[str, list[int]] = {}
    for (_, receiver), amount in lines.items():
        received.setdefault(receiver, []).append(amount)
    return {person: mean(amounts) for person, amounts in received.items()}


def rank_pages(lines: Lines) -> dict[str, float]:
    """Score people by PageRank."""
    ranks = Ranks()
    for (giver, receiver), amount in lines.items():
        ranks.add_line(giver, receiver, amount)
    return ranks.all_ranks(steps=PAGERANK_STEPS)


RULES: dict[str, Rule] = {
    "friend count": count_friends,
    "mean rating": average_ratings,
    "PageRank": rank_pages,
}
