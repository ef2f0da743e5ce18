"""Row locks on expenses, settlements and what people owe in a room."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from wallet.expenses.errors import ExpenseNotFound, SettlementNotFound
from wallet.expenses.models import Expense, Settlement

TAKE_TURN = """
    INSERT INTO expenses_turn (room_id, expenses) VALUES (%s, 1)
    ON CONFLICT (room_id) DO UPDATE SET expenses = expenses_turn.expenses + 1
    RETURNING expenses - 1
"""
# The rows are locked in the order of the subquery, whoever else changes some of them.
CHANGE_BALANCES = """
    INSERT INTO expenses_balance (room_id, currency, person_id, net)
    SELECT %s, change.currency, change.person, change.amount
    FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS change (currency, person, amount)
    ORDER BY change.currency, change.person
    ON CONFLICT (room_id, currency, person_id)
    DO UPDATE SET net = expenses_balance.net + EXCLUDED.net
    RETURNING currency, person_id, net
"""

Change = Mapping[tuple[str, UUID], int]


def lock_expense(*, expense_id: UUID) -> Expense:
    """Lock the expense until the transaction ends. Raises ExpenseNotFound, also when it is
    deleted.
    """
    rows = Expense.objects.filter(id=expense_id, deleted_at=None)
    expense = rows.select_for_update(no_key=True).first()
    if expense is None:
        raise ExpenseNotFound()
    return expense


def lock_settlement(*, settlement_id: UUID) -> Settlement:
    """Lock the settlement until the transaction ends. Raises SettlementNotFound."""
    rows = Settlement.objects.filter(id=settlement_id)
    settlement = rows.select_for_update(no_key=True).first()
    if settlement is None:
        raise SettlementNotFound()
    return settlement


def change_balances(*, room_id: UUID, by: Change) -> dict[tuple[str, UUID], int]:
    """Change what people are owed in a room, by (currency, person), and return what it is after
    that; the rows stay locked until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CHANGE_BALANCES,
            [
                room_id,
                [currency for currency, _ in by],
                [person for _, person in by],
                list(by.values()),
            ],
        )
        return {(currency, person): net for currency, person, net in cursor.fetchall()}


def take_turn(*, room_id: UUID) -> int:
    """Return how many even expenses the room had before this one; the next one waits for this one's
    commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [room_id])
        (turn,) = cursor.fetchone()
    return int(turn)
