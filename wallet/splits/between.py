"""Between whom a bill is split, and what each one's part is."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from commands.frames import MAX_AMOUNT, Frame, Id
from wallet.ledger.errors import AmountInvalid
from wallet.splits.allocate import allocate, divide_evenly

MOST_PEOPLE = 500


def _all_different(people: list[UUID]) -> list[UUID]:
    if len(set(people)) < len(people):
        raise ValueError("must name each person once")
    return people


Weight = Annotated[int, Field(ge=0, le=10**9)]
Part = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
People = Annotated[
    list[Id], Field(min_length=1, max_length=MOST_PEOPLE), AfterValidator(_all_different)
]


class Even(Frame):
    """Everybody the same, in the order of `members`."""

    mode: Literal["even"]
    members: People


class Exact(Frame):
    """Everybody as said; must sum to the whole."""

    mode: Literal["exact"]
    amounts: Annotated[dict[Id, Part], Field(min_length=1, max_length=MOST_PEOPLE)]


class Weighted(Frame):
    """In proportion to whole numbers."""

    mode: Literal["weights"]
    weights: Annotated[dict[Id, Weight], Field(min_length=1, max_length=MOST_PEOPLE)]


Between = Annotated[Even | Exact | Weighted, Field(discriminator="mode")]


def people_of(between: Even | Exact | Weighted) -> list[UUID]:
    """Return the people, in the order in which parts are given; maps ascend by person id."""
    match between:
        case Even():
            return between.members
        case Exact():
            return sorted(between.amounts)
        case Weighted():
            return sorted(between.weights)


def part_amount(
    amount: int, between: Even | Exact | Weighted, *, turn: Callable[[], int]
) -> Mapping[UUID, int]:
    """Return each person's part of the amount (minor units), to the last one exactly.

    The odd units of even splits move on from one to the next in a room, so that nobody carries them
    for ever: `turn` takes the number of this one, and is called for no other mode. Raises
    AmountInvalid when exact parts do not sum to the amount, all weights are 0, or an even split
    leaves nothing for somebody.
    """
    people = people_of(between)
    match between:
        case Even():
            if amount < len(people):
                raise AmountInvalid(reason="There is less than one unit for each person.")
            first = turn() % len(people)
            parts = divide_evenly(amount, len(people), first=first)
        case Exact():
            parts = [between.amounts[person] for person in people]
            if sum(parts) != amount:
                raise AmountInvalid(reason="The parts do not add up to the amount.")
        case Weighted():
            weights = [between.weights[person] for person in people]
            if not any(weights):
                raise AmountInvalid(reason="Somebody must have a weight.")
            parts = allocate(amount, weights)
    return dict(zip(people, parts, strict=True))
