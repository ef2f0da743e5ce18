"""Row locks on shares of a split."""

from uuid import UUID

from django.db import connection

from wallet.splits.errors import SplitNotFound
from wallet.splits.models import Share

TAKE_TURN = """
    INSERT INTO splits_turn (room_id, splits) VALUES (%s, 1)
    ON CONFLICT (room_id) DO UPDATE SET splits = splits_turn.splits + 1
    RETURNING splits - 1
"""


def lock_share(*, split_id: UUID, person_id: UUID) -> Share:
    """Lock one person's share until the transaction ends. Raises SplitNotFound."""
    rows = Share.objects.filter(split_id=split_id, person_id=person_id)
    share = rows.select_for_update(no_key=True).first()
    if share is None:
        raise SplitNotFound()
    return share


def lock_unpaid_shares(*, split_id: UUID) -> list[Share]:
    """Lock all shares that are not paid, in the order of the people."""
    rows = Share.objects.filter(split_id=split_id, status="unpaid").order_by("person_id")
    return list(rows.select_for_update(no_key=True))


def take_turn(*, room_id: UUID) -> int:
    """Return how many even splits the room had before this one; the next one waits for this one's
    commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [room_id])
        (turn,) = cursor.fetchone()
    return int(turn)
