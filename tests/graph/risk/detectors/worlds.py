"""Made sets of transfers with planted rings, over several kinds of ordinary life.

They exist so that no threshold is fitted to the one labelled set at hand: what is ordinary, where
members come from, how a ring pays and how much of it is seen differ from world to world.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from graph.risk.detectors.transfers import Transfer

STEPS = 150
Pairs = list[tuple[int, int, int]]
Rows = list[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Plan:
    """How a world is made.

    `period` is how long a ring takes; where it is longer than what is left, the rest is not seen.
    `parts` says whether each payment comes in as many parts as the ring has members. `amounts` are
    far below ordinary ones, like ordinary ones, or kept together hop by hop. Members come from
    around one account that pays many (`near`), or from anywhere. With `traced` those who pay each
    other in a ring also pay each other ordinarily.
    """

    people: int = 2000
    life: str = "once"
    rings: tuple[tuple[str, int], ...] = (("fan_in", 20),)
    members: tuple[int, int] = (5, 5)
    period: int = 150
    parts: bool = True
    amounts: str = "low"
    near: bool = True
    traced: bool = True
    schedule: str = "even"
    hubs: int = 8


@dataclass(frozen=True)
class World:
    """Transfers, and who belongs to a planted ring."""

    transfers: list[Transfer]
    planted: frozenset[str]


def make_world(plan: Plan, *, seed: int) -> World:
    """Make a world; the same seed makes the same one."""
    chance = random.Random(seed)
    payees = _make_ties(plan, chance)
    rings = [
        (kind, _choose_members(plan, payees, chance))
        for kind, count in plan.rings
        for _ in range(count)
    ]
    shapes = [SHAPES[kind](members) for kind, members in rings]
    if plan.traced:
        for pairs in shapes:
            for source, target, _ in pairs:
                payees[source].setdefault(target)
    rows: Rows = []
    for source in range(plan.people):
        LIVES[plan.life](rows, source, list(payees[source]), chance)
    for (kind, members), pairs in zip(rings, shapes, strict=True):
        _play(plan, rows, kind, len(members), pairs, chance)
    rows.sort(key=lambda row: row[3])
    planted = frozenset(f"a{member}" for _, members in rings for member in members)
    transfers = [Transfer(f"a{source}", f"a{target}", *rest) for source, target, *rest in rows]
    return World(transfers, planted)


def _make_ties(plan: Plan, chance: random.Random) -> dict[int, dict[int, None]]:
    many = [max(0, int(chance.gauss(6, 3))) for _ in range(plan.people)]
    for hub in chance.sample(range(plan.people), plan.hubs):
        many[hub] = min(80, plan.people // 20)
    weights = [chance.paretovariate(1.6) for _ in range(plan.people)]
    payees: dict[int, dict[int, None]] = defaultdict(dict)
    for source, count in enumerate(many):
        for target in chance.choices(range(plan.people), weights=weights, k=count):
            if target != source:
                payees[source].setdefault(target)
    return payees


def _choose_members(
    plan: Plan, payees: dict[int, dict[int, None]], chance: random.Random
) -> list[int]:
    count = chance.randint(*plan.members)
    if not plan.near:
        return chance.sample(range(plan.people), count)
    hubs = [account for account, own in payees.items() if len(own) >= 10]
    around: dict[int, None] = {}
    while len(around) < count:
        hub = chance.choice(hubs)
        around |= {hub: None, **payees[hub]}
    return chance.sample(list(around), count)


def _fan_in(members: list[int]) -> Pairs:
    return [(other, members[0], 0) for other in members[1:]]


def _fan_out(members: list[int]) -> Pairs:
    return [(members[0], other, 0) for other in members[1:]]


def _cycle(members: list[int]) -> Pairs:
    return [(one, members[(place + 1) % len(members)], 0) for place, one in enumerate(members)]


def _scatter_gather(members: list[int]) -> Pairs:
    between = members[2:]
    return [(members[0], one, 0) for one in between] + [(one, members[1], 1) for one in between]


def _gather_scatter(members: list[int]) -> Pairs:
    half = (len(members) + 1) // 2
    gathered = [(one, members[0], 0) for one in members[1:half]]
    return gathered + [(members[0], one, 1) for one in members[half:]]


def _bipartite(members: list[int]) -> Pairs:
    half = len(members) // 2
    return [(one, other, 0) for one in members[:half] for other in members[half:]]


def _stack(members: list[int]) -> Pairs:
    third = max(1, len(members) // 3)
    first, second, last = members[:third], members[third : 2 * third], members[2 * third :]
    upper = [(one, other, 0) for one in first for other in second]
    return upper + [(one, other, 1) for one in second for other in last]


SHAPES: dict[str, Callable[[list[int]], Pairs]] = {
    "fan_in": _fan_in, "fan_out": _fan_out, "cycle": _cycle, "scatter_gather": _scatter_gather,
    "gather_scatter": _gather_scatter, "bipartite": _bipartite, "stack": _stack,
}  # fmt: skip


def _play(
    plan: Plan, rows: Rows, kind: str, members: int, pairs: Pairs, chance: random.Random
) -> None:
    start = chance.randint(0, max(0, STEPS - plan.period) or STEPS)
    base = chance.uniform(1000, 2000) / (1 if kind == "cycle" else members - 1)
    if plan.amounts == "kept":
        base *= 20
    spread = 0.0 if kind == "cycle" else chance.choice([0.0, 0.1, 0.3])
    for place, at in enumerate(_list_times(plan, pairs, start, chance)):
        source, target, _ = pairs[place]
        for _ in range(members if plan.parts else 1):
            amount = base * (1 + chance.uniform(-spread, spread))
            if plan.amounts == "like ordinary ones":
                amount = chance.uniform(10_000, 100_000)
            if at < STEPS:
                rows.append((source, target, int(amount), at))
        if plan.amounts == "kept":
            base *= 0.9


def _list_times(plan: Plan, pairs: Pairs, start: int, chance: random.Random) -> list[int]:
    if any(phase for *_, phase in pairs):
        middle = start + plan.period // 2
        return [
            chance.randint(middle, start + plan.period)
            if phase
            else chance.randint(start, middle - 1)
            for *_, phase in pairs
        ]
    if plan.schedule == "even":
        step = max(1, plan.period // len(pairs))
        return [start + step * place for place in range(len(pairs))]
    times = [start + chance.randint(0, plan.period) for _ in pairs]
    return sorted(times) if plan.schedule == "in order" else times


def _live_once(rows: Rows, source: int, payees: list[int], chance: random.Random) -> None:
    """Each payee is paid once, and everybody always pays the same amount."""
    own = int(chance.choice([chance.uniform(10_000, 20_000), chance.uniform(10_000, 60_000)]))
    for target in payees:
        at = chance.randint(chance.randint(0, STEPS // 5), STEPS + 15)
        if at < STEPS:
            rows.append((source, target, own, at))


def _live_regularly(rows: Rows, source: int, payees: list[int], chance: random.Random) -> None:
    """Each payee has a standing order over the same amount."""
    own = int(chance.uniform(10_000, 60_000) * 4 / max(1, len(payees)))
    for target in payees:
        every = chance.randint(10, 40)
        rows.extend(
            (source, target, own, at) for at in range(chance.randint(0, every), STEPS, every)
        )


def _live_evenly(rows: Rows, source: int, payees: list[int], chance: random.Random) -> None:
    """Standing orders over any amount between two bounds, anew each time."""
    for target in payees:
        every = chance.randint(10, 40)
        for at in range(chance.randint(0, every), STEPS, every):
            rows.append((source, target, int(chance.uniform(10_000, 100_000)), at))


def _live_loosely(rows: Rows, source: int, payees: list[int], chance: random.Random) -> None:
    """Payments at any time, amounts around an own one."""
    own = chance.uniform(10_000, 60_000)
    for target in payees:
        at = chance.expovariate(1 / 30)
        while at < STEPS:
            rows.append((source, target, int(own * chance.lognormvariate(0, 0.5)), int(at)))
            at += chance.expovariate(1 / 30)


def _live_doubly(rows: Rows, source: int, payees: list[int], chance: random.Random) -> None:
    """As loosely, with wider amounts, and often twice on one day."""
    own = chance.uniform(10_000, 60_000)
    for target in payees:
        at = chance.expovariate(1 / 40)
        while at < STEPS:
            for _ in range(1 if chance.random() < 0.8 else 2):
                rows.append((source, target, int(own * chance.lognormvariate(0, 0.9)), int(at)))
            at += chance.expovariate(1 / 40)


LIVES: dict[str, Callable[[Rows, int, list[int], random.Random], None]] = {
    "once": _live_once, "regularly": _live_regularly, "evenly": _live_evenly,
    "loosely": _live_loosely, "doubly": _live_doubly,
}  # fmt: skip

MIXED = (("fan_in", 8), ("fan_out", 8), ("cycle", 8))
BASE = Plan()
# What docs/detectors.md tables; each is measured over several seeds.
PLANS: dict[str, Plan] = {
    "fan-in, seen in part": BASE,
    "fan-out, seen in part": replace(BASE, rings=(("fan_out", 20),)),
    "cycles, seen in part": replace(BASE, rings=(("cycle", 20),)),
    "cycles at any time, seen in part": replace(
        BASE, rings=(("cycle", 20),), schedule="any order"
    ),
    "fan-in and cycles, seen in part": replace(BASE, rings=(("fan_in", 20), ("cycle", 20))),
    "all shapes, members from anywhere, seen whole": replace(
        BASE,
        rings=tuple((kind, 4) for kind in SHAPES), members=(6, 9), period=20, near=False,
        traced=False,
    ),
    "amounts like ordinary ones, any amount ordinary": replace(
        BASE, life="evenly", rings=MIXED, amounts="like ordinary ones", period=20, near=False
    ),
    "no parts, standing orders": replace(BASE, life="regularly", rings=MIXED, parts=False),
    "loose life": replace(BASE, life="loosely", rings=MIXED),
    "loose life, amounts like ordinary ones": replace(
        BASE, life="loosely", rings=MIXED, amounts="like ordinary ones"
    ),
    "often twice a day, amounts like ordinary ones": replace(
        BASE, life="doubly", rings=MIXED, amounts="like ordinary ones"
    ),
    "cycles that keep their money, loose life": replace(
        BASE, life="loosely", rings=(("cycle", 20),), amounts="kept", parts=False, traced=False,
        schedule="in order", period=20,
    ),
}  # fmt: skip
