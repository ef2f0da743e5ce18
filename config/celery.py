"""Background work: what the beat starts, and how often."""

import logging
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery
from celery.beat import SchedulingError
from celery.schedules import crontab
from celery.signals import beat_init, worker_ready

# A moment, not a distance: a beat that is restarted each day would never come to the end of one.
DAY = crontab(hour="3", minute="30")

app = Celery("kith")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "deliver what waits": {"task": "outbox.tasks.deliver_all", "schedule": 1.0},
    "return expired envelopes": {
        "task": "wallet.envelopes.tasks.return_expired_envelopes", "schedule": 5.0,
    },
    "expire transfers": {"task": "wallet.transfers.tasks.expire_transfers", "schedule": 5.0},
    "expire holds": {"task": "wallet.ledger.tasks.expire_holds", "schedule": 60.0},
    "take snapshots": {"task": "wallet.ledger.tasks.take_snapshots", "schedule": 3600.0},
    "expire payment requests": {
        "task": "wallet.requests.tasks.expire_payment_requests", "schedule": 5.0,
    },
    "return expired vouchers": {
        "task": "wallet.vouchers.tasks.return_expired_vouchers", "schedule": 5.0,
    },
    "remind of splits": {"task": "wallet.splits.tasks.remind_of_splits", "schedule": 60.0},
    "repeat expenses": {"task": "chat.cards.tasks.repeat_expenses", "schedule": 60.0},
    "expire loan asks": {"task": "wallet.lending.tasks.expire_loan_asks", "schedule": 60.0},
    "score members": {
        "task": "wallet.points.tasks.score_this_month", "schedule": 3600.0,
    },
    "age loans": {"task": "wallet.lending.tasks.age_all_loans", "schedule": 60.0},
    "delete unsent files": {
        "task": "chat.files.tasks.delete_unsent_files", "schedule": 3600.0,
    },
    "ask banks again": {"task": "wallet.banks.tasks.ask_banks_again", "schedule": 1.0},
    "reconcile yesterday": {"task": "wallet.banks.tasks.reconcile_yesterday", "schedule": DAY},
    "forget ended intents": {
        "task": "graph.intents.tasks.forget_ended_intents", "schedule": 20.0,
    },
    "forget old keys": {"task": "commands.tasks.forget_keys", "schedule": 3600.0},
    "forget old invites": {"task": "chat.invites.tasks.forget_invites", "schedule": DAY},
    "forget old contacts": {"task": "graph.contacts.tasks.forget_contacts", "schedule": DAY},
    "forget old notices": {"task": "outbox.notices.tasks.forget_notices", "schedule": DAY},
    "forget old shadows": {"task": "wallet.screening.tasks.forget_shadows", "schedule": DAY},
    "forget old credentials": {"task": "graph.people.tasks.forget_credentials", "schedule": DAY},
}  # fmt: skip


class InOneLine(logging.Filter):
    """Has beat say in one line that the bus is away; the next round sends what is due."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten such a line."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, SchedulingError):
            record.msg, record.args, record.exc_info = "%s", (error,), None
        return True


@beat_init.connect
def say_less(**_: object) -> None:
    """Keep a bus that is away for a moment from filling the log."""
    logging.getLogger("celery.beat").addFilter(InOneLine())


@worker_ready.connect
@beat_init.connect
def mark_ready(**_: object) -> None:
    """Leave a mark where `make up` waits for it."""
    if mark := os.environ.get("KITH_MARK"):
        Path(mark).touch()
