"""What is open among those who pay, and known to all of them."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

Shown = dict[str, Any]
Piles = dict[str, deque[Shown]]

# What lies open of a kind beyond this is left to its time, or for ever where it has none.
MOST_OPEN = 30


@dataclass
class Board:
    """Things by whom they wait for, envelopes with those who have tried them, and disputes, which
    wait for anybody of the staff who is no side of them.
    """

    offers: Piles = field(default_factory=dict)
    bills: Piles = field(default_factory=dict)
    requests: Piles = field(default_factory=dict)
    vouchers: Piles = field(default_factory=dict)
    cash: Piles = field(default_factory=dict)
    asks: Piles = field(default_factory=dict)
    debts: Piles = field(default_factory=dict)
    # How many asks of a borrower nobody has answered yet.
    asked: Counter[str] = field(default_factory=Counter)
    disputes: deque[Shown] = field(default_factory=deque)
    staff: set[str] = field(default_factory=set)
    envelopes: deque[tuple[Shown, set[str]]] = field(
        default_factory=lambda: deque(maxlen=MOST_OPEN)
    )
    is_over: bool = False

    def put(self, pile: Piles, person: str, thing: Shown) -> None:
        """Have something wait for somebody."""
        pile.setdefault(person, deque(maxlen=MOST_OPEN)).append(thing)

    def take(self, pile: Piles, person: str) -> Shown | None:
        """Take what has waited longest for somebody."""
        waiting = pile.get(person)
        return waiting.popleft() if waiting else None

    def take_newest(self, pile: Piles, person: str) -> Shown | None:
        """Take what has waited shortest for somebody, and so is still of use most likely."""
        waiting = pile.get(person)
        return waiting.pop() if waiting else None
