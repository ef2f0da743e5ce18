"""Payments at banks."""

from django.conf import settings
from django.db import models


class Direction(models.TextChoices):
    """Which way the money goes, as seen from Kith."""

    IN = "in"
    OUT = "out"


class Status(models.TextChoices):
    """Where a payment stands.

    `created`: no bank has it. `sent`: one is being asked. `unknown`: it was asked and did not say.
    `done` and `failed` are final.
    """

    CREATED = "created"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


OPEN = (Status.CREATED, Status.SENT, Status.UNKNOWN)


class Payment(models.Model):
    """A top-up or a withdrawal at a bank; its id is the number that the bank knows it by, the same
    each time it is asked.

    `wanted` is the channel asked for, or `auto`; `channel` the one that has it, empty as long as
    none has. `hold_id` is the pending transfer in the ledger, `transfer_id` the one that posted it.
    `day` is the bank's, on whose statement the payment stands.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    account_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=Direction.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    wanted = models.TextField()
    channel = models.TextField(blank=True, default="")
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.CREATED)
    reason = models.TextField(blank=True, default="")
    hold_id = models.UUIDField()
    transfer_id = models.UUIDField(null=True)
    # Counts the times a bank was asked; who comes back with an answer knows by it whether somebody
    # has asked since.
    tries = models.IntegerField(default=0)
    # The worker leaves it alone until then.
    next_at = models.DateTimeField()
    day = models.DateField(null=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="bank_payment_moves_something"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["created", "failed"]) | ~models.Q(channel=""),
                name="bank_payment_has_a_channel_once_it_is_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", transfer_id__isnull=False, day__isnull=False)
                | (~models.Q(status="done") & models.Q(transfer_id=None)),
                name="bank_payment_is_posted_when_it_is_done",
            ),
        ]
        indexes = [
            models.Index(
                name="bank_payment_to_ask_again", fields=["next_at"],
                condition=models.Q(status__in=["created", "sent", "unknown"]),
            ),
            models.Index(name="bank_payment_of_a_day", fields=["channel", "day"]),
        ]  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Tell whether it is not decided yet."""
        return self.status in OPEN
