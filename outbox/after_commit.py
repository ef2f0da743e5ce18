"""The only place that uses Django's on_commit."""

import logging
from collections.abc import Callable

from django.db import transaction

logger = logging.getLogger(__name__)


def run_after_commit(step: Callable[[], object]) -> None:
    """Run the step once the current transaction has committed; at once when there is none.

    A step that fails is logged and does not undo or hide what was committed: whatever must not be
    lost is a row of the transaction, and the step only makes it arrive sooner.
    """
    transaction.on_commit(step, robust=True)
