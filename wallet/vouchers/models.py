"""Vouchers, and what they were issued with."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.ledger.models import Account


class Issue(models.Model):
    """Vouchers of one amount for many people; the money of all of them lies in one escrow account.

    They can be used from `opens_at` (null: at once) until `expires_at`.
    """

    id = models.UUIDField(primary_key=True)
    funder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Of each voucher.
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True, default="")
    escrow = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    # When what nobody used went back to the funder.
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=1), name="voucher_is_worth_something"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(opens_at__lt=F("expires_at")),
                name="voucher_opens_before_it_expires",
            ),
        ]
        indexes = [
            models.Index(
                name="voucher_to_be_returned", fields=["expires_at"],
                condition=Q(returned_at=None),
            ),
            models.Index(name="voucher_issue_by_funder", fields=["funder", "-id"]),
        ]  # fmt: skip


class Status(models.TextChoices):
    """Where a voucher stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


class Voucher(models.Model):
    """One person's voucher: used for one payment, in whole or part, or returned to the funder."""

    id = models.UUIDField(primary_key=True)
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="vouchers", db_index=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    # How much of it a payment took; the rest went back. `used_for` is what was paid.
    used_amount = models.BigIntegerField(null=True)
    used_for = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "holder"], name="voucher_is_one_per_person_and_issue"
            ),
            models.CheckConstraint(
                condition=Q(status="used", used_amount__gte=1, used_for__isnull=False)
                | (~Q(status="used") & Q(used_amount=None, used_for=None)),
                name="voucher_says_what_it_was_used_for",
            ),
        ]
        indexes = [models.Index(name="voucher_of_holder", fields=["holder", "-id"])]

    def status_at(self, at: datetime) -> str:
        """Return the status at a moment: the time decides, whether or not the sweeper has run."""
        if self.status == Status.OPEN and at >= self.issue.expires_at:
            return str(Status.EXPIRED)
        return str(self.status)

    def is_usable(self, at: datetime) -> bool:
        """Tell whether one may pay with it at a moment."""
        has_opened = self.issue.opens_at is None or at >= self.issue.opens_at
        return has_opened and self.status_at(at) == Status.OPEN
