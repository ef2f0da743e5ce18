"""Rounds of the sweepers: many rows, each on its own."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# More than this waits for the next round, which comes soon.
AT_ONCE = 500


def go_through(due: QuerySet[Any], work: Callable[[UUID], bool]) -> int:
    """Do the work for each row that is due, in that order, in a transaction of its own; return how
    often it said yes.

    A row that fails is rolled back and logged, and the others go on; it is due again next time.
    """
    done = 0
    for row_id in list(due.values_list("id", flat=True)[:AT_ONCE]):
        try:
            with transaction.atomic():
                done += work(row_id)
        except Exception:
            # Of whatever kind: nobody else's money waits for one row that is broken.
            logger.exception("the round passes over %s", row_id)
    return done
