"""Disputes and their history."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Status(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    REVERSED = "reversed"
    REJECTED = "rejected"


class Dispute(models.Model):
    """A payer asks for a payment back; one for each payment, ever.

    `hold_id` is the pending transfer that keeps the money at the payee while it is frozen,
    `held_amount` what it keeps. `proposed_*` say what one of the staff wants: `reversal_amount`
    null takes as much as there is. `reversal_id` is the transfer that brought money back: the
    ledger's own reversal of the payment.
    """

    id = models.UUIDField(primary_key=True)
    payment_id = models.UUIDField(unique=True)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=1000)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    hold_id = models.UUIDField(null=True)
    held_amount = models.BigIntegerField(default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    proposed_outcome = models.CharField(max_length=8, blank=True, default="")
    reversal_amount = models.BigIntegerField(null=True)
    reversal_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="reversed", reversal_id__isnull=False)
                | (~Q(status="reversed") & Q(reversal_id=None)),
                name="dispute_is_reversed_by_a_transfer",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", proposed_by__isnull=False) | ~Q(status="proposed"),
                name="dispute_is_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reversal_amount=None) | Q(reversal_amount__lte=F("amount")),
                name="dispute_reverses_at_most_the_payment",
            ),
        ]
        indexes = [
            models.Index(name="dispute_by_payer", fields=["payer", "-id"]),
            models.Index(name="dispute_by_status", fields=["status", "-id"]),
        ]


class Step(models.Model):
    """Who did what in a dispute, when and why; append-only."""

    id = models.UUIDField(primary_key=True)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="steps", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    # opened, frozen, released, proposed, refused, confirmed
    action = models.CharField(max_length=16)
    outcome = models.CharField(max_length=8, blank=True, default="")
    amount = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=1000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="dispute_step_in_order", fields=["dispute", "id"])]
