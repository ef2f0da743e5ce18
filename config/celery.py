"""Background work: what the beat starts, and how often."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery
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
    "expire payment requests": {
        "task": "wallet.requests.tasks.expire_payment_requests", "schedule": 5.0,
    },
    "return expired vouchers": {
        "task": "wallet.vouchers.tasks.return_expired_vouchers", "schedule": 5.0,
    },
    "remind of splits": {"task": "wallet.splits.tasks.remind_of_splits", "schedule": 60.0},
    "expire loan asks": {"task": "wallet.lending.tasks.expire_loan_asks", "schedule": 60.0},
    "age loans": {"task": "wallet.lending.tasks.age_all_loans", "schedule": 60.0},
    "delete unsent files": {
        "task": "chat.files.tasks.delete_unsent_files", "schedule": 3600.0,
    },
    "forget old keys": {"task": "commands.tasks.forget_keys", "schedule": 3600.0},
    "forget old invites": {"task": "chat.invites.tasks.forget_invites", "schedule": DAY},
    "forget old notices": {"task": "outbox.notices.tasks.forget_notices", "schedule": DAY},
    "forget old credentials": {"task": "graph.people.tasks.forget_credentials", "schedule": DAY},
}  # fmt: skip


@worker_ready.connect
@beat_init.connect
def mark_ready(**_: object) -> None:
    """Leave a mark where `make up` waits for it."""
    if mark := os.environ.get("KITH_MARK"):
        Path(mark).touch()
