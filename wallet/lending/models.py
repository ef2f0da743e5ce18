"""Loans between friends, the trust that they use, and standing permissions to lend."""

from datetime import date, datetime, timedelta
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
    `extensions` are pairs of a place in the schedule and the days by which everything from there on
    is due later. `permitted` says that nobody was asked: the lender had permitted it beforehand.
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
    extensions = models.JSONField(default=list)
    permitted = models.BooleanField(default=False)

    OWING: ClassVar[tuple[Status, ...]] = (Status.OPEN, Status.OVERDUE)
    # What was lent and not paid back, also after a default: of this something may still be paid.
    OUTSTANDING: ClassVar[tuple[Status, ...]] = (Status.OPEN, Status.OVERDUE, Status.DEFAULTED)
    LATE: ClassVar[tuple[Status, ...]] = (Status.OVERDUE, Status.DEFAULTED)

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
        if self.defaults_on and day_of(at) >= self.defaults_on:
            return str(Status.DEFAULTED)
        if self.status == Status.OPEN and self.due_on and day_of(at) > self.due_on:
            return str(Status.OVERDUE)
        return str(self.status)

    @property
    def defaults_on(self) -> date | None:
        """Return the date on which the loan defaults unless something is paid, if it may."""
        if self.status not in self.OWING or self.due_on is None:
            return None
        return self.defaults_after(self.due_on)

    @staticmethod
    def defaults_after(due_on: date) -> date:
        """Return the date on which a loan defaults of which nothing was paid by a date."""
        return due_on + timedelta(days=settings.LOAN_DEFAULT_DAYS + 1)

    @property
    def extended_days(self) -> int:
        """Return by how much longer the loan runs than was agreed at first."""
        return sum(days for _, days in self.extensions)

    def debt_on(self, day: date) -> Debt:
        """Return what is owed on a date; interest stops at default, whether or not the sweeper has
        run.
        """
        if self.accrued_on is None:
            return Debt(0, 0, day, self.daily_rate_ppm)
        debt = Debt(self.principal, int(self.interest_micro), self.accrued_on, self.daily_rate_ppm)
        if self.defaults_on is None:
            return debt
        return debt.accrue(min(day, self.defaults_on))

    def daily_growth_on(self, day: date) -> int:
        """Return what the next date adds to the interest, in millionths of a minor unit."""
        if self.defaults_on is None or day >= self.defaults_on:
            return 0
        return self.principal * self.daily_rate_ppm

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
            extensions=[(place, days) for place, days in self.extensions],
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
    """A borrower's credit row: whoever adds to what they owe or ask for holds its lock."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )


class EventKind(models.TextChoices):
    """What a loan's statement tells of."""

    GRANTED = "granted"
    REPAID = "repaid"
    EXTENDED = "extended"
    FORGIVEN = "forgiven"
    DEFAULTED = "defaulted"
    # How a loan stood when statements began.
    CARRIED = "carried"


class Event(models.Model):
    """One thing that happened to a loan, with what was owed after it; append-only.

    `amount` is what was lent, paid or forgiven, of which `interest` and `principal` are the parts;
    `days` are those of an extension. `day` is the date that counts for interest: for a default the
    one on which it was due, whenever that was carried out.
    """

    pk = models.CompositePrimaryKey("loan_id", "number")
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=EventKind.choices)
    at = models.DateTimeField()
    day = models.DateField()
    by = models.UUIDField(null=True)
    amount = models.BigIntegerField(default=0)
    interest = models.BigIntegerField(default=0)
    principal = models.BigIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    principal_left = models.BigIntegerField()
    interest_left_micro = models.DecimalField(max_digits=40, decimal_places=0)


class Allowance(models.Model):
    """A standing permission: the lender lends to the borrower without being asked, until a moment,
    as long as no more than `amount` is outstanding between the two.

    `pin_set_at` says with which of the lender's payment PINs it was given, null where there was
    none.
    """

    id = models.UUIDField(primary_key=True)
    lender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    until = models.DateTimeField()
    set_at = models.DateTimeField()
    pin_set_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "borrower"], name="allowance_is_one_per_direction"
            ),
            models.CheckConstraint(
                condition=~Q(lender=models.F("borrower")), name="allowance_is_between_two"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="allowance_allows_something"),
        ]
