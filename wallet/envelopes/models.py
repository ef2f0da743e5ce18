"""Red envelopes and their shares."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wallet.ledger.models import Account


class Kind(models.TextChoices):
    """How the amount is split into shares."""

    RANDOM = "random"
    EQUAL = "equal"


class Envelope(models.Model):
    """A red envelope in a room; its money lies in an escrow account of its own.

    Whether it is open, emptied or expired follows from its shares and the time; nothing is stored
    twice.
    """

    id = models.UUIDField(primary_key=True)
    room_id = models.UUIDField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    count = models.PositiveSmallIntegerField()
    greeting = models.CharField(max_length=200)
    # Who may open it; null means every member of the room.
    only = ArrayField(models.UUIDField(), null=True)
    # In a direct room the sender cannot take from their own envelope.
    sender_may_claim = models.BooleanField()
    password_digest = models.CharField(max_length=64, blank=True, default="")
    escrow = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When what nobody took went back to the sender.
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(amount__gte=models.F("count")),
                name="envelope_has_something_for_each_share",
            ),
        ]
        indexes = [
            models.Index(
                name="envelope_to_be_returned", fields=["expires_at"],
                condition=Q(returned_at=None),
            ),
            models.Index(name="envelope_by_sender", fields=["sender", "-id"]),
            models.Index(name="envelope_by_room", fields=["room_id", "-id"]),
        ]  # fmt: skip


class Share(models.Model):
    """One share of an envelope, drawn when it was funded; taken by one person, or returned."""

    pk = models.CompositePrimaryKey("envelope_id", "position")
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="shares", db_index=False)
    position = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    at = models.DateTimeField(null=True)
    returned = models.BooleanField(default=False)
    # What the person said to the sender for it: one thank-you for each share.
    thanks = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["envelope", "person"], name="share_taken_once_per_person"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="share_is_positive"),
            models.CheckConstraint(
                condition=Q(person=None, at=None)
                | Q(person__isnull=False, at__isnull=False, returned=False),
                name="share_is_taken_or_returned_not_both",
            ),
            models.CheckConstraint(
                condition=Q(thanks="") | Q(person__isnull=False),
                name="share_is_thanked_for_by_who_took_it",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                name="share_free", fields=["envelope", "position"],
                condition=Q(person=None, returned=False),
            ),
            models.Index(
                name="share_by_person", fields=["person", "-envelope"],
                condition=Q(person__isnull=False),
            ),
        ]  # fmt: skip
