"""Row locks on shares of a split."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from commands.arrays import column
from wallet.screening.selectors import MARK
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


# With what their bills say. In one order, so that two who pay shares of the same bills queue.
LOCK_OWN = f"""
    SELECT s.split_id, s.person_id, s.amount, s.status, s.closed, b.initiator_id, b.currency,
           b.note, {MARK}
    FROM unnest(%s::uuid[], %s::uuid[]) AS x (split_id, person_id)
    JOIN splits_share AS s USING (split_id, person_id)
    JOIN splits_split AS b ON b.id = s.split_id
    ORDER BY s.split_id, s.person_id FOR NO KEY UPDATE OF s
"""  # noqa: S608 (our own text, put together once)


class OwnShare(NamedTuple):
    """Somebody's share of a bill, and what the bill says; the amount in minor units. `mark` says
    as of when the rules about payments stand.
    """

    split_id: UUID
    person_id: UUID
    amount: int
    status: str
    closed: bool
    initiator_id: UUID
    currency: str
    note: str
    mark: int


def lock_own_shares(*, keys: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], OwnShare]:
    """Lock, in one statement, the shares of those pairs of a split and a person that have one."""
    wanted = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            LOCK_OWN, [column(split for split, _ in wanted), column(one for _, one in wanted)]
        )
        shares = [OwnShare(*row) for row in cursor.fetchall()]
    return {(share.split_id, share.person_id): share for share in shares}


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
