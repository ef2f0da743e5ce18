"""What lowers a borrower's cap besides tier and debts; products above this one say so here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

Caps = Mapping[UUID, int]
Lower = Callable[[Caps, datetime], Caps]
_rules: list[Lower] = []


def lower_caps(rule: Lower) -> None:
    """Have a rule asked for each cap: it gets the tiers' caps by borrower, and says what is left
    of those that it lowers.
    """
    _rules.append(rule)


def apply_rules(caps: Caps, at: datetime) -> dict[UUID, int]:
    """Return the caps of borrowers after all rules; none of them can raise one."""
    lowered = dict(caps)
    for rule in _rules:
        for person_id, cap in rule(caps, at).items():
            lowered[person_id] = min(cap, lowered[person_id])
    return lowered
