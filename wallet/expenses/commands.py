"""How expenses look on the wire, and the commands about them that need no room."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from commands.frames import Command, Id, Moment, Result
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person
from wallet.expenses import selectors, settling
from wallet.expenses.because import Entry
from wallet.expenses.errors import PlanChanged, SettlementClosed, SettlementNotFound
from wallet.expenses.models import Settlement, Version
from wallet.expenses.selectors import Laid, Planned, describe
from wallet.splits.commands import FAMILY


class ConfirmSettlement(Command):
    type: Literal["room.confirm_settlement"]
    settlement: Id


class DeclineSettlement(Command):
    type: Literal["room.decline_settlement"]
    settlement: Id


class GetBalancesWith(Command):
    type: Literal["person.balances"]
    person: Id


class ExpenseShown(Result):
    """An expense: `paid` is who paid how much, `shares` each one's part, `between` how it was
    divided; `series` is the first of those that it repeats.
    """

    id: Id
    room: Id
    status: Literal["open", "deleted"]
    by: Id
    amount: int
    currency: str
    note: str
    category: str
    on: str
    paid: dict[str, int]
    between: dict[str, Any]
    shares: dict[str, int]
    every: str
    next_on: str | None
    series: str | None
    version: int
    at: str
    edited_at: str | None

    @classmethod
    def of(cls, laid: Laid) -> "ExpenseShown":
        """Show an expense to a member of its room."""
        return cls.model_validate(describe(laid), strict=False)


class ExpenseVersionShown(Result):
    """What an expense said after somebody added, edited or deleted it."""

    number: int
    what: str
    by: Id
    at: Moment
    terms: dict[str, Any]

    @classmethod
    def of(cls, version: Version) -> "ExpenseVersionShown":
        """Show a version."""
        return cls(
            number=version.number, what=version.what, by=version.by_id, at=version.at,
            terms=version.terms,
        )  # fmt: skip


class BalanceLineShown(Result):
    """By how much one expense or settlement changed a figure."""

    expense: Id | None
    settlement: Id | None
    on: date
    at: Moment
    note: str
    amount: int

    @classmethod
    def of(cls, entry: Entry, amount: int) -> "BalanceLineShown":
        """Show a line."""
        return cls(
            expense=entry.id if entry.is_expense else None,
            settlement=None if entry.is_expense else entry.id,
            on=entry.on, at=entry.at, note=entry.note, amount=amount,
        )  # fmt: skip


class PlannedShown(Result):
    """A payment of a plan; `because` are the expenses behind it, `settled` the settlements. `lines`
    say for what the payer owes it, and sum to it.
    """

    room: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    because: list[Id]
    settled: list[Id]
    lines: list[BalanceLineShown]

    @classmethod
    def of(cls, planned: Planned) -> "PlannedShown":
        """Show a payment."""
        payment = planned.payment
        return cls(
            room=planned.room_id, from_=payment.payer, to=payment.payee, amount=payment.amount,
            currency=planned.currency, because=planned.reasons.expenses,
            settled=planned.reasons.settlements,
            lines=[BalanceLineShown.of(*line) for line in planned.reasons.lines],
        )  # fmt: skip


class SettlementShown(Result):
    """A settlement; `outside` ones were cash."""

    id: Id
    room: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    status: str
    outside: bool
    at: Moment

    @classmethod
    def of(cls, settlement: Settlement) -> "SettlementShown":
        """Show a settlement."""
        return cls(
            id=settlement.id, room=settlement.room_id, from_=settlement.payer_id,
            to=settlement.payee_id, amount=settlement.amount, currency=settlement.currency,
            status=str(settlement.status), outside=settlement.transfer_id is None,
            at=settlement.at,
        )  # fmt: skip


class OneSettlement(Result):
    settlement: SettlementShown


class BalancesWith(Result):
    balances: dict[str, int]
    payments: list[PlannedShown]


@handles(
    ConfirmSettlement, result=OneSettlement, family=FAMILY, money=True,
    may_refuse=[SettlementNotFound, SettlementClosed, PlanChanged],
)  # fmt: skip
def confirm_settlement(command: ConfirmSettlement, caller: Caller) -> OneSettlement:
    """Confirm that you got what somebody says they paid you in cash."""
    settlement = settling.confirm(
        settlement_id=command.settlement, person_id=caller.person, at=caller.at
    )
    return OneSettlement(settlement=SettlementShown.of(settlement))


@handles(
    DeclineSettlement, result=OneSettlement, family=FAMILY,
    may_refuse=[SettlementNotFound, SettlementClosed],
)  # fmt: skip
def decline_settlement(command: DeclineSettlement, caller: Caller) -> OneSettlement:
    """Say that cash was not paid after all; the debt stays."""
    settlement = settling.decline(
        settlement_id=command.settlement, person_id=caller.person, at=caller.at
    )
    return OneSettlement(settlement=SettlementShown.of(settlement))


@handles(
    GetBalancesWith, result=BalancesWith, family=FAMILY, reads=True, may_refuse=[PersonNotFound]
)
def get_balances_with(command: GetBalancesWith, caller: Caller) -> BalancesWith:
    """Show what you and somebody would pay each other by the plans of all rooms: by currency what
    comes to you in all (below 0: what you pay), and each payment.
    """
    get_person(person_id=command.person)
    plan = selectors.plan_between(one=caller.person, other=command.person)
    return BalancesWith(
        balances=selectors.sum_plan(plan=plan, person_id=caller.person),
        payments=[PlannedShown.of(planned) for planned in plan],
    )


def show_nets(balances: dict[str, dict[UUID, int]]) -> dict[str, dict[str, int]]:
    """Show what people are owed, by currency and person."""
    return {
        currency: {str(person_id): net for person_id, net in nets.items()}
        for currency, nets in balances.items()
    }
