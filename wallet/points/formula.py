"""The formula: from what is known of somebody to a score with its reasons. Integers throughout.

docs/points.md says the same in words, with where each input comes from.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

# Any change of a number or rule below is another version; scores say by which they were made.
VERSION = 2
LOWEST, HIGHEST = 350, 950

# Note [Missing data]
# A part about which nothing is known is marked as missing and adds nothing: points are earned by
# evidence. Spreading its weight over the other parts would guess that it is as good as those, and
# would let somebody gain by having nothing to show. So whatever becomes known never lowers a score.

PartName = Literal["history", "ability", "behaviour", "identity", "relations"]
# 35, 25, 20, 15 and 5 % of the 600 points between lowest and highest.
MOST: dict[PartName, int] = {
    "history": 210, "ability": 150, "behaviour": 120, "identity": 90, "relations": 30,
}  # fmt: skip

WINDOWS = 6
WINDOW_DAYS = 30
# Fen. Sums below these are too small to tell anything, and too cheap to make up.
LEAST_INSTALMENT = 1_000
LEAST_INCOME = 10_000
LEAST_PAID = 100
LEAST_LINE = 10_000

ON_TIME_COUNTED = 6
ON_TIME_PER_LENDER = 3
CLEAN = 60
LATE_COSTS, VERY_LATE_COSTS = 20, 40
VERY_LATE_DAYS = 30
# An instalment that was paid late is forgotten so long after its due date.
LATE_KEPT_DAYS = 720
REPAID_STEPS = (10_000, 50_000, 100_000, 500_000, 1_000_000)
CUSHION_STEPS = (10_000, 50_000, 100_000, 500_000, 1_000_000)
PEOPLE_COUNTED = 8
BILLS_COUNTED = 10
MONTHS_COUNTED = 10
BEHIND_COUNTED = 5


@dataclass(frozen=True)
class History:
    """How somebody repaid: instalments by lender that were paid on time, how many days late others
    are or were, what is overdue now, and the principal paid back on time (fen), of three
    instalments of one lender at most.
    """

    on_time: dict[str, int] = field(default_factory=dict)
    days_late: tuple[int, ...] = ()
    overdue: int = 0
    repaid: int = 0


@dataclass(frozen=True)
class Money:
    """What the ledger tells of the last six windows of 30 days.

    `incomes` and `cushions` are fen by window, newest first: what came in net from each other side,
    and balance less debt at its end. `entries` counts all entries of the account so far.
    """

    entries: int = 0
    incomes: tuple[int, ...] = ()
    cushions: tuple[int, ...] = ()
    payments: int = 0
    active: int = 0
    people: int = 0
    bills: int = 0
    reversals: int = 0


@dataclass(frozen=True)
class Facts:
    """All that the formula knows of somebody. `friends` is None where the graph has no such
    person.
    """

    history: History = field(default_factory=History)
    money: Money = field(default_factory=Money)
    tier: str = "basic"
    months: int = 0
    friends: int | None = None
    behind: int = 0
    burned: int = 0


@dataclass(frozen=True)
class Reason:
    """One rule of a part: what it looked at, and the points that gave, of the most it can give."""

    code: str
    value: int
    points: int
    most: int


@dataclass(frozen=True)
class Part:
    """A part of the score; a missing one has no reasons and no points. See Note [Missing data]."""

    name: PartName
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Part":
        """Return a part as it was kept with a score."""
        return cls(kept["part"], tuple(Reason(**reason) for reason in kept["reasons"]))

    @property
    def is_missing(self) -> bool:
        """Tell whether nothing is known."""
        return not self.reasons

    @property
    def points(self) -> int:
        """Return what the part adds to the score."""
        return sum(reason.points for reason in self.reasons)

    @property
    def most(self) -> int:
        """Return what it could add."""
        return MOST[self.name]

    def as_json(self) -> dict[str, Any]:
        """Return the part as it is kept with the score."""
        return {
            "part": self.name, "points": self.points, "most": self.most,
            "missing": self.is_missing,
            "reasons": [vars(reason) for reason in self.reasons],
        }  # fmt: skip


def make_parts(facts: Facts) -> list[Part]:
    """Return the five parts, heaviest first."""
    return [
        Part("history", _history(facts.history)),
        Part("ability", _ability(facts.money)),
        Part("behaviour", _behaviour(facts.money)),
        Part("identity", _identity(facts)),
        Part("relations", _relations(facts)),
    ]


def add_up(parts: Sequence[Part]) -> int:
    """Return the score of the parts, from 350 to 950."""
    return LOWEST + sum(part.points for part in parts)


# What somebody can do nothing about but wait.
PAST = frozenset({"history.late", "behaviour.reversals", "relations.burned"})


@dataclass(frozen=True)
class Raise:
    """What would raise a score, and by how much at most; `<part>.missing` where nothing is
    known.
    """

    code: str
    points: int


def list_raises(parts: Sequence[Part]) -> list[Raise]:
    """Return what would raise the score, most first."""
    found = [
        Raise(reason.code, reason.most - reason.points)
        for part in parts
        for reason in part.reasons
        if reason.points < reason.most and reason.code not in PAST
    ]
    found += [Raise(f"{part.name}.missing", part.most) for part in parts if part.is_missing]
    return sorted(found, key=lambda one: (-one.points, one.code))


def _counted(code: str, value: int, each: int, most: int) -> Reason:
    """Return a rule that gives so many points for each, up to a number of them."""
    return Reason(code, value, each * min(value, most), each * most)


def _stepped(code: str, value: int, steps: Sequence[int], each: int) -> Reason:
    """Return a rule that gives so many points for each step that the value reaches."""
    return Reason(code, value, each * bisect_right(steps, value), each * len(steps))


def _history(known: History) -> tuple[Reason, ...]:
    if not known.on_time and not known.days_late:
        return ()
    # Three of one lender at most, so that two who lend to each other do not make a history.
    counted = sum(min(count, ON_TIME_PER_LENDER) for count in known.on_time.values())
    very_late = sum(days > VERY_LATE_DAYS for days in known.days_late)
    late = len(known.days_late) - very_late
    # Only who has paid something on time shows by it that little was late: a first instalment that
    # is late must not be worth more than none.
    is_shown = counted and not known.overdue
    clean = max(0, CLEAN - LATE_COSTS * late - VERY_LATE_COSTS * very_late) if is_shown else 0
    return (
        _counted("history.on_time", counted, 20, ON_TIME_COUNTED),
        _stepped("history.repaid", known.repaid, REPAID_STEPS, 6),
        Reason("history.late", len(known.days_late), clean, CLEAN),
    )


def _ability(money: Money) -> tuple[Reason, ...]:
    if not money.entries:
        return ()
    steady = sum(income >= LEAST_INCOME for income in money.incomes)
    # The lower of the two in the middle, so that one good day does not count.
    cushion = sorted(money.cushions)[(len(money.cushions) - 1) // 2] if money.cushions else 0
    return (
        _counted("ability.income", steady, 15, WINDOWS),
        _stepped("ability.cushion", cushion, CUSHION_STEPS, 12),
    )


def _behaviour(money: Money) -> tuple[Reason, ...]:
    if not money.payments:
        return ()
    return (
        _counted("behaviour.active", money.active, 8, WINDOWS),
        _counted("behaviour.people", money.people, 4, PEOPLE_COUNTED),
        _counted("behaviour.bills", money.bills, 2, BILLS_COUNTED),
        Reason("behaviour.reversals", money.reversals, 0 if money.reversals else 20, 20),
    )


def _identity(facts: Facts) -> tuple[Reason, ...]:
    if facts.tier == "basic":
        return ()
    has_document = facts.tier == "verified"
    return (
        Reason("identity.name", 1, 35, 35),
        Reason("identity.document", int(has_document), 35 * has_document, 35),
        _counted("identity.months", facts.months, 2, MONTHS_COUNTED),
    )


def _relations(facts: Facts) -> tuple[Reason, ...]:
    if not facts.friends and not facts.behind and not facts.burned:
        return ()
    return (
        _counted("relations.behind", facts.behind, 4, BEHIND_COUNTED),
        Reason("relations.burned", facts.burned, 0 if facts.burned else 10, 10),
    )
