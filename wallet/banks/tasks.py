"""Celery entry points of bank channels."""

import logging
from datetime import UTC, datetime, timedelta

from celery import shared_task

from outbox.bus import forget_turn, take_turn
from wallet.banks import asking
from wallet.banks.gateway import BankAway
from wallet.banks.reconciling import reconcile
from wallet.banks.services import bank_channels
from wallet.days import day_of

logger = logging.getLogger(__name__)

TURN = "ask-banks"
# Longer than a round takes; who dies in one keeps the others waiting so long.
TURN_MILLISECONDS = 15_000


@shared_task
def ask_banks_again() -> int:
    """Go on with the payments that stand open; one round at a time, because banks may be slow."""
    if not take_turn(TURN, milliseconds=TURN_MILLISECONDS):
        return 0
    try:
        return asking.ask_again(clock=lambda: datetime.now(UTC))
    finally:
        forget_turn(TURN)


@shared_task
def reconcile_yesterday() -> int:
    """Compare yesterday's statements with the books, and log each line that differs; return how
    many do.
    """
    yesterday = day_of(datetime.now(UTC)) - timedelta(days=1)
    differing = 0
    for channel in bank_channels():
        try:
            compared = reconcile(channel=channel, day=yesterday)
        except BankAway as away:
            logger.error("%s was not reconciled for %s: %s", channel, yesterday, away)  # noqa: TRY400 (the reason is all there is)
            continue
        differing += len(compared.differences)
        for difference in compared.differences:
            logger.error("reconciling %s for %s: %s", channel, yesterday, difference)
    return differing
