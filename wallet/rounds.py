"""Rounds of the sweepers: many rows, each on its own."""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction

logger = logging.getLogger(__name__)


def go_through(row_ids: Iterable[UUID], work: Callable[[UUID], bool]) -> int:
    """Do the work for each row in a transaction of its own; return how often it said yes.

    A row that fails is rolled back and logged, and the others go on; it is due again next time.
    """
    done = 0
    for row_id in row_ids:
        try:
            with transaction.atomic():
                done += work(row_id)
        except Exception:
            # Of whatever kind: nobody else's money waits for one row that is broken.
            logger.exception("the round passes over %s", row_id)
    return done
