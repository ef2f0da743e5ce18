"""Celery entry points of lending."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.lending.repayment import age_loans
from wallet.lending.services import expire_asks


@shared_task
def expire_loan_asks() -> int:
    """End asks that nobody answered in time."""
    return expire_asks(at=datetime.now(UTC))


@shared_task
def age_all_loans() -> int:
    """Mark what is overdue, remind once a day, and let default what was overdue for too long."""
    return age_loans(at=datetime.now(UTC))
