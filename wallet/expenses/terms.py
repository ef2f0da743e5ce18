"""What an expense says, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from commands.frames import MAX_AMOUNT
from wallet.expenses.models import Expense, Line
from wallet.ledger.errors import AmountInvalid
from wallet.splits.between import Between, Even, Exact, Weighted, part_amount, people_of

BETWEEN: TypeAdapter[Even | Exact | Weighted] = TypeAdapter(Between)


@dataclass(frozen=True)
class Terms:
    """Who paid how much (minor units), between whom it is divided, and what for."""

    paid: Mapping[UUID, int]
    between: Even | Exact | Weighted
    currency: str
    note: str
    category: str
    on: date

    @property
    def amount(self) -> int:
        """Return what was paid in all."""
        return sum(self.paid.values())

    @property
    def people(self) -> set[UUID]:
        """Return who has something to do with it."""
        return {*self.paid, *people_of(self.between)}

    def divide(self, *, turn: Callable[[], int]) -> Mapping[UUID, int]:
        """Return each person's part; see `part_amount`. Raises AmountInvalid."""
        if self.amount > MAX_AMOUNT:
            raise AmountInvalid(reason="This is more than can be written down.")
        return part_amount(self.amount, self.between, turn=turn)

    @classmethod
    def of(cls, expense: Expense, lines: list[Line]) -> "Terms":
        """Return what an expense says now."""
        return cls(
            paid={line.person_id: line.paid for line in lines if line.paid},
            between=BETWEEN.validate_python(expense.between),
            currency=expense.currency, note=expense.note, category=expense.category, on=expense.on,
        )  # fmt: skip


def describe_between(between: Even | Exact | Weighted) -> dict[str, Any]:
    """Return between whom an expense is divided, as it came."""
    return between.model_dump(mode="json")


def make_lines(expense_id: UUID, terms: Terms, parts: Mapping[UUID, int]) -> list[Line]:
    """Return one line for each person: those between whom it is divided, then who only paid."""
    people = [*parts, *sorted(terms.paid.keys() - parts.keys())]
    return [
        Line(
            expense_id=expense_id, person_id=person_id, position=position,
            paid=terms.paid.get(person_id, 0), part=parts.get(person_id),
        )
        for position, person_id in enumerate(people)
    ]  # fmt: skip


def nets_of(lines: list[Line]) -> dict[UUID, int]:
    """Return what each person is owed by an expense, less than 0 for who owes."""
    return {line.person_id: line.paid - (line.part or 0) for line in lines}
