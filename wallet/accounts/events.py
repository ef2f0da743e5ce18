"""Payments on their way to the graph: the ledger's tables record them, see Note [Told by the
tables] in wallet/graphed/sql/tell.sql.
"""

from functools import partial

from outbox.after_commit import run_after_commit
from outbox.wake import wake_delivery

LANE = "money"


def wake_graph() -> None:
    """Have the graph told what this transaction has moved or changed, once it has committed; else
    it is within a second.
    """
    run_after_commit(partial(wake_delivery, LANE))
