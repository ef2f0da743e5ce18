"""Loans between friends, and the trust that they use."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from wallet.days import day_of
from wallet.lending.interest import Debt
from wallet.lending.schedule import Instalment, make_schedule


class Status(models.TextChoices):
    """Where a loan stands."""

    ASKED = "asked"
    OPEN = "open"
    OVERDUE = "overdue"
    REPAID = "repaid"
    DEFAULTED = "defaulted"
    CURED = "cured"
    FORGIVEN = "forgiven"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Loan(models.Model):
    """A loan from its ask to its end; amounts in minor units of CNY, interest in millionths of
    those.

    `principal` is what is still owed of the amount, `interest_micro` the unpaid interest up to and
    with `accrued_on`. `due_on` is the next date on which something must have been paid.
    """

    id = models.UUIDField(primary_key=True)
    lender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    days = models.PositiveSmallIntegerField()
    daily_rate_ppm = models.PositiveSmallIntegerField()
    instalments = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
    room_id = models.UUIDField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    ask_expires_at = models.DateTimeField()
    granted_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    principal = models.BigIntegerField(default=0)
    interest_micro = models.DecimalField(max_digits=40, decimal_places=0, default=0)
    accrued_on = models.DateField(null=True)
    repaid = models.BigIntegerField(default=0)
    reminded_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    OWING: ClassVar[tuple[Status, ...]] = (Status.OPEN, Status.OVERDUE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(lender=models.F("borrower")), name="loan_is_between_two"
            ),
            models.CheckConstraint(
                condition=Q(principal__gte=0) & Q(principal__lte=models.F("amount")),
                name="loan_principal_within_amount",
            ),
        ]
        indexes = [
            models.Index(name="loan_by_borrower", fields=["borrower", "status"]),
            models.Index(name="loan_by_lender", fields=["lender", "-id"]),
            models.Index(
                name="loan_to_age", fields=["due_on"], condition=Q(status__in=["open", "overdue"])
            ),
            models.Index(
                name="loan_ask_to_expire", fields=["ask_expires_at"], condition=Q(status="asked")
            ),
        ]  # fmt: skip

    @property
    def currency(self) -> str:
        """Return the currency: loans between friends are in CNY."""
        return "CNY"

    def status_at(self, at: datetime) -> str:
        """Return the status at a moment: the time decides, whether or not the sweeper has run."""
        if self.status == Status.ASKED and at >= self.ask_expires_at:
            return str(Status.EXPIRED)
        if self.status == Status.OPEN and self.due_on and day_of(at) > self.due_on:
            return str(Status.OVERDUE)
        return str(self.status)

    def debt_on(self, day: date) -> Debt:
        """Return what is owed on a date; interest stops at default."""
        if self.accrued_on is None:
            return Debt(0, 0, day, self.daily_rate_ppm)
        debt = Debt(self.principal, int(self.interest_micro), self.accrued_on, self.daily_rate_ppm)
        return debt.accrue(day) if self.status in self.OWING else debt

    def set_debt(self, debt: Debt) -> None:
        """Keep what is owed after something was paid."""
        self.principal = debt.principal
        self.interest_micro = debt.interest_micro
        self.accrued_on = debt.accrued_on

    def schedule(self) -> list[Instalment]:
        """Return when what is to be repaid; empty before the grant."""
        if self.granted_on is None:
            return []
        return make_schedule(
            principal=self.amount, ppm=self.daily_rate_ppm, days=self.days,
            instalments=self.instalments, granted_on=self.granted_on,
        )  # fmt: skip


class Reservation(models.Model):
    """One path of trust lines that a loan uses, and how much of it is still needed."""

    pk = models.CompositePrimaryKey("loan_id", "position")
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="reservations", db_index=False)
    position = models.PositiveSmallIntegerField()
    # Ids of the lines, from the lender to the borrower.
    lines = ArrayField(models.UUIDField())
    amount = models.BigIntegerField()
    outstanding = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outstanding__gte=0) & Q(outstanding__lte=models.F("amount")),
                name="reservation_outstanding_within_amount",
            ),
        ]
        indexes = [
            # Guarantors look for the loans that use their lines.
            GinIndex(name="reservation_by_line", fields=["lines"]),
        ]


class Credit(models.Model):
    """A borrower's credit row: whoever changes what they owe or ask for holds its lock."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
