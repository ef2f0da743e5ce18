"""Celery entry points of Pay Points."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from graph.database import GraphUnavailable
from wallet.points.scoring import month_of, score_month

logger = logging.getLogger(__name__)


@shared_task
def score_this_month() -> int:
    """Score those who have no score of this month yet; what the graph keeps from it comes next
    time.
    """
    try:
        return score_month(month=month_of(datetime.now(UTC)), clock=lambda: datetime.now(UTC))
    except GraphUnavailable as away:
        logger.warning("Scoring waits for the graph: %s", away)
        return 0
