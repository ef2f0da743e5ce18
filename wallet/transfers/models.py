"""Transfers between people."""

from datetime import datetime

from django.conf import settings
from django.db import models


class Status(models.TextChoices):
    """Where a transfer stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXPIRED = "expired"


class Transfer(models.Model):
    """Money on offer: held on the sender's account until the receiver accepts or returns it.

    `hold_id` is the pending transfer in the ledger. `room_id` is null when it was not sent into a
    room. A pending one that is `under_review` can be neither accepted nor returned by its receiver.
    One that was `gated` stands in the graph as an intent of the same id, until it is paid or ends.
    """

    id = models.UUIDField(primary_key=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True, default="")
    room_id = models.UUIDField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    under_review = models.BooleanField(default=False, db_default=False)
    gated = models.BooleanField(default=False, db_default=False)
    hold_id = models.UUIDField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("receiver")), name="transfer_goes_to_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="transfer_moves_something"
            ),
            models.CheckConstraint(
                condition=models.Q(under_review=False) | models.Q(status="pending"),
                name="transfer_under_review_is_pending",
            ),
        ]
        indexes = [
            models.Index(name="transfer_by_sender", fields=["sender", "-id"]),
            models.Index(name="transfer_by_receiver", fields=["receiver", "-id"]),
            # For who replays the past.
            models.Index(name="transfer_by_moment", fields=["at", "id"]),
            models.Index(
                name="transfer_to_expire", fields=["expires_at"],
                condition=models.Q(status="pending"),
            ),
        ]  # fmt: skip

    def waits_at(self, at: datetime) -> bool:
        """Tell whether a person has to decide first, at a moment."""
        return self.under_review and self.status_at(at) == Status.PENDING

    def status_at(self, at: datetime) -> str:
        """Return the status at a moment: the time decides, whether or not the sweeper has run."""
        if self.status == Status.PENDING and at >= self.expires_at:
            return str(Status.EXPIRED)
        return str(self.status)
