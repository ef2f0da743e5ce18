"""Row locks on the friendships and lines of a file that is being loaded."""

from django.db import connection

# In the order of ids, and friendships before lines, as everywhere: see Note [Lock order] in
# wallet/ledger/locks.py.
LOCK_FRIENDSHIPS = """
    SELECT FROM friends_friendship AS friendship
    JOIN loaded_pair AS pair USING (low_id, high_id)
    ORDER BY friendship.id FOR NO KEY UPDATE OF friendship
"""
LOCK_LINES = """
    SELECT FROM trust_line AS line JOIN loaded_line AS loaded USING (giver_id, receiver_id)
    ORDER BY line.id FOR NO KEY UPDATE OF line
"""


def lock_loaded_friendships() -> None:
    """Lock the friendships of `loaded_pair` that are there, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FRIENDSHIPS)


def lock_loaded_lines() -> None:
    """Lock the lines of `loaded_line` that are there, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_LINES)
