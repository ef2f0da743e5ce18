"""What lowers a borrower's cap besides tier and debts; products above this one say so here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commands.questions import Question

Caps = Mapping[UUID, int]


@dataclass(frozen=True)
class Rule:
    """Something that lowers caps: `about` asks what it has to know of borrowers, and `lower` gets
    the tiers' caps by borrower and the answer, and says what is left of those that it lowers.
    """

    about: Callable[[Collection[UUID]], Question[Any]]
    lower: Callable[[Caps, Any, datetime], Caps]


_rules: list[Rule] = []


def lower_caps(rule: Rule) -> None:
    """Have a rule asked for each cap."""
    _rules.append(rule)


def about_rules(borrower_ids: Collection[UUID]) -> list[Question[Any]]:
    """Ask what the rules have to know."""
    return [rule.about(borrower_ids) for rule in _rules]


def apply_rules(caps: Caps, answers: Sequence[Any], at: datetime) -> dict[UUID, int]:
    """Return the caps of borrowers after all rules; none of them can raise one."""
    lowered = dict(caps)
    for rule, answer in zip(_rules, answers, strict=True):
        for person_id, cap in rule.lower(caps, answer, at).items():
            lowered[person_id] = min(cap, lowered[person_id])
    return lowered
