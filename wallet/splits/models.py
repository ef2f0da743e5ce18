"""Bills and the shares of those who pay for them."""

from django.conf import settings
from django.db import models


class ShareStatus(models.TextChoices):
    """Where a share stands; `own` is the initiator's, who paid the bill."""

    UNPAID = "unpaid"
    PAID = "paid"
    DECLINED = "declined"
    OWN = "own"


class Split(models.Model):
    """A bill that the initiator paid and others pay back; settled once no share is unpaid."""

    id = models.UUIDField(primary_key=True)
    room_id = models.UUIDField()
    initiator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200)
    at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    # When those who have not paid are reminded by the service; null once that is done.
    remind_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=1), name="split_is_positive"),
        ]
        indexes = [
            models.Index(
                name="split_to_remind", fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
            ),
        ]  # fmt: skip


class Share(models.Model):
    """One person's part of a bill."""

    pk = models.CompositePrimaryKey("split_id", "person_id")
    split = models.ForeignKey(Split, models.PROTECT, related_name="shares", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    status = models.CharField(max_length=8, choices=ShareStatus.choices)
    # Set when the split was cancelled before this share was paid: it can no longer be.
    closed = models.BooleanField(default=False)
    reminders = models.BooleanField(default=True)
    reminded_at = models.DateTimeField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="split_share_not_negative"
            ),
        ]


class Turn(models.Model):
    """Who carries the odd fen of the next even split in a room."""

    room_id = models.UUIDField(primary_key=True)
    splits = models.BigIntegerField(default=0)
