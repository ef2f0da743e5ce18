"""Wire commands that put expenses into a room, change them and list them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from chat.cards.changes import describe_card
from chat.messages import shapes
from chat.messages.models import Message
from chat.messages.selectors import describe_fresh
from chat.messages.services import post_card
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room, member_ids
from commands.frames import (
    Amount,
    Command,
    Currency,
    Day,
    Download,
    Id,
    PageSize,
    Result,
    ShortText,
    Text,
)
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.days import day_of
from wallet.expenses import repeating, selectors, services
from wallet.expenses.commands import ExpenseShown, ExpenseVersionShown, SettlementShown
from wallet.expenses.errors import ExpenseNotFound, ExpensePersonGone
from wallet.expenses.export import export_room
from wallet.expenses.models import Every
from wallet.expenses.selectors import Laid
from wallet.expenses.services import Edits
from wallet.expenses.terms import Terms
from wallet.ledger.errors import AmountInvalid
from wallet.splits.between import MOST_PEOPLE, Between
from wallet.splits.commands import FAMILY

Paid = Annotated[dict[Id, Amount], Field(min_length=1, max_length=MOST_PEOPLE)]
Category = Annotated[Text, Field(max_length=32)]
SETTLEMENTS_LISTED = 200


class AddExpense(Command):
    type: Literal["expense.add"]
    room: Id
    paid: Paid
    between: Between
    note: ShortText = ""
    category: Category = ""
    on: Day | None = None
    currency: Currency = "CNY"


class EditExpense(Command):
    type: Literal["expense.edit"]
    expense: Id
    paid: Paid | None = None
    between: Between | None = None
    note: ShortText | None = None
    category: Category | None = None
    on: Day | None = None
    currency: Currency | None = None


class DeleteExpense(Command):
    type: Literal["expense.delete"]
    expense: Id


class RepeatExpense(Command):
    type: Literal["expense.repeat"]
    expense: Id
    every: Literal["week", "month", "never"]


class GetExpense(Command):
    type: Literal["expense.get"]
    expense: Id


class ListExpenses(Command):
    type: Literal["expense.list"]
    room: Id
    before: Id | None = None
    limit: PageSize = 200


class ExportExpenses(Command):
    type: Literal["expense.export"]
    room: Id


class AddedExpense(Result):
    expense: ExpenseShown
    message: shapes.Message


class OneExpense(Result):
    expense: ExpenseShown


class ToldExpense(Result):
    expense: ExpenseShown
    versions: list[ExpenseVersionShown]


class Expenses(Result):
    expenses: list[ExpenseShown]
    settlements: list[SettlementShown]
    more: bool


@handles(
    AddExpense, result=AddedExpense, family=FAMILY, money=True,
    may_refuse=[RoomNotFound, RoomForbidden, PersonNotFound, AmountInvalid],
)  # fmt: skip
def add_expense(command: AddExpense, caller: Caller) -> AddedExpense:
    """Write down what members of a room paid, and between whom it is divided."""
    access_room(room_id=command.room, person_id=caller.person)
    terms = Terms(
        paid=command.paid, between=command.between, currency=command.currency,
        note=command.note, category=command.category, on=command.on or day_of(caller.at),
    )  # fmt: skip
    _require_members(terms.people, command.room)
    laid = services.add(room_id=command.room, by=caller.person, terms=terms, at=caller.at)
    message = _post(laid)
    return AddedExpense(expense=ExpenseShown.of(laid), message=describe_fresh(message))


def _require_members(people: set[UUID], room_id: UUID) -> None:
    if not people <= member_ids(room_id=room_id):
        raise PersonNotFound()


def _post(laid: Laid) -> Message:
    expense = laid.expense
    return post_card(
        room_id=expense.room_id, author_id=expense.by_id, card_type="expense",
        card_id=expense.id, card=describe_card("expense", expense.id, at=expense.at),
        at=expense.at,
    )  # fmt: skip


def show_repetition(laid: Laid) -> None:
    """Put a repetition of an expense into its room. Raises PersonNotFound or RoomNotFound when
    somebody of it is there no more.
    """
    _require_members({line.person_id for line in laid.lines}, laid.expense.room_id)
    _post(laid)


def _access(expense_id: UUID, person_id: UUID) -> Laid:
    """Return an expense of a room the person is in. Raises ExpenseNotFound."""
    laid = selectors.get_laid(expense_id=expense_id)
    try:
        access_room(room_id=laid.expense.room_id, person_id=person_id)
    except RoomNotFound:
        raise ExpenseNotFound() from None
    return laid


def _require_concerned(expense_id: UUID, person_id: UUID) -> Laid:
    """Return an expense that the person wrote down, paid or has a part of. Raises ExpenseNotFound
    and RoomForbidden.
    """
    laid = _access(expense_id, person_id)
    if not laid.concerns(person_id):
        raise RoomForbidden()
    return laid


@handles(
    EditExpense, result=OneExpense, family=FAMILY,
    may_refuse=[
        ExpenseNotFound, RoomForbidden, PersonNotFound, ExpensePersonGone, AmountInvalid,
    ],
)  # fmt: skip
def edit_expense(command: EditExpense, caller: Caller) -> OneExpense:
    """Change an expense that you wrote down, paid or have a part of; what is left out stays as it
    is, and what it said before is kept.
    """
    laid = _require_concerned(command.expense, caller.person)
    changed = services.edit(
        expense_id=command.expense, person_id=caller.person, at=caller.at,
        members=member_ids(room_id=laid.expense.room_id),
        edits=Edits(
            paid=command.paid, between=command.between, currency=command.currency,
            note=command.note, category=command.category, on=command.on,
        ),
    )  # fmt: skip
    return OneExpense(expense=ExpenseShown.of(changed))


@handles(
    DeleteExpense, result=OneExpense, family=FAMILY,
    may_refuse=[ExpenseNotFound, RoomForbidden, ExpensePersonGone],
)  # fmt: skip
def delete_expense(command: DeleteExpense, caller: Caller) -> OneExpense:
    """Take back an expense that you wrote down, paid or have a part of."""
    _require_concerned(command.expense, caller.person)
    laid = services.delete(expense_id=command.expense, person_id=caller.person, at=caller.at)
    return OneExpense(expense=ExpenseShown.of(laid))


@handles(
    RepeatExpense, result=OneExpense, family=FAMILY, may_refuse=[ExpenseNotFound, RoomForbidden]
)
def repeat_expense(command: RepeatExpense, caller: Caller) -> OneExpense:
    """Have an expense come again each week or month after its date, or no more."""
    _require_concerned(command.expense, caller.person)
    laid = repeating.repeat(expense_id=command.expense, every=Every(command.every), at=caller.at)
    return OneExpense(expense=ExpenseShown.of(laid))


@handles(GetExpense, result=ToldExpense, family=FAMILY, reads=True, may_refuse=[ExpenseNotFound])
def get_expense(command: GetExpense, caller: Caller) -> ToldExpense:
    """Show an expense, also a deleted one, and what it said before each change."""
    laid = _access(command.expense, caller.person)
    versions = selectors.list_versions(expense_id=command.expense)
    return ToldExpense(
        expense=ExpenseShown.of(laid),
        versions=[ExpenseVersionShown.of(version) for version in versions],
    )


@handles(ListExpenses, result=Expenses, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def list_expenses(command: ListExpenses, caller: Caller) -> Expenses:
    """List a room's expenses, newest first, and its newest 200 settlements."""
    access_room(room_id=command.room, person_id=caller.person)
    page, more = selectors.list_expenses(
        room_id=command.room, before=command.before, limit=command.limit
    )
    settlements = selectors.list_settlements(room_id=command.room, limit=SETTLEMENTS_LISTED)
    return Expenses(
        expenses=[ExpenseShown.of(laid) for laid in page],
        settlements=[SettlementShown.of(one) for one in settlements],
        more=more,
    )


@handles(
    ExportExpenses, result=Download, family=FAMILY, reads=True, http_only=True, raw="text/csv",
    may_refuse=[RoomNotFound],
)  # fmt: skip
def export_expenses(command: ExportExpenses, caller: Caller) -> Download:
    """Download a room's expenses and settlements as CSV, one line for each person of each."""
    access_room(room_id=command.room, person_id=caller.person)
    table = export_room(room_id=command.room)
    return Download(name="expense.export.csv", chunks=[table.encode()])
