"""Wire commands about who owes what in a room, and settling it."""

from typing import Any, Literal
from uuid import UUID

from chat.rooms.errors import RoomNotFound
from chat.rooms.selectors import access_room
from commands.frames import Amount, Command, Currency, Id, Result
from commands.registry import Caller, handles
from wallet.expenses import selectors, settling
from wallet.expenses.commands import (
    BalanceLineShown,
    OneSettlement,
    PlannedShown,
    SettlementShown,
    show_nets,
)
from wallet.expenses.errors import PlanChanged
from wallet.frames import MoneyCommand
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded, SameAccount
from wallet.screening.errors import Denied
from wallet.screening.judges import Early
from wallet.splits.commands import FAMILY


class GetBalances(Command):
    type: Literal["room.balances"]
    room: Id


class ListBalanceLines(Command):
    type: Literal["room.balance_lines"]
    room: Id
    person: Id
    currency: Currency = "CNY"


class GetSettlePlan(Command):
    type: Literal["room.settle_plan"]
    room: Id


class Settle(MoneyCommand):
    type: Literal["room.settle"]
    room: Id
    to: Id
    amount: Amount
    outside: bool = False


class Balances(Result):
    balances: dict[str, dict[str, int]]


class BalanceLines(Result):
    lines: list[BalanceLineShown]
    net: int


class SettlePlan(Result):
    payments: list[PlannedShown]


@handles(GetBalances, result=Balances, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def get_balances(command: GetBalances, caller: Caller) -> Balances:
    """Show by currency what each person is owed in a room; below 0 is what they owe."""
    access_room(room_id=command.room, person_id=caller.person)
    return Balances(balances=show_nets(selectors.balances_of(room_id=command.room)))


@handles(
    ListBalanceLines, result=BalanceLines, family=FAMILY, reads=True, may_refuse=[RoomNotFound]
)
def list_balance_lines(command: ListBalanceLines, caller: Caller) -> BalanceLines:
    """Show what a person's balance in a room is made of since it was last 0, newest first; the
    amounts sum to it.
    """
    access_room(room_id=command.room, person_id=caller.person)
    lines = selectors.list_lines(
        room_id=command.room, person_id=command.person, currency=command.currency
    )
    return BalanceLines(
        lines=[BalanceLineShown.of(entry, amount) for entry, amount in lines],
        net=sum(amount for _, amount in lines),
    )


@handles(GetSettlePlan, result=SettlePlan, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def get_settle_plan(command: GetSettlePlan, caller: Caller) -> SettlePlan:
    """Show who would pay whom so that nobody owes anything, with the fewest payments, and why; it
    changes no debt.
    """
    access_room(room_id=command.room, person_id=caller.person)
    plan = selectors.plan_room(room_id=command.room)
    return SettlePlan(payments=[PlannedShown.of(planned) for planned in plan])


@handles(
    Settle, result=OneSettlement, family=FAMILY, money=True, abandon=Early.withdraw,
    may_refuse=[
        RoomNotFound, PlanChanged, SameAccount, InsufficientFunds, Frozen, LimitExceeded,
        Denied,
    ],
)  # fmt: skip
def settle(command: Settle, caller: Caller, early: Early | None = None) -> OneSettlement:
    """Pay somebody what you owe in a room, or record with `outside` that you paid it in cash."""
    _require_debtor(command.room, caller.person)
    terms: dict[str, Any] = {
        "room_id": command.room, "payer_id": caller.person, "payee_id": command.to,
        "amount": command.amount, "currency": command.currency, "at": caller.at,
    }  # fmt: skip
    if command.outside:
        settlement = settling.record_cash(**terms)
    else:
        settlement = settling.settle(**terms, device_id=caller.device_id, early=early)
    return OneSettlement(settlement=SettlementShown.of(settlement))


def _require_debtor(room_id: UUID, person_id: UUID) -> None:
    # Who has left with a debt may still pay it.
    if not selectors.owes_in(room_id=room_id, person_id=person_id):
        access_room(room_id=room_id, person_id=person_id)
