"""Payment requests."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Status(models.TextChoices):
    """Where a payment request stands."""

    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


class PaymentRequest(models.Model):
    """Somebody asks somebody to pay an amount. `room_id` is null when it was not asked in a room.

    `payment_id` is the transfer in the ledger that paid it.
    """

    id = models.UUIDField(primary_key=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True, default="")
    room_id = models.UUIDField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    payment_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(requester=F("payer")), name="payment_request_asks_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1), name="payment_request_is_for_something"
            ),
            models.CheckConstraint(
                condition=Q(status="paid", payment_id__isnull=False)
                | (~Q(status="paid") & Q(payment_id=None)),
                name="payment_request_says_what_paid_it",
            ),
        ]
        indexes = [
            models.Index(
                name="payment_request_to_expire", fields=["expires_at"],
                condition=Q(status="open"),
            ),
            models.Index(name="payment_request_of_payer", fields=["payer", "-id"]),
            models.Index(name="payment_request_of_asker", fields=["requester", "-id"]),
        ]  # fmt: skip

    def status_at(self, at: datetime) -> str:
        """Return the status at a moment: the time decides, whether or not the sweeper has run."""
        if self.status == Status.OPEN and at >= self.expires_at:
            return str(Status.EXPIRED)
        return str(self.status)


class BankPart(models.Model):
    """A part of what pays a request that a bank was asked for: which sources were named then.

    Its id is the payment's at the bank. `is_proved` tells that the payment PIN came with the
    command, which is not asked for again when the bank has answered.
    """

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="+")
    sources = models.JSONField()
    is_proved = models.BooleanField()
    at = models.DateTimeField()
